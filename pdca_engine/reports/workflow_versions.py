"""Which version of a workflow new items use, and how many open items run on each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.records.items import Item
from pdca_engine.records.workflows import WorkflowRecord, WorkflowVersion
from pdca_engine.reports.workflows import workflow_page
from pdca_engine.unit import Unit


@dataclass(frozen=True, slots=True)
class InUse:
    """The version of a workflow that new items use."""

    number: int
    paper: Workflow
    retired: bool


def in_use(unit: Unit, workflow_id: str) -> InUse | None:
    """What a new version would take the place of; None for a workflow that nobody has published yet."""
    known = unit.session.scalar(select(WorkflowRecord.id).where(WorkflowRecord.id == workflow_id))
    if known is None:
        return None
    page = workflow_page(unit, workflow_id)
    return InUse(page.line.current, page.paper, page.line.retired_at is not None)


def running_by_version(unit: Unit) -> Mapping[str, tuple[tuple[int, int], ...]]:
    """Workflow → (version, open items on it), newest version first; versions without open items are left out."""
    counted = (
        select(WorkflowVersion.workflow_id, WorkflowVersion.number, func.count())
        .join(Item, Item.workflow_version_id == WorkflowVersion.id)
        .where(Item.closed_at.is_(None))
        .group_by(WorkflowVersion.workflow_id, WorkflowVersion.number)
        .order_by(WorkflowVersion.workflow_id, WorkflowVersion.number.desc())
    )
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    for workflow, number, count in unit.session.execute(counted):
        found[workflow] = (*found.get(workflow, ()), (number, count))
    return found
