"""Exports of what is published: any version, with what it extends as it was then."""

from __future__ import annotations

from pathlib import Path

from pdca_engine.services.workflows import bundled_texts, publish_workflow
from tests.support.jobs import JOB, JOB_2
from tests.support.office import Office
from tests.support.terminal import Terminal


def test_a_version_goes_out_and_comes_back(office: Office, pdca: Terminal, tmp_path: Path) -> None:
    """The current one or an earlier one; what comes back says the same."""
    with office.app.unit(office.gu) as unit:
        publish_workflow(unit, JOB, "job.yaml", "first")
        publish_workflow(unit, JOB_2, "job.yaml", "second")
    for words, states in ((("--version", "1"), "doing"), ((), "working")):
        document = pdca.json("workflows", "export", "job", "--format", "scxml", *words)
        assert f'<state id="{states}">' in document["text"]
        assert [one["code"] for one in document["report"]] == ["NOT_NATIVE"]
    assert pdca("workflows", "export", "job", "--format", "yaml", "--version", "1").out == JOB
    file = tmp_path / "job.bpmn"
    assert pdca("workflows", "export", "job", "--format", "bpmn", "-o", str(file)).code == 0
    assert pdca("workflows", "import", str(file), "-o", str(tmp_path / "job.yaml")).code == 0
    assert "Both say the same." in pdca("workflows", "diff", "job", "2", str(tmp_path / "job.yaml")).out


def test_parents_are_those_it_was_published_with(office: Office, pdca: Terminal) -> None:
    """A parent that was changed meanwhile does not change what an older child says."""
    changed = bundled_texts()["process_cycle"].replace("en: Being planned", "en: In the making")
    assert changed != bundled_texts()["process_cycle"]
    with office.app.unit(office.gu) as unit:
        publish_workflow(unit, changed, "process_cycle.yaml", "other words")
    assert "In the making" not in pdca("workflows", "export", "change", "--format", "yaml", "--flat").out
    assert pdca("workflows", "export", "nothing", "--format", "yaml").code == 4
