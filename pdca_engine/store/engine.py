"""The store: one database, opened once, and its transactions. Only this room knows which database it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from pdca_engine.settings import Settings
from pdca_engine.store.connect import PATIENCE, driver_of, make_engine, sqlite_file, store_url
from pdca_engine.store.faults import as_fault, as_file_fault, no_driver
from pdca_engine.store.hot import PostgresqlHot, SqliteHot
from pdca_engine.store.lock import FileLock
from pdca_engine.store.seats import Places, Seat, Seats
from pdca_engine.store.transaction import Transaction

__all__ = ["Store", "Transaction", "open_store"]

READERS = 16
SERVER_CONNECTIONS = 24  # of PostgreSQL's default hundred, for one process, and half as many readers
WAL = "PRAGMA journal_mode = WAL"
READ_SERVER = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
REBUILD_SQLITE = (WAL, "PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE")
REBUILD_SERVER = ("SET statement_timeout = 0", "SET lock_timeout = 0", "BEGIN")


class Store:
    """One database. `transaction()` to write, `reading()` and `snapshot()` to read; safe to share among threads.

    On SQLite (`file` given) writers take turns, among processes too, and the one writing connection does every checkpoint
    (docs/decisions/0002).
    """

    def __init__(self, settings: Settings, engine: Engine, file: Path | None) -> None:
        self.settings = settings
        self.engine = engine
        self.dialect: Literal["sqlite", "postgresql"] = "sqlite" if file else "postgresql"
        self._lock = FileLock(file.with_name(file.name + ".lock"), PATIENCE) if file else None
        self._writers = Seats(self._make_writer, "BEGIN IMMEDIATE" if file else "BEGIN", self._lock or Places(SERVER_CONNECTIONS, PATIENCE))
        self._readers = Seats(self._make_reader, "BEGIN" if file else READ_SERVER, Places(READERS, PATIENCE))

    def transaction(self) -> Transaction:
        """Write, `with` this: commits at the end, undoes everything when something is raised. StoreUnavailable when the database won't."""
        return Transaction(self._writers, self.settings)

    def snapshot(self) -> Transaction:
        """Read with the session or the hot statements, from one state of the database; nothing can be written, no writer is waited for."""
        return Transaction(self._readers, self.settings)

    def server_time(self) -> datetime | None:
        """What the database server's clock says, in UTC; None on SQLite, which has none of its own."""
        if self.dialect == "sqlite":
            return None
        with self.reading() as session:
            moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
            return moment.astimezone(UTC)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read with an ORM session, as `snapshot`."""
        with self.snapshot() as transaction:
            yield transaction.session

    @contextmanager
    def rebuilding(self) -> Iterator[Connection]:
        """A connection of its own for migrations: references unchecked on SQLite (tables are rebuilt), no deadline on PostgreSQL."""
        try:
            with self._alone(), self.engine.connect() as connection:
                for statement in REBUILD_SQLITE if self._lock else REBUILD_SERVER:
                    driver_of(connection).execute(statement)
                yield connection
                connection.commit()
                self._forget()  # what they have prepared may mean something else now
        except Exception as broken:
            fault = as_fault(broken, self.settings)
            if fault is None:
                raise
            raise fault from broken

    def close(self) -> None:
        """Close every connection that waits: alone, since SQLite writes its log back when the last one goes."""
        if self._writers.waiting or self._readers.waiting:
            with self._alone():
                self._forget()
        if self._lock:
            self._lock.close()
        self.engine.dispose()

    def _forget(self) -> None:
        self._writers.empty()
        self._readers.empty()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other writer of this file meanwhile; on PostgreSQL nobody waits."""
        try:
            with self._lock or nullcontext():
                yield
        except OSError as broken:
            raise as_file_fault(broken, self.settings) from broken

    def _make_writer(self) -> Seat:
        seat = self._make_seat()
        if self._lock:
            seat.driver.execute(WAL)
        return seat

    def _make_reader(self) -> Seat:
        seat = self._make_seat()
        if self._lock:
            seat.driver.execute("PRAGMA query_only = ON")
            seat.driver.execute("PRAGMA wal_autocheckpoint = 0")
        return seat

    def _make_seat(self) -> Seat:
        connection = self.engine.connect()
        driver = driver_of(connection)
        return Seat(connection, driver, SqliteHot(driver) if self._lock else PostgresqlHot(driver))


def open_store(settings: Settings) -> Store:
    """The store of `settings`; a SQLite file's folder is made. Nothing is connected yet. BadInput, StoreUnavailable."""
    url, file = store_url(settings), sqlite_file(settings)
    if file is None:
        try:
            return Store(settings, make_engine(url), None)
        except ModuleNotFoundError as missing:
            raise no_driver(settings) from missing
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as broken:
        raise as_file_fault(broken, settings) from broken
    return Store(settings, make_engine(url.set(database=str(file)), settings.sqlite_synchronous), file)
