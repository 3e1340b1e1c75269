"""Running compiled statements on a driver's connection: the same few lines for sqlite3 and psycopg."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect

from pdca_engine.store.statements import Statement


class Runner:
    """One cursor for the life of a connection; every answer is fetched whole, so nothing stays open."""

    dialect: Dialect

    def __init__(self, driver: Any) -> None:
        self._cursor = driver.cursor()

    def begin(self, text: str) -> None:
        """Begin a transaction with `text`."""
        self._cursor.execute(text)

    def one(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Any] | None:
        """The first row as the driver gives it, or None."""
        row: Sequence[Any] | None = self._cursor.execute(statement.text, statement.bind(values)).fetchone()
        return row

    def all(self, statement: Statement, values: Mapping[str, Any]) -> list[list[Any]]:
        """Every row as Python data."""
        return [statement.row(raw) for raw in self._cursor.execute(statement.text, statement.bind(values)).fetchall()]

    def run(self, statement: Statement, values: Mapping[str, Any]) -> int:
        """How many rows were touched."""
        count: int = self._cursor.execute(statement.text, statement.bind(values)).rowcount
        return count
