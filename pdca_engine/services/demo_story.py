"""The demo's story as data: what stands in `demo_data/`, and on which moments before today it happens."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from pdca_engine.cadence.calendars import WorkingCalendar

ACTS: Final = ("new", "do", "try", "set", "say", "show", "link")
BEGINS: Final = -150
"""The day, counted from today, on which the organisation is founded: its readings and its oldest items come after it."""
OPENING, HOURS = time(9, 10), timedelta(hours=8, minutes=20)
_DATA = Path(__file__).parent / "demo_data"
_DAY = re.compile(r"day ([+-]\d+)")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody (a login; None: the engine) does to an item, told by its name in the story."""

    act: str
    by: str | None
    item: str
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Days:
    """Days counted from `today` in the organisation's zone. Nothing happens on a day off: it happens on the last working day before."""

    today: date
    zone: ZoneInfo
    calendar: WorkingCalendar

    def day(self, offset: int) -> date:
        """The working day meant."""
        return self.calendar.nearest(self.today + timedelta(days=offset), "previous")

    def at(self, day: date, clock: time) -> datetime:
        """That time of that day, in UTC."""
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def told(self, value: Any) -> Any:
        """The same value with every `day -20` in it as an ISO date."""
        if isinstance(value, Mapping):
            return {name: self.told(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self.told(one) for one in value]
        found = _DAY.fullmatch(value) if isinstance(value, str) else None
        return self.day(int(found[1])).isoformat() if found else value


@cache
def demo_data(name: str) -> Mapping[str, Any]:
    """One file of the demo."""
    data: Mapping[str, Any] = yaml.safe_load((_DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return data


def timeline(days: Days) -> list[tuple[datetime, Step]]:
    """Everything that people do to items, by moment. What falls on one day is spread over its working hours, in the order told."""
    by_day: dict[date, list[Step]] = defaultdict(list)
    stories = [story for name in ("processes", "improvements", "nonconformities") for story in demo_data(name)["stories"]]
    for offset, step in sorted((found for story in stories for found in _steps(story)), key=lambda found: found[0]):
        by_day[days.day(offset)].append(step)
    return [found for day, steps in by_day.items() for found in _spread(days, day, steps)]


def _steps(story: Mapping[str, Any]) -> Iterator[tuple[int, Step]]:
    """A story begins with its item; its steps are about that item unless they name another."""
    name = story["as"]
    yield story["day"], Step("new", story["by"], name, story)
    for said in story["steps"]:
        act = next(word for word in ACTS if word in said)
        yield said["day"], Step(act, said["by"], said.get("in", name), said)


def _spread(days: Days, day: date, steps: list[Step]) -> Iterable[tuple[datetime, Step]]:
    opening = days.at(day, OPENING)
    return [(opening + HOURS * (2 * place + 1) / (2 * len(steps)), step) for place, step in enumerate(steps)]
