"""The life of a risk: each test tells what somebody tries, and what the bundled workflow answers."""

from __future__ import annotations

import pytest

from tests.unit.workflows.certifying import Way, begins, made
from tests.unit.workflows.playing import ANA, BO, CUI, DENG, ENGINE, EVA, GU

OLA = 30  # the risk owner
WRITTEN = {
    "category": "organisation",
    "cause": "One person knows the firewall",
    "event": "The person leaves",
    "effect": "Nobody can change it",
    "customer_effect": "Longer outages",
    "reasons": "Happened twice elsewhere",
    "existing_controls": "None",
}
PLAN = {"option": "reduce", "target_level": "low", "treat_by": "2026-06-30", "budget": 20000}


def analysed(likelihood: int = 4, impact: int = 5, **values: object) -> Way:
    play = Way("risk", risk_owner=OLA, **values)
    play.do("analyse", OLA, **WRITTEN, likelihood=likelihood, impact=impact)
    return play


def treating(**values: object) -> Way:
    play = analysed(**values)
    play.children(("action", "open"), owner=BO)
    play.do("plan_treatment", OLA, **PLAN)
    play.do("start", CUI, approval="Board, minutes 7")
    return play


def evaluating() -> Way:
    play = treating()
    play.children(("action", "done"), owner=BO)
    play.prove()
    play.do("finish_treatment", OLA)
    return play


def monitored(likelihood: int = 2, impact: int = 3) -> Way:
    play = analysed(likelihood, impact)
    play.do("accept", CUI, "Small", valid_until="2026-12-31")
    play.do("monitor", ENGINE)
    return play


@pytest.mark.parametrize(
    ("likelihood", "impact", "score", "level"),
    [(2, 3, 6, "low"), (1, 5, 5, "low"), (2, 4, 8, "medium"), (3, 4, 12, "medium"), (3, 5, 15, "high")],
)
def test_the_level_follows_from_likelihood_and_impact(likelihood: int, impact: int, score: int, level: str) -> None:
    play = analysed(likelihood, impact)
    assert (play.item.fields["score"], play.item.fields["level"]) == (score, level)


def test_a_rating_needs_reasons_and_its_results_are_not_edited() -> None:
    play = Way("risk", risk_owner=OLA)
    missing = play.codes("analyse", OLA, likelihood=2, impact=3)
    assert missing == [
        f"NEEDS_FIELD:{name}" for name in ("cause", "event", "effect", "category", "customer_effect", "reasons", "existing_controls")
    ]
    assert analysed().edit(ANA, score=1) == ["READ_ONLY_FIELD"]
    assert analysed().edit(ANA, likelihood=1) == ["READ_ONLY_FIELD"]


def test_within_the_criterion_the_process_owner_accepts_for_a_year_at_most() -> None:
    play = analysed(2, 3)
    assert play.codes("accept", CUI, valid_until="2026-12-31") == ["NEEDS_COMMENT"]
    assert play.codes("accept", CUI, "Small", valid_until="2027-03-31") == ["GUARD_FALSE"]
    decision = play.do("accept", CUI, "Small", valid_until="2026-12-31")
    assert (decision.target, [one.transition for one in decision.follows]) == ("accepted", ["monitor"])


def test_above_the_criterion_only_the_sponsor_accepts_and_never_the_risk_owner() -> None:
    assert analysed().codes("accept", CUI, "Live with it", valid_until="2026-12-31") == ["GUARD_FALSE"]
    assert analysed().do("accept", GU, "Live with it", valid_until="2026-12-31").target == "accepted"
    own = Way("risk", risk_owner=GU)
    own.do("analyse", GU, **WRITTEN, likelihood=5, impact=5)
    assert own.codes("accept", GU, "Mine", valid_until="2026-12-31") == ["FOUR_EYES_RISK_OWNER"]
    small = Way("risk", risk_owner=GU)
    small.do("analyse", GU, **WRITTEN, likelihood=1, impact=2)
    assert small.do("accept", GU, "Small", valid_until="2026-12-31").target == "accepted"


def test_a_treatment_has_a_fitting_option_and_something_to_do() -> None:
    play = analysed()
    assert play.codes("plan_treatment", OLA, **PLAN) == ["GUARD_FALSE"]
    play.children(("action", "open"))
    assert play.codes("plan_treatment", OLA, **PLAN | {"option": "enhance"}) == ["GUARD_FALSE"]
    assert play.codes("plan_treatment", OLA, **PLAN | {"treat_by": "2026-01-01"}) == ["GUARD_FALSE"]
    play.children(("action", "open"), due=None, owner=None)
    assert play.codes("plan_treatment", OLA, **PLAN) == ["NEEDS_CHILDREN", "NEEDS_CHILDREN"]


def test_at_high_level_the_approval_is_named_and_not_the_risk_owners_own() -> None:
    play = analysed()
    play.children(("action", "open"))
    play.do("plan_treatment", OLA, **PLAN)
    assert play.codes("start", CUI) == ["GUARD_FALSE"]
    own = Way("risk", risk_owner=CUI)
    own.do("analyse", CUI, **WRITTEN, likelihood=5, impact=5)
    own.children(("action", "open"))
    own.do("plan_treatment", CUI, **PLAN)
    assert own.codes("start", CUI, approval="Me") == ["FOUR_EYES_RISK_OWNER"]


