"""What was done with a workflow, by whom, when and why; and the versions it was done with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pdca_engine.errors import BadInput, NotFound
from pdca_engine.records.workflows import WorkflowEvent, WorkflowRecord, WorkflowVersion
from pdca_engine.services.entries import acting_person
from pdca_engine.unit import Unit


def require_reason(reason: str) -> None:
    """BadInput where nobody says why."""
    if not reason.strip():
        raise BadInput("Say why: this needs a reason.", "请说明原因：此操作须有理由。", field="reason")


def unknown_workflow(session: Session, workflow_id: str) -> NotFound:
    """The error, with what there is."""
    known = ", ".join(session.scalars(select(WorkflowRecord.id).order_by(WorkflowRecord.id)))
    return NotFound("workflow", "工作流", workflow_id, f"Published: {known or 'none'}.", f"已发布：{known or '无'}。")


def find_version(session: Session, workflow_id: str, number: int) -> WorkflowVersion:
    """The version. NotFound, with the workflows or versions there are."""
    versions = {one.number: one for one in session.scalars(select(WorkflowVersion).where(WorkflowVersion.workflow_id == workflow_id))}
    if not versions:
        raise unknown_workflow(session, workflow_id)
    if number not in versions:
        numbers = ", ".join(map(str, sorted(versions)))
        raise NotFound("version of this workflow", "版本", str(number), f"There are: {numbers}.", f"现有：{numbers}。")
    return versions[number]


def note_event(unit: Unit, workflow_id: str, kind: str, version: int, reason: str, detail: dict[str, Any]) -> WorkflowEvent:
    """Write down who did it, when and why."""
    event = WorkflowEvent(
        workflow_id=workflow_id,
        at=unit.now,
        person_id=acting_person(unit),
        kind=kind,
        version=version,
        reason=reason.strip(),
        detail=detail,
    )
    unit.session.add(event)
    unit.session.flush()
    return event
