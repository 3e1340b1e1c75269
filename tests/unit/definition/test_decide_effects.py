"""Effects: what a step writes, sends, makes and fires, worked out as plain data."""

from __future__ import annotations

from datetime import date

import pytest

from pdca_engine.definition.paper.facts import ChildFacts, Follow, NewItem, NewLink, Notice, Recall, Refused
from tests.unit.definition.deciding import ANA, BO, CUI, DENG, EVA, FANG, GU, NOW, case, example, small

EFFECTS = small(
    """
    fix: {from: open, to: doing, by: any_staff, then: [{set: {cost: 7, grade: minor, priority: high, end: null}}]}
    sum: {from: open, to: doing, by: any_staff, input: {more: {type: number}}, then: [{set: {cost: "= item.cost + input.more"}}]}
    stamp: {from: open, to: doing, by: any_staff, then: [{set: {end: "= now", begun: "= now", due: "= now"}}]}
    soon: {from: open, to: doing, by: any_staff, then: [{set: {end: {after: 10 working days}, due: {field: end, plus: 1 month}}}]}
    graded: {from: open, to: doing, by: any_staff, then: [{set: {due: {after: {by: grade, major: 2 working days, minor: 1 week}}}}]}
    give: {from: open, to: doing, by: any_staff, then: [{assign: {owner: process_owner}}, {assign: {author: proposer}}]}
    take: {from: open, to: doing, by: any_staff, then: [{assign: {checker: actor}}]}
    vacant: {from: open, to: doing, by: any_staff, then: [{assign: {owner: risk_owner}}]}
    tell: {from: open, to: doing, by: any_staff, then: [{notify: [owner, proposer]}, {escalate: sponsor}, {notify: risk_owner}]}
    tell_all: {from: open, to: doing, by: any_staff, then: [{notify: [implementer, sms_manager, improvement_manager]}]}
    split:
      from: open
      to: doing
      by: any_staff
      then:
        - create: {workflow: action, title: {en: Do it, zh: 去做}, fields: {due: {after: 1 week}, cost: "= item.cost * 2.0"}}
        - create: {workflow: improvement, child: false, copy: [title, description, cost, tags]}
    each: {from: open, to: doing, by: any_staff, then: [{create: {workflow: action, title: Yours, for_each: team}}]}
    rows:
      from: open
      to: doing
      by: any_staff
      then: [{create: {workflow: action, title: Decided, fields: {source: us}, for_each: lines}}]
    named: {from: open, to: doing, by: any_staff, then: [{create: {workflow: review, title: Look, fields: {owner: process_owner}}}]}
    tie: {from: open, to: doing, by: any_staff, input: {cause: {type: item}}, then: [{link: {to: cause, as: caused_by}}]}
    chain:
      from: open
      to: doing
      by: any_staff
      then: [{fire: end}, {fire: {transition: drop, on: children, workflow: action}}, {fire: {transition: look, on: parent}}]
    hush: {from: [open, doing], to: paused, by: any_staff, then: [silence_timers]}
    go_on: {from: paused, to: previous, by: any_staff}
    wait: {from: paused, to: same, by: any_staff}
    calm: {from: open, to: doing, by: any_staff, then: [cancel_timers]}
    call: {from: open, to: doing, by: any_staff, then: [{webhook: sap}]}
    end: {from: [open, doing], to: done, by: any_staff}
    """,
    fields="""
    cost: {type: number, title: {en: Cost, zh: 成本}}
    grade: {type: choice, of: [major, minor], title: {en: Grade, zh: 等级}}
    end: {type: date, title: {en: End, zh: 结束}}
    begun: {type: datetime, title: {en: Begun, zh: 开始}}
    team: {type: persons, title: {en: Team, zh: 团队}}
    lines:
      type: table
      title: {en: Decisions, zh: 决议}
      columns:
        title: {type: text, title: {en: Decision, zh: 决议}}
        owner: {type: person, required: true, title: {en: Owner, zh: 负责人}}
        due: {type: date, title: {en: Due, zh: 到期日}}
    author: {type: person, title: {en: Author, zh: 编写人}}
    """,
)


