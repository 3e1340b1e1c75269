"""The checker: every code on a file that deserves it, at its place, and silence once the file is mended."""

from __future__ import annotations

import re

import pytest

from pdca_engine.definition.checks.check import MOST_CONDITIONS, MOST_NAMES, check_workflow
from pdca_engine.definition.checks.known import Known
from pdca_engine.definition.paper.sentences import SENTENCES, WARNINGS
from tests.unit.definition.corpus import KNOWN, TINY, Broken, broken_files, parent

CORPUS = broken_files()
# Told of files that have no place in a corpus of UTF-8 texts, or are too large for one: test_reader and the tests below.
ELSEWHERE = {"YAML_ENCODING", "YAML_TOO_LARGE", "YAML_TOO_DEEP", "YAML_EMPTY", "TOO_MANY"}


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.name)
def test_broken_file_is_told_what_and_where(file: Broken):
    workflow, problems = check_workflow(file.text, file.name, parent, KNOWN)
    assert sorted((one.code, one.line, one.column) for one in problems) == file.expected
    assert (workflow is None) == any(one.code not in WARNINGS for one in problems)


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.name)
def test_mended_file_has_no_problem(file: Broken):
    workflow, problems = check_workflow(file.mended, file.name, parent, KNOWN)
    assert problems == ()
    assert workflow is not None


def test_corpus_is_complete():
    assert set(SENTENCES) - ELSEWHERE == {code for file in CORPUS for code, *_ in file.expected if not code.startswith("GUARD_")}


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.name)
def test_every_sentence_is_there_in_both_languages(file: Broken):
    for one in check_workflow(file.text, file.name, parent, KNOWN)[1]:
        assert re.search("[\u4e00-\u9fff]", one.message_zh), one.message_zh
        assert not re.search("[\u4e00-\u9fff]", one.message), one.message


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("unknown_state", "closed"),
        ("unknown_key", "from"),
        ("unknown_field", "grade"),
        ("unknown_role", "checker"),
        ("unknown_transition", "drop"),
        ("unknown_workflow", "review"),
        ("unknown_zone", "Asia/Shanghai"),
        ("unknown_choice_default", "major"),
        ("unknown_effect", "create"),
        ("unknown_field_type", "date"),
        ("unknown_phase", "achieved"),
        ("nothing_to_remove", "checking"),
        ("guard_unknown_name", "item.amount"),
    ],
)
def test_nearest_valid_name_is_suggested(name: str, suggestion: str):
    file = next(one for one in CORPUS if one.name == name)
    (problem,) = [one for one in check_workflow(file.text, name, parent, KNOWN)[1] if one.code != "MISSING_KEY"]
    assert problem.suggestion == suggestion
    assert f"did you mean `{suggestion}`?" in problem.message
    assert f"是不是 `{suggestion}`？" in problem.message_zh or problem.code.startswith("GUARD_")


def test_page_example_has_no_problem():
    workflow, problems = check_workflow(TINY.read_bytes(), "tiny_improvement.yaml", parent, KNOWN)
    assert problems == ()
    assert workflow is not None
    assert list(workflow.transitions) == [
        *("submit", "approve", "reject", "start", "finish", "extend", "confirm_effective"),
        *("declare_not_effective", "replan", "hold", "resume", "close", "reopen"),
    ]


def test_all_problems_come_in_one_run_in_the_order_of_the_file():
    text = TINY.read_text(encoding="utf-8")
    text = text.replace("phase: check, title", "phase: chek, title").replace("to: standardising", "to: standardizing")
    text = text.replace("item.cycle < 5", "item.cyle < 5").replace("0 9 * * MON", "0 9 30 2 *").replace("timers:  ", "timer:  ")
    _, problems = check_workflow(text, "tiny.yaml", parent, KNOWN)
    assert [one.code for one in problems] == ["UNKNOWN_VALUE", "UNKNOWN_STATE", "GUARD_UNKNOWN_NAME", "UNKNOWN_KEY", "BAD_CRON"]
    assert [one.line for one in problems] == sorted(one.line for one in problems)


def test_a_misspelt_role_silences_nothing_else():
    text = TINY.read_text(encoding="utf-8")
    text = text.replace("by: any_staff", "by: any_stuff", 1).replace("item.cycle < 5", "item.cyle < 5")
    text = text.replace(", initial: true", "").replace("times.extend < 2", "times.extend")
    _, problems = check_workflow(text, "tiny.yaml", parent, KNOWN)
    assert sorted(one.code for one in problems) == ["GUARD_NOT_BOOLEAN", "GUARD_UNKNOWN_NAME", "NO_INITIAL", "UNKNOWN_ROLE"]


def test_a_broken_field_is_not_told_again_by_the_guards_that_read_it():
    text = TINY.read_text(encoding="utf-8").replace("cost:         {type: number,", "cost:         {type: numbr,")
    _, problems = check_workflow(text, "tiny.yaml", parent, KNOWN)
    assert [one.code for one in problems] == ["UNKNOWN_VALUE"]


