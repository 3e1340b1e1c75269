"""One item: what it is, what comes next, what is missing, and everything that happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import FileResponse, Response

from pdca_engine.definition.deciding.authority import may_edit as may_edit_item
from pdca_engine.definition.deciding.given import is_fixed
from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.definition.paper.workflow import Field, Text, Workflow
from pdca_engine.errors import Conflict, PdcaError
from pdca_engine.reports.find import find_item
from pdca_engine.reports.history import HistoryLine, history
from pdca_engine.reports.items import ItemPage, item_page
from pdca_engine.reports.values import show
from pdca_engine.reports.workflows import workflows
from pdca_engine.services.advance import find_row
from pdca_engine.services.evidence import evidence_file
from pdca_engine.services.facts import gather
from pdca_engine.services.steps import next_steps
from pdca_engine.unit import Unit
from pdca_engine.web import evidence_form
from pdca_engine.web.forms import Blank, blank
from pdca_engine.web.onward import onward
from pdca_engine.web.route import WebRoute
from pdca_engine.web.shell import page as render
from pdca_engine.web.steps import Lack, StepView, Tried, lacks, step_views
from pdca_engine.web.visitor import Visiting, Visitor

router = APIRouter(route_class=WebRoute)
Name = Annotated[str, Query(max_length=80)]
NOTHING_TRIED = Tried()
LARGEST = 2**31 - 1  # the greatest number of a piece of evidence an address may name
CHILD_FIELDS = tuple(COLUMN_FIELDS[name] for name in ("title", "owner", "due"))
LINK_FIELDS = (
    Field(
        "to",
        "item",
        Text("Key of an item, or an address", "事项编号或网址"),
        Text("For example: IMP-2026-0001, https://…", "例如：IMP-2026-0001、https://…"),
    ),
    Field(
        "kind",
        "text",
        Text("How they belong together (optional)", "关联方式（可选）"),
        Text("For example: caused by, same cause", "例如：由其引起、原因相同"),
    ),
)
RECENT = 6  # entries of the history that stand unfolded


@dataclass(frozen=True, slots=True)
class Problems:
    """What stands on top of the page after a refusal."""

    title: str
    sentences: tuple[Lack, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """One value that two people wanted to write."""

    title: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class ConflictView:
    """Somebody was quicker: the sentence, and both values of everything at stake."""

    sentence: str
    rows: tuple[Both, ...]


@router.get("/items/{key}")
def show_item(visitor: Visiting, key: str, edit: Name = "", move: Name = "", done: Name = "") -> Response:
    """The page of one item; `edit` opens one field, `move` one step, `done` says what was just done."""
    return item_response(visitor, key, edit=edit, move=move, done=done)


@router.get("/items/{key}/history")
def show_history(visitor: Visiting, key: str, cursor: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Older entries of the trail."""
    with visitor.read() as unit:
        found = find_item(unit, key)
        lines = history(unit, key, cursor or None, 100)
        return render(
            visitor, "history.html", key=found.key, title=found.title, lines=lines, phases=phases_of(unit, found.workflow_version_id)
        )


@router.get("/evidence/{number}")
def download(visitor: Visiting, number: Annotated[int, Path(ge=1, le=LARGEST)]) -> Response:
    """A file of evidence, always as a download: nothing that was uploaded ever runs here."""
    with visitor.read() as unit:
        path, name, media_type = evidence_file(unit, number)
    return FileResponse(path, media_type=media_type, filename=name, headers={"Content-Security-Policy": "sandbox; default-src 'none'"})


