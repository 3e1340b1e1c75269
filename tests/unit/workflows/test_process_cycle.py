"""One turn of the incident process: each test tells what somebody tries, and what the bundled workflow answers."""

from __future__ import annotations

from datetime import date

import pytest

from pdca_engine.definition.paper.facts import Decision
from tests.unit.workflows.playing import ANA, BO, CUI, DENG, ENGINE, EVA, FANG, GU, Play

PLAN = {
    "objectives": "Restore faster",
    "risks": "Few people at night",
    "resources": "Two shifts",
    "objectives_complete": True,
    "policy_in_force": True,
    "procedure_in_force": True,
    "major_procedure_in_force": True,
    **{name: name for name in ("resolved_in_target", "time_to_restore", "reopened", "days_between_major", "old_backlog")},
}
EVALUATION = {
    "evaluation": "Four of five met",
    "population": 100,
    "sample": 10,
    "conformity": "partly",
    "conformity_statement": "8.6.1: partly",
    "deviations": 1,
    "check_handled": "conforms",
    "check_major": "partly",
    "check_learned": "conforms",
}


def operating() -> Play:
    play = Play("incident", owner=CUI, proposer=CUI)
    play.do("propose_plan", CUI, **PLAN)
    play.do("agree", FANG)
    return play


def checking() -> Play:
    play = operating()
    play.do("begin_check", ENGINE, "turn")
    play.prove()
    return play


def acting() -> Play:
    play = checking()
    play.do("evaluate", CUI, **EVALUATION)
    play.do("confirm", EVA)
    return play


def test_a_plan_names_objectives_and_documents_in_force() -> None:
    play = Play("incident", owner=CUI)
    measures = ("resolved_in_target", "time_to_restore", "reopened", "days_between_major", "old_backlog")
    missing = [f"NEEDS_FIELD:{name}" for name in ("objectives", "risks", "resources", *measures)]
    assert play.codes("propose_plan", CUI) == [*missing, *["GUARD_FALSE"] * 3]


def test_who_proposed_the_plan_does_not_agree_to_it() -> None:
    play = Play("incident", owner=CUI)
    play.do("propose_plan", CUI, **PLAN)
    play.facts = play.facts._replace(holders={**play.facts.holders, "sms_manager": frozenset({CUI})})
    assert play.do("agree", GU).moved_up


def test_the_turn_ends_twelve_months_after_the_agreement() -> None:
    play = Play("incident", owner=CUI)
    play.do("propose_plan", CUI, **PLAN)
    (start,) = play.do("agree", FANG).start
    assert (start.name, start.nominal) == ("turn", date(2027, 3, 2))


def test_an_earlier_check_needs_a_reason() -> None:
    assert operating().codes("begin_check", CUI) == ["NEEDS_COMMENT"]
    assert operating().do("begin_check", CUI, "Major incident").target == "checking"


@pytest.mark.parametrize(
    ("population", "sample", "small"),
    [(100, 9, True), (100, 10, False), (101, 10, True), (5, 2, True), (5, 3, False), (2, 2, False)],
)
def test_the_sample_is_large_enough(population: int, sample: int, small: bool) -> None:
    play = checking()
    values = EVALUATION | {"population": population, "sample": sample}
    if small:
        assert play.codes("evaluate", CUI, **values) == ["SAMPLE_TOO_SMALL"]
    else:
        assert play.do("evaluate", CUI, **values).target == "check_review"


def test_the_evaluation_is_confirmed_by_somebody_independent() -> None:
    play = checking()
    play.do("evaluate", CUI, **EVALUATION)
    assert "FOUR_EYES_EVALUATE" in play.codes("confirm", CUI)
    play.do("object", DENG, "Look at nights too")
    play.prove()
    play.do("evaluate", CUI, **EVALUATION)
    assert play.do("confirm", DENG).target == "acting"


def test_who_owned_or_planned_the_turn_does_not_confirm_it() -> None:
    play = checking()
    play.do("evaluate", CUI, **EVALUATION)
    planned = {**play.item.recall.fired, "propose_plan": [DENG]}
    held = {**play.item.recall.held, "owner": [CUI, BO]}
    play.facts = play.facts._replace(item=play.item._replace(recall=play.item.recall._replace(fired=planned, held=held)))
    for transition in ("confirm", "object"):
        assert play.codes(transition, DENG, "x") == ["FOUR_EYES_PROPOSE_PLAN"]
        assert play.codes(transition, BO, "x") == ["FOUR_EYES_OWNER_HISTORY"]
        assert isinstance(play.ask(transition, EVA, "x"), Decision)


def test_every_deviation_is_answered_before_the_next_turn() -> None:
    play = acting()
    assert play.codes("next_turn", CUI) == ["NEEDS_FIELD:lessons", "GUARD_FALSE"]
    play.act(owner=BO)
    play.do("next_turn", CUI, lessons="Nights count")
    assert (play.item.state, play.item.cycle) == ("planning", 2)
    assert (play.item.fields["policy_in_force"], play.item.checker) == (None, None)  # another round may have another checker


def test_an_old_item_does_not_answer_a_new_deviation() -> None:
    play = acting()
    play.act(owner=BO)
    play.do("next_turn", CUI, lessons="Nights count")
    play.do("propose_plan", CUI, **PLAN)
    play.do("agree", FANG)
    play.do("begin_check", ENGINE, "turn")
    play.prove()
    play.do("evaluate", CUI, **EVALUATION)
    play.do("confirm", EVA)
    assert play.codes("next_turn", CUI, lessons="More") == ["GUARD_FALSE"]
    assert play.do("next_turn", CUI, lessons="More", no_change="Accepted by the board").cycle == 3


def test_a_redo_names_the_day_of_the_next_evaluation() -> None:
    play = acting()
    assert play.codes("redo", CUI, "Wrong aims", check_again_on="2026-06-30", plan_right=False) == ["GUARD_FALSE"]
    decision = play.do("redo", CUI, "Half the team was away", check_again_on="2026-06-30", plan_right=True)
    assert (play.item.attempt, play.item.cycle) == (2, 1)
    assert [(start.name, start.nominal) for start in decision.start] == [("turn", date(2026, 6, 30))]


def test_the_wheel_ends_by_completion_or_retirement() -> None:
    assert acting().do("complete", CUI, "The programme ends", lessons="Good", no_change="Over").final == "achieved"
    assert operating().codes("retire", FANG, "Out", scope_changed=False) == ["GUARD_FALSE"]
    assert operating().do("retire", FANG, "Out", scope_changed=True).final == "ended"
    assert operating().codes("retire", ANA, "Out", scope_changed=True) == ["NOT_YOUR_ROLE"]
