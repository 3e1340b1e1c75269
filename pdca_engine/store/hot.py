"""The hot path: what an advance, a tick and an import read and write, on the driver's own connection.

Plain data in and out. A `Hot` lives as long as its connection; it is used inside a transaction of the store and never commits.
Objects the session has loaded don't notice what is written here.
"""

from __future__ import annotations

import sqlite3
from abc import abstractmethod
from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from pdca_engine.store import statements, writes
from pdca_engine.store.batches import Batches
from pdca_engine.store.rows import ItemRow, MessageRow, messages_json, parsed
from pdca_engine.store.statements import ITEM, POSTGRESQL, SQLITE
from pdca_engine.trail.entry import EntryRow

NO_COLUMNS: Mapping[str, Any] = {}
ENTRY_WIDTH = len(EntryRow._fields)
ITEM_COLUMNS = ItemRow._fields[: len(ITEM.c)]


class RequestKeyTaken(Exception):
    """The request key was used before (or at the same moment by another): roll back and look with `find_request`."""


class Advance(NamedTuple):
    """One item's guarded change: `columns` are the new values of the columns that change, `entry` the trail entry that tells it."""

    item_id: int
    expect_version: int
    expect_seq: int
    columns: Mapping[str, Any]
    entry: EntryRow
    messages: Sequence[MessageRow] = ()


class Hot(Batches):
    """What both databases share; see `SqliteHot` and `PostgresqlHot` for what they do differently."""

    def read_item(
        self,
        *,
        key: str | None = None,
        id: int | None = None,
        lock: bool = False,
        children: bool = False,
        evidence: bool = False,
        links: bool = False,
    ) -> ItemRow | None:
        """The item by `key` or `id` with what is asked for beside it, in one statement; None when there is none.

        With `lock`, the item and everything above it stay as they are until the transaction ends (decisions that look at children need it;
        others are guarded by version). On SQLite a writing transaction is alone anyway.
        """
        by, wanted = ("key", key) if key is not None else ("id", id)
        if lock:
            self.lock_path(by, wanted)
        statement = statements.read_item(self.dialect, by, children, evidence, links)
        raw = self.one(statement, {"wanted": wanted})
        if raw is None:
            return None
        values = statement.row(raw)
        values[-3:] = map(parsed, values[-3:])
        return ItemRow(*values)

    @abstractmethod
    def lock_path(self, by: str, wanted: str | int | None) -> None:
        """Hold the item and everything above it."""

    @abstractmethod
    def hold(self, name: str) -> None:
        """Be the only transaction that works under `name`."""

    def find_request(self, request_key: str) -> EntryRow | None:
        """The entry that was written under this request key. Others who ask for the same key wait until this transaction ends."""
        self.hold(request_key)
        statement = statements.find_request(self.dialect)
        raw = self.one(statement, {"request_key": request_key})
        return None if raw is None else EntryRow(*statement.row(raw))

    def write_advance(
        self,
        item_id: int,
        expect_version: int,
        expect_seq: int,
        columns: Mapping[str, Any],
        entry: EntryRow,
        messages: Sequence[MessageRow] = (),
    ) -> bool:
        """Set `columns` (those that change), seq, head and version, and add the entry and the messages.

        False, and nothing written, when the item is no longer at the version and seq expected. RequestKeyTaken as it says.
        """
        names = tuple(sorted(columns))
        values = [*map(columns.__getitem__, names), item_id, expect_seq, expect_version, *entry]
        return self.write(names, True, True, values, messages)

    def write_entry(
        self,
        item_id: int,
        expect_seq: int,
        entry: EntryRow,
        *,
        bump_version: bool = False,
        columns: Mapping[str, Any] = NO_COLUMNS,
        messages: Sequence[MessageRow] = (),
    ) -> bool:
        """Add an entry that is no advance (a refused attempt, a comment, evidence): as `write_advance`, guarded by seq alone."""
        names = tuple(sorted(columns))
        values = [*map(columns.__getitem__, names), item_id, expect_seq, None, *entry]
        return self.write(names, False, bump_version, values, messages)

    @abstractmethod
    def write(self, columns: tuple[str, ...], guarded: bool, bump: bool, values: list[Any], messages: Sequence[MessageRow]) -> bool:
        """Run the guarded change; `values` are those of the columns, item_id, expect_seq, expect_version, and the entry's."""

    @abstractmethod
    def write_advances(self, advances: Sequence[Advance]) -> list[bool]:
        """Many advances of different items, each as `write_advance`; the answers in their order."""

    def insert_items(self, items: Sequence[Mapping[str, Any]], entries: Sequence[EntryRow]) -> None:
        """New items, every column given (`ITEM_COLUMNS`; ids from `reserve_ids`), and their first entries."""
        every = itemgetter(*ITEM_COLUMNS)
        self.insert_rows("item", ITEM_COLUMNS, [every(item) for item in items])
        self.insert_rows("entry", EntryRow._fields, entries)

    @abstractmethod
    def insert_messages(self, messages: Sequence[MessageRow]) -> None:
        """Messages for the outbox; those whose key is there already are left out."""

    @abstractmethod
    def reserve_ids(self, table: str, count: int) -> list[int]:
        """`count` numbers for new rows of `table` ("item") that nobody else gets."""

    def next_keys(self, counter: str, count: int = 1) -> range:
        """The next `count` values of a counter, from 1; nobody else gets them unless this transaction is rolled back."""
        statement = writes.raise_counter(self.dialect)
        raw = self.one(statement, {"name": counter, "step": count})
        assert raw is not None
        last: int = raw[0]
        return range(last - count + 1, last + 1)


