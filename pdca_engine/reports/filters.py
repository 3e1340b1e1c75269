"""Which items a list shows: one way from a filter to SQL, used by the board, the register and the inbox alike."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_

from pdca_engine.records.items import Item
from pdca_engine.unit import Unit


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """What to keep; None or False keeps everything. `owner` is a person's number; `text` is looked for in key and title.

    `mine` keeps what the acting person owns, `overdue` what is open and was due before today, `open` True or False what is open or closed.
    """

    process: str | None = None
    service: str | None = None
    owner: int | None = None
    workflow: str | None = None
    state: str | None = None
    phase: str | None = None
    text: str | None = None
    overdue: bool = False
    mine: bool = False
    open: bool | None = None


BoardFilter = ItemFilter


def conditions(unit: Unit, wanted: ItemFilter) -> list[ColumnElement[bool]]:
    """The filter as SQL conditions on `item`."""
    equal = {
        Item.process_id: wanted.process,
        Item.service_id: wanted.service,
        Item.owner_id: wanted.owner,
        Item.workflow_id: wanted.workflow,
        Item.state: wanted.state,
        Item.phase: wanted.phase,
    }
    found = [column == value for column, value in equal.items() if value is not None]
    if wanted.mine:
        found.append(Item.owner_id == unit.person)
    if wanted.overdue or wanted.open:
        found.append(Item.closed_at.is_(None))
    if wanted.overdue:
        found.append(Item.due < unit.today)
    if wanted.open is False:
        found.append(Item.closed_at.is_not(None))
    if wanted.text and wanted.text.strip():
        found.append(_holds_text(wanted.text.strip()))
    return found


def _holds_text(text: str) -> ColumnElement[bool]:
    folded = text.lower()
    return or_(func.lower(Item.key).contains(folded, autoescape=True), func.lower(Item.title).contains(folded, autoescape=True))
