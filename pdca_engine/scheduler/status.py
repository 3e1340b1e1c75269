"""How the schedulers of this database are: who runs, how late they are, what they could not do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from pdca_engine.records.items import Item
from pdca_engine.records.schedules import Message, Node, ScheduleRecord
from pdca_engine.scheduler.heartbeat import EVERY_S
from pdca_engine.unit import Unit

SILENT = timedelta(seconds=3 * EVERY_S)


@dataclass(frozen=True, slots=True)
class NodeStatus:
    """One scheduler; `alive`: it said so within the last three beats. One that is not was killed or hangs.

    `doubt_seconds`: its clock has leapt forward by so much, and it fires nothing until that is cleared up.
    """

    host: str
    pid: int
    program_version: str
    started_at: datetime
    last_tick: datetime
    alive: bool
    doubt_seconds: float | None = None

    def __str__(self) -> str:
        how = "alive" if self.alive else f"silent since {self.last_tick:%F %T} UTC"
        leapt = f", fires nothing: its clock leapt by {timedelta(seconds=self.doubt_seconds)}" if self.doubt_seconds else ""
        return f"{self.host} ({self.pid}), {self.program_version}, {how}{leapt}"


@dataclass(frozen=True, slots=True)
class SetAside:
    """A schedule or an item's timer that raised an error and waits for somebody to look at it."""

    workflow: str
    name: str
    item: str | None
    error: str

    def __str__(self) -> str:
        return f"{self.item or self.workflow} {self.name}: {self.error}"


@dataclass(frozen=True, slots=True)
class Status:
    """`lag_seconds`: how long the earliest thing has been due; `outbox_age_seconds`: how long the oldest message has been waiting."""

    nodes: tuple[NodeStatus, ...]
    due: int
    lag_seconds: float
    set_aside: tuple[SetAside, ...]
    messages_waiting: int
    outbox_age_seconds: float


def scheduler_status(unit: Unit) -> Status:
    """The state of affairs at the unit's moment."""
    wake = ScheduleRecord.wake_at
    due, earliest = unit.session.execute(select(func.count(), func.min(wake)).where(wake <= unit.now)).one()
    waiting, oldest = unit.session.execute(select(func.count(), func.min(Message.created_at)).where(Message.sent_at.is_(None))).one()
    return Status(_nodes(unit), due, _age(unit, earliest), _set_aside(unit), waiting, _age(unit, oldest))


def _age(unit: Unit, since: datetime | None) -> float:
    return max((unit.now - since).total_seconds(), 0.0) if since else 0.0


def _nodes(unit: Unit) -> tuple[NodeStatus, ...]:
    rows = unit.session.scalars(select(Node).order_by(Node.started_at, Node.id))
    return tuple(
        NodeStatus(one.host, one.pid, one.program_version, one.started_at, one.last_tick, unit.now - one.last_tick <= SILENT, one.doubt_s)
        for one in rows
    )


def _set_aside(unit: Unit) -> tuple[SetAside, ...]:
    record = ScheduleRecord
    query = select(record.workflow_id, record.name, Item.key, record.error).outerjoin(Item, Item.id == record.item_id)
    rows = unit.session.execute(query.where(record.error.is_not(None)).order_by(record.id))
    return tuple(SetAside(workflow, name, item, error or "") for workflow, name, item, error in rows)
