"""The reading pages: the workflows, the people."""

from __future__ import annotations

from hashlib import sha256

from fastapi import APIRouter
from fastapi.responses import Response

from pdca_engine.definition.drawing.marks import MARKS_STYLE
from pdca_engine.definition.drawing.style import STYLE
from pdca_engine.reports.people import people, processes
from pdca_engine.reports.workflow_versions import running_by_version
from pdca_engine.reports.workflows import workflows
from pdca_engine.web.route import WebRoute
from pdca_engine.web.shell import page
from pdca_engine.web.visitor import Visiting

router = APIRouter(route_class=WebRoute)
DRAWN = STYLE + MARKS_STYLE
STYLE_ADDRESS = f"/workflows.css?v={sha256(DRAWN.encode()).hexdigest()[:10]}"


@router.get("/workflows")
def show_workflows(visitor: Visiting) -> Response:
    """Every published workflow, retired ones too, with the open items on each of its versions."""
    with visitor.read() as unit:
        return page(visitor, "workflows.html", workflows=workflows(unit, retired=True), running=running_by_version(unit))


@router.get("/workflows.css")
def show_diagram_style() -> Response:
    """The style of drawn workflows; its address changes with its content."""
    return Response(DRAWN, media_type="text/css", headers={"Cache-Control": "public, max-age=31536000, immutable"})


@router.get("/people")
def show_people(visitor: Visiting) -> Response:
    """Who is here and may do what; which process is whose."""
    with visitor.read() as unit:
        return page(visitor, "people.html", people=people(unit), processes=processes(unit))
