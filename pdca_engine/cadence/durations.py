"""Durations as workflows write them ("10 working days"), and adding them to dates and instants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pdca_engine.cadence.months import add_months
from pdca_engine.cadence.problem import BadTime
from pdca_engine.cadence.working_days import WorkingCalendar
from pdca_engine.cadence.zones import due_instant as due_instant
from pdca_engine.cadence.zones import resolve, wall


class Unit(StrEnum):
    """What a duration is counted in; the value is the word in the plural."""

    minutes = "minutes"
    hours = "hours"
    days = "days"
    working_days = "working days"
    weeks = "weeks"
    months = "months"
    years = "years"


_CHINESE = {
    Unit.minutes: "分钟",
    Unit.hours: "小时",
    Unit.days: "天",
    Unit.working_days: "个工作日",
    Unit.weeks: "周",
    Unit.months: "个月",
    Unit.years: "年",
}
_UNITS = {word: unit for unit in Unit for word in (unit.value, unit.value.removesuffix("s"))}
_FORM = re.compile(r"([+-]?)\s*([0-9]{1,7})\s+([a-z]+(?:\s+[a-z]+)?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount (may be negative) of a unit. Months and years have no fixed length: they need a date to start from."""

    amount: int
    unit: Unit

    @property
    def within_a_day(self) -> bool:
        """Whether it is counted in minutes or hours, which run in absolute time."""
        return self.unit in (Unit.minutes, Unit.hours)

    @property
    def delta(self) -> timedelta:
        """Its fixed length. Only for minutes, hours, days and weeks."""
        return timedelta(**{self.unit.value: self.amount})

    @property
    def months(self) -> int:
        """Its length in months. Only for months and years."""
        return self.amount * (12 if self.unit is Unit.years else 1)

    def __neg__(self) -> Duration:
        return Duration(-self.amount, self.unit)

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.value.removesuffix('s') if abs(self.amount) == 1 else self.unit.value}"

    def text(self, language: str) -> str:
        """For showing to a person who reads `language` ("en" or "zh"): "10 working days", "10 个工作日"."""
        return f"{self.amount} {_CHINESE[self.unit]}" if language == "zh" else str(self)


def parse_duration(text: str) -> Duration:
    """Read "10 working days", "1 day", "+5 days", "-2 days". Raises BadTime (a ValueError) that names the form."""
    found = _FORM.fullmatch(text.strip())
    unit = _UNITS.get(" ".join(found[3].lower().split())) if found else None
    if found is None or unit is None:
        raise BadTime(
            f"{text!r} is not a duration; write a whole number and a unit, like '10 working days' "
            "(minutes, hours, days, working days, weeks, months, years)",
            f"“{text}”不是时长；请写整数加单位，如“10 working days”（minutes、hours、days、working days、weeks、months、years）",
        )
    return Duration(int(found[1] + found[2]), unit)


def add(moment: datetime, duration: Duration, zone: ZoneInfo, calendar: WorkingCalendar) -> datetime:
    """`moment` (aware) moved by `duration`, in UTC.

    Minutes and hours are absolute; days and more keep the wall-clock time in `zone` (a gap shifts forward, a fold means its first time).
    Raises BadTime outside the years 1 to 9999.
    """
    moment = moment.astimezone(UTC)
    if duration.amount == 0:
        return moment  # through wall-clock time, the second 02:30 of an autumn night would become the first
    try:
        if duration.within_a_day:
            return moment + duration.delta
        local = wall(moment, zone)
        return resolve(datetime.combine(add_to_date(local.date(), duration, calendar), local.time()), zone)[0]
    except OverflowError:
        raise _out_of_range(str(moment), duration) from None


def add_to_date(day: date, duration: Duration, calendar: WorkingCalendar) -> date:
    """`day` moved by `duration`; working days by `calendar`, counting from the next day.

    Raises BadTime for minutes and hours, which a date does not have, and outside the years 1 to 9999.
    """
    if duration.within_a_day:
        raise BadTime(
            f"a date can't be moved by {duration}; use days, working days, weeks, months or years",
            f"日期不能按“{duration.text('zh')}”推移；请用天、工作日、周、月或年",
        )
    if duration.unit is Unit.working_days:
        return calendar.add(day, duration.amount)[0]
    if duration.unit in (Unit.months, Unit.years):
        return add_months(day, duration.months)
    try:
        return day + duration.delta
    except OverflowError:
        raise _out_of_range(str(day), duration) from None


def _out_of_range(start: str, duration: Duration) -> BadTime:
    return BadTime(
        f"{start} moved by {duration} leaves the years 1 to 9999; use a smaller number",
        f"{start} 推移 {duration.text('zh')} 超出了公元 1 至 9999 年；请改用较小的数",
    )
