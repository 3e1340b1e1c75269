"""The life of an improvement: each test tells what somebody tries, and what the bundled workflow answers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.unit.workflows.playing import ANA, BO, CUI, DENG, ENGINE, EVA, FANG, GU, IDA, Play

SCORES = {"value": 4, "urgency": 3, "effort": 2, "alignment": 5, "risk": "low"}
APPROVAL = {
    **SCORES,
    "metric": "time to restore, hours",
    "better": "down",
    "target": 8,
    "target_date": "2026-05-29",
    "no_baseline": "New service",
    "priority": "high",
}
PLAN = {"measurement_plan": "Weekly, by Ana", "way_back": "Switch it off", "affected": "None", "change_needed": False}
CHECK = {"trial_mean": 7.8, "side_effects": "none", "conclusion": "It held"}
NOT_DONE = {"plan_right": True, "not_done": "Night shift", "new_target_date": "2026-08-31"}
LINES = dict.fromkeys(("documents_updated", "people_trained", "monitoring_set", "rolled_out"), "done") | {"standardised": "Runbook 4"}


def approved(**values: Any) -> Play:
    play = Play("improvement", proposer=DENG)
    play.do("submit", BO)
    play.do("approve", CUI, **{**APPROVAL, **values})
    return play


def implementing() -> Play:
    play = approved()
    play.act()
    play.do("plan", ANA, **PLAN)
    play.do("confirm_plan", CUI)
    play.do("start", ANA)
    return play


def trial(**values: Any) -> Play:
    play = implementing()
    play.act("done", evidence=1)
    play.do("start_trial", ANA, trial_end=play.day(30), **values)
    return play


def checking(points: int = 8) -> Play:
    play = trial()
    play.wait(31)
    play.do("end_trial", ANA, trial_points=points)
    return play


def adjusting(verdict: str = "no_evidence") -> Play:
    play = checking()
    play.do("declare_not_effective", EVA, **CHECK, verdict=verdict)
    return play


def sustaining() -> Play:
    play = checking()
    play.do("confirm_effective", EVA, **CHECK, verdict="effective")
    play.prove()
    play.do("standardise", ANA, **LINES)
    return play


CLOSING = {"final_result": 7.7, "benefit": "40 hours a month", "reported_to": "Customer board", "lessons": "Ask the night shift first"}


def closed() -> Play:
    play = sustaining()
    play.wait(90)
    play.do("close", CUI, **CLOSING)
    return play


def test_an_idea_needs_process_or_service_and_a_source() -> None:
    play = Play("improvement", process=None, source=None)
    assert play.codes("submit", BO) == ["NEEDS_FIELD:source", "GUARD_FALSE"]
    decision = play.do("submit", BO, source="idea", service="mail")
    assert decision.notices[0].persons == (IDA,)
    assert [start.name for start in decision.start] == ["decide"]
    assert decision.start[0].nominal == date(2026, 3, 16)  # ten working days


def test_approval_lists_everything_that_is_missing_at_once() -> None:
    play = Play("improvement", proposer=CUI, owner=None)
    play.do("submit", BO)
    missing = ["value", "urgency", "effort", "alignment", "risk", "target", "target_date", "owner", "priority"]
    assert play.codes("approve", CUI) == ["FOUR_EYES_PROPOSER", *(f"NEEDS_FIELD:{name}" for name in missing), "GUARD_FALSE", "GUARD_FALSE"]


def test_above_the_limit_the_sponsor_approves() -> None:
    play = Play("improvement")
    play.do("submit", BO)
    assert play.codes("approve", CUI, **APPROVAL, cost=50_000.01) == ["GUARD_FALSE"]
    assert play.ask("approve", CUI, **APPROVAL, cost=50_000).role == "process_owner"
    assert play.do("approve", GU, **APPROVAL, cost=50_000.01).role == "sponsor"


def test_approval_freezes_the_baseline_and_puts_it_on_the_plan() -> None:
    play = Play("improvement")
    play.do("submit", BO)
    decision = play.do("approve", CUI, **APPROVAL, measure="restore")
    assert decision.baselines == ("measure",)
    assert play.item.fields["on_sip"] is True


def test_the_process_owner_who_proposed_passes_the_decision_up() -> None:
    play = Play("improvement", proposer=CUI)
    play.do("submit", BO)
    decision = play.do("reject", FANG, "Not now")
    assert (decision.role, decision.moved_up) == ("sms_manager", True)


@pytest.mark.parametrize(("days", "allowed"), [(0, False), (1, True), (365, True), (366, False)])
def test_deferral_comes_back_within_twelve_months(days: int, allowed: bool) -> None:
    play = Play("improvement")
    play.do("submit", BO)
    if not allowed:
        assert play.codes("defer", CUI, "Later", return_on=play.day(days)) == ["GUARD_FALSE"]
        return
    back = play.day(days)
    decision = play.do("defer", CUI, "Later", return_on=back)
    assert [(start.name, start.nominal.isoformat()) for start in decision.start] == [("come_back_from_deferral", back)]
    assert play.codes("return_from_deferral", CUI) == ["NOT_YOUR_ROLE"]
    assert play.do("return_from_deferral", ENGINE, "come_back_from_deferral").target == "evaluating"


def test_the_plan_needs_an_action_with_owner_and_date_before_the_target() -> None:
    play = approved()
    assert "NEEDS_CHILDREN" in play.codes("plan", ANA, **PLAN)
    play.act(owner=None, due=None)
    assert play.codes("plan", ANA, **PLAN) == ["NEEDS_CHILDREN", "NEEDS_CHILDREN"]
    play.act(due=date(2026, 5, 30))
    assert play.codes("plan", ANA, **PLAN) == ["GUARD_FALSE"]
    play.act(due=date(2026, 5, 29))
    assert play.do("plan", ANA, **PLAN).target == "planned"


def test_start_waits_for_the_confirmation_and_the_change() -> None:
    play = approved()
    play.act()
    play.do("plan", ANA, **PLAN | {"change_needed": True})
    assert play.codes("start", ANA) == ["GUARD_FALSE", "GUARD_FALSE"]
    play.do("confirm_plan", CUI)
    assert play.codes("start", ANA) == ["GUARD_FALSE"]
    assert play.do("start", ANA, change_approved=True).target == "implementing"


def planned(**values: Any) -> Play:
    play = approved(**values)
    play.act()
    play.do("plan", values.get("owner", ANA), **PLAN)
    return play


def test_the_process_owner_confirms_the_plan_and_at_low_risk_also_the_own_one() -> None:
    assert planned().codes("confirm_plan", FANG) == ["NOT_YOUR_ROLE"]
    assert planned(owner=CUI).do("confirm_plan", CUI).target == "planned"


def test_at_high_risk_the_owner_does_not_confirm_the_own_plan() -> None:
    play = planned(risk="high", owner=CUI)
    assert play.codes("confirm_plan", CUI) == ["FOUR_EYES_OWNER"]
    assert play.do("confirm_plan", FANG).moved_up
    assert play.do("start", CUI).target == "implementing"


def test_the_start_is_written_down_and_told_to_who_carries_it_out() -> None:
    play = planned()
    play.do("confirm_plan", CUI)
    now = play.now.isoformat()
    assert play.do("start", ANA).notices[0].persons == (BO,)
    assert play.item.fields["started"] == now


def test_the_trial_starts_when_actions_are_done_with_evidence_or_dropped() -> None:
    play = implementing()
    end = play.day(30)
    assert play.codes("start_trial", ANA, trial_end=end) == ["NEEDS_CHILDREN", "NEEDS_CHILDREN"]
    play.act("done")
    assert play.codes("start_trial", ANA, trial_end=end) == ["NEEDS_CHILDREN"]
    play.act("dropped")
    decision = play.do("start_trial", ANA, trial_end=end)
    assert {start.name for start in decision.start} == {"measurement_entry", "trial_review", "trial_end"}
    assert play.item.fields["trial_start"].startswith("2026-03-02T")


def test_the_trial_ends_with_enough_points_or_on_its_day() -> None:
    play = trial()
    assert play.codes("end_trial", ANA) == ["NEEDS_FIELD:trial_points", "GUARD_UNKNOWN"]
    assert play.codes("end_trial", ANA, trial_points=7) == ["TOO_FEW_POINTS"]
    assert play.ask("end_trial", ANA, trial_points=8).target == "checking"
    play.wait(30)
    decision = play.do("end_trial", ANA, trial_points=5)
    assert [start.name for start in decision.start] == ["check"]


def test_a_trial_that_makes_things_worse_ends_early() -> None:
    play = trial()
    assert play.codes("end_trial", ANA, trial_points=3, stopped_early=False) == ["TOO_FEW_POINTS"]
    assert play.do("end_trial", ANA, trial_points=3, stopped_early=True).target == "checking"


def test_each_measurement_after_the_wash_in_is_a_point() -> None:
    play = trial(wash_in=1)
    points = []
    for reading in (9.0, 8.1, 7.9):
        play.wait(7)
        play.do("enter_measurement", ANA, reading=reading)
        points.append(play.item.fields.get("trial_points"))
    assert points == [None, 1, 2]
    assert play.codes("end_trial", ANA) == ["TOO_FEW_POINTS"]
    assert play.codes("enter_measurement", ANA) == ["NEEDS_INPUT:reading"]
    assert play.codes("enter_measurement", EVA, reading=1.0) == ["NOT_YOUR_ROLE"]


def test_a_missed_measurement_is_a_gap_and_not_a_point() -> None:
    play = trial(wash_in=0)
    play.wait(10)
    decision = play.do("entry_missed", ENGINE, "measurement_entry")
    assert (play.item.fields.get("trial_points"), play.item.fields["intervals"]) == (None, 1)
    assert (play.item.fields["next_entry"], decision.notices[0].persons) == ("2026-03-16", (ANA,))
    play.do("enter_measurement", ANA, reading=8.1)
    assert (play.item.fields["trial_points"], play.item.fields["intervals"]) == (1, 2)
    assert play.codes("entry_missed", ANA, "x") == ["NOT_YOUR_ROLE"]


@pytest.mark.parametrize(("interval", "days"), [("week", ["2026-03-12", "2026-03-19"]), ("month", ["2026-04-05", "2026-05-05"])])
def test_the_next_measurement_is_asked_for_by_the_interval(interval: str, days: list[str]) -> None:
    play = implementing()
    play.act("done", evidence=1)
    started = play.do("start_trial", ANA, trial_end=play.day(90), interval=interval).start
    moved = play.do("enter_measurement", ANA, reading=8.1).start
    assert [str(one.nominal) for one in (*started, *moved) if one.name == "measurement_entry"] == days  # three days after each day


def test_where_values_come_on_no_fixed_day_none_is_missed() -> None:
    play = trial(interval=None, wash_in=0)
    assert play.item.fields.get("next_entry") is None
    assert play.do("enter_measurement", ANA, reading=8.1).start == ()
    assert play.item.fields["trial_points"] == 1


def test_measuring_goes_on_after_a_pause_and_after_an_extension() -> None:
    play = trial()
    play.do("hold", CUI, "Freeze", resume_on=play.day(30))
    play.wait(30)
    play.do("resume", ENGINE, "come_back_from_hold")
    assert play.item.fields["next_entry"] == play.day(7)  # what was not measured meanwhile is not missed
    play.do("end_trial", ANA, trial_points=5)
    assert play.item.fields["next_entry"] is None
    play.do("extend_trial", EVA, "Go on", verdict="insufficient_data", new_end=play.day(14))
    assert play.item.fields["next_entry"] == play.day(7)


def test_a_short_pause_moves_no_measurement() -> None:
    play = trial()
    due = play.item.fields["next_entry"]
    play.do("hold", CUI, "Freeze", resume_on=play.day(3))
    play.wait(3)
    play.do("resume", CUI)
    assert play.item.fields["next_entry"] == due


def test_nobody_checks_the_own_work() -> None:
    play = checking()
    values = {**CHECK, "verdict": "effective"}
    for person, code in ((ANA, "FOUR_EYES_OWNER"), (BO, "FOUR_EYES_IMPLEMENTER")):
        assert code in play.codes("confirm_effective", person, **values)
    assert play.offered(DENG) == ["extend_trial", "confirm_effective", "declare_not_effective"]
    assert play.do("confirm_effective", EVA, **values).target == "standardising"


@pytest.mark.parametrize(("better", "mean", "codes"), [("down", 8.1, ["GUARD_FALSE"]), ("up", 7.9, ["GUARD_FALSE"]), (None, 99, [])])
def test_a_verdict_by_hand_is_held_against_its_numbers(better: str | None, mean: float, codes: list[str]) -> None:
    play = checking()
    play.write(better=better)
    values = CHECK | {"verdict": "effective"}
    if codes:
        assert play.codes("confirm_effective", EVA, **values | {"trial_mean": mean}) == codes
        mean = 8  # the target itself is reached
    assert play.do("confirm_effective", EVA, **values | {"trial_mean": mean}).target == "standardising"


NUMBERS = {"p_value": 0.01, "ci_low": 1.2, "ci_high": 3.4}


@pytest.mark.parametrize(("transition", "verdict"), [("confirm_effective", "effective"), ("declare_not_effective", "no_evidence")])
def test_a_check_keeps_its_statistics_where_they_were_given(transition: str, verdict: str) -> None:
    play = checking()
    play.do(transition, EVA, **CHECK, **NUMBERS, verdict=verdict)
    assert {name: play.item.fields[name] for name in NUMBERS} == NUMBERS
    assert "BAD_VALUE" in checking().codes(transition, EVA, **CHECK, verdict=verdict, p_value=1.1)


def test_every_check_starts_from_an_empty_sheet() -> None:
    play = checking()
    play.write(**CHECK, **NUMBERS, verdict="insufficient_data")
    play.do("extend_trial", EVA, "Go on", new_end=play.day(9))
    play.do("end_trial", ANA, trial_points=9)
    assert {play.item.fields[name] for name in (*CHECK, *NUMBERS, "verdict")} == {None}


def test_too_few_points_are_not_effective_and_extended_twice_at_most() -> None:
    play = checking(points=5)
    assert play.codes("confirm_effective", EVA, **CHECK, verdict="effective") == ["TOO_FEW_POINTS"]
    little = {**CHECK, "verdict": "insufficient_data"}
    assert play.codes("declare_not_effective", EVA, **little) == ["GUARD_FALSE"]
    for _ in range(2):
        play.do("extend_trial", EVA, "Go on", verdict="insufficient_data", new_end=play.day(14))
        play.wait(14)
        play.do("end_trial", ANA, trial_points=6)
        assert play.item.fields["verdict"] is None  # every check starts from an empty sheet
    assert play.codes("extend_trial", EVA, "Go on", verdict="insufficient_data", new_end=play.day(14)) == ["MAX_EXTENSIONS"]
    assert play.do("declare_not_effective", EVA, **little).target == "adjusting"


def test_noise_is_extended_once() -> None:
    play = checking()
    noise = {"verdict": "target_met_by_noise"}
    assert play.codes("declare_not_effective", EVA, **CHECK, **noise) == ["GUARD_FALSE"]
    assert play.codes("extend_trial", EVA, "Go on", verdict="worse", new_end=play.day(9)) == ["GUARD_FALSE"]
    play.do("extend_trial", EVA, "Go on", **noise, new_end=play.day(9))
    play.wait(9)
    play.do("end_trial", ANA, trial_points=9)
    assert play.codes("extend_trial", EVA, "Go on", **noise, new_end=play.day(9)) == ["MAX_EXTENSIONS"]
    assert play.do("declare_not_effective", EVA, **CHECK, **noise).target == "adjusting"


def test_a_verdict_is_overruled_downward_only_with_a_reason_or_a_side_effect() -> None:
    play = checking()
    effective = {**CHECK, "verdict": "effective"}
    assert play.codes("declare_not_effective", EVA, **effective) == ["GUARD_FALSE"]
    assert play.ask("declare_not_effective", EVA, **effective, overruled_because="Season").target == "adjusting"
    harmed = effective | {"side_effects": "unacceptable"}
    assert play.codes("confirm_effective", EVA, **harmed) == ["GUARD_FALSE"]
    assert play.codes("confirm_effective", EVA, **effective | {"verdict": "improved_below_target"}) == ["GUARD_FALSE"]
    assert play.do("declare_not_effective", EVA, **harmed).target == "adjusting"


def test_the_way_back_is_decided_sooner_when_it_got_worse() -> None:
    dues = {}
    for verdict in ("worse", "no_evidence"):
        play = checking()
        started = play.do("declare_not_effective", EVA, **CHECK, verdict=verdict).start
        dues[verdict] = [(start.name, start.nominal) for start in started]
    assert dues == {"worse": [("decide_way_on", date(2026, 4, 6))], "no_evidence": [("decide_way_on", date(2026, 4, 16))]}


def test_replanning_raises_the_cycle_and_asks_for_a_new_confirmation() -> None:
    play = adjusting()
    assert play.codes("replan", CUI) == ["NEEDS_INPUT:new_target_date", "NEEDS_COMMENT", "GUARD_UNKNOWN"]
    play.do("replan", CUI, "The queue was the cause", new_target_date="2026-08-31")
    assert (play.item.state, play.item.cycle, play.item.attempt) == ("planned", 2, 1)
    assert (play.item.fields["target"], play.item.fields["target_date"]) == (8, "2026-08-31")
    assert play.item.fields["verdict"] is None
    play.act()
    assert play.codes("start", ANA, change_needed=False) == ["GUARD_FALSE"]


def test_a_new_cycle_needs_a_new_action_and_asks_about_the_change_again() -> None:
    play = adjusting()
    changed = {"change_needed": True, "change_reference": "CHG-1", "change_approved": True}
    play.do("replan", CUI, "The queue was the cause", new_target_date="2026-08-31", **changed)
    assert [play.item.fields.get(name) for name in changed] == [None] * 3
    play.do("confirm_plan", CUI)
    assert play.codes("start", ANA) == ["NEEDS_FIELD:change_needed", "GUARD_FALSE"]
    play.act()
    assert play.codes("start", ANA, change_needed=True) == ["GUARD_FALSE"]
    assert play.do("start", ANA, change_needed=False).target == "implementing"


def test_another_cycle_may_have_another_checker() -> None:
    play = adjusting()
    assert play.item.checker == EVA
    play.do("replan", CUI, "The queue was the cause", new_target_date="2026-08-31")
    assert play.item.checker is None


def test_a_new_target_is_approved_by_somebody_else_than_the_proposer() -> None:
    play = adjusting()
    play.facts = play.facts._replace(item=play.item._replace(proposer=CUI))
    new = {"new_target_date": "2026-08-31", "new_target": 9}
    assert play.codes("replan", CUI, "Lower", **new) == ["FOUR_EYES_PROPOSER"]
    play.facts = play.facts._replace(item=play.item._replace(proposer=DENG))
    play.do("replan", CUI, "Lower", **new)
    assert play.item.fields["target"] == 9


def test_after_the_fifth_cycle_there_is_no_sixth() -> None:
    play = adjusting()
    for cycle in range(2, 6):
        play.do("replan", CUI, "Again", new_target_date=play.day(200))
        assert play.item.cycle == cycle
        play.act()
        play.do("confirm_plan", CUI)
        play.do("start", ANA, change_needed=False)
        play.act("done", evidence=1)
        play.do("start_trial", ANA, trial_end=play.day(10))
        play.wait(11)
        play.do("end_trial", ANA, trial_points=8)
        play.do("declare_not_effective", EVA, **CHECK, verdict="improved_below_target")
    assert play.codes("replan", CUI, "Again", new_target_date=play.day(200)) == ["MAX_CYCLES"]
    assert play.do("accept_partial", GU, "Still worth it", revised_target=9.5).target == "standardising"
    assert play.item.fields["target"] == 9.5


@pytest.mark.parametrize("verdict", ["worse", "no_evidence"])
def test_what_did_not_improve_is_not_accepted_in_part(verdict: str) -> None:
    assert adjusting(verdict).codes("accept_partial", GU, "Still worth it", revised_target=9.5) == ["GUARD_FALSE"]


def test_a_target_met_by_noise_is_accepted_by_the_sponsor() -> None:
    play = checking()
    noise = {"verdict": "target_met_by_noise"}
    play.do("extend_trial", EVA, "Go on", **noise, new_end=play.day(9))
    play.do("end_trial", ANA, trial_points=9)
    play.do("declare_not_effective", EVA, **CHECK, **noise)
    assert play.do("accept_partial", GU, "Still worth it", revised_target=9.5).target == "standardising"


@pytest.mark.parametrize(("relation", "code"), [("owner", "FOUR_EYES_OWNER"), ("proposer", "FOUR_EYES_PROPOSER")])
def test_a_sponsor_with_a_part_in_it_does_not_accept_the_part_that_works(relation: str, code: str) -> None:
    play = adjusting("improved_below_target")
    play.facts = play.facts._replace(item=play.item._replace(**{relation: GU}))
    assert play.codes("accept_partial", GU, "Still worth it", revised_target=9.5) == [code]


def test_a_sponsor_who_carried_it_out_does_not_accept_the_part_that_works() -> None:
    play = adjusting("improved_below_target")
    play.act("done", owner=GU, evidence=1)
    assert play.codes("accept_partial", GU, "Still worth it", revised_target=9.5) == ["FOUR_EYES_IMPLEMENTER"]


def test_redo_stays_in_the_cycle_and_counts_the_attempt() -> None:
    play = adjusting()
    assert play.codes("redo", CUI, **NOT_DONE | {"plan_right": False}) == ["GUARD_FALSE"]
    assert play.codes("redo", CUI, **NOT_DONE | {"plan_right": None}) == ["NEEDS_INPUT:plan_right", "GUARD_FALSE"]
    play.do("redo", CUI, **NOT_DONE)
    assert (play.item.state, play.item.cycle, play.item.attempt) == ("implementing", 1, 2)
    assert play.codes("start_trial", ANA) == ["NEEDS_FIELD:trial_end"]


def test_stopping_needs_lessons_and_makes_the_way_back_an_action() -> None:
    play = adjusting()
    assert play.codes("stop", CUI, "No") == ["NEEDS_INPUT:undone", "NEEDS_FIELD:lessons"]
    day = play.now.date()
    decision = play.do("stop", CUI, "No", undone="The new rule", lessons="Ask first")
    assert decision.final == "ended"
    (back,) = decision.creates
    assert (back.workflow, back.child, back.title.en if back.title else None) == ("action", True, "Carry out the way back")
    due = play.facts.calendar.add(day, 10)[0].isoformat()
    assert back.fields == {"description": "The new rule", "owner": ANA, "due": due, "needs_check": True, "priority": "high"}


@pytest.mark.parametrize("again", ["confirm_effective", "accept_partial"])
def test_a_second_standardising_starts_from_an_empty_sheet(again: str) -> None:
    play = sustaining()
    play.prove()
    play.write(**CLOSING, not_needed_because="Same people")
    play.do("gain_lost", EVA, "It rises again", signal="shift")
    assert [play.item.fields[name] for name in ("final_result", "benefit", "reported_to")] == [None] * 3
    play.do("redo", CUI, **NOT_DONE)
    play.do("start_trial", ANA, trial_end=play.day(9))
    play.do("end_trial", ANA, trial_points=8)
    if again == "accept_partial":
        play.do("declare_not_effective", EVA, **CHECK, verdict="improved_below_target")
        play.do(again, GU, "Still worth it", revised_target=9.5)
    else:
        play.do(again, EVA, **CHECK, verdict="effective")
    assert [play.item.fields[name] for name in (*LINES, "not_needed_because")] == [None] * 6


def test_standardising_needs_evidence_and_a_reason_for_what_is_not_needed() -> None:
    play = checking()
    play.do("confirm_effective", EVA, **CHECK, verdict="effective")
    lines = LINES | {"people_trained": "not_needed"}
    assert play.codes("standardise", ANA, **lines) == ["NEEDS_EVIDENCE", "REASON_REQUIRED"]
    play.prove()
    decision = play.do("standardise", ANA, **lines, not_needed_because="Same people")
    assert decision.baselines == ("measure",)
    assert {start.name for start in decision.start} == {"holding_check", "holding_over"}


def test_it_closes_when_the_gain_has_held_for_ninety_days() -> None:
    play = sustaining()
    play.wait(89)
    assert play.codes("close", CUI, **CLOSING) == ["TOO_EARLY"]
    play.wait(1)
    play.act("doing")
    assert play.codes("close", CUI, **CLOSING) == ["GUARD_FALSE"]
    play.act("done", evidence=1)
    assert play.codes("close", CUI, **CLOSING | {"lessons": None}) == ["NEEDS_FIELD:lessons"]
    decision = play.do("close", CUI, **CLOSING)
    assert (decision.final, decision.stop) == ("achieved", ("*",))


def test_a_lost_gain_goes_back_without_raising_the_cycle() -> None:
    play = sustaining()
    assert play.codes("gain_lost", EVA) == ["NEEDS_INPUT:signal", "NEEDS_COMMENT", "NEEDS_EVIDENCE"]
    play.prove()
    play.do("gain_lost", EVA, "It rises again", signal="shift")
    assert (play.item.state, play.item.cycle) == ("adjusting", 1)


@pytest.mark.parametrize(("days", "codes"), [(364, []), (366, ["REOPEN_TOO_LATE"])])
def test_it_reopens_within_twelve_months(days: int, codes: list[str]) -> None:
    play = closed()
    closed_at = play.item.closed_at
    play.wait(days)
    play.prove()
    if codes:
        assert play.codes("reopen", CUI, "It is back") == codes
        return
    play.do("reopen", CUI, "It is back")
    assert closed_at is not None
    assert play.item.fields["closed_before"] == closed_at.isoformat()
    assert (play.item.state, play.item.closed_at) == ("adjusting", None)
    assert [play.item.fields[name] for name in CLOSING] == [None] * len(CLOSING)


def test_a_pause_remembers_where_it_came_from_and_ends_by_itself() -> None:
    play = trial()
    assert play.codes("hold", CUI) == ["NEEDS_FIELD:resume_on", "NEEDS_COMMENT", "GUARD_UNKNOWN"]
    decision = play.do("hold", CUI, "Freeze", resume_on=play.day(14))
    assert play.item.silenced
    assert [(start.name, start.nominal) for start in decision.start] == [("come_back_from_hold", date(2026, 3, 16))]
    play.wait(14)
    assert play.do("resume", ENGINE, "come_back_from_hold").target == "trial"
    assert (play.item.silenced, play.item.fields["resume_on"]) == (False, None)


@pytest.mark.parametrize(("shift", "day"), [(False, "2026-05-29"), (True, "2026-06-12")])
def test_due_dates_move_by_the_pause_only_when_asked(shift: bool, day: str) -> None:
    play = implementing()
    play.do("hold", CUI, "Freeze", resume_on=play.day(30))
    play.wait(14)
    play.do("resume", CUI, shift=shift)
    assert play.item.fields["target_date"] == day


def test_cancelling_drops_the_open_actions() -> None:
    play = approved()
    (follow,) = play.do("cancel", CUI, "Not needed").follows
    assert (follow.on, follow.transition, follow.workflow) == ("children", "drop", "action")
