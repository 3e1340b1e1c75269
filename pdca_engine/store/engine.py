"""The store: one database, opened once, and its transactions. Only this room knows which database it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NoReturn

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from pdca_engine.settings import Settings
from pdca_engine.store.connect import PATIENCE, driver_of, make_engine, store_url
from pdca_engine.store.faults import as_fault, as_file_fault, no_driver
from pdca_engine.store.hot import Hot, PostgresqlHot, SqliteHot
from pdca_engine.store.lock import FileLock
from pdca_engine.store.seats import Seat, Seats

READERS = 16
WAL = "PRAGMA journal_mode = WAL"
REBUILD_SQLITE = (WAL, "PRAGMA foreign_keys = OFF")
REBUILD_POSTGRESQL = ("SET statement_timeout = 0", "SET lock_timeout = 0")
SERVER_CONNECTIONS = 24  # of PostgreSQL's default hundred, for one process


class Transaction:
    """What is written together, or read from one state of the database."""

    __slots__ = ("_hot", "_seat", "_session")

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._hot = seat.hot
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """An ORM session on this very transaction, made when first asked for; what it holds is written before the commit."""
        if self._session is None:
            self._session = Session(self._seat.connection, expire_on_commit=False)
        return self._session

    @property
    def hot(self) -> Hot:
        """The hot statements on this very transaction; they see what the session holds."""
        if self._session is not None:
            self._session.flush()
        return self._hot

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is done inside is undone alone when it raises."""
        with self.session.begin_nested():
            yield

    def commit(self) -> None:
        """Make it last."""
        if self._session is None:
            self._seat.driver.commit()
        else:
            self._session.commit()
            self._session.close()

    def rollback(self) -> None:
        """Undo everything."""
        if self._session is None:
            self._seat.driver.rollback()
        else:
            self._session.rollback()
            self._session.close()


class Store:
    """One database. `transaction()` to write, `reading()` and `snapshot()` to read; safe to share among threads."""

    def __init__(self, settings: Settings, engine: Engine, file: Path | None) -> None:
        self.settings = settings
        self.engine = engine
        self.dialect: Literal["sqlite", "postgresql"] = "sqlite" if file else "postgresql"
        self._lock = FileLock(file.with_name(file.name + ".lock"), PATIENCE) if file else None
        self._mine = threading.local()
        self._begin_writing = "BEGIN IMMEDIATE" if file else "BEGIN"
        self._writers = Seats(self._make_writer, 1 if file else SERVER_CONNECTIONS, PATIENCE)
        self._readers = Seats(self._make_reader, READERS, PATIENCE) if file else self._writers

    def _make_writer(self) -> Seat:
        seat = self._seat()
        if self._lock:
            seat.driver.execute(WAL)
        return seat

    def _make_reader(self) -> Seat:
        seat = self._seat()
        seat.driver.execute("PRAGMA query_only = ON")
        seat.driver.execute("PRAGMA wal_autocheckpoint = 0")
        return seat

    def _seat(self) -> Seat:
        connection = self.engine.connect()
        driver = driver_of(connection)
        return Seat(connection, driver, SqliteHot(driver) if self._lock else PostgresqlHot(driver))

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write: commits at the end, undoes everything when something is raised. StoreUnavailable when the database won't.

        On SQLite writers take turns, among processes too.
        """
        with self._turn():
            yield from self._run(self._writers, self._begin_writing)

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """Read with the session or the hot statements, from one state of the database; nothing can be written."""
        yield from self._run(self._readers, "BEGIN" if self._lock else "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read with an ORM session, from one state of the database; nothing can be written, and no writer is waited for."""
        with self.snapshot() as transaction:
            yield transaction.session

    @contextmanager
    def rebuilding(self) -> Iterator[Connection]:
        """A connection of its own for migrations: references unchecked on SQLite (tables are rebuilt), no deadline on PostgreSQL."""
        try:
            with self._turn(), self.engine.connect() as connection:
                driver = driver_of(connection)
                for statement in REBUILD_SQLITE if self._lock else REBUILD_POSTGRESQL:
                    driver.execute(statement)
                driver.execute(self._begin_writing)
                yield connection
                connection.commit()
        except Exception as broken:
            self._raise(broken)
        self._forget()

    def close(self) -> None:
        """Close every connection that waits: under the lock, since SQLite writes its log back when the last one goes."""
        with self._turn():
            self._forget()
        if self._lock:
            self._lock.close()
        self.engine.dispose()

    def _forget(self) -> None:
        self._writers.empty()
        self._readers.empty()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Alone among the writers of this file; on PostgreSQL nobody waits."""
        if self._lock is None:
            yield
            return
        if getattr(self._mine, "turn", False):
            raise RuntimeError("a transaction inside a transaction would wait for itself: hand the outer one down")
        self._acquire(self._lock)
        self._mine.turn = True
        try:
            yield
        finally:
            self._mine.turn = False
            self._lock.release()

    def _acquire(self, lock: FileLock) -> None:
        try:
            lock.acquire()
        except OSError as broken:
            raise as_file_fault(broken, self.settings) from broken

    def _run(self, seats: Seats, begin: str) -> Iterator[Transaction]:
        seat = self._begin(seats, begin)
        transaction = Transaction(seat)
        try:
            yield transaction
            transaction.commit()
        except BaseException as broken:
            self._undo(seats, seat, transaction)
            self._raise(broken)
        seats.give(seat)

    def _begin(self, seats: Seats, begin: str) -> Seat:
        """A seat in a new transaction. Connections the server has cut meanwhile are replaced, once."""
        try:
            seat = seats.take()
            if self._begun(seats, seat, begin):
                return seat
            seats.empty()  # the others were cut with it
            seat = seats.take()
            seat.driver.execute(begin)
        except Exception as broken:
            self._raise(broken)
        return seat

    def _begun(self, seats: Seats, seat: Seat, begin: str) -> bool:
        try:
            seat.driver.execute(begin)
        except Exception:
            cut = seat.is_cut()
            seats.drop(seat)
            if not cut:
                raise
            return False
        return True

    def _undo(self, seats: Seats, seat: Seat, transaction: Transaction) -> None:
        try:
            transaction.rollback()
        except Exception:
            seats.drop(seat)
            return
        if seat.is_cut():
            seats.drop(seat)
        else:
            seats.give(seat)

    def _raise(self, broken: BaseException) -> NoReturn:
        """Raise what a face can show for trouble with the database, and anything else as it is."""
        fault = as_fault(broken, self.settings)
        if fault is None:
            raise broken
        raise fault from broken


def open_store(settings: Settings) -> Store:
    """The store of `settings`; a SQLite file's folder is made. Nothing is connected yet. BadInput, StoreUnavailable."""
    url = store_url(settings)
    if url.drivername != "sqlite":
        try:
            return Store(settings, make_engine(url, settings), None)
        except ModuleNotFoundError as missing:
            raise no_driver(settings) from missing
    file = Path(url.database or "").expanduser().resolve()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as broken:
        raise as_file_fault(broken, settings) from broken
    return Store(settings, make_engine(url.set(database=str(file)), settings), file)
