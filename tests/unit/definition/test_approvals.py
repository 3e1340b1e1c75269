"""Several must say yes: who is asked, when it is enough, what ends a round (docs/decisions/0017)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pdca_engine.definition.checks.check import check_workflow
from pdca_engine.definition.deciding.decide import decide, standing
from pdca_engine.definition.deciding.recalling import edited
from pdca_engine.definition.paper.facts import Actor, Command, Decision, Refused
from pdca_engine.definition.playing.cover import cover
from pdca_engine.definition.playing.written import holders_of, written
from tests.unit.definition.deciding import ANA, BO, CUI, DENG, EVA, Case, case, compiled

HEAD = """
workflow: plan
title: {en: Plan, zh: 计划}
key: PLN
fields:
  cost: {type: number}
states:
  draft: {phase: plan, initial: true}
  adopted: {phase: plan, final: achieved}
transitions:
"""


def plan(approvals: str, more: str = "") -> Any:
    """A plan that several adopt."""
    adopt = f"  adopt: {{from: draft, to: adopted, approvals: {approvals}, needs: {{fields: [cost]}}{more}}}\n"
    return compiled(f"{HEAD}{adopt}  go_on: {{from: draft, to: same, by: owner}}\n")


ROLES = {CUI: frozenset({"sms_manager"}), DENG: frozenset({"sponsor"}), EVA: frozenset({"sponsor"})}
ALL = plan("{from: [sms_manager, sponsor], all: true}")
TWO = plan("{from: [sms_manager, sponsor], at_least: 2}")


def at(compiled: Any, granted: dict[int, frozenset[str]] = ROLES, **more: Any) -> Case:
    return case(compiled, holders=holders_of(granted), **{"fields": {"cost": 5}, **more})


def say(here: Case, person: int, comment: str | None = None, **how: Any) -> Decision | Refused:
    """One voice."""
    stands_in = how.pop("stands_in", {})
    actor = Actor(person, ROLES.get(person, frozenset()), stands_in)
    command = Command("adopt", how.pop("values", {}), comment, how.pop("acting_for", None), how.pop("decline", False))
    return decide(here.compiled, here.facts._replace(actor=actor), command, here.now)


def heard(here: Case, person: int, **how: Any) -> tuple[Case, Decision]:
    """The item after a voice that was taken."""
    answer = say(here, person, **how)
    assert isinstance(answer, Decision), answer
    return replace(here, facts=written(here.facts, answer, here.now)), answer


def codes(answer: Decision | Refused) -> list[str]:
    assert isinstance(answer, Refused), answer
    return [one.code for one in answer.refusals]


def test_all_means_every_person_of_every_role():
    here, first = heard(at(ALL), CUI)
    assert (first.kind, first.target, first.still) == ("agreed", "draft", 2)
    here, second = heard(here, DENG)
    assert (second.kind, second.still) == ("agreed", 1)
    here, last = heard(here, EVA)
    assert (last.kind, last.target) == ("advanced", "adopted")
    assert sorted(here.facts.item.recall.fired["adopt"]) == [CUI, DENG, EVA]
    assert here.facts.item.recall.agreed == {}


def test_an_empty_chair_is_no_yes():
    nobody = {person: roles for person, roles in ROLES.items() if "sms_manager" not in roles}
    here, _ = heard(at(ALL, nobody), DENG)
    _, last = heard(here, EVA)
    assert (last.kind, last.still) == ("agreed", 1)


def test_so_many_of_them_are_enough():
    here, _ = heard(at(TWO), DENG)
    assert heard(here, EVA)[1].target == "adopted"


def test_nobody_says_yes_twice():
    here, _ = heard(at(TWO), DENG)
    assert codes(say(here, DENG)) == ["ALREADY_AGREED"]


def test_a_deputy_speaks_for_the_absent_and_is_one_person():
    lent = {EVA: frozenset({"sponsor"})}
    here, first = heard(at(TWO), DENG, stands_in=lent, acting_for=EVA)
    assert (first.acting_for, first.still) == (EVA, 1)
    here, second = heard(here, DENG)  # the same person once more: two voices, one head
    assert (second.kind, second.still) == ("agreed", 1)
    assert heard(here, CUI)[1].target == "adopted"
    here, _ = heard(at(ALL), DENG, stands_in=lent, acting_for=EVA)
    assert standing(ALL, here.facts, ALL.workflow.transitions["adopt"], here.now).open_to == {CUI, DENG}


def test_what_is_missing_is_told_at_the_first_yes():
    assert codes(say(at(TWO, fields={}), DENG)) == ["NEEDS_FIELD"]
    assert codes(say(at(TWO), BO)) == ["NOT_YOUR_ROLE"]


def test_a_yes_comes_without_values():
    assert codes(say(at(TWO, fields={}), DENG, values={"cost": 7})) == ["AGREES_AS_IT_STANDS"]


def test_a_no_ends_the_round_and_has_a_reason():
    here, _ = heard(at(TWO), DENG)
    assert codes(say(here, EVA, decline=True)) == ["NEEDS_COMMENT"]
    here, no = heard(here, EVA, decline=True, comment="Too dear")
    assert (no.kind, no.target, no.comment) == ("declined", "draft", "Too dear")
    assert [notice.persons for notice in no.notices] == [(ANA, DENG)]
    assert heard(here, CUI)[1].kind == "agreed"


def test_there_is_nothing_to_decline_where_one_decides():
    answer = decide(TWO, at(TWO).facts._replace(actor=Actor(ANA)), Command("go_on", comment="No", decline=True), at(TWO).now)
    assert codes(answer) == ["NOTHING_TO_DECLINE"]


def test_a_step_and_an_edit_end_the_round():
    here, _ = heard(at(TWO), DENG)
    assert here.facts.item.recall.agreed == {"adopt": [[DENG, DENG]]}
    assert here.go("go_on").facts.item.recall.agreed == {}
    assert edited(here.facts.item.recall).agreed == {}


def test_who_lost_the_role_counts_no_more():
    here, _ = heard(at(TWO), DENG)
    here = here.but(holders=holders_of({CUI: frozenset({"sms_manager"}), EVA: frozenset({"sponsor"})}))
    assert heard(here, EVA)[1].kind == "agreed"


def test_independence_counts_for_each_voice_and_the_role_above_speaks_where_nobody_is_left():
    apart = plan("{from: [process_owner, sponsor], all: true}", ", independent_of: [proposer]")
    granted = {BO: frozenset({"process_owner"}), CUI: frozenset({"sms_manager"}), DENG: frozenset({"sponsor"})}
    here = at(apart, granted)  # Bo proposed it
    step = apart.workflow.transitions["adopt"]
    assert standing(apart, here.facts, step, here.now).open_to == {CUI, DENG}
    answer = decide(apart, here.facts._replace(actor=Actor(BO, granted[BO])), Command("adopt"), here.now)
    assert codes(answer) == ["FOUR_EYES_PROPOSER"]


def test_generated_paths_come_through_it():
    assert all(one.covered for one in cover(TWO))
    assert all(one.covered for one in cover(ALL))


@pytest.mark.parametrize(
    ("approvals", "code"),
    [
        ("{from: [sponsor], at_least: 1}", "WRONG_TYPE"),
        ("{from: [sponsor], all: false}", "WRONG_TYPE"),
        ("{from: [sponsor]}", "MISSING_KEY"),
        ("{from: [sponsor], all: true, at_least: 2}", "CONFLICTING_KEYS"),
        ("{from: [any_staff], at_least: 2}", "APPROVAL_OF_NOBODY"),
        ("{from: [scheduler, sponsor], all: true}", "APPROVAL_OF_NOBODY"),
        ("{from: [admin], all: true}", "ROLE_HAS_NO_SAY"),
        ("{from: [sponsr], all: true}", "UNKNOWN_ROLE"),
        ("{from: [sponsor], all: true}, by: sponsor", "CONFLICTING_KEYS"),
        ("{from: [sponsor], all: true}, input: {why: {type: text}}", "CONFLICTING_KEYS"),
    ],
)
def test_what_makes_no_sense_is_told(approvals: str, code: str):
    text = f"{HEAD}  adopt: {{from: draft, to: adopted, approvals: {approvals}}}\n"
    assert [(one.code, one.line) for one in check_workflow(text, "plan.yaml", {}.get)[1]] == [(code, 11)]


def test_who_holds_a_role_by_grant_counts_where_the_item_could_name_somebody_too():
    """`lead_auditor` may be a field's or a grant's."""
    both = plan("{from: [lead_auditor, sponsor], at_least: 2}")
    granted = {CUI: frozenset({"lead_auditor"}), DENG: frozenset({"sponsor"})}
    here = at(both, granted)
    first = decide(both, here.facts._replace(actor=Actor(CUI, granted[CUI])), Command("adopt"), here.now)
    assert isinstance(first, Decision) and first.still == 1
    here = replace(here, facts=written(here.facts, first, here.now))
    last = decide(both, here.facts._replace(actor=Actor(DENG, granted[DENG])), Command("adopt"), here.now)
    assert isinstance(last, Decision) and last.target == "adopted"


def test_nobody_becomes_the_checker_by_a_yes():
    apart = plan("{from: [checker, sponsor], at_least: 2}", ", independent_of: [owner]")
    here = at(apart, ROLES)
    assert codes(decide(apart, here.facts._replace(actor=Actor(BO)), Command("adopt"), here.now)) == ["NOT_YOUR_ROLE"]


def test_who_is_no_longer_independent_counts_no_more():
    apart = plan("{from: [sponsor], at_least: 2}", ", independent_of: [process_owner]")
    sponsors = {person: frozenset({"sponsor"}) for person in (CUI, DENG, EVA)}
    here = at(apart, sponsors)
    first = decide(apart, here.facts._replace(actor=Actor(CUI, sponsors[CUI])), Command("adopt"), here.now)
    assert isinstance(first, Decision)
    here = replace(here, facts=written(here.facts, first, here.now)).but(
        holders=holders_of({**sponsors, CUI: frozenset({"sponsor", "process_owner"})})
    )
    second = decide(apart, here.facts._replace(actor=Actor(DENG, sponsors[DENG])), Command("adopt"), here.now)
    assert isinstance(second, Decision) and (second.kind, second.still) == ("agreed", 1)


def test_a_deputy_says_one_yes_after_the_other():
    """Their own first, then that of whom they stand in for."""
    lent = {EVA: frozenset({"sponsor"})}
    here, own = heard(at(ALL), DENG, stands_in=lent)
    here, absent = heard(here, DENG, stands_in=lent)
    assert (own.acting_for, absent.acting_for) == (None, EVA)
    assert codes(say(here, DENG, stands_in=lent)) == ["ALREADY_AGREED"]
    assert heard(here, CUI)[1].target == "adopted"


def test_three_voices_are_three_persons_for_three_persons():
    """Two who speak for one seat, and one who speaks for all, are not three."""
    three = plan("{from: [sponsor], at_least: 3}")
    sponsors = {person: frozenset({"sponsor"}) for person in (CUI, DENG, EVA)}
    agreed = {"adopt": [[ANA, CUI], [ANA, DENG], [ANA, EVA], [BO, CUI]]}
    here = at(three, sponsors)
    here = here.but(recall=here.facts.item.recall._replace(agreed=agreed))
    assert standing(three, here.facts, three.workflow.transitions["adopt"], here.now).still == 1
    last = decide(three, here.facts._replace(actor=Actor(CUI, sponsors[CUI])), Command("adopt"), here.now)
    assert isinstance(last, Decision) and last.kind == "agreed"


def test_the_engine_has_no_voice():
    answer = decide(TWO, at(TWO).facts, Command("adopt"), at(TWO).now)
    assert codes(answer) == ["NOT_YOUR_ROLE"]


@pytest.mark.parametrize(
    ("approvals", "en", "zh"),
    [("{from: [sponsor], all: true}", "all of X", "X全部同意"), ("{from: [sponsor], at_least: 2}", "2 of X", "X中至少 2 人同意")],
)
def test_how_many_is_told_in_words(approvals: str, en: str, zh: str):
    rule = plan(approvals).workflow.transitions["adopt"].approvals
    assert (rule.of("X", "en"), rule.of("X", "zh")) == (en, zh)
