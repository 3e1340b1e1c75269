"""How a workflow really flows, from rows made by hand: counts, times, ways back, and what is not on the paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.reading.load import load_workflow
from pdca_engine.reports.flow import Flow, FlowRow, compute_flow
from pdca_engine.reports.flow_page import span_text
from tests.support.jobs import JOB, JOB_2

BEGAN = datetime(2026, 3, 2, tzinfo=UTC)
VERSIONS = {71: 1, 72: 2}


def paper(text: str = JOB) -> Workflow:
    loaded = load_workflow(text, "job", lambda _: None)
    assert loaded.workflow is not None
    return loaded.workflow


def story(key: str, *told: str) -> Iterator[FlowRow]:
    """An item's rows: each `days kind-or-step source target [final|up|1>2]`, from the day it was created."""
    yield FlowRow(key, BEGAN, "created", None, None, "open", {})
    for one in told:
        days, step, source, target, *more = one.split()
        at = BEGAN + timedelta(days=float(days))
        kind = step if step in ("refused", "migrated", "commented", "agreed") else "advanced"
        detail = {"final": more[0] if more and more[0] in ("achieved", "ended") else None, "moved_up": "up" in more}
        if kind == "migrated":
            detail = {"workflow_version": [71, 72]}
        yield FlowRow(key, at, kind, more[0] if kind in ("refused", "agreed") else step, source, target, detail)


def flow(*stories: Iterator[FlowRow], text: str = JOB) -> Flow:
    return compute_flow((row for one in stories for row in one), paper(text), VERSIONS, {"go_on"})


STRAIGHT = ("2 start open doing", "5 look doing checking", "6 end checking done achieved")


def test_counts_and_times() -> None:
    """Each arrow with how often and by how many; each state with its visits, who is there, median and slow end; from start to end."""
    seen = flow(
        story("A", *STRAIGHT), story("B", "4 start open doing", "4.5 refused doing doing look", "5 commented doing doing"), story("C")
    )
    assert (seen.items, seen.open, seen.achieved, seen.ended, seen.reworked, seen.entries) == (3, 2, 1, 0, 0, 9)
    assert seen.through == 6 * 86_400
    assert [(one.transition, one.count, one.items) for one in seen.steps] == [("start", 2, 2), ("look", 1, 1), ("end", 1, 1)]
    stays = {one.state: one for one in seen.stays}
    assert (stays["open"].visits, stays["open"].here, stays["open"].median) == (3, 1, 3 * 86_400)
    assert stays["open"].slow == pytest.approx(3.8 * 86_400)
    assert (stays["doing"].items, stays["doing"].here, stays["doing"].median, stays["doing"].slow) == (2, 1, 3 * 86_400, 3 * 86_400)
    assert (stays["paused"].visits, stays["paused"].median) == (0, None)
    assert seen.refused == {"look": 1}
    assert seen.taken("start") == 2
    assert seen.deviations == ()


def test_a_way_back_is_where_an_item_goes_to_what_it_had_before() -> None:
    """Every round counts, walking the same way again doesn't, and coming back from a pause is none."""
    text = JOB.replace("  end:", "  redo: {from: checking, to: doing, by: any_staff}\n  end:")
    rounds = ("1 start open doing", "2 look doing checking", "3 redo checking doing", "4 look doing checking", "5 redo checking doing")
    paused = ("1 start open doing", "2 pause doing paused", "3 go_on paused doing")
    seen = flow(story("A", *rounds), story("B", *paused), text=text)
    assert {one.transition: one.returns for one in seen.steps if one.returns} == {"redo": 2}
    assert seen.reworked == 1
    assert next(one for one in seen.stays if one.state == "doing").visits == 5


def test_what_is_not_on_the_paper() -> None:
    """After a migration: old states and steps, the move itself; decisions one level up; a trail that does not hang together."""
    moved = ("1 start open doing", "2 migrated doing working", "4 look working checking up")
    broken = ("1 begin open working", "2 end checking done achieved")
    seen = flow(story("A", *moved), story("B", *broken), text=JOB_2)
    assert {(one.kind, one.what, one.count, one.keys) for one in seen.deviations} == {
        ("gone_state", "doing", 1, ("A",)),
        ("gone_step", "start: open → doing", 1, ("A",)),
        ("jumped", "working → checking", 1, ("B",)),
        ("migrated", "1 → 2", 1, ("A",)),
        ("moved_up", "look", 1, ("A",)),
    }
    working = next(one for one in seen.stays if one.state == "working")
    assert working.visits == 2
    assert working.median == pytest.approx(2 * 86_400)  # A was in it for three days under two names, B for one


def test_a_voice_of_several_counts_where_it_was_moved_up() -> None:
    """Saying yes is no step, but a decision that independence moved up all the same."""
    seen = flow(story("A", "1 agreed open open start up", "2 agreed open open start", "3 start open doing"))
    assert [(one.kind, one.what, one.count) for one in seen.deviations] == [("moved_up", "start", 1)]
    assert seen.taken("start") == 1


def test_a_step_drawn_elsewhere_is_none_of_this_version() -> None:
    """The same name between other states; a step back may lead anywhere."""
    seen = flow(story("A", "1 start open checking"), story("B", "1 pause open paused", "2 go_on paused open"))
    assert [(one.kind, one.what) for one in seen.deviations] == [("gone_step", "start: open → checking")]


def test_few_keys_are_named_of_many() -> None:
    """Ten of them, and the number of all."""
    seen = flow(*(story(f"K{number}", "1 start open doing up", "2 look doing checking up") for number in range(12)))
    assert [(one.what, one.count, one.items, len(one.keys)) for one in seen.deviations] == [("look", 12, 12, 10), ("start", 12, 12, 10)]


def test_reopened_items_are_open_again() -> None:
    """What ended and was taken up again has not ended."""
    seen = flow(story("A", *STRAIGHT, "9 reopen done doing"))
    assert (seen.open, seen.achieved, seen.through) == (1, 0, None)


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [(None, "–", "–"), (0.0, "0 min", "0 分钟"), (90.0, "1.5 min", "1.5 分钟"), (7_200.0, "2 h", "2 小时"), (1_000_000.0, "12 d", "12 天")],
)
def test_spans(seconds: float | None, en: str, zh: str) -> None:
    """In the largest unit that fits."""
    assert (span_text(seconds, "en"), span_text(seconds, "zh")) == (en, zh)
