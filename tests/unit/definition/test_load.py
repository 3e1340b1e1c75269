"""What a file becomes, and what it takes over from the workflow it extends."""

from __future__ import annotations

from datetime import date, time

import pytest

from pdca_engine.cadence.durations import Duration, Unit
from pdca_engine.definition.checks.check import check_workflow
from pdca_engine.definition.paper.workflow import (
    Cel,
    ChildrenNeed,
    Choose,
    Condition,
    Due,
    Effect,
    EvidenceNeed,
    LinkNeed,
    NotBefore,
    Text,
    Workflow,
)
from pdca_engine.definition.reading.load import load_workflow
from tests.unit.definition.corpus import TINY, parent


def workflow(text: str) -> Workflow:
    """The workflow of a text that is right."""
    loaded = load_workflow(text, "file.yaml", parent)
    assert loaded.problems == ()
    assert loaded.workflow is not None
    return loaded.workflow


def transition(words: str, fields: str = "{}"):
    """A transition with these words, in a workflow around it."""
    text = f"workflow: x\nkey: X\nfields: {fields}\nstates: {{a: {{phase: plan, initial: true}}}}\n"
    text += "transitions:\n  t:\n    from: a\n    to: a\n    by: owner\n"
    return workflow(text + "".join(f"    {line}\n" for line in words.splitlines())).transitions["t"]


def test_page_example_becomes_plain_data():
    tiny = workflow(TINY.read_text(encoding="utf-8"))
    assert (tiny.id, tiny.key, tiny.title) == ("tiny_improvement", "TIN", Text("Improvement item", "改进项"))
    assert tiny.initial.name == "draft"
    assert tiny.states["closed"].final == "achieved"
    approve = tiny.transitions["approve"]
    assert (approve.sources, approve.target, approve.by, approve.independent_of) == (
        ("evaluating",),
        "planned",
        ("process_owner", "sponsor"),
        ("proposer",),
    )
    assert approve.title == Text("Approve", "Approve")
    assert approve.needs.comment
    assert approve.when == (
        Condition('item.cost <= 50000.0 || "sponsor" in actor.roles', Text("Above 50 000 the sponsor approves", "超过 5 万须由发起人批准")),
    )
    assert approve.then == (
        Effect("freeze_baseline", {"measure": "measure"}),
        Effect("notify", {"who": ("owner", "improvement_manager")}),
    )
    children = ChildrenNeed("action", 1, ("done", "dropped"), 1)
    assert (tiny.transitions["finish"].needs.children, tiny.transitions["finish"].needs.evidence) == ((children,), (EvidenceNeed(1),))
    assert tiny.transitions["close"].not_before == NotBefore(entered="standardising", plus=Duration(90, Unit.days))
    decide = tiny.timers["decide"]
    assert (decide.states, decide.due) == (("evaluating",), Due(after=Duration(10, Unit.working_days)))
    assert [(str(step.offset), step.who) for step in decide.ladder] == [
        ("-2 days", ("process_owner",)),
        ("1 day", ("process_owner",)),
        ("5 days", ("sms_manager",)),
    ]
    assert tiny.timers["come_back"].then == (Effect("fire", {"transition": "resume", "on": "self", "workflow": None}),)
    board, yearly = tiny.schedules.values()
    assert (board.cron, board.timezone, board.calendar, board.on_holiday) == ("0 9 * * MON", "Asia/Shanghai", "cn", "next")
    assert (yearly.every, yearly.anchor, yearly.at) == (Duration(12, Unit.months), date(2026, 1, 31), time(9, 0))
    assert (yearly.repeat, yearly.lead, yearly.for_each, yearly.window) == ("after_completion", Duration(30, Unit.days), "process", None)
    assert board.then[0].args["child"] is False
    assert tiny.source[("transitions", "approve", "when")] == (39, 11)


def test_conditions_each_refuse_by_themselves():
    found = transition("when:\n  - that: item.cycle < 5\n    otherwise: {en: No, zh: 否}\n    code: MAX_CYCLES\n  - {that: item.cycle > 0}")
    assert found.when == (Condition("item.cycle < 5", Text("No", "否"), "MAX_CYCLES"), Condition("item.cycle > 0", None, "GUARD_FALSE"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2", (EvidenceNeed(2),)),
        ("{kind: chart, newer_than: 6 months}", (EvidenceNeed(1, "chart", Duration(6, Unit.months)),)),
        ("[{kind: chart}, {at_least: 2, in_state: true}]", (EvidenceNeed(1, "chart"), EvidenceNeed(2, in_state=True))),
    ],
)
def test_evidence_is_a_number_a_mapping_or_a_list(written: str, meant: tuple[EvidenceNeed, ...]):
    assert transition(f"needs: {{evidence: {written}}}").needs.evidence == meant


