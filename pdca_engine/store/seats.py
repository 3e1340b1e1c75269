"""Connections kept open and lent out in a transaction, the warmest first: a list's pop and append instead of a pool's ceremonies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Protocol

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
        """Whether nobody is at the other end any more."""
        return self.connection.invalidated or bool(getattr(self.driver, "closed", False))

    def close(self) -> None:
        """Close without a word, whatever state it is in."""
        self.connection.invalidate()
        self.connection.close()


class Gate(Protocol):
    """What a transaction passes before it begins: a lock, or a limited number of places."""

    def acquire(self) -> None:
        """Wait to be let in. StoreUnavailable when it takes too long."""
        ...

    def release(self) -> None:
        """Let the next one in."""
        ...


class Places:
    """So many at once, and no more."""

    def __init__(self, limit: int, patience: float) -> None:
        self._limit = limit
        self._patience = patience
        self._free: SimpleQueue[None] = SimpleQueue()
        for _ in range(limit):
            self._free.put(None)

    def acquire(self) -> None:
        """Wait for a place, at most `patience` seconds, then StoreUnavailable."""
        try:
            self._free.get(timeout=self._patience)
        except Empty:
            raise StoreUnavailable(
                why=f"all {self._limit} connections of this process are busy",
                why_zh=f"本进程的 {self._limit} 个连接全部占用",
                advice="Try again in a moment.",
                advice_zh="请稍后重试。",
            ) from None

    def release(self) -> None:
        """Free the place."""
        self._free.put(None)


class Seats:
    """Seats for one kind of transaction: made by `make`, begun with `begin`, let in by `gate`."""

    def __init__(self, make: Callable[[], Seat], begin: str, gate: Gate) -> None:
        self._make = make
        self._begin = begin
        self._gate = gate
        self._idle: list[Seat] = []

    def begin(self) -> Seat:
        """A seat in a new transaction. Connections that were cut while they waited are replaced, once."""
        self._gate.acquire()
        try:
            seat = self._begun()
            if seat is not None:
                return seat
            self.empty()  # the others were cut with it
            seat = self._make()
            seat.hot.begin(self._begin)
            return seat
        except BaseException:
            self._gate.release()
            raise

    def _begun(self) -> Seat | None:
        """None: nobody was at the other end."""
        try:
            seat = self._idle.pop()
        except IndexError:
            seat = self._make()
        try:
            seat.hot.begin(self._begin)
        except BaseException:
            cut = seat.is_cut()
            seat.close()
            if not cut:
                raise
            return None
        return seat

    @property
    def waiting(self) -> bool:
        """Whether a connection is open and idle."""
        return bool(self._idle)

    def end(self, seat: Seat) -> None:
        """Give back a seat whose transaction is over."""
        self._idle.append(seat)
        self._gate.release()

    def drop(self, seat: Seat) -> None:
        """Give back a seat that is of no more use."""
        seat.close()
        self._gate.release()

    def empty(self) -> None:
        """Close all that wait."""
        while self._idle:
            self._idle.pop().close()
