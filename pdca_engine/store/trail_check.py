"""Every trail, item by item, in bounded memory: what verification reads. It meets rows somebody has tampered with, and names them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from pdca_engine.store.rows import ItemRow
from pdca_engine.store.statements import ENTRY, ENTRY_COLUMNS, ITEM
from pdca_engine.trail.entry import EntryRow

ITEMS_A_PAGE = 500
UNREADABLE = (ValueError, DBAPIError)  # no date, no JSON; bytes that are no text


class UnreadableRow(Exception):
    """A row that can't even be read: the item's number, and the entry's seq (0: the item's own row)."""

    def __init__(self, item_id: int, seq: int) -> None:
        self.item_id = item_id
        self.seq = seq
        super().__init__(f"item {item_id}, entry {seq}")


def iterate_trails(session: Session) -> Iterator[tuple[ItemRow, list[EntryRow]]]:
    """Each item's row with all its entries in order of seq, in order of item id; an item without entries has an empty list.

    Memory: one page of items with their entries. UnreadableRow where a row holds what its column can't.
    """
    last = 0
    while numbers := session.scalars(select(ITEM.c.id).where(ITEM.c.id > last).order_by(ITEM.c.id).limit(ITEMS_A_PAGE)).all():
        last = numbers[-1]
        try:
            page = _page(session, numbers[0], last)
        except UNREADABLE:
            raise _first_unreadable(session, numbers) from None
        yield from page


def items_removed(session: Session) -> list[int]:
    """The numbers of items that have entries but no row any more, the first ten."""
    gone = select(ENTRY.c.item_id).where(~select(ITEM.c.id).where(ITEM.c.id == ENTRY.c.item_id).exists())
    return list(session.scalars(gone.distinct().order_by(ENTRY.c.item_id).limit(10)))


def _page(session: Session, first: int, last: int) -> list[tuple[ItemRow, list[EntryRow]]]:
    """The items numbered from `first` to `last`, each with its entries."""
    items = [ItemRow(*tuple[Any, ...](row)) for row in _items(session, ITEM.c.id.between(first, last))]
    trails: dict[int, list[EntryRow]] = {item.id: [] for item in items}
    for row in _entries(session, ENTRY.c.item_id.between(first, last)):
        if row.item_id in trails:  # entries of an item that was removed: see items_removed
            trails[row.item_id].append(EntryRow._make(row))
    return [(item, trails[item.id]) for item in items]


def _items(session: Session, wanted: ColumnElement[bool]) -> Sequence[Row[Any]]:
    return session.execute(select(ITEM).where(wanted).order_by(ITEM.c.id)).all()


def _entries(session: Session, wanted: ColumnElement[bool]) -> Sequence[Row[Any]]:
    columns = [ENTRY.c[name] for name in ENTRY_COLUMNS]
    return session.execute(select(*columns).where(wanted).order_by(ENTRY.c.item_id, ENTRY.c.seq)).all()


def _first_unreadable(session: Session, numbers: Sequence[int]) -> UnreadableRow:
    """Row by row, until one fails again."""
    for number in numbers:
        if not _readable(session, ITEM.c.id == number, of_item=True):
            return UnreadableRow(number, 0)
        for entry, seq in session.execute(select(ENTRY.c.id, ENTRY.c.seq).where(ENTRY.c.item_id == number).order_by(ENTRY.c.seq)):
            if not _readable(session, ENTRY.c.id == entry, of_item=False):
                return UnreadableRow(number, seq)
    return UnreadableRow(numbers[0], 0)


def _readable(session: Session, wanted: ColumnElement[bool], *, of_item: bool) -> bool:
    try:
        (_items if of_item else _entries)(session, wanted)
    except UNREADABLE:
        return False
    return True
