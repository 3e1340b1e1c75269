"""Workflows: what is published, its diagram and text, the schema, checking and publishing."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from pdca_engine.api import payloads, shapes, shaping
from pdca_engine.api.caller import Calling
from pdca_engine.definition.drawing.diagram import diagram_svg
from pdca_engine.definition.drawing.export import diagram_dot, diagram_mermaid
from pdca_engine.definition.language.schema import workflow_schema
from pdca_engine.definition.paper.problems import as_json
from pdca_engine.reports.workflows import VersionLine, WorkflowLine, workflow_page, workflows
from pdca_engine.services.workflows import check_text, publish_workflow, workflow_text

router = APIRouter(tags=["workflows"])
Version = Annotated[int | None, Query(ge=1, le=payloads.LARGEST, description="Without it: the version in use")]


@router.get("/workflows")
def list_workflows(caller: Calling) -> list[WorkflowLine]:
    """Every published workflow."""
    with caller.reading() as unit:
        return list(workflows(unit))


@router.post("/workflows", status_code=201, responses={200: {"model": shapes.Published, "description": "Published before"}})
def publish_text(caller: Calling, body: payloads.PublishRequest, response: Response) -> shapes.Published:
    """Publish a workflow file as a new immutable version. Needs the role admin.

    The same text again is the same version and answers 200, so no Idempotency-Key is needed.
    """
    with caller.writing() as unit:
        done = publish_workflow(unit, body.text, body.name, body.reason)
    response.headers["Location"] = f"/api/v1/workflows/{done.workflow}"
    response.status_code = 201 if done.new else 200
    return shapes.Published(workflow=done.workflow, version=done.version, new=done.new)


@router.post("/workflows/check")
def check_file(caller: Calling, body: payloads.WorkflowText) -> shapes.FileProblems:
    """Check a workflow file without storing anything: every problem with line and column."""
    with caller.reading() as unit:
        checked = check_text(body.text, body.name, unit.session)
    return shapes.FileProblems.model_validate(as_json(checked.problems, caller.language))


@router.get("/schemas/workflow")
def show_schema(caller: Calling) -> dict[str, Any]:
    """JSON Schema (2020-12) of a workflow file, for editors."""
    return workflow_schema()


@router.get("/workflows/{workflow}")
def show_workflow(caller: Calling, workflow: str, version: Version = None) -> shapes.WorkflowShape:
    """One workflow: fields, states, transitions, versions."""
    with caller.reading() as unit:
        return shaping.workflow_shape(workflow_page(unit, workflow, version), caller.language)


@router.get("/workflows/{workflow}/versions")
def list_versions(caller: Calling, workflow: str) -> list[VersionLine]:
    """Its versions, newest first, with how many open items run on each."""
    with caller.reading() as unit:
        return list(workflow_page(unit, workflow).versions)


@router.get("/workflows/{workflow}/text", response_class=Response, responses={200: {"content": {"application/yaml": {}}}})
def show_text(caller: Calling, workflow: str, version: Version = None) -> Response:
    """The file as it was published."""
    with caller.reading() as unit:
        return Response(workflow_text(unit, workflow, version), media_type="application/yaml; charset=utf-8")


DIAGRAMS = {
    "svg": (diagram_svg, "image/svg+xml"),
    "mermaid": (diagram_mermaid, "text/plain; charset=utf-8"),
    "dot": (diagram_dot, "text/vnd.graphviz; charset=utf-8"),
}


@router.get(
    "/workflows/{workflow}/diagram",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}, "text/plain": {}, "text/vnd.graphviz": {}}}},
)
def show_diagram(caller: Calling, workflow: str, version: Version = None, format: Literal["svg", "mermaid", "dot"] = "svg") -> Response:
    """The diagram: phases as lanes, roles and guards on the arrows."""
    with caller.reading() as unit:
        page = workflow_page(unit, workflow, version)
    draw, media_type = DIAGRAMS[format]
    return Response(draw(page.paper, caller.language), media_type=media_type)
