"""One item, whole: everything its page shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.definition.paper.workflow import Field, Workflow
from pdca_engine.records.items import Evidence, Item, Link
from pdca_engine.records.schedules import ScheduleRecord
from pdca_engine.records.workflows import WorkflowRecord, WorkflowVersion
from pdca_engine.reports.cards import Card, card, cards, select_cards
from pdca_engine.reports.find import find_item
from pdca_engine.reports.history import HistoryLine, history_page
from pdca_engine.reports.paging import Page
from pdca_engine.reports.sight import Sight
from pdca_engine.reports.values import show
from pdca_engine.unit import Unit


@dataclass(frozen=True, slots=True)
class Shown:
    """One field or common column: its texts, its value as JSON keeps it, and as a person reads it. `field` says how to ask for it."""

    name: str
    title: str
    help: str
    type: str
    value: Any
    text: str
    field: Field


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One piece of evidence: a file (name, size, SHA-256) or an address; `dated` is when what it shows happened."""

    id: int
    title: str
    kind: str | None
    requirement: str | None
    url: str | None
    file_name: str | None
    media_type: str | None
    size: int | None
    sha256: str | None
    dated: date
    period_from: date | None
    period_until: date | None
    added_at: datetime
    added_by: int | None
    added_by_name: str
    version: int
    supersedes: int | None
    superseded: bool


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One link: to an item (`key`, `title`) or an address; `incoming` when it was made on the other item."""

    kind: str
    key: str | None
    title: str | None
    url: str | None
    incoming: bool


@dataclass(frozen=True, slots=True)
class TimerLine:
    """A timer that runs: when it is due, and whether reminders are silenced."""

    name: str
    title: str
    due_at: datetime | None
    silenced: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """The workflow version the item is pinned to, and the newest there is."""

    id: str
    title: str
    version: int
    current: int
    state_help: str


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Everything about one item that the reader may see. `head` is the hash of its last trail entry, in hex."""

    card: Card
    description: str
    paper: Paper
    columns: tuple[Shown, ...]
    fields: tuple[Shown, ...]
    evidence: tuple[EvidenceLine, ...]
    children: tuple[Card, ...]
    parent: Card | None
    links: tuple[LinkLine, ...]
    timers: tuple[TimerLine, ...]
    history: Page[HistoryLine]
    silenced: bool
    seq: int
    head: str


def item_page(unit: Unit, key: str) -> ItemPage:
    """The page of one item, with the newest of its history; NotFound when there is none."""
    item = find_item(unit, key)
    workflow = unit.workflow(item.workflow_version_id).workflow
    sight = Sight(unit, item)
    return ItemPage(
        card=card(unit, item),
        description=item.description,
        paper=_paper(unit, item, workflow),
        columns=tuple(_shown(unit, field, column_of(item, name)) for name, field in COLUMN_FIELDS.items()),
        fields=tuple(_shown(unit, field, item.fields.get(name)) for name, field in workflow.fields.items() if sight.sees(field)),
        evidence=evidence_lines(unit, item.id),
        children=tuple(cards(unit, select_cards().where(Item.parent_id == item.id).order_by(Item.id).limit(500))),
        parent=_parent(unit, item),
        links=_links(unit, item.id),
        timers=_timers(unit, item, workflow),
        history=history_page(unit, item, sight),
        silenced=item.silenced,
        seq=item.seq,
        head=item.head.hex(),
    )


def children(unit: Unit, key: str) -> tuple[Card, ...]:
    """The items that are part of this one, oldest first."""
    item = find_item(unit, key)
    return tuple(cards(unit, select_cards().where(Item.parent_id == item.id).order_by(Item.id).limit(500)))


def column_of(item: Item, name: str) -> Any:
    """A common column of the row as JSON keeps it; persons, processes and services by their ids."""
    value = getattr(item, f"{name}_id" if name in ("owner", "proposer", "checker", "process", "service") else name)
    return value.isoformat() if isinstance(value, date) else value


def evidence_lines(unit: Unit, item: int) -> tuple[EvidenceLine, ...]:
    """The item's evidence, newest first, superseded pieces too."""
    rows = unit.session.scalars(select(Evidence).where(Evidence.item_id == item).order_by(Evidence.id.desc()).limit(500))
    return tuple(_evidence(unit, row) for row in rows)


def _evidence(unit: Unit, row: Evidence) -> EvidenceLine:
    return EvidenceLine(
        id=row.id,
        title=row.title,
        kind=row.kind,
        requirement=row.requirement,
        url=row.url,
        file_name=row.file_name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        dated=row.dated,
        period_from=row.period_from,
        period_until=row.period_until,
        added_at=row.added_at,
        added_by=row.added_by,
        added_by_name=unit.directory.name(row.added_by, unit.language),
        version=row.version,
        supersedes=row.supersedes_id,
        superseded=row.superseded,
    )


def _shown(unit: Unit, field: Field, value: Any) -> Shown:
    help_text = field.help.get(unit.language) if field.help else ""
    return Shown(field.name, field.title.get(unit.language), help_text, field.type, value, show(unit, field, value), field)


def _paper(unit: Unit, item: Item, workflow: Workflow) -> Paper:
    numbers = select(WorkflowVersion.number, WorkflowRecord.current).join(WorkflowRecord, WorkflowRecord.id == WorkflowVersion.workflow_id)
    version, current = unit.session.execute(numbers.where(WorkflowVersion.id == item.workflow_version_id)).one()
    state = workflow.states.get(item.state)
    state_help = state.help.get(unit.language) if state and state.help else ""
    return Paper(item.workflow_id, workflow.title.get(unit.language), version, current, state_help)


def _parent(unit: Unit, item: Item) -> Card | None:
    return next(iter(cards(unit, select_cards().where(Item.id == item.parent_id))), None) if item.parent_id else None


def _links(unit: Unit, item: int) -> tuple[LinkLine, ...]:
    """Links made here, then links made on other items to this one."""
    out = select(Link.kind, Link.url, Item.key, Item.title).outerjoin(Item, Item.id == Link.to_item_id).where(Link.item_id == item)
    back = select(Link.kind, Link.url, Item.key, Item.title).join(Item, Item.id == Link.item_id).where(Link.to_item_id == item)
    made = [LinkLine(row.kind, row.key, row.title, row.url, False) for row in unit.session.execute(out.order_by(Link.id))]
    return tuple(made + [LinkLine(row.kind, row.key, row.title, None, True) for row in unit.session.execute(back.order_by(Link.id))])


def _timers(unit: Unit, item: Item, workflow: Workflow) -> tuple[TimerLine, ...]:
    running = select(ScheduleRecord).where(ScheduleRecord.item_id == item.id, ScheduleRecord.due_at.is_not(None))
    rows = unit.session.scalars(running.order_by(ScheduleRecord.due_at)).all()
    return tuple(
        TimerLine(row.name, _timer_title(workflow.timers, row.name, unit.language), row.due_at, item.silenced)
        for row in rows
        if row.wake_at is not None or item.silenced
    )


def _timer_title(timers: Mapping[str, Any], name: str, language: str) -> str:
    timer = timers.get(name)
    return timer.title.get(language) if timer else name
