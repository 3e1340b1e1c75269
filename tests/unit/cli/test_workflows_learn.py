"""`pdca workflows explain` and `new`."""

from __future__ import annotations

import io
from itertools import product
from pathlib import Path

import pytest

from pdca_engine.services.beginnings import APPROVERS, TEMPLATES, Answers, write_workflow
from pdca_engine.services.workflows import bundled_texts, check_text
from tests.support.terminal import Terminal

ANSWERS = ("--title", "Access request", "--title-zh", "访问申请", "--key", "ACC")


def test_explain_tells_every_meaning_in_both_languages(pdca: Terminal) -> None:
    said = pdca("workflows", "explain", "from").out
    assert "from · key\n    The state or states it starts from. Required.\n    Example: from: draft\n    Where: a transition" in said
    assert "Example: from: 2026-01-31\n    Where: a schedule" in said
    assert "出发的状态。必填。" in pdca("workflows", "explain", "from", "--lang", "zh").out


def test_explain_for_programs(pdca: Terminal) -> None:
    (meaning,) = pdca.json("workflows", "explain", "money")["meanings"]
    assert meaning["sort"] == "field type"
    assert meaning["example"] == "fields: {x: {type: money}}"


def test_explain_shows_a_problem_s_page(pdca: Terminal) -> None:
    said = pdca("workflows", "explain", "NO_CHECK").out
    assert "Plan, Do, achieved - and nobody looked whether it helped." in said
    assert "    Wrong:\n        transitions:\n          finish_at_once: {from: work, to: done, by: owner}" in said
    assert "    Right:\n        transitions:\n          finish_quickly: {from: work, to: check, by: owner}" in said
    assert "策划、实施、达成，却没有人检查是否有效。" in pdca("workflows", "explain", "NO_CHECK", "--lang", "zh").out
    assert "\\u202enot what it seems" in pdca("workflows", "explain", "YAML_CHARACTER").out
    (meaning,) = pdca.json("workflows", "explain", "GUARD_TWICE")["meanings"]
    assert (meaning["sort"], meaning["bad"] != meaning["good"]) == ("problem code", True)


def test_an_unknown_word_gets_the_nearest(pdca: Terminal) -> None:
    said = pdca("workflows", "explain", "lader")
    assert (said.code, "Did you mean ladder?" in said.err) == (4, True)
    assert "是不是 ladder？" in pdca("workflows", "explain", "lader", "--lang", "zh").err


@pytest.mark.parametrize("template", TEMPLATES)
def test_new_writes_a_file_that_passes(pdca: Terminal, tmp_path: Path, template: str) -> None:
    path = tmp_path / "own.yaml"
    said = pdca.json("workflows", "new", *ANSWERS, "--template", template, "--approver", "sponsor", "--period", "3 months", "-o", str(path))
    assert said == {"workflow": "access_request", "file": str(path), "template": template}
    assert pdca("workflows", "check", str(path)).code == 0
    assert pdca.json("workflows", "test", str(path))["passed"]


@pytest.mark.parametrize(("template", "approver"), list(product(TEMPLATES, APPROVERS)))
def test_every_role_can_approve_with_no_problem_at_all(template: str, approver: str) -> None:
    text = write_workflow(Answers('A "name": with signs', "名称：“测试”", "ABC", template, approver, TEMPLATES[template][2]))
    assert check_text(text, "own.yaml").problems == ()


def test_new_asks_for_what_was_not_given(pdca: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO("Access request\n访问申请\n\napproval\nsms_manager\n\n"))
    assert pdca("workflows", "new").code == 0
    text = (tmp_path / "access_request.yaml").read_text("utf-8")
    assert "key: ACC #" in text
    assert "due: {after: 10 working days}" in text
    assert "by: sms_manager" in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("--template", "aproval"), "Did you mean approval?"),
        (("--approver", "boss"), "boss is not one of"),
        (("--period", "soon"), "soon is not a duration"),
        (("--key", "acc"), "The key must be"),
        (("--key", "IMP"), "belongs to the workflow improvement"),
        (("--title", "访问"), "needs a letter"),
    ],
)
def test_an_answer_that_cannot_be_used_is_told(pdca: Terminal, change: tuple[str, str], words: str) -> None:
    given = dict(zip(ANSWERS[::2], ANSWERS[1::2], strict=True))
    given |= {"--template": "approval", "--approver": "sponsor", "--period": "10 days"} | {change[0]: change[1]}
    said = pdca("workflows", "new", *(word for pair in given.items() for word in pair), "-o", "-")
    assert (said.code, words in said.err) == (1, True), said


def test_nothing_is_written_over(pdca: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("mine", "utf-8")
    said = pdca("workflows", "new", *ANSWERS, "--template", "blank", "--approver", "sponsor", "--period", "5 days", "-o", str(path))
    assert (said.code, path.read_text("utf-8")) == (1, "mine")


def test_templates_are_not_published_by_themselves() -> None:
    assert set(bundled_texts()).isdisjoint({*TEMPLATES, "$id"})
