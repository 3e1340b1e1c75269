"""`pdca workflows export` of a file and `pdca workflows import`, as somebody at a terminal meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.support.terminal import Terminal

ACTION = str(ROOT / "workflows" / "action.yaml")


def test_there_and_back(pdca: Terminal, tmp_path: Path) -> None:
    """The file goes to the output, the report to the error output; the ending tells what is imported."""
    out = tmp_path / "action.bpmn"
    said = pdca("workflows", "export", ACTION, "--format", "bpmn", "-o", str(out))
    assert (said.code, said.out) == (0, "")
    assert "BPMN has no words for fields" in said.err
    back = pdca("workflows", "import", str(out), "-o", str(tmp_path / "action.yaml"))
    assert (back.code, back.out, back.err) == (0, "", "It passes the checks.\n")
    assert pdca("workflows", "check", str(tmp_path / "action.yaml")).code == 0


@pytest.mark.parametrize(("shape", "first"), [("scxml", "<?xml"), ("mermaid", "stateDiagram-v2"), ("yaml", "# yaml-language-server")])
def test_what_is_printed(pdca: Terminal, shape: str, first: str) -> None:
    """Without a file, the export is what is printed; as JSON, with the report."""
    assert pdca("workflows", "export", ACTION, "--format", shape).out.startswith(first)
    document = pdca.json("workflows", "export", ACTION, "--format", shape)
    assert document["text"].startswith(first)
    assert bool(document["report"]) == (shape != "yaml")


def test_a_stranger_is_checked_at_once(pdca: Terminal, tmp_path: Path) -> None:
    """What has to be mended is listed with its place in the file that was written; in Chinese too."""
    file = tmp_path / "some.xml"
    states = '<state id="x"><transition event="e" target="y"/></state><state id="y"/>'
    file.write_text(f'<scxml xmlns="http://www.w3.org/2005/07/scxml" name="a">{states}</scxml>')
    assert pdca("workflows", "import", str(file)).code == 1
    said = pdca("workflows", "import", str(file), "--format", "scxml", "--lang", "zh")
    assert said.code == 0
    assert said.out.startswith("workflow: a\n")
    assert "发布前还需修正" in said.err
    problems = pdca.json("workflows", "import", str(file), "--format", "scxml")["problems"]
    assert [one["code"] for one in problems] == ["NO_FINAL"]


def test_what_does_not_go_together(pdca: Terminal) -> None:
    """Only YAML can be flattened, and a file has no versions."""
    assert "--flat goes with" in pdca("workflows", "export", ACTION, "--format", "bpmn", "--flat").err
    assert "no versions" in pdca("workflows", "export", ACTION, "--format", "bpmn", "--version", "1").err
