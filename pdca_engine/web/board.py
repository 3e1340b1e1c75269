"""The board: open items by phase; every filter lives in the address."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from pdca_engine.reports.board import OUTSIDE, PHASES, Board, Column, board, column_page
from pdca_engine.reports.filters import ItemFilter
from pdca_engine.reports.people import processes
from pdca_engine.reports.workflows import workflows
from pdca_engine.unit import Unit
from pdca_engine.web.forms import small_number
from pdca_engine.web.route import WebRoute
from pdca_engine.web.shell import page
from pdca_engine.web.visitor import Visiting

router = APIRouter(route_class=WebRoute)
Word = Annotated[str, Query(max_length=200)]


@router.get("/")
def show_board(
    visitor: Visiting,
    text: Word = "",
    process: Word = "",
    workflow: Word = "",
    owner: Word = "",
    mine: Word = "",
    overdue: Word = "",
    phase: Word = "",
    after: Word = "",
) -> Response:
    """The board. `phase` is the tab a phone shows; with `after` that column goes on where it stopped."""
    filters = ItemFilter(
        process=process or None,
        workflow=workflow or None,
        text=text or None,
        owner=small_number(owner),
        mine=bool(mine),
        overdue=bool(overdue),
    )
    with visitor.read() as unit:
        shown = _with_later(unit, board(unit, filters), filters, phase, after)
        context: dict[str, Any] = {
            "board": shown,
            "processes": [(one.id, one.title) for one in processes(unit) if one.active],
            "workflows": [(one.id, one.title) for one in workflows(unit) if not one.abstract],
        }
    return page(
        visitor,
        "board.html",
        filters=filters,
        filtered=filters != ItemFilter(),
        tab=phase if phase in PHASES else _fullest(shown),
        tab_address=lambda wanted: visitor.with_query(phase=wanted, after=None),
        more_address=lambda column: visitor.with_query(phase=column.phase, after=column.next_cursor),
        may_create=visitor.may_write,
        **context,
    )


def _with_later(unit: Unit, shown: Board, filters: ItemFilter, phase: str, after: str) -> Board:
    """The board with one column moved on to the cards after the cursor."""
    if not after or phase not in (*PHASES, OUTSIDE):
        return shown
    later = column_page(unit, phase, filters, after)

    def moved(column: Column) -> Column:
        return replace(column, cards=tuple(later.rows), next_cursor=later.next_cursor) if column.phase == phase else column

    return replace(shown, columns=tuple(moved(column) for column in shown.columns))


def _fullest(shown: Board) -> str:
    """The first phase that holds anything: what a phone opens with."""
    return next((column.phase for column in shown.columns if column.count and column.phase in PHASES), PHASES[0])
