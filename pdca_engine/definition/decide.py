"""DECISION: a pure function of paper and memory. It reads nothing and writes nothing.

Every face, the scheduler, the simulator and the list of next steps call `decide`; a service loads the facts and writes down the answer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from pdca_engine.definition import recalling
from pdca_engine.definition.authority import Authority, authorise, may_edit
from pdca_engine.definition.compiled import Compiled
from pdca_engine.definition.effects import Outcome, Setting, work_out
from pdca_engine.definition.facts import Command, Decision, Facts, Recall, Refused, Step, TimerStart
from pdca_engine.definition.given import Given, changes_of, column_fact, read_given, with_given
from pdca_engine.definition.machine import step
from pdca_engine.definition.reckoning import shift_due_dates, timers_entered, timers_left, timers_moved
from pdca_engine.definition.refusals import name_text, refusal, titles
from pdca_engine.definition.requirements import missing
from pdca_engine.definition.words import TO_PREVIOUS
from pdca_engine.definition.workflow import State, Transition
from pdca_engine.errors import Refusal


def decide(compiled: Compiled, facts: Facts, command: Command, now: datetime) -> Decision | Refused:
    """Whether `command` may happen to the item at `now`, and all that then is to be written; or every reason why not."""
    workflow = compiled.workflow
    transition = workflow.transitions.get(command.transition)
    if transition is None or facts.item.state not in transition.sources:
        return Refused((_impossible(compiled, facts, command.transition, transition),))
    target = step(compiled.machine, transition, facts.item.state, facts.item.recall.previous)
    if target is None:
        return Refused((_impossible(compiled, facts, command.transition, transition),))
    given = read_given(workflow, transition, command.values)
    after = with_given(facts, given)
    authority = authorise(workflow, transition, facts, command.acting_for)
    refusals = [*(authority if isinstance(authority, tuple) else ()), *given.problems]
    refusals += missing(compiled, transition, after, given, command.comment, now)
    if refusals or isinstance(authority, tuple):
        return Refused(tuple(refusals))
    outcome = work_out(transition.then, Setting(compiled, after, given.inputs, now, transition.name))
    if outcome.problems:
        return Refused(tuple(outcome.problems))
    return _decision(compiled, transition, facts, command, authority, given, outcome, workflow.states[target], now)


def _impossible(compiled: Compiled, facts: Facts, name: str, transition: Transition | None) -> Refusal:
    workflow = compiled.workflow
    joined = titles([one.title for one in workflow.leaving(facts.item.state)])
    possible = {"possible": joined["titles"] or "–", "possible_zh": joined["titles_zh"] or "–"}
    if transition is None:
        return refusal("NOT_FROM_THIS_STATE", sentence="UNKNOWN_TRANSITION", transition=name, **possible)
    state = name_text(workflow, facts.item.state)
    here = {"state_title": state.en, "state_title_zh": state.zh, "state": facts.item.state}
    named = {"transition_title": transition.title.en, "transition_title_zh": transition.title.zh, "transition": name}
    return refusal("NOT_FROM_THIS_STATE", **here, **named, **possible)


def _decision(
    compiled: Compiled,
    transition: Transition,
    facts: Facts,
    command: Command,
    authority: Authority,
    given: Given,
    outcome: Outcome,
    target: State,
    now: datetime,
) -> Decision:
    item, person = facts.item, facts.actor.person
    shifted = (
        shift_due_dates(compiled.workflow, item, now, facts.zone)
        if given.inputs.get("shift") and transition.target == TO_PREVIOUS
        else Given()
    )
    written = Given(
        given.inputs,
        {**shifted.columns, **given.columns, **outcome.columns},
        {**shifted.fields, **given.fields, **outcome.fields},
    )
    if authority.role == "checker" and item.checker is None and "checker" not in written.columns:
        written.columns["checker"] = person  # who checks is the checker, by the act itself
    changes = changes_of(item, written)
    source = item.state
    same = target.name == source
    cycle = item.cycle + outcome.cycles
    acting = tuple(one for one in (person, authority.acting_for) if one is not None)
    recall = recalling.holding(item.recall, {name: new for name, (_, new) in changes.items()})
    recall = recalling.due_moved(recall, *changes.get("due", (None, None)))
    recall = recalling.advanced(recall, transition.name, source, target.name, now, acting, same=same, next_cycle=outcome.cycles > 0)
    after = _facts_after(facts, changes, written, target, cycle, recall, now, same)
    silenced = outcome.silenced if outcome.silenced is not None else item.silenced and same
    return Decision(
        transition=transition.name,
        source=source,
        target=target.name,
        phase=target.phase,
        final=target.final,
        cycle=cycle,
        attempt=1 if outcome.cycles else item.attempt + outcome.attempts,
        role=authority.role,
        person=person,
        acting_for=authority.acting_for,
        moved_up=authority.moved_up,
        closed_at=(item.closed_at if same else now) if target.final else None,
        silenced=silenced,
        recall=recall,
        comment=(command.comment or "").strip() or None,
        inputs={name: value for name, value in given.inputs.items() if value is not None},
        changes=changes,
        columns={name: changes[name][1] for name in written.columns if name in changes},
        fields={name: changes[name][1] for name in written.fields if name in changes},
        start=tuple(_starts(compiled, after, source, target.name, changes, now, same)),
        stop=("*",) if outcome.cancel_timers or target.final else timers_left(compiled.workflow, source, target.name),
        notices=tuple(outcome.notices),
        creates=tuple(outcome.creates),
        follows=tuple(outcome.follows),
        links=tuple(outcome.links),
        baselines=tuple(outcome.baselines),
        webhooks=tuple(outcome.webhooks),
    )


def _facts_after(
    facts: Facts,
    changes: dict[str, tuple[Any, Any]],
    written: Given,
    target: State,
    cycle: int,
    recall: Recall,
    now: datetime,
    same: bool,
) -> Facts:
    """The facts once the decision is written, inputs beside the fields: due dates of timers follow these."""
    columns = {name: column_fact(name, changes[name][1]) for name in written.columns if name in changes}
    fields = {**written.inputs, **facts.item.fields, **{name: changes[name][1] for name in written.fields if name in changes}}
    since = facts.item.state_since if same else now
    item = replace(facts.item, state=target.name, state_since=since, cycle=cycle, recall=recall, fields=fields, **columns)
    return replace(facts, item=item)


def _starts(
    compiled: Compiled, after: Facts, source: str, target: str, changes: dict[str, Any], now: datetime, same: bool
) -> list[TimerStart]:
    entered = [] if same else list(timers_entered(compiled.workflow, after, source, target, now))
    begun = {start.name for start in entered}
    return entered + [start for start in timers_moved(compiled.workflow, after, frozenset(changes), now) if start.name not in begun]


def next_steps(compiled: Compiled, facts: Facts, now: datetime) -> tuple[Step, ...]:
    """What could come next from here, and what each step still lacks: the very decision, asked with nothing given."""
    return tuple(_step(compiled, facts, transition, now) for transition in compiled.workflow.leaving(facts.item.state))


def _step(compiled: Compiled, facts: Facts, transition: Transition, now: datetime) -> Step:
    answer = decide(compiled, facts, Command(transition.name), now)
    lacking = answer.refusals if isinstance(answer, Refused) else ()
    return Step(transition.name, transition.target, lacking)


def decide_edit(compiled: Compiled, facts: Facts, values: dict[str, Any], cycle: int | None = None) -> Given | Refused:
    """Whether the actor may change columns and fields without a transition, and what then is written."""
    given = read_given(compiled.workflow, None, values)
    refusals = list(given.problems)
    if cycle is not None and cycle != facts.item.cycle:
        refusals.append(refusal("READ_ONLY_CYCLE", cycle=cycle))
    if facts.item.closed_at is not None:
        refusals.append(refusal("READ_ONLY_CLOSED"))
    if not may_edit(facts):
        roles = titles([name_text(compiled.workflow, "owner"), name_text(compiled.workflow, "proposer")])
        refusals.append(refusal("NOT_YOUR_ROLE", roles=f"{roles['titles']}, process owner", roles_zh=f"{roles['titles_zh']}、流程负责人"))
    if "title" in given.columns and given.columns["title"] is None:
        refusals.append(refusal("NEEDS_FIELD", "title", title="Title", title_zh="标题"))
    return Refused(tuple(refusals)) if refusals else given
