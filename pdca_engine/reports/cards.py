"""One item in short, as lists show it: the row with the texts of its own workflow version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, select

from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.records.items import Item
from pdca_engine.reports.values import process_title, service_title
from pdca_engine.unit import Unit

SHORT = (
    Item.id,
    Item.key,
    Item.title,
    Item.workflow_id,
    Item.workflow_version_id,
    Item.state,
    Item.state_since,
    Item.phase,
    Item.final,
    Item.cycle,
    Item.attempt,
    Item.owner_id,
    Item.process_id,
    Item.service_id,
    Item.requirements,
    Item.priority,
    Item.due,
    Item.created_at,
    Item.closed_at,
    Item.version,
)


@dataclass(frozen=True, slots=True)
class Card:
    """An item in short. Titles are in the reader's language; `overdue`: open, and due before the organisation's today."""

    id: int
    key: str
    title: str
    workflow: str
    workflow_title: str
    state: str
    state_title: str
    state_since: datetime
    days_in_state: int
    phase: str
    final: str | None
    cycle: int
    attempt: int
    owner: int | None
    owner_name: str
    process: str | None
    process_title: str
    service: str | None
    service_title: str
    requirements: tuple[str, ...]
    priority: str | None
    priority_title: str
    due: date | None
    overdue: bool
    created_at: datetime
    closed_at: datetime | None
    version: int


def select_cards() -> Select[*tuple[Any, ...]]:
    """The columns of a card, nothing more: wide texts stay in the database."""
    return select(*SHORT)


def cards(unit: Unit, statement: Select[*tuple[Any, ...]]) -> list[Card]:
    """The rows of a statement made from `select_cards`."""
    return [card(unit, row) for row in unit.session.execute(statement)]


def card(unit: Unit, row: Row[*tuple[Any, ...]] | Item) -> Card:
    """One row as a card."""
    workflow = unit.workflow(row.workflow_version_id).workflow
    state = workflow.states.get(row.state)
    return Card(
        id=row.id,
        key=row.key,
        title=row.title,
        workflow=row.workflow_id,
        workflow_title=workflow.title.get(unit.language),
        state=row.state,
        state_title=state.title.get(unit.language) if state else row.state,
        state_since=row.state_since,
        days_in_state=(unit.now - row.state_since).days,
        phase=row.phase,
        final=row.final,
        cycle=row.cycle,
        attempt=row.attempt,
        owner=row.owner_id,
        owner_name=unit.directory.name(row.owner_id, unit.language) if row.owner_id else "",
        process=row.process_id,
        process_title=process_title(unit, row.process_id),
        service=row.service_id,
        service_title=service_title(unit, row.service_id),
        requirements=_tuple(row.requirements),
        priority=row.priority,
        priority_title=_priority_title(row.priority, unit.language),
        due=row.due,
        overdue=row.due is not None and row.closed_at is None and row.due < unit.today,
        created_at=row.created_at,
        closed_at=row.closed_at,
        version=row.version,
    )


def _tuple(values: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(values or ())


def _priority_title(priority: str | None, language: str) -> str:
    choice = COLUMN_FIELDS["priority"].choice(priority) if priority else None
    return choice.title.get(language) if choice else priority or ""
