"""One workflow: its diagram, its words, its versions; an earlier version used again, retired, restored, two versions compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from pdca_engine.definition.changing.diff import diff_workflows
from pdca_engine.errors import BadInput, NotAllowed, PdcaError
from pdca_engine.reports.workflow_life import stranded, workflow_life
from pdca_engine.reports.workflows import WorkflowPage, workflow_page
from pdca_engine.services.migrating.back import plan_revert
from pdca_engine.services.migrating.plan import Route
from pdca_engine.services.workflow_life import restore_workflow, retire_workflow, use_version
from pdca_engine.unit import Unit
from pdca_engine.web.forms import one_text, small_number, whole_number
from pdca_engine.web.lists import STYLE_ADDRESS
from pdca_engine.web.route import WebRoute
from pdca_engine.web.shell import SEE_OTHER, page
from pdca_engine.web.studio_view import drawn, drawn_changes
from pdca_engine.web.uploads import Sent
from pdca_engine.web.visitor import Visiting, Visitor

router = APIRouter(route_class=WebRoute)
Number = Annotated[str, Query(max_length=9)]
COME_BACK: Final = (BadInput, NotAllowed)  # what is told on the page the form stands on


@router.get("/workflows/{id}")
def show_workflow(visitor: Visiting, id: str, version: Number = "", done: Number = "") -> Response:
    """One workflow: its diagram, its states and transitions in words, its versions and what happened to it."""
    return workflow_response(visitor, id, small_number(version), done)


def workflow_response(
    visitor: Visitor, id: str, number: int | None = None, done: str = "", error: PdcaError | None = None, status: int = 200
) -> Response:
    """The page, with what was just done or why it was not."""
    with visitor.read() as unit:
        life = workflow_life(unit, id)
        found = life.page if number is None else workflow_page(unit, id, number)
        return page(
            visitor,
            "workflow.html",
            status,
            page=found,
            lines=life.lines,
            before=_older_with_items(found),
            back=_way_back(unit, id) if "admin" in visitor.roles else None,
            diagram=drawn(found.paper, visitor.language),
            style=STYLE_ADDRESS,
            done=done,
            reasons=[(one.sentence(visitor.language), None) for one in error.refusals()] if error else [],
            manages="admin" in visitor.roles,
        )


def _older_with_items(found: WorkflowPage) -> int | None:
    """The newest other version that open items run on: those somebody may want to move."""
    return next((one.number for one in found.versions if one.running and one.number != found.line.current), None)


def _way_back(unit: Unit, id: str) -> Route | None:
    """The last migration that can still be taken back."""
    try:
        return plan_revert(unit, id)[0]
    except BadInput:
        return None


@router.get("/workflows/{id}/compare")
def compare(visitor: Visiting, id: str, old: Number = "", new: Number = "") -> Response:
    """What two versions say differently, drawn; without numbers the two newest."""
    with visitor.read() as unit:
        newest = workflow_page(unit, id)
        numbers = [one.number for one in newest.versions]
        after = workflow_page(unit, id, small_number(new) or numbers[0])
        before = workflow_page(unit, id, small_number(old) or next((one for one in numbers if one < after.shown), after.shown))
        lines = diff_workflows(before.paper, after.paper)
        return page(
            visitor,
            "workflow_compare.html",
            line=newest.line,
            numbers=numbers,
            old=before.shown,
            new=after.shown,
            lines=lines,
            drawing=drawn_changes(before.paper, after.paper, visitor.language) if lines else "",
            left=stranded(unit, id, before.shown, after.paper.states),
            style=STYLE_ADDRESS,
        )


@router.post("/workflows/{id}/use")
def send_use(visitor: Visiting, id: str, form: Sent) -> Response:
    """New items use another of its versions from now on."""
    return _done(visitor, id, form, "used", lambda unit, reason: use_version(unit, id, whole_number(form, "version") or 0, reason))


@router.post("/workflows/{id}/retire")
def send_retire(visitor: Visiting, id: str, form: Sent) -> Response:
    """It takes no new items from now on."""
    return _done(visitor, id, form, "retired", lambda unit, reason: retire_workflow(unit, id, reason))


@router.post("/workflows/{id}/restore")
def send_restore(visitor: Visiting, id: str, form: Sent) -> Response:
    """It takes new items again."""
    return _done(visitor, id, form, "restored", lambda unit, reason: restore_workflow(unit, id, reason))


def _done(visitor: Visitor, id: str, form: FormData, kind: str, do: Callable[[Unit, str], Any]) -> Response:
    """Do it with the reason of the form; what is refused is told on the workflow's page."""
    try:
        with visitor.write() as unit:
            do(unit, one_text(form, "reason") or "")
    except COME_BACK as error:
        return workflow_response(visitor, id, error=error, status=error.status)
    return RedirectResponse(f"/workflows/{id}?done={kind}", SEE_OTHER)
