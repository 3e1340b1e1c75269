"""Published paper: a workflow and its versions. A version never changes; items pin one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pdca_engine.records.base import Id, JsonText, Moment, Record


class WorkflowRecord(Record):
    """A workflow by its id, and the version new items use."""

    __tablename__ = "workflow"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    title_en: Mapped[str] = mapped_column(String(200))
    title_zh: Mapped[str] = mapped_column(String(200))
    item_key: Mapped[str | None] = mapped_column(String(10))  # items are named KEY-YEAR-NUMBER
    abstract: Mapped[bool] = mapped_column(default=False)
    current: Mapped[int]  # number of the version in use
    retired_at: Mapped[datetime | None] = mapped_column(Moment)


class WorkflowVersion(Record):
    """One immutable text. `parents` holds the texts of what it extends, as they were, so that it means the same for ever."""

    __tablename__ = "workflow_version"
    __table_args__ = (UniqueConstraint("workflow_id", "number"), UniqueConstraint("workflow_id", "content_hash"))
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workflow_id: Mapped[str] = mapped_column(ForeignKey("workflow.id"))
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    parents: Mapped[dict[str, str]] = mapped_column(JsonText)
    published_at: Mapped[datetime] = mapped_column(Moment)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text)


class WorkflowEvent(Record):
    """What somebody did with a workflow besides publishing a new text. Written once, never changed.

    `kind`: used (an earlier version became current again), retired, restored, migrated, reverted. `version`: the number it led to.
    `detail` of migrated: from, to (numbers), names (the mapping), items; of reverted: event (the migration taken back), from, to, items.
    """

    __tablename__ = "workflow_event"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workflow_id: Mapped[str] = mapped_column(ForeignKey("workflow.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: the engine or this computer's administrator
    kind: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JsonText)
