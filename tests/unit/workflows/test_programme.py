"""The certification programme and its gates: each test tells what somebody tries, and what the bundled workflow answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pdca_engine.definition.paper.facts import Decision
from tests.unit.workflows.certifying import PAN, Way, begins, made
from tests.unit.workflows.playing import ANA, CUI, ENGINE, FANG, GU

CHARTER = {
    "purpose": "Customers ask for it",
    "benefits": "Five tenders more a year",
    "vision": "One way of working",
    "scope": "Managed services, Shanghai",
    "parties": "Customers, suppliers",
    "certification_body": "CB",
}
PASS = {"decision": "pass", "next_until": "2027-12-31"}
PLANNED = PASS | {"last_round": 1, "risks_recorded": True, "plan_accepted": True, "plan_version": "1", "plan_budget": 500000}
CLOSED_GAPS = PASS | {"last_round": 3, "core_zeros": 0, "documents_missing": 0, "open_items_accepted": True}
READY = PASS | {"open_majors": 0, "confirmed_in_writing": True, "stage1_on": "2026-04-13"}
SCENARIO_11 = {"operating_since": "2026-01-05", "audit_closed_on": "2026-03-20", "review_held_on": "2026-03-10", "stage2_on": "2026-04-01"}
IN_ORDER = {"operating_since": "2026-01-05", "audit_closed_on": "2026-03-10", "review_held_on": "2026-03-20", "stage2_on": "2026-05-18"}
SEALED = {"number": "C-1", "decided_on": "2026-07-06", "valid_from": "2026-07-06", "valid_until": "2029-07-05"}
ROW = {"title": "A finding", "requirements": "8.6.1", "description": "Seen"}


def prepared() -> Way:
    play = Way("certification_programme", owner=PAN, **CHARTER)
    play.do("gate1", GU, **PASS)
    return play


def closing() -> Way:
    play = prepared()
    play.children(("gap_assessment", "actioned"), ("step", "done"))
    play.do("gate2", GU, **PLANNED)
    return play


def preparing() -> Way:
    play = closing()
    play.do("gate3", GU, **CLOSED_GAPS, operating_since="2026-01-05", stage2_on="2026-05-18")
    play.on("2026-03-25")
    return play


def known(play: Way, unmet: int = 0) -> Way:
    play.suppose("coverage", clauses=100.0, services=100.0, sites=100.0)
    play.suppose("readiness", unmet=unmet)
    return play


def in_stage1() -> Way:
    play = known(preparing())
    play.do("gate4", GU, **READY, **IN_ORDER)
    play.prove()
    return play


def in_stage2() -> Way:
    play = in_stage1()
    play.do("stage1_ready", FANG, body_says_ready=True, concern_count=1, concerns="CMDB", concern_owners=[CUI])
    play.on("2026-06-15")
    play.prove()
    return play


def audited(majors: int = 1, minors: int = 2, opportunities: int = 3) -> Way:
    """Acceptance scenario 12: stage 2 ended on Friday 2026-06-12."""
    play = in_stage2()
    rows = {"majors": [ROW] * majors, "minors": [ROW] * minors, "opportunities": [ROW] * opportunities}
    play.do("stage2_done", FANG, stage2_ended="2026-06-12", majors_found=majors, **rows)
    return play


def certified() -> Way:
    play = audited(majors=0)
    play.on("2026-07-08")
    play.prove()
    play.do("certify", FANG, **SEALED, unverified_majors=0)
    return play


def test_the_charter_names_everything_it_lacks_at_once() -> None:
    play = Way("certification_programme")
    wanted = ["purpose", "benefits", "vision", "scope", "parties"]
    missing = [f"NEEDS_FIELD:{name}" for name in wanted]
    assert play.codes("gate1", GU) == ["NEEDS_INPUT:decision", "NEEDS_INPUT:next_until", *missing, "GUARD_FALSE", "GUARD_UNKNOWN"]
    assert play.codes("gate1", ANA, **CHARTER, **PASS) == ["NOT_YOUR_ROLE"]


def test_gate_1_opens_the_first_gap_assessment_and_keeps_the_first_planned_end() -> None:
    play = Way("certification_programme", owner=PAN, **CHARTER)
    decision = play.do("gate1", GU, **PASS)
    assert [new.workflow for new in decision.creates] == ["gap_assessment"]
    assert begins(decision)["phase"] == "2027-12-31"
    assert play.edit(PAN, phase_baseline="2028-12-31") == ["READ_ONLY_FIELD"]


def test_conditions_have_an_owner_and_a_date_and_touch_nothing_central() -> None:
    play = Way("certification_programme", owner=PAN, **CHARTER)
    given = PASS | {"decision": "pass_with_conditions"}
    assert play.codes("gate1", GU, **given) == ["REASON_REQUIRED"]
    given |= {"new_conditions": "Name the supplier", "their_owner": PAN, "their_date": "2026-04-30"}
    assert play.codes("gate1", GU, **given, core_concerned=True) == ["GUARD_FALSE"]
    assert begins(play.do("gate1", GU, **given))["conditions"] == "2026-04-30"
    play.children(("gap_assessment", "actioned"))
    assert play.codes("gate2", GU, **PLANNED) == ["GUARD_FALSE"]
    assert play.codes("conditions_met", GU) == ["NEEDS_COMMENT"]
    play.do("conditions_met", GU, "Contract signed")
    assert play.codes("conditions_met", GU, "Again") == ["GUARD_FALSE"]
    assert play.do("gate2", GU, **PLANNED).target == "close_gaps"


def test_gate_2_waits_for_the_round_and_for_an_owner_of_each_step() -> None:
    play = prepared()
    assert play.codes("gate2", GU, **PLANNED) == ["NEEDS_CHILDREN"]
    play.children(("gap_assessment", "frozen"), ("step", "not_started"), owner=None)
    assert play.codes("gate2", GU, **PLANNED) == ["NEEDS_CHILDREN", "NEEDS_CHILDREN"]
    play.children(("gap_assessment", "actioned"), ("step", "not_started"))
    refused = play.codes("gate2", GU, **PLANNED | {"risks_recorded": False, "plan_accepted": False})
    assert refused == ["GUARD_FALSE", "GUARD_FALSE"]
    decision = play.do("gate2", GU, **PLANNED)
    assert [new.workflow for new in decision.creates] == ["sip"]
    assert play.item.fields["plan_baseline"] is not None


def test_gate_3_wants_no_core_zero_all_documents_and_time_to_operate() -> None:
    play = closing()
    bad = CLOSED_GAPS | {"core_zeros": 1, "documents_missing": 2, "open_items_accepted": False}
    codes = play.codes("gate3", GU, **bad, operating_since="2026-03-02", stage2_on="2026-05-18")
    assert codes == ["GUARD_FALSE", "GUARD_FALSE", "GUARD_FALSE", "OPERATION_TOO_SHORT"]
    assert play.do("gate3", GU, **CLOSED_GAPS, operating_since="2026-03-02", stage2_on="2026-06-02").target == "audit_preparation"


def test_gate_4_lists_everything_missing_in_one_answer() -> None:
    play = known(preparing(), unmet=2)  # acceptance scenario 11
    given = READY | SCENARIO_11 | {"open_majors": 1, "stage1_on": "2026-03-30"}
    assert play.codes("gate4", GU, **given) == ["REVIEW_BEFORE_AUDIT", "OPEN_MAJOR", "BINDER_INCOMPLETE", "OPERATION_TOO_SHORT"]
    earliest = given | {"stage2_on": "2026-04-05"}
    assert "OPERATION_TOO_SHORT" not in play.codes("gate4", GU, **earliest)
    assert "OPERATION_TOO_SHORT" in play.codes("gate4", GU, **given | {"stage2_on": "2026-04-04"})


def test_gate_4_is_not_passed_on_a_condition_that_concerns_a_core_matter() -> None:
    play = known(preparing(), unmet=2)
    given = READY | SCENARIO_11 | {"open_majors": 1, "stage1_on": "2026-03-30", "decision": "pass_with_conditions", "core_concerned": True}
    given |= {"new_conditions": "Close it", "their_owner": PAN, "their_date": "2026-03-31"}
    assert play.codes("gate4", GU, **given)[-1] == "GUARD_FALSE"
    assert len(play.codes("gate4", GU, **given)) == 5


def test_what_other_rooms_have_not_told_yet_refuses_gate_4_by_name() -> None:
    refusals = preparing().refusals("gate4", GU, **READY, **IN_ORDER)
    assert [one.code for one in refusals] == ["GUARD_UNKNOWN", "GUARD_UNKNOWN"]
    assert "Clauses covered by audits" in refusals[0].sentence("en")
    assert "Unmet criteria" in refusals[1].sentence("en")


def test_gate_4_wants_full_coverage() -> None:
    play = known(preparing())
    play.suppose("coverage", clauses=91.7)
    assert play.codes("gate4", GU, **READY, **IN_ORDER) == ["COVERAGE_INCOMPLETE"]


def test_a_major_before_stage_1_leads_back_to_the_gaps() -> None:
    play = preparing()
    given = {"found_by": "internal_audit", "next_until": "2026-12-31"}
    assert play.codes("back_to_gaps", GU, "A major", **given, majors_there=0) == ["GUARD_FALSE"]
    play.do("back_to_gaps", GU, "No risk process", **given, majors_there=1)
    assert (play.item.state, play.item.attempt) == ("close_gaps", 2)


def test_each_concern_of_stage_1_is_answered_before_stage_2() -> None:
    play = in_stage1()
    given = {"body_says_ready": True, "concern_count": 1, "concerns": "CMDB"}
    assert play.codes("stage1_ready", FANG, **given) == ["GUARD_FALSE"]
    assert play.codes("stage1_ready", FANG, **given | {"body_says_ready": False}, concern_owners=[CUI]) == ["GUARD_FALSE"]
    (task,) = made(play.do("stage1_ready", FANG, **given, concern_owners=[CUI]), "action")
    assert (task["owner"], task["due"], task["description"]) == (CUI, "2026-05-17", "CMDB")


def test_not_ready_leads_back_to_the_preparation_with_new_dates() -> None:
    play = in_stage1()
    play.do("stage1_not_ready", FANG, "Documents missing", next_until="2026-12-31")
    assert (play.item.state, play.item.fields["stage2_on"], play.item.fields["binder_frozen"]) == ("audit_preparation", None, None)


def test_findings_of_stage_2_become_items_with_limits_from_its_last_day() -> None:
    play = in_stage2()
    rows = {"majors": [ROW], "minors": [ROW] * 2, "opportunities": [ROW] * 3}
    decision = play.do("stage2_done", FANG, stage2_ended="2026-06-12", majors_found=1, **rows)
    found = made(decision, "nonconformity")
    assert [one["grade"] for one in found] == ["major", "minor", "minor"]
    assert len(made(decision, "improvement")) == 3
    assert {one["cb_plan_due"] for one in found} == {"2026-07-12"}  # a Sunday, not moved
    assert found[0]["cb_deadline"] == "2026-09-10"
    assert begins(decision)["verification"] == "2026-12-12"


def test_a_major_that_is_not_verified_in_time_asks_for_another_stage_2() -> None:
    play = audited()
    play.children(*[("nonconformity", "implementing")] * 3)
    play.prove()
    open_major = SEALED | {"decided_on": "2026-12-01", "valid_from": "2026-12-01", "unverified_majors": 1}
    play.on("2026-12-12", hour=23)
    assert play.codes("certify", FANG, **open_major) == ["OPEN_MAJOR"]
    assert play.codes("stage2_repeat", FANG) == ["GUARD_FALSE"]
    play.on("2026-12-13", hour=0)
    assert play.codes("certify", FANG, **open_major) == ["STAGE2_REPEAT_REQUIRED"]
    assert "stage2_repeat" in play.offered(FANG)
    play.do("stage2_repeat", FANG)
    assert (play.item.state, play.item.attempt, play.item.fields["stage2_ended"]) == ("stage2", 2, None)
    assert play.codes("stage2_done", FANG) == ["NEEDS_FIELD:stage2_ended", "NEEDS_FIELD:majors_found", "NEEDS_EVIDENCE", "GUARD_UNKNOWN"]


def test_the_verification_counts_not_its_recording() -> None:
    play = audited()
    play.prove()
    play.on("2026-12-20")
    given = SEALED | {"decided_on": "2026-12-18", "valid_from": "2026-12-18", "unverified_majors": 0}
    assert play.codes("certify", FANG, **given, last_verified_on="2026-12-13") == ["STAGE2_REPEAT_REQUIRED"]
    assert play.do("certify", FANG, **given, last_verified_on="2026-12-12").target == "certified"


def test_minors_with_accepted_plans_do_not_block_the_certificate() -> None:
    play = audited(majors=0)
    play.on("2026-07-08")
    play.prove()
    play.children(("nonconformity", "implementing"), ("nonconformity", "action_planned"))
    assert play.codes("certify", FANG, **SEALED, unverified_majors=0) == ["NEEDS_CHILDREN"]
    play.children(("nonconformity", "implementing"), ("nonconformity", "verifying"))
    assert play.do("certify", FANG, **SEALED, unverified_majors=0).target == "certified"


def test_the_certificate_is_created_with_its_calendar() -> None:
    play = audited(majors=0)
    play.on("2026-07-08")
    play.prove()
    decision = play.do("certify", FANG, **SEALED, unverified_majors=0)
    (fields,) = made(decision, "certificate")
    assert fields == SEALED | {
        "scope": "Managed services, Shanghai",
        "certification_body": "CB",
        "profile": "iso_17021_1",
        "owner": FANG,
        "next_surveillance": "2027-07-06",
        "recertify_before": "2029-07-06",
    }
    (review,) = made(decision, "action")
    assert (review["owner"], review["due"]) == (GU, "2027-07-06")


@pytest.mark.parametrize("wrong", [{"decided_on": "2026-06-11"}, {"decided_on": "2026-07-09"}, {"valid_from": "2026-07-05"}])
def test_a_decision_follows_stage_2_and_precedes_the_certificate(wrong: dict[str, Any]) -> None:
    play = audited(majors=0)
    play.on("2026-07-08")
    play.prove()
    assert "GUARD_FALSE" in play.codes("certify", FANG, **SEALED | wrong, unverified_majors=0)


def test_a_refusal_leads_back_to_the_preparation() -> None:
    play = audited()
    play.prove()
    assert play.codes("refused", FANG, next_until="2026-12-31") == ["NEEDS_COMMENT"]
    assert play.do("refused", FANG, "Too many gaps", next_until="2026-12-31").target == "audit_preparation"


def test_recertification_starts_by_itself_or_earlier_by_the_sponsor() -> None:
    play = certified()
    assert play.codes("start_recertification", FANG) == ["GUARD_UNKNOWN"]
    play.suppose("certificate", recertification_opens=datetime(2029, 1, 6, tzinfo=UTC))
    assert play.codes("start_recertification", FANG) == ["GUARD_FALSE"]
    assert isinstance(play.ask("start_recertification", FANG, sponsor_decided=True), Decision)
    decision = play.do("start_recertification", ENGINE, "open_recertification")
    assert (play.item.cycle, play.item.fields["number"]) == (2, None)
    assert [new.fields["number"] for new in decision.creates if new.workflow == "step"] == ["4.1", "4.1x", "4.2", "4.3"]


def test_a_later_round_does_not_make_a_second_record_of_the_same_decision() -> None:
    play = certified()
    assert play.compiled.workflow.transitions["recertify"].sources == ("nc_closure",)
    play.do("start_recertification", ENGINE, "open_recertification")
    known(play)
    play.on("2029-03-01")
    play.do("gate4", GU, **READY | IN_ORDER | {"next_until": "2029-12-31", "stage1_on": "2029-03-13", "stage2_on": "2029-04-01"})
    play.prove()
    play.do("stage1_ready", FANG, body_says_ready=True, concern_count=0, concerns="none")
    play.on("2029-04-10")
    play.prove()
    play.do("stage2_done", FANG, stage2_ended="2029-04-05", majors_found=0)
    play.prove()
    given = SEALED | {"decided_on": "2029-04-09", "valid_from": "2029-04-09", "valid_until": "2032-07-05", "unverified_majors": 0}
    assert play.codes("certify", FANG, **given) == ["GUARD_FALSE"]
    decision = play.do("recertify", FANG, unverified_majors=0)
    assert (decision.target, decision.creates) == ("certified", ())


def test_a_pause_moves_no_deadline_and_asks_for_a_new_plan() -> None:
    play = preparing()
    assert play.codes("hold", GU, "Merger") == ["NEEDS_FIELD:review_pause_on", "GUARD_UNKNOWN"]
    assert play.do("hold", GU, "Merger", review_pause_on="2026-05-01").silenced
    play.on("2026-05-01")
    before = dict(play.item.fields)
    assert play.codes("resume", GU, new_until="2026-12-31", shift=True) == ["UNKNOWN_FIELD"]
    decision = play.do("resume", GU, new_until="2026-12-31")
    assert (decision.target, len(made(decision, "action"))) == ("audit_preparation", 1)
    moved = {name for name, value in play.item.fields.items() if before.get(name) != value}
    assert moved == {"review_pause_on", "phase_until", "phase_forecast"}


def test_the_sponsor_is_told_when_the_forecast_slips_by_more_than_two_weeks() -> None:
    play = prepared()
    assert play.codes("update_forecast", PAN, new_forecast="2028-01-14") == ["NEEDS_COMMENT"]
    assert begins(play.do("update_forecast", PAN, "Illness", new_forecast="2028-01-14")) == {}
    started = begins(play.do("update_forecast", PAN, "More illness", new_forecast="2028-01-15"))
    assert started == {"slip": "2026-03-02"}
    assert [step.who for step in play.compiled.workflow.timers["slip"].ladder] == [("sponsor",)]


@pytest.mark.parametrize(("timer", "every"), [("steering_often", 14), ("evidence_age", 7)])
def test_what_comes_back_within_a_phase(timer: str, every: int) -> None:
    offsets = [step.offset.amount for step in prepared().compiled.workflow.timers[timer].ladder]
    assert offsets == [every * number for number in range(len(offsets))]


def test_the_schedules_of_the_programme() -> None:
    schedules = prepared().compiled.workflow.schedules
    assert {name: one.cron or str(one.every) for name, one in schedules.items()} == {
        "steering": "1 month",
        "plan_forecast": "0 8 * * MON",
        "risk_review": "1 month",
    }


def test_the_sponsor_ends_it() -> None:
    play = prepared()
    assert play.codes("end", FANG, "No") == ["NOT_YOUR_ROLE"]
    assert play.do("end", GU, "Given up").final == "ended"
