"""The life of a published workflow: compared, used again, retired, restored; its running items moved and moved back; a text tried out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any

import yaml
from fastapi import APIRouter, Query

from pdca_engine.api import payloads, shapes
from pdca_engine.api.caller import Calling
from pdca_engine.definition.changing.diff import as_data, diff_workflows
from pdca_engine.definition.deciding.compiled import compile_workflow
from pdca_engine.definition.paper.problems import as_json
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.playing.happening_words import played_data
from pdca_engine.errors import BadInput, WorkflowBroken
from pdca_engine.reports.workflow_life import LifeLine, stranded, workflow_life
from pdca_engine.reports.workflows import workflow_page
from pdca_engine.services.drafts import glance
from pdca_engine.services.migrating.back import revert_migration
from pdca_engine.services.migrating.migrations import Migrated, apply_migration, find_route, plan_migration
from pdca_engine.services.migrating.plan import ItemPlan, Route
from pdca_engine.services.trying import play_story
from pdca_engine.services.workflow_life import Retirement, Used, restore_workflow, retire_workflow, use_version
from pdca_engine.unit import Unit

router = APIRouter(tags=["workflows"])
Number = Annotated[int, Query(ge=1, le=payloads.LARGEST)]


@router.post("/workflows/simulate")
def simulate_text(caller: Calling, body: payloads.SimulateRequest) -> dict[str, Any]:
    """Play a script's steps on a frozen clock: each refusal, effect and timer. Nothing is stored.

    The script is a story as under `examples`; a text or script with errors answers 422 with every problem.
    """
    with caller.reading() as unit:
        workflow = _sound(unit, body.text, body.name)
        trial = play_story(unit, compile_workflow(workflow), body.script)
    if trial.played is None:
        if not trial.problems:
            raise BadInput("It has no initial state, so nothing can be played.", "没有初始状态，无法演练。", field="text")
        raise WorkflowBroken(name="script", count=len(trial.problems), **as_json(trial.problems, caller.language))
    return {"workflow": workflow.id, **played_data(trial.played, caller.language)}


@router.get("/workflows/{workflow}/diff")
def compare_versions(
    caller: Calling, workflow: str, old: Annotated[Number, Query(alias="from")], new: Annotated[Number, Query(alias="to")]
) -> shapes.DiffShape:
    """What two versions say differently, and the running items whose state the second lacks."""
    with caller.reading() as unit:
        return _diff(unit, workflow, old, new, workflow_page(unit, workflow, new).paper)


@router.post("/workflows/{workflow}/diff")
def compare_text(caller: Calling, workflow: str, body: payloads.DiffRequest) -> shapes.DiffShape:
    """What a text says differently than a version (none given: the one in use). Nothing is stored."""
    with caller.reading() as unit:
        old = workflow_page(unit, workflow, body.version).shown
        return _diff(unit, workflow, old, None, _sound(unit, body.text, body.name, workflow))


@router.get("/workflows/{workflow}/life")
def show_life(caller: Calling, workflow: str) -> list[LifeLine]:
    """Everything that happened to it, newest first: who did what, when and why."""
    with caller.reading() as unit:
        return list(workflow_life(unit, workflow).lines)


@router.post("/workflows/{workflow}/use")
def use_version_again(caller: Calling, workflow: str, body: payloads.UseRequest) -> Used:
    """Let new items use another of its versions; running ones stay on theirs. Needs the role admin."""
    with caller.writing() as unit:
        return use_version(unit, workflow, body.version, body.reason)


@router.post("/workflows/{workflow}/retire")
def retire_published(caller: Calling, workflow: str, body: payloads.Reason) -> Retirement:
    """Take no new items from now on, and let its schedules rest; running items go on. Needs the role admin."""
    with caller.writing() as unit:
        return retire_workflow(unit, workflow, body.reason)


@router.post("/workflows/{workflow}/restore")
def restore_retired(caller: Calling, workflow: str, body: payloads.Reason) -> Retirement:
    """Take new items again. Needs the role admin."""
    with caller.writing() as unit:
        return restore_workflow(unit, workflow, body.reason)


@router.post("/workflows/{workflow}/migration/plan")
def plan_move(caller: Calling, workflow: str, body: payloads.PlanRequest) -> shapes.PlanShape:
    """What would become of every running item under another version. Writes nothing. Needs the role admin."""
    with caller.reading() as unit:
        route = _route(unit, workflow, body)
        return _plan_shape(route, plan_migration(unit, route), body.limit, caller.language)


@router.post("/workflows/{workflow}/migration")
def move_items(caller: Calling, workflow: str, body: payloads.MigrateRequest) -> Migrated:
    """Move every running item, each with a trail entry, or none: 422 with the first reasons. Needs the role admin."""
    with caller.writing() as unit:
        return apply_migration(unit, _route(unit, workflow, body), body.reason)


@router.post("/workflows/{workflow}/migration/revert")
def move_back(caller: Calling, workflow: str, body: payloads.Reason) -> Migrated:
    """Take the last migration back, while none of its items has changed since. Needs the role admin."""
    with caller.writing() as unit:
        return revert_migration(unit, workflow, body.reason)


def _sound(unit: Unit, text: str, name: str, wanted: str | None = None) -> Workflow:
    """The workflow in a text. WorkflowBroken with every problem; BadInput where it is another than `wanted`."""
    seen = glance(unit, text, name)
    if seen.workflow is None:
        raise WorkflowBroken(name=name, count=seen.errors, **as_json(seen.problems, unit.language))
    if wanted not in (None, seen.workflow.id):
        raise BadInput(f"The text is the workflow {seen.workflow.id}, not {wanted}.", f"该文本是工作流 {seen.workflow.id}，不是 {wanted}。")
    return seen.workflow


def _diff(unit: Unit, workflow: str, old: int, new: int | None, after: Workflow) -> shapes.DiffShape:
    changes = as_data(diff_workflows(workflow_page(unit, workflow, old).paper, after), unit.language)
    return shapes.DiffShape(
        workflow=workflow,
        source=old,
        target=new,
        changes=[shapes.ChangeShape(**one) for one in changes],
        stranded=list(stranded(unit, workflow, old, after.states)),
    )


def _route(unit: Unit, workflow: str, body: payloads.PlanRequest) -> Route:
    """From version to version; the names go the same way as a mapping file, with the same checks."""
    names = body.names.model_dump() if body.names else {}
    mapping = yaml.safe_dump(names, allow_unicode=True) if any(names.values()) else None
    return find_route(unit, workflow, body.source, body.target, mapping, "names")


def _plan_shape(route: Route, plans: Iterable[ItemPlan], limit: int, language: str) -> shapes.PlanShape:
    ways: Counter[tuple[str, str | None]] = Counter()
    told: list[dict[str, Any]] = []
    refused = lossy = 0
    for one in plans:
        ways[one.row.state, None if one.refusals else one.placing.state] += 1
        refused, lossy = refused + bool(one.refusals), lossy + bool(one.placing.lost)
        if len(told) < limit:
            told.append(one.as_data(language))
    return shapes.PlanShape(
        workflow=route.workflow,
        source=route.source,
        target=route.target,
        total=ways.total(),
        refused=refused,
        with_losses=lossy,
        ways=[shapes.WayShape(state=was, becomes=becomes, items=count) for (was, becomes), count in ways.items()],
        items=told,
    )
