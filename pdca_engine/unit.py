"""One unit of work: session, library, directory, clock and person together. It commits when it ends well; services never commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import date, datetime
from functools import cached_property
from types import TracebackType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pdca_engine.cadence.calendars import WorkingCalendar, load_calendar
from pdca_engine.clock import Clock, FrozenClock, SystemClock
from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.directory import Directory
from pdca_engine.library import Library
from pdca_engine.records.organisation import Counter
from pdca_engine.settings import Settings
from pdca_engine.store.directory import read_directory
from pdca_engine.store.engine import Store, Transaction, open_store
from pdca_engine.store.hot import Hot
from pdca_engine.store.migrate import require_current, require_made

Afterwards = Callable[["Unit"], None]


class App:
    """What one process needs once: settings, store, library, clock, and the directory as last read."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.library = Library()
        self._read: dict[str, Directory] = {}  # shared with twins at another moment

    @property
    def directory(self) -> Directory | None:
        """People and roles as last read; its counter says whether they still are so."""
        return self._read.get("directory")

    @directory.setter
    def directory(self, found: Directory | None) -> None:
        if found is None:
            self._read.clear()
        else:
            self._read["directory"] = found

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The organisation's working-day calendar."""
        return load_calendar(self.settings.calendar)

    def at(self, now: datetime) -> App:
        """The same program at another moment: for `tick --at` and simulation."""
        twin = copy(self)
        twin.clock = FrozenClock(now)
        return twin

    def unit(self, person: int | None = None, *, engine: bool = False, language: str = "en") -> Writing:
        """A writing unit, begun by `with`."""
        return Writing(self, person, engine, language)

    @contextmanager
    def reader(self, person: int | None = None, *, engine: bool = False, language: str = "en") -> Iterator[Unit]:
        """A unit that only reads."""
        with self.store.snapshot() as transaction:
            yield Unit(self, transaction, person, engine, language)

    def close(self) -> None:
        """Give the connections back."""
        self.store.close()


class Writing:
    """A unit in a transaction of its own, as `with` sees it. A class, for the reason Transaction is one.

    What was put off with `Unit.afterwards` is done in a further transaction, however this one ended.
    """

    __slots__ = ("_app", "_transaction", "_unit", "_who")

    def __init__(self, app: App, *who: Any) -> None:
        self._app = app
        self._who = who

    def __enter__(self) -> Unit:
        self._transaction = self._app.store.transaction()
        self._unit = Unit(self._app, self._transaction.__enter__(), *self._who)
        return self._unit

    def __exit__(self, kind: type[BaseException] | None, broken: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self._end(kind, broken, trace)
        finally:
            for task in self._unit.put_off:
                with self._app.store.transaction() as transaction:
                    task(Unit(self._app, transaction, *self._who))

    def _end(self, kind: type[BaseException] | None, broken: BaseException | None, trace: TracebackType | None) -> None:
        """What a unit read of its own changes must not outlive them: its counter's value will be given out again."""
        if broken is not None:
            self._app.directory = None
        try:
            self._transaction.__exit__(kind, broken, trace)
        except BaseException:
            self._app.directory = None
            raise


class Unit:
    """One piece of work by one person (or by the engine itself), at one moment."""

    def __init__(self, app: App, transaction: Transaction, person: int | None, engine: bool, language: str) -> None:
        self.app = app
        self.transaction = transaction
        self.person = person
        self.engine = engine
        self.language = language
        self.now: datetime = app.clock.now()
        self.put_off: list[Afterwards] = []

    @property
    def settings(self) -> Settings:
        """The installation's choices."""
        return self.app.settings

    @property
    def library(self) -> Library:
        """Compiled workflows."""
        return self.app.library

    @property
    def hot(self) -> Hot:
        """The compiled statements of the hot path."""
        return self.transaction.hot

    @property
    def session(self) -> Session:
        """The ORM session, on the same connection and in the same transaction as everything else."""
        return self.transaction.session

    @property
    def today(self) -> date:
        """The date in the organisation's zone."""
        return self.now.astimezone(self.settings.zone).date()

    @cached_property
    def directory(self) -> Directory:
        """People, roles, processes as they are now."""
        return self.directory_at(None)

    def forget_directory(self) -> None:
        """Look people and processes up again: after some were added in this very unit."""
        self.__dict__.pop("directory", None)

    def directory_at(self, counter: int | None) -> Directory:
        """The directory whose counter is `counter` (None: whatever is current); read again only when it has moved."""
        known = self.app.directory
        wanted = self._directory_counter() if counter is None else counter
        if known is None or known.counter != wanted:
            known = self.app.directory = Directory(read_directory(self.session))
        return known

    def _directory_counter(self) -> int:
        return self.session.scalar(select(Counter.value).where(Counter.name == "directory")) or 0

    def workflow(self, version_id: int) -> Compiled:
        """The compiled workflow version."""
        return self.library.get(version_id) or self.library.version(self.session, version_id)

    def as_engine(self) -> Unit:
        """The same unit of work with the engine itself acting: what follows by rule is not the person's doing."""
        twin = copy(self)
        twin.engine = True
        return twin

    def afterwards(self, task: Afterwards) -> None:
        """Do `task` in a transaction of its own once this unit has ended, well or not: what must be kept although it was refused."""
        self.put_off.append(task)


def open_app(settings: Settings | None = None, clock: Clock | None = None, *, check_schema: bool = True) -> App:
    """The program, ready for work. StoreUnavailable or WrongSchema when the database is not."""
    settings = settings or Settings()
    if check_schema:
        require_made(settings)
    app = App(settings, open_store(settings), clock or SystemClock())
    if check_schema:
        require_current(app.store)
    return app
