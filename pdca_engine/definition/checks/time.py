"""Time: rules that name times at all, zones and calendars that exist, timers that can run and do something."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from pdca_engine.cadence.calendars import BUNDLED, load_calendar
from pdca_engine.cadence.durations import Unit
from pdca_engine.cadence.problem import BadTime
from pdca_engine.cadence.rules import LATEST, CronRule, EveryRule, check_rule, nominals
from pdca_engine.definition.checks.known import Known
from pdca_engine.definition.paper.workflow import Schedule
from pdca_engine.definition.reading.load import Draft

_A_DAY: Final = datetime(2026, 1, 1)  # to begin looking from: a week is like another
_LOOKED_AT: Final = 60  # occurrences


def check_time(draft: Draft, known: Known) -> None:
    """Note every schedule and timer that can't work."""
    for schedule in draft.workflow.schedules.values():
        _check_rule(draft, schedule)
        _check_zone(draft, schedule)
        _check_skipped(draft, schedule)
        if draft.sound and not schedule.then:
            draft.add_key("SCHEDULE_WITHOUT_EFFECT", ("schedules", schedule.name), word=schedule.name)
        if schedule.window is not None and schedule.window.amount == 0:
            draft.add("NOT_POSITIVE", ("schedules", schedule.name, "window"), word=str(schedule.window))
        calendars = (*BUNDLED, *sorted(known.calendars))
        if schedule.calendar is not None and schedule.calendar not in calendars:
            draft.add("UNKNOWN_CALENDAR", ("schedules", schedule.name, "calendar"), word=schedule.calendar, options=calendars)
    for timer in draft.workflow.timers.values():
        for name in timer.states:
            if (state := draft.workflow.states.get(name)) and state.final:
                draft.add_word("TIMER_ON_FINAL", ("timers", timer.name, "in"), name)
        if draft.sound and not timer.ladder and not timer.then:
            draft.add_key("TIMER_WITHOUT_EFFECT", ("timers", timer.name), word=timer.name)


def _check_rule(draft: Draft, schedule: Schedule) -> None:
    path = ("schedules", schedule.name)
    try:
        if schedule.cron is not None:
            check_rule(CronRule(schedule.cron))
        elif schedule.every is not None and schedule.anchor is not None and not _counted_from_completion(schedule):
            check_rule(EveryRule(schedule.every, schedule.anchor, schedule.at))
    except BadTime as bad:
        code, key = ("BAD_CRON", "cron") if schedule.cron is not None else ("BAD_INTERVAL", "every")
        draft.add(code, (*path, key), why=(bad.sentence("en"), bad.sentence("zh")))


def _check_skipped(draft: Draft, schedule: Schedule) -> None:
    """A schedule that skips days off, and falls on nothing else."""
    if schedule.on_holiday != "skip" or (schedule.calendar or "none") not in BUNDLED:
        return
    rule = _rule_of(schedule)
    try:
        days = [one.date() for one in islice(nominals(rule, _A_DAY, LATEST), _LOOKED_AT)] if rule else []
    except BadTime:
        return  # told already
    calendar = load_calendar(schedule.calendar or "none")
    if days and not any(map(calendar.is_working, days)):
        draft.add("ALWAYS_SKIPPED", ("schedules", schedule.name, "on_holiday"), word=schedule.name)


def _rule_of(schedule: Schedule) -> CronRule | EveryRule | None:
    """The rule by which a schedule repeats, where the file gives one whole that has days of its own."""
    if schedule.cron is not None:
        return CronRule(schedule.cron)
    if schedule.every is None or schedule.anchor is None or schedule.every.unit is Unit.working_days:
        return None
    return EveryRule(schedule.every, schedule.anchor, schedule.at)


def _counted_from_completion(schedule: Schedule) -> bool:
    """Working days can't be a fixed interval, but a day of completion can be moved by them."""
    return schedule.repeat == "after_completion" and schedule.every is not None and schedule.every.unit is Unit.working_days


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


def _check_zone(draft: Draft, schedule: Schedule) -> None:
    if schedule.timezone is None:
        return
    try:
        ZoneInfo(schedule.timezone)
    except (ValueError, OSError, KeyError):  # no such zone, a path, a folder
        path = ("schedules", schedule.name, "timezone")
        draft.add("UNKNOWN_ZONE", path, word=schedule.timezone, options=_zones())
