"""Durations: reading, showing, adding to dates and instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdca_engine.cadence.calendars import WorkingCalendar, load_calendar
from pdca_engine.cadence.durations import Duration, Unit, add, add_to_date, due_instant, parse_duration
from pdca_engine.cadence.months import add_months
from pdca_engine.errors import BadInput

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
durations = st.builds(Duration, st.integers(-9_999_999, 9_999_999), st.sampled_from(Unit))


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("10 working days", Duration(10, Unit.working_days)),
        ("1 working day", Duration(1, Unit.working_days)),
        ("1 day", Duration(1, Unit.days)),
        ("+5 days", Duration(5, Unit.days)),
        ("-2 days", Duration(-2, Unit.days)),
        (" 30  Minutes ", Duration(30, Unit.minutes)),
        ("4 hours", Duration(4, Unit.hours)),
        ("3 weeks", Duration(3, Unit.weeks)),
        ("12 months", Duration(12, Unit.months)),
        ("1 year", Duration(1, Unit.years)),
        ("0 days", Duration(0, Unit.days)),
    ],
)
def test_reads_every_form(text: str, duration: Duration) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text",
    [
        "",
        "days",
        "10",
        "ten days",
        "1.5 days",
        "10days",
        "5 fortnights",
        "1 working week",
        "--1 day",
        "99999999 days",
        "1 day 2 hours",
        "5 s",
        "٣ days",
    ],
)
def test_anything_else_is_refused_with_the_form_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="'10 working days'") as refused:
        parse_duration(text)
    assert isinstance(refused.value, BadInput)
    assert "如“10 working days”" in refused.value.sentence("zh")


@given(durations)
def test_text_reads_back(duration: Duration) -> None:
    assert parse_duration(str(duration)) == duration
    assert -duration == Duration(-duration.amount, duration.unit)


def test_text_in_both_languages() -> None:
    assert Duration(10, Unit.working_days).text("zh") == "10 个工作日"
    assert Duration(1, Unit.working_days).text("en") == "1 working day"
    assert Duration(-2, Unit.days).text("en") == "-2 days"
    assert Duration(6, Unit.months).text("zh") == "6 个月"


@pytest.mark.parametrize(
    ("anchor", "n", "result"),
    [
        ("2027-01-31", 1, "2027-02-28"),
        ("2027-01-31", 2, "2027-03-31"),
        ("2027-01-31", 13, "2028-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-08-30", 0, "2026-08-30"),
    ],
)
def test_months_clamp_to_the_months_end(anchor: str, n: int, result: str) -> None:
    assert add_months(date.fromisoformat(anchor), n) == date.fromisoformat(result)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(-1200, 1200))
def test_months_move_by_exactly_n_and_never_past_the_anchors_day(anchor: date, n: int) -> None:
    moved = add_months(anchor, n)
    assert (moved.year - anchor.year) * 12 + moved.month - anchor.month == n
    assert moved.day == anchor.day or (moved.day < anchor.day and (moved + timedelta(days=1)).month != moved.month)


def test_dates_move_by_calendar_days_or_working_days(cn: WorkingCalendar) -> None:
    friday = date(2026, 6, 12)
    assert add_to_date(friday, Duration(30, Unit.days), cn) == date(2026, 7, 12)  # acceptance 12: a Sunday, not moved
    assert add_to_date(friday, Duration(90, Unit.days), cn) == date(2026, 9, 10)
    assert add_to_date(friday, Duration(6, Unit.months), cn) == date(2026, 12, 12)
    assert add_to_date(friday, Duration(2, Unit.weeks), cn) == date(2026, 6, 26)
    assert add_to_date(friday, Duration(-1, Unit.years), cn) == date(2025, 6, 12)
    assert add_to_date(friday, Duration(5, Unit.working_days), cn) == date(2026, 6, 22)  # 19 June is the Dragon Boat festival


def test_a_date_has_no_hours(cn: WorkingCalendar) -> None:
    with pytest.raises(ValueError, match="can't be moved by 4 hours"):
        add_to_date(date(2026, 1, 1), Duration(4, Unit.hours), cn)


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("amount", [9_999_999, -9_999_999])
def test_leaving_the_calendar_is_a_clear_error(unit: Unit, amount: int, cn: WorkingCalendar) -> None:
    if unit is Unit.minutes:
        return  # nineteen years: nothing leaves
    start = datetime(9000, 1, 1, tzinfo=UTC) if amount > 0 else datetime(900, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="leaves the years 1 to 9999; use a smaller number"):
        add(start, Duration(amount, unit), SHANGHAI, cn)


def test_hours_are_absolute_and_days_keep_the_wall_clock(weekdays: WorkingCalendar) -> None:
    before_spring_change = datetime(2026, 3, 28, 8, 0, tzinfo=UTC)  # 09:00 in Berlin
    assert add(before_spring_change, Duration(24, Unit.hours), BERLIN, weekdays) == datetime(2026, 3, 29, 8, 0, tzinfo=UTC)
    assert add(before_spring_change, Duration(1, Unit.days), BERLIN, weekdays) == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)
    assert add(before_spring_change, Duration(1, Unit.working_days), BERLIN, weekdays) == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)
    assert add(before_spring_change, Duration(1, Unit.months), BERLIN, weekdays) == datetime(2026, 4, 28, 7, 0, tzinfo=UTC)


def test_days_into_a_gap_shift_forward_and_into_a_fold_mean_the_first(weekdays: WorkingCalendar) -> None:
    half_past_two_before_spring = datetime(2026, 3, 28, 1, 30, tzinfo=UTC)
    assert add(half_past_two_before_spring, Duration(1, Unit.days), BERLIN, weekdays) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30
    half_past_two_before_autumn = datetime(2026, 10, 24, 0, 30, tzinfo=UTC)
    assert add(half_past_two_before_autumn, Duration(1, Unit.days), BERLIN, weekdays) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_adding_nothing_changes_nothing_even_in_a_fold(weekdays: WorkingCalendar) -> None:
    second_half_past_two = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert add(second_half_past_two, Duration(0, Unit.days), BERLIN, weekdays) == second_half_past_two


@given(st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)), st.integers(-5000, 5000), st.sampled_from([Unit.minutes, Unit.hours]))
def test_absolute_units_are_exact_in_any_zone(moment: datetime, amount: int, unit: Unit) -> None:
    start = moment.replace(tzinfo=UTC)
    moved = add(start, Duration(amount, unit), ZoneInfo("Australia/Lord_Howe"), load_calendar("none"))
    assert moved - start == timedelta(**{unit.value: amount})


def test_a_due_date_ends_at_24_hours() -> None:
    assert due_instant(date(2026, 7, 12), SHANGHAI) == datetime(2026, 7, 12, 16, 0, tzinfo=UTC)
    assert due_instant(date(2026, 3, 28), BERLIN) == datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    assert due_instant(date(2026, 3, 29), BERLIN) == datetime(2026, 3, 29, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles"])
def test_the_last_day_there_is_cannot_be_a_due_date(zone: str) -> None:
    with pytest.raises(ValueError, match="choose a date further inside"):
        due_instant(date.max, ZoneInfo(zone))


def test_a_due_date_before_a_night_without_midnight_ends_when_the_next_day_begins() -> None:
    cairo = ZoneInfo("Africa/Cairo")  # on 24 April 2026 clocks went from 00:00 to 01:00
    assert due_instant(date(2026, 4, 23), cairo) == datetime(2026, 4, 23, 22, 0, tzinfo=UTC)
    apia = ZoneInfo("Pacific/Apia")  # 30 December 2011 did not happen
    assert due_instant(date(2011, 12, 29), apia) == due_instant(date(2011, 12, 30), apia) == datetime(2011, 12, 30, 10, 0, tzinfo=UTC)
