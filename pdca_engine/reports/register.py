"""The register: every item as one table, sorted, filtered, page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from pdca_engine.errors import BadInput
from pdca_engine.records.items import Item
from pdca_engine.reports.cards import Card, cards, select_cards
from pdca_engine.reports.filters import ItemFilter, conditions
from pdca_engine.reports.paging import Page, read_cursor, write_cursor
from pdca_engine.unit import Unit

MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Sorting:
    """A column to sort by, and how its value is read back from a cursor."""

    column: InstrumentedAttribute[Any]
    read: Callable[[str], Any] = str


SORTINGS: Final[Mapping[str, Sorting]] = {
    "created": Sorting(Item.created_at, datetime.fromisoformat),
    "due": Sorting(Item.due, date.fromisoformat),
    "state_since": Sorting(Item.state_since, datetime.fromisoformat),
    "title": Sorting(Item.title),
    "key": Sorting(Item.key),
}


def register(
    unit: Unit, filters: ItemFilter | None = None, cursor: str | None = None, limit: int = 50, sort: str = "-created"
) -> Page[Card]:
    """One page of items in the order `sort` (one of SORTINGS, with `-` before it: backwards), rows without a value last."""
    sorting, falling = _sorting(sort)
    limit = max(1, min(limit, MOST))
    column, by_id = (sorting.column.desc(), Item.id.desc()) if falling else (sorting.column.asc(), Item.id.asc())
    wanted = [*conditions(unit, filters or ItemFilter()), *_later(sorting, falling, cursor)]
    found = cards(unit, select_cards().where(*wanted).order_by(column.nulls_last(), by_id).limit(limit + 1))
    last = found[limit - 1] if len(found) > limit else None
    return Page(tuple(found[:limit]), write_cursor(_written(sorting, last), last.id) if last else None)


def count_items(unit: Unit, filters: ItemFilter | None = None) -> int:
    """How many items the filter keeps."""
    return unit.session.scalar(select(func.count()).select_from(Item).where(*conditions(unit, filters or ItemFilter()))) or 0


def _sorting(sort: str) -> tuple[Sorting, bool]:
    name = sort.removeprefix("-")
    if name not in SORTINGS:
        known = ", ".join(SORTINGS)
        raise BadInput(f"Items can't be sorted by {name!r}; sort by {known}.", f"不能按 {name!r} 排序；可用：{known}。", field="sort")
    return SORTINGS[name], sort.startswith("-")


def _written(sorting: Sorting, last: Card) -> str | None:
    value = getattr(last, sorting.column.key)
    return None if value is None else value if isinstance(value, str) else value.isoformat()


def _later(sorting: Sorting, falling: bool, cursor: str | None) -> list[ColumnElement[bool]]:
    if cursor is None:
        return []
    written, last = read_cursor(cursor, str, int)
    further = Item.id < last if falling else Item.id > last
    if written is None:
        return [and_(sorting.column.is_(None), further)]
    value = _value(sorting, written)
    beyond = sorting.column < value if falling else sorting.column > value
    return [or_(beyond, and_(sorting.column == value, further), sorting.column.is_(None))]


def _value(sorting: Sorting, written: str) -> Any:
    try:
        return sorting.read(written)
    except ValueError:
        raise BadInput("The cursor belongs to another order.", "游标与当前排序不符。", field="cursor") from None
