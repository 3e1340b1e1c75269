"""The text of a published workflow as it was written, with the texts of what it extends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.errors import NotFound
from pdca_engine.records.workflows import WorkflowVersion
from pdca_engine.reports.workflows import workflow_page
from pdca_engine.unit import Unit


@dataclass(frozen=True, slots=True)
class WorkflowSource:
    """One version: what it says, as text and as paper; `parents` are the texts it was published with, by id."""

    paper: Workflow
    text: str
    parents: Mapping[str, str]


def workflow_source(unit: Unit, workflow_id: str, number: int | None = None) -> WorkflowSource:
    """Version `number` of a workflow (None: the one in use). NotFound."""
    page = workflow_page(unit, workflow_id, number)
    row = unit.session.get(WorkflowVersion, next(one.id for one in page.versions if one.number == page.shown))
    if row is None:
        raise NotFound("version of this workflow", "版本", str(number))
    return WorkflowSource(page.paper, row.text, dict(row.parents))
