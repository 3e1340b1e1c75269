"""What happened to a workflow, newest first, and which running items another version would strand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from pdca_engine.records.items import Item
from pdca_engine.records.workflows import WorkflowEvent
from pdca_engine.reports.workflows import WorkflowPage, workflow_page
from pdca_engine.unit import Unit

FEW: Final = 5  # keys that are named of each state
SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "published": ("published version {version}", "发布版本 {version}"),
    "used": ("went back to version {version}", "改回使用版本 {version}"),
    "retired": ("retired it", "停用"),
    "restored": ("restored it", "恢复使用"),
    "migrated": ("moved {items} item(s) from version {from} to version {version}", "将 {items} 个事项从版本 {from} 迁移到版本 {version}"),
    "reverted": (
        "took a migration back: {items} item(s) from version {from} to version {version}",
        "撤回迁移：{items} 个事项从版本 {from} 回到版本 {version}",
    ),
}


@dataclass(frozen=True, slots=True)
class LifeLine:
    """One thing somebody did with the workflow."""

    at: datetime
    who: str
    kind: str  # published | used | retired | restored | migrated | reverted
    version: int
    reason: str
    sentence: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stranded:
    """Running items in a state that the other version does not have: how many, and the first of their keys."""

    state: str
    title: str
    count: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkflowLife:
    """A workflow with its versions and everything that happened to it, both newest first."""

    page: WorkflowPage
    lines: tuple[LifeLine, ...]


def workflow_life(unit: Unit, workflow_id: str) -> WorkflowLife:
    """Who published, used, retired, restored, migrated what, when and why. NotFound."""
    page = workflow_page(unit, workflow_id)
    lines = [
        LifeLine(one.published_at, one.published_by, "published", one.number, one.reason, _told(unit, "published", one.number, {}), {})
        for one in page.versions
    ]
    events = unit.session.scalars(select(WorkflowEvent).where(WorkflowEvent.workflow_id == workflow_id).order_by(WorkflowEvent.id.desc()))
    lines = [_line(unit, one) for one in events] + lines
    return WorkflowLife(page, tuple(sorted(lines, key=lambda one: one.at, reverse=True)))


def _line(unit: Unit, event: WorkflowEvent) -> LifeLine:
    who = unit.directory.name(event.person_id, unit.language)
    sentence = _told(unit, event.kind, event.version, event.detail)
    return LifeLine(event.at, who, event.kind, event.version, event.reason, sentence, event.detail)


def _told(unit: Unit, kind: str, version: int, detail: Mapping[str, Any]) -> str:
    return SENTENCES[kind][1 if unit.language == "zh" else 0].format(**{**detail, "version": version})


def stranded(unit: Unit, workflow_id: str, number: int, states: Collection[str]) -> tuple[Stranded, ...]:
    """The running items of version `number` whose state is none of `states`, state by state in the order of the file. NotFound."""
    page = workflow_page(unit, workflow_id, number)
    version = next(one.id for one in page.versions if one.number == number)
    pinned = (
        Item.workflow_id == workflow_id,
        Item.workflow_version_id == version,
        Item.closed_at.is_(None),
        Item.state.not_in(list(states)),
    )
    counted = select(Item.state, func.count()).where(*pinned).group_by(Item.state)
    found = {state: count for state, count in unit.session.execute(counted)}
    titles = {one.name: one.title.get(unit.language) for one in page.paper.states.values()}
    return tuple(
        Stranded(
            state,
            titles[state],
            found[state],
            tuple(unit.session.scalars(select(Item.key).where(*pinned, Item.state == state).order_by(Item.id).limit(FEW))),
        )
        for state in titles
        if state in found
    )
