"""Connections kept open and lent out, the warmest first: a list's pop and append instead of a pool's ceremonies."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from pdca_engine.errors import StoreUnavailable
from pdca_engine.store.hot import Hot


@dataclass(frozen=True, slots=True)
class Seat:
    """One long-lived connection, as SQLAlchemy and as the driver knows it, and the hot statements on it."""

    connection: Connection
    driver: Any
    hot: Hot

    def is_cut(self) -> bool:
        """Whether the server is no longer at the other end."""
        return self.connection.invalidated or bool(getattr(self.driver, "closed", False))

    def close(self) -> None:
        """Close without a word, whatever state it is in."""
        self.connection.invalidate()
        self.connection.close()


class Seats:
    """At most `limit` seats at once; one that is given back waits for the next taker."""

    def __init__(self, make: Callable[[], Seat], limit: int, patience: float) -> None:
        self._make = make
        self._limit = limit
        self._patience = patience
        self._places = threading.BoundedSemaphore(limit)
        self._idle: list[Seat] = []

    def take(self) -> Seat:
        """A seat that waits, or a new one. StoreUnavailable when all stay taken for `patience` seconds."""
        if not self._places.acquire(timeout=self._patience):
            raise StoreUnavailable(
                why=f"all {self._limit} connections of this process are busy",
                why_zh=f"本进程的 {self._limit} 个连接全部占用",
                advice="Try again in a moment.",
                advice_zh="请稍后重试。",
            )
        try:
            return self._idle.pop()
        except IndexError:
            return self._make_place()

    def _make_place(self) -> Seat:
        try:
            return self._make()
        except BaseException:
            self._places.release()
            raise

    def give(self, seat: Seat) -> None:
        """Give back a seat that is in no transaction."""
        self._idle.append(seat)
        self._places.release()

    def drop(self, seat: Seat) -> None:
        """Give back a seat that is broken."""
        seat.close()
        self._places.release()

    def empty(self) -> None:
        """Close all that wait."""
        while self._idle:
            self._idle.pop().close()
