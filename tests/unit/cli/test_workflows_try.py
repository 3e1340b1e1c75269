"""`pdca workflows simulate` and `test`: what they print, and how they end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.support.terminal import Terminal

ACTION = str(ROOT / "workflows" / "action.yaml")
STORY = """\
name: Two tries
start: {owner: ana, due: +10 days}
steps:
  - {by: ana, do: start}
  - {by: ana, do: finish}
  - {at: +12 days, by: ana, do: finish, evidence: 1, fires: due}
ends: done
"""
DEAD = """\
workflow: dead
title: {en: Dead, zh: 死路}
key: DED
states:
  open: {phase: plan, initial: true, title: {en: Open, zh: 开放}}
  doing: {phase: none, title: {en: Doing, zh: 进行}}
  done: {phase: none, final: ended, title: {en: Done, zh: 完成}}
transitions:
  go: {from: open, to: doing, by: owner, when: item.cycle > 5, otherwise: {en: Not in this cycle., zh: 本循环内不可。}}
  end: {from: [open, doing], to: done, by: owner}
examples:
  - {name: It ends, steps: [{by: owner, do: end}], ends: doing}
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "steps.yaml"
    path.write_text(STORY, "utf-8")
    return path


def test_simulate_shows_each_refusal_effect_and_timer(pdca: Terminal, script: Path) -> None:
    said = pdca("workflows", "simulate", ACTION, "--script", str(script))
    assert said.code == 1  # the second step was not expected to be refused
    assert "✓ start (ana): open → doing" in said.out
    assert "NEEDS_EVIDENCE: 1 piece(s) of evidence needed, 0 there" in said.out
    assert "⏰ due: reminder +1 day" in said.out
    assert "remind owner, line_manager: line_manager, ana" in said.out
    assert "✓ pass (scheduler): verifying → done" in said.out
    assert "step 2: finish was refused with NEEDS_EVIDENCE" in said.out
    assert "需要 1 份证据，现有 0 份" in pdca("workflows", "simulate", ACTION, "--script", str(script), "--lang", "zh").out


def test_simulate_for_programs(pdca: Terminal, script: Path) -> None:
    script.write_text(STORY.replace("do: finish}", "do: finish, refused: NEEDS_EVIDENCE}"), "utf-8")
    said = pdca.json("workflows", "simulate", ACTION, "--script", str(script))
    assert (said["workflow"], said["passed"], said["ends"], said["surprises"]) == ("action", True, "done", [])
    kinds = [[one["kind"] for one in step["happened"]] for step in said["steps"]]
    assert kinds == [["moved"], ["refused"], ["reminded", "reminded", "reminded", "moved", "moved"]]
    assert said["steps"][1]["happened"][0]["refusals"][0]["code"] == "NEEDS_EVIDENCE"


def test_a_broken_script_or_workflow_is_told_with_its_place(pdca: Terminal, script: Path) -> None:
    script.write_text(STORY.replace("do: start", "do: strat"), "utf-8")
    said = pdca("workflows", "simulate", ACTION, "--script", str(script))
    assert (said.code, "steps.yaml:4:19: error UNKNOWN_TRANSITION" in said.out) == (1, True)
    problems = pdca.json("workflows", "simulate", ACTION, "--script", str(script), code=1)["problems"]
    assert [(one["code"], one["suggestion"]) for one in problems] == [("UNKNOWN_TRANSITION", "start")]
    assert pdca("workflows", "simulate", str(script), "--script", str(script)).code == 1


def test_test_plays_examples_and_covers_transitions(pdca: Terminal) -> None:
    said = pdca.json("workflows", "test", ACTION, str(ROOT / "workflows" / "review.yaml"))
    assert said["passed"]
    assert [len(one["examples"]) for one in said["files"]] == [3, 4]
    ways = {one["transition"]: one["path"] for one in said["files"][0]["transitions"]}
    assert ways["reopen"] == ["start", "finish", "pass", "reopen"]
    assert "3 of 3 examples as told, 7 of 7 transitions covered" in pdca("workflows", "test", ACTION).out


def test_test_fails_and_says_why(pdca: Terminal, tmp_path: Path) -> None:
    (tmp_path / "dead.yaml").write_text(DEAD, "utf-8")
    said = pdca("workflows", "test", str(tmp_path / "dead.yaml"))
    assert said.code == 1
    assert "0 of 1 examples as told, 1 of 2 transitions covered" in said.out
    assert "at the end: it ends in done, not in doing" in said.out
    assert "✗  go could not be reached: GUARD_FALSE Not in this cycle." in said.out
    assert "✗  go 无法到达" in pdca("workflows", "test", str(tmp_path / "dead.yaml"), "--lang", "zh").out
