"""A step of the certification programme: each test tells what somebody tries, and what the bundled workflow answers."""

from __future__ import annotations

from datetime import date

from tests.unit.workflows.certifying import PAN, Way, begins
from tests.unit.workflows.playing import ANA, CUI, FANG, GU

READY = {"entry_met": True, "deliverable": "Scope statement"}


def started(**values: object) -> Way:
    play = Way("step", due=date(2026, 4, 30), **values)
    play.do("start", ANA, **READY)
    return play


def submitted(**values: object) -> Way:
    play = started(**values)
    play.prove()
    play.do("submit", ANA)
    return play


def test_a_step_without_owner_date_and_entry_criteria_does_not_start() -> None:
    play = Way("step", owner=None)
    assert play.codes("start", ANA) == ["NOT_YOUR_ROLE", "NEEDS_FIELD:owner", "NEEDS_FIELD:due", "NEEDS_FIELD:deliverable", "GUARD_FALSE"]
    assert Way("step", due=date(2026, 4, 30)).codes("start", ANA, **READY | {"entry_met": False}) == ["GUARD_FALSE"]


def test_the_first_planned_end_is_kept_when_dates_move() -> None:
    play = started()
    assert play.codes("replan", ANA, new_end="2026-05-31") == ["NEEDS_COMMENT"]
    assert play.codes("replan", ANA, "Late", new_end="2026-03-01") == ["GUARD_FALSE"]
    assert begins(play.do("replan", PAN, "The supplier is late", new_end="2026-05-31")) == {"end": "2026-05-31"}
    assert (play.item.due, play.item.fields["baseline_end"]) == (date(2026, 5, 31), "2026-04-30")
    assert play.edit(ANA, baseline_end="2026-05-31") == ["READ_ONLY_FIELD"]


def test_a_step_is_submitted_with_its_deliverable() -> None:
    assert started().codes("submit", ANA) == ["NEEDS_EVIDENCE"]


def test_the_owner_does_not_accept_the_own_step() -> None:
    play = submitted()
    assert play.codes("accept", ANA, exit_met=True) == ["NOT_YOUR_ROLE", "FOUR_EYES_OWNER", "FOUR_EYES_SUBMIT"]
    assert play.codes("accept", FANG, exit_met=False) == ["GUARD_FALSE"]
    assert play.do("accept", FANG, exit_met=True).final == "achieved"


def test_the_role_that_accepts_is_named_with_the_step() -> None:
    play = submitted(accepting_role="sponsor")
    assert play.codes("accept", FANG, exit_met=True) == ["GUARD_FALSE"]
    assert play.do("accept", GU, exit_met=True).target == "done"


def test_a_returned_step_counts_the_attempt() -> None:
    play = submitted()
    assert play.codes("return", CUI) == ["NEEDS_COMMENT"]
    play.do("return", CUI, "Site B is missing")
    assert (play.item.state, play.item.attempt) == ("in_progress", 2)


def test_only_the_sponsor_finds_a_step_not_needed() -> None:
    play = Way("step")
    assert play.codes("skip", FANG, "No") == ["NOT_YOUR_ROLE"]
    assert play.codes("skip", GU) == ["NEEDS_COMMENT"]
    assert play.do("skip", GU, "The body advised against it").final == "ended"


def test_a_done_step_is_reopened_with_a_ground_and_a_date() -> None:
    play = submitted()
    play.do("accept", FANG, exit_met=True)
    assert play.codes("reopen", FANG) == ["NEEDS_INPUT:ground", "NEEDS_INPUT:new_end", "NEEDS_COMMENT", "GUARD_UNKNOWN"]
    play.do("reopen", FANG, "New site", ground="organisation", new_end="2026-09-30")
    assert (play.item.state, play.item.cycle, play.item.due) == ("in_progress", 2, date(2026, 9, 30))
    assert (play.item.closed_at, play.item.fields["accepted_on"], play.item.fields["baseline_end"]) == (None, None, "2026-04-30")


def test_reminders_reach_the_sponsor_after_a_month() -> None:
    timers = Way("step").compiled.workflow.timers
    assert [(str(step.offset), step.who) for step in timers["end"].ladder][-2:] == [
        ("14 days", ("sms_manager",)),
        ("30 days", ("sponsor",)),
    ]
    assert str(timers["acceptance"].due.after) == "5 working days"
