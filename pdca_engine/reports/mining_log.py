"""The trail as process mining sees it: objects that live through time, and events that touch them. Read page by page, in bounded memory.

Object types are the workflows, `process`, `service`, and `person` (or `role`). No free text leaves the house unless asked for: no comments,
no field values; persons are numbers, items their keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeVar

import orjson
from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from pdca_engine.records.items import Entry, Item, Link
from pdca_engine.records.organisation import Process, Service
from pdca_engine.records.people import Person
from pdca_engine.records.workflows import WorkflowVersion
from pdca_engine.reports.trail_pages import trail_pages
from pdca_engine.unit import Unit

Persons = Literal["number", "role", "name"]
Value = str | int | bool | datetime
Asked = TypeVar("Asked", bound=Select[*tuple[Any, ...]])
PAGE: Final = 1_000
ALWAYS: Final = datetime(1970, 1, 1, tzinfo=UTC)  # when what never changes began, as OCEL 2.0 wants it
RELATIONS: Final = ("owner", "proposer", "checker")
ENGINE: Final = "scheduler"
OF_ITEMS: Final = ("item", "parent")  # what an event says of items; everything else is named `kind:id`

# name → OCEL type, for every type of object and every event
ITEM_ATTRIBUTES: Final[Mapping[str, str]] = {"state": "string", "version": "integer", "priority": "string", "title": "string"}
NAMED_ATTRIBUTES: Final[Mapping[str, str]] = {"name": "string"}
EVENT_ATTRIBUTES: Final[Mapping[str, str]] = {
    "kind": "string",
    "transition": "string",
    "from": "string",
    "to": "string",
    "role": "string",
    "cycle": "integer",
    "seq": "integer",
    "moved_up": "boolean",
}


@dataclass(frozen=True, slots=True)
class LogObject:
    """One object: attributes as (name, since when, value), relations to other objects as (qualifier, id)."""

    id: str
    type: str
    attributes: Sequence[tuple[str, datetime, Value]] = ()
    relations: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One trail entry; `type` is the workflow and what was done, `activity` only the latter."""

    id: str
    type: str
    activity: str
    at: datetime
    attributes: Mapping[str, Value] = field(default_factory=dict)
    relations: Sequence[tuple[str, str]] = ()


