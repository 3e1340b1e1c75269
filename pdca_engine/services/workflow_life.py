"""The life of a published workflow after its publication: an earlier version used again, retired, restored; each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from pdca_engine.errors import BadInput
from pdca_engine.records.workflows import WorkflowRecord
from pdca_engine.services.rights import require_role
from pdca_engine.services.schedules import end_schedules, sync_schedules
from pdca_engine.services.workflow_events import find_version, note_event, require_reason, unknown_workflow
from pdca_engine.services.workflows import refuse_taken_key
from pdca_engine.unit import Unit


@dataclass(frozen=True, slots=True)
class Used:
    """The version new items use now, and the one they used before."""

    workflow: str
    version: int
    before: int


@dataclass(frozen=True, slots=True)
class Retirement:
    """Whether new items are refused now, and how many run on."""

    workflow: str
    retired: bool
    version: int


def use_version(unit: Unit, workflow_id: str, number: int, reason: str) -> Used:
    """Make version `number` the one that new items use, and follow its schedules; running items stay where they are.

    Raises NotFound (workflow, version), BadInput (no reason, already in use, retired, a key another workflow has), NotAllowed.
    """
    record = _record(unit, workflow_id, reason)
    version = find_version(unit.session, workflow_id, number)
    if record.retired_at is not None:
        raise _wrong(
            f"{workflow_id} is retired. Restore it first: pdca workflows retire {workflow_id} --restore.",
            f"{workflow_id} 已停用。请先恢复：pdca workflows retire {workflow_id} --restore。",
        )
    if record.current == number:
        raise _wrong(f"{workflow_id} uses version {number} already.", f"{workflow_id} 已在使用版本 {number}。")
    workflow = unit.workflow(version.id).workflow
    refuse_taken_key(unit.session, workflow)
    before = record.current
    record.title_en, record.title_zh, record.current = workflow.title.en, workflow.title.zh, number
    record.item_key, record.abstract = workflow.key, workflow.abstract
    sync_schedules(unit, workflow, version.id)
    note_event(unit, workflow_id, "used", number, reason, {"before": before})
    return Used(workflow_id, number, before)


def retire_workflow(unit: Unit, workflow_id: str, reason: str) -> Retirement:
    """From now on nobody can open an item of it, and its schedules rest; running items go on, with all they bring about.

    Raises NotFound, BadInput (no reason, retired already), NotAllowed.
    """
    record = _record(unit, workflow_id, reason)
    if record.retired_at is not None:
        raise _wrong(f"{workflow_id} is retired already.", f"{workflow_id} 已经停用。")
    record.retired_at = unit.now
    end_schedules(unit, workflow_id)
    note_event(unit, workflow_id, "retired", record.current, reason, {})
    return Retirement(workflow_id, True, record.current)


def restore_workflow(unit: Unit, workflow_id: str, reason: str) -> Retirement:
    """Undo `retire_workflow`; its schedules go on from now. Raises NotFound, BadInput (no reason, not retired), NotAllowed."""
    record = _record(unit, workflow_id, reason)
    if record.retired_at is None:
        raise _wrong(f"{workflow_id} is not retired.", f"{workflow_id} 并未停用。")
    record.retired_at = None
    version = find_version(unit.session, workflow_id, record.current)
    sync_schedules(unit, unit.workflow(version.id).workflow, version.id)
    note_event(unit, workflow_id, "restored", record.current, reason, {})
    return Retirement(workflow_id, False, record.current)


def _record(unit: Unit, workflow_id: str, reason: str) -> WorkflowRecord:
    require_role(unit, "admin")
    require_reason(reason)
    record = unit.session.get(WorkflowRecord, workflow_id)
    if record is None:
        raise unknown_workflow(unit.session, workflow_id)
    return record


def _wrong(en: str, zh: str) -> BadInput:
    return BadInput(en, zh)
