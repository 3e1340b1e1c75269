"""Rows as the hot path gives and takes them: plain tuples with names, no mapped objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson

from pdca_engine.records.base import json_text

JsonRows = tuple[dict[str, Any], ...]


class ItemRow(NamedTuple):
    """A row of `item` (records.items.Item), the directory's counter, and what was asked for beside it.

    `children`: id, key, workflow_id, state, final, owner_id, due (date), fields, recall, evidence (how many pieces in force).
    `evidence`, in force only: id, kind, dated (date), added_at (moment). `links`: id, kind, to_item_id. All ordered by id;
    empty when not asked for.
    """

    id: int
    key: str
    title: str
    description: str
    workflow_id: str
    workflow_version_id: int
    state: str
    state_since: datetime
    phase: str
    final: str | None
    cycle: int
    attempt: int
    owner_id: int | None
    proposer_id: int | None
    checker_id: int | None
    process_id: str | None
    service_id: str | None
    requirements: list[str]
    priority: str | None
    source: str | None
    due: date | None
    tags: list[str]
    fields: dict[str, Any]
    recall: dict[str, Any]
    parent_id: int | None
    created_at: datetime
    closed_at: datetime | None
    silenced: bool
    version: int
    seq: int
    head: bytes
    import_key: str | None
    directory: int = 0
    children: JsonRows = ()
    evidence: JsonRows = ()
    links: JsonRows = ()


class MessageRow(NamedTuple):
    """A row of `message` not sent yet; one whose `unique_key` is there already is left out without an error."""

    unique_key: str
    kind: str
    person_id: int | None
    item_id: int | None
    body: Mapping[str, Any]
    created_at: datetime


class ScheduleRow(NamedTuple):
    """A row of `schedule` (records.schedules.ScheduleRecord)."""

    id: int
    kind: str
    workflow_id: str
    workflow_version_id: int
    name: str
    target: str
    item_id: int | None
    rule: dict[str, Any]
    timezone: str
    next_nominal: str | None
    due_at: datetime | None
    wake_at: datetime | None
    step: int
    remaining: float | None
    paused_at: datetime | None
    error: str | None
    version: int


class OccurrenceRow(NamedTuple):
    """A row of `occurrence`, without its number."""

    schedule_id: int
    nominal: str
    due_at: datetime
    state: str
    created_at: datetime
    note: str | None = None
    count: int = 1  # type: ignore[assignment]  # because the column is called so, and tuple.count is not missed
    until: str | None = None
    item_id: int | None = None


def parsed(text: str | None) -> JsonRows:
    """The JSON rows of a sub-select in order of id, with their dates and moments as such."""
    if not text or text == "[]":
        return ()
    rows = orjson.loads(text)
    for row in rows:
        _restore(row)
    return tuple(sorted(rows, key=_by_id)) if len(rows) > 1 else tuple(rows)


def _by_id(row: dict[str, Any]) -> int:
    number: int = row["id"]
    return number


def _restore(row: dict[str, Any]) -> None:
    """Dates and moments are text in JSON."""
    for name in ("due", "dated"):
        if row.get(name) is not None:
            row[name] = date.fromisoformat(row[name])
    if "added_at" in row:
        row["added_at"] = datetime.fromisoformat(row["added_at"])


def messages_json(messages: Sequence[MessageRow]) -> str:
    """Messages as one JSON array for `jsonb_to_recordset`: bodies as the text they are kept as."""
    return json_text([{**row._asdict(), "body": json_text(row.body)} for row in messages])
