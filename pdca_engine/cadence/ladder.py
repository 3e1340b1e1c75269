"""Reminders and escalation around a due date (domain rule 2.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pdca_engine.cadence.durations import Duration, add, add_to_date
from pdca_engine.cadence.working_days import WorkingCalendar
from pdca_engine.cadence.zones import day_start, wall

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class LadderStep:
    """Who is told, and how long before (negative) or after the due date."""

    offset: Duration
    who: tuple[str, ...]


Rung = tuple[LadderStep, datetime]


def ladder_instants(steps: Sequence[LadderStep], due_at: datetime, zone: ZoneInfo, calendar: WorkingCalendar) -> tuple[Rung, ...]:
    """Each step with the UTC instant at which it is reached, earliest first.

    Steps in days and more belong to a day, counted from the due day, and are reached when that day begins: with a due date of 15 March
    (over at 24:00), "-7 days" is 8 March 00:00 and "+1 day" is 16 March 00:00, when overdue begins. Minutes and hours count from `due_at`.
    """
    due_day = wall(due_at - _MOMENT, zone).date()

    def reached(step: LadderStep) -> datetime:
        if step.offset.within_a_day:
            return add(due_at, step.offset, zone, calendar)
        return day_start(add_to_date(due_day, step.offset, calendar), zone)

    return tuple(sorted(((step, reached(step)) for step in steps), key=lambda rung: rung[1]))


def highest_reached(rungs: Sequence[Rung], now: datetime, done: int = 0) -> tuple[LadderStep | None, tuple[LadderStep, ...]]:
    """Of the rungs after the first `done`, the highest one reached by `now`, and those below it, which are skipped (domain rule 2.6.3).

    `rungs` as `ladder_instants` gives them. Nothing reached: (None, ()).
    """
    reached = [step for step, instant in rungs[done:] if instant <= now]
    return (reached[-1], tuple(reached[:-1])) if reached else (None, ())
