"""Recurring rules and the times they name.

Rules are evaluated in wall-clock time and only then placed in the zone, so daylight saving neither loses nor doubles anything. Intervals of
minutes and hours are the exception: they run in absolute time, and their nominal times are written in UTC, where no hour comes twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count, islice
from typing import Literal
from zoneinfo import ZoneInfo

from pdca_engine.cadence.cron import check_cron as check_cron
from pdca_engine.cadence.cron import parse_cron
from pdca_engine.cadence.durations import Duration, Unit, add_to_date
from pdca_engine.cadence.months import add_months
from pdca_engine.cadence.problem import BadTime
from pdca_engine.cadence.working_days import WorkingCalendar
from pdca_engine.cadence.zones import UTC_ZONE, wall
from pdca_engine.cadence.zones import resolve as resolve

OnHoliday = Literal["keep", "skip", "next", "previous"]
Note = Literal["gap", "fold", "shifted", "skipped"]
EARLIEST = datetime(1900, 1, 1)  # a cron line has no beginning of its own
LATEST = datetime(9000, 1, 1)  # leaves room for zones, shifts and windows before the last year dates can hold
LONGEST_PREVIEW = 100_000
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class CronRule:
    """A cron line of five fields, in wall-clock time."""

    expression: str


@dataclass(frozen=True, slots=True)
class EveryRule:
    """Every `duration` from `anchor` at wall-clock time `at`. Months and years clamp to the month's end, always from the anchor."""

    duration: Duration
    anchor: date
    at: time


