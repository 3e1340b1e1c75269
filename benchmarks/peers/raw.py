"""The limit: the database's own driver and hand-written SQL, on our schema, with our settings of durability. Nothing else is in the way."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
import psycopg

from benchmarks.ground import Ground
from benchmarks.job import (
    ACTOR,
    COST_LIMIT,
    PHASES,
    ROLE,
    ROLES,
    TOLD,
    Accounts,
    Refused,
    Step,
    entry_hash,
    entry_text,
    message_body,
    serve,
)

LOAD = """SELECT key, state, version, seq, head, fields, (SELECT count(*) FROM evidence WHERE item_id = item.id AND NOT superseded)
FROM item WHERE id = ?"""
CHANGE = """UPDATE item SET state = ?, state_since = ?, phase = ?, final = ?, closed_at = ?, version = version + 1, seq = ?, head = ?
WHERE id = ? AND version = ?"""
APPEND = """INSERT INTO entry (item_id, seq, at, kind, person_id, transition, source, target, text, hash)
VALUES (?, ?, ?, 'advanced', ?, ?, ?, ?, ?, ?)"""
TELL = """INSERT INTO message (unique_key, kind, person_id, item_id, body, created_at, attempts) VALUES (?, 'notify', ?, ?, ?, ?, 0)"""
ACCOUNTS = Accounts(
    entries="SELECT item_id, seq, text, hash FROM entry ORDER BY item_id, seq",
    messages="SELECT count(*) FROM message",
    states="SELECT state, count(*) FROM item GROUP BY state",
)


class Contender:
    """Five statements: BEGIN, load, change, append, tell; then COMMIT."""

    accounts = ACCOUNTS

    def __init__(self, database: str) -> None:
        self._ground = Ground(database)
        self._database = database
        self._local = threading.local()
        self._sqlite = "://" not in database
        marks = (sql if self._sqlite else sql.replace("?", "%s") for sql in (LOAD, CHANGE, APPEND, TELL))
        self._load, self._change, self._append, self._tell = marks
        self._begin = "BEGIN IMMEDIATE" if self._sqlite else "BEGIN"

    def prepare(self, items: int) -> tuple[Sequence[int], int]:
        """Items of our own schema."""
        return self._ground.fresh_items(items), 0

    def _connection(self) -> Any:
        if not hasattr(self._local, "connection"):
            self._local.connection = self._sqlite_connection() if self._sqlite else self._postgresql_connection()
        return self._local.connection

    def _sqlite_connection(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._database, isolation_level=None, timeout=30)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -32768", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _postgresql_connection(self) -> psycopg.Connection:
        return psycopg.connect(self._database, autocommit=True, prepare_threshold=0)

    def advance(self, item: int, step: Step) -> None:
        """The job by hand."""
        execute = self._connection().execute
        execute(self._begin)
        key, state, version, seq, head, fields, evidence = execute(self._load, (item,)).fetchone()
        if ROLE not in ROLES[ACTOR] or state != step.source or orjson.loads(fields)["cost"] > COST_LIMIT or evidence < 1:
            raise Refused(step.transition)
        at: Any = datetime.now(UTC)
        if self._sqlite:
            at = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        text = entry_text(item, seq + 1, step)
        new = entry_hash(head, text)
        final, closed = ("achieved", at) if step.target == "closed" else (None, None)
        values = (step.target, at, PHASES[step.target], final, closed, seq + 1, new, item, version)
        if execute(self._change, values).rowcount != 1:
            raise Refused("stale")
        execute(self._append, (item, seq + 1, at, ACTOR, step.transition, step.source, step.target, text, new))
        execute(self._tell, (f"{item}:{seq + 1}:{TOLD}", TOLD, item, message_body(key, step), at))
        execute("COMMIT")


if __name__ == "__main__":
    serve(Contender)
