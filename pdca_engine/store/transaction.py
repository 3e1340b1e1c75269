"""What is written together, or read from one state of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sqlalchemy.orm import Session

from pdca_engine.settings import Settings
from pdca_engine.store.faults import as_fault, as_file_fault
from pdca_engine.store.hot import Hot
from pdca_engine.store.seats import Seat, Seats


class Transaction:
    """Begins with `with`, commits where that ends, undoes everything when something is raised there.

    Trouble with the database comes out as StoreUnavailable or WrongSchema, everything else as it is. A class, because two generators on
    the way in and out would cost as much as a statement.
    """

    __slots__ = ("_seat", "_seats", "_session", "_settings")

    def __init__(self, seats: Seats, settings: Settings) -> None:
        self._seats = seats
        self._settings = settings
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """An ORM session on this very transaction, made when first asked for; what it holds is written before the commit."""
        if self._session is None:
            self._session = Session(self._seat.connection, expire_on_commit=False)
            self._session.connection()  # or its commit would pass by a transaction in which only hot statements ran
        return self._session

    @property
    def hot(self) -> Hot:
        """The hot statements on this very transaction; they see what the session holds."""
        if self._session is not None:
            self._session.flush()
        return self._seat.hot

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is done inside, by the session or the hot statements, is undone alone when it raises.

        The session's own savepoint, because only that outlives a flush that fails; objects it holds are read anew after an undoing.
        """
        with self.session.begin_nested():
            self.session.connection()  # says SAVEPOINT now, not when the session itself first needs the database
            yield

    def __enter__(self) -> Self:
        try:
            self._seat: Seat = self._seats.begin()
        except OSError as broken:
            raise as_file_fault(broken, self._settings) from broken
        except Exception as broken:
            raise self._shown(broken) from broken.__cause__
        return self

    def __exit__(self, kind: type[BaseException] | None, broken: BaseException | None, trace: TracebackType | None) -> None:
        if broken is not None:
            self._undo()
            if (fault := as_fault(broken, self._settings)) is not None:
                raise fault from broken
            return
        try:
            self._commit()
        except BaseException as failed:
            self._undo()
            raise self._shown(failed) from failed.__cause__
        self._seats.end(self._seat)
        del self._seat  # whoever still holds this transaction can do nothing with it

    def _shown(self, broken: BaseException) -> BaseException:
        """What a face can show for trouble with the database, and anything else as it is."""
        fault = as_fault(broken, self._settings)
        if fault is None:
            return broken
        fault.__cause__ = broken
        return fault

    def _commit(self) -> None:
        if self._session is None:
            self._seat.driver.commit()
        else:
            self._session.commit()
            self._session.close()

    def _undo(self) -> None:
        """Roll back and give the seat back, or throw it away when that fails too."""
        seat = self._seat
        del self._seat
        try:
            if self._session is None:
                seat.driver.rollback()
            else:
                self._session.rollback()
                self._session.close()
        except Exception:
            self._seats.drop(seat)
            return
        if seat.is_cut():
            self._seats.drop(seat)
        else:
            self._seats.end(seat)
