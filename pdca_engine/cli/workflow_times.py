"""What a workflow does by itself, as `pdca workflows show` tells it: its timers and schedules, in the words of its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pdca_engine.cadence.durations import Duration
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_table
from pdca_engine.definition.paper.workflow import Choose, Due, Effect, Schedule, Timer, Workflow


def times_data(paper: Workflow) -> dict[str, Any]:
    """`timers`: name, title, in, due, ladder, then. `schedules`: name, title, when, timezone, calendar, on_holiday, for_each, then."""
    return {
        "timers": [
            {
                "name": one.name,
                "title": one.title,
                "in": one.states,
                "due": due_text(one.due),
                "ladder": _ladder(one),
                "then": _kinds(one.then),
            }
            for one in paper.timers.values()
        ],
        "schedules": [
            {
                "name": one.name,
                "title": one.title,
                "when": when_text(one),
                "timezone": one.timezone,
                "calendar": one.calendar,
                "on_holiday": one.on_holiday,
                "for_each": one.for_each,
                "then": _kinds(one.then),
            }
            for one in paper.schedules.values()
        ],
    }


def tell_times(paper: Workflow) -> None:
    """A table each, where there is something to tell."""
    reminds, then = say("Reminds", "提醒"), say("Then", "到时执行")
    timers = [
        (
            one.name,
            ", ".join(one.states),
            due_text(one.due),
            _reminds(one),
            _told(one.then),
        )
        for one in paper.timers.values()
    ]
    _table((say("Timer", "定时器"), say("In", "所在状态"), say("Due", "到期"), reminds, then), timers)
    schedules = [(one.name, when_text(one), one.for_each or "", _told(one.then)) for one in paper.schedules.values()]
    _table((say("Schedule", "计划"), say("When", "时间"), say("For each", "对象"), then), schedules)


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    if rows:
        print_table(heads, rows)
        line()


def due_text(due: Due) -> str:
    """Like `after 10 working days`, `target_date plus 1 week`, or `after 2 days (grade: major), 5 days (grade: minor)`."""
    parts = [
        due.field or "",
        *(f"{word} {_length(one)}" for word, one in (("after", due.after), ("plus", due.plus), ("less", due.less)) if one),
    ]
    return " ".join(part for part in parts if part)


def _length(one: Duration | Choose) -> str:
    if isinstance(one, Choose):
        return ", ".join(f"{length} ({one.by}: {case})" for case, length in one.cases.items())
    return str(one)


def when_text(one: Schedule) -> str:
    """Like `cron 0 9 * * MON` or `every 3 months from 2026-01-01 at 09:00`."""
    if one.cron is not None:
        return f"cron {one.cron}"
    anchor = f" from {one.anchor}" if one.anchor else ""
    return f"every {one.every}{anchor} at {one.at:%H:%M}"


def _ladder(one: Timer) -> Mapping[str, str]:
    return {f"{'+' * (step.offset.amount > 0)}{step.offset}": ", ".join(step.who) for step in one.ladder}


def _reminds(one: Timer) -> str:
    """A line for each who is told, with all the times."""
    told: dict[str, list[str]] = {}
    for when, who in _ladder(one).items():
        told.setdefault(who, []).append(when)
    return "\n".join(f"{who}: {', '.join(times)}" for who, times in told.items())


def _kinds(effects: Iterable[Effect]) -> list[str]:
    return [_effect(one) for one in effects]


def _told(effects: Iterable[Effect]) -> str:
    return "\n".join(_kinds(effects))


def _effect(one: Effect) -> str:
    """Its kind and what it is about: `fire resume`, `create review`, `notify owner, process_owner`."""
    about = one.args.get("transition") or one.args.get("workflow") or ", ".join(one.args.get("who") or ())
    return f"{one.kind} {about}".strip()
