"""Today, for one person: what they owe, what waits for a role of theirs, what they were told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select, true

from pdca_engine.definition.paper.words import GRANTED_ROLES
from pdca_engine.definition.paper.workflow import Transition, Workflow
from pdca_engine.records.items import Item
from pdca_engine.records.schedules import Message
from pdca_engine.reports.cards import Card, cards, select_cards
from pdca_engine.unit import Unit

MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Told:
    """One message to the person, and the item it is about."""

    id: int
    kind: str
    key: str | None
    title: str | None
    body: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Inbox:
    """`owed`: open items they own, soonest due first; `waiting`: open items whose next step is theirs by role, oldest first."""

    owed: tuple[Card, ...]
    waiting: tuple[Card, ...]
    told: tuple[Told, ...]


def inbox(unit: Unit) -> Inbox:
    """What concerns the acting person now; empty for the engine itself."""
    if unit.person is None:
        return Inbox((), (), ())
    owed = select_cards().where(Item.closed_at.is_(None), Item.owner_id == unit.person)
    return Inbox(
        owed=tuple(cards(unit, owed.order_by(Item.due.asc().nulls_last(), Item.id).limit(MOST))),
        waiting=_waiting(unit, unit.person),
        told=_told(unit, unit.person),
    )


def _told(unit: Unit, person: int) -> tuple[Told, ...]:
    wanted = select(Message, Item.key, Item.title).outerjoin(Item, Item.id == Message.item_id).where(Message.person_id == person)
    rows = unit.session.execute(wanted.order_by(Message.id.desc()).limit(MOST))
    return tuple(Told(row.id, row.kind, key, title, row.body, row.created_at) for row, key, title in rows)


def _waiting(unit: Unit, person: int) -> tuple[Card, ...]:
    mine = [_in_states(unit, person, version, workflow_id) for version, workflow_id in _versions_in_use(unit)]
    wanted = [one for per_version in mine for one in per_version]
    if not wanted:
        return ()
    others = or_(Item.owner_id != person, Item.owner_id.is_(None))
    found = select_cards().where(Item.closed_at.is_(None), others, or_(*wanted))
    return tuple(cards(unit, found.order_by(Item.state_since, Item.id).limit(MOST)))


def _versions_in_use(unit: Unit) -> list[tuple[int, str]]:
    used = select(Item.workflow_version_id, Item.workflow_id).where(Item.closed_at.is_(None)).distinct()
    return [(version, workflow) for version, workflow in unit.session.execute(used)]


def _in_states(unit: Unit, person: int, version: int, workflow_id: str) -> Iterator[ColumnElement[bool]]:
    """Conditions for the items of one version that stand where a role of the person may move them on."""
    workflow = unit.workflow(version).workflow
    for role, where in _places(unit, person):
        states = [name for name in workflow.states if any(role in one.by and _leads_on(workflow, one) for one in workflow.leaving(name))]
        if states:
            yield and_(Item.workflow_id == workflow_id, Item.workflow_version_id == version, Item.state.in_(states), where)


def _leads_on(workflow: Workflow, transition: Transition) -> bool:
    """Whether an item waits for it: that it could also be cancelled or put on hold makes nobody wait."""
    target = workflow.states.get(transition.target)
    return target is None or (target.final != "ended" and target.phase != "none")


def _places(unit: Unit, person: int) -> Iterator[tuple[str, ColumnElement[bool]]]:
    """Each role of the person with where it applies, and what they check."""
    for grant in unit.directory.everywhere(person, unit.today):
        if grant.role in GRANTED_ROLES:
            process = Item.process_id == grant.process_id if grant.process_id else true()
            yield grant.role, and_(process, Item.service_id == grant.service_id) if grant.service_id else process
    yield "checker", Item.checker_id == person
