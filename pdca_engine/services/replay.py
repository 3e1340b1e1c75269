"""An item's row, rebuilt from nothing but its trail: what the trail says must be what the row says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pdca_engine.definition.changing.migration import fields_after
from pdca_engine.definition.deciding import recalling
from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.definition.paper.facts import Recall
from pdca_engine.services.entries import detail_of
from pdca_engine.trail.canonical import plain
from pdca_engine.trail.entry import EntryRow


@dataclass(slots=True)
class Replayed:
    """The item as its trail tells it. Values are as the trail writes them (`trail.canonical.plain`)."""

    workflow_version_id: int = 0
    state: str = ""
    phase: str = ""
    final: str | None = None
    cycle: int = 1
    attempt: int = 1
    version: int = 0
    silenced: bool = False
    state_since: datetime | None = None
    created_at: datetime | None = None
    closed_at: datetime | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    recall: Recall = field(default_factory=Recall)

    def as_row(self) -> dict[str, Any]:
        """The columns of the row that follow from the trail, comparable with `row_of`."""
        columns = {name: self.columns.get(name) for name in COLUMN_FIELDS}
        row: dict[str, Any] = plain(
            {
                **columns,
                "description": columns["description"] or "",
                "requirements": columns["requirements"] or [],
                "tags": columns["tags"] or [],
                "workflow_version_id": self.workflow_version_id,
                "state": self.state,
                "phase": self.phase,
                "final": self.final,
                "cycle": self.cycle,
                "attempt": self.attempt,
                "version": self.version,
                "silenced": self.silenced,
                "state_since": self.state_since,
                "created_at": self.created_at,
                "closed_at": self.closed_at,
                "fields": self.fields,
                "recall": recalling.as_json(self.recall),
            }
        )
        return row


def replay(entries: Iterable[EntryRow]) -> Replayed:
    """The item after all its entries, in order of seq."""
    item = Replayed()
    for entry in entries:
        detail = detail_of(entry)
        if entry.kind in ("created", "imported"):
            _begin(item, entry, detail)
        elif entry.kind == "advanced":
            _advance(item, entry, detail)
        elif entry.kind in ("agreed", "declined"):
            _hear(item, entry, detail)
        elif entry.kind in ("edited", "assigned"):
            _change(item, detail.get("changes", {}))
            item.recall = recalling.edited(item.recall)
            item.version = detail["version"]
        elif entry.kind == "migrated":
            _migrate(item, entry, detail)
    return item


def _begin(item: Replayed, entry: EntryRow, detail: Mapping[str, Any]) -> None:
    item.state, item.phase, item.version = entry.target or "", detail["phase"], detail["version"]
    item.workflow_version_id = detail["workflow_version"]
    item.state_since = item.created_at = entry.at
    item.recall = recalling.begun(item.state, entry.at, {})
    _change(item, detail.get("changes", {}))


def _advance(item: Replayed, entry: EntryRow, detail: Mapping[str, Any]) -> None:
    assert entry.source is not None and entry.target is not None and entry.transition is not None
    _change(item, detail.get("changes", {}), by_rule=bool(detail.get("due_by_rule")))
    same = entry.source == entry.target
    if detail.get("for") is not None and entry.person_id is not None:
        item.recall = recalling.lent(item.recall, detail["role"], entry.person_id)
    persons = [one for one in (entry.person_id, detail.get("for")) if one is not None]
    item.recall = recalling.advanced(
        item.recall,
        entry.transition,
        entry.source,
        entry.target,
        entry.at,
        persons,
        same=same,
        next_cycle=detail["cycle"] > item.cycle,
    )
    item.state, item.phase, item.final = entry.target, detail["phase"], detail.get("final")
    item.cycle, item.attempt, item.version = detail["cycle"], detail["attempt"], detail["version"]
    item.silenced = bool(detail.get("silenced"))
    item.state_since = item.state_since if same else entry.at
    item.closed_at = (item.closed_at if same else entry.at) if item.final else None


def _hear(item: Replayed, entry: EntryRow, detail: Mapping[str, Any]) -> None:
    """A yes or a no, where several must say yes."""
    assert entry.transition is not None and entry.person_id is not None
    absent = detail.get("for")
    if entry.kind == "declined":
        item.recall = recalling.declined(item.recall, entry.transition)
        return
    if absent is not None:
        item.recall = recalling.lent(item.recall, detail["role"], entry.person_id)
    item.recall = recalling.said_yes(item.recall, entry.transition, (entry.person_id, entry.person_id if absent is None else absent))


def _migrate(item: Replayed, entry: EntryRow, detail: Mapping[str, Any]) -> None:
    """The item goes on under another version: where it stands and since when stays, only names and values may change."""
    item.recall = item.recall._replace(**{name: new for name, (_, new) in detail.get("recall", {}).items()})
    changes = detail.get("changes", {})
    item.recall = recalling.holding(item.recall, {name: new for name, (_, new) in changes.items()})
    item.fields = fields_after(item.fields, {name: new for name, (_, new) in changes.items()}, detail.get("dropped", ()))
    item.state, item.phase, item.version = entry.target or "", detail["phase"], detail["version"]
    item.workflow_version_id = detail["workflow_version"][1]


def _change(item: Replayed, changes: Mapping[str, list[Any]], by_rule: bool = False) -> None:
    new = {name: pair[1] for name, pair in changes.items()}
    item.recall = recalling.holding(item.recall, new)
    if not by_rule:
        item.recall = recalling.due_moved(item.recall, *changes.get("due", (None, None)))
    for name, value in new.items():
        (item.columns if name in COLUMN_FIELDS else item.fields)[name] = value
