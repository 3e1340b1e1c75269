"""Published workflows: what there is, in which versions, and how many items run on each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.errors import NotFound
from pdca_engine.records.items import Item
from pdca_engine.records.workflows import WorkflowRecord, WorkflowVersion
from pdca_engine.unit import Unit


@dataclass(frozen=True, slots=True)
class WorkflowLine:
    """One workflow in a list; `running` counts the open items of all its versions."""

    id: str
    title: str
    key: str | None
    abstract: bool
    current: int
    published_at: datetime
    running: int
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One immutable version: who published it when and why, and how many open items run on it."""

    id: int
    number: int
    content_hash: str
    published_at: datetime
    published_by: str
    reason: str
    running: int


@dataclass(frozen=True, slots=True)
class WorkflowPage:
    """One workflow with all its versions, newest first, and the paper of the version shown."""

    line: WorkflowLine
    versions: tuple[VersionLine, ...]
    shown: int
    paper: Workflow


def workflows(unit: Unit, *, retired: bool = False) -> tuple[WorkflowLine, ...]:
    """Every published workflow by id, abstract ones too; retired ones only when asked for."""
    wanted = _with_date().order_by(WorkflowRecord.id)
    running = _running_by_workflow(unit)
    rows = unit.session.execute(wanted if retired else wanted.where(WorkflowRecord.retired_at.is_(None)))
    return tuple(_line(unit, record, published, running.get(record.id, 0)) for record, published in rows)


def workflow_page(unit: Unit, id: str, number: int | None = None) -> WorkflowPage:
    """One workflow at version `number` (None: the one in use). NotFound for an unknown workflow or version."""
    found = unit.session.execute(_with_date().where(WorkflowRecord.id == id)).first()
    if found is None:
        known = ", ".join(unit.session.scalars(select(WorkflowRecord.id).order_by(WorkflowRecord.id)))
        raise NotFound("workflow", "工作流", id, f"Published: {known or 'none'}.", f"已发布：{known or '无'}。")
    versions = _versions(unit, id)
    shown = found[0].current if number is None else number
    version = next((one for one in versions if one.number == shown), None)
    if version is None:
        numbers = ", ".join(str(one.number) for one in versions)
        raise NotFound("version of this workflow", "版本", str(number), f"There are: {numbers}.", f"现有：{numbers}。")
    running = sum(one.running for one in versions)
    return WorkflowPage(_line(unit, found[0], found[1], running), versions, shown, unit.workflow(version.id).workflow)


def _with_date() -> Select[WorkflowRecord, datetime]:
    in_use = (WorkflowVersion.workflow_id == WorkflowRecord.id) & (WorkflowVersion.number == WorkflowRecord.current)
    return select(WorkflowRecord, WorkflowVersion.published_at).join(WorkflowVersion, in_use)


def _line(unit: Unit, record: WorkflowRecord, published: datetime, running: int) -> WorkflowLine:
    title = record.title_zh if unit.language == "zh" else record.title_en
    return WorkflowLine(record.id, title, record.item_key, record.abstract, record.current, published, running, record.retired_at)


def _running_by_workflow(unit: Unit) -> Mapping[str, int]:
    counted = select(Item.workflow_id, func.count()).where(Item.closed_at.is_(None)).group_by(Item.workflow_id)
    return {workflow: count for workflow, count in unit.session.execute(counted)}


def _versions(unit: Unit, id: str) -> tuple[VersionLine, ...]:
    counted = select(Item.workflow_version_id, func.count()).where(Item.workflow_id == id, Item.closed_at.is_(None))
    running = {version: count for version, count in unit.session.execute(counted.group_by(Item.workflow_version_id))}
    rows = unit.session.scalars(select(WorkflowVersion).where(WorkflowVersion.workflow_id == id).order_by(WorkflowVersion.number.desc()))
    return tuple(
        VersionLine(
            id=row.id,
            number=row.number,
            content_hash=row.content_hash,
            published_at=row.published_at,
            published_by=unit.directory.name(row.published_by, unit.language),
            reason=row.reason,
            running=running.get(row.id, 0),
        )
        for row in rows
    )
