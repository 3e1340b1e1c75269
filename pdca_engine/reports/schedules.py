"""Recurring schedules: what comes next, what came last, what is paused or set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from pdca_engine.records.schedules import Occurrence, ScheduleRecord
from pdca_engine.unit import Unit


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """One recurring rule; `next_nominal` is local wall time in `timezone`; `error` says why it was set aside."""

    id: int
    workflow: str
    name: str
    title: str
    target: str
    timezone: str
    next_nominal: str | None
    wake_at: datetime | None
    paused_at: datetime | None
    error: str | None
    last_nominal: str | None
    last_state: str | None
    missed: int


def schedules(unit: Unit) -> tuple[ScheduleLine, ...]:
    """Every recurring schedule, the next one first; timers belong to their items' pages."""
    recurring = select(ScheduleRecord).where(ScheduleRecord.item_id.is_(None))
    rows = unit.session.scalars(recurring.order_by(ScheduleRecord.wake_at.asc().nulls_last(), ScheduleRecord.id)).all()
    last, missed = _last(unit), _missed(unit)
    return tuple(_line(unit, row, last.get(row.id), missed.get(row.id, 0)) for row in rows)


def _line(unit: Unit, row: ScheduleRecord, last: Occurrence | None, missed: int) -> ScheduleLine:
    paper = unit.workflow(row.workflow_version_id).workflow.schedules.get(row.name)
    return ScheduleLine(
        id=row.id,
        workflow=row.workflow_id,
        name=row.name,
        title=paper.title.get(unit.language) if paper else row.name,
        target=row.target,
        timezone=row.timezone,
        next_nominal=row.next_nominal,
        wake_at=row.wake_at,
        paused_at=row.paused_at,
        error=row.error,
        last_nominal=last.nominal if last else None,
        last_state=last.state if last else None,
        missed=missed,
    )


def _last(unit: Unit) -> Mapping[int, Occurrence]:
    newest = select(func.max(Occurrence.id)).join(ScheduleRecord).where(ScheduleRecord.item_id.is_(None)).group_by(Occurrence.schedule_id)
    return {one.schedule_id: one for one in unit.session.scalars(select(Occurrence).where(Occurrence.id.in_(newest)))}


def _missed(unit: Unit) -> Mapping[int, int]:
    counted = select(Occurrence.schedule_id, func.sum(Occurrence.count)).where(Occurrence.state == "missed")
    return {schedule: int(count) for schedule, count in unit.session.execute(counted.group_by(Occurrence.schedule_id))}
