"""The database's own driver on our schema, with our settings of durability: what `raw` and `least` stand on."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime
from typing import Any

import psycopg

from benchmarks.ground import Ground
from benchmarks.job import Accounts

ACCOUNTS = Accounts(
    entries="SELECT item_id, seq, text, hash FROM entry ORDER BY item_id, seq",
    messages="SELECT count(*) FROM message",
    states="SELECT state, count(*) FROM item GROUP BY state",
)
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -32768", "temp_store = MEMORY")


class Driver:
    """One open connection a thread; nothing else is in the way."""

    accounts = ACCOUNTS

    def __init__(self, database: str) -> None:
        self.ground = Ground(database)
        self.sqlite = "://" not in database
        self.begin = "BEGIN IMMEDIATE" if self.sqlite else "BEGIN"
        self._database = database
        self._local = threading.local()

    def marked(self, sql: str) -> str:
        """Hand-written SQL with the driver's own marks for values."""
        return sql if self.sqlite else sql.replace("?", "%s")

    def connection(self) -> Any:
        """This thread's connection."""
        if not hasattr(self._local, "connection"):
            self._local.connection = self._sqlite() if self.sqlite else self._postgresql()
        return self._local.connection

    def now(self) -> Any:
        """The moment as the database keeps it."""
        now = datetime.now(UTC)
        return now.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if self.sqlite else now

    def _sqlite(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._database, isolation_level=None, timeout=30)
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _postgresql(self) -> psycopg.Connection:
        return psycopg.connect(self._database, autocommit=True, prepare_threshold=0)
