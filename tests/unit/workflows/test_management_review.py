"""The management review: each test tells what somebody tries, and what the bundled workflow answers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.unit.workflows.playing import ANA, BO, CUI, ENGINE, FANG, GU
from tests.unit.workflows.staging import Stage, fits, made

MEETING = date(2026, 7, 15)
INPUTS = (
    "earlier_actions",
    "context_changes",
    "performance",
    "improvement_opportunities",
    "feedback",
    "policy_fit",
    "objectives_met",
    "service_performance",
    "other_parties",
    "resources",
    "risk_results",
    "coming_changes",
)
TASKS = [{"title": "Performance of the services", "owner": ANA}, {"title": "Feedback", "owner": BO}]
OPPORTUNITY = {"title": "Restore faster at night", "owner": CUI, "due": "2026-10-30", "process": "incident"}
DECISIONS = [{"title": "Hire a second shift", "owner": ANA, "due": "2026-09-30"}, {"title": "New tool", "owner": BO, "due": "2026-12-31"}]
MINUTES = {"minutes": "Who said what", "discussed": list(INPUTS)}
OUTPUT = {"opportunities": [OPPORTUNITY], "decisions": DECISIONS, "change_statement": "None, because the scope stays"}
MEETING_FACTS = {"held_on": "2026-07-15", "attendance": [GU, FANG, CUI], "process_owners": 2, "process_owners_present": 1}


def review(**values: Any) -> Stage:
    usual = {"owner": FANG, "secretary": FANG, "chair": GU, "participants": [CUI], "meeting_on": MEETING.isoformat()}
    return Stage("management_review", **(usual | values))


def collecting(**values: Any) -> Stage:
    play = review(**values)
    play.on(date(2026, 6, 17))
    play.do("open_collection", FANG, input_tasks=TASKS)
    return play


def delivered(play: Stage, *missing: str) -> dict[str, Any]:
    return {name: "Looked at" for name in INPUTS if name not in missing} | {"data_from": "2026-06-01"}


def held() -> Stage:
    play = collecting()
    play.on(date(2026, 7, 8))
    play.do("complete_pack", FANG, **delivered(play))
    play.on(MEETING)
    play.do("hold", GU, **MEETING_FACTS)
    return play


def tracking() -> Stage:
    play = held()
    play.do("write_minutes", FANG, **MINUTES, **OUTPUT)
    play.do("approve_minutes", GU)
    play.have("improvement", "draft", owner=CUI)
    play.have("action", "open", "open")
    return play


def test_the_collection_opens_four_weeks_before_the_meeting() -> None:
    play = review()
    play.on(date(2026, 6, 16))
    assert play.codes("open_collection", FANG) == ["NEEDS_FIELD:input_tasks", "TOO_EARLY"]
    play.on(date(2026, 6, 17))
    decision = play.do("open_collection", FANG, input_tasks=TASKS)
    assert [made(one) for one in decision.creates] == [("action", "Performance of the services"), ("action", "Feedback")]
    assert [(one.fields["owner"], one.fields["due"]) for one in decision.creates] == [(ANA, "2026-07-05"), (BO, "2026-07-05")]


def test_who_delivers_must_be_named_for_each_input() -> None:
    play = review()
    play.on(date(2026, 6, 17))
    assert play.sentences("open_collection", FANG, input_tasks=[{"title": "Feedback"}]) == [
        "Who delivers what: row 1: Who delivers it is missing"
    ]


def test_a_pack_that_lacks_inputs_is_refused_and_each_is_named() -> None:
    play = collecting()
    play.on(date(2026, 7, 8))
    values = delivered(play, "other_parties", "risk_results")
    assert play.sentences("complete_pack", FANG, **values) == [
        "Missing input: performance of other parties.",
        "Missing input: risks and opportunities.",
    ]
    assert play.codes("complete_pack", FANG, **values) == ["INPUTS_MISSING", "INPUTS_MISSING"]
    assert play.codes("waive_input", FANG, which="other_parties") == ["NOT_YOUR_ROLE", "NEEDS_COMMENT"]
    play.do("waive_input", GU, "No other parties this year", which="other_parties")
    assert play.item.fields["waived"] == ["other_parties"]
    assert play.codes("complete_pack", FANG, **values) == ["INPUTS_MISSING"]
    assert play.do("complete_pack", FANG, **values | {"risk_results": "Nothing to report"}).target == "ready"


def test_two_inputs_at_most_are_waived() -> None:
    play = collecting()
    play.do("waive_input", GU, "Not this time", which="other_parties")
    play.do("waive_input", GU, "Not this time", which="resources")
    assert play.codes("waive_input", GU, "And this", which="feedback") == ["GUARD_FALSE"]
    assert play.item.fields["waived"] == ["other_parties", "resources"]


@pytest.mark.parametrize(("oldest", "codes"), [("2026-05-24", []), ("2026-05-23", ["GUARD_FALSE"])])
def test_figures_are_45_days_old_at_most(oldest: str, codes: list[str]) -> None:
    play = collecting()
    play.on(date(2026, 7, 8))
    values = delivered(play) | {"data_from": oldest}
    if codes:
        assert play.codes("complete_pack", FANG, **values) == codes
    else:
        assert [one.transition for one in play.do("complete_pack", FANG, **values).follows] == ["drop"]


def test_the_meeting_needs_its_chair_and_a_quorum() -> None:
    play = collecting()
    play.on(date(2026, 7, 8))
    play.do("complete_pack", FANG, **delivered(play))
    play.on(MEETING)
    assert play.codes("hold", FANG, **MEETING_FACTS) == ["NOT_YOUR_ROLE", "GUARD_FALSE"]
    few = MEETING_FACTS | {"attendance": [FANG], "process_owners": 3}
    assert [one.split(":")[0] for one in play.sentences("hold", GU, **few)] == ["No quorum", "No quorum"]
    assert play.codes("hold", GU, **MEETING_FACTS | {"held_on": "2026-07-16"}) == ["GUARD_FALSE"]
    assert play.do("hold", GU, **MEETING_FACTS).target == "held"


def test_minutes_without_decision_and_statement_have_no_output() -> None:
    play = held()
    assert play.codes("write_minutes", FANG, **MINUTES) == ["NO_OUTPUT", "NO_OUTPUT"]
    assert play.codes("write_minutes", FANG, **MINUTES, change_statement="None, because the scope stays") == ["NO_OUTPUT"]
    some = MINUTES | {"discussed": list(INPUTS[:11])}
    assert play.codes("write_minutes", FANG, **some, **OUTPUT) == ["GUARD_FALSE"]
    assert play.do("write_minutes", FANG, **MINUTES, **OUTPUT).target == "minutes_review"


def test_the_secretary_does_not_approve_the_minutes() -> None:
    play = Stage("management_review", owner=FANG, secretary=GU, chair=GU, participants=[CUI], meeting_on="2026-07-15")
    play.on(date(2026, 6, 17))
    play.do("open_collection", GU, input_tasks=TASKS)
    play.on(date(2026, 7, 8))
    play.do("complete_pack", GU, **delivered(play))
    play.on(MEETING)
    play.do("hold", GU, **MEETING_FACTS)
    play.do("write_minutes", GU, **MINUTES, **OUTPUT)
    assert play.codes("approve_minutes", GU) == ["FOUR_EYES_SECRETARY", "FOUR_EYES_WRITE_MINUTES"]
    assert play.codes("correct_minutes", GU) == ["NEEDS_COMMENT"]
    assert play.do("correct_minutes", GU, "Names are missing").attempt == 2


def test_three_decisions_become_three_records_with_owner_and_date() -> None:
    play = held()
    play.do("write_minutes", FANG, **MINUTES, **OUTPUT)
    creates = play.do("approve_minutes", GU).creates
    assert [(*made(one), one.fields["owner"], one.fields["due"], one.child) for one in creates] == [
        ("improvement", "Restore faster at night", CUI, "2026-10-30", True),
        ("action", "Hire a second shift", ANA, "2026-09-30", True),
        ("action", "New tool", BO, "2026-12-31", True),
    ]


def test_a_review_closes_when_each_decision_is_done_or_carried_over_with_consent() -> None:
    play = tracking()
    values = {"decision_status": "See each", "next_on": "2026-10-15"}
    assert play.codes("close", FANG, **values) == ["GUARD_FALSE"]
    assert play.codes("close", FANG, **values, carried_over="New tool: end of March") == ["GUARD_FALSE"]
    closed = play.do("close", FANG, **values, carried_over="New tool: end of March", consented=True)
    assert (closed.final, [one.transition for one in closed.follows]) == ("achieved", ["schedule_next"])
    (following,) = play.do("schedule_next", ENGINE, "close").creates
    assert (made(following), following.child) == (("management_review", "Management review"), False)
    fields = following.fields
    assert (fields["meeting_on"], fields["hold_by"], fields["earlier_actions"]) == ("2026-10-15", "2027-07-15", "New tool: end of March")
    assert (fields["owner"], fields["secretary"], fields["chair"]) == (FANG, FANG, GU)


def test_a_review_with_all_decisions_done_names_the_next_one() -> None:
    play = tracking()
    play.have("improvement", "closed")
    play.have("action", "done", "dropped")
    assert play.codes("close", FANG, decision_status="All done") == ["GUARD_FALSE"]
    assert play.codes("close", FANG, decision_status="All done", next_on="2027-07-16") == ["GUARD_FALSE"]
    closed = play.do("close", FANG, decision_status="All done", next_review="MR-2026-0002")
    assert [(one.to, one.kind) for one in closed.links] == [("MR-2026-0002", "carried_over")]
    assert play.codes("schedule_next", ENGINE, "close") == ["GUARD_FALSE"]


def test_a_cancelled_review_has_a_new_date_inside_the_interval() -> None:
    play = review(hold_by="2026-09-30")
    assert play.codes("cancel", GU) == ["NEEDS_INPUT:new_date", "NEEDS_COMMENT", "GUARD_UNKNOWN", "GUARD_UNKNOWN"]
    assert play.codes("cancel", GU, "Nobody can come", new_date="2026-10-01") == ["GUARD_FALSE"]
    decision = play.do("cancel", GU, "Nobody can come", new_date="2026-09-30")
    (instead,) = decision.creates
    assert fits(instead)
    assert (decision.final, instead.fields["meeting_on"], instead.fields["hold_by"]) == ("ended", "2026-09-30", "2026-09-30")


def test_a_meeting_after_the_interval_is_refused_and_the_missed_one_raised() -> None:
    play = review(hold_by="2026-07-01")
    play.on(date(2026, 6, 20))
    assert play.codes("open_collection", FANG, input_tasks=TASKS) == ["GUARD_FALSE"]
    assert play.codes("raise_missed_interval", FANG) == ["GUARD_FALSE"]
    play.on(date(2026, 7, 2))
    (raised,) = play.do("raise_missed_interval", FANG).creates
    assert fits(raised)
    assert (raised.workflow, raised.fields["grade"], raised.fields["proposer"], raised.child) == ("nonconformity", "major", FANG, False)
    assert play.codes("raise_missed_interval", FANG) == ["GUARD_FALSE"]


def test_an_extra_review_is_held_within_30_days() -> None:
    assert review(occasion="failed_audit", meeting_on="2026-04-02").codes("open_collection", FANG, input_tasks=TASKS) == [
        "TOO_EARLY",
        "GUARD_FALSE",
    ]
    extra = review(occasion="failed_audit", meeting_on="2026-03-30")
    assert extra.do("open_collection", FANG, input_tasks=TASKS).target == "collecting"


def test_decisions_are_looked_at_every_month_until_the_review_is_closed() -> None:
    play = tracking()
    assert play.item.fields["next_look"] == "2026-08-15"
    assert play.do("look_again", ENGINE, "follow_up").fields["next_look"] == "2026-09-15"
