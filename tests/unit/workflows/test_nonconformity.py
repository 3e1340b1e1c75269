"""The life of a nonconformity: each test tells what somebody tries, and what the bundled workflow answers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pdca_engine.definition.paper.facts import Decision
from tests.unit.workflows.playing import ANA, BO, CUI, DENG, EVA, FANG, LI, Play

CAUSE = {
    "method": "five_whys",
    "cause": "Nobody owns the list",
    "similar_cases": "None; all lists looked at",
    "criterion": "No stale entry in 20",
    "criterion_date": "2026-08-31",
}
CORRECTION = {"correction": "List updated", "consequences": "None", "corrected_on": "2026-03-02"}
SEEN = {"evidence_seen": "The list", "sample_size": 20}
OUTCOME = {"conclusion": "20 of 20 right", "sms_changes": "Procedure 8.2.4", "lesson": "Name an owner first"}
ROUND = ("cause", "method", "similar_cases", "criterion", "criterion_date", "sms_changes", "lesson")


def raised(grade: str = "minor", origin: str = "service", **values: Any) -> Play:
    play = Play("nonconformity", grade=grade, origin=origin, requirements=("8.2.4",), **values)
    play.prove()
    return play


def analysing(grade: str = "minor", origin: str = "service", **values: Any) -> Play:
    play = raised(grade, origin, **values)
    play.do("acknowledge", ANA)
    play.prove()
    play.do("correct", ANA, **CORRECTION)
    return play


def planned(grade: str = "minor", origin: str = "service", **values: Any) -> Play:
    play = analysing(grade, origin, **values)
    play.act()
    play.do("propose_actions", ANA, **CAUSE)
    return play


def verifying(grade: str = "minor", origin: str = "service", **values: Any) -> Play:
    play = planned(grade, origin, **values)
    play.do("approve_plan", CUI)
    play.act("done", evidence=1)
    play.do("actions_done", ANA)
    return play


def pending(grade: str = "minor", origin: str = "service", **values: Any) -> Play:
    play = verifying(grade, origin, **values)
    play.do("verify_ok", EVA, **SEEN)
    return play


def closed() -> Play:
    play = pending()
    play.wait(60)
    play.prove()
    play.do("effective", EVA, **OUTCOME, outcome="met")
    return play


def not_effective() -> Play:
    play = pending()
    play.prove()
    play.do("not_effective", EVA, **OUTCOME, outcome="recurred")
    return play


def reopened(**values: Any) -> Play:
    play = closed()
    play.write(**values)
    play.prove()
    play.do("reopen", FANG, new_occurrence="INC-77", same_cause=True)
    return play


def test_acknowledging_needs_requirement_evidence_and_finding() -> None:
    play = Play("nonconformity", grade="minor", origin="service", description="")
    assert play.codes("acknowledge", ANA) == ["NEEDS_FIELD:requirements", "NEEDS_FIELD:description", "NEEDS_EVIDENCE"]


@pytest.mark.parametrize(("origin", "codes"), [("internal_audit", ["FOUR_EYES_PROPOSER"]), ("external_audit", ["FOUR_EYES_PROPOSER"])])
def test_the_auditor_who_raised_it_does_not_own_it(origin: str, codes: list[str]) -> None:
    assert raised(origin=origin, proposer=ANA).codes("acknowledge", ANA) == codes
    assert raised(origin="service", proposer=ANA).do("acknowledge", ANA).target == "correcting"


def test_an_objection_is_decided_within_five_working_days() -> None:
    play = raised()
    decision = play.do("object", ANA, "Not ours")
    assert (play.item.state, play.item.fields["objection_due"]) == ("raised", "2026-03-09")
    assert [(start.name, start.nominal) for start in decision.start] == [("objection", date(2026, 3, 9))]
    assert decision.notices[0].persons == (LI,)


def test_only_who_raised_it_or_the_audit_manager_withdraws() -> None:
    assert raised(proposer=BO).codes("withdraw", LI, "Twice") == ["GUARD_FALSE"]
    assert raised(proposer=LI).do("withdraw", LI, "Twice").final == "ended"


def test_downgrading_makes_an_improvement_unless_a_requirement_was_broken() -> None:
    play = raised()
    assert play.codes("downgrade", LI, "Fine", requirement_met=False) == ["GUARD_FALSE"]
    (new,) = play.do("downgrade", LI, "Fine", requirement_met=True).creates
    assert (new.workflow, new.child) == ("improvement", True)  # linked to where it comes from
    assert new.title is not None
    assert new.title.en == "It is slow"
    assert new.fields == {
        "description": "Found it",
        "process": "incident",
        "requirements": ["8.2.4"],
        "source": "X-2026-0001",
        "proposer": LI,
    }


def test_a_correction_shows_new_evidence_and_no_day_in_the_future() -> None:
    play = raised()
    play.do("acknowledge", ANA)
    assert play.codes("correct", ANA, **CORRECTION | {"corrected_on": "2026-03-09"}) == ["NEEDS_EVIDENCE", "GUARD_FALSE"]
    play.prove()
    decision = play.do("correct", ANA, **CORRECTION)
    assert [(start.name, start.nominal) for start in decision.start] == [("analysis", date(2026, 3, 23))]  # 15 working days


def test_what_lies_in_the_past_is_not_corrected_but_explained() -> None:
    play = raised()
    play.do("acknowledge", ANA)
    assert play.codes("no_correction_possible", ANA, effect_is_past=False) == ["NEEDS_COMMENT", "GUARD_FALSE"]
    assert "NEEDS_INPUT:effect_is_past" in play.codes("no_correction_possible", ANA, "It is over")
    assert play.do("no_correction_possible", ANA, "It is over", effect_is_past=True).target == "analysing"


def test_the_cause_of_a_major_has_to_go() -> None:
    values = {"similar_cases": "None"}
    assert analysing("major").codes("no_cause_action", CUI, "Once", **values) == ["GUARD_FALSE"]
    assert analysing("minor").codes("no_cause_action", CUI) == ["NEEDS_FIELD:similar_cases", "NEEDS_COMMENT"]
    play = analysing("minor")
    assert play.do("no_cause_action", CUI, "Once", **values).notices[0].persons == (ANA,)
    assert (play.item.state, play.item.due) == ("verifying", date(2026, 3, 16))  # ten working days


def test_a_cause_is_not_the_finding_once_more() -> None:
    play = analysing()
    assert play.codes("propose_actions", ANA, **CAUSE) == ["NEEDS_CHILDREN"]
    play.act()
    for restated in ("It is slow", "Found it"):
        assert play.codes("propose_actions", ANA, **CAUSE | {"cause": restated}) == ["CAUSE_UNCHANGED"]
    decision = play.do("propose_actions", ANA, **CAUSE)
    assert (decision.target, decision.stop) == ("action_planned", ())  # the limit for the plan runs until it is approved


def test_the_plan_is_approved_by_somebody_else_and_dated() -> None:
    play = planned()
    assert play.codes("approve_plan", ANA) == ["NOT_YOUR_ROLE", "FOUR_EYES_OWNER"]
    play.do("approve_plan", CUI)
    assert play.item.due == date(2026, 4, 1)  # when its last action is due


def test_a_finding_of_the_certification_body_waits_for_it_and_is_due_ten_days_before() -> None:
    play = planned("major", "external_audit")
    assert play.codes("approve_plan", CUI) == ["GUARD_FALSE", "GUARD_FALSE"]
    play.do("approve_plan", CUI, cb_status="plan_accepted", cb_deadline="2026-09-10")
    assert play.item.due == date(2026, 8, 31)


def test_what_is_due_next_never_lies_later_than_ten_days_before_the_certification_body() -> None:
    play = planned("major", "external_audit")
    play.do("approve_plan", CUI, cb_status="plan_accepted", cb_deadline="2026-03-20")
    play.act("done", evidence=1)
    play.do("actions_done", ANA)
    assert play.item.due == date(2026, 3, 10)
    play.do("verify_failed", EVA, "Night shift")
    assert play.item.due == date(2026, 3, 10)
    play.write(cb_deadline="2026-09-10")
    play.do("actions_done", ANA)
    assert play.item.due == date(2026, 3, 16)  # ten working days are earlier


def test_a_rejected_plan_counts_the_attempt() -> None:
    play = planned()
    play.do("reject_plan", CUI, "Treats the effect")
    assert (play.item.state, play.item.attempt, play.item.cycle) == ("analysing", 2, 1)


def test_an_audit_finding_is_verified_by_an_auditor() -> None:
    seen = {"evidence_seen": "The list", "sample_size": 20}
    play = verifying(origin="internal_audit")
    assert play.codes("verify_ok", DENG, **seen) == ["GUARD_FALSE"]
    assert play.do("verify_ok", EVA, **seen).target == "effectiveness_pending"
    assert verifying().do("verify_ok", DENG, **seen).target == "effectiveness_pending"


@pytest.mark.parametrize(("person", "code"), [(ANA, "FOUR_EYES_OWNER"), (BO, "FOUR_EYES_IMPLEMENTER")])
def test_nobody_verifies_the_own_work(person: int, code: str) -> None:
    for play, transitions in ((verifying(), ("verify_ok", "verify_failed")), (pending(), ("effective", "not_effective"))):
        for transition in transitions:
            assert code in play.codes(transition, person, "x")


def test_a_failed_verification_counts_the_attempt() -> None:
    play = verifying()
    assert play.codes("verify_failed", EVA) == ["NEEDS_COMMENT"]
    assert CUI in play.do("verify_failed", EVA, "Night shift").notices[0].persons
    assert (play.item.state, play.item.attempt) == ("implementing", 2)


@pytest.mark.parametrize("entering", ["actions_done", "no_cause_action"])
def test_every_verification_starts_from_an_empty_sheet(entering: str) -> None:
    play = analysing() if entering == "no_cause_action" else verifying()
    if entering == "no_cause_action":
        play.do(entering, CUI, "Once", similar_cases="None", **SEEN)
    else:
        play.do("verify_failed", EVA, "Night shift")
        play.do(entering, ANA, **SEEN)
    assert play.codes("verify_ok", EVA) == ["NEEDS_FIELD:evidence_seen", "NEEDS_FIELD:sample_size"]


@pytest.mark.parametrize(("grade", "days"), [("major", 90), ("minor", 60)])
def test_effectiveness_is_judged_after_the_waiting_period(grade: str, days: int) -> None:
    play = pending(grade)
    play.wait(days - 1)
    play.prove()
    assert play.codes("effective", EVA, **OUTCOME, outcome="met") == ["TOO_EARLY"]
    play.wait(1)
    assert play.codes("effective", EVA, **OUTCOME, outcome="missed") == ["GUARD_FALSE"]
    assert play.codes("effective", EVA, **OUTCOME, outcome="met", activity_cycle_ends=play.day(1)) == ["TOO_EARLY"]
    assert play.codes("effective", EVA, **OUTCOME | {"lesson": None}, outcome="met") == ["NEEDS_FIELD:lesson"]
    assert play.do("effective", EVA, **OUTCOME, outcome="met", activity_cycle_ends=play.day(0)).final == "achieved"


@pytest.mark.parametrize(("ends", "day"), [("2026-12-31", "2026-12-31"), ("2026-03-31", "2026-05-01")])
def test_one_full_cycle_of_the_activity_is_waited_for_where_that_is_longer(ends: str, day: str) -> None:
    play = verifying()
    play.do("verify_ok", EVA, **SEEN, activity_cycle_ends=ends)
    assert (play.item.fields["effectiveness_date"], str(play.item.due)) == (day, day)
    assert play.item.fields["activity_cycle_ends"] == ends
    play.wait(60)
    play.prove()
    assert isinstance(play.ask("effective", EVA, **OUTCOME, outcome="met"), Decision) is (ends != day)


def test_an_ineffective_action_asks_for_another_cause() -> None:
    play = pending()
    play.prove()
    assert play.codes("not_effective", EVA, **OUTCOME, outcome="met") == ["GUARD_FALSE"]
    decision = play.do("not_effective", EVA, **OUTCOME, outcome="recurred")
    assert FANG in decision.notices[0].persons
    assert (play.item.cycle, play.item.fields["last_cause"]) == (2, CAUSE["cause"])
    assert play.item.fields["major_proposed"] is False
    play.act()
    assert play.codes("propose_actions", ANA, **CAUSE) == ["CAUSE_UNCHANGED"]


def test_a_new_round_needs_a_new_action() -> None:
    for play in (not_effective(), reopened()):
        other = CAUSE | {"cause": "No time for it"}
        assert play.codes("propose_actions", ANA, **other) == ["GUARD_FALSE"]
        play.act()
        assert play.do("propose_actions", ANA, **other).target == "action_planned"


def test_a_new_round_starts_from_an_empty_sheet() -> None:
    for play in (not_effective(), reopened()):
        assert [play.item.fields.get(name) for name in ROUND] == [None] * len(ROUND)
        assert play.item.due == date.fromisoformat(play.day(21))  # 15 working days


def test_the_dates_of_the_certification_body_end_with_the_finding_that_was_closed() -> None:
    old = {"cb_status": "closed", "cb_plan_due": "2026-03-20", "cb_deadline": "2026-04-20", "stage2_ended": "2026-02-20"}
    play = reopened(**old)
    assert [play.item.fields[name] for name in old] == [None] * len(old)


def test_a_new_plan_has_to_be_accepted_by_the_certification_body_anew() -> None:
    play = pending(origin="external_audit", cb_status="plan_accepted", cb_deadline="2026-09-10")
    play.prove()
    play.do("not_effective", EVA, **OUTCOME, outcome="missed")
    assert (play.item.fields["cb_status"], play.item.fields["cb_deadline"]) == ("open", "2026-09-10")


def test_after_the_second_time_a_minor_is_proposed_as_major() -> None:
    play = closed()
    play.prove()
    again = {"new_occurrence": "INC-77", "same_cause": True}
    assert play.codes("reopen", FANG, **again | {"same_cause": False}) == ["GUARD_FALSE"]
    closed_at = play.item.closed_at
    play.do("reopen", FANG, **again)
    assert closed_at is not None
    assert play.item.fields["closed_before"] == closed_at.isoformat()
    assert play.item.fields["major_proposed"] is False
    play.act()
    play.do("propose_actions", ANA, **CAUSE | {"cause": "No time for it"})
    play.do("approve_plan", CUI)
    play.act("done", evidence=1)
    play.do("actions_done", ANA)
    play.do("verify_ok", EVA, **SEEN)
    play.prove()
    play.do("not_effective", EVA, **OUTCOME, outcome="missed")
    assert play.item.fields["major_proposed"] is True
    play.do("upgrade", LI, "Third time", ground="repeat")
    assert (play.item.fields["grade"], play.item.fields["major_proposed"]) == ("major", False)
    assert play.codes("upgrade", LI, "More", ground="repeat") == ["GUARD_FALSE"]


def test_it_is_not_reopened_after_a_year() -> None:
    play = closed()
    play.wait(366)
    play.prove()
    assert play.codes("reopen", FANG, new_occurrence="INC-77", same_cause=True) == ["REOPEN_TOO_LATE"]


def test_an_upgrade_moves_the_running_limit() -> None:
    play = raised()
    play.do("acknowledge", ANA)
    started = play.do("upgrade", LI, "Everywhere", ground="spread").start
    assert {start.name: start.nominal for start in started} == {
        "correction": date(2026, 3, 4),
        "correction_to_sponsor": date(2026, 3, 4),
    }
    assert play.item.due is None


@pytest.mark.parametrize(("ends", "day"), [(None, "2026-05-31"), ("2026-12-31", "2026-12-31")])
def test_an_upgrade_makes_the_waiting_period_that_of_a_major(ends: str | None, day: str) -> None:
    play = verifying()
    play.do("verify_ok", EVA, **SEEN, activity_cycle_ends=ends)
    started = play.do("upgrade", LI, "Everywhere", ground="spread").start
    assert (play.item.fields["effectiveness_date"], str(play.item.due)) == (day, day)
    assert [(start.name, str(start.nominal)) for start in started] == ([("effectiveness", day)] if ends is None else [])
