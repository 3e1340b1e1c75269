"""The three forms a list of problems is shown in."""

from __future__ import annotations

from pathlib import Path

from pdca_engine.definition.checks.check import check_workflow
from pdca_engine.definition.paper.problems import Problem, as_json, as_sarif, as_text, has_errors, in_order
from pdca_engine.definition.paper.sentences import SENTENCES
from tests.unit.definition.corpus import parent

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "problems.md"
TEXT = """workflow: small
title: {en: Small, zh: 小改进}
key: SML
states:
  one: {title: {en: One, zh: 一}, phase: plann, initial: true}
  two: {phase: plan, final: ended}
transitions:
  end: {from: one, to: tow, by: owner}
"""


def found() -> tuple[Problem, ...]:
    """The two problems of TEXT."""
    return check_workflow(TEXT, "small.yaml", parent)[1]


def test_text_underlines_the_word():
    assert as_text(found(), {"small.yaml": TEXT}) == (
        "small.yaml:5:41: error UNKNOWN_VALUE: no phase `plann`; did you mean `plan`?\n"
        "    5 |   one: {title: {en: One, zh: 一}, phase: plann, initial: true}\n"
        "      |                                          ^^^^^\n"
        "small.yaml:8:24: error UNKNOWN_STATE: no state `tow`; did you mean `two`?\n"
        "    8 |   end: {from: one, to: tow, by: owner}\n"
        "      |                        ^^^"
    )


def test_text_in_chinese():
    assert as_text(found(), {}, "zh").splitlines() == [
        "small.yaml:5:41: error UNKNOWN_VALUE: 没有阶段 `plann`；是不是 `plan`？",
        "small.yaml:8:24: error UNKNOWN_STATE: 没有状态 `tow`；是不是 `two`？",
    ]


def test_long_lines_are_cut_around_the_word():
    problem = Problem("X", "error", "f", 1, 1001, "long", "长", length=500)
    _, line, carets = as_text([problem], {"f": "a" * 1000 + "b" * 500 + "c" * 1000}).splitlines()
    assert len(line) < 150
    assert "ab" in line
    assert line.index("b") == carets.index("^")


def test_json():
    assert as_json(found(), "en") == {
        "problems": [
            {
                "code": "UNKNOWN_VALUE",
                "severity": "error",
                "file": "small.yaml",
                "line": 5,
                "column": 41,
                "message": "no phase `plann`; did you mean `plan`?",
                "suggestion": "plan",
            },
            {
                "code": "UNKNOWN_STATE",
                "severity": "error",
                "file": "small.yaml",
                "line": 8,
                "column": 24,
                "message": "no state `tow`; did you mean `two`?",
                "suggestion": "two",
            },
        ]
    }
    assert as_json([]) == {"problems": []}


def test_sarif():
    log = as_sarif(found())
    (run,) = log["runs"]
    assert (log["version"], run["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["UNKNOWN_STATE", "UNKNOWN_VALUE"]
    assert run["results"][1] == {
        "ruleId": "UNKNOWN_STATE",
        "level": "error",
        "message": {"text": "no state `tow`; did you mean `two`?"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "small.yaml"},
                    "region": {"startLine": 8, "startColumn": 24, "endColumn": 27},
                }
            }
        ],
    }


def test_order_and_severity():
    later, sooner = Problem("B", "warning", "f", 2, 1, "", ""), Problem("A", "warning", "f", 1, 9, "", "")
    assert in_order([later, sooner, later]) == (sooner, later)
    assert not has_errors([later, sooner])
    assert has_errors(found())


def test_every_code_is_on_the_reference_page():
    page = PAGE.read_text(encoding="utf-8")
    assert [code for code in SENTENCES if f"`{code}`" not in page] == []
