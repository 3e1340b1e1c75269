"""What a control suggests while somebody types: items by key or title, people by name. Without a script one types the whole of it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from pdca_engine.reports.filters import ItemFilter
from pdca_engine.reports.register import register
from pdca_engine.unit import Unit
from pdca_engine.web.forms import Options
from pdca_engine.web.route import WebRoute
from pdca_engine.web.shell import part
from pdca_engine.web.visitor import Visiting

router = APIRouter(route_class=WebRoute)
SUGGESTED: Final = 12
LONGEST: Final = 200


@router.get("/find/{what}")
def suggest(visitor: Visiting, what: str, request: Request, field: Annotated[str, Query(max_length=LONGEST)] = "text") -> Response:
    """Options for the list of the control `field`, whose own value says what to look for."""
    text = (request.query_params.get(field) or "")[:LONGEST]
    with visitor.read() as unit:
        return part(visitor, "options.html", options=_people(unit, text) if what == "people" else _items(unit, text))


def _items(unit: Unit, text: str) -> Options:
    found = register(unit, ItemFilter(text=text), limit=SUGGESTED)
    return tuple((card.key, card.title) for card in found.rows)


def _people(unit: Unit, text: str) -> Options:
    wanted = text.casefold()
    found = (one for one in unit.directory.persons.values() if one.active and wanted in f"{one.name} {one.email or ''}".casefold())
    return tuple((one.name, one.email or "") for one in found)[:SUGGESTED]