class SqliteHot(Hot):
    """On SQLite: several statements cost no journey, and a writing transaction is alone."""

    dialect = SQLITE

    def lock_path(self, by: str, wanted: str | int | None) -> None:
        """Nothing to do: BEGIN IMMEDIATE holds the whole file."""

    def hold(self, name: str) -> None:
        """Nothing to do here either."""

    def write(self, columns: tuple[str, ...], guarded: bool, bump: bool, values: list[Any], messages: Sequence[MessageRow]) -> bool:
        """UPDATE, and only when it found its row the INSERTs."""
        execute = self._cursor.execute
        change, line = writes.update_item(columns, guarded, bump), writes.insert_entry()
        if not execute(change.text, change.arrange(values)).rowcount:
            return False
        try:
            execute(line.text, line.arrange(values[-ENTRY_WIDTH:]))
        except sqlite3.IntegrityError as taken:
            raise (RequestKeyTaken() if "entry.request_key" in str(taken) else taken) from taken
        self.insert_messages(messages)
        return True

    def write_advances(self, advances: Sequence[Advance]) -> list[bool]:
        """One after the other."""
        return [self.write_advance(*advance) for advance in advances]

    def insert_rows(self, table: str, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
        """executemany."""
        statement = writes.insert_row(SQLITE, table, columns)
        self._cursor.executemany(statement.text, map(statement.arrange, rows))

    def insert_messages(self, messages: Sequence[MessageRow]) -> None:
        """One by one: mostly there are none, or one or two."""
        statement = writes.insert_message()
        for message in messages:
            self._cursor.execute(statement.text, statement.arrange(message))

    def reserve_ids(self, table: str, count: int) -> list[int]:
        """SQLite numbers the rows of an AUTOINCREMENT table after the highest number in `sqlite_sequence`."""
        raised = self._cursor.execute("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = ? RETURNING seq", (count, table)).fetchone()
        if raised is None:
            self._cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, count))
        last = raised[0] if raised else count
        return list(range(last - count + 1, last + 1))


class PostgresqlHot(Hot):
    """On PostgreSQL: as few journeys as can be."""

    dialect = POSTGRESQL

    def begin(self, text: str) -> None:
        """Not prepared: there is nothing to plan."""
        self._cursor.execute(text, prepare=False)

    def lock_path(self, by: str, wanted: str | int | None) -> None:
        """In a statement of its own, so that the next one sees what was committed while this one waited."""
        statement = statements.lock_path(by)
        self._cursor.execute(statement.text, statement.bind({"wanted": wanted}))

    def hold(self, name: str) -> None:
        """An advisory lock, in a statement of its own for the same reason."""
        self._cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (name,))

    def write(self, columns: tuple[str, ...], guarded: bool, bump: bool, values: list[Any], messages: Sequence[MessageRow]) -> bool:
        """All in one statement."""
        if len(messages) > writes.FEW:
            values.append(messages_json(messages))
        else:
            for message in messages:
                values += message
        statement = writes.write_item(columns, guarded, bump, min(len(messages), writes.FEW + 1))
        changed = self._keyed(statement.text, statement.arrange(values)).fetchone()
        return bool(changed[0])

    def _keyed(self, text: str, values: Sequence[Any]) -> Any:
        """Run a statement that may meet a used request key."""
        try:
            return self._cursor.execute(text, values)
        except Exception as taken:
            diagnosis = getattr(taken, "diag", None)
            if diagnosis is not None and diagnosis.constraint_name == "uq_entry_request_key":
                raise RequestKeyTaken() from taken
            raise

    def write_advances(self, advances: Sequence[Advance]) -> list[bool]:
        """One statement for all that set the same columns, and one for all messages."""
        alike: dict[frozenset[str], list[Advance]] = defaultdict(list)
        for advance in advances:
            alike[frozenset(advance.columns)].append(advance)
        changed: set[int] = set()
        for columns, group in alike.items():
            statement = writes.write_items(columns)
            values = statement.bind(_side_by_side([_guarded(advance) for advance in group]))
            changed.update(row[0] for row in self._keyed(statement.text, values).fetchall())
        self.insert_messages([message for advance in advances if advance.item_id in changed for message in advance.messages])
        return [advance.item_id in changed for advance in advances]

    def insert_rows(self, table: str, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
        """COPY, three times as fast as INSERT."""
        statement = writes.insert_row(POSTGRESQL, table, columns)
        with self._cursor.copy(writes.copy_rows(table, statement.names)) as copy:
            for row in rows:
                copy.write_row(statement.arrange(row))

    def insert_messages(self, messages: Sequence[MessageRow]) -> None:
        """As one JSON array."""
        if messages:
            self.run(writes.insert_messages(), {"messages": messages_json(messages)})

    def reserve_ids(self, table: str, count: int) -> list[int]:
        """From the sequence behind the table's id."""
        drawn = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        return [row[0] for row in self._cursor.execute(drawn, (table, count)).fetchall()]


def _guarded(advance: Advance) -> dict[str, Any]:
    """The values of one advance by name."""
    values = {f"new_{name}": value for name, value in advance.columns.items()}
    values |= {f"entry_{name}": value for name, value in zip(EntryRow._fields, advance.entry, strict=True)}
    return {**values, "item_id": advance.item_id, "expect_version": advance.expect_version, "expect_seq": advance.expect_seq}


def _side_by_side(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Rows with the same names as one list a name."""
    return {name: [row[name] for row in rows] for name in rows[0]}