def item_response(visitor: Visitor, key: str, tried: Tried = NOTHING_TRIED, *, edit: str = "", move: str = "", done: str = "") -> Response:
    """The item's page, with what was tried and refused put back into its form."""
    with visitor.read() as unit:
        page = item_page(unit, key)
        facts = gather(unit, find_row(unit, key))
        may_edit = visitor.may_write and page.card.closed_at is None and may_edit_item(facts)
        workflow = unit.workflow(find_item(unit, key).workflow_version_id).workflow
        steps = step_views(unit, page, next_steps(unit, key), tried, move)
        context: dict[str, Any] = {
            "steps": steps if visitor.may_write else [],
            "editing": _editing(unit, page, tried, edit) if may_edit else None,
            "fixed": {name for name, declared in workflow.fields.items() if is_fixed(declared, facts.item)},
            "problems": _problems(unit, page, tried, steps),
            "conflict": _conflict(unit, page, workflow, tried.error),
            "done": _just_done(visitor, page, done),
            "phases": phases_of(unit, find_item(unit, key).workflow_version_id),
            "child_workflows": _child_workflows(unit, workflow),
            "child_blanks": _blanks(unit, CHILD_FIELDS, "child", tried, {"owner": visitor.person}),
            "parts": onward(unit, page.children),
            "evidence_blanks": _blanks(unit, evidence_form.FIELDS, "evidence", tried, {"dated": unit.today.isoformat()}),
            "evidence_more": _blanks(unit, evidence_form.more_fields(page.evidence), "evidence", tried, {}),
            "link_blanks": _blanks(unit, LINK_FIELDS, "link", tried, {}),
        }
    status = tried.error.status if tried.error else 200
    return render(
        visitor,
        "item.html",
        status,
        page=page,
        tried=tried,
        may_edit=may_edit,
        may_add=visitor.may_write,
        may_part=visitor.may_write and page.card.closed_at is None,
        recent=RECENT,
        upload_limit=visitor.app.settings.max_upload_mb,
        **context,
    )


def phases_of(unit: Unit, version: int) -> Mapping[str, str]:
    """Each state's phase, to colour the history."""
    return {name: state.phase for name, state in unit.workflow(version).workflow.states.items()}


def _editing(unit: Unit, page: ItemPage, tried: Tried, edit: str) -> Blank | None:
    """The control of the field that is being changed."""
    name = tried.name if tried.form == "edit" else edit
    shown = next((one for one in (*page.columns, *page.fields) if one.name == name), None)
    if shown is None:
        return None
    value = tried.values.get(name) if tried.form == "edit" else shown.value
    return blank(unit, shown.field, value, tried.refusals("edit"), "edit.")


def _problems(unit: Unit, page: ItemPage, tried: Tried, steps: list[StepView]) -> Problems | None:
    """Every reason of a refusal, each leading to the control or place that mends it."""
    if tried.error is None or isinstance(tried.error, Conflict):
        return None
    scope, asked = f"{tried.name if tried.form == 'advance' else tried.form}.", list(tried.values)
    if tried.form == "advance":
        asked = [name for step in steps if step.name == tried.name for name in step.at_hand]
    sentence = tried.error.sentence(unit.language)
    reasons = tuple(one for one in lacks(unit, page, tried.error.refusals(), scope, asked) if one[0] != sentence)
    return Problems(sentence, reasons)


def _conflict(unit: Unit, page: ItemPage, workflow: Workflow, error: PdcaError | None) -> ConflictView | None:
    if not isinstance(error, Conflict):
        return None
    inputs = {one.name: one for transition in workflow.transitions.values() for one in transition.inputs}
    known: Mapping[str, Field] = {**inputs, **workflow.fields, **COLUMN_FIELDS}
    both: Mapping[str, Mapping[str, Any]] = error.params.get("fields", {})
    rows = tuple(_both(unit, known[name], values) for name, values in both.items() if name in known)
    return ConflictView(error.sentence(unit.language), rows)


def _both(unit: Unit, field: Field, values: Mapping[str, Any]) -> Both:
    theirs, mine = (show(unit, field, values.get(side)) or "–" for side in ("now", "yours"))
    return Both(field.title.get(unit.language), theirs, mine)


def _just_done(visitor: Visitor, page: ItemPage, kind: str) -> str:
    """The trail's own sentence for what this person has just done."""
    lines: list[HistoryLine] = list(page.history.rows)
    return next((line.sentence for line in lines if kind and line.kind == kind and line.person == visitor.person), "")


def _child_workflows(unit: Unit, workflow: Workflow) -> list[tuple[str, str]]:
    """What a part of this item can be, first what its steps ask for."""
    asked = [need.workflow for one in workflow.transitions.values() for need in one.needs.children if need.workflow]
    known = [(one.id, one.title) for one in workflows(unit) if not one.abstract]
    return sorted(known, key=lambda one: (one[0] not in asked, one[0] != "action"))


def _blanks(unit: Unit, fields: tuple[Field, ...], form: str, tried: Tried, preset: Mapping[str, Any]) -> list[Blank]:
    values = tried.values if tried.form == form else preset
    return [blank(unit, one, values.get(one.name), tried.refusals(form), f"{form}.") for one in fields]
