"""Dates that a workflow computes: when a timer is due, what `set: {x: {after: …}}` becomes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pdca_engine.cadence.durations import Duration, add, add_to_date, due_instant
from pdca_engine.definition.deciding.given import Given
from pdca_engine.definition.paper.facts import Facts, ItemFacts, TimerStart
from pdca_engine.definition.paper.workflow import Choose, Due, Timer, Workflow


def pick(duration: Duration | Choose | None, facts: Facts) -> Duration | None:
    """The duration itself, or the one for the item's present choice (None while nothing is chosen)."""
    if not isinstance(duration, Choose):
        return duration
    chosen = facts.item.fields.get(duration.by)
    return duration.cases.get(chosen) if isinstance(chosen, str) else None


def due_day(due: Due, facts: Facts, entered: datetime) -> date | None:
    """The day something is due, or None while its field or choice is empty. Days count in the organisation's zone."""
    if due.field is not None:
        base = facts.item.due if due.field == "due" else _day(facts.item.fields.get(due.field))
        shift = pick(due.plus, facts) or (-less if (less := pick(due.less, facts)) else None)
        if base is None or (shift is None and (due.plus or due.less)):
            return None
        return add_to_date(base, shift, facts.calendar) if shift else base
    after = pick(due.after, facts)
    if after is None:
        return None
    return add(entered, after, facts.zone, facts.calendar).astimezone(facts.zone).date()


def _day(value: object) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) and value else None


def timer_start(timer: Timer, facts: Facts, now: datetime) -> TimerStart | None:
    """The timer as it begins now. Whole days end at 24:00 of the due day; minutes and hours are due to the second."""
    after = pick(timer.due.after, facts)
    if after is not None and after.unit in ("minutes", "hours"):
        due_at = add(now, after, facts.zone, facts.calendar)
        return TimerStart(timer.name, due_at, due_at.astimezone(facts.zone).date())
    day = due_day(timer.due, facts, now)
    if day is None:
        return None
    due_at = _start_of(day, facts) if timer.due.field and timer.then and not timer.ladder else due_instant(day, facts.zone)
    return TimerStart(timer.name, due_at, day)


def _start_of(day: date, facts: Facts) -> datetime:
    """A timer that only acts on a date ("comes back on …") acts when that day begins, not when it is over."""
    return due_instant(date.fromordinal(day.toordinal() - 1), facts.zone)


def timers_entered(workflow: Workflow, facts: Facts, source: str | None, target: str, now: datetime) -> Iterator[TimerStart]:
    """Timers that begin because the item enters `target` from `source` (None: it was just created)."""
    for timer in workflow.timers.values():
        if target in timer.states and (source is None or source not in timer.states):
            start = timer_start(timer, facts, now)
            if start:
                yield TimerStart(start.name, start.due_at, start.nominal, restart=timer.on_return == "restart")


def timers_left(workflow: Workflow, source: str, target: str) -> tuple[str, ...]:
    """Timers that end because the item leaves their states."""
    return tuple(timer.name for timer in workflow.timers.values() if source in timer.states and target not in timer.states)


def timers_moved(workflow: Workflow, facts: Facts, changed: frozenset[str], now: datetime) -> Iterator[TimerStart]:
    """Timers of the present state whose due date follows a field or choice that changed."""
    for timer in workflow.timers.values():
        if facts.item.state in timer.states and changed & _reads(timer.due):
            start = timer_start(timer, facts, facts.item.state_since)
            if start:
                yield start


def shift_due_dates(workflow: Workflow, item: ItemFacts, now: datetime, zone: ZoneInfo) -> Given:
    """Due dates moved by the length of the pause (domain acceptance 28): the item's own, and the date fields its timers follow.

    The field that ended the pause itself is past and stays.
    """
    pause = now.astimezone(zone).date() - item.state_since.astimezone(zone).date()
    followed = {timer.due.field for timer in workflow.timers.values() if timer.due.field and item.state not in timer.states}
    days = {name: day for name in followed if name != "due" and (day := _day(item.fields.get(name)))}
    return Given(
        columns={"due": (item.due + pause).isoformat()} if item.due else {},
        fields={name: (day + pause).isoformat() for name, day in days.items()},
    )


def _reads(due: Due) -> frozenset[str]:
    names = {due.field} | {one.by for one in (due.after, due.plus, due.less) if isinstance(one, Choose)}
    return frozenset(name for name in names if name)
