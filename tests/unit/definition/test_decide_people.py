"""Who may: roles and relations, deputies, four eyes over the whole history, and who decides where independence leaves nobody."""

from __future__ import annotations

import pytest

from pdca_engine.definition.deciding.decide import decide
from pdca_engine.definition.paper.facts import ChildFacts, Command, Decision, Recall, Refused
from pdca_engine.definition.playing.written import holders_of
from tests.unit.definition.deciding import ANA, BO, CUI, DENG, EVA, FANG, GRANTED, GU, Case, case, small

PEOPLE = small(
    """
    anybody: {from: open, to: same, by: any_staff}
    own: {from: open, to: same, by: [owner, sponsor]}
    write: {from: open, to: same, by: author}
    help: {from: open, to: same, by: implementer}
    tick: {from: open, to: same, by: scheduler}
    both: {from: open, to: same, by: [scheduler, owner]}
    decide: {title: {en: Decide, zh: 决定}, from: open, to: doing, by: process_owner, independent_of: [proposer]}
    check: {from: [open, doing], to: looked, by: checker, independent_of: [owner, implementer]}
    look: {from: open, to: same, by: checker}
    second: {from: [open, doing], to: looked, by: any_staff, independent_of: [decide]}
    audit: {from: open, to: same, by: any_staff, independent_of: [sponsor]}
    """
)


def child(owner: int | None, *before: int) -> ChildFacts:
    """A child action of `owner`, owned by others before."""
    owners = tuple(one for one in (owner, *before) if one)
    return ChildFacts(2, "ACT-2026-0001", "action", "open", None, owner, owners)


@pytest.mark.parametrize(
    ("transition", "person", "right"),
    [
        ("anybody", DENG, "any_staff"),
        ("own", ANA, "owner"),
        ("own", GU, "sponsor"),
        ("own", BO, None),
        ("write", DENG, "author"),
        ("write", ANA, None),
        ("help", BO, "implementer"),
        ("help", DENG, None),
        ("tick", None, "scheduler"),
        ("tick", ANA, None),
        ("both", None, "scheduler"),
        ("both", ANA, "owner"),
        ("anybody", None, None),
        ("look", ANA, None),
    ],
)
def test_who_may_by_role_or_relation(transition: str, person: int | None, right: str | None) -> None:
    at = case(PEOPLE, children=(child(BO),), fields={"author": DENG})
    if right is None:
        assert at.no(transition, person) == ["NOT_YOUR_ROLE"]
    else:
        assert at.yes(transition, person).role == right


def test_the_refusal_names_who_may_in_both_languages() -> None:
    answer = case(PEOPLE).ask("own", BO)
    assert isinstance(answer, Refused)
    assert (answer.refusals[0].en, answer.refusals[0].zh) == (
        "only Owner, Sponsor may do this",
        "仅负责人、发起人（最高管理者）可执行此操作",
    )
    assert "The engine itself" in _only(case(PEOPLE).ask("tick", ANA))


def _only(answer: object) -> str:
    assert isinstance(answer, Refused)
    (one,) = answer.refusals
    return one.en


def test_nobody_is_no_person_and_not_the_engine() -> None:
    at = case(PEOPLE)
    unknown = at.facts._replace(actor=at.facts.actor._replace(engine=False))
    answer = decide(PEOPLE, unknown, Command("anybody"), at.now)
    assert isinstance(answer, Refused) and [one.code for one in answer.refusals] == ["NOT_YOUR_ROLE"]


# Four eyes


def four_eyes(at: Case, person: int, transition: str = "check") -> list[str]:
    """The codes of a refused attempt that speak of independence."""
    answer = at.ask(transition, person)
    return [one.code for one in answer.refusals if one.code.startswith("FOUR_EYES")] if isinstance(answer, Refused) else []


def test_who_owns_or_implements_now_does_not_check() -> None:
    at = case(PEOPLE, children=(child(BO),))
    assert four_eyes(at, ANA) == ["FOUR_EYES_OWNER"]
    assert four_eyes(at, BO) == ["FOUR_EYES_IMPLEMENTER"]
    assert four_eyes(at.but(children=(child(ANA),)), ANA) == ["FOUR_EYES_OWNER", "FOUR_EYES_IMPLEMENTER"]
    assert at.yes("check", EVA).target == "looked"


