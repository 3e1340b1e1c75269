"""What comes by itself: recurring schedules, timers of items, their occurrences, and the messages that go out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pdca_engine.records.base import Id, JsonText, Moment, Record


def _unique(name: str, *columns: str, where: str) -> Index:
    """A unique index over the rows for which `where` holds, on both databases."""
    return Index(name, *columns, unique=True, sqlite_where=text(where), postgresql_where=text(where))


class ScheduleRecord(Record):
    """One recurring rule of a workflow, or one timer of an item.

    `rule` is plain data (see services.schedules); `next_nominal` is local wall time as text; `wake_at` when a tick must look at it next
    (the due instant, or a ladder step before or after). A schedule that raised is set aside with its `error`.
    """

    __tablename__ = "schedule"
    __table_args__ = (
        # Two indexes, because NULLs never equal each other: one name a workflow and target, one timer of that name an item.
        _unique("uq_schedule_recurring", "workflow_id", "name", "target", where="item_id IS NULL"),
        _unique("uq_schedule_timer", "item_id", "name", where="item_id IS NOT NULL"),
        Index("ix_schedule_wake_at", "wake_at", sqlite_where=text("wake_at IS NOT NULL"), postgresql_where=text("wake_at IS NOT NULL")),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # recurring | timer
    workflow_id: Mapped[str] = mapped_column(ForeignKey("workflow.id"))
    workflow_version_id: Mapped[int] = mapped_column(ForeignKey("workflow_version.id"))
    name: Mapped[str] = mapped_column(String(60))
    target: Mapped[str] = mapped_column(String(80), default="")  # with for_each: the process or service
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    rule: Mapped[dict[str, Any]] = mapped_column(JsonText)
    timezone: Mapped[str] = mapped_column(String(64))
    next_nominal: Mapped[str | None] = mapped_column(String(26))
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    wake_at: Mapped[datetime | None] = mapped_column(Moment)  # None: paused, set aside, silenced or done
    step: Mapped[int] = mapped_column(default=0)  # how many ladder steps have fired
    remaining: Mapped[float | None]  # seconds left, of a timer kept for `on_return: resume`
    paused_at: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)


class Occurrence(Record):
    """What came of one nominal time of one schedule: at most one row each."""

    __tablename__ = "occurrence"
    __table_args__ = (UniqueConstraint("schedule_id", "nominal"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    nominal: Mapped[str] = mapped_column(String(40))  # local wall time; of a timer "due" or "step N" with its due date
    due_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(10))  # fired | missed | skipped
    note: Mapped[str | None] = mapped_column(String(20))
    count: Mapped[int] = mapped_column(default=1)  # more than one: a range of missed ones, up to `until`
    until: Mapped[str | None] = mapped_column(String(26))
    created_at: Mapped[datetime] = mapped_column(Moment)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))  # what it opened


class Message(Record):
    """The outbox: something to be told, once per `unique_key`; delivery is at-least-once with that key."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_waiting", "id", sqlite_where=text("sent_at IS NULL"), postgresql_where=text("sent_at IS NULL")),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unique_key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(20))  # notify | escalate | remind | webhook | alarm
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    body: Mapped[dict[str, Any]] = mapped_column(JsonText)
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)


class Node(Record):
    """One running scheduler: its heartbeat."""

    __tablename__ = "node"
    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    host: Mapped[str] = mapped_column(String(200))
    pid: Mapped[int]
    program_version: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime] = mapped_column(Moment)
    last_tick: Mapped[datetime] = mapped_column(Moment)
    doubt_s: Mapped[float | None]  # so many seconds its clock has leapt forward: it fires nothing until that is cleared up
