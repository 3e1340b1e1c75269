"""Reminders and escalation around a due date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pdca_engine.cadence.calendars import WorkingCalendar
from pdca_engine.cadence.durations import due_instant, parse_duration
from pdca_engine.cadence.ladder import LadderStep, Rung, highest_reached, ladder_instants

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
DEFAULT = tuple(LadderStep(parse_duration(f"{n} days"), ("owner",)) for n in ("+30", "-7", "-1", "+1", "+7", "+14"))


@pytest.fixture
def rungs(weekdays: WorkingCalendar) -> tuple[Rung, ...]:
    return ladder_instants(DEFAULT, due_instant(date(2027, 3, 15), SHANGHAI), SHANGHAI, weekdays)


def test_each_step_is_reached_when_its_day_begins(rungs: tuple[Rung, ...]) -> None:
    local = [f"{instant.astimezone(SHANGHAI):%m-%d %H:%M}" for _, instant in rungs]
    assert local == ["03-08 00:00", "03-14 00:00", "03-16 00:00", "03-22 00:00", "03-29 00:00", "04-14 00:00"]


def test_overdue_and_the_first_escalation_begin_together(rungs: tuple[Rung, ...]) -> None:
    assert rungs[2][1] == due_instant(date(2027, 3, 15), SHANGHAI)


def test_days_begin_at_local_midnight_across_a_change_of_the_clock(weekdays: WorkingCalendar) -> None:
    rungs = ladder_instants(DEFAULT, due_instant(date(2026, 3, 28), BERLIN), BERLIN, weekdays)
    assert [instant for _, instant in rungs][1:4] == [
        datetime(2026, 3, 26, 23, tzinfo=UTC),
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 4, 3, 22, tzinfo=UTC),
    ]


def test_steps_in_hours_count_from_the_due_instant_and_working_days_by_the_calendar(cn: WorkingCalendar) -> None:
    steps = [LadderStep(parse_duration(text), ("owner",)) for text in ("-4 hours", "0 days", "+1 working day", "-2 working days")]
    rungs = ladder_instants(steps, datetime(2026, 9, 30, 7, tzinfo=UTC), SHANGHAI, cn)  # 15:00 before Golden Week
    assert [(str(step.offset), f"{instant.astimezone(SHANGHAI):%m-%d %H}") for step, instant in rungs] == [
        ("-2 working days", "09-28 00"),
        ("0 days", "09-30 00"),
        ("-4 hours", "09-30 11"),
        ("1 working day", "10-08 00"),
    ]


def test_only_the_highest_step_reached_fires(rungs: tuple[Rung, ...]) -> None:
    step, skipped = highest_reached(rungs, rungs[3][1] + timedelta(hours=5))
    assert step is not None and str(step.offset) == "7 days"
    assert [str(one.offset) for one in skipped] == ["-7 days", "-1 day", "1 day"]


def test_steps_already_done_are_not_told_again(rungs: tuple[Rung, ...]) -> None:
    step, skipped = highest_reached(rungs, rungs[3][1], done=2)
    assert step is not None and str(step.offset) == "7 days" and [str(one.offset) for one in skipped] == ["1 day"]
    assert highest_reached(rungs, rungs[3][1], done=4) == (None, ())


def test_nothing_is_reached_early(rungs: tuple[Rung, ...]) -> None:
    assert highest_reached(rungs, rungs[0][1] - timedelta(microseconds=1)) == (None, ())
    assert highest_reached(rungs, rungs[0][1])[0] is rungs[0][0]
    assert highest_reached((), rungs[0][1]) == (None, ())
