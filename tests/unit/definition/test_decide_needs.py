"""What is needed: fields, comments, evidence, children, links, inputs, guards and the right moment; everything missing at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from pdca_engine.definition.deciding.decide import decide_edit
from pdca_engine.definition.paper.facts import Actor, ChildFacts, EvidenceFacts, LinkFacts, Recall, Refused
from pdca_engine.definition.paper.workflow import Text
from tests.unit.definition.deciding import ANA, BO, DENG, NOW, Case, case, compiled, example, small

TODAY = date(2026, 3, 2)
NEEDY = small(
    """
    fill: {from: open, to: doing, by: any_staff, needs: {fields: [cost, end, title, description, owner, due, tags]}}
    say: {from: open, to: doing, by: any_staff, needs: {comment: true}}
    show: {from: open, to: doing, by: any_staff, needs: {evidence: {at_least: 2}}}
    chart: {from: open, to: doing, by: any_staff, needs: {evidence: {kind: chart}}}
    fresh: {from: open, to: doing, by: any_staff, needs: {evidence: {newer_than: 12 months}}}
    here: {from: open, to: doing, by: any_staff, needs: {evidence: {in_state: true}}}
    two: {from: open, to: doing, by: any_staff, needs: {evidence: [{kind: chart}, {at_least: 2}]}}
    split: {from: open, to: doing, by: any_staff, needs: {children: {workflow: action, at_least: 2}}}
    whole: {from: open, to: doing, by: any_staff, needs: {children: {all_in: [done, dropped]}}}
    each: {from: open, to: doing, by: any_staff, needs: {children: {workflow: action, each: {evidence: 1, fields: [owner, due, cost]}}}}
    tie: {from: open, to: doing, by: any_staff, needs: {links: {at_least: 2, kind: cause}}}
    join: {from: open, to: doing, by: any_staff, needs: {links: {at_least: 1}}}
    ask:
      from: open
      to: doing
      by: any_staff
      input: {until: {type: date, required: true, title: {en: Until, zh: 截止}}, cost: {type: number, max: 9}, why: {type: text}}
    judge:
      from: open
      to: doing
      by: any_staff
      input: {more: {type: boolean}}
      when:
        - that: item.cost <= 10.0
          otherwise: {en: Too dear., zh: 太贵。}
          code: TOO_DEAR
        - that: item.grade == "minor" || input.more == true
        - that: 'item.end > now'
          otherwise: {en: It is over., zh: 已结束。}
    sums: {from: open, to: doing, by: any_staff, when: 'children.open == 0 && evidence.count >= 1 && item.cycle == 1'}
    roles: {from: open, to: doing, by: any_staff, when: '"sponsor" in actor.roles || actor.id == item.proposer'}
    after: {from: open, to: doing, by: any_staff, not_before: {field: end}}
    due_day: {from: open, to: doing, by: any_staff, not_before: {field: due, plus: 1 day}}
    aged: {from: open, to: doing, by: any_staff, not_before: {entered: open, plus: 90 days}}
    graded: {from: open, to: doing, by: any_staff, not_before: {entered: open, plus: {by: grade, major: 1 week, minor: 1 day}}}
    never_there: {from: open, to: doing, by: any_staff, not_before: {entered: looked, plus: 1 day}}
    """
)


def piece(kind: str | None = None, dated: date = TODAY, added: datetime = NOW) -> EvidenceFacts:
    """One piece of evidence."""
    return EvidenceFacts(kind, dated, added)


def action(number: int, state: str = "open", **more: Any) -> ChildFacts:
    """A child; an action unless `more` says otherwise."""
    final = {"done": "achieved", "dropped": "ended"}.get(state)
    known: dict[str, Any] = {"workflow": "action", "owner": BO, "due": TODAY, "evidence": 1, "fields": {"cost": 1.0}}
    return ChildFacts(id=number, key=f"ACT-{number}", state=state, final=final, **(known | more))


def sentences(at: Case, transition: str, **how: Any) -> list[tuple[str, str]]:
    """What is said, in both languages."""
    answer = at.ask(transition, ANA, **how)
    assert isinstance(answer, Refused)
    return [(one.en, one.zh) for one in answer.refusals]


def test_every_field_that_is_missing_is_named_own_and_common() -> None:
    at = case(NEEDY, description="", owner=None)
    fields = ("cost", "end", "description", "owner", "due", "tags")
    assert at.no("fill") == [f"NEEDS_FIELD:{name}" for name in fields]
    assert sentences(at, "fill")[:3] == [
        ("Cost is missing", "缺少“成本”"),
        ("End is missing", "缺少“结束”"),
        ("Description is missing", "缺少“描述”"),
    ]


def test_what_is_given_with_the_step_counts_and_zero_is_something() -> None:
    given = {"cost": 0, "end": "2026-03-09", "due": "2026-03-10", "tags": ["a"]}
    assert case(NEEDY).yes("fill", given=given).fields == {"cost": 0.0, "end": "2026-03-09"}
    assert case(NEEDY).no("fill", given={**given, "tags": [], "end": " "}) == ["NEEDS_FIELD:end", "NEEDS_FIELD:tags"]
    assert case(NEEDY).no("fill", given={**given, "title": ""}) == ["NEEDS_FIELD:title"]


@pytest.mark.parametrize("comment", [None, "", "  \n"])
def test_a_comment_of_nothing_is_no_comment(comment: str | None) -> None:
    assert case(NEEDY).no("say", ANA, comment) == ["NEEDS_COMMENT:comment"]
    assert case(NEEDY).yes("say", ANA, "because").comment == "because"


@pytest.mark.parametrize(
    ("transition", "evidence", "enough"),
    [
        ("show", [piece()], False),
        ("show", [piece(), piece("chart")], True),
        ("chart", [piece("photo")], False),
        ("chart", [piece("photo"), piece("chart")], True),
        ("fresh", [piece(dated=date(2025, 3, 1))], False),
        ("fresh", [piece(dated=date(2025, 3, 2))], True),
        ("here", [piece(added=NOW - timedelta(seconds=1))], False),
        ("here", [piece(added=NOW)], True),
        ("two", [piece("chart")], False),
        ("two", [piece("photo"), piece("photo")], False),
        ("two", [piece("chart"), piece("photo")], True),
    ],
)
def test_evidence_by_number_kind_age_and_state(transition: str, evidence: list[EvidenceFacts], enough: bool) -> None:
    at = case(NEEDY, evidence=tuple(evidence))
    if enough:
        assert at.yes(transition).target == "doing"
    else:
        assert at.no(transition) == ["NEEDS_EVIDENCE:evidence"]


def test_the_age_of_evidence_counts_in_the_organisations_days() -> None:
    late = case(NEEDY, evidence=(piece(dated=date(2025, 3, 2)),)).later(hours=15)  # midnight in Shanghai has passed
    assert late.no("fresh") == ["NEEDS_EVIDENCE:evidence"]
    assert sentences(late, "fresh") == [
        ("1 piece(s) of evidence dated 2025-03-03 or later needed, 0 there", "需要 1 份证据（日期不早于 2025-03-03），现有 0 份")
    ]


def test_children_by_number_workflow_and_state() -> None:
    other = action(9, workflow="review")
    at = case(NEEDY, children=(action(2), other))
    assert sentences(at, "split") == [("at least 2 action(s) needed, 1 there", "至少需要 2 项action，现有 1 项")]
    assert at.but(children=(action(2), action(3))).yes("split").target == "doing"
    assert sentences(at, "whole") == [
        ("ACT-2, ACT-9 must be done or dropped first", "ACT-2、ACT-9 须先处于“done”或“dropped”"),
    ]
    assert at.but(children=(action(2, "done"), action(3, "dropped"))).yes("whole").target == "doing"
    assert at.but(children=()).yes("whole").target == "doing"


def test_each_child_owes_evidence_and_fields_unless_it_was_dropped() -> None:
    bare = action(3, owner=None, due=None, evidence=0, fields={})
    at = case(NEEDY, children=(action(2), bare, action(4, "dropped", evidence=0, fields={}), action(5, workflow="review", evidence=0)))
    assert [en for en, _ in sentences(at, "each")] == [
        "ACT-3 has 0 of 1 piece(s) of evidence",
        "ACT-3 has no owner",
        "ACT-3 has no due",
        "ACT-3 has no cost",
    ]
    assert at.but(children=(action(2), action(3))).yes("each").target == "doing"


def test_links_by_number_and_kind() -> None:
    at = case(NEEDY, links=(LinkFacts("cause", 5), LinkFacts("related", 6)))
    assert sentences(at, "tie") == [("2 link(s) of kind cause needed, 1 there", "需要 2 个关联（类型 cause），现有 1 个")]
    assert at.but(links=(LinkFacts("cause", 5), LinkFacts("cause", 6))).yes("tie").target == "doing"
    assert at.but(links=()).no("join") == ["NEEDS_LINK:links"]
    assert at.yes("join").target == "doing"


def test_inputs_are_asked_for_read_by_type_and_come_before_fields_of_the_same_name() -> None:
    at = case(NEEDY, fields={"cost": 5.0})
    assert at.no("ask") == ["NEEDS_INPUT:until"]
    assert sentences(at, "ask") == [("Until must be given", "须填写“截止”")]
    decision = at.yes("ask", given={"until": "2026-04-01", "cost": 8, "why": "  "})
    assert (decision.inputs, decision.changes) == ({"until": "2026-04-01", "cost": 8.0}, {})


def test_values_that_fit_nothing_are_all_named_at_once() -> None:
    given = {"until": "soon", "cost": 10, "grade": "huge", "colour": "red", "team": "Ana"}
    assert case(NEEDY).no("ask", given=given) == [
        "BAD_VALUE:until",
        "BAD_VALUE:cost",
        "BAD_VALUE:grade",
        "UNKNOWN_FIELD:colour",
        "BAD_VALUE:team",
    ]
    assert "until, cost, why" in sentences(case(NEEDY), "ask", given={"colour": 1})[0][0]


def test_every_condition_refuses_by_itself_with_its_own_code_and_words() -> None:
    at = case(NEEDY, fields={"cost": 11.0, "grade": "major", "end": "2026-03-01"})
    assert at.no("judge") == ["TOO_DEAR", "GUARD_FALSE", "GUARD_FALSE"]
    assert at.no("judge", given={"more": True}) == ["TOO_DEAR", "GUARD_FALSE"]
    assert ("Too dear.", "太贵。") in sentences(at, "judge")
    assert at.yes("judge", given={"cost": 3, "end": "2026-03-03", "more": "yes"}).target == "doing"


def test_a_condition_that_cannot_be_judged_names_what_is_missing_and_is_no_yes() -> None:
    at = case(NEEDY, fields={})
    assert at.no("judge", given={"more": True}) == ["GUARD_UNKNOWN:cost", "GUARD_UNKNOWN:end"]
    assert sentences(at, "judge", given={"more": True})[0] == ("can't be judged yet: Cost is missing", "尚无法判断：缺少“成本”")


def test_conditions_see_children_evidence_counters_and_the_actor() -> None:
    at = case(NEEDY, children=(action(2, "done"),), evidence=(piece(),))
    assert at.yes("sums").target == "doing"
    assert at.but(children=(action(2),)).no("sums") == ["GUARD_FALSE"]
    assert at.but(evidence=()).no("sums") == ["GUARD_FALSE"]
    assert at.yes("roles", BO).role == "any_staff"
    assert at.no("roles", ANA) == ["GUARD_FALSE"]


@pytest.mark.parametrize(
    ("transition", "hours", "earliest"),
    [
        ("after", 7 * 24 - 9, "2026-03-09"),
        ("due_day", 8 * 24 - 9, "2026-03-10"),
        ("aged", 90 * 24, "2026-05-31"),
        ("graded", 24, "2026-03-03"),
    ],
)
def test_too_early_until_the_very_moment(transition: str, hours: int, earliest: str) -> None:
    at = case(NEEDY, due=date(2026, 3, 9), fields={"end": "2026-03-09", "grade": "minor"}).later(hours=hours)
    assert at.yes(transition).target == "doing"
    early = at.later(seconds=-1)
    assert early.no(transition) == ["TOO_EARLY"]
    assert sentences(early, transition) == [(f"possible from {earliest} on", f"最早可于 {earliest} 执行")]


def test_too_early_cannot_be_judged_without_its_date_or_state() -> None:
    assert case(NEEDY).no("after") == ["TOO_EARLY:end"]
    assert case(NEEDY, recall=Recall()).no("never_there") == ["TOO_EARLY"]
    assert sentences(case(NEEDY), "after") == [("can't be judged yet: End is missing", "尚无法判断：缺少“结束”")]


def test_everything_that_is_missing_comes_at_once_roles_first() -> None:
    at = case(example(), "evaluating", proposer=ANA)
    assert at.no("approve", ANA) == [
        "NOT_YOUR_ROLE",
        "FOUR_EYES_PROPOSER",
        "NEEDS_FIELD:risk",
        "NEEDS_FIELD:measure",
        "NEEDS_FIELD:target",
        "NEEDS_FIELD:target_date",
        "NEEDS_COMMENT:comment",
        "GUARD_UNKNOWN:cost",
    ]


def test_a_refusal_as_data_is_what_every_face_shows() -> None:
    answer = case(NEEDY).ask("fill")
    assert isinstance(answer, Refused)
    assert answer.refusals[0].as_data("zh") == {
        "code": "NEEDS_FIELD",
        "params": {"title": "Cost"},
        "field": "cost",
        "message": "缺少“成本”",
    }


def test_a_workflow_of_one_step_needs_nothing() -> None:
    text = """
