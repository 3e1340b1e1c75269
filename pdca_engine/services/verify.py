"""Prove the trail: every chain recomputed, every readable column compared with its text, every item's row replayed from its trail.

What it can't find yet: the removal of a whole item with all its entries, or a rewrite of everything by somebody who owns the database;
signed checkpoints will.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.services.replay import replay
from pdca_engine.services.writing import RELATION_COLUMNS
from pdca_engine.store.rows import ItemRow
from pdca_engine.store.trail_check import UnreadableRow, items_removed, iterate_trails
from pdca_engine.trail.canonical import plain
from pdca_engine.trail.chain import verify_chain
from pdca_engine.trail.entry import EntryRow, differing_columns
from pdca_engine.unit import Unit

STATE_COLUMNS = (
    "workflow_version_id",
    "state",
    "phase",
    "final",
    "cycle",
    "attempt",
    "version",
    "silenced",
    "state_since",
    "created_at",
    "closed_at",
    "fields",
    "recall",
)


@dataclass(frozen=True, slots=True)
class FirstBroken:
    """The first thing that is not as it was written: the item's key, the entry's number, what is wrong in both languages."""

    item: str
    seq: int
    code: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class TrailReport:
    """How much was verified, and the first break (None: all well)."""

    items: int
    entries: int
    first_broken: FirstBroken | None

    @property
    def ok(self) -> bool:
        """Whether nothing is broken."""
        return self.first_broken is None


def verify_trail(unit: Unit) -> TrailReport:
    """Verify every item's trail, in order of creation; stops at the first break. Memory: one item's trail."""
    items = entries = 0
    try:
        for row, trail in iterate_trails(unit.session):
            items, entries = items + 1, entries + len(trail)
            broken = verify_item(row, trail)
            if broken is not None:
                return TrailReport(items, entries, broken)
    except UnreadableRow as unreadable:
        return TrailReport(items, entries, _unreadable(unreadable))
    return TrailReport(items, entries, _removed(unit))


def _unreadable(found: UnreadableRow) -> FirstBroken:
    return FirstBroken(f"#{found.item_id}", found.seq, "unreadable", "This row can't be read: it was changed.", "此行无法读取：已被更改。")


def _removed(unit: Unit) -> FirstBroken | None:
    """An item whose row is gone while its entries stay."""
    gone = items_removed(unit.session)
    return (
        FirstBroken(f"#{gone[0]}", 0, "removed", "The item's row is gone, its entries are there.", "事项数据已被删除，但其记录仍在。")
        if gone
        else None
    )


def verify_item(row: ItemRow, trail: Sequence[EntryRow]) -> FirstBroken | None:
    """The first break in one item's trail."""
    chain = verify_chain(((one.seq, one.text, one.hash) for one in trail), row.head, row.seq, item_id=row.id)
    if chain is not None:
        return FirstBroken(row.key, chain.seq, chain.code, chain.en, chain.zh)
    for one in trail:
        if names := differing_columns(one):
            shown = ", ".join(names)
            return FirstBroken(row.key, one.seq, "columns", f"Not what its text says: {shown}.", f"与其文本不符：{shown}。")
    return _replayed(row, trail)


def _replayed(row: ItemRow, trail: Sequence[EntryRow]) -> FirstBroken | None:
    told, kept = replay(trail).as_row(), row_of(row)
    different = [name for name in kept if kept[name] != told[name]]
    if not different:
        return None
    shown = ", ".join(different)
    return FirstBroken(row.key, row.seq, "row", f"The item's row is not what its trail tells: {shown}.", f"事项数据与其记录不符：{shown}。")


def row_of(row: ItemRow) -> dict[str, Any]:
    """The columns of a row that follow from its trail, as the trail writes values."""
    columns = {name: getattr(row, RELATION_COLUMNS.get(name, name)) for name in COLUMN_FIELDS}
    kept: dict[str, Any] = plain({**columns, **{name: getattr(row, name) for name in STATE_COLUMNS}})
    return kept
