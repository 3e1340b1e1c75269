"""Raise what is due: schedules and timers, in batches, each batch in one transaction with everything it causes.

The occurrence (unique per schedule and nominal time) decides "once": two engines, a repeated tick or a clock set back find it there.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from pdca_engine.errors import PdcaError, StoreUnavailable, WrongSchema
from pdca_engine.services.alarm import alarm
from pdca_engine.services.recurring import Recurring
from pdca_engine.services.tick import Tick as Tick
from pdca_engine.services.timers_due import raise_timers
from pdca_engine.store.faults import as_fault
from pdca_engine.store.rows import ScheduleRow
from pdca_engine.unit import App, Unit

BATCH = 500
log = logging.getLogger(__name__)


def raise_due(app: App, now: datetime | None = None) -> Tick:
    """Do everything that is due at `now` (default: the clock's time), batch by batch. Safe to call from several nodes at once."""
    app = app.at(now) if now is not None else app
    total = Tick()
    while True:
        count, done = _batch(app)
        total.add(done)
        if count < BATCH or done.waiting:
            break
    with app.reader(engine=True) as unit:
        total.next_wake = unit.hot.earliest_wake()
    return total


def _batch(app: App) -> tuple[int, Tick]:
    """One batch in one transaction; where that raises, once more one by one, so that a poisoned schedule holds up no other."""
    with app.reader(engine=True) as unit:  # a cheap look first: an idle tick takes no lock
        wake = unit.hot.earliest_wake()
        if wake is None or wake > unit.now:
            return 0, Tick()
    try:
        with app.unit(engine=True) as unit:
            rows = unit.hot.due_schedules(unit.now, BATCH)
            return len(rows), _raise(unit, rows)
    except (StoreUnavailable, WrongSchema):
        raise  # no schedule's fault
    except Exception as broken:
        log.warning("a batch of due schedules failed (%s); doing them one by one", broken)
        return _one_by_one(app)


def _raise(unit: Unit, rows: Sequence[ScheduleRow]) -> Tick:
    done = Recurring(unit).raise_all([row for row in rows if row.kind != "timer"])
    done.add(raise_timers(unit, [row for row in rows if row.kind == "timer"]))
    return done


def _one_by_one(app: App) -> tuple[int, Tick]:
    done, said = Tick(), set[str]()
    with app.unit(engine=True) as unit:
        rows = unit.hot.due_schedules(unit.now, BATCH)
        for row in rows:
            try:
                with unit.transaction.savepoint():
                    done.add(_raise(unit, [row]))
            except Exception as poison:
                if as_fault(poison, unit.settings) is not None:
                    raise  # the database's trouble, which would set everything aside
                _set_aside(unit, row, poison, said)
                done.failed += 1
    return len(rows), done


def _set_aside(unit: Unit, row: ScheduleRow, poison: Exception, said: set[str]) -> None:
    """A schedule that can't be done waits with its error, and the people who run the system are told: once a day for all of one name.

    `said`: what the log has been told in this batch, so that a fault of the program is shown with its place once, not five hundred times.
    """
    why = poison.sentence("en") if isinstance(poison, PdcaError) else f"{type(poison).__name__}: {poison}"
    codes = [one.as_data() for one in poison.refusals()] if isinstance(poison, PdcaError) else []
    known = isinstance(poison, PdcaError) or why in said
    said.add(why)
    log.error("schedule %s of %s is set aside: %s", row.name, row.workflow_id, why, exc_info=None if known else poison)
    unit.hot.update_schedule(row.id, row.version, {"wake_at": None, "error": why[:2000]})
    body = {"schedule": row.name, "workflow": row.workflow_id, "error": why, "refusals": codes}
    alarm(unit, f"{row.workflow_id} {row.name}", body)
