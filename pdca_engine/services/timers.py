"""Timers of items: rows that wake the engine while an item is in a state. The rules (due, ladder, effects) stay on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pdca_engine.definition.deciding.reckoning import timers_entered
from pdca_engine.definition.paper.facts import Decision, Facts, TimerStart
from pdca_engine.definition.paper.running import Place, Running, begin, go_on, sleep
from pdca_engine.definition.paper.workflow import Timer, Workflow
from pdca_engine.store.rows import ItemRow, ScheduleRow
from pdca_engine.store.timetable import TIMER_COLUMNS
from pdca_engine.unit import Unit


def place_of(unit: Unit) -> Place:
    """The organisation's zone and calendar."""
    return Place(unit.settings.zone, unit.app.calendar)


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
        running = _running(known) if known.name in asleep else None
        if running is not None:
            unit.hot.update_schedule(known.id, known.version, {"wake_at": None, "remaining": sleep(running, unit.now).remaining})


def _running(row: ScheduleRow) -> Running | None:
    """The timer a row keeps."""
    return None if row.due_at is None else Running(row.due_at, row.next_nominal or "", row.step, row.wake_at, row.remaining)


def start_timer(unit: Unit, timer: Timer, row: ItemRow, start: TimerStart) -> None:
    """Start a timer, or go on with one that slept."""
    known = None if start.restart else next((one for one in unit.hot.timers(row.id) if one.name == timer.name), None)
    slept = _running(known) if known is not None else None
    if known is not None and slept is not None and slept.remaining is not None:
        unit.hot.update_schedule(known.id, known.version, _columns(go_on(timer, slept, place_of(unit), unit.now)))
    else:
        unit.hot.upsert_timer(_begun(unit, timer, row, start))


def _begun(unit: Unit, timer: Timer, row: ItemRow, start: TimerStart) -> dict[str, Any]:
    """Every column of a timer that begins (`TIMER_COLUMNS`)."""
    return {
        "kind": "timer",
        "workflow_id": row.workflow_id,
        "workflow_version_id": row.workflow_version_id,
        "name": timer.name,
        "target": "",
        "item_id": row.id,
        "rule": {},
        "timezone": unit.settings.timezone,
        "paused_at": None,
        "error": None,
        **_columns(begin(timer, start, place_of(unit), unit.now)),
    }


def _columns(running: Running) -> dict[str, Any]:
    return {
        "next_nominal": running.nominal,
        "due_at": running.due_at,
        "wake_at": running.wake_at,
        "step": running.step,
        "remaining": running.remaining,
    }


def first_timers(unit: Unit, workflow: Workflow, facts: Facts, row: ItemRow) -> list[dict[str, Any]]:
    """The timers of the state a new item is created in, for `insert_timers`."""
    return [_begun(unit, workflow.timers[one.name], row, one) for one in timers_entered(workflow, facts, None, row.state, unit.now)]


def insert_timers(unit: Unit, timers: Sequence[Mapping[str, Any]]) -> None:
    """Start timers of items that have none yet."""
    if timers:
        unit.hot.insert_rows("schedule", (*TIMER_COLUMNS, "version"), [[*(one[name] for name in TIMER_COLUMNS), 1] for one in timers])
