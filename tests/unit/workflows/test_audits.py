"""Audit programmes and audits: each test tells what somebody tries, and what the bundled workflow answers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.unit.workflows.playing import ANA, BO, CUI, DENG, ENGINE, EVA, FANG, GU, HE, LI
from tests.unit.workflows.staging import Stage, fits, made

AUDITS = [
    {
        "title": "Change management",
        "process": "change",
        "scope": "8.5.1",
        "criteria": "The standard and our policy",
        "planned_on": "2026-05-11",
        "lead_auditor": LI,
        "team": [EVA],
        "auditee": CUI,
    },
    {"title": "Incidents", "scope": "8.6.1", "criteria": "The standard", "planned_on": "2026-09-14", "lead_auditor": LI},
]
PROGRAMME = {
    "period_from": "2026-01-01",
    "period_to": "2026-12-31",
    "objectives": "Does the system conform?",
    "programme_risks": "Two auditors only",
    "extent": "All clauses, changes twice",
    "resources": "20 days",
    "audits": AUDITS,
}
RESULTS = {"on_time_rate": 95, "coverage_reached": 91.7, "auditor_feedback": "Access was good"}
TEAM = {
    "planned_on": "2026-05-11",
    "lead_auditor": LI,
    "team": [EVA],
    "auditee": CUI,
    "criteria": "The standard",
    "scope": "8.5.1",
    "objectives": "Does it conform?",
}
PLAN = {"audit_plan": "09:00 records, 14:00 people", "checklist": "8.5.1.1: …", "covers_scope": True, "checklist_linked": True}
FIELDWORK = {
    "evidence_notes": "40 records seen",
    "population": 100,
    "sample": 10,
    "how_drawn": "Every tenth, over all teams",
    "majors_included": True,
    "conforming": [{"requirement": "8.5.1.2", "sample": "10 of 100", "evidence": "All approved"}],
    "closing_attendance": [CUI, LI],
    "nonconformities": [
        {"title": "Two changes unapproved", "requirements": "8.5.1.1", "description": "CHG-7, CHG-9", "grade": "minor", "owner": CUI}
    ],
    "opportunities": [{"title": "Shorter form", "description": "14 fields are never used"}],
}


def programme() -> Stage:
    play = Stage("audit_programme", owner=HE, proposer=HE)
    play.suppose("coverage", clauses=100.0, services=100.0, sites=100.0)
    play.suppose("team", independent=True)
    return play


def running() -> Stage:
    play = programme()
    play.do("approve", GU, **PROGRAMME)
    play.do("start", HE)
    return play


def audit(**values: Any) -> Stage:
    play = Stage("audit", owner=HE, proposer=HE, planned_on="2026-05-11", period_from="2026-01-01", period_to="2026-12-31", **values)
    play.suppose("team", independent=True, competent=True)
    return play


def announced() -> Stage:
    play = audit()
    play.do("assign", HE, **TEAM)
    play.do("accept_plan", CUI, audit_plan=PLAN["audit_plan"])
    play.do("announce", LI, **PLAN)
    return play


def fieldwork() -> Stage:
    play = announced()
    play.do("begin", LI, opening_attendance=[CUI, LI])
    play.suppose("coverage", open=0)
    play.prove()
    return play


def reporting() -> Stage:
    play = fieldwork()
    play.do("finish_fieldwork", LI, **FIELDWORK)
    play.prove()
    return play


def following() -> Stage:
    play = reporting()
    play.do("review_report", EVA, conclusion="Conforms, with one minor")
    play.do("issue", LI, distribution=[CUI, GU])
    return play


def test_a_programme_is_approved_by_management_only_when_it_covers_everything() -> None:
    play = programme()
    assert play.codes("approve", HE, **PROGRAMME) == ["NOT_YOUR_ROLE", "FOUR_EYES_AUDIT_MANAGER", "FOUR_EYES_OWNER"]
    play.suppose("coverage", clauses=91.7)
    assert play.codes("approve", GU, **PROGRAMME) == ["COVERAGE_INCOMPLETE"]
    assert play.do("approve", GU, **PROGRAMME, multi_year_plan="10.2 comes in spring").target == "approved"


def test_while_nobody_counted_the_coverage_the_refusal_says_so() -> None:
    play = Stage("audit_programme", owner=HE, proposer=HE)
    assert play.codes("approve", GU, **PROGRAMME) == ["GUARD_UNKNOWN", "GUARD_UNKNOWN"]


def test_an_auditor_who_worked_there_stops_the_programme() -> None:
    play = programme()
    play.suppose("team", independent=False)
    assert play.codes("approve", GU, **PROGRAMME) == ["AUDITOR_NOT_INDEPENDENT"]


def test_approval_makes_an_audit_of_each_row() -> None:
    creates = programme().do("approve", GU, **PROGRAMME).creates
    assert [made(one) for one in creates] == [("audit", "Change management"), ("audit", "Incidents")]
    first = creates[0]
    assert all(map(fits, creates))
    assert first.child and first.fields["owner"] == HE
    assert {name: first.fields[name] for name in ("planned_on", "lead_auditor", "team", "period_to")} == {
        "planned_on": "2026-05-11",
        "lead_auditor": LI,
        "team": [EVA],
        "period_to": "2026-12-31",
    }


def test_a_row_without_a_date_is_told() -> None:
    rows = [{**AUDITS[0], "planned_on": None}]
    assert programme().sentences("approve", GU, **PROGRAMME | {"audits": rows})[0] == "Audits of the period: row 1: Planned on is missing"


def test_amending_says_why_and_adds_audits() -> None:
    play = running()
    assert play.codes("amend", HE) == ["NEEDS_INPUT:why", "NEEDS_INPUT:what"]
    decision = play.do("amend", HE, why="incident", what="One more", added_audits=[AUDITS[1]])
    assert [made(one) for one in decision.creates] == [("audit", "Incidents")]
    assert (play.item.fields["programme_version"], play.item.fields.get("added_audits")) == (2, None)
    assert any(GU in notice.persons for notice in decision.notices)


def test_a_trigger_is_answered_within_five_working_days() -> None:
    play = running()
    decision = play.do("report_trigger", FANG, "Mail was down for a day", trigger="major_incident")
    assert decision.fields["trigger_due"] == "2026-03-09"
    assert [start.name for start in decision.start] == ["trigger"]
    assert play.codes("dismiss_trigger", HE) == ["NEEDS_COMMENT"]
    play.do("dismiss_trigger", HE, "It was audited last week")
    assert play.codes("dismiss_trigger", HE, "Again") == ["GUARD_FALSE"]


@pytest.mark.parametrize(("state", "codes"), [("reporting", ["NEEDS_CHILDREN"]), ("follow_up", []), ("postponed", []), ("cancelled", [])])
def test_a_programme_is_evaluated_when_every_audit_is_reported_cancelled_or_moved(state: str, codes: list[str]) -> None:
    play = running()
    assert play.codes("evaluate", HE, **RESULTS) == ["NEEDS_CHILDREN"]
    play.have("audit", "closed", state)
    if codes:
        assert play.codes("evaluate", HE, **RESULTS) == codes
    else:
        assert play.do("evaluate", HE, **RESULTS).target == "evaluating"


def test_closing_drafts_the_next_programme_unless_the_calendar_did() -> None:
    play = running()
    play.have("audit", "closed")
    play.do("evaluate", HE, **RESULTS)
    report = {"programme_report": "All held", "reported_on": "2026-03-02", "lessons": "Start earlier"}
    assert play.codes("close", GU, **report | {"reported_on": "2026-03-09"}) == ["GUARD_FALSE"]
    closed = play.do("close", GU, **report)
    assert (closed.final, [one.transition for one in closed.follows]) == ("achieved", ["draft_next"])
    (following_one,) = play.do("draft_next", ENGINE, "close").creates
    assert fits(following_one)
    fields = following_one.fields
    assert (fields["period_from"], fields["period_to"], fields["lessons_before"]) == ("2027-01-01", "2027-12-31", "Start earlier")
    assert play.codes("draft_next", ENGINE, "close") == ["GUARD_FALSE"]


def test_who_worked_in_an_area_does_not_audit_it() -> None:
    """Eva owned change management until 31 January 2026: the room of the audits says that she is not free yet."""
    play = audit()
    play.suppose("team", independent=False)
    assert play.codes("assign", HE, **TEAM) == ["AUDITOR_NOT_INDEPENDENT"]
    play.suppose("team", independent=True)  # 8.6.1, on the same day
    assert play.do("assign", HE, **TEAM).target == "preparing"


@pytest.mark.parametrize("values", [{"lead_auditor": CUI}, {"team": [EVA, CUI]}])
def test_the_auditee_is_not_on_the_team(values: dict[str, Any]) -> None:
    assert audit().codes("assign", HE, **TEAM | values) == ["AUDITOR_NOT_INDEPENDENT"]


def test_an_audit_is_announced_with_a_whole_plan_that_the_auditee_accepted() -> None:
    play = audit()
    play.do("assign", HE, **TEAM)
    bare = {"audit_plan": "Morning", "checklist": "8.5.1.1"}
    assert play.codes("announce", LI, **bare) == ["GUARD_FALSE"] * 3
    assert play.codes("accept_plan", ANA, audit_plan="Morning") == ["NOT_YOUR_ROLE"]
    play.do("accept_plan", CUI, audit_plan="Morning")
    assert play.do("announce", LI, **PLAN).target == "announced"


def test_the_fieldwork_ends_when_every_planned_clause_is_answered_for() -> None:
    play = fieldwork()
    play.suppose("coverage", open=2)
    assert play.codes("finish_fieldwork", LI, **FIELDWORK) == ["COVERAGE_INCOMPLETE"]
    play.suppose("coverage", open=0)
    assert play.codes("finish_fieldwork", LI, **FIELDWORK | {"conforming": []}) == ["NEEDS_FIELD:conforming"]
    assert play.do("finish_fieldwork", LI, **FIELDWORK).target == "reporting"


@pytest.mark.parametrize(("population", "sample", "enough"), [(100, 10, True), (101, 10, False), (5, 2, False), (2, 2, True), (9, 3, True)])
def test_the_sample_has_three_records_and_the_square_root_of_all(population: int, sample: int, enough: bool) -> None:
    play = fieldwork()
    values = FIELDWORK | {"population": population, "sample": sample}
    if enough:
        assert play.do("finish_fieldwork", LI, **values).target == "reporting"
    else:
        assert play.codes("finish_fieldwork", LI, **values) == ["SAMPLE_TOO_SMALL"]


def test_major_incidents_belong_to_the_sample() -> None:
    assert fieldwork().codes("finish_fieldwork", LI, **FIELDWORK | {"majors_included": False}) == ["SAMPLE_TOO_SMALL"]


def test_a_report_is_issued_after_somebody_else_reviewed_it() -> None:
    play = reporting()
    ready = {"conclusion": "Conforms", "distribution": [CUI, GU]}
    assert play.codes("issue", LI, **ready) == ["GUARD_FALSE"]
    assert "FOUR_EYES_LEAD_AUDITOR" in play.codes("review_report", LI, conclusion="Conforms")
    play.do("review_report", EVA, conclusion="Conforms")
    play.do("return_report", HE, "One grade is wrong")
    assert play.codes("issue", LI, **ready) == ["GUARD_FALSE"]
    play.do("review_report", HE)
    assert play.do("issue", LI, **ready).target == "follow_up"


def test_each_finding_of_the_report_becomes_an_item() -> None:
    play = reporting()
    play.do("review_report", EVA, conclusion="Conforms, with one minor")
    first, second = play.do("issue", LI, distribution=[GU]).creates
    assert fits(first) and fits(second)
    assert (made(first), first.fields["grade"], first.fields["origin"]) == (
        ("nonconformity", "Two changes unapproved"),
        "minor",
        "internal_audit",
    )
    assert (first.fields["proposer"], first.fields["owner"], first.child) == (LI, CUI, True)
    assert made(second) == ("improvement", "Shorter form")
    assert play.item.fields["next_look"] == "2026-03-16"


def test_a_finding_has_requirement_evidence_and_grade() -> None:
    rows = [{"title": "Two changes unapproved", "requirements": "8.5.1.1", "description": "CHG-7"}]
    assert fieldwork().sentences("finish_fieldwork", LI, **FIELDWORK | {"nonconformities": rows}) == [
        "Nonconformities: row 1: Grade is missing"
    ]


def test_findings_are_looked_at_every_two_weeks_until_the_audit_is_closed() -> None:
    play = following()
    assert play.do("look_again", ENGINE, "follow_up").fields["next_look"] == "2026-03-30"


@pytest.mark.parametrize(
    ("finding", "opportunity", "closes"),
    [
        ("implementing", "approved", False),
        ("effectiveness_pending", "evaluating", False),
        ("effectiveness_pending", "rejected", True),
        ("closed", "deferred", True),
    ],
)
def test_an_audit_is_closed_when_its_findings_are_closed_or_handed_over(finding: str, opportunity: str, closes: bool) -> None:
    play = following()
    play.have("nonconformity", finding)
    play.have("improvement", opportunity)
    if closes:
        assert play.do("close", HE).final == "achieved"
    else:
        assert play.codes("close", HE) == ["NEEDS_CHILDREN"]


def test_the_second_postponement_is_the_sponsors() -> None:
    play = announced()
    assert play.codes("postpone", HE) == ["NEEDS_FIELD:new_on", "NEEDS_COMMENT", "GUARD_UNKNOWN"]
    first = play.do("postpone", HE, "Illness", new_on="2026-06-15")
    assert (first.fields["original_on"], first.fields["plan_accepted"]) == ("2026-05-11", None)
    back = play.do("reschedule", HE)
    assert (back.fields["planned_on"], back.fields["new_on"]) == ("2026-06-15", None)
    assert play.codes("announce", LI, **PLAN) == ["GUARD_FALSE"]  # the new date has to be accepted anew
    assert play.codes("postpone", HE, "Again", new_on="2026-07-01") == ["GUARD_FALSE"]
    assert "original_on" not in play.do("postpone", GU, "Again", new_on="2026-07-01").fields


@pytest.mark.parametrize(("day", "allowed"), [("2026-12-31", True), ("2027-01-01", False), ("2026-03-01", False)])
def test_an_audit_is_rescheduled_inside_the_period(day: str, allowed: bool) -> None:
    play = audit()
    play.do("postpone", HE, "No team", new_on="2026-06-15")
    if allowed:
        assert play.do("reschedule", HE, **TEAM, new_on=day).target == "preparing"
    else:
        assert play.codes("reschedule", HE, **TEAM, new_on=day) == ["GUARD_FALSE"]


def test_a_cancelled_audit_leaves_no_gap_that_nobody_accepted() -> None:
    play = audit()
    assert play.codes("cancel", HE, "Closed") == ["NOT_YOUR_ROLE", "NEEDS_INPUT:replacement", "GUARD_UNKNOWN"]
    play.suppose("coverage", clauses=91.7, services=100.0, sites=100.0)
    assert play.codes("cancel", GU, "Closed", replacement="None") == ["COVERAGE_INCOMPLETE"]
    assert play.do("cancel", GU, "Closed", replacement="None", accepted_gap="Out of scope from July").final == "ended"
    whole = audit()
    whole.suppose("coverage", clauses=100.0, services=100.0, sites=100.0)
    assert whole.do("cancel", GU, "Twice", replacement="The one in May").final == "ended"


def test_whoever_answers_for_the_area_does_not_lead_its_audit() -> None:
    play = announced()
    assert "FOUR_EYES_AUDITEE" in play.codes("begin", CUI, opening_attendance=[BO, DENG])


def test_an_audit_asks_for_team_documents_and_announcement_in_time() -> None:
    begun = audit().do("assign", HE, **TEAM)
    assert {start.name: start.nominal for start in begun.start} == {"documents": date(2026, 4, 21), "announce": date(2026, 5, 1)}


@pytest.mark.parametrize("stamp", ["plan_accepted", "report_reviewed", "original_on"])
def test_nobody_writes_a_stamp_by_hand(stamp: str) -> None:
    value = "2026-03-02" if stamp.endswith("_on") else "2026-03-02T09:00+08:00"
    assert audit().codes("assign", HE, **TEAM, **{stamp: value}) == ["READ_ONLY_FIELD"]
