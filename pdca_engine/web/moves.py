"""What people send from an item's page: a step, a changed field, a comment, evidence, a part. A refusal puts the form back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from pdca_engine.definition.deciding.values import COLUMN_FIELDS, BadValue, read_value
from pdca_engine.definition.paper.workflow import Field
from pdca_engine.errors import BadInput, Conflict, NotFound, Refused, TooLarge
from pdca_engine.reports.find import find_item
from pdca_engine.services.advance import advance_item
from pdca_engine.services.creation import create_item
from pdca_engine.services.evidence import KeptFile, add_evidence, keep_file
from pdca_engine.services.items import comment_item, edit_item
from pdca_engine.services.links import link_item
from pdca_engine.unit import Unit
from pdca_engine.web import evidence_form
from pdca_engine.web.forms import one_text, small_number, typed_values, whole_number
from pdca_engine.web.item import CHILD_FIELDS, LINK_FIELDS, item_response
from pdca_engine.web.route import WebRoute
from pdca_engine.web.shell import SEE_OTHER
from pdca_engine.web.steps import Tried
from pdca_engine.web.uploads import Sent
from pdca_engine.web.visitor import Visiting

router = APIRouter(route_class=WebRoute)
COME_BACK = (Refused, Conflict, BadInput, TooLarge)  # what a person can mend in the form they sent


@router.get("/items/{key}/{form}")
def back_to_item(key: str, form: str) -> Response:
    """The address of a form that was refused, reloaded: the item's page."""
    return RedirectResponse(f"/items/{key}", SEE_OTHER)


@router.post("/items/{key}/advance")
def send_advance(visitor: Visiting, key: str, form: Sent) -> Response:
    """Fire a transition."""
    transition, comment = one_text(form, "transition") or "", one_text(form, "comment")
    with visitor.read() as unit:
        values = typed_values(form, list(_fields(unit, key, transition).values()))
    try:
        with visitor.write() as unit:
            done = advance_item(
                unit,
                key,
                transition,
                values,
                comment,
                version=whole_number(form, "version"),
                request_key=one_text(form, "request_key"),
                decline=one_text(form, "decline") is not None,
            )
    except COME_BACK as error:
        return item_response(visitor, key, Tried("advance", transition, values, comment or "", error))
    return _done(key, done.kind)


@router.post("/items/{key}/edit")
def send_edit(visitor: Visiting, key: str, form: Sent) -> Response:
    """Change one field."""
    name = one_text(form, "field") or ""
    with visitor.read() as unit:
        field = _fields(unit, key).get(name)
    changes = typed_values(form, [field], keep_blank=True) if field else {name: None}
    try:
        with visitor.write() as unit:
            edit_item(unit, key, changes, version=whole_number(form, "version"), request_key=one_text(form, "request_key"))
    except COME_BACK as error:
        return item_response(visitor, key, Tried("edit", name, changes, "", error))
    return _done(key, "edited", f"field-{name}")


@router.post("/items/{key}/comment")
def send_comment(visitor: Visiting, key: str, form: Sent) -> Response:
    """Say something."""
    comment = one_text(form, "comment") or ""
    try:
        with visitor.write() as unit:
            comment_item(unit, key, comment, request_key=one_text(form, "request_key"))
    except COME_BACK as error:
        return item_response(visitor, key, Tried("comment", "", {}, comment, error))
    return _done(key, "commented", "history")


@router.post("/items/{key}/children")
def send_child(visitor: Visiting, key: str, form: Sent) -> Response:
    """Add an action or another part."""
    workflow, values = one_text(form, "workflow") or "action", typed_values(form, CHILD_FIELDS)
    given = {name: value for name, value in values.items() if name != "title"}
    try:
        with visitor.write() as unit:
            create_item(unit, workflow, values.get("title", ""), given, parent=key, request_key=one_text(form, "request_key"))
    except COME_BACK as error:
        return item_response(visitor, key, Tried("child", workflow, values, "", error))
    return _done(key, "", "children")


@router.post("/items/{key}/evidence")
def send_evidence(visitor: Visiting, key: str, form: Sent) -> Response:
    """Add a file or a link."""
    values = typed_values(form, (*evidence_form.FIELDS, *evidence_form.more_fields(())))
    values |= {evidence_form.SUPERSEDES: older} if (older := one_text(form, f"f.{evidence_form.SUPERSEDES}")) else {}
    try:
        file = _kept(visitor, form) if visitor.may_write else None
        with visitor.write() as unit:
            add_evidence(
                unit,
                key,
                title=values.get("title") or (file.file_name if file else values.get("url", "")),
                file=file,
                url=values.get("url"),
                kind=values.get("kind"),
                dated=_day(evidence_form.DATED, values),
                period_from=_day(evidence_form.FROM, values),
                period_until=_day(evidence_form.UNTIL, values),
                requirement=values.get("requirement"),
                supersedes=small_number(values.get(evidence_form.SUPERSEDES, "")),
                request_key=one_text(form, "request_key"),
            )
    except COME_BACK as error:
        return item_response(visitor, key, Tried("evidence", "", values, "", error))
    return _done(key, "evidence", "evidence")


@router.post("/items/{key}/link")
def send_link(visitor: Visiting, key: str, form: Sent) -> Response:
    """Link to another item by its key, or to an address."""
    values = typed_values(form, LINK_FIELDS)
    to = values.get("to", "")
    target = {"url": to} if "://" in to else {"to": to.upper() or None}
    try:
        with visitor.write() as unit:
            link_item(unit, key, values.get("kind") or "related", **target, request_key=one_text(form, "request_key"))
    except NotFound as unknown:
        return item_response(
            visitor, key, Tried("link", "", values, "", BadInput(unknown.sentence("en"), unknown.sentence("zh"), field="to"))
        )
    except COME_BACK as error:
        return item_response(visitor, key, Tried("link", "", values, "", error))
    return _done(key, "linked", "facts")


def _kept(visitor: Visiting, form: FormData) -> KeptFile | None:
    """The uploaded file, laid where evidence lies; None when no file was chosen."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    return keep_file(visitor.app.settings, file.file, file.filename)


def _day(field: Field, values: Mapping[str, str]) -> date | None:
    """The date that was typed for the field; BadInput when it is none."""
    try:
        day = read_value(field, values.get(field.name))
    except BadValue as bad:
        raise BadInput(f"{field.title.en}: {bad.en}.", f"{field.title.zh}：{bad.zh}。", field=field.name) from None
    return date.fromisoformat(day) if day else None


def _fields(unit: Unit, key: str, transition: str | None = None) -> Mapping[str, Field]:
    """Everything that can be typed for the item: common columns, its workflow's fields, and the inputs of one transition."""
    workflow = unit.workflow(find_item(unit, key).workflow_version_id).workflow
    moving = workflow.transitions.get(transition or "")
    inputs = {one.name: one for one in moving.inputs} if moving else {}
    return {**COLUMN_FIELDS, **workflow.fields, **inputs}


def _done(key: str, kind: str, place: str = "") -> Response:
    query = f"?done={kind}" if kind else ""
    return RedirectResponse(f"/items/{key}{query}{f'#{place}' if place else ''}", SEE_OTHER)