def test_set_writes_literals_to_fields_and_columns_and_null_empties() -> None:
    decision = case(EFFECTS, fields={"end": "2026-04-01", "grade": "minor"}).yes("fix")
    assert (decision.fields, decision.columns) == ({"cost": 7, "end": None}, {"priority": "high"})
    assert decision.changes["end"] == ("2026-04-01", None) and "grade" not in decision.changes


def test_set_computes_and_says_what_is_missing_when_it_cannot() -> None:
    at = case(EFFECTS, fields={"cost": 2.5})
    assert at.yes("sum", given={"more": 4}).fields == {"cost": 6.5}
    assert at.yes("sum", given={"more": 4, "cost": 10}).fields == {"cost": 14.0}
    assert at.no("sum") == ["EFFECT_UNKNOWN:cost"]


def test_a_moment_becomes_what_the_field_holds() -> None:
    decision = case(EFFECTS).later(hours=15.5).yes("stamp")  # 00:30 the next day in Shanghai
    assert decision.fields == {"end": "2026-03-03", "begun": "2026-03-02T16:30:00+00:00"}
    assert decision.columns == {"due": "2026-03-03"}


def test_dates_are_reckoned_from_now_or_from_a_field() -> None:
    decision = case(EFFECTS, fields={"end": "2026-01-31"}).yes("soon")
    assert (decision.fields["end"], decision.columns["due"]) == ("2026-03-16", "2026-02-28")
    assert case(EFFECTS, fields={"grade": "major"}).yes("graded").columns == {"due": "2026-03-04"}
    assert case(EFFECTS, fields={"grade": "minor"}).yes("graded").columns == {"due": "2026-03-09"}
    assert case(EFFECTS).yes("graded").columns == {}


def test_assign_gives_relations_to_who_holds_a_role_and_remembers_them() -> None:
    decision = case(EFFECTS).yes("give", EVA)
    assert (decision.columns, decision.fields) == ({"owner": CUI}, {"author": BO})
    assert set(decision.recall.held["owner"]) == {ANA, CUI} and tuple(decision.recall.held["author"]) == (BO,)
    assert case(EFFECTS).yes("take", EVA).columns == {"checker": EVA}
    assert case(EFFECTS).yes("vacant").columns == {}


def test_notices_name_persons_once_and_are_left_out_where_there_is_nobody() -> None:
    decision = case(EFFECTS).yes("tell", BO)
    assert decision.notices == (
        Notice("notify", (ANA, BO), ("owner", "proposer")),
        Notice("escalate", (GU,), ("sponsor",)),
    )
    child = ChildFacts(2, "ACT-1", "action", "open", None, DENG)
    assert case(EFFECTS, children=(child,)).yes("tell_all").notices[0].persons == (DENG, FANG)


def test_create_makes_children_and_items_of_their_own_with_values() -> None:
    at = case(EFFECTS, fields={"cost": 3.0}, tags=("a",))
    first, second = at.yes("split").creates
    assert (first.workflow, first.fields, first.child) == ("action", {"due": "2026-03-09", "cost": 6.0}, True)
    assert first.title is not None and first.title.zh == "去做"
    assert second == NewItem("improvement", second.title, {"description": "Found it", "cost": 3.0, "tags": ["a"]}, child=False)
    assert second.title is not None and second.title.en == "It is slow"
    assert at.but(fields={}).no("split") == ["EFFECT_UNKNOWN:cost"]


def test_create_for_each_person_of_a_list() -> None:
    creates = case(EFFECTS, fields={"team": [BO, DENG]}).yes("each").creates
    assert [(one.title.en if one.title else "", one.fields) for one in creates] == [("Yours", {"owner": BO}), ("Yours", {"owner": DENG})]
    assert case(EFFECTS).yes("each").creates == ()
    assert case(EFFECTS).yes("named").creates[0].fields == {"owner": CUI}


