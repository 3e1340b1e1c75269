"""How each database is opened: its engine, and what every connection is told first.

The drivers run in autocommit and the store says BEGIN itself, because it needs another BEGIN for writing than for reading.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from pdca_engine.errors import BadInput
from pdca_engine.settings import Settings

PATIENCE = 30.0
"""Seconds a writer waits for its turn, a statement may run, and a connection may take to come free."""

SERVER_OPTIONS = {
    "timezone": "UTC",
    "statement_timeout": f"{PATIENCE:.0f}s",
    "lock_timeout": "15s",
    "idle_in_transaction_session_timeout": "120s",
}
NETWORK_OPTIONS = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",  # ms: a cut wire is noticed in 15 s, not in the kernel's 15 minutes
}


def store_url(settings: Settings) -> URL:
    """The store's address. BadInput unless it is sqlite:///FILE or postgresql://…"""
    try:
        url = make_url(settings.store_url)
    except ArgumentError:
        raise _bad_url() from None
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise _bad_url()
    if url.drivername == "sqlite" and url.database in (None, "", ":memory:"):
        raise _bad_url()
    return url


def sqlite_file(settings: Settings) -> Path | None:
    """The SQLite file, or None for PostgreSQL. BadInput."""
    url = store_url(settings)
    return Path(url.database or "").expanduser().resolve() if url.drivername == "sqlite" else None


def _bad_url() -> BadInput:
    return BadInput(
        "PDCA_DATABASE_URL is not an address this program knows. Write sqlite:////folder/file.db or postgresql://user:password@host/database.",
        "PDCA_DATABASE_URL 不是本程序认识的地址。请写成 sqlite:////文件夹/文件.db 或 postgresql://用户:密码@主机/数据库。",
        field="database_url",
    )


def make_engine(url: URL, synchronous: str = "FULL") -> Engine:
    """An engine that keeps no connections itself: the store does. `synchronous` is SQLite's; ModuleNotFoundError without a driver."""
    if url.drivername == "sqlite":
        return _sqlite_engine(url, synchronous)
    return _postgresql_engine(url)


def _sqlite_engine(url: URL, synchronous: str) -> Engine:
    arguments = {"isolation_level": None, "check_same_thread": False, "timeout": PATIENCE, "cached_statements": 512}
    engine = create_engine(url, poolclass=NullPool, connect_args=arguments)
    pragmas = (
        "foreign_keys = ON",
        f"synchronous = {synchronous}",
        "recursive_triggers = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "temp_store = MEMORY",
        "cache_size = -32768",
    )

    @event.listens_for(engine, "connect")
    def prepare(driver: sqlite3.Connection, _record: Any) -> None:
        for pragma in pragmas:
            driver.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        driver = driver_of(connection)
        if not driver.in_transaction:
            driver.execute("BEGIN")

    return engine


def _postgresql_engine(url: URL) -> Engine:
    options = " ".join(f"-c {name}={value}" for name, value in SERVER_OPTIONS.items())
    query = {**NETWORK_OPTIONS, **url.query, "options": " ".join([options, *_texts(url.query.get("options"))])}
    arguments = {"autocommit": True, "prepare_threshold": 0}
    engine = create_engine(url.set(query=query), poolclass=NullPool, connect_args=arguments)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        driver = driver_of(connection)
        if driver.info.transaction_status == 0:  # idle
            driver.execute("BEGIN")

    return engine


def _texts(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """A query part of an address, which may be given several times."""
    return (value,) if isinstance(value, str) else value or ()


def driver_of(connection: Connection) -> Any:
    """The driver's own connection: sqlite3's or psycopg's."""
    return connection.connection.driver_connection
