"""The board: open items in one column a phase, soonest due first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from pdca_engine.records.items import Item
from pdca_engine.reports.cards import Card, cards, select_cards
from pdca_engine.reports.filters import ItemFilter, conditions
from pdca_engine.reports.paging import Page, read_cursor, write_cursor
from pdca_engine.unit import Unit

PHASES: Final = ("plan", "do", "check", "act")
OUTSIDE: Final = "none"
PER_COLUMN: Final = 40
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Column:
    """One phase: how many items it holds in all, the first of them, and where the rest begin."""

    phase: str
    count: int
    cards: tuple[Card, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Board:
    """The columns plan, do, check, act, and `none` (on hold and the like) where anything lies there; `total` counts them all."""

    columns: tuple[Column, ...]
    total: int


def board(unit: Unit, filters: ItemFilter | None = None, per_column: int = PER_COLUMN) -> Board:
    """The open items the filter keeps; at most `per_column` cards a column."""
    wanted = replace(filters or ItemFilter(), open=True)
    counts = _counts(unit, wanted)
    shown = [*PHASES, *([OUTSIDE] if counts.get(OUTSIDE) else [])]
    return Board(tuple(_column(unit, wanted, phase, counts.get(phase, 0), per_column) for phase in shown), sum(counts.values()))


def column_page(unit: Unit, phase: str, filters: ItemFilter | None = None, after: str | None = None, limit: int = PER_COLUMN) -> Page[Card]:
    """The next cards of one column, after the cursor of the last."""
    wanted = replace(filters or ItemFilter(), open=True, phase=phase)
    order = (Item.due.asc().nulls_last(), Item.id.asc())
    limit = max(1, min(limit, MOST))
    statement = select_cards().where(*conditions(unit, wanted), *_later(after)).order_by(*order).limit(limit + 1)
    found = cards(unit, statement)
    last = found[limit - 1] if len(found) > limit else None
    return Page(tuple(found[:limit]), write_cursor(last.due.isoformat() if last.due else None, last.id) if last else None)


def _column(unit: Unit, wanted: ItemFilter, phase: str, count: int, limit: int) -> Column:
    page: Page[Card] = column_page(unit, phase, wanted, limit=limit) if count and wanted.phase in (None, phase) else Page(())
    return Column(phase, count, tuple(page.rows), page.next_cursor)


def _counts(unit: Unit, wanted: ItemFilter) -> Mapping[str, int]:
    counted = select(Item.phase, func.count()).where(*conditions(unit, wanted)).group_by(Item.phase)
    return {phase: count for phase, count in unit.session.execute(counted)}


def _later(after: str | None) -> list[ColumnElement[bool]]:
    if after is None:
        return []
    due, last = read_cursor(after, str, int)
    if due is None:
        return [and_(Item.due.is_(None), Item.id > last)]
    day = date.fromisoformat(due)
    return [or_(Item.due > day, and_(Item.due == day, Item.id > last), Item.due.is_(None))]
