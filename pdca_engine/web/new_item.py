"""Writing something down: choose what it is, then a title and what is known already; nothing else is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response

from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.definition.paper.workflow import Field
from pdca_engine.errors import Refused
from pdca_engine.reports.workflows import workflow_page, workflows
from pdca_engine.services.creation import create_item
from pdca_engine.services.rights import require_writing
from pdca_engine.unit import Unit
from pdca_engine.web.forms import Blank, blank, one_text, typed_values
from pdca_engine.web.item import Problems
from pdca_engine.web.route import WebRoute
from pdca_engine.web.shell import SEE_OTHER, page
from pdca_engine.web.steps import Tried
from pdca_engine.web.uploads import Sent
from pdca_engine.web.visitor import Visiting, Visitor

router = APIRouter(route_class=WebRoute)
NOTHING_TRIED = Tried()
ASKED = ("title", "description", "process", "owner", "priority", "due", "source")


@router.get("/items/new")
def show_new(visitor: Visiting, workflow: Annotated[str, Query(max_length=60)] = "") -> Response:
    """Which workflow; then its form. NotAllowed for a mere reader."""
    with visitor.read() as unit:
        require_writing(unit)
    return _form(visitor, Tried(name=workflow)) if workflow else _choose(visitor)


@router.post("/items/new")
def send_new(visitor: Visiting, form: Sent) -> Response:
    """Create the item and show it."""
    workflow = one_text(form, "workflow") or ""
    with visitor.read() as unit:
        values = typed_values(form, _fields(unit, workflow))
    given = {name: value for name, value in values.items() if name != "title"}
    try:
        with visitor.write() as unit:
            created = create_item(unit, workflow, values.get("title", ""), given, request_key=one_text(form, "request_key"))
    except Refused as error:
        return _form(visitor, Tried("new", workflow, values, "", error))
    return RedirectResponse(f"/items/{created.key}?done=created", SEE_OTHER)


def _choose(visitor: Visitor) -> Response:
    with visitor.read() as unit:
        known = [(one, workflow_page(unit, one.id).paper.help) for one in workflows(unit) if not one.abstract]
    choices = [(line, text.get(visitor.language) if text else "") for line, text in known]
    return page(visitor, "new_choose.html", choices=choices)


def _form(visitor: Visitor, tried: Tried) -> Response:
    with visitor.read() as unit:
        paper = workflow_page(unit, tried.name).paper
        blanks = _blanks(unit, tried)
    refusals = tried.error.refusals() if tried.error else ()
    reasons = tuple((one.sentence(visitor.language), f"#in-{one.field}" if one.field else None) for one in refusals)
    problems = Problems(tried.error.sentence(visitor.language), reasons) if tried.error else None
    status = tried.error.status if tried.error else 200
    return page(
        visitor, "new_item.html", status, workflow=tried.name, title=paper.title.get(visitor.language), blanks=blanks, problems=problems
    )


def _blanks(unit: Unit, tried: Tried) -> list[Blank]:
    """The form's controls: what was typed, else whoever writes is the owner."""
    values: Mapping[str, Any] = tried.values or {"owner": unit.person}
    wrong = tried.refusals("new")
    return [blank(unit, one, values.get(one.name, one.default), wrong, needed=one.required) for one in _fields(unit, tried.name)]


def _fields(unit: Unit, workflow: str) -> list[Field]:
    """The common columns worth asking at the start, and the fields the workflow requires from the start."""
    own = workflow_page(unit, workflow).paper.fields.values()
    asked = [COLUMN_FIELDS[name] for name in ASKED]
    return sorted([*asked, *(one for one in own if one.required)], key=lambda one: not one.required)
