"""Whatever people do, in whatever order, to real items in a real database: the trail always replays to the row, and no path leaves the
machine's states. The same walk on paper: tests/unit/definition/test_decide_any.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, text

from pdca_engine.definition.deciding.machine import places_before
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.errors import Conflict, PdcaError
from pdca_engine.records.measures import Measure, Reading
from pdca_engine.services.advance import advance_item
from pdca_engine.services.creation import Created, create_item
from pdca_engine.services.due import raise_due
from pdca_engine.services.evidence import add_evidence
from pdca_engine.services.items import assign_item, comment_item, edit_item
from pdca_engine.services.steps import next_steps
from pdca_engine.services.verify import verify_item, verify_trail
from pdca_engine.store.rows import ItemRow
from pdca_engine.store.statements import ENTRY, ENTRY_COLUMNS
from pdca_engine.trail.entry import EntryRow
from pdca_engine.unit import Unit
from tests.support.company import START, Company
from tests.support.examples import wandering
from tests.support.givens import asked, dice, needed, throw_values, value_for

WORKFLOWS = ("improvement", "action", "nonconformity", "review", "incident")
CHANGING = ("created", "advanced", "edited", "assigned")
WALKS, STEPS = 5, 8


@dataclass
class World:
    """One company for all walks, the steps ever taken and the number of refusals: walks that never get anywhere prove nothing."""

    company: Company
    taken: set[tuple[str, str]] = field(default_factory=set)
    refused: int = 0


@dataclass
class Asked:
    """A request as it was sent, what came of it, and how long the item's trail was afterwards."""

    again: Callable[[Unit], Any]
    person: int
    answer: Any


