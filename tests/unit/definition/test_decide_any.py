"""Whatever people try, in whatever order, on every bundled workflow and the example file: what must hold of every decision."""

from __future__ import annotations

import copy
import re
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.deciding.decide import decide, decide_edit, next_steps
from pdca_engine.definition.deciding.given import changes_of, with_given
from pdca_engine.definition.deciding.machine import places_before
from pdca_engine.definition.deciding.recalling import holding
from pdca_engine.definition.paper.facts import ENGINE_ACTOR, Actor, ChildFacts, Command, Decision, EvidenceFacts, Facts, Recall, Refused
from pdca_engine.definition.playing.written import written
from tests.support.examples import wandering
from tests.support.givens import asked, dice, needed, throw_values
from tests.unit.definition.deciding import ANA, BO, CUI, DENG, EVA, FANG, GRANTED, GU, NOW, case, example
from tests.unit.workflows.playing import compiled

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LEFT_OPEN = re.compile(r"\{[a-z_]+\}")
PEOPLE = [ANA, BO, CUI, DENG, EVA, FANG, GU]
ELSEWHERE = ("NOT_YOUR", "FOUR_EYES", "NEEDS_CHILDREN", "NEEDS_EVIDENCE", "TOO_EARLY")
BUNDLED = ("improvement", "action", "nonconformity", "review", "incident")


@cache
def ready(name: str) -> Compiled:
    """The workflow of that name, ready to run."""
    return example() if name == "tiny_improvement" else compiled(name)