def test_children_and_links_are_one_or_several():
    found = transition("needs:\n  children: [{workflow: action, each: {fields: [due]}}, {all_in: done}]\n  links: {kind: cause}").needs
    assert found.children == (ChildrenNeed("action", each_fields=("due",)), ChildrenNeed(all_in=("done",)))
    assert found.links == (LinkNeed(1, "cause"),)


def test_values_are_literal_computed_or_dates():
    found = transition(
        "then:\n"
        '  - set: {a: 5, b: "= item.a", c: {after: 2 days}, d: {field: due, plus: {by: e, x: 1 day}}, e: null, f: [g], h: =x}\n'
        "  - create: {workflow: action, title: Do it, fields: {due: {after: 1 week}}, copy: title}\n"
        "  - create: {workflow: action, child: false}\n"
    )
    given, child, other = found.then
    assert given.args == {
        "a": 5,
        "b": Cel("item.a"),
        "c": Due(after=Duration(2, Unit.days)),
        "d": Due(field="due", plus=Choose("e", {"x": Duration(1, Unit.days)})),
        "e": None,
        "f": ["g"],
        "h": "=x",
    }
    assert child.args == {
        "workflow": "action",
        "title": Text("Do it", "Do it"),
        "fields": {"due": Due(after=Duration(1, Unit.weeks))},
        "copy": ("title",),
        "for_each": None,
        "child": True,
    }
    assert other.args["child"] is False


def test_effects_of_every_kind():
    found = transition("then: [next_cycle, {assign: {checker: actor}}, {escalate: sponsor}, {link: {to: x, as: y}}, {webhook: z}]")
    assert [(one.kind, dict(one.args)) for one in found.then] == [
        ("next_cycle", {}),
        ("assign", {"checker": "actor"}),
        ("escalate", {"who": ("sponsor",)}),
        ("link", {"to": "x", "as": "y"}),
        ("webhook", {"name": "z"}),
    ]


def test_choices_and_tables():
    text = """
workflow: x
key: X
fields:
  grade: {type: choice, of: {major: {en: Major, zh: 严重}, minor_one: Minor}}
  plain: {type: choices, of: [very_low, A-1]}
  rows: {type: table, columns: {day: {type: date}}}
states: {a: {phase: plan}}
transitions: {}
"""
    found = workflow(text).fields
    assert [(one.value, one.title.zh) for one in found["grade"].of] == [("major", "严重"), ("minor_one", "Minor")]
    assert [(one.value, one.title.en) for one in found["plain"].of] == [("very_low", "Very low"), ("A-1", "A-1")]
    assert [(one.name, one.type) for one in found["rows"].columns] == [("day", "date")]


def test_child_takes_over_replaces_and_removes():
    text = """
workflow: incident_cycle
key: INC
extends: base_cycle
fields:
  amount: {type: integer}
  extra: {type: text}
transitions:
  look: {from: operating, to: checking, by: service_owner}
timers:
  remind: null
"""
    found, problems = check_workflow(text, "incident_cycle.yaml", parent)
    assert (problems, found is not None) == ((), True)
    assert (found.title, found.abstract, found.extends) == (Text("Cycle", "循环"), False, "base_cycle")
    assert [(field.name, field.type) for field in found.fields.values()] == [("amount", "integer"), ("extra", "text")]
    assert list(found.states) == ["planning", "operating", "checking", "done"]
    assert list(found.transitions) == ["begin", "look", "confirm"]
    assert found.transitions["look"].by == ("service_owner",)
    assert found.timers == {}


def test_problem_of_what_is_inherited_is_shown_where_the_parent_is_named():
    text = "workflow: x\nkey: X\nextends: base_cycle\nstates:\n  checking: null\n"
    problems = check_workflow(text, "x.yaml", parent)[1]
    assert {(one.code, one.line, one.column) for one in problems} == {("UNKNOWN_STATE", 3, 10)}
    assert [one.message for one in problems] == [
        "no state `checking` (inherited from `base_cycle`, transitions: confirm); known: planning, operating, done",
        "no state `checking` (inherited from `base_cycle`, transitions: look); known: planning, operating, done, same, previous",
    ]


def test_parents_that_go_in_a_circle():
    (problem,) = load_workflow(parent("loop_one"), "loop_one.yaml", parent).problems
    assert (problem.code, "EXTENDS_LOOP" in problem.message) == ("BROKEN_PARENT", True)


def test_null_removes_only_where_something_is_extended():
    (problem,) = load_workflow("workflow: x\nkey: X\nstates: {a: null}\ntransitions: {}\n", "x.yaml", parent).problems
    assert problem.code == "WRONG_TYPE"


def test_workflow_is_frozen():
    tiny = workflow(TINY.read_text(encoding="utf-8"))
    with pytest.raises(AttributeError):
        tiny.key = "X"
    with pytest.raises(TypeError):
        tiny.states["new"] = tiny.initial
    with pytest.raises(TypeError):
        tiny.transitions["approve"].then[0].args["measure"] = "other"
