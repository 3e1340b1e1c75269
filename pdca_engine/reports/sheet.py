"""The register whole: every column and field of many items as one table, for files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.definition.paper.words import COLUMN_TEXTS
from pdca_engine.definition.paper.workflow import Field
from pdca_engine.records.items import Item
from pdca_engine.reports.filters import ItemFilter, conditions
from pdca_engine.reports.items import column_of
from pdca_engine.reports.sight import Sight
from pdca_engine.unit import Unit

AT_ONCE: Final = 500
BEFORE: Final = ("key", "workflow", "state", "phase", "version")
AFTER: Final = ("created_at", "closed_at", "parent")


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column: its name, its heading in the reader's language, the type of what stands in it."""

    name: str
    heading: str
    type: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns, and the rows as they are read from the database: each a value per column, as JSON keeps it, persons by login or name."""

    columns: Sequence[SheetColumn]
    rows: Iterator[Sequence[Any]]


def sheet(unit: Unit, filters: ItemFilter) -> Sheet:
    """The items the filter keeps, oldest first, with the fields of all their workflows. What the reader may not see is empty."""
    versions = unit.session.scalars(select(Item.workflow_version_id).where(*conditions(unit, filters)).distinct()).all()
    fields: dict[str, Field] = {}
    for version in sorted(versions):
        fields.update(unit.workflow(version).workflow.fields)
    columns = [_column(unit, name) for name in (*BEFORE, *COLUMN_FIELDS, *AFTER)]
    own = [SheetColumn(name, field.title.get(unit.language), field.type) for name, field in fields.items()]
    return Sheet(_told_apart(columns + own), _rows(unit, filters, fields))


def _column(unit: Unit, name: str) -> SheetColumn:
    en, zh = COLUMN_TEXTS[name]
    known = {"version": "integer", "created_at": "datetime", "closed_at": "datetime"}
    kind = COLUMN_FIELDS[name].type if name in COLUMN_FIELDS else known.get(name, "text")
    return SheetColumn(name, zh if unit.language == "zh" else en, kind)


def _told_apart(columns: list[SheetColumn]) -> list[SheetColumn]:
    """Two columns of one heading get their names beside it."""
    headings = [one.heading for one in columns]
    return [
        SheetColumn(one.name, f"{one.heading} ({one.name})" if headings.count(one.heading) > 1 else one.heading, one.type)
        for one in columns
    ]


def _rows(unit: Unit, filters: ItemFilter, fields: dict[str, Field]) -> Iterator[Sequence[Any]]:
    last = 0
    while True:
        wanted = select(Item).where(*conditions(unit, filters), Item.id > last).order_by(Item.id).limit(AT_ONCE)
        items = unit.session.scalars(wanted).all()
        parents = _keys(unit, [item.parent_id for item in items if item.parent_id])
        for item in items:
            yield _row(unit, item, parents, fields)
        if len(items) < AT_ONCE:
            return
        last = items[-1].id
        unit.session.expunge_all()


def _keys(unit: Unit, numbers: list[int]) -> dict[int, str]:
    return {id: key for id, key in unit.session.execute(select(Item.id, Item.key).where(Item.id.in_(numbers)))} if numbers else {}


def _row(unit: Unit, item: Item, parents: dict[int, str], fields: dict[str, Field]) -> list[Any]:
    sight = Sight(unit, item) if any(field.visible_to for field in fields.values()) else None
    before = [item.key, item.workflow_id, item.state, item.phase, item.version]
    columns = [_named(unit, field, column_of(item, name)) for name, field in COLUMN_FIELDS.items()]
    after = [item.created_at.isoformat(), item.closed_at.isoformat() if item.closed_at else None, parents.get(item.parent_id or 0)]
    own = [_named(unit, field, item.fields.get(name)) if sight is None or sight.sees(field) else None for name, field in fields.items()]
    return [*before, *columns, *after, *own]


def _named(unit: Unit, field: Field, value: Any) -> Any:
    """Persons by what finds them again: a login, else their name."""
    if field.type == "person" and isinstance(value, int):
        row = unit.directory.person(value)
        return (row.logins[0] if row.logins else row.name) if row else f"#{value}"
    if field.type == "persons" and isinstance(value, list):
        return [_named(unit, Field(field.name, "person", field.title), one) for one in value]
    return value or None if isinstance(value, list) else value
