"""Steps: from where to where, how often, and what the item remembers of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pdca_engine.definition.deciding.decide import decide_edit, next_steps
from pdca_engine.definition.deciding.given import Given
from pdca_engine.definition.paper.facts import ENGINE_ACTOR, Actor, Refused
from tests.unit.definition.deciding import ANA, BO, CUI, DENG, EVA, FANG, GRANTED, NOW, Case, case, example, small

ROUND = small(
    """
    start: {title: {en: Start, zh: 开始}, from: open, to: doing, by: owner}
    pause: {from: [open, doing, looked], to: paused, by: any_staff}
    go_on: {from: paused, to: previous, by: any_staff}
    nudge: {from: [open, doing], to: same, by: any_staff}
    look: {from: doing, to: looked, by: any_staff, when: times.nudge < 3}
    again: {from: looked, to: open, by: any_staff, then: [next_cycle]}
    retry: {from: looked, to: doing, by: any_staff, then: [next_attempt]}
    end: {from: looked, to: done, by: any_staff}
    drop: {from: [open, doing], to: dropped, by: any_staff}
    reopen: {from: [done, dropped], to: doing, by: any_staff, reopens: true}
    """
)


def test_a_step_leads_where_the_file_says() -> None:
    decision = case(ROUND).yes("start")
    assert (decision.source, decision.target, decision.phase, decision.final) == ("open", "doing", "do", None)
    assert (decision.role, decision.person, decision.acting_for) == ("owner", ANA, None)


@pytest.mark.parametrize("transition", ["end", "reopen", "fly"])
def test_a_step_from_elsewhere_is_refused_with_what_is_possible(transition: str) -> None:
    answer = case(ROUND).ask(transition)
    assert isinstance(answer, Refused)
    (one,) = answer.refusals
    assert one.code == "NOT_FROM_THIS_STATE"
    assert "Start, Pause, Nudge, Drop" in one.en and "开始" in one.zh


def test_where_nothing_is_possible_the_refusal_says_so() -> None:
    ended = case(example(), "rejected")
    answer = ended.ask("submit")
    assert isinstance(answer, Refused)
    assert answer.refusals[0].en == "Submit is not possible in state Rejected; possible from here: –"


def test_same_keeps_the_state_and_its_beginning() -> None:
    nudged = case(ROUND).later(days=2).go("nudge")
    item = nudged.facts.item
    assert (item.state, item.state_since, item.recall.previous, item.recall.entered_at("open")) == ("open", NOW, None, NOW)
    assert item.recall.times == {"nudge": 1}


@pytest.mark.parametrize(("path", "state"), [([], "open"), (["start"], "doing"), (["start", "look"], "looked")])
def test_previous_returns_where_it_came_from(path: list[str], state: str) -> None:
    at = case(ROUND)
    for transition in path:
        at = at.go(transition)
    back = at.go("pause").later(days=1).go("go_on")
    assert back.facts.item.state == state
    assert back.facts.item.state_since == NOW + timedelta(days=1)


def test_previous_survives_a_second_pause_and_acts_that_change_no_state() -> None:
    back = case(ROUND).go("start").go("nudge").go("pause").go("go_on").go("nudge").go("pause").yes("go_on")
    assert back.target == "doing"


def test_previous_of_an_item_that_never_moved_leads_nowhere() -> None:
    assert case(ROUND, "paused").no("go_on") == ["NOT_FROM_THIS_STATE"]


def test_a_new_cycle_counts_from_the_first_attempt_and_forgets_the_counters_of_the_old() -> None:
    at = case(ROUND).go("start").go("nudge").go("look").go("retry").go("nudge").go("look")
    assert (at.facts.item.cycle, at.facts.item.attempt, at.facts.item.recall.times["nudge"]) == (1, 2, 2)
    anew = at.go("again").facts.item
    assert (anew.cycle, anew.attempt, anew.recall.times) == (2, 1, {})
    assert anew.recall.times_ever == {"start": 1, "nudge": 2, "look": 2, "retry": 1, "again": 1}


def test_counters_in_guards_are_those_of_the_cycle() -> None:
    tired = case(ROUND).go("start").go("nudge").go("nudge").go("nudge")
    assert tired.no("look") == ["GUARD_FALSE"]
    assert tired.go("drop").go("reopen").no("look") == ["GUARD_FALSE"]
    other = case(ROUND).go("start").go("look").go("again").go("start").go("nudge").go("nudge")
    assert other.yes("look").cycle == 2


def test_a_final_state_closes_and_reopening_opens_with_all_it_remembers() -> None:
    shut = case(ROUND).go("start").go("look").later(days=3).go("end")
    assert (shut.facts.item.closed_at, shut.yes("reopen").final) == (NOW + timedelta(days=3), None)
    assert case(ROUND).go("drop").facts.item.closed_at == NOW
    opened = shut.later(days=9).go("reopen").facts.item
    assert (opened.state, opened.closed_at, opened.recall.previous) == ("doing", None, "done")
    assert tuple(opened.recall.fired["end"]) == (ANA,) and opened.recall.times_ever["end"] == 1


def test_the_example_file_from_idea_to_close() -> None:
    values = {"risk": "low", "cost": 10, "measure": "mttr", "target": 8, "target_date": "2026-09-30"}
    at = case(example(), proposer=DENG).go("submit", DENG)
    at = at.go("approve", CUI, "worth it", given=values).go("start")
    at = at.but(children=(), evidence=())
    assert sorted(at.no("finish")) == ["NEEDS_CHILDREN:children", "NEEDS_EVIDENCE:evidence"]
    at = at.go("hold", CUI, "no people", given={"resume_on": "2026-05-04"}).go("resume", None)
    assert (at.facts.item.state, at.facts.item.fields["cost"]) == ("implementing", 10.0)
    at = at.but(state="checking", checker=EVA, fields={**at.facts.item.fields, "verdict": "effective"})
    at = at.go("extend", EVA, given={"new_end": "2026-06-01"})
    at = at.go("confirm_effective", EVA).later(days=91).go("close", CUI)
    assert (at.facts.item.state, at.facts.item.closed_at) == ("closed", at.now)
    assert at.later(days=364).but(evidence=()).no("reopen", CUI, "it is back") == ["NEEDS_EVIDENCE:evidence"]
    assert "GUARD_FALSE" in at.later(days=366).no("reopen", CUI, "it is back")


def test_an_act_that_changes_no_state_is_allowed_so_often_and_no_more() -> None:
    at = case(example(), "checking", checker=EVA)
    for _ in range(2):
        at = at.go("extend", EVA, given={"new_end": "2026-06-01"})
    assert at.no("extend", EVA, given={"new_end": "2026-06-01"}) == ["GUARD_FALSE"]


def test_the_fifth_cycle_is_the_last() -> None:
    assert case(example(), "adjusting", cycle=4).yes("replan", CUI, "once more").cycle == 5
    assert case(example(), "adjusting", cycle=5).no("replan", CUI, "once more") == ["GUARD_FALSE"]


def test_next_steps_are_the_very_decisions_asked_with_nothing_given() -> None:
    at = case(example(), "evaluating", actor=Actor(CUI, GRANTED[CUI]))
    steps = {step.transition: step for step in next_steps(at.compiled, at.facts, at.now)}
    assert list(steps) == ["approve", "reject"]
    assert [one.code for one in steps["reject"].missing] == ["NEEDS_COMMENT"]
    told = [one.field for one in steps["approve"].missing]
    assert told == ["risk", "measure", "target", "target_date", "comment", "cost"]
    paused = case(ROUND, actor=Actor(ANA)).go("start").go("pause")
    assert [(step.transition, step.target, step.missing) for step in next_steps(ROUND, paused.facts, NOW)] == [("go_on", "previous", ())]


def test_comments_and_inputs_stay_with_the_step() -> None:
    decision = case(example(), "checking", checker=EVA).yes("extend", EVA, "  more data  ", given={"new_end": "2026-06-01"})
    assert (decision.comment, decision.inputs, decision.changes) == ("more data", {"new_end": "2026-06-01"}, {})
    assert case(ROUND).yes("nudge", ANA, "   ").comment is None


def test_only_what_really_changes_is_a_change() -> None:
    at = case(example(), fields={"cost": 5.0})
    decision = at.yes("submit", given={"cost": 5, "risk": "high", "title": "It is slow", "tags": "a, b"})
    assert decision.changes == {"risk": (None, "high"), "tags": (None, ["a", "b"])}
    assert (decision.fields, decision.columns) == ({"risk": "high"}, {"tags": ["a", "b"]})


def test_an_edit_is_for_those_who_hold_or_manage_the_item() -> None:
    at = case(ROUND)

    def codes(person: int, values: dict[str, object], at: Case = at, cycle: int | None = None) -> list[str]:
        answer = decide_edit(at.compiled, at.but(actor=Actor(person, GRANTED.get(person, frozenset()))).facts, values, cycle)
        return [one.code for one in answer.refusals] if isinstance(answer, Refused) else []

    assert [codes(person, {"cost": 3}) for person in (ANA, BO, CUI, FANG)] == [[], [], [], []]
    assert codes(DENG, {"cost": 3}) == ["NOT_YOUR_ROLE"]
    assert codes(DENG, {"cost": 3}, at.but(owner=None, proposer=None)) == []
    assert codes(ANA, {"cost": "much", "colour": 1, "title": ""}) == ["BAD_VALUE", "UNKNOWN_FIELD", "NEEDS_FIELD"]
    assert codes(ANA, {"cost": 3}, at.but(cycle=2), 1) == ["READ_ONLY_CYCLE"]
    assert codes(ANA, {"cost": 3}, at.but(closed_at=NOW)) == ["READ_ONLY_CLOSED"]


def test_an_edit_reads_values_by_their_type() -> None:
    at = case(ROUND)
    given = decide_edit(at.compiled, at.but(actor=ENGINE_ACTOR).facts, {"cost": "1,500", "end": "2026-04-01", "due": "2026-05-01"})
    assert isinstance(given, Given)
    assert (given.fields, given.columns) == ({"cost": 1500.0, "end": "2026-04-01"}, {"due": "2026-05-01"})
