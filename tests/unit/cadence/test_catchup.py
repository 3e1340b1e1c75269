"""Catch-up after down-time: three policies, windows to the last instant, bounded memory, nothing lost or doubled."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdca_engine.cadence.calendars import WorkingCalendar, load_calendar
from pdca_engine.cadence.catchup import CatchUp, Policy, plan_catch_up
from pdca_engine.cadence.durations import Duration, Unit, parse_duration
from pdca_engine.cadence.rules import CronRule, EveryRule, OnHoliday, Rule, grounded, occurrences, resolve

UTC_ZONE, SHANGHAI, BERLIN = ZoneInfo("UTC"), ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NONE = load_calendar("none")
DAILY = CronRule("0 9 * * *")
T = datetime.fromisoformat
POLICIES: tuple[Policy, ...] = get_args(Policy)


def plan(
    rule: Rule,
    last: str | None,
    now: str,
    policy: Policy,
    window: str | None = "7 days",
    zone: ZoneInfo = SHANGHAI,
    lead: str | None = None,
) -> CatchUp:
    """A plan at local time `now`."""
    instant = T(now).replace(tzinfo=zone)
    return plan_catch_up(
        rule, zone, NONE, "keep", T(last) if last else None, instant, parse_duration(window) if window else None, policy,
        lead=parse_duration(lead) if lead else None,
    )  # fmt: skip


def days(found: tuple[object, ...]) -> list[int]:
    return [one.nominal.day for one in found]  # type: ignore[attr-defined]  # because only occurrences are passed


# --- five days down


@pytest.mark.parametrize(
    ("policy", "window", "fired", "missed"),
    [
        ("latest", "7 days", [14], [10, 11, 12, 13]),
        ("latest", "2 hours", [], [10, 11, 12, 13, 14]),
        ("latest", None, [14], [10, 11, 12, 13]),
        ("all", "7 days", [10, 11, 12, 13, 14], []),
        ("all", "2 days", [13, 14], [10, 11, 12]),
        ("all", "2 hours", [], [10, 11, 12, 13, 14]),
        ("all", None, [10, 11, 12, 13, 14], []),
        ("none", "7 days", [], [10, 11, 12, 13, 14]),
        ("none", None, [], [10, 11, 12, 13, 14]),
    ],
)
def test_five_days_down(policy: Policy, window: str | None, fired: list[int], missed: list[int]) -> None:
    found = plan(DAILY, "2026-06-09T09:00", "2026-06-14T12:00", policy, window)
    assert (days(found.fire), days(found.missed)) == (fired, missed)
    assert found.missed_range is None and found.skipped == ()
    assert found.last_nominal == T("2026-06-14T09:00")
    assert found.next.nominal == T("2026-06-15T09:00") and found.wake_at == found.next.utc == datetime(2026, 6, 15, 1, tzinfo=UTC)


@pytest.mark.parametrize("policy", POLICIES)
def test_in_normal_running_every_policy_fires_what_is_due_once(policy: Policy) -> None:
    before = plan(DAILY, "2026-06-09T09:00", "2026-06-10T08:59:59", policy)
    assert before.fire == () and before.next.nominal == T("2026-06-10T09:00") and before.last_nominal == T("2026-06-09T09:00")
    due = plan(DAILY, "2026-06-09T09:00", "2026-06-10T09:00:00", policy)
    assert days(due.fire) == [10] and due.missed == ()
    again = plan(DAILY, "2026-06-10T09:00", "2026-06-10T09:00:01", policy)
    assert again.fire == again.missed == ()


@pytest.mark.parametrize("policy", POLICIES)
def test_a_clock_that_jumps_back_creates_nothing(policy: Policy) -> None:
    found = plan(DAILY, "2026-06-10T09:00", "2026-06-10T08:00", policy)
    assert found.fire == found.missed == () and found.next.nominal == T("2026-06-11T09:00")


def test_the_windows_last_instant_still_counts() -> None:
    weekly = CronRule("0 9 * * MON")
    assert days(plan(weekly, "2026-06-01T09:00", "2026-06-10T09:00", "latest", "2 days").fire) == [8]
    late = plan(weekly, "2026-06-01T09:00", "2026-06-10T09:00:01", "latest", "2 days")
    assert late.fire == () and days(late.missed) == [8]
    working = plan(weekly, "2026-06-01T09:00", "2026-06-15T08:59", "latest", "5 working days")
    assert days(working.fire) == [8]


def test_none_fires_up_to_sixty_seconds_late() -> None:
    assert days(plan(DAILY, "2026-06-09T09:00", "2026-06-10T09:01:00", "none").fire) == [10]
    assert days(plan(DAILY, "2026-06-09T09:00", "2026-06-10T09:01:01", "none").missed) == [10]


@pytest.mark.parametrize(
    "rule",
    [DAILY, EveryRule(Duration(1, Unit.days), date(2020, 1, 1), time(9)), EveryRule(Duration(6, Unit.hours), date(2020, 1, 1), time(9))],
)
@pytest.mark.parametrize("policy", POLICIES)
def test_a_rule_never_looked_at_has_no_past(rule: Rule, policy: Policy) -> None:
    found = plan(rule, None, "2026-06-10T09:00", policy)
    assert days(found.fire) == [10] and found.missed == ()
    later = plan(rule, None, "2026-06-10T09:00:01", policy)
    assert (
        later.fire == later.missed == () and later.last_nominal is None and later.next.utc > T("2026-06-10T09:00").replace(tzinfo=SHANGHAI)
    )


# --- long gaps


@pytest.mark.parametrize(("policy", "fired"), [("latest", 1), ("none", 2), ("all", 61)])  # none: this minute's and the one 60 s ago
def test_a_rule_of_every_minute_down_for_thirty_days(policy: Policy, fired: int) -> None:
    minutely = EveryRule(Duration(1, Unit.minutes), date(2026, 1, 1), time(0))
    last, now = T("2026-05-01T00:00"), T("2026-05-31T00:00").replace(tzinfo=UTC)
    tracemalloc.start()
    found = plan_catch_up(minutely, BERLIN, NONE, "keep", last, now, parse_duration("1 hour"), policy)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.fire) == fired and len(found.missed) == 1000
    assert found.missed_range is not None and found.missed_range.number == 30 * 24 * 60 - fired - 1000
    assert found.missed_range.first.nominal == found.missed[-1].nominal + timedelta(minutes=1)
    assert found.missed_range.last.nominal == found.fire[0].nominal - timedelta(minutes=1)
    assert peak < 2_000_000


def test_exactly_a_thousand_missed_need_no_range() -> None:
    found = plan(CronRule("* * * * *"), "2026-06-10T00:00", "2026-06-10T16:41", "latest")
    assert len(found.missed) == 1000 and found.missed_range is None and len(found.fire) == 1
    more = plan(CronRule("* * * * *"), "2026-06-10T00:00", "2026-06-10T16:42", "latest")
    assert more.missed_range is not None and more.missed_range.number == 1


def test_all_goes_on_where_it_stopped() -> None:
    rule, last, fired = CronRule("* * * * *"), "2026-06-10T00:00", []
    while True:
        found = plan(rule, last, "2026-06-11T20:00", "all", None)
        assert len(found.fire) <= 1000 and found.missed == ()
        if not found.fire:
            break
        fired += [one.nominal for one in found.fire]
        last = str(found.last_nominal)
    assert fired == [T("2026-06-10T00:00") + timedelta(minutes=n) for n in range(1, 44 * 60 + 1)]


def test_many_skipped_become_a_range() -> None:
    now = datetime(2026, 6, 15, 0, 0, 30, tzinfo=UTC)  # Monday
    found = plan_catch_up(CronRule("* * * * *"), UTC_ZONE, NONE, "skip", T("2026-06-12T23:59"), now, None, "latest")
    assert len(found.skipped) == 1000 and found.skipped_range is not None and found.skipped_range.number == 2 * 1440 - 1000
    assert [one.nominal for one in found.fire] == [T("2026-06-15T00:00")] and found.missed == ()


def test_a_rule_that_ends_with_time_itself_says_so() -> None:
    with pytest.raises(ValueError, match="does not fire again"):
        plan(EveryRule(Duration(10, Unit.years), date(8989, 1, 1), time(9)), "8999-01-01T09:00", "8999-06-01T09:00", "latest")


# --- holidays, leads, changes of the clock


@pytest.mark.parametrize("policy", POLICIES)
def test_occurrences_that_a_holiday_put_on_one_instant_all_fire(policy: Policy, cn: WorkingCalendar) -> None:
    now = T("2026-10-08T09:00:01").replace(tzinfo=SHANGHAI)
    found = plan_catch_up(DAILY, SHANGHAI, cn, "next", T("2026-09-30T09:00"), now, parse_duration("1 day"), policy)
    assert days(found.fire) == [1, 2, 3, 4, 5, 6, 7, 8] and found.missed == ()


def test_skipped_days_are_recorded_and_nothing_gives_way_to_them(cn: WorkingCalendar) -> None:
    now = T("2026-10-02T12:00").replace(tzinfo=SHANGHAI)
    found = plan_catch_up(DAILY, SHANGHAI, cn, "skip", T("2026-09-29T09:00"), now, parse_duration("7 days"), "latest")
    assert (days(found.fire), days(found.skipped), found.missed) == ([30], [1, 2], ())


def test_a_holiday_added_later_moves_only_what_has_not_happened() -> None:
    monday_off = WorkingCalendar("own", frozenset({5, 6}), frozenset({date(2026, 6, 15)}), frozenset())
    now = T("2026-06-15T12:00").replace(tzinfo=SHANGHAI)
    done = plan_catch_up(CronRule("0 9 * * MON"), SHANGHAI, monday_off, "next", T("2026-06-15T09:00"), now, None, "latest")
    assert done.fire == () and done.next.nominal == T("2026-06-22T09:00")
    waiting = plan_catch_up(CronRule("0 9 * * MON"), SHANGHAI, monday_off, "next", T("2026-06-08T09:00"), now, None, "latest")
    assert waiting.fire == () and waiting.next.note == "shifted" and waiting.wake_at == T("2026-06-16T01:00").replace(tzinfo=UTC)


def test_a_lead_opens_early_and_leaves_the_window_whole() -> None:
    yearly = EveryRule(Duration(12, Unit.months), date(2026, 3, 15), time(9))
    early = plan(yearly, "2026-03-15T09:00", "2027-02-13T08:59", "latest", "7 days", lead="30 days")
    assert (
        early.fire == ()
        and early.wake_at == datetime(2027, 2, 13, 1, tzinfo=UTC)
        and early.next.utc == datetime(2027, 3, 15, 1, tzinfo=UTC)
    )
    assert plan(yearly, "2026-03-15T09:00", "2027-02-13T09:00", "none", "7 days", lead="30 days").fire == (early.next,)
    assert plan(yearly, "2026-03-15T09:00", "2027-03-22T09:00", "latest", "7 days", lead="30 days").fire == (early.next,)
    assert plan(yearly, "2026-03-15T09:00", "2027-03-22T09:01", "latest", "7 days", lead="30 days").missed == (early.next,)


def test_a_rule_shorter_than_the_gap_keeps_its_order_through_spring_change() -> None:
    quarter_hourly, last, fired = CronRule("*/15 * * * *"), T("2026-03-29T01:30"), []
    for minute in range(0, 180):
        now = datetime(2026, 3, 29, 0, 31, tzinfo=UTC) + timedelta(minutes=minute)
        found = plan_catch_up(quarter_hourly, BERLIN, NONE, "keep", last, now, parse_duration("10 minutes"), "latest")
        fired += [one.nominal for one in found.fire]
        assert found.missed == ()
        last = found.last_nominal or last
    assert fired == [T("2026-03-29T01:45") + timedelta(minutes=15 * n) for n in range(len(fired))] and len(fired) == 16


RULES: tuple[Rule, ...] = (
    DAILY,
    CronRule("30 2 * * *"),
    CronRule("0 0 1 * *"),
    CronRule("*/20 1-3 * * SUN"),
    CronRule("0 9,18 * * *"),
    EveryRule(Duration(1, Unit.months), date(2024, 1, 31), time(2, 30)),
    EveryRule(Duration(7, Unit.hours), date(2024, 1, 31), time(2, 30)),
)


@given(
    rule=st.sampled_from(RULES),
    zone_name=st.sampled_from(sorted(available_timezones())),
    start=st.datetimes(T("2024-06-01"), T("2026-06-01")),
    on_holiday=st.sampled_from(get_args(OnHoliday)),
    policy=st.sampled_from(POLICIES),
    window=st.sampled_from([None, "1 hour", "3 days"]),
    naps=st.lists(st.integers(1, 5_000_000), min_size=1, max_size=12),
)
def test_however_one_sleeps_each_occurrence_is_handled_exactly_once(
    rule: Rule, zone_name: str, start: datetime, on_holiday: OnHoliday, policy: Policy, window: str | None, naps: list[int]
) -> None:
    """Ticks at any distance in any zone: fire, missed and skipped together are what the rule names, each once, in order."""
    zone, cn = ZoneInfo(zone_name), load_calendar("cn")
    start = start.replace(microsecond=0)
    last: datetime | None = start
    now = resolve(start, grounded(rule, zone)[1])[0]
    handled: list[datetime] = []
    for nap in naps:
        now += timedelta(seconds=nap)
        found = plan_catch_up(rule, zone, cn, on_holiday, last, now, parse_duration(window) if window else None, policy)
        ranges = [one for one in (found.missed_range, found.skipped_range) if one]
        assert not ranges and len(found.fire) <= 1000
        handled += sorted(one.nominal for one in (*found.fire, *found.missed, *found.skipped))
        last = found.last_nominal
        assert found.wake_at > now or len(found.fire) == 1000
    named = occurrences(rule, zone, cn, on_holiday, start, T("2030-01-01"))
    assert handled == [one.nominal for one, _ in zip(named, handled, strict=False)]
    following = next(named, None)
    assert following is None or not handled or following.nominal > handled[-1]
