"""Schedules on paper become rows that wake the engine: made when a workflow is published, brought up to date when it changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from pdca_engine.cadence.calendars import load_calendar
from pdca_engine.cadence.catchup import CatchUp, plan_catch_up
from pdca_engine.cadence.rules import CronRule, EveryRule, Rule, grounded
from pdca_engine.cadence.working_days import WorkingCalendar
from pdca_engine.cadence.zones import wall
from pdca_engine.definition.paper.workflow import Schedule, Workflow
from pdca_engine.records.organisation import Process, Service
from pdca_engine.records.schedules import ScheduleRecord
from pdca_engine.unit import Unit

A_MOMENT = timedelta(microseconds=1)


def sync_schedules(unit: Unit, workflow: Workflow, version_id: int) -> None:
    """Make the rows of a workflow what its current version says: new ones begin now, changed ones are reckoned anew, others end."""
    query = select(ScheduleRecord).where(ScheduleRecord.workflow_id == workflow.id, ScheduleRecord.item_id.is_(None))
    known = {(row.name, row.target): row for row in unit.session.scalars(query)}
    wanted = {} if workflow.abstract else _wanted(unit, workflow)
    for place, schedule in wanted.items():
        row = known.pop(place, None)
        if row is None:
            row = ScheduleRecord(kind="recurring", workflow_id=workflow.id, name=place[0], target=place[1], rule={}, step=0)
            unit.session.add(row)
        _bring_up_to_date(unit, row, schedule, version_id)
    for row in known.values():  # gone from the paper
        _rest(row)
    unit.session.flush()


def end_schedules(unit: Unit, workflow_id: str) -> None:
    """The workflow's schedules wake no more; `sync_schedules` begins them anew."""
    for row in unit.session.scalars(
        select(ScheduleRecord).where(ScheduleRecord.workflow_id == workflow_id, ScheduleRecord.item_id.is_(None))
    ):
        _rest(row)
    unit.session.flush()


def _rest(row: ScheduleRecord) -> None:
    """The row stays for its occurrences."""
    row.due_at = row.wake_at = row.next_nominal = None


def _wanted(unit: Unit, workflow: Workflow) -> dict[tuple[str, str], Schedule]:
    return {(schedule.name, target): schedule for schedule in workflow.schedules.values() for target in _targets(unit, schedule)}


def _targets(unit: Unit, schedule: Schedule) -> list[str]:
    if schedule.for_each is None:
        return [""]
    kind = Process if schedule.for_each == "process" else Service
    return list(unit.session.scalars(select(kind.id).where(kind.active).order_by(kind.id)))


def _bring_up_to_date(unit: Unit, row: ScheduleRecord, schedule: Schedule, version_id: int) -> None:
    said = as_data(schedule)
    row.workflow_version_id = version_id
    if row.rule == said and row.next_nominal is not None:
        return
    zone = grounded(rule_of(schedule), zone_of(unit, schedule))[1]
    row.rule, row.timezone, row.error = said, zone.key, None
    set_next(row, look(unit, schedule, wall(unit.now, zone)))


def set_next(row: ScheduleRecord, plan: CatchUp) -> None:
    """Where the schedule goes on."""
    row.next_nominal, row.due_at, row.wake_at = plan.next.nominal.isoformat(), plan.next.utc, plan.wake_at


def look(unit: Unit, schedule: Schedule, last_nominal: datetime | None) -> CatchUp:
    """What became due since `last_nominal` (exclusive), and what comes next."""
    return plan_catch_up(
        rule_of(schedule),
        zone_of(unit, schedule),
        calendar_of(unit, schedule),
        schedule.on_holiday,
        last_nominal,
        unit.now,
        schedule.window,
        schedule.catch_up,
        lead=schedule.lead,
    )


def before(nominal: str) -> datetime:
    """The last moment that counts as handled when `nominal` is the next to come."""
    return datetime.fromisoformat(nominal) - A_MOMENT


def rule_of(schedule: Schedule) -> Rule:
    """The recurring rule as the cadence room knows it."""
    if schedule.cron is not None:
        return CronRule(schedule.cron)
    assert schedule.every is not None and schedule.anchor is not None  # the checks see to it
    return EveryRule(schedule.every, schedule.anchor, schedule.at)


def zone_of(unit: Unit, schedule: Schedule) -> ZoneInfo:
    """Its own zone, or the organisation's."""
    return ZoneInfo(schedule.timezone) if schedule.timezone else unit.settings.zone


def calendar_of(unit: Unit, schedule: Schedule) -> WorkingCalendar:
    """Its own calendar, or the organisation's."""
    return load_calendar(schedule.calendar) if schedule.calendar else unit.app.calendar


def as_data(schedule: Schedule) -> dict[str, Any]:
    """What and when, as the row shows it; a change here reckons the next time anew."""
    when = (
        {"cron": schedule.cron}
        if schedule.cron
        else {"every": str(schedule.every), "from": str(schedule.anchor), "at": f"{schedule.at:%H:%M}"}
    )
    return {
        **when,
        "zone": schedule.timezone,
        "calendar": schedule.calendar,
        "on_holiday": schedule.on_holiday,
        "window": str(schedule.window) if schedule.window else None,
        "catch_up": schedule.catch_up,
        "lead": str(schedule.lead) if schedule.lead else None,
        "for_each": schedule.for_each,
        **({"while_open": True} if schedule.while_open else {}),
    }
