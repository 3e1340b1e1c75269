"""The page "How it really flows": a workflow's diagram with what the trail says, and the tables beside it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from pdca_engine.definition.drawing.diagram import diagram_svg
from pdca_engine.definition.drawing.style import STYLE
from pdca_engine.reports.flow_page import deviation_text, flow_page, flow_paper, span_text
from pdca_engine.services.turns import turn
from pdca_engine.web.forms import small_number
from pdca_engine.web.lists import STYLE_ADDRESS
from pdca_engine.web.route import WebRoute
from pdca_engine.web.shell import page
from pdca_engine.web.visitor import Visiting

router = APIRouter(route_class=WebRoute)


@router.get("/workflows/{id}/flow")
def show_flow(visitor: Visiting, id: str, version: Annotated[str, Query(max_length=9)] = "") -> Response:
    """How the items of one workflow really went, held against one version."""
    with turn(), visitor.read() as unit:
        found = flow_page(unit, id, small_number(version))
    spoken = visitor.language
    # the content rules of our pages forbid style inside a page: the diagram's own comes from `/workflows.css`
    drawn = diagram_svg(flow_paper(found, spoken), spoken).replace(f"<style>{STYLE}</style>", "")
    return page(
        visitor,
        "flow.html",
        found=found,
        flow=found.flow,
        diagram=drawn,
        style=STYLE_ADDRESS,
        span=lambda seconds: span_text(seconds, spoken),
        told=[(deviation_text(found, one, spoken), one) for one in found.flow.deviations],
        loops=[one for one in found.flow.steps if one.returns],
    )