class MiningLog:
    """What is exported: all workflows or one, persons as numbers, roles or names, items with titles or without."""

    def __init__(self, unit: Unit, workflow: str | None = None, persons: Persons = "number", *, titles: bool = False) -> None:
        self.unit = unit
        self.workflow = workflow
        self.persons = persons
        self.titles = titles
        self.versions = {id: number for id, number in unit.session.execute(select(WorkflowVersion.id, WorkflowVersion.number))}

    # --- types

    def object_types(self) -> dict[str, Mapping[str, str]]:
        """Every object type with its attributes."""
        named = self._wanted(select(Item.workflow_id).distinct().order_by(Item.workflow_id))
        others = ("process", "service", "role" if self.persons == "role" else "person")
        return {name: ITEM_ATTRIBUTES for name in self.unit.session.scalars(named)} | dict.fromkeys(others, NAMED_ATTRIBUTES)

    def event_types(self) -> list[str]:
        """Every event type that occurs."""
        found = select(Item.workflow_id, Entry.kind, Entry.transition).join(Entry, Entry.item_id == Item.id).distinct()
        return sorted({f"{workflow}.{_activity(kind, step)}" for workflow, kind, step in self.unit.session.execute(self._wanted(found))})

    def _wanted(self, query: Asked) -> Asked:
        return query if self.workflow is None else query.where(Item.workflow_id == self.workflow)

    # --- objects

    def objects(self) -> Iterator[LogObject]:
        """What events touch besides items (persons or roles, processes, services), then every item with its states through time."""
        touched = sorted({id for one in self.events() for how, id in one.relations if how not in OF_ITEMS})
        names = self._names()
        for id in touched:
            name = names.get(id)
            yield LogObject(id, id.partition(":")[0], [("name", ALWAYS, name)] if name else [])
        for page in self._pages():
            yield from self._items(page)

    def _names(self) -> dict[str, str]:
        """Names of processes and services; of persons only when asked for."""
        tables: dict[str, Any] = {"process": (Process.id, Process.title_en), "service": (Service.id, Service.title_en)}
        if self.persons == "name":
            tables["person"] = (Person.id, Person.name)
        return {f"{kind}:{id}": name for kind, columns in tables.items() for id, name in self.unit.session.execute(select(*columns))}

    def _pages(self) -> Iterator[Sequence[Any]]:
        parent = aliased(Item)
        columns = (
            Item.id,
            Item.key,
            Item.workflow_id,
            Item.title,
            Item.priority,
            Item.process_id,
            Item.service_id,
            parent.key.label("above"),
        )
        query = self._wanted(select(*columns).outerjoin(parent, Item.parent_id == parent.id).order_by(Item.id).limit(PAGE))
        last = 0
        while rows := self.unit.session.execute(query.where(Item.id > last)).all():
            last = rows[-1].id
            yield rows

    def _items(self, rows: Sequence[Any]) -> Iterator[LogObject]:
        numbers = [row.id for row in rows]
        links = self._links(numbers)
        lives = self._lives(numbers)
        for row in rows:
            fixed: list[tuple[str, Value | None]] = [("priority", row.priority), ("title", row.title if self.titles else None)]
            attributes = [(name, ALWAYS, value) for name, value in fixed if value is not None]
            relations = [("process", f"process:{row.process_id}")] if row.process_id else []
            relations += [("service", f"service:{row.service_id}")] if row.service_id else []
            relations += [("parent", row.above)] if row.above and self.workflow is None else []
            yield LogObject(row.key, row.workflow_id, attributes + lives.get(row.id, []), relations + links.get(row.id, []))

    def _links(self, numbers: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
        target = aliased(Item)
        query = select(Link.item_id, Link.kind, target.key, target.workflow_id).join(target, Link.to_item_id == target.id)
        found: dict[int, list[tuple[str, str]]] = {}
        for id, kind, key, workflow in self.unit.session.execute(query.where(Link.item_id.in_(numbers)).order_by(Link.id)):
            if self.workflow in (None, workflow):
                found.setdefault(id, []).append((kind, key))
        return found

    def _lives(self, numbers: Sequence[int]) -> dict[int, list[tuple[str, datetime, Value]]]:
        """The states and workflow versions of these items through time."""
        query = select(Entry.item_id, Entry.at, Entry.kind, Entry.source, Entry.target, Entry.text)
        query = query.where(Entry.item_id.in_(numbers), Entry.target.is_not(None)).order_by(Entry.item_id, Entry.seq)
        found: dict[int, list[tuple[str, datetime, Value]]] = {}
        for row in self.unit.session.execute(query):
            life = found.setdefault(row.item_id, [])
            if row.kind != "refused" and row.source != row.target:
                life.append(("state", row.at, row.target))
            if row.kind in ("created", "imported", "migrated"):
                pinned = _detail(row.text).get("workflow_version")
                number = self.versions.get(pinned[1] if isinstance(pinned, list) else pinned or 0)
                life += [("version", row.at, number)] if number else []
        return found

    # --- events

    def events(self) -> Iterator[LogEvent]:
        """Every trail entry, item by item, in the order of each trail."""
        for page in self._entry_pages():
            yield from map(self._event, page)

    def traces(self) -> Iterator[tuple[LogObject, list[LogEvent]]]:
        """Every item with its events."""
        rows: Iterator[LogEvent] = self.events()
        waiting = next(rows, None)
        for page in self._pages():
            for one in self._items(page):
                events: list[LogEvent] = []
                while waiting is not None and waiting.relations[0][1] == one.id:
                    events.append(waiting)
                    waiting = next(rows, None)
                yield one, events

    def _entry_pages(self) -> Iterator[Sequence[Any]]:
        parent = aliased(Item)
        columns = (
            Entry.item_id,
            Entry.seq,
            Entry.at,
            Entry.kind,
            Entry.person_id,
            Entry.transition,
            Entry.source,
            Entry.target,
            Entry.text,
        )
        more = (Item.key, Item.workflow_id, Item.process_id, Item.service_id, parent.key.label("above"))
        query = select(*columns, *more).join(Item, Entry.item_id == Item.id).outerjoin(parent, Item.parent_id == parent.id)
        return trail_pages(self.unit.session, self._wanted(query), PAGE)

    def _event(self, row: Any) -> LogEvent:
        detail = _detail(row.text)
        activity = _activity(row.kind, row.transition)
        said: dict[str, Value | None] = {
            "kind": row.kind,
            "transition": row.transition,
            "from": row.source,
            "to": row.target,
            "role": detail.get("role") or (None if row.person_id else ENGINE),
            "cycle": detail.get("cycle"),
            "seq": row.seq,
            "moved_up": detail.get("moved_up"),
        }
        attributes = {name: value for name, value in said.items() if value is not None}
        return LogEvent(f"{row.key}/{row.seq}", f"{row.workflow_id}.{activity}", activity, row.at, attributes, self._touched(row, detail))

    def _touched(self, row: Any, detail: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The objects an event touches: its item first."""
        touched = [("item", row.key)]
        if row.above and self.workflow is None:
            touched.append(("parent", row.above))
        if row.process_id:
            touched.append(("process", f"process:{row.process_id}"))
        if row.service_id:
            touched.append(("service", f"service:{row.service_id}"))
        if self.persons == "role":
            role = detail.get("role") or (None if row.person_id else ENGINE)
            return touched + ([("role", f"role:{role}")] if role else [])
        hands = [("actor", row.person_id), ("on behalf of", detail.get("for"))]
        changes = detail.get("changes") or {}
        hands += [(name, changes[name][1]) for name in RELATIONS if name in changes]
        return touched + [(how, f"person:{who}") for how, who in hands if isinstance(who, int)]


def _activity(kind: str, transition: str | None) -> str:
    """What was done: the transition that was taken, else the kind of entry; a refused one is no step."""
    return transition if kind == "advanced" and transition else kind


def _detail(text: str) -> dict[str, Any]:
    detail: dict[str, Any] = orjson.loads(text).get("detail") or {}
    return detail