Rule = CronRule | EveryRule


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time a rule names. `nominal` (naive, wall-clock in `zone`) is its identity; `utc` is when it is due after gap, fold and holiday.

    `note`: None, gap, fold, shifted (to another day) or skipped (a holiday; to be recorded, without effect).
    """

    nominal: datetime
    zone: str
    utc: datetime
    note: Note | None


def validate_rule(rule: Rule) -> str | None:
    """What is wrong with a rule, as an English sentence; None when it can be used. `check_rule` raises the same in both languages."""
    try:
        check_rule(rule)
    except BadTime as problem:
        return str(problem)
    return None


def check_rule(rule: Rule) -> None:
    """Raise BadTime for a rule that is malformed or never fires."""
    if isinstance(rule, CronRule):
        parse_cron(rule.expression)
        return
    if rule.duration.unit is Unit.working_days:
        # each holiday added later would rename all nominal times that follow it, and a nominal time is an occurrence's identity
        raise BadTime(
            f"a rule can't repeat every {rule.duration}; use days or weeks with on_holiday, or repeat: after_completion",
            f"规则不能按“{rule.duration.text('zh')}”重复；请用天或周并设 on_holiday，或用 repeat: after_completion",
        )
    if rule.duration.amount < 1:
        raise BadTime(
            f"a rule can't repeat every {rule.duration}; write a positive duration, like '3 months'",
            f"规则不能按“{rule.duration.text('zh')}”重复；请写正的时长，如“3 months”",
        )
    first = datetime.combine(rule.anchor, rule.at)
    if not EARLIEST <= first < LATEST or next(_repeats(rule, first, LATEST), None) is None:
        raise BadTime(
            f"a rule from {rule.anchor} every {rule.duration} does not repeat between 1900 and 9000; check the anchor and the duration",
            f"从 {rule.anchor} 起每 {rule.duration.text('zh')} 的规则在 1900 至 9000 年间不重复；请检查起始日期与时长",
        )


def grounded(rule: Rule, zone: ZoneInfo) -> tuple[Rule, ZoneInfo]:
    """The rule and the zone its nominal times are written in: UTC for intervals of minutes and hours, otherwise `zone`."""
    if isinstance(rule, EveryRule) and rule.duration.within_a_day:
        start, _ = resolve(datetime.combine(rule.anchor, rule.at), zone)
        return replace(rule, anchor=start.date(), at=start.time()), UTC_ZONE
    return rule, zone


def nominals(rule: Rule, after: datetime | None, until: datetime) -> Iterator[datetime]:
    """The naive nominal times later than `after` and before `until`, in order, one at a time.

    Without `after`: from the rule's anchor on (a cron line: from 1900). Never past the year 9000. Intervals of minutes and hours must be
    `grounded` first. Raises BadTime for a cron line that can't be used.
    """
    until = min(until, LATEST)
    if isinstance(rule, CronRule):
        return parse_cron(rule.expression).times(max(after or EARLIEST, EARLIEST), until)
    first = datetime.combine(rule.anchor, rule.at)
    return _repeats(rule, max(after, first - _MOMENT) if after else first - _MOMENT, until)


def _repeats(rule: EveryRule, after: datetime, until: datetime) -> Iterator[datetime]:
    first = datetime.combine(rule.anchor, rule.at)
    for n in count(_repeats_before(rule, first, after)):
        try:
            if rule.duration.unit in (Unit.months, Unit.years):
                moment = datetime.combine(add_months(rule.anchor, n * rule.duration.months), rule.at)
            else:
                moment = first + n * rule.duration.delta
        except (OverflowError, BadTime):
            return  # the next one lies beyond the year 9999
        if moment >= until:
            return
        if moment > after:
            yield moment


def _repeats_before(rule: EveryRule, first: datetime, after: datetime) -> int:
    """A number of repetitions that surely ends at or before `after`, and close to it."""
    if rule.duration.unit in (Unit.months, Unit.years):
        passed = (after.year - first.year) * 12 + after.month - first.month
        return max(0, passed // rule.duration.months - 1)
    return max(0, (after - first) // rule.duration.delta)


def shifted(day_time: datetime, calendar: WorkingCalendar, on_holiday: OnHoliday) -> tuple[datetime, Note | None]:
    """Where a wall-clock time goes when its day is not worked: the same time on the next or previous working day, or nowhere ("skipped").

    Raises BadTime when the calendar has no working day near it.
    """
    if on_holiday == "keep" or calendar.is_working(day_time.date()):
        return day_time, None
    if on_holiday == "skip":
        return day_time, "skipped"
    return datetime.combine(calendar.nearest(day_time.date(), on_holiday), day_time.time()), "shifted"


def occurrences(
    rule: Rule, zone: ZoneInfo, calendar: WorkingCalendar, on_holiday: OnHoliday, after: datetime | None, until: datetime
) -> Iterator[Occurrence]:
    """The occurrences whose nominal time is later than `after` and before `until` (both as nominal times are written: see `grounded`)."""
    rule, frame = grounded(rule, zone)
    for nominal in nominals(rule, after, until):
        utc, odd = resolve(nominal, frame)
        local = nominal if frame is zone else wall(utc, zone)
        moved, note = shifted(local, calendar, on_holiday)
        if note == "shifted":
            utc, _ = resolve(moved, zone)
        yield Occurrence(nominal, frame.key, utc, note or odd)


def preview(
    rule: Rule, zone: ZoneInfo, calendar: WorkingCalendar, on_holiday: OnHoliday, start: datetime, until: datetime
) -> list[Occurrence]:
    """What a rule names from `start` (inclusive) until `until` (exclusive), both naive wall-clock times in `zone`, by nominal time.

    Raises BadTime when the rule or the calendar can't be used, and for more than 100 000 occurrences.
    """
    check_rule(rule)
    if grounded(rule, zone)[1] is not zone:
        start, until = (resolve(max(EARLIEST, min(moment, LATEST)), zone)[0].replace(tzinfo=None) for moment in (start, until))
    after = max(start, EARLIEST) - _MOMENT
    found = list(islice(occurrences(rule, zone, calendar, on_holiday, after, until), LONGEST_PREVIEW + 1))
    if len(found) > LONGEST_PREVIEW:
        raise BadTime(
            f"the rule names more than {LONGEST_PREVIEW:,} times between {start} and {until}; choose a shorter period",
            f"该规则在 {start} 至 {until} 间超过 {LONGEST_PREVIEW:,} 次；请选择较短的时段",
        )
    return found


def after_completion(done: date, duration: Duration, calendar: WorkingCalendar) -> date:
    """When a task that was done on `done` comes back, for rules that repeat after completion: early or late, it counts from there."""
    return add_to_date(done, duration, calendar)
