"""A service improvement plan: each test tells what somebody tries, and what the bundled workflow answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.workflows.certifying import ROU, Way, begins
from tests.unit.workflows.playing import ANA, BO, FANG, GU, IDA

PLAN = {
    "objectives": "Restore faster",
    "period_from": "2026-04-01",
    "period_to": "2026-12-31",
    "budget": 200000,
    "capacity": 120,
    "effort": 100,
}
NUMBERS = {"kpis": "5.1 h (target 6)", "spent": 40000, "p50": "2026-11-30", "p85": "2026-12-20", "benefits": "3 h saved"}


def draft(**values: Any) -> Way:
    play = Way("sip", **{"author": [ROU]} | values)
    play.children(("improvement", "approved"), ("risk", "treating"), ("nonconformity", "implementing"), owner=BO)
    return play


def active() -> Way:
    play = draft()
    play.do("approve", GU, **PLAN)
    play.on("2026-04-01")
    play.do("activate", IDA, review_on="2026-06-30")
    return play


def reviewing() -> Way:
    play = active()
    play.on("2026-06-30")
    play.do("review", IDA, **NUMBERS)
    return play


def revising() -> Way:
    play = reviewing()
    play.do("revise", GU, "The budget was cut")
    return play


def test_a_plan_is_approved_with_objectives_budget_period_and_items() -> None:
    play = Way("sip", author=[ROU])
    missing = [f"NEEDS_FIELD:{name}" for name in PLAN]
    assert play.codes("approve", GU) == [*missing, "NEEDS_CHILDREN", "GUARD_UNKNOWN", "GUARD_UNKNOWN"]


def test_the_author_does_not_approve_the_own_plan() -> None:
    assert draft(author=[GU, ROU]).codes("approve", GU, **PLAN) == ["FOUR_EYES_AUTHOR", "APPROVER_IS_AUTHOR"]
    assert draft(author=None).codes("approve", GU, **PLAN) == ["GUARD_FALSE"]
    assert draft(author=None).codes("approve", GU, **PLAN, author=[GU]) == ["FOUR_EYES_AUTHOR", "APPROVER_IS_AUTHOR"]


@pytest.mark.parametrize(("workflow", "state"), [("improvement", "evaluating"), ("nonconformity", "analysing"), ("risk", "identified")])
def test_every_item_is_approved_before_the_plan(workflow: str, state: str) -> None:
    play = draft()
    play.children((workflow, state))
    assert play.codes("approve", GU, **PLAN) == ["NEEDS_CHILDREN"]


def test_a_plan_fits_its_capacity_and_has_an_end() -> None:
    assert draft().codes("approve", GU, **PLAN | {"effort": 121}) == ["GUARD_FALSE"]
    assert draft().codes("approve", GU, **PLAN | {"period_to": "2026-03-31"}) == ["GUARD_FALSE"]


def test_what_was_approved_is_not_edited() -> None:
    play = draft()
    assert play.edit(ANA, budget=300000) == []
    play.do("approve", GU, **PLAN)
    for name, value in (("budget", 300000), ("objectives", "More"), ("period_to", "2027-12-31")):
        assert play.edit(ANA, **{name: value}) == ["READ_ONLY_FIELD"]


def test_a_plan_is_not_active_before_its_first_day() -> None:
    play = draft()
    play.do("approve", GU, **PLAN)
    play.on("2026-03-31")
    assert play.codes("activate", IDA, review_on="2026-06-30") == ["TOO_EARLY"]
    play.on("2026-04-01")
    assert play.codes("activate", IDA, review_on="2026-12-31") == ["GUARD_FALSE"]
    assert begins(play.do("activate", IDA, review_on="2026-06-30")) == {"period": "2026-06-30", "end": "2026-12-31"}


def test_a_period_is_reviewed_at_its_end_with_its_numbers() -> None:
    play = active()
    assert play.codes("review", IDA, **NUMBERS) == ["TOO_EARLY"]
    play.on("2026-06-30")
    assert play.codes("review", IDA) == [*(f"NEEDS_INPUT:{name}" for name in NUMBERS), "GUARD_FALSE"]
    decision = play.do("review", IDA, **NUMBERS)
    assert decision.inputs["spent"] == 40000  # kept in the trail, period for period
    assert (play.item.fields["last_spent"], play.item.fields["forecast_late"]) == (40000, False)
    assert play.edit(ANA, last_spent=1) == ["READ_ONLY_FIELD"]


def test_a_forecast_later_than_the_plan_is_flagged() -> None:
    play = active()
    assert play.codes("enter_forecast", IDA, p50="2026-12-01", p85="2026-11-01") == ["GUARD_FALSE"]
    play.do("enter_forecast", IDA, p50="2026-12-01", p85="2027-01-01")
    assert play.item.fields["forecast_late"] is True


def test_the_sponsor_continues_with_decisions_and_the_next_period() -> None:
    play = reviewing()
    assert play.codes("continue", GU) == ["NEEDS_INPUT:decided", "NEEDS_INPUT:next_review", "GUARD_UNKNOWN"]
    decision = play.do("continue", GU, decided="Go on", next_review="2026-09-30")
    assert (decision.target, begins(decision)) == ("active", {"period": "2026-09-30"})


def test_a_revision_names_its_author_anew_and_keeps_the_old_baseline() -> None:
    play = revising()
    given = PLAN | {"new_version": "2.0", "next_review": "2026-09-30", "budget": 150000}
    assert play.codes("approve_revision", GU, **given) == ["GUARD_FALSE"]
    play.write(ANA, author=[GU])
    assert play.codes("approve_revision", GU, **given) == ["FOUR_EYES_AUTHOR", "APPROVER_IS_AUTHOR"]
    play = revising()
    play.write(ANA, author=[ROU])
    assert play.codes("approve_revision", GU, **given | {"new_version": "1.0"}) == ["GUARD_FALSE"]
    play.do("approve_revision", GU, **given)
    fields = play.item.fields
    assert (fields["plan_version"], fields["old_version"], fields["budget"], fields["old_budget"]) == ("2.0", "1.0", 150000, 200000)
    assert fields["old_baseline_on"] < fields["baseline_on"]


def test_a_plan_is_completed_out_of_a_period_review_only() -> None:
    done = {"final_report": "All met", "benefit": "3 h a week"}
    assert active().codes("complete", GU, **done) == ["NOT_FROM_THIS_STATE"]
    play = reviewing()
    assert play.codes("complete", GU) == ["NEEDS_FIELD:final_report", "NEEDS_FIELD:benefit", "GUARD_FALSE"]
    play.children(("improvement", "closed"))
    decision = play.do("complete", GU, **done)
    assert decision.final == "achieved"
    assert FANG in decision.notices[0].persons  # an input to the management review


def test_a_plan_without_open_items_is_not_rolled_over() -> None:
    play = active()
    play.children(("improvement", "closed"))
    assert play.codes("roll_over", GU, carried_over="None", next_plan="SIP-2027-0001", owners_agree=True) == ["GUARD_FALSE"]
    assert play.codes("roll_over", IDA) == [
        "NOT_YOUR_ROLE",
        "NEEDS_INPUT:owners_agree",
        "NEEDS_FIELD:carried_over",
        "NEEDS_FIELD:next_plan",
        "GUARD_FALSE",
        "GUARD_FALSE",
    ]


def test_open_items_are_rolled_over_with_the_consent_of_their_owners() -> None:
    play = active()
    given = {"carried_over": "IMP-2026-0004", "next_plan": "SIP-2027-0001"}
    assert play.codes("roll_over", GU, **given, owners_agree=False) == ["GUARD_FALSE"]
    decision = play.do("roll_over", GU, **given, owners_agree=True)
    assert (decision.final, [(link.to, link.kind) for link in decision.links]) == ("ended", [("SIP-2027-0001", "rolled over to")])
    assert BO in decision.notices[0].persons


def test_the_period_review_reaches_the_sponsor_a_week_late() -> None:
    play = active()
    ladder = {str(step.offset): step.who for step in play.compiled.workflow.timers["period"].ladder}
    assert ladder["7 days"] == ("sponsor",)
    assert {name: one.cron or str(one.every) for name, one in play.compiled.workflow.schedules.items()} == {
        "board": "0 10 * * MON",
        "forecast": "0 8 * * MON",
        "report": "3 months",
    }