def test_create_for_each_row_of_a_table_fills_what_its_columns_are_called_like() -> None:
    rows = [{"title": "Second shift", "owner": BO, "due": "2026-04-01"}, {"title": None, "owner": DENG, "due": None}]
    creates = case(EFFECTS).yes("rows", given={"lines": rows}).creates
    assert [(one.title.zh if one.title else "", one.fields) for one in creates] == [
        ("Second shift", {"source": "us", "owner": BO, "due": "2026-04-01"}),
        ("Decided", {"source": "us", "owner": DENG}),
    ]


def test_a_row_without_a_required_value_is_refused_with_row_and_column() -> None:
    rows = [{"title": "Second shift", "owner": BO}, {"title": "Third shift"}]
    refused = case(EFFECTS).ask("rows", given={"lines": rows})
    assert isinstance(refused, Refused)
    assert [one.sentence("en") for one in refused.refusals] == ["Decisions: row 2: Owner is missing"]
    wrong = case(EFFECTS).ask("rows", given={"lines": [{"owner": BO, "due": "soon"}]})
    assert isinstance(wrong, Refused)
    assert "row 1, Due" in wrong.refusals[0].sentence("en") and "第 1 行“到期日”" in wrong.refusals[0].sentence("zh")


def test_links_and_steps_elsewhere_and_webhooks_are_told() -> None:
    assert case(EFFECTS).yes("call").webhooks == ("sap",)
    assert case(EFFECTS).yes("chain").follows == (
        Follow("self", "end"),
        Follow("children", "drop", "action"),
        Follow("parent", "look"),
    )
    assert case(EFFECTS).yes("tie").links == ()
    assert [type(one) for one in case(EFFECTS).yes("tie", given={"cause": "IMP-2026-0001"}).links] == [NewLink]


def test_silence_lasts_through_acts_that_change_no_state_and_ends_with_the_state() -> None:
    paused = case(EFFECTS).go("hush")
    assert paused.facts.item.silenced and paused.go("wait").facts.item.silenced
    assert not paused.go("wait").go("go_on").facts.item.silenced


def test_cancel_timers_and_the_end_stop_all() -> None:
    assert (case(EFFECTS).yes("calm").stop, case(EFFECTS).yes("end").stop) == (("*",), ("*",))
    assert case(EFFECTS).yes("call").stop == ()


def test_freeze_baseline_names_the_measure_field() -> None:
    given = {"risk": "low", "cost": 10, "measure": "mttr", "target": 8, "target_date": "2026-09-30"}
    decision = case(example(), "evaluating").yes("approve", CUI, "worth it", given=given)
    assert decision.baselines == ("measure",)
    assert decision.notices == (Notice("notify", (ANA, FANG), ("owner", "improvement_manager")),)


@pytest.mark.parametrize(("given", "moved"), [({"due": "2026-05-01"}, 1), ({"due": "2026-04-01"}, 0), ({"due": None}, 0)])
def test_moved_due_dates_are_counted(given: dict[str, object], moved: int) -> None:
    decision = case(EFFECTS, due=date(2026, 4, 1)).yes("fix", given=given)
    assert decision.recall.due_moved == moved
    first = case(EFFECTS).yes("fix", given={"due": "2026-05-01"})
    assert first.recall.due_moved == 0


def test_a_due_date_that_the_step_itself_sets_is_not_one_that_was_moved() -> None:
    decision = case(EFFECTS, due=date(2026, 4, 1), fields={"grade": "minor"}).yes("graded")
    assert (decision.columns["due"], decision.due_by_rule, decision.recall.due_moved) == ("2026-03-09", True, 0)


def test_what_is_given_or_set_is_held_for_ever() -> None:
    at = case(EFFECTS, recall=Recall(held={"owner": (ANA,)}))
    decision = at.yes("fix", given={"owner": DENG, "author": EVA})
    assert set(decision.recall.held["owner"]) == {ANA, DENG} and set(decision.recall.held["author"]) == {EVA}
    assert decision.recall.entered_at("doing") == NOW
