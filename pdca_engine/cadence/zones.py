"""From wall-clock time to instants: where the clock skips an hour, and where it repeats one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pdca_engine.cadence.problem import BadTime

ZoneNote = Literal["gap", "fold"]
UTC_ZONE = ZoneInfo("UTC")


def resolve(nominal: datetime, zone: ZoneInfo) -> tuple[datetime, ZoneNote | None]:
    """The UTC instant of a naive wall-clock time in `zone`, and what was odd about it.

    A time the clock skips ("gap") moves forward by the length of the gap: 02:30 becomes 03:30. A time the clock shows twice ("fold") means
    the first. Both as RFC 5545 3.3.5 has it. So each nominal time has one instant. Raises BadTime at the ends of the years 1 to 9999.
    """
    local = nominal.replace(tzinfo=zone, fold=0)
    first, second = local.utcoffset(), local.replace(fold=1).utcoffset()
    assert first is not None and second is not None  # a ZoneInfo always knows its offset for a datetime
    try:
        instant = (nominal - first).replace(tzinfo=UTC)
    except OverflowError:
        raise _beyond(nominal) from None
    if first == second:
        return instant, None
    return instant, "gap" if first < second else "fold"


def _beyond(when: date) -> BadTime:
    return BadTime(
        f"{when} lies at the end of the years 1 to 9999; choose a date further inside",
        f"{when} 位于公元 1 至 9999 年的尽头；请选择更靠内的日期",
    )


def wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """The naive wall-clock time in `zone` at an aware instant."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which the local midnight that begins `day` falls."""
    return resolve(datetime.combine(day, time()), zone)[0]


def due_instant(day: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which a due date is over: 24:00 of that day in `zone` (domain rule 2.4). Overdue begins there.

    Raises BadTime for the last day there is, which has no next one.
    """
    if day == date.max:
        raise _beyond(day)
    return day_start(day + timedelta(days=1), zone)
