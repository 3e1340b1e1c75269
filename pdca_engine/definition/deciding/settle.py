"""From an agreed transition to all that is to be written: changes, counters, recall, timers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pdca_engine.definition.deciding import recalling
from pdca_engine.definition.deciding.authority import Authority
from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.deciding.effects import Outcome
from pdca_engine.definition.deciding.given import Given, changes_of, column_fact
from pdca_engine.definition.deciding.reckoning import shift_due_dates, timers_entered, timers_left, timers_moved
from pdca_engine.definition.paper.facts import NOTHING, Command, Decision, Facts, Recall, TimerStart
from pdca_engine.definition.paper.words import TO_PREVIOUS
from pdca_engine.definition.paper.workflow import State, Transition, Workflow

Changes = Mapping[str, tuple[Any, Any]]


class Agreed(NamedTuple):
    """A transition that may happen: where it leads, by what right, with which values and effects, and when."""

    transition: Transition
    target: State
    authority: Authority
    given: Given
    outcome: Outcome
    now: datetime


def settle(compiled: Compiled, facts: Facts, command: Command, agreed: Agreed) -> Decision:
    """The decision yes."""
    item, target, outcome, authority = facts.item, agreed.target, agreed.outcome, agreed.authority
    written = _written(compiled.workflow, facts, agreed)
    changes = changes_of(item, written) if written.columns or written.fields else {}
    same = target.name == item.state
    recall = _recall(facts, agreed, changes, same)
    return Decision(
        transition=agreed.transition.name,
        source=item.state,
        target=target.name,
        phase=target.phase,
        final=target.final,
        cycle=item.cycle + outcome.cycles,
        attempt=1 if outcome.cycles else item.attempt + outcome.attempts,
        role=authority.role,
        person=facts.actor.person,
        acting_for=authority.acting_for,
        moved_up=authority.moved_up,
        closed_at=(item.closed_at if same else agreed.now) if target.final else None,
        silenced=outcome.silenced if outcome.silenced is not None else item.silenced and same,
        recall=recall,
        comment=(command.comment or "").strip() or None,
        inputs={name: value for name, value in agreed.given.inputs.items() if value is not None} if agreed.given.inputs else NOTHING,
        changes=changes,
        due_by_rule="due" in changes and "due" in outcome.columns,
        columns={name: changes[name][1] for name in written.columns if name in changes} if changes else NOTHING,
        fields={name: changes[name][1] for name in written.fields if name in changes} if changes else NOTHING,
        start=_starts(compiled.workflow, facts, agreed, written, changes, recall) if compiled.workflow.timers else (),
        stop=_stops(compiled.workflow, item.state, target, outcome),
        notices=tuple(outcome.notices),
        creates=tuple(outcome.creates),
        follows=tuple(outcome.follows),
        links=tuple(outcome.links),
        baselines=tuple(outcome.baselines),
        webhooks=tuple(outcome.webhooks),
    )


def _written(workflow: Workflow, facts: Facts, agreed: Agreed) -> Given:
    """All columns and fields that get a value: due dates shifted on request, what was given, what effects set, in this order."""
    given, outcome = agreed.given, agreed.outcome
    checks = agreed.authority.role == "checker" and facts.item.checker is None
    if not (checks or given.inputs or outcome.columns or outcome.fields):
        return given
    shift = given.inputs.get("shift") and agreed.transition.target == TO_PREVIOUS
    shifted = shift_due_dates(workflow, facts.item, agreed.now, facts.zone) if shift else Given()
    columns = {**shifted.columns, **given.columns, **outcome.columns}
    if checks:
        columns.setdefault("checker", facts.actor.person)  # who checks is the checker, by the act itself
    return Given(given.inputs, columns, {**shifted.fields, **given.fields, **outcome.fields})


def _recall(facts: Facts, agreed: Agreed, changes: Changes, same: bool) -> Recall:
    recall = facts.item.recall
    if changes:
        recall = recalling.holding(recall, {name: new for name, (_, new) in changes.items()})
        if "due" not in agreed.outcome.columns:
            recall = recalling.due_moved(recall, *changes.get("due", (None, None)))
    if agreed.authority.acting_for is not None and facts.actor.person is not None:
        recall = recalling.lent(recall, agreed.authority.role, facts.actor.person)
    acting = [one for one in (facts.actor.person, agreed.authority.acting_for) if one is not None]
    return recalling.advanced(
        recall,
        agreed.transition.name,
        facts.item.state,
        agreed.target.name,
        agreed.now,
        acting,
        same=same,
        next_cycle=agreed.outcome.cycles > 0,
    )


def _stops(workflow: Workflow, source: str, target: State, outcome: Outcome) -> tuple[str, ...]:
    """Timers that end; all of them at the end of the item's life."""
    if outcome.cancel_timers or target.final:
        return ("*",)
    return timers_left(workflow, source, target.name) if workflow.timers else ()


def _starts(workflow: Workflow, facts: Facts, agreed: Agreed, written: Given, changes: Changes, recall: Recall) -> tuple[TimerStart, ...]:
    """Timers that begin with the new state, and those whose due date moved."""
    source, target, now = facts.item.state, agreed.target.name, agreed.now
    same = source == target
    after = _facts_after(facts, agreed, written, changes, recall)
    entered = () if same else tuple(timers_entered(workflow, after, source, target, now))
    begun = {start.name for start in entered}
    return entered + tuple(start for start in timers_moved(workflow, after, frozenset(changes), now) if start.name not in begun)


def _facts_after(facts: Facts, agreed: Agreed, written: Given, changes: Changes, recall: Recall) -> Facts:
    """The facts once the decision is written, inputs beside the fields: due dates of timers follow these."""
    columns = {name: column_fact(name, changes[name][1]) for name in written.columns if name in changes}
    fields = {**written.inputs, **facts.item.fields, **{name: changes[name][1] for name in written.fields if name in changes}}
    since = facts.item.state_since if agreed.target.name == facts.item.state else agreed.now
    cycle = facts.item.cycle + agreed.outcome.cycles
    item = facts.item._replace(state=agreed.target.name, state_since=since, cycle=cycle, recall=recall, fields=fields, **columns)
    return facts._replace(item=item)
