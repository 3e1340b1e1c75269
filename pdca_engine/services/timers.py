"""Timers of items: rows that wake the engine while an item is in a state. The rules (due, ladder, effects) stay on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pdca_engine.cadence.ladder import LadderStep, ladder_instants
from pdca_engine.definition.facts import Decision, Facts, TimerStart
from pdca_engine.definition.reckoning import timers_entered
from pdca_engine.definition.workflow import Timer, Workflow
from pdca_engine.store.rows import ItemRow, ScheduleRow
from pdca_engine.unit import Unit


@dataclass(frozen=True, slots=True)
class Point:
    """A moment at which a timer has something to do: a step of its ladder, or (step None) its effects when due."""

    at: datetime
    label: str
    step: LadderStep | None


def points_of(unit: Unit, timer: Timer, due_at: datetime, nominal: str) -> tuple[Point, ...]:
    """Everything the timer will do, in the order of time. Labels carry the due date: a moved date is a new ladder (domain 2.5)."""
    rungs = ladder_instants(timer.ladder, due_at, unit.settings.zone, unit.app.calendar)
    points = [Point(at, f"{nominal} {step.offset}", step) for step, at in rungs]
    if timer.then:
        points.append(Point(due_at, f"{nominal} due", None))
    return tuple(sorted(points, key=lambda point: (point.at, point.step is None)))


def set_timers(unit: Unit, workflow: Workflow, row: ItemRow, decision: Decision) -> None:
    """Stop and start the item's timers as decided."""
    if decision.stop == ("*",):
        unit.hot.stop_timers(row.id)
    elif decision.stop:
        _leave(unit, workflow, row, decision.stop)
    for start in decision.start:
        start_timer(unit, workflow.timers[start.name], row, start)


def _leave(unit: Unit, workflow: Workflow, row: ItemRow, names: tuple[str, ...]) -> None:
    """Stop timers of a state that is left; those that go on at a second visit remember where they stood."""
    asleep = {name for name in names if workflow.timers[name].on_return != "restart"}
    unit.hot.stop_timers(row.id, [name for name in names if name not in asleep])
    for known in unit.hot.timers(row.id) if asleep else ():
        if known.name in asleep and known.due_at is not None:
            left = (known.due_at - unit.now).total_seconds()
            unit.hot.update_schedule(known.id, known.version, {"wake_at": None, "remaining": left})


def start_timer(unit: Unit, timer: Timer, row: ItemRow, start: TimerStart) -> None:
    """Start a timer, or go on with one that slept."""
    known = None if start.restart else next((one for one in unit.hot.timers(row.id) if one.name == timer.name), None)
    if known is not None and known.remaining is not None and known.due_at is not None:
        _go_on(unit, timer, known)
        return
    nominal = start.nominal.isoformat()
    points = points_of(unit, timer, start.due_at, nominal)
    late = _too_late_to_remind(points, unit.now)
    values: dict[str, Any] = {
        "kind": "timer",
        "workflow_id": row.workflow_id,
        "workflow_version_id": row.workflow_version_id,
        "name": timer.name,
        "target": "",
        "item_id": row.id,
        "rule": {},
        "timezone": unit.settings.timezone,
        "next_nominal": nominal,
        "due_at": start.due_at,
        "wake_at": points[late].at if late < len(points) else None,
        "step": late,
        "remaining": None,
        "paused_at": None,
        "error": None,
    }
    unit.hot.upsert_timer(values)


def _too_late_to_remind(points: tuple[Point, ...], now: datetime) -> int:
    """How many reminders lie before the timer's own beginning: nobody is reminded of what did not exist yet."""
    return next((number for number, point in enumerate(points) if point.step is None or point.at > now), len(points))


def _go_on(unit: Unit, timer: Timer, known: ScheduleRow) -> None:
    """`resume`: the time left counts from now; `keep`: the due date is what it was."""
    assert known.due_at is not None and known.remaining is not None
    due_at = unit.now + timedelta(seconds=known.remaining) if timer.on_return == "resume" else known.due_at
    nominal = due_at.astimezone(unit.settings.zone).date().isoformat() if timer.on_return == "resume" else known.next_nominal
    ahead = [point for point in points_of(unit, timer, due_at, nominal or "") if point.at > unit.now]
    done = len(points_of(unit, timer, due_at, nominal or "")) - len(ahead)
    if timer.on_return == "keep":
        done = min(done, known.step)
        ahead = list(points_of(unit, timer, due_at, nominal or ""))[done:]
    values = {"due_at": due_at, "next_nominal": nominal, "wake_at": ahead[0].at if ahead else None, "step": done, "remaining": None}
    unit.hot.update_schedule(known.id, known.version, values)


def start_first_timers(unit: Unit, workflow: Workflow, facts: Facts, row: ItemRow) -> None:
    """The timers of the state an item is created in."""
    for start in timers_entered(workflow, facts, None, row.state, unit.now):
        start_timer(unit, workflow.timers[start.name], row, start)
