"""The smallest organisation in which the store can be tried: two people, a process, a workflow, and items of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pdca_engine.records.organisation import Process
from pdca_engine.records.people import Person
from pdca_engine.records.workflows import WorkflowRecord, WorkflowVersion
from pdca_engine.store.engine import Store, Transaction
from pdca_engine.store.hot import Advance
from pdca_engine.store.rows import ItemRow
from pdca_engine.trail.chain import GENESIS
from pdca_engine.trail.entry import EntryRow, seal

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANNA, BORIS = 1, 2
BLANK = ("final", "checker_id", "process_id", "service_id", "priority", "source", "due", "parent_id", "closed_at", "import_key")


def found_organisation(store: Store) -> None:
    """Anna (1), Boris (2), the process "incident", and version 1 of the workflow "improvement"."""
    with store.transaction() as transaction:
        session = transaction.session
        session.add_all([Person(id=ANNA, name="Anna", created_at=NOON), Person(id=BORIS, name="Boris", created_at=NOON)])
        session.add(Process(id="incident", title_en="Incident management", title_zh="事件管理"))
        session.add(WorkflowRecord(id="improvement", title_en="Improvement", title_zh="改进", item_key="IMP", current=1))
        session.flush()
        version = WorkflowVersion(
            id=1, workflow_id="improvement", number=1, content_hash="0" * 64, text="…", parents={}, published_at=NOON, reason=""
        )
        session.add(version)


def item_columns(number: int, head: bytes, **others: Any) -> dict[str, Any]:
    """Every column of a new item."""
    blank = dict.fromkeys(
        ("final", "checker_id", "process_id", "service_id", "priority", "source", "due", "parent_id", "closed_at", "import_key")
    )
    columns = {
        **blank,
        "id": number,
        "key": f"IMP-2026-{number:04}",
        "title": f"Item {number}",
        "description": "",
        "workflow_id": "improvement",
        "workflow_version_id": 1,
        "state": "draft",
        "state_since": NOON,
        "phase": "plan",
        "cycle": 1,
        "attempt": 1,
        "owner_id": ANNA,
        "proposer_id": BORIS,
        "requirements": [],
        "tags": [],
        "fields": {},
        "recall": {},
        "created_at": NOON,
        "silenced": False,
        "version": 1,
        "seq": 1,
        "head": head,
    }
    return {**columns, **others}


def add_items(transaction: Transaction, count: int, **others: Any) -> list[int]:
    """`count` new items with their first entries; answers their numbers."""
    numbers = transaction.hot.reserve_ids("item", count)
    entries = [seal(GENESIS, number, 1, NOON, "created", ANNA, target="draft") for number in numbers]
    items = [item_columns(number, entry.hash, **others) for number, entry in zip(numbers, entries, strict=True)]
    transaction.hot.insert_items(items, entries)
    return numbers


def next_entry(item: ItemRow, *, request_key: str | None = None, target: str = "open", detail: Mapping[str, Any] | None = None) -> EntryRow:
    """The entry that moves `item` on to `target`."""
    return seal(
        item.head,
        item.id,
        item.seq + 1,
        NOON,
        "advanced",
        ANNA,
        transition="open",
        source=item.state,
        target=target,
        request_key=request_key,
        detail=detail or {},
    )


def next_advance(item: ItemRow, **columns: Any) -> Advance:
    """The guarded change that sets `columns` and says so in the trail."""
    return Advance(item.id, item.version, item.seq, columns or {"state": "open"}, next_entry(item))
