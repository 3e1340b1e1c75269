"""Recurring rules: what they name, where daylight saving and holidays put it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given
from hypothesis import strategies as st

from pdca_engine.cadence.calendars import WorkingCalendar, load_calendar
from pdca_engine.cadence.cron import parse_cron
from pdca_engine.cadence.durations import Duration, parse_duration
from pdca_engine.cadence.rules import (
    CronRule,
    EveryRule,
    Rule,
    after_completion,
    check_cron,
    nominals,
    occurrences,
    preview,
    resolve,
    validate_rule,
)
from pdca_engine.errors import BadInput

UTC_ZONE, SHANGHAI, BERLIN = ZoneInfo("UTC"), ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
ZONES = sorted(available_timezones())
NONE = load_calendar("none")
T = datetime.fromisoformat


def every(text: str, anchor: str, at: time = time(9, 0)) -> EveryRule:
    return EveryRule(parse_duration(text), date.fromisoformat(anchor), at)


def named(rule: Rule, after: str, until: str) -> list[str]:
    return [moment.isoformat(timespec="minutes") for moment in nominals(rule, T(after), T(until))]


def seen(rule: Rule, zone: ZoneInfo, start: str, until: str, calendar: WorkingCalendar = NONE, on_holiday: str = "keep") -> list[str]:
    found = preview(rule, zone, calendar, on_holiday, T(start), T(until))  # type: ignore[arg-type]  # because the tests pass literals
    return [f"{one.nominal:%m-%dT%H:%M} {one.utc:%m-%dT%H:%MZ} {one.note or ''}".rstrip() for one in found]


# --- acceptance 5 and the months


def test_monthly_from_the_31st_is_never_stuck_on_the_28th() -> None:
    monthly = [f"{moment:%Y-%m-%d}" for moment in islice(nominals(every("1 month", "2027-01-31"), None, T("2100-01-01")), 15)]
    assert monthly == [
        "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30", "2027-07-31", "2027-08-31",
        "2027-09-30", "2027-10-31", "2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31",
    ]  # fmt: skip


def test_a_late_review_does_not_move_the_next_one() -> None:
    quarterly = every("3 months", "2026-01-15")
    assert named(quarterly, "2026-01-15T09:00", "2026-12-31") == ["2026-04-15T09:00", "2026-07-15T09:00", "2026-10-15T09:00"]
    assert named(quarterly, "2026-05-02T10:00", "2026-08-01") == ["2026-07-15T09:00"]


def test_after_completion_counts_from_the_completion() -> None:
    assert after_completion(date(2026, 2, 10), parse_duration("12 months"), NONE) == date(2027, 2, 10)
    assert after_completion(date(2026, 11, 20), parse_duration("12 months"), NONE) == date(2027, 11, 20)


@pytest.mark.parametrize(
    ("text", "anchor", "expected"),
    [
        ("3 months", "2025-11-30", ["2025-11-30", "2026-02-28", "2026-05-30", "2026-08-30", "2026-11-30", "2027-02-28"]),
        ("1 year", "2024-02-29", ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"]),
        ("3 years", "2024-02-29", ["2024-02-29", "2027-02-28", "2030-02-28", "2033-02-28", "2036-02-29", "2039-02-28"]),
        ("1 month", "2026-01-29", ["2026-01-29", "2026-02-28", "2026-03-29"]),
        ("1 month", "2026-01-30", ["2026-01-30", "2026-02-28", "2026-03-30"]),
        ("2 weeks", "2026-12-21", ["2026-12-21", "2027-01-04"]),
        ("90 days", "2026-01-01", ["2026-01-01", "2026-04-01"]),
    ],
)
def test_intervals_start_from_the_anchor(text: str, anchor: str, expected: list[str]) -> None:
    first = islice(nominals(every(text, anchor), None, T("2100-01-01")), len(expected))
    assert [f"{moment:%Y-%m-%d}" for moment in first] == expected


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(1, 40), st.sampled_from(["months", "years"]), st.integers(0, 400))
def test_anchored_months_never_drift_wherever_one_starts_to_look(anchor: date, amount: int, unit: str, n: int) -> None:
    rule = every(f"{amount} {unit}", anchor.isoformat())
    whole = list(islice(nominals(rule, None, T("9000-01-01")), 12))
    assert all(moment.day == anchor.day or (moment + timedelta(days=1)).day == 1 for moment in whole)
    later = next(nominals(rule, datetime.combine(anchor, time()) + timedelta(days=n), T("9000-01-01")))
    assert later == next(
        moment for moment in nominals(rule, None, T("9000-01-01")) if moment > datetime.combine(anchor, time()) + timedelta(days=n)
    )


@given(st.integers(1, 500), st.sampled_from(["days", "weeks", "hours", "minutes"]), st.datetimes(T("2020-01-01"), T("2030-01-01")))
def test_equal_steps_are_found_without_walking_from_the_anchor(amount: int, unit: str, after: datetime) -> None:
    rule = every(f"{amount} {unit}", "2019-06-01")
    found = next(nominals(rule, after, T("9000-01-01")))
    step = timedelta(**{unit: amount})
    assert found > after >= found - step and (found - T("2019-06-01T09:00")) % step == timedelta()


# --- cron lines


@pytest.mark.parametrize(
    ("line", "after", "expected"),
    [
        ("0 9 * * 1", "2026-06-10", ["2026-06-15T09:00", "2026-06-22T09:00"]),  # 1 is Monday
        ("0 9 * * MON", "2026-06-10", ["2026-06-15T09:00", "2026-06-22T09:00"]),
        ("0 9 * * 0", "2026-06-10", ["2026-06-14T09:00", "2026-06-21T09:00"]),
        ("0 9 * * 7", "2026-06-10", ["2026-06-14T09:00", "2026-06-21T09:00"]),
        ("0 9 * * fri-sun", "2026-06-10", ["2026-06-12T09:00", "2026-06-13T09:00", "2026-06-14T09:00", "2026-06-19T09:00"]),
        ("0 9 * * 5-7", "2026-06-10", ["2026-06-12T09:00", "2026-06-13T09:00", "2026-06-14T09:00", "2026-06-19T09:00"]),
        (
            "*/20 8-9 1 JAN *",
            "2026-01-01T08:20",
            ["2026-01-01T08:40", "2026-01-01T09:00", "2026-01-01T09:20", "2026-01-01T09:40", "2027-01-01T08:00"],
        ),
        ("30 23 31 * *", "2026-01-31T23:30", ["2026-03-31T23:30", "2026-05-31T23:30"]),
        ("0 0 29 2 *", "2026-01-01", ["2028-02-29T00:00", "2032-02-29T00:00"]),
        ("0 0 13 * FRI", "2026-06-10", ["2026-06-12T00:00", "2026-06-13T00:00", "2026-06-19T00:00"]),  # either day, as crontab(5) says
        ("0 0 */10 * FRI", "2026-06-10", ["2026-07-31T00:00", "2026-08-21T00:00"]),  # both, since a day field begins with *
        ("5,10-20/5 0 1 1,7 *", "2026-06-10", ["2026-07-01T00:05", "2026-07-01T00:10", "2026-07-01T00:15", "2026-07-01T00:20"]),
    ],
)
def test_cron_lines(line: str, after: str, expected: list[str]) -> None:
    found = islice(nominals(CronRule(line), T(after), T("2100-01-01")), len(expected))
    assert [moment.isoformat(timespec="minutes") for moment in found] == expected


def test_until_is_exclusive_and_after_too() -> None:
    assert named(CronRule("0 9 * * *"), "2026-06-10T09:00", "2026-06-12T09:00") == ["2026-06-11T09:00"]


def _cron_field(low: int, high: int, widest: int) -> st.SearchStrategy[str]:
    numbers = st.integers(low, high)
    ranges = st.tuples(numbers, numbers).map(sorted).map(lambda pair: f"{pair[0]}-{pair[1]}")
    steps = st.integers(1, widest).map("*/{}".format)
    return st.one_of(st.just("*"), st.lists(st.one_of(numbers.map(str), ranges, steps), min_size=1, max_size=3).map(",".join))


@given(
    _cron_field(0, 59, 30),
    _cron_field(0, 23, 12),
    st.one_of(
        st.tuples(_cron_field(1, 28, 10), st.just("*")), st.tuples(st.just("*"), st.sampled_from(["MON", "WED-FRI", "sat,sun", "TUE,THU"]))
    ),
    _cron_field(1, 12, 6),
    st.datetimes(T("2024-01-01"), T("2030-01-01")),
)
def test_cron_lines_agree_with_apscheduler_in_utc(minute: str, hour: str, day: tuple[str, str], month: str, after: datetime) -> None:
    theirs = CronTrigger(minute=minute, hour=hour, day=day[0], month=month, day_of_week=day[1].lower(), timezone=UTC)
    moment: datetime | None = after.replace(tzinfo=UTC)
    expected = []
    for _ in range(5):
        assert moment is not None
        moment = theirs.get_next_fire_time(moment, moment + timedelta(microseconds=1))
        expected.append(moment)
    ours = islice(nominals(CronRule(f"{minute} {hour} {day[0]} {month} {day[1]}"), after, T("2100-01-01")), 5)
    assert [one.replace(tzinfo=UTC) for one in ours] == expected


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("0 0 30 2 *", "never fires: no month it names has a day 30"),
        ("0 0 31 4,6,9,11 *", "never fires: no month it names has a day 31"),
        ("0 9 * *", "it has 4 fields; write five"),
        ("0 0 9 * * MON", "it has 6 fields"),
        ("@daily", "it has 1 fields"),
        ("", "it has 0 fields"),
        ("60 9 * * *", "the minute '60' can't be read; write numbers 0-59"),
        ("0 24 * * *", "the hour '24'"),
        ("0 9 0 * *", "the day of month '0'"),
        ("0 9 * 13 *", "the month '13' can't be read; write numbers 1-12 or names like JAN"),
        ("0 9 * * 8", "the day of week '8'"),
        ("0 9 * * MONDAY", "the day of week 'MONDAY'"),
        ("*/0 9 * * *", "the minute '*/0'"),
        ("10-5 9 * * *", "the minute '10-5'"),
        ("1/5 9 * * *", "the minute '1/5'"),
        ("1,,2 9 * * *", "the minute '1,,2'"),
        ("0 9 * * SUN-TUE-FRI", "the day of week"),
        ("0 9 L * *", "the day of month 'L'"),
    ],
)
def test_a_useless_cron_line_is_found_when_it_is_written(line: str, complaint: str) -> None:
    assert complaint in (check_cron(line) or "")
    assert complaint in (validate_rule(CronRule(line)) or "")


def test_every_field_that_is_wrong_is_named_in_both_languages() -> None:
    with pytest.raises(BadInput) as refused:
        parse_cron("99 99 99 99 99")
    assert all(word in str(refused.value) for word in ("minute", "hour", "day of month", "month", "day of week"))
    assert all(word in refused.value.sentence("zh") for word in ("分钟", "小时", "日“99”", "月“99”", "星期"))


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        (every("0 days", "2026-01-01"), "positive duration"),
        (every("-3 months", "2026-01-01"), "positive duration"),
        (every("10 working days", "2026-01-01"), "use days or weeks"),
        (every("9000 years", "2026-01-01"), "does not repeat"),
        (every("9999999 hours", "8500-01-01"), "does not repeat"),
        (every("1 day", "0001-01-01"), "does not repeat between 1900 and 9000"),
    ],
)
def test_a_useless_interval_is_found_when_it_is_written(rule: EveryRule, complaint: str) -> None:
    assert complaint in (validate_rule(rule) or "")
    with pytest.raises(ValueError, match="rule"):
        preview(rule, SHANGHAI, NONE, "keep", T("2026-01-01"), T("2027-01-01"))


def test_good_rules_have_no_problem() -> None:
    assert check_cron("0 9 * * MON") is None
    assert validate_rule(CronRule("0 0 29 2 *")) is None
    assert validate_rule(every("12 months", "2026-01-31")) is None
    assert validate_rule(every("1 minute", "2026-01-31")) is None


# --- zones


def test_the_first_at_midnight_fires_after_spring_change() -> None:
    assert seen(CronRule("0 0 1 * *"), BERLIN, "2026-03-01", "2026-06-01") == [
        "03-01T00:00 02-28T23:00Z",
        "04-01T00:00 03-31T22:00Z",
        "05-01T00:00 04-30T22:00Z",
    ]


def test_half_past_two_moves_forward_in_the_gap_and_fires_once_in_the_fold() -> None:
    daily = CronRule("30 2 * * *")
    assert seen(daily, BERLIN, "2026-03-28", "2026-03-31") == [
        "03-28T02:30 03-28T01:30Z",
        "03-29T02:30 03-29T01:30Z gap",
        "03-30T02:30 03-30T00:30Z",
    ]
    assert seen(daily, BERLIN, "2026-10-24", "2026-10-27") == [
        "10-24T02:30 10-24T00:30Z",
        "10-25T02:30 10-25T00:30Z fold",
        "10-26T02:30 10-26T01:30Z",
    ]


@pytest.mark.parametrize(
    ("zone", "nominal", "utc", "note"),
    [
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45", "gap"),  # half an hour: 02:15 becomes 02:45 at +11
        ("Australia/Lord_Howe", "2026-10-04T02:30", "2026-10-03T15:30", None),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45", "fold"),
        ("Africa/Casablanca", "2026-02-15T02:30", "2026-02-15T01:30", "fold"),  # Ramadan: back to +00
        ("Africa/Casablanca", "2026-03-22T02:30", "2026-03-22T02:30", "gap"),  # and forward again: 03:30 at +01
        ("Pacific/Apia", "2011-12-30T09:00", "2011-12-30T19:00", "gap"),  # a day that did not happen moves to the next
        ("Pacific/Apia", "2011-12-31T09:00", "2011-12-30T19:00", None),
        ("America/Havana", "2026-11-01T00:30", "2026-11-01T04:30", "fold"),
        ("Asia/Shanghai", "2026-03-29T02:30", "2026-03-28T18:30", None),
    ],
)
def test_odd_zones(zone: str, nominal: str, utc: str, note: str | None) -> None:
    assert resolve(T(nominal), ZoneInfo(zone)) == (T(utc).replace(tzinfo=UTC), note)


@given(st.sampled_from(ZONES), st.datetimes(T("1975-01-01"), T("2037-01-01")))
def test_resolving_agrees_with_the_clock_on_the_wall(zone_name: str, moment: datetime) -> None:
    zone, moment = ZoneInfo(zone_name), moment.replace(second=0, microsecond=0)
    around = [moment.replace(tzinfo=UTC) - timedelta(hours=16) + timedelta(minutes=15 * n) for n in range(4 * 32)]
    shown = {offset for one in around if (offset := one.astimezone(zone).utcoffset()) is not None}
    instants = sorted(
        utc for offset in shown if (utc := moment.replace(tzinfo=UTC) - offset).astimezone(zone).replace(tzinfo=None) == moment
    )
    utc, note = resolve(moment, zone)
    assert note == {0: "gap", 1: None, 2: "fold"}[len(instants)]
    assert utc == instants[0] if instants else utc.astimezone(zone).replace(tzinfo=None) > moment


def test_every_change_of_every_zone_loses_and_doubles_nothing() -> None:
    """Each daily time, on each day of 2026 in each zone, has one instant, on its day or (in a gap) later, in order."""
    for name in ZONES:
        zone = ZoneInfo(name)
        for line in ("30 1 * * *", "30 2 * * *", "0 0 * * *"):
            found = list(occurrences(CronRule(line), zone, NONE, "keep", T("2025-12-31T23:59"), T("2027-01-01")))
            assert len(found) == 365, name
            assert all(a.utc < b.utc for a, b in pairwise(found)), name
            assert all((one.utc.astimezone(zone).replace(tzinfo=None) == one.nominal) == (one.note != "gap") for one in found), name


def test_intervals_within_a_day_run_in_absolute_time_and_are_named_in_utc() -> None:
    night = preview(every("30 minutes", "2026-10-01", time(0, 0)), BERLIN, NONE, "keep", T("2026-10-25T01:30"), T("2026-10-25T03:30"))
    assert [f"{one.utc:%H:%M}" for one in night] == ["23:30", "00:00", "00:30", "01:00", "01:30", "02:00"]  # 02:00 and 02:30 come twice
    assert len({one.nominal for one in night}) == 6
    assert {one.zone for one in night} == {"UTC"} and {one.note for one in night} == {None}


def test_intervals_within_a_day_start_from_the_anchor_in_its_zone() -> None:
    assert seen(every("8 hours", "2026-06-01"), SHANGHAI, "2026-06-01", "2026-06-02T09:00") == [
        "06-01T01:00 06-01T01:00Z",
        "06-01T09:00 06-01T09:00Z",
        "06-01T17:00 06-01T17:00Z",
    ]


# --- holidays


@pytest.mark.parametrize(
    ("on_holiday", "expected"),
    [
        ("keep", ["09-28T09:00 09-28T01:00Z", "10-05T09:00 10-05T01:00Z", "10-12T09:00 10-12T01:00Z"]),
        ("skip", ["09-28T09:00 09-28T01:00Z", "10-05T09:00 10-05T01:00Z skipped", "10-12T09:00 10-12T01:00Z"]),
        ("next", ["09-28T09:00 09-28T01:00Z", "10-05T09:00 10-08T01:00Z shifted", "10-12T09:00 10-12T01:00Z"]),
        ("previous", ["09-28T09:00 09-28T01:00Z", "10-05T09:00 09-30T01:00Z shifted", "10-12T09:00 10-12T01:00Z"]),
    ],
)
def test_a_monday_in_golden_week(on_holiday: str, expected: list[str], cn: WorkingCalendar) -> None:
    assert seen(CronRule("0 9 * * MON"), SHANGHAI, "2026-09-28", "2026-10-13", cn, on_holiday) == expected


def test_two_nominal_times_may_share_an_instant(cn: WorkingCalendar) -> None:
    found = preview(CronRule("0 9 * * *"), SHANGHAI, cn, "next", T("2026-10-06"), T("2026-10-09"))
    assert [f"{one.nominal:%d} {one.utc:%d}" for one in found] == ["06 08", "07 08", "08 08"]


def test_a_shift_away_from_the_night_of_the_change_keeps_the_wall_clock() -> None:
    assert seen(CronRule("30 2 * * SUN"), BERLIN, "2026-03-29", "2026-03-30", NONE, "next") == ["03-29T02:30 03-30T00:30Z shifted"]


def test_hours_on_a_holiday_go_by_the_day_of_the_zone(cn: WorkingCalendar) -> None:
    found = preview(every("12 hours", "2026-09-01", time(6, 0)), SHANGHAI, cn, "skip", T("2026-09-30"), T("2026-10-02"))
    assert [(f"{one.utc:%d %H}", one.note) for one in found] == [
        ("29 22", None),
        ("30 10", None),
        ("30 22", "skipped"),
        ("01 10", "skipped"),
    ]


def test_a_rule_in_a_calendar_without_working_days_ends() -> None:
    never = WorkingCalendar("never", frozenset(range(7)), frozenset(), frozenset())
    with pytest.raises(ValueError, match="no working day"):
        preview(CronRule("0 9 * * *"), SHANGHAI, never, "next", T("2026-01-01"), T("2026-01-03"))


# --- preview


def test_a_preview_begins_inclusive_and_ends_exclusive() -> None:
    assert seen(CronRule("0 9 * * *"), SHANGHAI, "2026-06-10T09:00", "2026-06-12T09:00") == [
        "06-10T09:00 06-10T01:00Z",
        "06-11T09:00 06-11T01:00Z",
    ]
    assert seen(CronRule("0 9 * * *"), SHANGHAI, "2026-06-12", "2026-06-10") == []


def test_a_preview_never_fills_the_memory() -> None:
    with pytest.raises(ValueError, match="more than 100,000 times between"):
        preview(CronRule("* * * * *"), SHANGHAI, NONE, "keep", T("2020-01-01"), T("9999-12-31"))


def test_a_preview_takes_any_dates_python_has() -> None:
    monthly = preview(every("1 month", "2026-01-31"), ZoneInfo("Pacific/Kiritimati"), NONE, "keep", datetime.min, T("2026-04-01"))
    assert [one.nominal.day for one in monthly] == [31, 28, 31]
    hourly = every("1 hour", "8999-12-31")
    assert len(preview(hourly, ZoneInfo("America/Los_Angeles"), NONE, "keep", datetime.min, datetime.max)) < 24


@given(st.sampled_from(ZONES), st.integers(1, 48))
def test_hours_are_evenly_spaced_in_every_zone(zone_name: str, amount: int) -> None:
    rule = EveryRule(Duration(amount, parse_duration("1 hour").unit), date(2026, 1, 1), time(2, 30))
    found = preview(rule, ZoneInfo(zone_name), NONE, "keep", T("2026-03-01"), T("2026-04-20"))
    assert {b.utc - a.utc for a, b in pairwise(found)} == {timedelta(hours=amount)}
