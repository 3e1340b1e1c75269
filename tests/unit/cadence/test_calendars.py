"""Working days: bundled calendars against published arrangements, own files, and calendars that never end."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdca_engine.cadence.calendars import WorkingCalendar, load_calendar
from pdca_engine.errors import BadInput

D = date.fromisoformat
days = st.dates(date(2023, 12, 1), date(2031, 2, 1))
REST = WorkingCalendar("rest", frozenset({5, 6}), frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(365)), frozenset())
NEVER = WorkingCalendar("never", frozenset(range(7)), frozenset(), frozenset())


def test_counting_starts_the_next_day_and_says_what_was_counted(weekdays: WorkingCalendar) -> None:
    friday = D("2026-06-12")
    assert weekdays.add(friday, 2) == (D("2026-06-16"), (D("2026-06-15"), D("2026-06-16")))
    assert weekdays.add(D("2026-06-13"), 1) == (D("2026-06-15"), (D("2026-06-15"),))
    assert weekdays.add(D("2026-06-16"), -2) == (friday, (D("2026-06-15"), friday))
    assert weekdays.add(D("2026-06-14"), 0) == (D("2026-06-14"), ())


def test_china_swaps_weekends_around_national_day(cn: WorkingCalendar) -> None:
    assert cn.is_working(D("2026-09-20")) and cn.is_working(D("2026-10-10"))  # a Sunday and a Saturday worked in exchange
    counted = ("2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12")
    assert cn.add(D("2026-09-28"), 6) == (D("2026-10-12"), tuple(map(D, counted)))
    assert cn.add(D("2026-10-08"), -2) == (D("2026-09-29"), (D("2026-09-30"), D("2026-09-29")))


@pytest.mark.parametrize(
    ("rest", "worked"),
    [
        ("2024-02-10 2024-02-17", "2024-02-04 2024-02-18"),
        ("2024-10-01 2024-10-07", "2024-09-29 2024-10-12"),
        ("2025-01-28 2025-02-04", "2025-01-26 2025-02-08"),
        ("2025-10-01 2025-10-08", "2025-09-28 2025-10-11"),
        ("2026-01-01 2026-01-03", "2026-01-04"),
        ("2026-02-15 2026-02-23", "2026-02-14 2026-02-28"),
        ("2026-05-01 2026-05-05", "2026-05-09"),
        ("2026-10-01 2026-10-07", "2026-09-20 2026-10-10"),
    ],
)
def test_china_follows_the_published_arrangements(rest: str, worked: str, cn: WorkingCalendar) -> None:
    first, last = map(D, rest.split())
    assert not any(cn.is_working(first + timedelta(days=n)) for n in range((last - first).days + 1))
    assert all(D(day).weekday() >= 5 and cn.is_working(D(day)) for day in worked.split())


@pytest.mark.parametrize(("year", "statutory"), [(2024, 11), (2025, 13), (2026, 13)])
def test_china_gives_exactly_the_statutory_number_of_days(year: int, statutory: int, cn: WorkingCalendar) -> None:
    """Swapping weekends gives nobody an extra day: weekdays off less weekends worked are the days the regulation grants."""
    whole_year = [date(year, 1, 1) + timedelta(days=n) for n in range(366 if year % 4 == 0 else 365)]
    off = sum(day.weekday() < 5 and not cn.is_working(day) for day in whole_year)
    worked = sum(day.weekday() >= 5 and cn.is_working(day) for day in whole_year)
    assert off - worked == statutory


def test_germany_has_the_nine_federal_holidays_and_nothing_else() -> None:
    de = load_calendar("de")
    assert {day for day in de.holidays if day.year == 2026} == {
        D(f"2026-{day}") for day in ("01-01", "04-03", "04-06", "05-01", "05-14", "05-25", "10-03", "12-25", "12-26")
    }
    assert {day.year for day in de.holidays} == set(range(2024, 2031)) and len(de.holidays) == 63
    assert de.add(D("2026-12-23"), 2)[0] == D("2026-12-28")


@given(days, st.integers(-300, 300))
def test_between_undoes_add(day: date, n: int) -> None:
    cn = load_calendar("cn")
    reached, counted = cn.add(day, n)
    assert cn.between(day, reached) == n
    assert len(counted) == abs(n) and all(map(cn.is_working, counted))


@given(days, days)
def test_between_counts_each_working_day_once(a: date, b: date) -> None:
    cn = load_calendar("cn")
    later = [a + timedelta(days=n) for n in range(1, (b - a).days + 1)]
    earlier = [b + timedelta(days=n) for n in range((a - b).days)]
    assert cn.between(a, b) == sum(map(cn.is_working, later)) - sum(map(cn.is_working, earlier))


def test_nearest_working_day(cn: WorkingCalendar) -> None:
    assert cn.nearest(D("2026-10-03"), "next") == D("2026-10-08")
    assert cn.nearest(D("2026-10-03"), "previous") == D("2026-09-30")
    assert cn.nearest(D("2026-10-10"), "next") == D("2026-10-10")


def test_a_year_of_holidays_ends() -> None:
    assert REST.nearest(D("2026-01-01"), "next") == D("2027-01-01")
    assert REST.nearest(D("2026-12-31"), "previous") == D("2025-12-31")
    assert REST.add(D("2025-12-31"), 1)[0] == D("2027-01-01")


def test_a_calendar_without_working_days_is_found_out() -> None:
    with pytest.raises(ValueError, match="no working day within 1000 days of 2026-01-01"):
        NEVER.nearest(D("2026-01-01"), "next")
    with pytest.raises(ValueError, match="no working day"):
        NEVER.add(D("2026-01-01"), -1)


def test_an_own_file(tmp_path: Path) -> None:
    own = tmp_path / "gulf.yaml"
    own.write_text("weekend: [FRI, sat]\nholidays: [2026-05-27, '2026-05-28']\nworking: [2026-05-29]\n", encoding="utf-8")
    calendar = load_calendar(str(own))
    assert calendar.weekend == {4, 5}
    assert calendar.add(D("2026-05-26"), 2) == (D("2026-05-31"), (D("2026-05-29"), D("2026-05-31")))


def test_an_own_file_may_leave_everything_to_the_defaults(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("holidays: [2026-05-01]\n", encoding="utf-8")
    assert load_calendar(str(own)).weekend == {5, 6}
    own.write_text("weekend: []\n", encoding="utf-8")
    assert load_calendar(str(own)).is_working(D("2026-05-03"))


@pytest.mark.parametrize("name", ["mars", "", "/", "cn.yaml", "a\0b"])
def test_an_unknown_name_is_told_what_there_is(name: str) -> None:
    with pytest.raises(ValueError, match="cn, de, none, or the path of a YAML file"):
        load_calendar(name)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"holidays: [2026-10-01]\nworking: [2026-10-01]", "2026-10-01 is both a holiday and a working day"),
        (b"weekend: [SAT, SONNTAG]", "weekend: 'SONNTAG' is not one of MON, TUE"),
        (b"weekend: [MON, TUE, WED, THU, FRI, SAT, SUN]", "nothing would ever be worked"),
        (b"holidays: [soon]", "holidays: 'soon' is not a date like 2026-10-01"),
        (b"holidays: {2026-10-01: National Day}", "is not a date like 2026-10-01"),
        (b"holidays: [2026-02-30]", "not valid YAML"),
        (b"holidays: [2026-10-01 09:00:00]", "is not a date"),
        (b"feiertage: [2026-10-01]", "unknown key 'feiertage'"),
        (b"- 2026-10-01", "must be a mapping like"),
        (b"", "must be a mapping like"),
        (b"holidays: [2026-10-01", "not valid YAML: line 1, column"),
        (b"holidays: !!python/object:os.system [ls]", "not valid YAML: line 1"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"#" * 1_000_001, "larger than 1,000,000 bytes"),
        (b"[" * 100_000, "not valid YAML"),
    ],
)
def test_a_bad_file_says_what_is_wrong(content: bytes, complaint: str, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_bytes(content)
    with pytest.raises(ValueError, match="can't be used") as refused:
        load_calendar(str(own))
    assert complaint in str(refused.value)
    assert isinstance(refused.value, BadInput) and "无法使用" in refused.value.sentence("zh")


def test_all_problems_of_a_file_come_at_once(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("weekend: [XXX]\nholidays: [a, 2026-10-01]\nworking: [2026-10-01]\nwat: 1\n", encoding="utf-8")
    with pytest.raises(ValueError) as refused:
        load_calendar(str(own))
    assert str(refused.value).count(";") == 3
