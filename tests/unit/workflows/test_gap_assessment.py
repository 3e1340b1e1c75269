"""Gap assessments: each test tells what somebody tries, and what the bundled workflow answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.workflows.playing import ANA, BO, CUI, DENG, ENGINE, FANG
from tests.unit.workflows.staging import Stage, fits, made

WHOLE = {"total": 10, "open": 0, "to_confirm": 0, "without_evidence": 0, "without_reason": 0}
SCOPE = {"scope": "All clauses", "catalogue_version": "1.0", "due": "2026-04-30", "respondents": [BO, CUI]}


def scoping(**values: Any) -> Stage:
    play = Stage("gap_assessment", owner=FANG, assessor=[ANA], reviewer=DENG, **values)
    play.suppose("team", independent=True)
    return play


def answering(**values: Any) -> Stage:
    play = scoping(**values)
    play.do("open", FANG, **SCOPE)
    return play


def reviewing(**values: Any) -> Stage:
    play = answering(**values)
    play.suppose("answers", **WHOLE)
    play.do("submit", ANA)
    return play


def frozen(**values: Any) -> Stage:
    play = reviewing(**values)
    play.suppose("answers", sampled=5, core_sampled=1)
    play.do("freeze", DENG, review_notes="Looked at five")
    return play


def test_a_round_opens_with_scope_assessors_and_a_day() -> None:
    play = Stage("gap_assessment", owner=FANG)
    assert play.codes("open", FANG) == [
        "NEEDS_FIELD:scope",
        "NEEDS_FIELD:catalogue_version",
        "NEEDS_FIELD:assessor",
        "NEEDS_FIELD:due",
        "GUARD_UNKNOWN",
        "GUARD_UNKNOWN",
    ]


def test_one_assessor_at_least_owns_no_process_that_is_assessed() -> None:
    play = scoping()
    play.suppose("team", independent=False)
    assert play.codes("open", FANG, **SCOPE) == ["AUDITOR_NOT_INDEPENDENT"]


def test_every_respondent_gets_a_task_for_ten_working_days() -> None:
    creates = scoping().do("open", FANG, **SCOPE).creates
    assert all(map(fits, creates))
    assert [(one.workflow, one.fields["owner"], one.fields["due"]) for one in creates] == [
        ("action", BO, "2026-03-16"),
        ("action", CUI, "2026-03-16"),
    ]


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ("open", "COVERAGE_INCOMPLETE"),
        ("to_confirm", "UNCONFIRMED_ANSWERS"),
        ("without_evidence", "EVIDENCE_REQUIRED"),
        ("without_reason", "REASON_REQUIRED"),
    ],
)
def test_a_round_with_unfinished_answers_is_not_handed_in(fact: str, code: str) -> None:
    play = answering()
    play.suppose("answers", **WHOLE | {fact: 1})
    assert play.codes("submit", ANA) == [code]
    play.suppose("answers", **{fact: 0})
    assert play.do("submit", ANA).target == "reviewing"


def test_all_that_is_unfinished_is_told_at_once() -> None:
    play = answering()
    play.suppose("answers", total=10, open=1, to_confirm=2, without_evidence=3, without_reason=4)
    assert play.codes("submit", ANA) == ["COVERAGE_INCOMPLETE", "UNCONFIRMED_ANSWERS", "EVIDENCE_REQUIRED", "REASON_REQUIRED"]


def test_while_nobody_counted_the_answers_the_refusal_says_so() -> None:
    assert answering().codes("submit", ANA) == ["GUARD_UNKNOWN"] * 4


def test_an_assessor_is_not_the_reviewer() -> None:
    play = Stage("gap_assessment", owner=FANG, assessor=[ANA], reviewer=ANA)
    play.suppose("team", independent=True)
    play.do("open", FANG, **SCOPE)
    play.suppose("answers", **WHOLE, sampled=5, core_sampled=1)
    play.do("submit", ANA)
    assert play.codes("freeze", ANA, review_notes="Fine") == ["FOUR_EYES_ASSESSOR", "FOUR_EYES_SUBMIT"]
    assert play.codes("return", ANA, "Not fine") == ["FOUR_EYES_ASSESSOR", "FOUR_EYES_SUBMIT"]


@pytest.mark.parametrize(
    ("total", "sampled", "enough"), [(10, 3, False), (10, 5, True), (130, 12, False), (130, 13, True), (4, 3, False), (4, 4, True)]
)
def test_the_reviewer_looks_at_one_in_ten_and_at_five_at_least(total: int, sampled: int, enough: bool) -> None:
    play = reviewing()
    play.suppose("answers", total=total, sampled=sampled, core_sampled=1)
    if enough:
        assert play.do("freeze", DENG, review_notes="Looked at").fields["frozen_on"] == "2026-03-02"
    else:
        assert play.codes("freeze", DENG, review_notes="Looked at") == ["SAMPLE_TOO_SMALL"]


def test_full_marks_on_core_clauses_belong_to_the_sample() -> None:
    play = reviewing()
    play.suppose("answers", sampled=5, core_sampled=0)
    assert play.codes("freeze", DENG, review_notes="Looked at five") == ["SAMPLE_TOO_SMALL"]
    assert play.do("freeze", DENG, review_notes="Looked at five", no_core_threes=True).target == "frozen"


def test_a_round_goes_back_with_a_comment() -> None:
    play = reviewing()
    assert play.codes("return", DENG) == ["NEEDS_COMMENT"]
    assert play.do("return", DENG, "8.5.1-2: the evidence is a draft").attempt == 2


def test_every_gap_needs_an_item_or_an_accepted_reason() -> None:
    play = frozen()
    play.suppose("answers", gaps_open=2)
    assert play.codes("action", FANG, links_made="IMP-2026-0004") == ["REASON_REQUIRED"]
    play.suppose("answers", gaps_open=0)
    assert play.do("action", FANG, links_made="IMP-2026-0004").final == "achieved"


@pytest.mark.parametrize(("pace", "begins"), [("closing_gaps", "2026-05-11"), ("certified", "2027-03-02")])
def test_the_next_round_begins_at_its_pace(pace: str, begins: str) -> None:
    play = frozen(pace=pace)
    play.suppose("answers", gaps_open=0)
    assert [one.transition for one in play.do("action", FANG, links_made="All").follows] == ["plan_next_round"]
    (following,) = play.do("plan_next_round", ENGINE, "action").creates
    assert fits(following)
    assert (made(following), following.child) == (("gap_assessment", "Gap assessment"), False)
    assert (following.fields["round"], following.fields["start_on"], following.fields["assessor"]) == (2, begins, [ANA])


def test_the_last_round_has_none_after_it() -> None:
    play = frozen(pace="last")
    play.suppose("answers", gaps_open=0)
    play.do("action", FANG, links_made="All")
    assert play.codes("plan_next_round", ENGINE, "action") == ["GUARD_FALSE"]


def test_an_abandoned_round_is_kept_with_its_reason() -> None:
    play = answering()
    assert play.codes("abandon", FANG) == ["NEEDS_COMMENT"]
    assert play.do("abandon", FANG, "The scope changed").final == "ended"
