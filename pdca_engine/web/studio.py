"""The studio: a workflow's text with its problems, diagram and forms beside it; tried out, compared and published.

Every button sends the same form, and every answer is a whole page. A script that asks for JSON gets the parts of the page that change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from pdca_engine.definition.deciding.refusals import role_text
from pdca_engine.definition.language.schema import workflow_schema
from pdca_engine.definition.paper.words import COMMON_COLUMNS, ROLES
from pdca_engine.definition.reading.reader import read_yaml
from pdca_engine.errors import BadInput, NotAllowed, PdcaError, WorkflowBroken
from pdca_engine.reports.workflow_versions import in_use
from pdca_engine.reports.workflows import workflow_page, workflows
from pdca_engine.services.workflows import publish_workflow, workflow_text
from pdca_engine.unit import Unit
from pdca_engine.web.forms import one_text, small_number, whole_number
from pdca_engine.web.lists import STYLE_ADDRESS
from pdca_engine.web.route import WebRoute
from pdca_engine.web.shell import SEE_OTHER, environment, page
from pdca_engine.web.studio_try import try_view
from pdca_engine.web.studio_view import FILE, marks, names, studio_view
from pdca_engine.web.uploads import Sent
from pdca_engine.web.visitor import Visiting, Visitor

router = APIRouter(route_class=WebRoute)
PARTS: Final = ("verdict", "diagram", "problems", "form", "changes", "publish")
NOTHING_SENT: Final = FormData()
COME_BACK: Final = (BadInput, WorkflowBroken, NotAllowed)  # what leaves the text in the editor


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on the desk beside the text: the workflow it began from ("": a new one), the version in use then (0: none), a reason."""

    workflow: str
    seen: int
    reason: str = ""
    error: PdcaError | None = None


@router.get("/studio")
def show_studio(
    visitor: Visiting, workflow: Annotated[str, Query(max_length=60)] = "", version: Annotated[str, Query(max_length=9)] = ""
) -> Response:
    """The text of a workflow's version (none given: the one in use), or the beginning of a new one."""
    with visitor.read() as unit:
        if not workflow:
            return _page(visitor, unit, _beginning(), Desk("", 0))
        found = workflow_page(unit, workflow, small_number(version))
        return _page(visitor, unit, workflow_text(unit, workflow, found.shown), Desk(workflow, found.line.current))


@router.get("/studio/words")
def show_words(visitor: Visiting) -> Response:
    """What the editor completes from: the JSON Schema, the roles with their titles, the workflows there are."""
    with visitor.read() as unit:
        known = {one.id: one.title for one in workflows(unit)}
    roles = {one: role_text(one).get(visitor.language) for one in ROLES}
    return JSONResponse({"schema": workflow_schema(), "roles": roles, "workflows": known, "columns": list(COMMON_COLUMNS)})


@router.get("/studio/check")
@router.get("/studio/try")
@router.get("/studio/publish")
def back_to_studio() -> Response:
    """The address of a form that was sent, reloaded."""
    return RedirectResponse("/studio", SEE_OTHER)


@router.post("/studio/check")
def send_check(visitor: Visiting, request: Request, form: Sent) -> Response:
    """Look at the text as it is now."""
    with visitor.read() as unit:
        if not _wants_parts(request):
            return _page(visitor, unit, _text(form), _desk(form), form)
        view = studio_view(unit, _text(form))
        context = {"view": view, "desk": _desk(form), "may_publish": "admin" in visitor.roles}
        parts = {f"part-{name}": _part(visitor, f"studio_{name}.html", **context) for name in PARTS}
    return JSONResponse({"parts": parts, "problems": marks(view.glance, visitor.language), "names": names(view.glance, visitor.language)})


@router.post("/studio/try")
def send_try(visitor: Visiting, request: Request, form: Sent) -> Response:
    """One more thing happens in the story, or one less."""
    with visitor.read() as unit:
        if not _wants_parts(request):
            return _page(visitor, unit, _text(form), _desk(form), form)
        view = studio_view(unit, _text(form))
        part = _part(visitor, "studio_try.html", view=view, trial=try_view(unit, view.glance, form))
    return JSONResponse({"parts": {"part-try": part}})