def test_what_is_not_known_is_not_judged():
    text = TINY.read_text(encoding="utf-8").replace("workflow: action", "workflow: elsewhere")
    assert check_workflow(text, "tiny.yaml", parent)[1] == ()
    assert [one.code for one in check_workflow(text, "tiny.yaml", parent, KNOWN)[1]] == ["UNKNOWN_WORKFLOW"]


def test_names_inside_another_workflow_are_judged_when_its_paper_is_there():
    other = """
workflow: action
key: ACT
fields: {kind: {type: choice, of: [board, check]}}
states: {open: {phase: plan, initial: true}, done: {phase: act, final: achieved}}
transitions: {pass: {from: open, to: done, by: owner}}
"""
    paper, problems = check_workflow(other, "action.yaml", parent)
    assert (problems, paper is not None) == ((), True)
    text = """
workflow: small
key: SML
states: {one: {phase: plan, initial: true}, two: {phase: none, final: ended}}
transitions:
  end:
    from: one
    to: two
    by: owner
    needs: {children: {workflow: action, all_in: [dune], each: {fields: [kid]}}}
    then:
      - create: {workflow: action, fields: {kind: bored, kindd: board}}
      - fire: {transition: pas, on: children, workflow: action}
      - fire: {transition: pass, on: children, workflow: action}
"""
    known = Known(papers={"action": paper})
    found = [(one.code, one.suggestion) for one in check_workflow(text, "small.yaml", parent, known)[1]]
    assert found == [
        ("UNKNOWN_STATE", "done"),
        ("UNKNOWN_FIELD", "kind"),
        ("UNKNOWN_CHOICE", "board"),
        ("UNKNOWN_FIELD", "kind"),
        ("UNKNOWN_TRANSITION", "pass"),
    ]
    mended = (
        text.replace("dune", "done")
        .replace("[kid]", "[owner]")
        .replace("bored", "board")
        .replace(", kindd: board", "")
        .replace("pas,", "pass,")
    )
    assert [one.code for one in check_workflow(mended, "small.yaml", parent, known)[1]] == ["FIRE_NOT_ALLOWED", "FIRE_NOT_ALLOWED"]


def test_a_row_has_only_columns_that_fill_something_of_the_new_item():
    text = """
workflow: small
key: SML
fields:
  lines: {type: table, columns: {title: {type: text}, owner: {type: person}, kind: {type: text}, until: {type: date}}}
states: {one: {phase: plan, initial: true}, two: {phase: none, final: ended}}
transitions: {end: {from: one, to: two, by: owner, then: [{create: {workflow: action, for_each: lines}}]}}
"""
    other = """
workflow: action
key: ACT
fields: {kind: {type: text}}
states: {open: {phase: plan, initial: true}, done: {phase: act, final: achieved}}
transitions: {pass: {from: open, to: done, by: owner}}
"""
    paper, _ = check_workflow(other, "action.yaml", parent)
    assert paper is not None
    assert [(one.code, one.line) for one in check_workflow(text, "small.yaml", parent, Known(papers={"action": paper}))[1]] == [
        ("UNKNOWN_FIELD", 5)
    ]
    assert check_workflow(text, "small.yaml", parent)[1] == ()


def test_previous_leads_back_to_every_state_it_can_be_entered_from():
    text = TINY.read_text(encoding="utf-8")
    assert "to: previous" in text
    _, problems = check_workflow(text.replace("    to: previous", "    to: same"), "tiny.yaml", parent, KNOWN)
    assert [one.code for one in problems] == ["DEAD_END"]


def test_check_before_doing_is_a_check_on_the_way_but_none_after_a_new_plan():
    text = """
workflow: small
key: SML
states:
  seen: {phase: check, initial: true}
  plan: {phase: plan}
  work: {phase: do}
  good: {phase: act, final: achieved}
transitions:
  go: {from: seen, to: plan, by: owner}
  work: {from: plan, to: work, by: owner}
  end: {from: work, to: good, by: owner}
"""
    (problem,) = check_workflow(text, "small.yaml", parent)[1]
    assert (problem.code, "plan → work → good" in problem.message) == ("NO_CHECK", True)


def test_abstract_workflow_is_not_judged_by_its_shape():
    text = "workflow: base\nabstract: true\nstates: {one: {phase: plan}}\ntransitions: {}\n"
    assert check_workflow(text, "base.yaml", parent)[1] == ()
    problems = check_workflow(text.replace("abstract: true", "key: BAS"), "base.yaml", parent)[1]
    assert [one.code for one in problems] == ["NO_FINAL", "NO_INITIAL"]


@pytest.mark.parametrize(
    "text",
    [
        "workflow: x\nkey: X\nstates:\n"
        + "".join(f"  s{number}: {{phase: plan}}\n" for number in range(MOST_NAMES + 1))
        + "transitions: {}\n",
        "workflow: x\nkey: X\nstates: {a: {phase: plan, initial: true, final: ended}}\ntransitions:\n  t:\n    from: a\n    to: same\n"
        "    by: owner\n    when:\n" + "      - {that: item.cycle < 5}\n" * (MOST_CONDITIONS + 1),
    ],
)
def test_workflow_larger_than_any_is_refused_before_it_is_judged(text: str):
    assert [one.code for one in check_workflow(text, "huge.yaml", parent)[1]] == ["TOO_MANY"]