class Wandering(RuleBasedStateMachine):
    """One item among seven people and the engine."""

    name, start = "tiny_improvement", "draft"

    @initialize(luck=dice)
    def begin(self, luck: Random) -> None:
        """In the state to start from, with a plausible past."""
        self.compiled = ready(self.name)
        self.workflow = self.compiled.workflow
        state = self.workflow.states[self.start]
        before = places_before(self.workflow, state.name)
        fields = {one.name: one.default for one in self.workflow.fields.values() if one.default is not None}
        begun = case(self.compiled, state.name, closed_at=NOW if state.final else None, fields=fields)
        self.came_from = luck.choice(before) if before else None
        recall = begun.facts.item.recall._replace(previous=self.came_from)
        self.facts, self.now = begun.but(recall=recall).facts, NOW

    @rule(luck=dice)
    def tries(self, luck: Random) -> None:
        """Somebody tries some step, here or elsewhere, perhaps with the rights of somebody absent."""
        names = [*(one.name for one in self.workflow.leaving(self.facts.item.state)), *self.workflow.transitions, "no_such_step"]
        self.attempt(luck.choice(names), self.somebody(luck), luck)

    @rule(luck=dice, steps=st.integers(1, 8))
    def goes_on(self, luck: Random, steps: int) -> None:
        """Those who may, take steps that lack nothing but values: rather such as were not taken yet."""
        for _ in range(steps):
            possible = [(step, actor) for actor in map(self.as_themselves, [*PEOPLE, None]) for step in self.open_to(actor)]
            new = [one for one in possible if one[0] not in self.facts.item.recall.times_ever]
            if possible:
                self.attempt(*luck.choice(new or possible), luck)

    def as_themselves(self, person: int | None) -> Actor:
        """A person with their own rights, or the engine."""
        return Actor(person, GRANTED.get(person, frozenset())) if person else ENGINE_ACTOR

    def somebody(self, luck: Random) -> Actor:
        """Anybody, sometimes deputy of somebody."""
        actor, absent = self.as_themselves(luck.choice([*PEOPLE, None])), luck.choice([None, None, *PEOPLE])
        deputised = actor.person and absent and absent != actor.person
        return actor._replace(stands_in={absent: GRANTED.get(absent, frozenset())}) if deputised and absent else actor

    def open_to(self, actor: Actor) -> list[str]:
        """The steps for which the actor lacks nothing that values and time can't mend."""
        steps = next_steps(self.compiled, self.facts._replace(actor=actor), self.now)
        return [step.transition for step in steps if not any(why.code.startswith(ELSEWHERE) for why in step.missing)]

    def attempt(self, name: str, actor: Actor, luck: Random) -> None:
        """Ask, look at the answer, and write it down where it is yes."""
        transition = self.workflow.transitions.get(name)
        likely = needed(self.workflow, transition) if transition else []
        values = throw_values(asked(self.workflow, transition), likely, PEOPLE, self.now.date(), luck)
        acting_for = next(iter(actor.stands_in), None) if luck.random() < 0.5 else None
        command = Command(name, values, luck.choice(["because", "because", "because", "", None]), acting_for)
        facts = self.facts._replace(actor=actor)
        before = copy.deepcopy(facts.item)
        answer = decide(self.compiled, facts, command, self.now)
        assert facts.item == before and decide(self.compiled, facts, command, self.now) == answer, "a decision changes nothing"
        if isinstance(answer, Refused):
            check_refused(answer)
        else:
            self.check_allowed(facts, command, answer)
            self.came_from = self.came_from if answer.source == answer.target else answer.source
            self.facts = written(facts, answer, self.now)
        self.now += timedelta(minutes=1)

    def check_allowed(self, facts: Facts, command: Command, decision: Decision) -> None:
        """What must hold of every yes."""
        item, transition = facts.item, self.workflow.transitions[command.transition]
        goes_to = {"same": item.state, "previous": self.came_from}.get(transition.target, transition.target)
        target = self.workflow.states[decision.target]
        assert item.state in transition.sources and decision.target == goes_to
        assert (decision.phase, decision.final) == (target.phase, target.final)
        assert decision.final or decision.closed_at is None
        assert transition.reopens or not self.workflow.states[item.state].final or decision.target == item.state
        assert (decision.cycle, decision.attempt) >= (item.cycle, item.attempt) and decision.cycle - item.cycle in (0, 1)
        assert never_less(item.recall, decision.recall)
        assert decision.recall.times_ever[transition.name] == item.recall.times_ever.get(transition.name, 0) + 1
        assert transition.name in {one.transition for one in next_steps(self.compiled, facts, self.now)}
        self.check_people(facts, decision)
        assert all(old != new for old, new in decision.changes.values())
        assert {**decision.columns, **decision.fields} == {name: new for name, (_, new) in decision.changes.items()}
        assert all(decision.target in self.workflow.timers[start.name].states for start in decision.start)

    def check_people(self, facts: Facts, decision: Decision) -> None:
        """By a right the file gives, and independent where it says so."""
        transition = self.workflow.transitions[decision.transition]
        assert decision.moved_up or decision.role in transition.by
        if facts.actor.engine:
            assert decision.role == "scheduler" and decision.person is None
            return
        for acting in {decision.person, decision.acting_for} - {None}:
            for name in (one.name for one in transition.independence if one.when is None):
                assert acting not in facts.item.recall.held.get(name, ())
                assert acting not in facts.item.recall.fired.get(name, ())
                assert acting != getattr(facts.item, name, facts.item.fields.get(name))

    @rule(luck=dice)
    def edits(self, luck: Random) -> None:
        """Somebody changes values without a step."""
        facts = self.facts._replace(actor=self.somebody(luck))
        known = asked(self.workflow, None)
        likely = luck.choice(["owner", "checker", luck.choice(sorted(known))])
        answer = decide_edit(self.compiled, facts, throw_values(known, [likely], PEOPLE, self.now.date(), luck))
        if isinstance(answer, Refused):
            check_refused(answer)
            return
        new = {name: value for name, (_, value) in changes_of(facts.item, answer).items()}
        after = with_given(facts, answer).item
        self.facts = self.facts._replace(item=after._replace(recall=holding(after.recall, new)))

    @rule(days=st.sampled_from([1, 14, 40, 91, 400]), kind=st.sampled_from([None, "chart"]))
    def waits_and_shows(self, days: int, kind: str | None) -> None:
        """Time goes by; a piece of evidence comes."""
        self.now += timedelta(days=days)
        self.facts = self.facts._replace(evidence=(*self.facts.evidence, EvidenceFacts(kind, self.now.date(), self.now)))

    @rule(state=st.sampled_from(["done", "open", "dropped"]), owner=st.sampled_from([BO, DENG]), evidence=st.integers(0, 1))
    def works(self, state: str, owner: int, evidence: int) -> None:
        """The item's one action is somewhere else."""
        final = {"done": "achieved", "dropped": "ended"}.get(state)
        due = self.now.date() - timedelta(days=30)
        self.facts = self.facts._replace(children=(ChildFacts(2, "ACT-2026-0001", "action", state, final, owner, (owner,), due, evidence),))

    @invariant()
    def stays_in_the_machine(self) -> None:
        """No path leads out of the workflow's states, and the list of next steps is the decision asked with nothing given."""
        if not hasattr(self, "facts"):
            return
        assert self.facts.item.state in self.workflow.states
        assert (self.facts.item.closed_at is not None) == (self.workflow.states[self.facts.item.state].final is not None)
        for step in next_steps(self.compiled, self.facts, self.now):
            answer = decide(self.compiled, self.facts, Command(step.transition), self.now)
            assert step.missing == (answer.refusals if isinstance(answer, Refused) else ())


def check_refused(answer: Refused) -> None:
    """At least one reason, each complete in both languages, and as data."""
    assert answer.refusals
    for one in answer.refusals:
        assert one.code and one.en and CHINESE.search(one.zh), one
        assert not LEFT_OPEN.search(one.en) and not LEFT_OPEN.search(one.zh), one
        assert one.as_data("zh")["message"] == one.zh


def never_less(before: Recall, after: Recall) -> bool:
    """Whether the item still remembers all it knew."""

    def kept(old: Any, new: Any) -> bool:
        return all(set(persons) <= set(new.get(name, ())) for name, persons in old.items())

    counted = all(after.times_ever.get(name, 0) >= number for name, number in before.times_ever.items())
    return counted and after.due_moved >= before.due_moved and kept(before.held, after.held) and kept(before.fired, after.fired)


@pytest.mark.parametrize("name", ["tiny_improvement", *BUNDLED])
def test_whatever_people_try(name: str) -> None:
    for start in ready(name).workflow.states:
        run_state_machine_as_test(type("Wandering", (Wandering,), {"name": name, "start": start}), settings=wandering(12, 25))
