"""Timers: which begin, end and move with a step, and when they are due."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from pdca_engine.definition.paper.facts import Decision, TimerStart
from tests.unit.definition.deciding import CUI, NOW, case, example, small

TIMERS = small(
    """
    start: {from: open, to: doing, by: any_staff}
    stay: {from: [open, doing], to: same, by: any_staff}
    back: {from: doing, to: open, by: any_staff}
    hold: {from: [open, doing], to: paused, by: any_staff, input: {until: {type: date}}, then: [silence_timers]}
    resume: {from: paused, to: previous, by: any_staff, input: {shift: {type: boolean}}}
    end: {from: doing, to: done, by: any_staff}
    reopen: {from: done, to: doing, by: any_staff, reopens: true}
    """,
    timers="""
    quick: {in: doing, due: {after: 90 minutes}}
    week: {in: doing, due: {after: 1 week}, ladder: {+1 day: owner}}
    both: {in: [open, doing], due: {field: due}, ladder: {-1 day: owner}}
    end_date: {in: doing, due: {field: end, less: 2 days}, ladder: {0 days: owner}}
    graded: {in: doing, due: {after: {by: grade, major: 2 working days, minor: 1 month}}, on_return: resume}
    fire_end: {in: doing, due: {field: end}, then: [{fire: end}]}
    wake: {in: paused, due: {field: until}, then: [{fire: resume}], on_return: keep}
    """,
)


def started(decision: Decision) -> dict[str, str]:
    """Name → the day (in Shanghai) or the moment it is due."""
    return {one.name: one.nominal.isoformat() for one in decision.start}


def one(decision: Decision, name: str) -> TimerStart:
    """The start of that timer."""
    return next(start for start in decision.start if start.name == name)


def test_entering_a_state_starts_its_timers_that_have_a_date() -> None:
    assert started(case(TIMERS).yes("start")) == {"quick": "2026-03-02", "week": "2026-03-09"}
    full = case(TIMERS, due=date(2026, 5, 1), fields={"end": "2026-04-10", "grade": "major"}).yes("start")
    assert started(full) == {
        "quick": "2026-03-02",
        "week": "2026-03-09",
        "end_date": "2026-04-08",
        "graded": "2026-03-04",
        "fire_end": "2026-04-10",
    }


def test_days_end_at_midnight_hours_to_the_second_and_a_date_that_acts_begins_the_day() -> None:
    decision = case(TIMERS, fields={"end": "2026-04-10"}).yes("start")
    assert one(decision, "week").due_at == datetime(2026, 3, 9, 16, 0, tzinfo=UTC)  # 24:00 of 9 March in Shanghai
    assert one(decision, "quick").due_at == datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
    assert one(decision, "end_date").due_at == datetime(2026, 4, 8, 16, 0, tzinfo=UTC)
    assert one(decision, "fire_end").due_at == datetime(2026, 4, 9, 16, 0, tzinfo=UTC)  # 00:00 of 10 April in Shanghai


def test_a_timer_follows_an_input_of_the_step_that_starts_it() -> None:
    decision = case(TIMERS).yes("hold", given={"until": "2026-03-20"})
    assert started(decision) == {"wake": "2026-03-20"} and decision.fields == {}
    assert started(case(TIMERS).yes("hold")) == {}
    example_hold = case(example(), "planned").yes("hold", CUI, "no people", given={"resume_on": "2026-05-04"})
    assert started(example_hold) == {"come_back": "2026-05-04"}
    assert one(example_hold, "come_back").due_at == datetime(2026, 5, 3, 16, 0, tzinfo=UTC)


def test_a_timer_of_several_states_runs_on_between_them() -> None:
    at = case(TIMERS, due=date(2026, 5, 1))
    begun = at.yes("start")
    assert "both" not in started(begun) and begun.stop == ()
    assert set(at.go("start").yes("back").stop) == {"quick", "week", "end_date", "graded", "fire_end"}
    assert "both" in at.yes("hold").stop
    assert "both" in started(at.go("hold").yes("resume"))


def test_the_end_stops_all_and_reopening_starts_anew() -> None:
    at = case(TIMERS).go("start")
    assert at.yes("end").stop == ("*",)
    assert started(at.go("end").later(days=7).yes("reopen")) == {"quick": "2026-03-09", "week": "2026-03-16"}


def test_on_return_says_whether_a_second_visit_starts_anew() -> None:
    decision = case(TIMERS, fields={"grade": "major"}).yes("start")
    assert (one(decision, "graded").restart, one(decision, "week").restart) == (False, True)
    assert not one(case(TIMERS).yes("hold", given={"until": "2026-03-20"}), "wake").restart


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"due": "2026-05-02"}, {"both": "2026-05-02"}),
        ({"end": "2026-04-11"}, {"end_date": "2026-04-09", "fire_end": "2026-04-11"}),
        ({"grade": "minor"}, {"graded": "2026-04-02"}),
        ({"cost": 3}, {}),
        ({"end": "2026-04-10"}, {}),
    ],
)
def test_a_changed_date_or_choice_moves_the_timers_that_follow_it(given: dict[str, Any], expected: dict[str, str]) -> None:
    at = case(TIMERS, due=date(2026, 5, 1), fields={"end": "2026-04-10", "grade": "major"}).go("start").later(days=3)
    assert started(at.yes("stay", given=given)) == expected


def test_a_moved_choice_counts_from_the_entry_of_the_state_not_from_now() -> None:
    at = case(TIMERS, fields={"grade": "major"}).go("start").later(days=20)
    assert started(at.yes("stay", given={"grade": "minor"})) == {"graded": "2026-04-02"}  # a month after 2 March


def test_a_value_given_with_the_step_decides_when_the_timers_it_starts_are_due() -> None:
    assert started(case(TIMERS).yes("start", given={"grade": "minor", "end": "2026-06-01"})) == {
        "quick": "2026-03-02",
        "week": "2026-03-09",
        "end_date": "2026-05-30",
        "graded": "2026-04-02",
        "fire_end": "2026-06-01",
    }


@pytest.mark.parametrize(("shift", "due", "end"), [(True, "2026-05-15", "2026-04-24"), (False, None, None), (None, None, None)])
def test_due_dates_move_by_the_pause_only_when_asked(shift: bool | None, due: str | None, end: str | None) -> None:
    at = case(TIMERS, due=date(2026, 5, 1), fields={"end": "2026-04-10"}).go("start")
    paused = at.go("hold", given={"until": "2026-03-20"}).later(days=14)
    decision = paused.yes("resume", given={"shift": shift})
    assert (decision.columns.get("due"), decision.fields.get("end")) == (due, end)
    assert decision.recall.due_moved == (1 if due else 0)
    assert started(decision)["end_date"] == ("2026-04-22" if shift else "2026-04-08")
    assert decision.inputs == ({} if shift is None else {"shift": shift})


def test_working_days_skip_the_weekend() -> None:
    friday = case(TIMERS, fields={"grade": "major"}).later(days=4)
    assert started(friday.yes("start"))["graded"] == "2026-03-10"
    decision = case(example(), "draft").yes("submit")
    assert started(decision) == {"decide": "2026-03-16", "forget": "2026-09-02"}
    assert NOW.weekday() == 0
