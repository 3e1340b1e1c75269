"""Core statements compiled once per database, to be run on the driver's own connection.

Building and compiling a statement at each call costs several times the statement itself, so each is a `Statement`: its text, and how plain
values go in and come out. The builders are cached: the same question is compiled once per process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Float, Select, Table, Text, UpdateBase, bindparam, cast, func, literal_column, select, true
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from pdca_engine.records.base import JsonText, Moment, Record
from pdca_engine.records.items import Entry, Evidence, Item, Link
from pdca_engine.records.organisation import Counter
from pdca_engine.store.arrays import among

Converter = Callable[[Any], Any]

SQLITE: Dialect = SQLiteDialect_pysqlite()
POSTGRESQL: Dialect = PGDialect_psycopg(paramstyle="format")  # type: ignore[no-untyped-call]  # because SQLAlchemy leaves it untyped

ENTRY_COLUMNS = ("item_id", "seq", "at", "kind", "person_id", "transition", "source", "target", "request_key", "text", "hash")
NULL: ColumnElement[Any] = literal_column("NULL")


class Statement:
    """One compiled statement. `bind` turns named values into what the driver takes, `row` a driver's row into Python data."""

    __slots__ = ("_binds", "_fixed", "_results", "text")

    def __init__(self, construct: Select[Any] | UpdateBase, dialect: Dialect) -> None:
        compiled = construct.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        self.text = str(compiled)
        self._binds = [(name, _bind_converter(compiled.binds[name].type, dialect)) for name in compiled.positiontup or ()]
        # What the compiler adds of its own (SQLite has no LIMIT without OFFSET) keeps its value.
        self._fixed = {name: compiled.binds[name].value for name in compiled.positiontup or () if compiled.binds[name].value is not None}
        kinds = [column.type for column in construct.selected_columns] if isinstance(construct, Select) else []
        found = enumerate(_result_converter(kind, dialect) for kind in kinds)
        self._results = [(place, converter) for place, converter in found if converter is not None]

    def bind(self, values: Mapping[str, Any]) -> Sequence[Any]:
        """The driver's parameters for `values`, which must name every parameter."""
        if self._fixed:
            values = {**self._fixed, **values}
        given = ((values[name], convert) for name, convert in self._binds)
        return [value if convert is None or value is None else convert(value) for value, convert in given]

    def row(self, raw: Sequence[Any]) -> list[Any]:
        """A driver's row as Python data: moments aware and in UTC, dates as `date`, JSON parsed."""
        values = list(raw)
        for place, convert in self._results:
            if values[place] is not None:
                values[place] = convert(values[place])
        return values


class Ordered(Statement):
    """A statement whose values come as one sequence in the order of `names`: where it runs so often that names would cost."""

    __slots__ = ("_converters", "_pick", "names")

    def __init__(self, construct: Select[Any] | UpdateBase, dialect: Dialect, names: Sequence[str]) -> None:
        super().__init__(construct, dialect)
        self.names = tuple(name for name, _ in self._binds)  # in the statement's own order
        self._pick = itemgetter(*(names.index(name) for name, _ in self._binds))
        self._converters = [(place, convert) for place, (_, convert) in enumerate(self._binds) if convert is not None]

    def arrange(self, values: Sequence[Any]) -> list[Any]:
        """The driver's parameters for `values`, one for each of `names`; those the statement does not use are left out."""
        picked = list(self._pick(values))
        for place, convert in self._converters:
            if picked[place] is not None:
                picked[place] = convert(picked[place])
        return picked


def _result_converter(kind: TypeEngine[Any], dialect: Dialect) -> Converter | None:
    """What makes Python data of a value that is there. The types of our own are asked themselves: their layers have nothing to add.

    Both drivers give floats as floats, and PostgreSQL's processor wants to know more than is known here.
    """
    if isinstance(kind, Moment | JsonText):
        return kind.reader(dialect)
    return None if isinstance(kind, Float) else kind.dialect_impl(dialect).result_processor(dialect, None)


def _bind_converter(kind: TypeEngine[Any], dialect: Dialect) -> Converter | None:
    if isinstance(kind, Moment | JsonText):
        return kind.writer(dialect)
    return kind.dialect_impl(dialect).bind_processor(dialect)


def table_of(record: type[Record]) -> Table:
    """The table a mapped class stands for."""
    table = record.__table__
    assert isinstance(table, Table)
    return table


ITEM, ENTRY, EVIDENCE, LINK = table_of(Item), table_of(Entry), table_of(Evidence), table_of(Link)


@cache
def read_item(dialect: Dialect, by: str, children: bool, evidence: bool, links: bool) -> Statement:
    """The item's row by `by` ("id" or "key") with the directory's counter and, as JSON text, what hangs on it."""
    directory = select(Counter.value).where(Counter.name == literal_column("'directory'")).scalar_subquery()
    parts = (_children(dialect) if children else NULL, _evidence(dialect) if evidence else NULL, _links(dialect) if links else NULL)
    wanted = bindparam("wanted", type_=ITEM.c[by].type)
    return Statement(select(*ITEM.c, func.coalesce(directory, literal_column("0")), *parts).where(ITEM.c[by] == wanted), dialect)