def test_who_ever_owned_or_implemented_does_not_check() -> None:
    at = case(PEOPLE, children=(child(DENG, BO),), owner=CUI, recall=Recall(held={"owner": (ANA, CUI)}))
    assert four_eyes(at, ANA) == ["FOUR_EYES_OWNER_HISTORY"]
    assert four_eyes(at, BO) == ["FOUR_EYES_IMPLEMENTER_HISTORY"]
    assert four_eyes(at.but(owner=None, children=(child(None, BO),)), BO) == ["FOUR_EYES_IMPLEMENTER_HISTORY"]


def test_who_fired_a_transition_does_not_fire_the_one_that_looks_at_it() -> None:
    decided = case(PEOPLE).go("decide", CUI)
    assert four_eyes(decided, CUI, "second") == ["FOUR_EYES_DECIDE"]
    answer = decided.ask("second", CUI)
    assert isinstance(answer, Refused) and "“Decide”" in answer.refusals[0].en and "“决定”" in answer.refusals[0].zh
    assert decided.yes("second", ANA).target == "looked"


def test_independent_of_a_granted_role_means_who_holds_it_now() -> None:
    assert four_eyes(case(PEOPLE), GU, "audit") == ["FOUR_EYES_SPONSOR"]
    assert case(PEOPLE).yes("audit", EVA).role == "any_staff"


def test_who_checks_where_nobody_is_assigned_becomes_the_checker_and_stays_in_the_record() -> None:
    decision = case(PEOPLE).yes("check", EVA)
    assert (decision.role, decision.changes["checker"]) == ("checker", (None, EVA))
    assert tuple(decision.recall.held["checker"]) == (EVA,)
    assigned = case(PEOPLE, checker=DENG)
    assert assigned.no("check", EVA) == ["NOT_YOUR_ROLE"]
    assert "checker" not in assigned.yes("check", DENG).changes


# Deputies


def test_a_deputy_acts_with_the_rights_of_the_absent_and_is_written_down_beside_them() -> None:
    at = case(PEOPLE)
    decision = at.yes("decide", EVA, stands_in=[CUI])
    assert (decision.role, decision.person, decision.acting_for) == ("process_owner", EVA, CUI)
    assert set(decision.recall.fired["decide"]) == {CUI, EVA}
    assert at.yes("own", DENG, stands_in=[ANA]).acting_for == ANA
    assert at.yes("anybody", EVA, stands_in=[CUI]).acting_for is None
    assert at.yes("anybody", EVA, stands_in=[CUI], acting_for=CUI).acting_for == CUI


def test_nobody_acts_for_somebody_they_are_no_deputy_of() -> None:
    answer = case(PEOPLE).ask("decide", EVA, acting_for=CUI)
    assert isinstance(answer, Refused)
    assert (answer.refusals[0].code, answer.refusals[0].en) == ("NOT_YOUR_ROLE", "you are not deputy for that person today")


def test_a_deputy_counts_as_both() -> None:
    at = case(PEOPLE, checker=DENG)
    assert four_eyes(at.but(checker=ANA, owner=CUI, recall=Recall(held={"owner": (CUI,)})), CUI) == ["FOUR_EYES_OWNER"]
    answer = case(PEOPLE, children=(child(BO),)).ask("check", EVA, stands_in=[BO], acting_for=BO)
    assert isinstance(answer, Refused) and "FOUR_EYES_IMPLEMENTER" in [one.code for one in answer.refusals]
    own = at.ask("check", ANA, stands_in=[DENG], acting_for=DENG)
    assert isinstance(own, Refused) and [one.code for one in own.refusals] == ["FOUR_EYES_OWNER"]


def test_own_rights_come_before_lent_ones() -> None:
    assert case(PEOPLE).yes("own", ANA, stands_in=[GU]).role == "owner"
    mixed = case(PEOPLE, proposer=EVA, recall=Recall(held={"proposer": (EVA,)}))
    assert mixed.no("decide", EVA, stands_in=[CUI]) == ["FOUR_EYES_PROPOSER"]


# Moving up


def with_roles(at: Case, granted: dict[int, frozenset[str]]) -> Case:
    """The same with these roles granted instead."""
    return at.but(holders=holders_of(granted))