class Wandering(RuleBasedStateMachine):
    """One item, its parts, seven people and the engine."""

    world: World
    name: str

    @initialize(luck=dice)
    def begin(self, luck: Random) -> None:
        """A new item, at the time when all walks begin."""
        self.company, self.requests, self.count = self.world.company, list[Asked](), 0
        self.company.clock.at = START
        self.people = [self.company.ana, self.company.bo, self.company.cui, self.company.deng, self.company.eva, self.company.fang]
        self.people.append(self.company.gu)
        with self.company.app.unit(self.company.deng) as unit:
            self.workflow: Workflow = unit.library.current(unit.session, self.name)[1].workflow
            required = [one for one in self.workflow.fields.values() if one.required]
            values = {one.name: value_for(one, self.people, START.date(), luck) for one in required}
            values |= {"process": "incident", "owner": luck.choice(self.people)}
            self.key = create_item(unit, self.name, f"Walk {luck.random()}", values).key
        self.keys = [self.key]
        for _ in range(luck.randint(0, 8)):
            self.go_on(luck)

    def ask(self, person: int, what: Callable[[Unit], Any]) -> Any:
        """Do it as somebody; None where it is refused. Whatever else is raised is a mistake."""
        try:
            with self.company.app.unit(person) as unit:
                answer = what(unit)
        except PdcaError as no:
            assert no.status < 500, no
            assert no.refusals() and all(one.en and one.zh for one in no.refusals())
            self.world.refused += 1
            return None
        self.company.clock.forward(timedelta(minutes=1))
        return answer

    def ask_once(self, person: int, what: Callable[[Unit, str], Any]) -> Any:
        """The same under a request key of its own, kept so that it can be sent again: where it wrote a line, as an edit without any change
        does not."""
        self.count += 1
        request, before = f"{self.key} {self.count}", self.row.seq
        answer = self.ask(person, lambda unit: what(unit, request))
        if answer is not None and (self.row.seq > before or isinstance(answer, Created)):
            self.requests.append(Asked(lambda unit: what(unit, request), person, answer))
        return answer

    @property
    def row(self) -> ItemRow:
        """The item as it is."""
        return self.company.item(self.key)

    @rule(luck=dice)
    def creates_a_part(self, luck: Random) -> None:
        """An action below the item, and perhaps its whole life."""
        values = {"owner": luck.choice(self.people), "due": "2026-06-30"}
        made = self.ask_once(
            luck.choice(self.people),
            lambda unit, request: create_item(unit, "action", "Part", values, parent=self.key, request_key=request),
        )
        if made is None:
            return
        self.keys.append(made.key)
        if luck.random() < 0.7:
            for step in ("start", None, "finish"):
                self.ask(values["owner"], lambda unit, step=step: advance_item(unit, made.key, step) if step else proof(unit, made.key))

    @rule(luck=dice)
    def tries(self, luck: Random) -> None:
        """Anybody tries any step, with what its form asks for, or junk."""
        leaving = [one.name for one in self.workflow.leaving(self.row.state)]
        self.advance(luck.choice([*leaving, *self.workflow.transitions, "no_such_step"]), luck.choice(self.people), luck)

    @rule(luck=dice, steps=st.integers(1, 4))
    def goes_on(self, luck: Random, steps: int) -> None:
        """Those who may, take steps that lack nothing but values: rather such as were not taken yet."""
        for _ in range(steps):
            self.go_on(luck)

    def go_on(self, luck: Random) -> None:
        """One step of the first who has one: rather a new one, rather one that doesn't end it all."""
        taken = self.row.recall.get("times", {})
        for person in luck.sample(self.people, len(self.people)):
            possible = self.open_to(person)
            new = [step for step in possible if step not in taken]
            living = [step for step in new if not self.ends(step)]
            if possible:
                self.advance(luck.choice(living or new or possible), person, luck)
                return

    def ends(self, step: str) -> bool:
        """Whether the step leads to a final state."""
        target = self.workflow.states.get(self.workflow.transitions[step].target)
        return target is not None and target.final is not None

    def open_to(self, person: int) -> list[str]:
        """The steps this person may take now."""
        with self.company.app.reader(person) as unit:
            return [step.transition.name for step in next_steps(unit, self.key) if step.ready]

    def advance(self, name: str, person: int, luck: Random) -> None:
        """One attempt: what comes of it stands in the row, or nothing does."""
        transition = self.workflow.transitions.get(name)
        likely = needed(self.workflow, transition) if transition else []
        values = throw_values(asked(self.workflow, transition), likely, self.people, self.company.clock.at.date(), luck)
        comment, before = luck.choice(["because", "because", "because", None]), self.row
        done = self.ask_once(person, lambda unit, request: advance_item(unit, self.key, name, values, comment, request_key=request))
        after = self.row
        if done is None:
            assert (after.version, after.state, after.fields) == (before.version, before.state, before.fields)
        else:
            assert (before.state, after.state, after.version) == (done.source, done.target, done.version) and not done.repeated
            self.keys.extend(done.created)
            self.world.taken.add((self.name, name))

    @rule(luck=dice)
    def edits(self, luck: Random) -> None:
        """Values without a step."""
        known = asked(self.workflow, None)
        values = throw_values(known, [luck.choice(sorted(known))], self.people, self.company.clock.at.date(), luck)
        self.ask_once(luck.choice(self.people), lambda unit, request: edit_item(unit, self.key, values, request_key=request))

    @rule(luck=dice)
    def assigns(self, luck: Random) -> None:
        """A relation to somebody, to nobody, or to one nobody knows."""
        relation, person = luck.choice(["owner", "checker", "proposer", "boss"]), luck.choice([*self.people, None, 99])
        self.ask_once(luck.choice(self.people), lambda unit, request: assign_item(unit, self.key, relation, person, request_key=request))

    @rule(luck=dice, said=st.sampled_from(["well done", "做得好", "", "\x00"]))
    def comments(self, luck: Random, said: str) -> None:
        """A word to it, or none."""
        self.ask_once(luck.choice(self.people), lambda unit, request: comment_item(unit, self.key, said, request_key=request))

    @rule(luck=dice)
    def shows_evidence(self, luck: Random) -> None:
        """Of a kind that some step needs."""
        kinds = {need.kind for one in self.workflow.transitions.values() for need in one.needs.evidence}
        kind = luck.choice(sorted(kinds, key=str) or [None])
        self.ask_once(luck.choice(self.people), lambda unit, request: proof(unit, self.key, kind, request))

    @rule(days=st.sampled_from([1, 14, 40, 91]))
    def waits(self, days: int) -> None:
        """Time goes by, and the engine does what is due; a second tick finds nothing."""
        self.company.clock.forward(timedelta(days=days))
        assert raise_due(self.company.app).failed == 0
        again = raise_due(self.company.app)
        assert (again.fired, again.missed, again.skipped, again.failed) == (0, 0, 0, 0)

    @rule(luck=dice)
    def repeats(self, luck: Random) -> None:
        """A request sent again answers the same and changes nothing."""
        if not self.requests:
            return
        one, seq = luck.choice(self.requests), self.row.seq
        with self.company.app.unit(one.person) as unit:
            assert essence(one.again(unit)) == essence(one.answer)
        assert self.row.seq == seq

    @rule(luck=dice)
    def has_seen_an_old_version(self, luck: Random) -> None:
        """A stale version is a conflict whatever is asked, and nothing is written."""
        before = self.row
        seen, person = before.version + luck.choice([-1, 1, 7]), luck.choice(self.people)
        with pytest.raises(Conflict), self.company.app.unit(person) as unit:
            if luck.random() < 0.5:
                edit_item(unit, self.key, {"description": "Mine"}, version=seen)
            else:
                advance_item(unit, self.key, luck.choice(sorted(self.workflow.transitions)), version=seen)
        assert self.row == before

    @invariant()
    def trail_tells_the_row(self) -> None:
        """Every chain holds and replays to its row; versions and numbers are counted without a gap; every step is the machine's."""
        if not hasattr(self, "keys"):
            return
        with self.company.app.reader() as unit:
            for key in self.keys:
                row = unit.hot.read_item(key=key)
                assert row is not None
                trail = trail_of(unit, row.id)
                assert verify_item(row, trail) is None
                assert [one.seq for one in trail] == list(range(1, row.seq + 1))
                assert row.version == sum(one.kind in CHANGING for one in trail)
                check_path(unit.workflow(row.workflow_version_id).workflow, row, trail)

    def teardown(self) -> None:
        """The next walk begins earlier: nothing of this one may act in it."""
        with self.world.company.app.unit(engine=True) as unit:
            unit.session.execute(text("UPDATE schedule SET wake_at = NULL WHERE item_id IS NOT NULL"))