@router.post("/studio/publish")
def send_publish(visitor: Visiting, form: Sent) -> Response:
    """Publish the text with its reason. A text with errors, no reason, or a version in use that was not seen: the text comes back."""
    text = _text(form)
    desk = _renamed(_desk(form), text)
    try:
        with visitor.write() as unit:
            _refuse_unseen(unit, desk)
            done = publish_workflow(unit, text, FILE, desk.reason)
    except COME_BACK as error:
        with visitor.read() as unit:
            again = replace(desk, seen=_number_in_use(unit, desk.workflow), error=error)
            return _page(visitor, unit, text, again, form, error.status)
    return RedirectResponse(f"/workflows/{done.workflow}?done={'published' if done.new else 'same'}", SEE_OTHER)


def _refuse_unseen(unit: Unit, desk: Desk) -> None:
    """BadInput where somebody else published meanwhile: what the text takes back of theirs must be looked at first."""
    now = _number_in_use(unit, desk.workflow)
    if now != desk.seen:
        raise BadInput(
            f"Version {now} is in use now; you began from version {desk.seen}. Look at the changes, then publish again.",
            f"现用版本已是 {now}，而您从版本 {desk.seen} 开始编辑。请查看更改后再次发布。",
            field="text",
        )


def _renamed(desk: Desk, text: str) -> Desk:
    """The desk of the workflow that the text itself names: of that, nothing was seen where the page was opened for another."""
    data, _, _ = read_yaml(text, FILE)
    named = data.get("workflow") if isinstance(data, dict) else None
    return desk if named == desk.workflow or not isinstance(named, str) else replace(desk, workflow=named, seen=0)


def _number_in_use(unit: Unit, workflow: str) -> int:
    found = in_use(unit, workflow) if workflow else None
    return found.number if found else 0


def _page(visitor: Visitor, unit: Unit, text: str, desk: Desk, form: FormData = NOTHING_SENT, status: int = 200) -> Response:
    view = studio_view(unit, text)
    title = workflow_page(unit, desk.workflow).line.title if _number_in_use(unit, desk.workflow) else ""
    sentences = [one.sentence(visitor.language) for one in desk.error.refusals()] if desk.error else []
    return page(
        visitor,
        "studio.html",
        status,
        view=view,
        desk=desk,
        title=title,
        reasons=[(one, None) for one in sentences],
        opened=_opened(desk.error),
        text=text,
        trial=try_view(unit, view.glance, form),
        marks=marks(view.glance, visitor.language),
        names=names(view.glance, visitor.language),
        style=STYLE_ADDRESS,
        may_publish="admin" in visitor.roles,
        fresh=form is NOTHING_SENT,
    )


def _opened(error: PdcaError | None) -> str:
    """The panel where the page begins: where what was refused is mended."""
    if isinstance(error, WorkflowBroken):
        return "problems"
    fields = {one.field for one in error.refusals()} if error else set()
    return "publish" if "reason" in fields else "changes" if "text" in fields else "diagram"


def _part(visitor: Visitor, template: str, **context: Any) -> str:
    text: str = environment(visitor.language).get_template(template).render(visitor=visitor, **context)
    return text


def _wants_parts(request: Request) -> bool:
    return request.headers.get("accept", "").startswith("application/json")


def _text(form: FormData) -> str:
    """The text as it was typed: a browser sends line ends its own way, and none of it is trimmed."""
    sent = form.get("text")
    return sent.replace("\r\n", "\n") if isinstance(sent, str) else ""


def _desk(form: FormData) -> Desk:
    return Desk(one_text(form, "workflow") or "", whole_number(form, "seen") or 0, one_text(form, "reason") or "")


@cache
def _beginning() -> str:
    """What a new workflow begins as: small, without errors, and explained."""
    return (files("pdca_engine.web") / "beginning.yaml").read_text(encoding="utf-8")
