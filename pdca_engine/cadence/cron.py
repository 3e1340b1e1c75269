"""Cron lines, evaluated in wall-clock time: what a line says, whether it can ever fire, and the times it names.

The five fields and their rules are those of crontab(5): weekday 0 and 7 are Sunday, 1 is Monday; where both day fields are restricted
(neither begins with `*`), a day that meets either one counts.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType

from pdca_engine.cadence.problem import BadTime

Problem = tuple[str, str]  # the sentence in English and in Chinese
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_LEAP_YEAR = 2028
_WORD = r"[0-9]{1,2}|[A-Z]{3}"
_PART = re.compile(rf"(?:(?:(?P<all>\*)|(?P<first>{_WORD})-(?P<last>{_WORD}))(?:/(?P<step>[0-9]{{1,2}}))?|(?P<one>{_WORD}))")


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the five places of a line: its name in both languages, its bounds, and the words that stand for numbers."""

    en: str
    zh: str
    low: int
    high: int
    words: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def read(self, text: str, problems: list[Problem]) -> frozenset[int]:
        """Every number the field names; what can't be read goes to `problems`."""
        return frozenset(number for part in text.upper().split(",") for number in self._part(part, text, problems))

    def _part(self, part: str, text: str, problems: list[Problem]) -> range:
        found = _PART.fullmatch(part)
        low, high = self._bounds(found) if found else (None, None)
        step = int(found["step"] or 1) if found else 0
        if low is None or high is None or low > high or step == 0:
            problems.append(
                (
                    f"the {self.en} {text!r} can't be read; write numbers {self.low}-{self.high}{self._hint('or names like')}: "
                    "one, a list 1,3, a range 1-3, a step */2 or 1-5/2, or * for all",
                    f"{self.zh}“{text}”无法识别；请写 {self.low}-{self.high} 的数字{self._hint('或名称，如')}："
                    "单个、列表 1,3、范围 1-3、步长 */2 或 1-5/2，或用 * 表示全部",
                )
            )
            return range(0)
        return range(low, high + 1, step)

    def _bounds(self, found: re.Match[str]) -> tuple[int | None, int | None]:
        if found["all"]:
            return self.low, self.high
        low = self._number(found["one"] or found["first"])
        if found["one"]:
            return low, low
        if found["last"] == "SUN" and low:
            return low, 7  # a range may end with the Sunday that closes the week: FRI-SUN
        return low, self._number(found["last"])

    def _number(self, word: str) -> int | None:
        number = int(word) if word.isdigit() else self.words.get(word)
        return number if number is not None and self.low <= number <= self.high else None

    def _hint(self, text: str) -> str:
        return f" {text} {next(iter(self.words))}" if self.words else ""


_FIELDS = (
    _Field("minute", "分钟", 0, 59),
    _Field("hour", "小时", 0, 23),
    _Field("day of month", "日", 1, 31),
    _Field("month", "月", 1, 12, MappingProxyType({word: number for number, word in enumerate(_MONTHS, 1)})),
    _Field("day of week", "星期", 0, 7, MappingProxyType({word: number for number, word in enumerate(_WEEKDAYS)})),
)


@dataclass(frozen=True, slots=True)
class CronTable:
    """A cron line taken apart. `weekdays` with 0 = Monday; `either`: a day that meets one of the two day fields is enough."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    def fires_on(self, day: date) -> bool:
        """Whether the line names any time on `day`."""
        if day.month not in self.months:
            return False
        on_day, on_weekday = day.day in self.days, day.weekday() in self.weekdays
        return (on_day or on_weekday) if self.either else (on_day and on_weekday)

    def can_fire(self) -> bool:
        """False for dates no year has, such as 30 February."""
        return self.either or any(min(self.days) <= monthrange(_LEAP_YEAR, month)[1] for month in self.months)

    def times(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """The naive wall-clock times the line names, later than `after` and before `until`, in order."""
        for day in self._days(after.date(), until.date()):
            first_hour = after.hour if day == after.date() else 0
            for moment in (datetime.combine(day, time(h, m)) for h in self.hours if h >= first_hour for m in self.minutes):
                if moment >= until:
                    return
                if moment > after:
                    yield moment

    def _days(self, first: date, last: date) -> Iterator[date]:
        day = first
        while day <= last:
            if self.fires_on(day):
                yield day
            if day.month in self.months:
                day += timedelta(days=1)
            else:
                day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)


@lru_cache(maxsize=4096)
def parse_cron(expression: str) -> CronTable:
    """Take a line of five fields apart: minute, hour, day of month, month, day of week.

    Raises BadTime with everything that is wrong, also for a line that never fires.
    """
    words = expression.split()
    if len(words) != len(_FIELDS):
        raise _unusable(
            expression,
            [
                (
                    f"it has {len(words)} fields; write five, minute hour day-of-month month day-of-week, like '0 9 * * MON'",
                    f"它有 {len(words)} 个字段；须为五个：分 时 日 月 星期，如“0 9 * * MON”",
                )
            ],
        )
    problems: list[Problem] = []
    minutes, hours, days, months, weekdays = (one.read(word, problems) for one, word in zip(_FIELDS, words, strict=True))
    if problems:
        raise _unusable(expression, problems)
    either = not words[2].startswith("*") and not words[4].startswith("*")
    monday_first = frozenset((number - 1) % 7 for number in weekdays)
    table = CronTable(tuple(sorted(minutes)), tuple(sorted(hours)), days, months, monday_first, either)
    if not table.can_fire():
        raise _unusable(
            expression,
            [(f"it never fires: no month it names has a day {min(days)}", f"它永远不会触发：所列月份都没有 {min(days)} 日")],
        )
    return table


def check_cron(expression: str) -> str | None:
    """What is wrong with a cron line, as an English sentence; None when it can be used. `parse_cron` raises the same in both languages."""
    try:
        parse_cron(expression)
    except BadTime as problem:
        return str(problem)
    return None


def _unusable(expression: str, problems: list[Problem]) -> BadTime:
    return BadTime(
        f"the cron line {expression!r} can't be used: {'; '.join(en for en, _ in problems)}",
        f"cron 表达式“{expression}”无法使用：{'；'.join(zh for _, zh in problems)}",
    )
