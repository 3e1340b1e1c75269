"""What is drawn of a draft: both versions in one diagram, and as much of a broken text as hangs together."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from pdca_engine.definition.changing.names import guess_names
from pdca_engine.definition.drawing.diagram import diagram_svg
from pdca_engine.definition.drawing.diff_drawing import diff_svg
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.reading.load import load_workflow
from pdca_engine.definition.reading.sketch import MOST_STATES, can_be_drawn, sketch_workflow
from tests.support.jobs import JOB, JOB_2

SVG = "{http://www.w3.org/2000/svg}"


def read(text: str) -> Workflow:
    workflow = load_workflow(text, "job.yaml", {}.get).workflow
    assert workflow is not None
    return workflow


def marked(svg: str, part: str) -> set[tuple[str, str]]:
    """(kind of mark, words) of every marked state or label."""
    found = set()
    for group in ElementTree.fromstring(svg).iter(f"{SVG}g"):
        first, *kinds = group.attrib["class"].split()
        if first == part and kinds:
            found.add((kinds[0], next(text.text or "" for text in group.iter(f"{SVG}text"))))
    return found


def test_new_gone_and_changed_are_marked_where_they_stand() -> None:
    svg = diff_svg(read(JOB), read(JOB_2))
    assert marked(svg, "state") == {("added", "Being worked on"), ("removed", "Being done"), ("changed", "Paused")}
    assert marked(svg, "label") == {
        ("added", "+ Begin"),
        ("removed", "− Start"),
        ("changed", "~ Pause"),
        ("removed", "− Pause"),
        ("changed", "~ Look"),
        ("removed", "− Look"),
    }


@pytest.mark.parametrize(("language", "words"), [("en", "− gone"), ("zh", "− 移除")])
def test_colour_is_never_the_only_sign(language: str, words: str) -> None:
    svg = diff_svg(read(JOB), read(JOB_2), language)
    assert svg.count(words) >= 2, "in the box and in the legend"


def test_nothing_is_marked_where_both_say_the_same() -> None:
    svg = diff_svg(read(JOB), read(JOB))
    assert marked(svg, "state") == marked(svg, "label") == set()


def test_an_arrow_that_leads_elsewhere_is_drawn_both_ways() -> None:
    before, after = read(JOB), read(JOB.replace("end: {from: checking, to: done", "end: {from: checking, to: paused"))
    assert marked(diff_svg(before, after), "label") == {("changed", "~ End"), ("removed", "− End")}


def test_a_plain_diagram_says_nothing_of_marks() -> None:
    assert not re.search(r"added|removed|changed", diagram_svg(read(JOB)))


@pytest.mark.parametrize(
    ("old", "new", "kept", "lost"),
    [
        ("to: checking, by", "to: chekking, by", "start", "look"),
        ("from: [open, doing]", "from: [open, doign]", "pause", ""),
        ("  done: {phase: act, final: achieved, title: {en: Done, zh: 完成}}", "  done: 7", "look", "end"),
        ("title: {en: Job, zh: 工作}\nkey: JOB\n", "", "look", ""),
        ("timers:\n", "timers: 7\nexamples:\n", "end", ""),
    ],
)
def test_a_broken_text_is_shown_as_far_as_it_hangs_together(old: str, new: str, kept: str, lost: str) -> None:
    sketch = sketch_workflow(JOB.replace(old, new), "job.yaml", {}.get)
    assert sketch is not None
    assert kept in sketch.transitions and lost not in sketch.transitions
    assert diagram_svg(sketch).startswith("<svg")


def test_a_file_is_shown_from_its_first_state_on() -> None:
    sketch = sketch_workflow("workflow: new\nstates:\n  draft: {phase: plan, initial: true}\n", "new.yaml", {}.get)
    assert sketch is not None and list(sketch.states) == ["draft"]
    assert "Draft" in diagram_svg(sketch)


@pytest.mark.parametrize("text", ["", "- a", "workflow: [", "workflow: x\nstates: {}", "\x00", "states: 7"])
def test_of_what_has_no_state_nothing_is_shown(text: str) -> None:
    assert sketch_workflow(text, "x.yaml", {}.get) is None


def test_what_nobody_could_read_is_not_drawn() -> None:
    states = "".join(f"  s{number}: {{phase: do}}\n" for number in range(MOST_STATES + 1))
    sketch = sketch_workflow(f"workflow: big\nstates:\n{states}", "big.yaml", {}.get)
    assert sketch is not None and not can_be_drawn(sketch)
    assert can_be_drawn(read(JOB))


def test_names_are_guessed_by_title_likeness_and_place() -> None:
    names = guess_names(read(JOB), read(JOB_2))
    assert names.states == {"doing": "working"}
    assert names.fields == {"cost": "budget"}, "the only other number; nothing else is a text"
    assert names.transitions == {"start": "begin"}, "the same way, once `doing` is called `working`"
    assert guess_names(read(JOB), read(JOB)) == guess_names(read(JOB_2), read(JOB_2))


def test_a_state_that_is_gone_may_go_where_others_are_but_never_to_an_end() -> None:
    fewer = JOB.replace("  doing: {phase: do, title: {en: Being done, zh: 进行中}}\n", "").replace("doing", "checking")
    after = sketch_workflow(fewer, "job.yaml", {}.get)
    assert after is not None
    assert guess_names(read(JOB), after).states == {}, "no other state is in the phase Do"
    later = sketch_workflow(fewer.replace("checking: {phase: check", "checking: {phase: do"), "job.yaml", {}.get)
    assert later is not None
    assert guess_names(read(JOB), later).states == {"doing": "checking"}
