"""Items, what is attached to them, and their trail."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pdca_engine.records.base import Id, JsonText, Moment, Record


class Item(Record):
    """Anything that moves through a workflow.

    `version` rises with every change of state, column or field and guards against stale writes; `seq` and `head` are the number and
    the hash of the last trail entry; `recall` is what the trail says in short (see definition.facts.Recall).
    """

    __tablename__ = "item"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(500))
    description: Mapped[str] = mapped_column(Text, default="")
    workflow_id: Mapped[str] = mapped_column(ForeignKey("workflow.id"))
    workflow_version_id: Mapped[int] = mapped_column(ForeignKey("workflow_version.id"))
    state: Mapped[str] = mapped_column(String(60))
    state_since: Mapped[datetime] = mapped_column(Moment)
    phase: Mapped[str] = mapped_column(String(5))
    final: Mapped[str | None] = mapped_column(String(8))
    cycle: Mapped[int] = mapped_column(default=1)
    attempt: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    checker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    process_id: Mapped[str | None] = mapped_column(ForeignKey("process.id"))
    service_id: Mapped[str | None] = mapped_column(ForeignKey("service.id"))
    requirements: Mapped[list[str]] = mapped_column(JsonText, default=list)
    priority: Mapped[str | None] = mapped_column(String(10))
    source: Mapped[str | None] = mapped_column(String(60))
    due: Mapped[date | None]
    tags: Mapped[list[str]] = mapped_column(JsonText, default=list)
    fields: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    recall: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    silenced: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[bytes] = mapped_column(LargeBinary(32))
    import_key: Mapped[str | None] = mapped_column(String(64), unique=True)  # what makes importing the same row twice add nothing

    __table_args__ = (
        Index("ix_item_board", "phase", "due", "id", sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
        Index("ix_item_workflow_id_id", "workflow_id", "id"),
        Index("ix_item_owner_id_due", "owner_id", "due"),
        Index("ix_item_process_id_phase", "process_id", "phase"),
        Index("ix_item_parent_id", "parent_id", sqlite_where=text("parent_id IS NOT NULL"), postgresql_where=text("parent_id IS NOT NULL")),
        {"sqlite_autoincrement": True},  # so that numbers can be reserved and none is given twice
    )


class Entry(Record):
    """One line of an item's trail: append-only (triggers refuse change), chained by hash.

    `text` is the canonical text that is hashed; the other columns are derived from it for reading, and verified against it.
    """

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("item_id", "seq"), UniqueConstraint("request_key"))
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[str] = mapped_column(String(20))  # one of those that `services.entries` tells of
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: the engine itself
    transition: Mapped[str | None] = mapped_column(String(60))
    source: Mapped[str | None] = mapped_column(String(60))
    target: Mapped[str | None] = mapped_column(String(60))
    request_key: Mapped[str | None] = mapped_column(String(200))  # "person:key", so that nobody can use up another's
    text: Mapped[str] = mapped_column(Text)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Evidence(Record):
    """A file or link that shows something. Never overwritten: a better piece supersedes (`supersedes_id`)."""

    __tablename__ = "evidence"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))
    superseded: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(String(500))
    kind: Mapped[str | None] = mapped_column(String(40))
    requirement: Mapped[str | None] = mapped_column(String(20))
    url: Mapped[str | None] = mapped_column(String(2000))
    file_name: Mapped[str | None] = mapped_column(String(255))
    media_type: Mapped[str | None] = mapped_column(String(100))
    size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    dated: Mapped[date]  # when what it shows happened
    period_from: Mapped[date | None]
    period_until: Mapped[date | None]
    added_at: Mapped[datetime] = mapped_column(Moment)  # when it was put here
    added_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Link(Record):
    """From an item to another item, or to an address outside."""

    __tablename__ = "link"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    to_item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    url: Mapped[str | None] = mapped_column(String(2000))
    kind: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[datetime] = mapped_column(Moment)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