@cache
def read_items() -> Statement:
    """PostgreSQL: the rows of an array of ids, as `read_item` gives one with nothing beside it."""
    directory = select(Counter.value).where(Counter.name == literal_column("'directory'")).scalar_subquery()
    found = select(*ITEM.c, func.coalesce(directory, literal_column("0")), NULL, NULL, NULL).where(among(ITEM.c.id))
    return Statement(found, POSTGRESQL)


def _children(dialect: Dialect) -> ColumnElement[Any]:
    child = ITEM.alias("child")
    in_force = select(func.count()).select_from(EVIDENCE).where(EVIDENCE.c.item_id == child.c.id, EVIDENCE.c.superseded.is_(False))
    names = ("id", "key", "workflow_id", "state", "final", "owner_id", "due")
    shown: dict[str, ColumnElement[Any]] = {name: child.c[name] for name in names}
    shown |= {name: _as_json(dialect, child.c[name]) for name in ("fields", "recall")}
    return _json_rows(dialect, {**shown, "evidence": in_force.scalar_subquery()}, child.c.parent_id == ITEM.c.id)


def _evidence(dialect: Dialect) -> ColumnElement[Any]:
    shown: dict[str, ColumnElement[Any]] = {name: EVIDENCE.c[name] for name in ("id", "kind", "dated", "added_at")}
    return _json_rows(dialect, shown, EVIDENCE.c.item_id == ITEM.c.id, EVIDENCE.c.superseded.is_(False))


def _links(dialect: Dialect) -> ColumnElement[Any]:
    return _json_rows(dialect, {name: LINK.c[name] for name in ("id", "kind", "to_item_id")}, LINK.c.item_id == ITEM.c.id)


def _json_rows(dialect: Dialect, shown: Mapping[str, ColumnElement[Any]], *conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    """The rows that meet `conditions` as the text of one JSON array; the caller sorts them."""
    pairs = [part for name, column in shown.items() for part in (literal_column(f"'{name}'"), column)]
    if dialect is SQLITE:
        rows: ColumnElement[Any] = func.json_group_array(func.json_object(*pairs))
    else:
        rows = cast(func.json_agg(func.json_build_object(*pairs)), Text)
    return select(rows).where(*conditions).correlate(ITEM).scalar_subquery()


def _as_json(dialect: Dialect, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """JSON kept as text, to be nested as JSON."""
    return func.json(column) if dialect is SQLITE else cast(column, JSON)


@cache
def paths() -> Statement:
    """PostgreSQL: each of an array of items with everything above it and itself, as (the item, one of its path)."""
    path = select(ITEM.c.id.label("wanted"), ITEM.c.id, ITEM.c.parent_id).where(among(ITEM.c.id)).cte("path", recursive=True)
    parent = ITEM.alias("parent")
    above = select(parent.c.id, parent.c.parent_id).where(parent.c.id == path.c.parent_id).lateral("above")
    path = path.union_all(select(path.c.wanted, above.c.id, above.c.parent_id).select_from(path.join(above, true())))
    return Statement(select(path.c.wanted, path.c.id), POSTGRESQL)


@cache
def hold_free() -> Statement:
    """PostgreSQL: hold those of an array of items that nobody else holds; never waits."""
    return Statement(select(ITEM.c.id).where(among(ITEM.c.id)).with_for_update(key_share=True, skip_locked=True), POSTGRESQL)


@cache
def lock_path(by: str) -> Statement:
    """Lock the item and everything above it, from the top: whoever locks so never waits in a circle. PostgreSQL only.

    As an UPDATE would: rows that point here (an occurrence, a message) can still be written meanwhile.

    Lateral joins, because the planner, which thinks of a hundred levels, would otherwise read the whole table.
    """
    wanted = ITEM.c[by] == bindparam("wanted", type_=ITEM.c[by].type)
    path = select(ITEM.c.id, ITEM.c.parent_id, literal_column("0").label("height")).where(wanted).cte("path", recursive=True)
    parent = ITEM.alias("parent")
    above = select(parent.c.id, parent.c.parent_id).where(parent.c.id == path.c.parent_id).lateral("above")
    path = path.union_all(select(above.c.id, above.c.parent_id, path.c.height + literal_column("1")).select_from(path.join(above, true())))
    ordered = select(path.c.id).order_by(path.c.height.desc()).subquery("ordered")
    held = select(ITEM.c.id).where(ITEM.c.id == ordered.c.id).with_for_update(key_share=True).lateral("held")
    return Statement(select(held.c.id).select_from(ordered.join(held, true())), POSTGRESQL)


@cache
def find_request(dialect: Dialect) -> Statement:
    """The entry written under a request key."""
    return Statement(select(*(ENTRY.c[name] for name in ENTRY_COLUMNS)).where(ENTRY.c.request_key == bindparam("request_key")), dialect)
