"""The statements that write an advance, built in Core and compiled once per set of columns.

PostgreSQL does it in one statement (UPDATE … RETURNING feeds the INSERTs), SQLite in three, which cost it no journey.
Parameters: `item_id`, `expect_version`, `expect_seq`, `new_COLUMN`, `entry_COLUMN`, `messages` (JSON text).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    CompoundSelect,
    Dialect,
    Select,
    Text,
    Update,
    bindparam,
    cast,
    column,
    func,
    insert,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB

from pdca_engine.records.base import Record
from pdca_engine.records.organisation import Counter
from pdca_engine.records.schedules import Message
from pdca_engine.store.arrays import side_by_side
from pdca_engine.store.rows import MessageRow
from pdca_engine.store.statements import ENTRY, ENTRY_COLUMNS, ITEM, POSTGRESQL, SQLITE, Ordered, Statement, table_of

MESSAGE, COUNTER = table_of(Message), table_of(Counter)
MESSAGE_COLUMNS = MessageRow._fields
FEW = 2  # messages given as parameters of their own; more would make the statement too long for the driver's cache
ONE: ColumnElement[Any] = literal_column("1")


def parameter(name: str, kind: Column[Any]) -> ColumnElement[Any]:
    """A parameter of the column's type."""
    return bindparam(name, type_=kind.type)


def _update_item(columns: Iterable[str], guard_version: bool, bump: bool) -> Update:
    """The guarded UPDATE of one item: nothing happens unless seq (and version) are what the caller has seen."""
    values: dict[str, Any] = {name: parameter(f"new_{name}", ITEM.c[name]) for name in sorted(columns)}
    values |= {"seq": parameter("entry_seq", ITEM.c.seq), "head": parameter("entry_hash", ITEM.c.head)}
    if bump:
        values["version"] = ITEM.c.version + ONE
    found = update(ITEM).where(ITEM.c.id == parameter("item_id", ITEM.c.id), ITEM.c.seq == parameter("expect_seq", ITEM.c.seq))
    return (found.where(ITEM.c.version == parameter("expect_version", ITEM.c.version)) if guard_version else found).values(values)


def _names(columns: tuple[str, ...], messages: int = 0) -> list[str]:
    """The order in which the values of one change are given."""
    said = [f"entry_{name}" for name in ENTRY_COLUMNS]
    told = [f"message_{number}_{name}" for number in range(messages) for name in MESSAGE_COLUMNS] if messages <= FEW else ["messages"]
    return [*(f"new_{name}" for name in columns), "item_id", "expect_seq", "expect_version", *said, *told]


@cache
def update_item(columns: tuple[str, ...], guard_version: bool, bump: bool) -> Ordered:
    """SQLite: the guarded UPDATE alone. Values as `write_item`."""
    return Ordered(_update_item(columns, guard_version, bump), SQLITE, _names(columns))


@cache
def insert_entry() -> Ordered:
    """SQLite: one trail entry, given as an EntryRow."""
    return Ordered(insert(ENTRY).values({name: parameter(name, ENTRY.c[name]) for name in ENTRY_COLUMNS}), SQLITE, ENTRY_COLUMNS)


@cache
def insert_message() -> Ordered:
    """SQLite: one message, given as a MessageRow, unless its key is there already."""
    values: dict[str, Any] = {name: parameter(name, MESSAGE.c[name]) for name in MESSAGE_COLUMNS}
    new = sqlite.insert(MESSAGE).values({**values, "attempts": literal_column("0")}).on_conflict_do_nothing()
    return Ordered(new, SQLITE, MESSAGE_COLUMNS)


@cache
def write_item(columns: tuple[str, ...], guard_version: bool, bump: bool, messages: int) -> Ordered:
    """PostgreSQL: UPDATE, trail and outbox in one statement; answers how many items changed (0 or 1).

    Values: those of `columns`, item_id, expect_seq, expect_version, the EntryRow's, and the MessageRows', or of more than FEW messages
    their JSON text.
    """
    changed = _update_item(columns, guard_version, bump).returning(ITEM.c.id).cte("changed")
    line = select(*(parameter(f"entry_{name}", ENTRY.c[name]).label(name) for name in ENTRY_COLUMNS)).select_from(changed)
    written = select(func.count()).select_from(changed).add_cte(insert(ENTRY).from_select(ENTRY_COLUMNS, line).cte("line"))
    if messages:
        told = union_all(*(_message(number, changed) for number in range(messages))) if messages <= FEW else _messages_of_json(changed)
        written = written.add_cte(_insert_messages(told).cte("outbox"))
    return Ordered(written, POSTGRESQL, _names(columns, messages))


