"""The hot statements of schedules and timers: claim what is due, record what came of it, set when to look again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Update, and_, bindparam, func, literal_column, null, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from pdca_engine.records.schedules import Occurrence, ScheduleRecord
from pdca_engine.store.rows import OccurrenceRow, ScheduleRow
from pdca_engine.store.runner import Runner
from pdca_engine.store.statements import SQLITE, Statement, table_of

SCHEDULE, OCCURRENCE = table_of(ScheduleRecord), table_of(Occurrence)
_C = SCHEDULE.c
_NEXT_VERSION = _C.version + literal_column("1")


def _parameter(name: str, column: str) -> ColumnElement[Any]:
    return bindparam(name, type_=_C[column].type)


@cache
def _due(dialect: Dialect) -> Statement:
    wake = _C.wake_at <= _parameter("now", "wake_at")
    found = select(SCHEDULE).where(wake).order_by(_C.wake_at, _C.id).limit(bindparam("limit", type_=_C.step.type))
    return Statement(found.with_for_update(skip_locked=True), dialect)


@cache
def _earliest(dialect: Dialect) -> Statement:
    return Statement(select(func.min(_C.wake_at)).where(_C.wake_at.is_not(None)), dialect)


@cache
def _timers(dialect: Dialect) -> Statement:
    return Statement(select(SCHEDULE).where(_C.item_id == _parameter("item_id", "item_id")).order_by(_C.id), dialect)


@cache
def _insert_occurrence(dialect: Dialect) -> Statement:
    values: dict[str, Any] = {name: bindparam(f"new_{name}", type_=OCCURRENCE.c[name].type) for name in OccurrenceRow._fields}
    make = sqlite.insert if dialect is SQLITE else postgresql.insert
    return Statement(make(OCCURRENCE).values(values).on_conflict_do_nothing(index_elements=["schedule_id", "nominal"]), dialect)


@cache
def _update_schedule(dialect: Dialect, columns: frozenset[str]) -> Statement:
    found = update(SCHEDULE).where(_C.id == _parameter("schedule_id", "id"), _C.version == _parameter("expect_version", "version"))
    values = {name: _parameter(f"new_{name}", name) for name in sorted(columns)}
    return Statement(found.values({**values, "version": _NEXT_VERSION}), dialect)


TIMER_COLUMNS = tuple(name for name in ScheduleRow._fields if name not in ("id", "version"))


@cache
def _upsert_timer(dialect: Dialect, restart: bool) -> Statement:
    values = {name: _parameter(f"new_{name}", name) for name in TIMER_COLUMNS}
    make = sqlite.insert if dialect is SQLITE else postgresql.insert
    new = make(SCHEDULE).values({**values, "version": literal_column("1")})
    again = {name: new.excluded[name] for name in TIMER_COLUMNS if name not in ("item_id", "name")}
    # A timer that only sleeps in the table (stopped) starts again whatever `restart` says.
    where = None if restart else and_(_C.wake_at.is_(None), _C.paused_at.is_(None))
    started = new.on_conflict_do_update(
        index_elements=["item_id", "name"], index_where=text("item_id IS NOT NULL"), set_={**again, "version": _NEXT_VERSION}, where=where
    )
    return Statement(started, dialect)


def _of_item(named: int) -> Update:
    """An update of an item's timers, of the `named` names or all."""
    found = update(SCHEDULE).where(_C.item_id == _parameter("item_id", "item_id"))
    return found.where(_C.name.in_([_parameter(f"name_{place}", "name") for place in range(named)])) if named else found


@cache
def _stop(dialect: Dialect, named: int) -> Statement:
    empty = dict.fromkeys(("wake_at", "due_at", "next_nominal", "paused_at"), null())
    return Statement(_of_item(named).values({**empty, "step": literal_column("0"), "version": _NEXT_VERSION}), dialect)


@cache
def _silence(dialect: Dialect) -> Statement:
    silenced = {"wake_at": null(), "paused_at": _parameter("now", "paused_at"), "version": _NEXT_VERSION}
    return Statement(_of_item(0).where(_C.wake_at.is_not(None)).values(silenced), dialect)


@cache
def _wake(dialect: Dialect) -> Statement:
    awake = {"wake_at": _parameter("now", "wake_at"), "paused_at": null(), "version": _NEXT_VERSION}
    return Statement(_of_item(0).where(_C.paused_at.is_not(None)).values(awake), dialect)


class Timetable(Runner):
    """Schedules and timers on the hot path. Every change raises the row's version."""

    def due_schedules(self, now: datetime, limit: int = 500) -> list[ScheduleRow]:
        """Up to `limit` rows to be looked at by `now`, the longest waiting first, claimed until this transaction ends.

        Rows another node has claimed are passed over.
        """
        return [ScheduleRow(*row) for row in self.all(_due(self.dialect), {"now": now, "limit": limit})]

    def earliest_wake(self) -> datetime | None:
        """When the next row wants to be looked at; None when nothing is waiting."""
        row = self.all(_earliest(self.dialect), {})[0]
        moment: datetime | None = row[0]
        return moment

    def timers(self, item_id: int) -> list[ScheduleRow]:
        """The item's timers, stopped ones included, in the order they were first started."""
        return [ScheduleRow(*row) for row in self.all(_timers(self.dialect), {"item_id": item_id})]

    def insert_occurrence(self, occurrence: OccurrenceRow) -> bool:
        """Record it; False, and nothing written, when that schedule already has one at that nominal time."""
        return self.run(_insert_occurrence(self.dialect), _new(occurrence._asdict())) == 1

    def update_schedule(self, schedule_id: int, expect_version: int, columns: Mapping[str, Any]) -> bool:
        """Set `columns`; False, and nothing written, when the row is no longer at that version."""
        values = {**_new(columns), "schedule_id": schedule_id, "expect_version": expect_version}
        return self.run(_update_schedule(self.dialect, frozenset(columns)), values) == 1

    def upsert_timer(self, timer: Mapping[str, Any], restart: bool = True) -> bool:
        """Start the item's timer of that name (`TIMER_COLUMNS`), anew when it is there already.

        With `restart` false a running or silenced one is left alone, and the answer is False.
        """
        return self.run(_upsert_timer(self.dialect, restart), _new(timer)) == 1

    def stop_timers(self, item_id: int, names: Iterable[str] | None = None) -> int:
        """End the item's timers of those names, or all of them: they stay in the table for their occurrences, and never wake."""
        wanted = sorted(set(names)) if names is not None else []
        if names is not None and not wanted:
            return 0
        values = {"item_id": item_id, **{f"name_{place}": name for place, name in enumerate(wanted)}}
        return self.run(_stop(self.dialect, len(wanted)), values)

    def silence_timers(self, item_id: int, now: datetime) -> int:
        """The item's running timers sleep; their due instants stay."""
        return self.run(_silence(self.dialect), {"item_id": item_id, "now": now})

    def wake_timers(self, item_id: int, now: datetime) -> int:
        """The item's silenced timers are looked at again at the next tick, which decides by their due instants."""
        return self.run(_wake(self.dialect), {"item_id": item_id, "now": now})


def _new(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters named `new_COLUMN`."""
    return {f"new_{name}": value for name, value in columns.items()}