def proof(unit: Unit, key: str, kind: str | None = None, request: str | None = None) -> Any:
    """A piece of evidence."""
    return add_evidence(unit, key, title="Chart", url="https://example.org/chart", kind=kind, request_key=request)


def essence(answer: Any) -> Any:
    """An answer without what tells that it is a repeated one."""
    names = ("key", "id", "transition", "source", "target", "version", "cycle", "attempt")
    return answer if isinstance(answer, int) else {name: getattr(answer, name) for name in names if hasattr(answer, name)}


def trail_of(unit: Unit, item_id: int) -> list[EntryRow]:
    """The item's entries in order."""
    columns = [ENTRY.c[name] for name in ENTRY_COLUMNS]
    return [EntryRow._make(row) for row in unit.session.execute(select(*columns).where(ENTRY.c.item_id == item_id).order_by(ENTRY.c.seq))]


def check_path(workflow: Workflow, row: ItemRow, trail: list[EntryRow]) -> None:
    """From the first state to the present one, by the workflow's own transitions."""
    state = trail[0].target
    for one in trail:
        if one.kind == "advanced":
            assert one.transition is not None and one.source == state and one.target in workflow.states
            transition = workflow.transitions[one.transition]
            wanted = {"same": [one.source], "previous": places_before(workflow, one.source)}.get(transition.target, [transition.target])
            assert one.source in transition.sources and one.target in wanted
            state = one.target
    assert row.state == state and (row.closed_at is not None) == (workflow.states[row.state].final is not None)


@pytest.fixture
def world(company: Company) -> World:
    """The company with a measure that has readings."""
    with company.app.unit(engine=True) as unit:
        unit.session.add(Measure(id="mttr", title_en="Mean time to restore", title_zh="平均恢复时间", unit="h", better="down"))
        unit.session.flush()
        for week in range(1, 13):
            when = {"recorded_at": unit.now, "recorded_by": company.fang}
            unit.session.add(Reading(measure_id="mttr", period=f"2026-W{week:02d}", value=10 + week % 3, **when))
    return World(company)


def test_whatever_people_do(world: World) -> None:
    """Every bundled workflow, on one database; at the end everything is verified once more, and enough has happened."""
    for name in WORKFLOWS:
        machine = type("Wandering", (Wandering,), {"world": world, "name": name})
        run_state_machine_as_test(machine, settings=wandering(WALKS, STEPS))
    with world.company.app.reader() as unit:
        report = verify_trail(unit)
    assert report.ok, report.first_broken
    assert len(world.taken) > 5 and world.refused > 10