workflow: least
key: LST
states: {open: {phase: plan, initial: true}, done: {phase: act, final: ended}}
transitions: {end: {from: open, to: done, by: any_staff}}
"""
    assert case(compiled(text)).yes("end").final == "ended"


def test_children_are_called_what_people_call_them() -> None:
    kin = {"action": Text("Action", "措施"), "action.done": Text("Done", "已完成"), "action.dropped": Text("Dropped", "已放弃")}
    answer = case(NEEDY, children=(action(2, "doing"),), kin=kin).ask("whole")
    assert isinstance(answer, Refused)
    said = answer.refusals[0]
    assert said.sentence("en") == "ACT-2 must be done or dropped first"
    assert said.sentence("zh") == "ACT-2 须先处于“已完成”或“已放弃”"


FIXED = small(
    """
    agree: {from: open, to: doing, by: any_staff, needs: {fields: [target]}}
    mend: {from: doing, to: same, by: any_staff, needs: {fields: [target]}}
    look: {from: doing, to: looked, by: any_staff, when: item.points >= 8.0}
    set_new: {from: doing, to: same, by: any_staff, then: [{set: {target: 5}}]}
    """,
    fields="""
    target: {type: number, fixed_from: doing, title: {en: Target, zh: 目标}}
    points: {type: number, title: {en: Points, zh: 点数}}
    """,
)


def test_a_fixed_value_changes_only_by_a_step_that_asks_for_it_or_sets_it() -> None:
    agreed = case(FIXED).go("agree", ANA, given={"target": 8})
    refused = decide_edit(FIXED, agreed.facts._replace(actor=Actor(ANA)), {"target": 9})
    assert isinstance(refused, Refused) and [one.code for one in refused.refusals] == ["READ_ONLY_FIELD"]
    assert refused.refusals[0].sentence("zh") == "“目标”自“进行”起已固定，只能通过要求填写它的步骤更改"
    assert agreed.no("look", ANA, given={"target": 9, "points": 8}) == ["READ_ONLY_FIELD:target"]
    assert agreed.yes("mend", ANA, given={"target": 9}).fields == {"target": 9}
    assert agreed.yes("set_new").fields == {"target": 5}
    assert not isinstance(decide_edit(FIXED, case(FIXED).facts._replace(actor=Actor(ANA)), {"target": 9}), Refused)


def test_a_step_is_no_side_door_to_fields_of_other_peoples_items() -> None:
    at = case(FIXED, "doing")
    assert at.yes("look", DENG, given={"points": 8}).fields == {"points": 8}  # the step's own question
    full = at.but(fields={"points": 5})
    assert full.no("look", DENG, given={"points": 8}) == ["NOT_ASKED:points"]
    assert full.yes("look", ANA, given={"points": 8}).fields == {"points": 8}  # the owner could have changed it anyway
    assert at.no("look", DENG, given={"points": 8, "title": "Mine"}) == ["NOT_ASKED:title"]


def test_a_named_fact_that_nobody_supplies_yet_is_refused_with_its_title() -> None:
    gate = small("pass_gate: {from: open, to: doing, by: any_staff, when: 'coverage.clauses >= 100.0 && readiness.unmet == 0'}")
    answer = case(gate).ask("pass_gate")
    assert isinstance(answer, Refused)
    assert [one.code for one in answer.refusals] == ["GUARD_UNKNOWN"]
    assert answer.refusals[0].sentence("en") == (
        "can't be judged yet: Clauses covered by audits (%), Unmet criteria of the gate is missing"
    )
    assert "审核覆盖的条款（%）" in answer.refusals[0].sentence("zh")
    known = case(gate, named={"coverage": {"clauses": 100}, "readiness": {"unmet": 0}})
    assert known.yes("pass_gate").target == "doing"
