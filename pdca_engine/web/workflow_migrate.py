"""Running items to another version: what has another name, what would become of each item, then all or none, and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Final

import yaml
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pdca_engine.definition.changing.migration import Names
from pdca_engine.definition.changing.names import guess_names
from pdca_engine.errors import BadInput, NotAllowed, PdcaError, Refused
from pdca_engine.reports.workflows import WorkflowPage, workflow_page
from pdca_engine.services.migrating.back import revert_migration
from pdca_engine.services.migrating.migrations import apply_migration, find_route, plan_migration
from pdca_engine.services.migrating.plan import ItemPlan, Route
from pdca_engine.services.rights import require_role
from pdca_engine.unit import Unit
from pdca_engine.web.forms import Options, one_text, small_number
from pdca_engine.web.route import WebRoute
from pdca_engine.web.shell import SEE_OTHER, page
from pdca_engine.web.uploads import Sent
from pdca_engine.web.visitor import Visiting, Visitor
from pdca_engine.web.workflow_life import workflow_response

router = APIRouter(route_class=WebRoute)
MOST_LOOKED_AT: Final = 5_000  # items in one plan on a page; the command plans any number
MOST_SHOWN: Final = 100
KINDS: Final = ("states", "fields", "transitions")
COME_BACK: Final = (BadInput, Refused, NotAllowed)
Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rename:
    """One name of the old version and what it becomes; `options` are the new version's."""

    control: str
    name: str
    title: str
    chosen: str
    options: Options
    needed: bool  # the new version has nothing of that name


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items go from one state to another (empty: they can't)."""

    was: str
    becomes: str
    count: int


@dataclass(frozen=True, slots=True)
class PlanView:
    """The plan as a page shows it: how many go where, and those items first that would be refused or lose something."""

    ways: tuple[Tally, ...]
    items: tuple[ItemPlan, ...]
    total: int
    refused: int
    lossy: int
    cut: bool


@router.get("/workflows/{id}/migrate")
def show_plan(visitor: Visiting, id: str, request: Request) -> Response:
    """The plan from one version to another. Without numbers: from the newest version with items to the one in use."""
    return _plan_page(visitor, id, dict(request.query_params))


@router.post("/workflows/{id}/migrate")
def send_migrate(visitor: Visiting, id: str, form: Sent) -> Response:
    """Move every running item, or none; a refusal comes back with its reasons above the plan."""
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    try:
        with visitor.write() as unit:
            source, target = _numbers(unit, workflow_page(unit, id), typed)
            _refuse_unseen(typed)
            apply_migration(unit, find_route(unit, id, source, target, _mapping(typed), "mapping"), one_text(form, "reason") or "")
    except COME_BACK as error:
        return _plan_page(visitor, id, typed, error)
    return RedirectResponse(f"/workflows/{id}?done=migrated", SEE_OTHER)


def _refuse_unseen(typed: Typed) -> None:
    """BadInput where the names were chosen anew after the plan was worked out: nobody moves what they have not seen."""
    if typed.get("shown", "") != _seal(typed):
        raise BadInput(
            "The names were changed after this plan was worked out. Look at the new plan below, then move the items.",
            "计划生成后又更改了对应名称。请查看下方的新计划，再迁移事项。",
            field="shown",
        )


@router.post("/workflows/{id}/migrate-back")
def send_back(visitor: Visiting, id: str, form: Sent) -> Response:
    """Take the last migration back, all of it or nothing."""
    try:
        with visitor.write() as unit:
            revert_migration(unit, id, one_text(form, "reason") or "")
    except COME_BACK as error:
        return workflow_response(visitor, id, error=error, status=error.status)
    return RedirectResponse(f"/workflows/{id}?done=reverted", SEE_OTHER)


@router.get("/workflows/{id}/use")
@router.get("/workflows/{id}/retire")
@router.get("/workflows/{id}/restore")
@router.get("/workflows/{id}/migrate-back")
def back_to_workflow(id: str) -> Response:
    """The address of a form that was refused, reloaded: the workflow's page."""
    return RedirectResponse(f"/workflows/{id}", SEE_OTHER)


def _plan_page(visitor: Visitor, id: str, typed: Typed, error: PdcaError | None = None) -> Response:
    with visitor.read() as unit:
        require_role(unit, "admin")
        found = workflow_page(unit, id)
        numbers = [one.number for one in found.versions]
        source, target = _numbers(unit, found, typed)
        view: PlanView | None = None
        renames: tuple[Rename, ...] = ()
        if source != target:
            typed = typed if "planned" in typed else _guessed(unit, id, source, target)
            renames = tuple(_renames(unit, id, source, target, typed))
            try:
                view = _view(unit, find_route(unit, id, source, target, _mapping(typed), "mapping"))
            except COME_BACK as misfit:
                error = error or misfit
        return page(
            visitor,
            "workflow_migrate.html",
            error.status if error else 200,
            line=found.line,
            numbers=numbers,
            source=source,
            target=target,
            renames=renames,
            plan=view,
            shown=_seal(typed),
            reason=typed.get("reason", ""),
            reasons=[(one.sentence(visitor.language), None) for one in error.refusals()] if error else [],
        )


def _numbers(unit: Unit, found: WorkflowPage, typed: Typed) -> tuple[int, int]:
    """From which version to which: as chosen, else from the newest other one with open items to the one in use."""
    target = small_number(typed.get("to", "")) or found.line.current
    others = [one for one in found.versions if one.number != target]
    usual = next((one.number for one in others if one.running), others[0].number if others else target)
    return small_number(typed.get("from", "")) or usual, target


def _papers(unit: Unit, id: str, source: int, target: int) -> tuple[WorkflowPage, WorkflowPage]:
    return workflow_page(unit, id, source), workflow_page(unit, id, target)


def _guessed(unit: Unit, id: str, source: int, target: int) -> dict[str, str]:
    before, after = _papers(unit, id, source, target)
    names: Names = guess_names(before.paper, after.paper)
    return {f"{kind}.{old}": new for kind in KINDS for old, new in getattr(names, kind).items()}


def _mapping(typed: Typed) -> str | None:
    """The mapping file that the chosen names stand for; None where nothing has another name."""
    chosen: dict[str, dict[str, str]] = {}
    for name, value in typed.items():
        kind, _, old = name.partition(".")
        if kind in KINDS and old and value:
            chosen.setdefault(kind, {})[old] = value
    return yaml.safe_dump(chosen, allow_unicode=True) if chosen else None


def _seal(typed: Typed) -> str:
    """What tells one choice of names from another."""
    return sha256((_mapping(typed) or "").encode()).hexdigest()[:16]


def _renames(unit: Unit, id: str, source: int, target: int, typed: Typed) -> Iterable[Rename]:
    """Every name of the old version that the new one lacks; states that both have too, since items may be sent elsewhere."""
    before, after = _papers(unit, id, source, target)
    for kind in KINDS:
        old, new = getattr(before.paper, kind), getattr(after.paper, kind)
        open_ones = {name: one for name, one in new.items() if not getattr(one, "final", None)}
        options = tuple((name, f"{one.title.get(unit.language)} ({name})") for name, one in open_ones.items())
        for name, one in old.items():
            if name in new and (kind != "states" or one.final):
                continue
            if not getattr(one, "final", None):
                control = f"{kind}.{name}"
                yield Rename(control, name, one.title.get(unit.language), typed.get(control, ""), options, name not in new)


def _view(unit: Unit, route: Route) -> PlanView:
    plans = list(islice(plan_migration(unit, route), MOST_LOOKED_AT + 1))
    cut = len(plans) > MOST_LOOKED_AT
    plans = plans[:MOST_LOOKED_AT]
    ways = Counter((one.row.state, "" if one.refusals else one.placing.state) for one in plans)
    troubled = sorted(plans, key=lambda one: (not one.refusals, not one.placing.lost, one.row.id))
    return PlanView(
        ways=tuple(_tally(route, unit.language, was, becomes, count) for (was, becomes), count in sorted(ways.items())),
        items=tuple(troubled[:MOST_SHOWN]),
        total=len(plans),
        refused=sum(bool(one.refusals) for one in plans),
        lossy=sum(bool(one.placing.lost) for one in plans),
        cut=cut,
    )


def _tally(route: Route, language: str, was: str, becomes: str, count: int) -> Tally:
    title = route.new.states[becomes].title.get(language) if becomes else ""
    return Tally(route.old.states[was].title.get(language), title, count)
