"""`pdca workflows flow` and its page's report, on a real trail with a migration in it."""

from __future__ import annotations

import pytest

from pdca_engine.definition.drawing.diagram import diagram_svg
from pdca_engine.reports import flow_page
from tests.support.office import Office
from tests.support.terminal import Terminal, use_settings


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows at a time, so that every seam between two pages is crossed."""
    monkeypatch.setattr(flow_page, "PAGE", 2)


def test_the_flow_of_a_migrated_workflow(history: Office) -> None:
    """Old steps and states are named, times go on through the migration, a pause is no rework."""
    with history.app.reader(history.li) as unit:
        found = flow_page.flow_page(unit, "job")
        before = flow_page.flow_page(unit, "job", 1)
    assert (found.flow.items, found.flow.achieved, found.flow.open, found.flow.reworked) == (3, 1, 2, 0)
    assert {(one.kind, one.what, one.items) for one in found.flow.deviations} == {
        ("migrated", "1 → 2", 2),
        ("gone_state", "doing", 2),
        ("gone_step", "start: open → doing", 2),
        ("gone_step", "pause: doing → paused", 1),
        ("gone_step", "look: doing → checking", 1),
    }
    assert {one.kind for one in before.flow.deviations} == {"migrated", "gone_state", "gone_step"}
    drawn = diagram_svg(flow_page.flow_paper(found, "zh"), "zh")
    assert "2× Look" in drawn
    assert "未开始 · 1天" in drawn


def test_the_command(history: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """For people in both languages, for programs as JSON."""
    use_settings(monkeypatch, history.app.settings)
    pdca = Terminal(capsys)
    said = pdca("workflows", "flow", "job")
    assert "3 item(s): 2 open, 1 achieved, 0 given up." in said.out
    assert "! Moved from version 1 → 2 of the workflow · 2× · JOB-2026-0001, JOB-2026-0003" in said.out
    assert "3 个事项：2 个未结" in pdca("workflows", "flow", "job", "--lang", "zh").out
    document = pdca.json("workflows", "flow", "job")
    assert document["flow"]["items"] == 3
    assert len(document["told"]) == len(document["flow"]["deviations"])
    assert "Everything is on the paper" in pdca("workflows", "flow", "action").out
    assert pdca("workflows", "flow", "nothing").code == 4
