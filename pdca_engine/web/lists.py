"""The reading pages: the workflows with their diagrams, the people."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from pdca_engine.definition.diagram import diagram_svg
from pdca_engine.definition.diagram_style import STYLE
from pdca_engine.reports.people import people, processes
from pdca_engine.reports.workflows import workflow_page, workflows
from pdca_engine.web.forms import small_number
from pdca_engine.web.route import WebRoute
from pdca_engine.web.shell import page
from pdca_engine.web.visitor import Visiting

router = APIRouter(route_class=WebRoute)
STYLE_ADDRESS = f"/workflows.css?v={sha256(STYLE.encode()).hexdigest()[:10]}"


@router.get("/workflows")
def show_workflows(visitor: Visiting) -> Response:
    """Every published workflow."""
    with visitor.read() as unit:
        return page(visitor, "workflows.html", workflows=workflows(unit))


@router.get("/workflows/{id}")
def show_workflow(visitor: Visiting, id: str, version: Annotated[str, Query(max_length=9)] = "") -> Response:
    """One workflow: its diagram, its states and transitions in words, its versions."""
    with visitor.read() as unit:
        found = workflow_page(unit, id, small_number(version))
        # the content rules of our pages forbid style inside a page: the diagram's own comes from `/workflows.css`
        diagram = diagram_svg(found.paper, visitor.language).replace(f"<style>{STYLE}</style>", "")
        return page(visitor, "workflow.html", page=found, diagram=diagram, style=STYLE_ADDRESS)


@router.get("/workflows.css")
def show_diagram_style() -> Response:
    """The style of drawn workflows; its address changes with its content."""
    return Response(STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=31536000, immutable"})


@router.get("/people")
def show_people(visitor: Visiting) -> Response:
    """Who is here and may do what; which process is whose."""
    with visitor.read() as unit:
        return page(visitor, "people.html", people=people(unit), processes=processes(unit))