def _message(number: int, changed: CTE) -> Select[Any]:
    """One message from parameters, if something changed."""
    values = [parameter(f"message_{number}_{name}", MESSAGE.c[name]) for name in MESSAGE_COLUMNS]
    return select(*values, literal_column("0")).select_from(changed)


def _messages_of_json(changed: CTE | None) -> Select[Any]:
    """The messages of a JSON array; where `changed` is given, only if it has a row."""
    kinds = {"person_id": MESSAGE.c.person_id.type, "item_id": MESSAGE.c.item_id.type, "created_at": MESSAGE.c.created_at.type}
    told = (
        func.jsonb_to_recordset(cast(bindparam("messages", type_=Text), JSONB))
        .table_valued(*(column(name, kinds.get(name, Text())) for name in MESSAGE_COLUMNS))
        .render_derived(with_types=True)
    )
    rows = select(*(told.c[name] for name in MESSAGE_COLUMNS), literal_column("0"))
    return rows.where(select(changed.c.id).exists()) if changed is not None else rows


def _insert_messages(rows: Select[Any] | CompoundSelect[Any]) -> postgresql.Insert:
    """A message whose key is there already is left out."""
    return postgresql.insert(MESSAGE).from_select([*MESSAGE_COLUMNS, "attempts"], rows).on_conflict_do_nothing()


@cache
def insert_messages() -> Statement:
    """PostgreSQL: the messages of a JSON array."""
    return Statement(_insert_messages(_messages_of_json(None)), POSTGRESQL)


@cache
def write_items(columns: frozenset[str]) -> Statement:
    """PostgreSQL: many advances that set the same columns, in one statement; answers the ids that changed. Parameters are arrays."""
    kinds: dict[str, Column[Any]] = {"item_id": ITEM.c.id, "expect_version": ITEM.c.version, "expect_seq": ITEM.c.seq}
    kinds |= {f"new_{name}": ITEM.c[name] for name in sorted(columns)}
    kinds |= {f"entry_{name}": ENTRY.c[name] for name in ENTRY_COLUMNS if name != "item_id"}
    new = side_by_side(kinds)
    values: dict[str, Any] = {name: new.c[f"new_{name}"] for name in sorted(columns)}
    values |= {"seq": new.c.entry_seq, "head": new.c.entry_hash, "version": ITEM.c.version + ONE}
    guard = (ITEM.c.id == new.c.item_id, ITEM.c.version == new.c.expect_version, ITEM.c.seq == new.c.expect_seq)
    changed = update(ITEM).where(*guard).values(values).returning(ITEM.c.id).cte("changed")
    lines = select(new.c.item_id, *(new.c[f"entry_{name}"] for name in ENTRY_COLUMNS[1:])).where(new.c.item_id == changed.c.id)
    return Statement(select(changed.c.id).add_cte(insert(ENTRY).from_select(ENTRY_COLUMNS, lines).cte("lines")), POSTGRESQL)


@cache
def insert_row(dialect: Dialect, table: str, columns: tuple[str, ...]) -> Ordered:
    """One row of `table`, its values in the order of `columns`."""
    target = Record.metadata.tables[table]
    return Ordered(insert(target).values({name: parameter(name, target.c[name]) for name in columns}), dialect, columns)


def copy_rows(table: str, columns: tuple[str, ...]) -> str:
    """PostgreSQL: rows of `table` are about to stream in."""
    named = ", ".join(f'"{name}"' for name in columns)
    return f"COPY {table} ({named}) FROM STDIN"


@cache
def raise_counter(dialect: Dialect) -> Statement:
    """Raise a counter by `step`, making it when it is new; answers its value."""
    make = sqlite.insert if dialect is SQLITE else postgresql.insert
    new = make(COUNTER).values(name=parameter("name", COUNTER.c.name), value=parameter("step", COUNTER.c.value))
    raised = new.on_conflict_do_update(index_elements=["name"], set_={"value": COUNTER.c.value + new.excluded.value})
    return Statement(raised.returning(COUNTER.c.value), dialect)
