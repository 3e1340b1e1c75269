"""Working days: weekends, holidays, and the make-up days on which a weekend is worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pdca_engine.cadence.problem import BadTime

Direction = Literal["next", "previous"]
LONGEST_REST = 1000  # days without a working day before the search gives up: more than any real calendar has, two years of holidays fit
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days are worked. `weekend` holds weekdays (0 = Monday), `working` the make-up days: they win over weekends and holidays."""

    name: str
    weekend: frozenset[int]
    holidays: frozenset[date]
    working: frozenset[date]

    def is_working(self, day: date) -> bool:
        """Whether `day` is a working day (domain rule 2.4)."""
        return day in self.working or (day.weekday() not in self.weekend and day not in self.holidays)

    def add(self, day: date, n: int) -> tuple[date, tuple[date, ...]]:
        """The n-th working day after `day` (before it when negative), and the days counted. Counting starts the next day.

        With n = 0 the day itself, working or not. Raises BadTime where no working day is left to count.
        """
        counted: list[date] = []
        step = ONE_DAY if n >= 0 else -ONE_DAY
        while len(counted) < abs(n):
            day = self._search(self._step(day, step), step)
            counted.append(day)
        return day, tuple(counted)

    def between(self, a: date, b: date) -> int:
        """How many working days lead from `a` to `b`: the n for which `add(a, n)` gives `b`; negative when `b` is earlier."""
        if b < a:
            return -self._count(b, a - ONE_DAY)
        return self._count(a + ONE_DAY, b) if b > a else 0

    def nearest(self, day: date, direction: Direction) -> date:
        """`day` if it is worked, else the next or previous working day. Raises BadTime when there is none within 1000 days."""
        return self._search(day, ONE_DAY if direction == "next" else -ONE_DAY)

    def _count(self, first: date, last: date) -> int:
        days = range(first.toordinal(), last.toordinal() + 1)
        return sum(self.is_working(date.fromordinal(ordinal)) for ordinal in days)

    def _search(self, day: date, step: timedelta) -> date:
        start = day
        for _ in range(LONGEST_REST):
            if self.is_working(day):
                return day
            day = self._step(day, step)
        raise BadTime(
            f"the calendar {self.name!r} has no working day within {LONGEST_REST} days of {start}; check its weekend and holidays",
            f"日历“{self.name}”在 {start} 前后 {LONGEST_REST} 天内没有工作日；请检查其周末与节假日",
        )

    def _step(self, day: date, step: timedelta) -> date:
        try:
            return day + step
        except OverflowError:
            raise BadTime(
                f"counting working days of the calendar {self.name!r} leaves the years 1 to 9999; use a smaller number",
                f"按日历“{self.name}”计算工作日超出了公元 1 至 9999 年；请改用较小的数",
            ) from None