def test_the_decision_moves_up_step_by_step_where_independence_leaves_nobody() -> None:
    own = case(PEOPLE, proposer=CUI, recall=Recall(held={"proposer": (CUI,)}))
    assert own.no("decide", CUI) == ["FOUR_EYES_PROPOSER"]
    moved = own.yes("decide", FANG)
    assert (moved.role, moved.moved_up) == ("sms_manager", True)
    assert own.no("decide", GU) == ["NOT_YOUR_ROLE"]
    both = own.but(recall=Recall(held={"proposer": (CUI, FANG)}))
    assert four_eyes(both, FANG, "decide") == ["FOUR_EYES_PROPOSER_HISTORY"]
    assert (both.yes("decide", GU).role, both.yes("decide", GU).moved_up) == ("sponsor", True)


def test_it_does_not_move_up_while_somebody_is_left_or_where_nobody_holds_the_role() -> None:
    own = case(PEOPLE, proposer=CUI, recall=Recall(held={"proposer": (CUI,)}))
    other = with_roles(own, {**GRANTED, DENG: frozenset({"process_owner"})})
    assert other.no("decide", FANG) == ["NOT_YOUR_ROLE"]
    vacant = with_roles(own, {FANG: frozenset({"sms_manager"})})
    assert vacant.no("decide", FANG) == ["NOT_YOUR_ROLE"]


def test_without_four_eyes_nothing_moves_up() -> None:
    assert case(PEOPLE).no("own", FANG) == ["NOT_YOUR_ROLE"]
    assert not case(PEOPLE).yes("decide", CUI).moved_up


def test_a_guard_sees_the_roles_lent_to_a_deputy_who_acts_for_somebody() -> None:
    limit = small("spend: {from: open, to: doing, by: [process_owner, sponsor], when: '\"sponsor\" in actor.roles'}")
    assert case(limit).no("spend", CUI, stands_in=[GU]) == ["GUARD_FALSE"]  # in her own right first
    assert case(limit).yes("spend", CUI, stands_in=[GU], acting_for=GU).acting_for == GU
    assert case(limit).yes("spend", EVA, stands_in=[GU]).acting_for == GU


APART = small("""
    judge: {from: open, to: doing, by: [process_owner, sponsor], independent_of: [proposer, {of: owner, when: 'item.grade == "major"'}]}
    turn: {from: open, to: doing, by: checker, independent_of: [process_owner]}
    work: {from: open, to: doing, by: owner}
    look: {from: doing, to: looked, by: checker, independent_of: [owner]}
    """)


@pytest.mark.parametrize(("grade", "refused"), [("major", ["FOUR_EYES_OWNER"]), ("minor", []), (None, [])])
def test_independence_may_depend_on_a_condition(grade: str | None, refused: list[str]) -> None:
    at = case(APART, owner=CUI, fields={"grade": grade})
    assert ([] if isinstance(at.ask("judge", CUI), Decision) else at.no("judge", CUI)) == refused
    moved_up = at.ask("judge", FANG)
    assert isinstance(moved_up, Decision) == bool(refused)  # only where independence leaves nobody below


def test_who_held_a_role_earlier_in_the_items_life_is_not_independent_of_it() -> None:
    at = case(APART, held_since={"process_owner": frozenset({CUI, DENG})})
    assert at.no("turn", DENG) == ["FOUR_EYES_PROCESS_OWNER_HISTORY"]
    assert at.no("turn", CUI) == ["FOUR_EYES_PROCESS_OWNER"]
    assert at.yes("turn", EVA).role == "checker"


def test_a_deputy_who_worked_for_the_owner_may_not_judge_the_work() -> None:
    at = case(APART).go("work", EVA, stands_in=[ANA])
    assert at.no("look", EVA) == ["FOUR_EYES_OWNER_HISTORY"]
    assert at.no("look", ANA) == ["FOUR_EYES_OWNER"]
    assert at.yes("look", DENG).target == "looked"


def test_nobody_judges_what_they_take_over_with_the_same_step() -> None:
    at = case(APART, "doing", owner=None)
    assert at.no("look", BO, given={"owner": BO}) == ["FOUR_EYES_OWNER"]
    assert at.yes("look", BO, given={"owner": DENG}).columns["owner"] == DENG
    owned = case(APART, "doing")
    assert owned.no("look", ANA, given={"owner": DENG}) == ["FOUR_EYES_OWNER_HISTORY"]  # and giving it away does not help