def test_an_opportunity_is_handed_to_improvement_before_it_is_used() -> None:
    play = analysed(kind="opportunity")
    play.children(("action", "open"))
    play.do("plan_treatment", OLA, **PLAN | {"option": "use"})
    assert play.codes("start", CUI, approval="Board") == ["GUARD_FALSE"]
    (fields,) = made(play.do("hand_to_improvement", CUI), "improvement")
    assert (fields["source"], fields["owner"], fields["process"]) == ("X-2026-0001", OLA, "incident")
    assert play.do("start", CUI, approval="Board").target == "treating"
    assert treating().compiled.workflow.transitions["hand_to_improvement"].sources == ("treatment_planned",)


def test_a_treatment_is_finished_with_its_actions_and_evidence() -> None:
    assert treating().codes("finish_treatment", OLA) == ["NEEDS_EVIDENCE", "NEEDS_CHILDREN"]


@pytest.mark.parametrize(("person", "code"), [(ANA, "FOUR_EYES_OWNER"), (OLA, "FOUR_EYES_RISK_OWNER"), (BO, "FOUR_EYES_IMPLEMENTER")])
def test_nobody_judges_the_own_treatment(person: int, code: str) -> None:
    assert code in evaluating().codes("evaluate", person, likelihood=1, impact=1, judgement="Fine")


def test_what_is_left_is_judged_before_anything_is_decided_and_the_old_rating_is_kept() -> None:
    play = evaluating()
    assert play.codes("accept", GU, "Fine", valid_until="2026-12-31") == ["GUARD_FALSE"]
    assert play.codes("close", CUI, "Gone") == ["GUARD_FALSE"]
    play.do("evaluate", EVA, likelihood=2, impact=3, judgement="Two people know it now")
    assert (play.item.fields["score"], play.item.fields["previous_score"], play.item.fields["previous_level"]) == (6, 20, "high")
    assert play.codes("more_treatment", CUI, "More") == ["GUARD_FALSE"]
    assert play.do("close", CUI, "Gone").final == "achieved"


def test_what_is_left_above_the_criterion_opens_the_next_cycle() -> None:
    play = evaluating()
    play.do("evaluate", EVA, likelihood=4, impact=4, judgement="Not enough")
    play.do("more_treatment", CUI, "Train a third person", treat_by="2026-09-30")
    assert (play.item.state, play.item.cycle, play.item.checker) == ("treatment_planned", 2, None)
    assert play.codes("start", CUI, approval="Board") == ["GUARD_FALSE"]  # nothing new to do


@pytest.mark.parametrize(("likelihood", "impact", "day"), [(1, 1, "2027-03-02"), (2, 4, "2026-06-02"), (5, 5, "2026-04-02")])
def test_the_interval_of_review_follows_the_level(likelihood: int, impact: int, day: str) -> None:
    play = analysed(likelihood, impact)
    play.do("accept", GU, "Watch it", valid_until="2026-12-31")
    assert begins(play.do("monitor", ENGINE)) == {"review": day, "acceptance_over": "2026-12-31"}


def test_when_the_acceptance_is_over_it_is_rated_again() -> None:
    play = monitored()
    play.do("review", ENGINE, "acceptance_over")
    assert (play.item.state, play.item.fields["accepted_until"], play.item.fields["previous_score"]) == ("analysed", None, 6)
    assert play.codes("accept", CUI, "Small", valid_until="2026-12-31") == ["GUARD_FALSE"]
    play.do("analyse", OLA, likelihood=2, impact=2)
    assert play.do("accept", CUI, "Small", valid_until="2026-12-31").target == "accepted"


def test_whoever_sees_it_happen_says_so_and_it_is_reassessed_within_ten_working_days() -> None:
    play = monitored()
    assert play.codes("occur", DENG) == ["NEEDS_INPUT:happened_in", "NEEDS_INPUT:happened_on", "GUARD_UNKNOWN"]
    assert play.codes("occur", DENG, happened_in="INC-7", happened_on="2026-03-09") == ["GUARD_FALSE"]
    assert begins(play.do("occur", DENG, happened_in="INC-7", happened_on="2026-03-02")) == {"reassessment": "2026-03-16"}
    assert play.codes("reassess", OLA) == ["NEEDS_FIELD:learned"]
    assert play.do("reassess", OLA, learned="Two must know it").target == "analysed"


def test_the_risk_owner_does_not_close() -> None:
    play = Way("risk", risk_owner=CUI)
    play.do("analyse", CUI, **WRITTEN, likelihood=1, impact=1)
    play.do("accept", GU, "Small", valid_until="2026-12-31")
    play.do("monitor", ENGINE)
    assert play.codes("close", CUI, "Gone") == ["FOUR_EYES_RISK_OWNER"]
    closing = monitored()
    closing.do("close", CUI, "The firewall is gone")
    assert closing.item.fields["keep_until"] == "2029-03-02"
