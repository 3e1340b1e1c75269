"""What differs between two versions of a workflow, thing by thing, in both languages."""

from __future__ import annotations

import pytest

from pdca_engine.definition.changing.diff import Change, as_data, diff_workflows
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.reading.load import load_workflow
from pdca_engine.services.workflows import bundled_texts

TEXT = """
workflow: small
title: {en: Small, zh: 小流程}
key: SML
fields:
  cost: {type: number, min: 0}
  size: {type: choice, of: [small, large]}
states:
  open: {phase: plan, initial: true, title: {en: Open, zh: 未开始}}
  doing: {phase: do, title: {en: Doing, zh: 进行中}}
  looked: {phase: check, title: {en: Looked at, zh: 已检查}}
  done: {phase: act, final: achieved, title: {en: Done, zh: 完成}}
transitions:
  start:
    from: open
    to: doing
    by: [owner, sponsor]
    independent_of: [proposer]
    needs: {fields: [cost], evidence: {at_least: 1}}
    when: item.cost > 1.0
    then: [{notify: [owner]}]
  look: {from: doing, to: looked, by: any_staff}
  end: {from: looked, to: done, by: any_staff}
timers:
  late: {in: doing, due: {after: 5 days}, ladder: {-1 day: owner}}
schedules:
  yearly: {cron: "0 9 1 1 *", then: [{notify: admin}]}
"""


def small(*swaps: tuple[str, str]) -> Workflow:
    """The workflow with some words swapped."""
    text = TEXT
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    loaded = load_workflow(text, "small.yaml", lambda _: None)
    assert loaded.workflow is not None, loaded.problems
    return loaded.workflow


def differences(*swaps: tuple[str, str]) -> tuple[Change, ...]:
    return diff_workflows(small(), small(*swaps))


CASES = [
    (
        [("title: {en: Small,", "title: {en: Tiny,")],
        [("changed", "workflow", "title", "workflow small, title: was “Small”, is “Tiny”", "工作流 small：标题原为“小流程”，现为“小流程”")],
    ),
    (
        [("min: 0", "min: 5")],
        [("changed", "field", "min", "field cost, least value: was 0, is 5", "字段 cost：最小值原为 0，现为 5")],
    ),
    (
        [("[small, large]", "[small, middle]")],
        [
            ("removed", "field", "of", "field size, choices: no longer large", "字段 size：选项去掉 large"),
            ("added", "field", "of", "field size, choices: now also middle", "字段 size：选项新增 middle"),
        ],
    ),
    (
        [("phase: do,", "phase: check,")],
        [("changed", "state", "phase", "state doing, phase: was do, is check", "状态 doing：阶段原为 do，现为 check")],
    ),
    (
        [("by: [owner, sponsor]", "by: [owner]"), ("[proposer]", "[proposer, owner]")],
        [
            ("removed", "people", "by", "transition start, by: no longer sponsor", "流转 start：执行人去掉 sponsor"),
            ("added", "people", "independence", "transition start, independent of: now also owner", "流转 start：须独立于新增 owner"),
        ],
    ),
    (
        [("item.cost > 1.0", "item.cost > 2.0")],
        [
            ("removed", "guard", "when", "transition start, guard: no longer item.cost > 1.0", "流转 start：条件去掉 item.cost > 1.0"),
            ("added", "guard", "when", "transition start, guard: now also item.cost > 2.0", "流转 start：条件新增 item.cost > 2.0"),
        ],
    ),
    (
        [("fields: [cost], evidence: {at_least: 1}", "comment: true, evidence: {at_least: 2}")],
        [
            ("removed", "needs", "needs.fields", "transition start, needed fields: no longer cost", "流转 start：必备字段去掉 cost"),
            ("changed", "needs", "needs.comment", "transition start, needed comment: was no, is yes", "流转 start：必备说明原为否，现为是"),
            ("removed", "needs", "needs.evidence", "transition start, needed evidence: no longer at least: 1", "去掉至少：1"),
        ],
    ),
    (
        [("after: 5 days", "after: 5 working days")],
        [("changed", "timer", "due", "timer late, due: was after: 5 days, is after: 5 working days", "5 个工作日")],
    ),
    (
        [("0 9 1 1 *", "0 9 1 2 *")],
        [("changed", "schedule", "cron", "schedule yearly, cron: was 0 9 1 1 *, is 0 9 1 2 *", "计划 yearly")],
    ),
]


@pytest.mark.parametrize(("swaps", "expected"), CASES)
def test_a_change_is_one_line(swaps: list[tuple[str, str]], expected: list[tuple[str, str, str, str, str]]) -> None:
    told = differences(*swaps)
    for kind, part, what, en, zh in expected:
        found = [one for one in told if (one.kind, one.part, one.what, one.en) == (kind, part, what, en) and zh in one.zh]
        assert found, [(one.kind, one.part, one.what, one.en, one.zh) for one in told]
    assert len(told) >= len(expected)


def test_what_came_and_went() -> None:
    told = differences(
        ("  doing: {phase: do", "  busy: {phase: do"), ("to: doing", "to: busy"), ("from: doing", "from: busy"), ("in: doing", "in: busy")
    )
    whole = [(one.kind, one.part, one.name, one.en, one.zh) for one in told if not one.what]
    assert whole == [
        ("removed", "state", "doing", "state doing (Doing) is gone", "移除状态 doing（进行中）"),
        ("added", "state", "busy", "state busy (Doing) is new", "新增状态 busy（进行中）"),
    ]
    assert {(one.part, one.name, one.what) for one in told if one.what} == {
        ("transition", "start", "target"),
        ("transition", "look", "sources"),
        ("timer", "late", "states"),
    }


def test_the_order_of_effects_is_a_change() -> None:
    two = ("then: [{notify: [owner]}]", "then: [{notify: [owner]}, {escalate: [sponsor]}]")
    turned = ("then: [{notify: [owner]}]", "then: [{escalate: [sponsor]}, {notify: [owner]}]")
    told = diff_workflows(small(two), small(turned))
    assert [(one.kind, one.what) for one in told] == [("changed", "then")]


@pytest.mark.parametrize("name", sorted(bundled_texts()))
def test_nothing_differs_from_itself_and_everything_can_be_told(name: str) -> None:
    """Every bundled workflow against itself, and against another: each line is said in both languages."""
    texts = bundled_texts()
    loaded, other = (load_workflow(texts[one], one, texts.get).workflow for one in (name, "action"))
    assert loaded is not None and other is not None
    assert diff_workflows(loaded, loaded) == ()
    for one in diff_workflows(loaded, other):
        assert one.en and one.zh and "object at" not in one.en + one.zh
    assert as_data(diff_workflows(loaded, loaded), "zh") == []
