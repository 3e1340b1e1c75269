"""Which timers of an item stop, start or go on when the item goes on under another version of its workflow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pdca_engine.definition.deciding.reckoning import timer_start
from pdca_engine.definition.paper.facts import Facts, TimerStart
from pdca_engine.definition.paper.workflow import Timer, Workflow


@dataclass(frozen=True, slots=True)
class Running:
    """A timer of the item as it stands now."""

    due_at: datetime
    nominal: str


@dataclass(frozen=True, slots=True)
class TimerChanges:
    """Names that stop, and timers that start (anew). What is in neither goes on as it was."""

    stop: tuple[str, ...] = ()
    start: tuple[TimerStart, ...] = ()


def timers_after(
    old: Workflow, new: Workflow, facts: Facts, was: str, running: Mapping[str, Running], changed: frozenset[str], now: datetime
) -> TimerChanges:
    """What becomes of the timers of an item that stood in `was` under `old`; `facts` are those after, `changed` its changed fields.

    A timer whose rule is the same keeps its due date; one whose rule changed is reckoned anew from when the state was entered, as if it had
    always been so; one that is new begins now.
    """
    stop, start = [], []
    for name, known in running.items():
        timer = new.timers.get(name)
        if timer is None or facts.item.state not in timer.states:
            stop.append(name)
        elif not _goes_on(old.timers.get(name), timer, changed):
            again = _again(old.timers.get(name), timer, facts, known, changed)
            if again is None:
                stop.append(name)
            else:
                start.append(again)
    begun = (timer for timer in new.timers.values() if facts.item.state in timer.states and timer.name not in running)
    for timer in begun:
        if not _rests(old.timers.get(timer.name), timer, was, changed) and (first := timer_start(timer, facts, now)) is not None:
            start.append(TimerStart(first.name, first.due_at, first.nominal, restart=timer.on_return == "restart"))
    return TimerChanges(tuple(stop), tuple(start))


def _goes_on(before: Timer | None, timer: Timer, changed: frozenset[str]) -> bool:
    """Whether a running timer is the same in every respect."""
    return _due_stays(before, timer, changed) and before is not None and (before.ladder, before.then) == (timer.ladder, timer.then)


def _due_stays(before: Timer | None, timer: Timer, changed: frozenset[str]) -> bool:
    return before is not None and before.due == timer.due and timer.due.field not in changed


def _again(before: Timer | None, timer: Timer, facts: Facts, known: Running, changed: frozenset[str]) -> TimerStart | None:
    """How a running timer that changed starts anew; None: not at all, since what it is due by is not there."""
    if _due_stays(before, timer, changed):
        return started(timer.name, known)
    return timer_start(timer, facts, facts.item.state_since)


def started(name: str, known: Running) -> TimerStart:
    """The timer again with the due date it has."""
    return TimerStart(name, known.due_at, datetime.fromisoformat(known.nominal).date())


def _rests(before: Timer | None, timer: Timer, was: str, changed: frozenset[str]) -> bool:
    """Whether a timer that does not run was there before all the same: it was cancelled, or its field is empty."""
    return before is not None and was in before.states and _due_stays(before, timer, changed)
