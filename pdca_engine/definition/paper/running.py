"""A timer as it runs: the moments at which it has something to do, and how it begins, sleeps and goes on.

The scheduler keeps a running timer as a row, the simulator keeps it in memory; both reckon here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pdca_engine.cadence.calendars import WorkingCalendar
from pdca_engine.cadence.ladder import LadderStep, ladder_instants
from pdca_engine.definition.paper.facts import TimerStart
from pdca_engine.definition.paper.workflow import Timer


@dataclass(frozen=True, slots=True)
class Point:
    """A moment at which a timer has something to do: a step of its ladder, or (step None) its effects when due."""

    at: datetime
    label: str
    step: LadderStep | None


@dataclass(frozen=True, slots=True)
class Running:
    """Where a timer stands: `step` points are behind it, it wakes at `wake_at` (None: never); asleep, `remaining` seconds were left."""

    due_at: datetime
    nominal: str
    step: int
    wake_at: datetime | None
    remaining: float | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where days begin and which of them are worked."""

    zone: ZoneInfo
    calendar: WorkingCalendar


def points_of(timer: Timer, due_at: datetime, nominal: str, place: Place) -> tuple[Point, ...]:
    """Everything the timer will do, in the order of time. Labels carry the due date: a moved date is a new ladder (domain 2.5)."""
    rungs = ladder_instants(timer.ladder, due_at, place.zone, place.calendar)
    points = [Point(at, f"{nominal} {step.offset}", step) for step, at in rungs]
    if timer.then:
        points.append(Point(due_at, f"{nominal} due", None))
    return tuple(sorted(points, key=lambda point: (point.at, point.step is None)))


def begin(timer: Timer, start: TimerStart, place: Place, now: datetime) -> Running:
    """The timer at its beginning. Nobody is reminded of what did not exist yet: rungs that lie before `now` are passed over."""
    nominal = start.nominal.isoformat()
    points = points_of(timer, start.due_at, nominal, place)
    late = next((number for number, point in enumerate(points) if point.step is None or point.at > now), len(points))
    return _from(points, late, Running(start.due_at, nominal, late, None))


def sleep(running: Running, now: datetime) -> Running:
    """Its state was left: it remembers how much time was left."""
    return replace(running, wake_at=None, remaining=(running.due_at - now).total_seconds())


def go_on(timer: Timer, known: Running, place: Place, now: datetime) -> Running:
    """`resume`: the time left counts from now; `keep`: the due date is what it was, and rungs passed meanwhile are still told."""
    resumed = timer.on_return == "resume"
    due_at = now + timedelta(seconds=known.remaining or 0.0) if resumed else known.due_at
    nominal = due_at.astimezone(place.zone).date().isoformat() if resumed else known.nominal
    points = points_of(timer, due_at, nominal, place)
    done = sum(point.at <= now for point in points)
    return _from(points, done if resumed else min(done, known.step), Running(due_at, nominal, 0, None))


def pass_points(points: tuple[Point, ...], running: Running, reached: int) -> Running:
    """`reached` more points are behind it."""
    return _from(points, running.step + reached, running)


def _from(points: tuple[Point, ...], step: int, running: Running) -> Running:
    return replace(running, step=step, wake_at=points[step].at if step < len(points) else None, remaining=None)
