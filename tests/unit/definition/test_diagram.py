"""The diagram: nothing overlaps, every arrow joins its states, every name is escaped, and nothing is said by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdca_engine.definition.drawing.diagram import diagram_svg
from pdca_engine.definition.drawing.export import diagram_dot, diagram_mermaid
from pdca_engine.definition.drawing.layout import lay_out
from pdca_engine.definition.drawing.parts import Drawing, Point, Rect, Words
from pdca_engine.definition.drawing.slots import PREVIOUS
from pdca_engine.definition.drawing.text import fold, shorten, text_width
from pdca_engine.definition.paper.words import PHASES
from pdca_engine.definition.paper.workflow import Condition, State, Text, Transition, Workflow
from pdca_engine.definition.reading.load import load_workflow

BUNDLED = Path(__file__).parents[3] / "workflows"
FILES = sorted(BUNDLED.rglob("*.yaml"))


def bundled(file: Path) -> Workflow:
    def parent(name: str) -> str | None:
        return next((one.read_text("utf-8") for one in FILES if one.stem == name), None)

    loaded = load_workflow(file.read_text("utf-8"), file.name, parent)
    assert loaded.workflow, loaded.problems
    return loaded.workflow


def made(states: dict[str, str], steps: Sequence[tuple[Sequence[str], str]], title: str = "A step with a name") -> Workflow:
    """A workflow of `states` (name: phase) and `steps` (sources, target); the first state is initial, the last one final."""
    last = list(states)[-1]
    drawn = {
        name: State(name, phase, Text(name, "状态"), initial=not number, final="achieved" if name == last else None)  # type: ignore[arg-type]  # because the phases come from the closed list
        for number, (name, phase) in enumerate(states.items())
    }
    transitions = {
        f"step{number}": Transition(
            f"step{number}", Text(f"{title} {number}", f"步骤 {number}"), tuple(sources), target, ("owner", "process_owner")
        )
        for number, (sources, target) in enumerate(steps)
    }
    return Workflow("made", Text("Made", "示例"), "MAD", {}, drawn, transitions)


def laid_out(workflow: Workflow) -> Drawing:
    words = {name: Words(one.title.en, "Owner / Process owner") for name, one in workflow.transitions.items()}
    return lay_out(workflow, words, 120)


def segments(line: Sequence[Point]) -> list[tuple[Point, Point]]:
    return [(min(a, b), max(a, b)) for a, b in pairwise(line) if a != b]


def crosses_box(segment: tuple[Point, Point], box: Rect) -> bool:
    (x1, y1), (x2, y2) = segment
    return x1 < box.x + box.width - 0.01 and x2 > box.x + 0.01 and y1 < box.y + box.height - 0.01 and y2 > box.y + 0.01


def lie_on_each_other(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two horizontal or two vertical pieces share more than a point."""
    for flat, along in ((0, 1), (1, 0)):
        if one[0][flat] == one[1][flat] == other[0][flat] == other[1][flat]:
            return max(one[0][along], other[0][along]) < min(one[1][along], other[1][along])
    return False


def on_border(point: Point, box: Rect) -> bool:
    x, y = point
    inside = box.x - 0.01 <= x <= box.x + box.width + 0.01 and box.y - 0.01 <= y <= box.y + box.height + 0.01
    return inside and not crosses_box((point, point), box)


def check(drawing: Drawing) -> None:
    boxes = drawing.boxes
    for one, other in combinations(boxes.values(), 2):
        assert not one.overlaps(other)
    page = Rect(0, 0, drawing.width, drawing.height)
    for arrow in drawing.arrows:
        name = arrow.net.transition.name
        assert crosses_box(((arrow.label.x, arrow.label.y),) * 2, page) and arrow.label.x + arrow.label.width <= drawing.width, name
        assert not [state for state, box in boxes.items() if arrow.label.overlaps(box)], name
        for line, source in zip(arrow.lines, arrow.net.sources, strict=True):
            assert on_border(line[0], boxes[source]) and on_border(line[-1], boxes[arrow.net.target]), name
            for segment in segments(line):
                assert segment[0][0] == segment[1][0] or segment[0][1] == segment[1][1]
                assert not [state for state, box in boxes.items() if crosses_box(segment, box)], name
    for first, second in combinations(drawing.arrows, 2):
        pair = (first.net.transition.name, second.net.transition.name)
        assert not first.label.overlaps(second.label), pair
        pieces = [[segment for line in arrow.lines for segment in segments(line)] for arrow in (first, second)]
        assert not any(lie_on_each_other(a, b) for a in pieces[0] for b in pieces[1]), pair


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_bundled_workflows_are_drawn_whole_and_clear(file: Path, language: str) -> None:
    workflow = bundled(file)
    words = {name: Words(one.title.get(language), "Owner / Process owner") for name, one in workflow.transitions.items()}
    drawing = lay_out(workflow, words, 130)
    check(drawing)
    assert set(drawing.boxes) - {PREVIOUS} == set(workflow.states)
    assert {arrow.net.transition.name for arrow in drawing.arrows} == set(workflow.transitions)
    assert [phase for phase, _ in drawing.lanes if phase != "none"] == [
        p for p in PHASES[:4] if p in {s.phase for s in workflow.states.values()}
    ]
    svg = diagram_svg(workflow, language)
    shown = "".join(ElementTree.fromstring(svg).itertext())
    for one in (*workflow.states.values(), *workflow.transitions.values()):
        assert one.title.get(language)[:8].strip() in shown


names = st.sampled_from("abcdefghijklmno")


@st.composite
def workflows(draw: st.DrawFn) -> Workflow:
    states = draw(st.dictionaries(names, st.sampled_from(PHASES), min_size=1, max_size=15))
    known = st.sampled_from(list(states))
    step = st.tuples(st.lists(known, min_size=1, max_size=4, unique=True), st.one_of(known, st.sampled_from(["same", "previous"])))
    return made(states, draw(st.lists(step, max_size=26)), draw(st.sampled_from(["Go", "A step with a rather long name", "步骤"])))


@settings(deadline=None, max_examples=150)
@given(workflows())
def test_no_workflow_makes_anything_overlap(workflow: Workflow) -> None:
    drawing = laid_out(workflow)
    check(drawing)
    assert [one.lines for one in drawing.arrows] == [one.lines for one in laid_out(workflow).arrows]  # the same every time
    ElementTree.fromstring(diagram_svg(workflow, "zh"))


def test_a_label_over_empty_slots_has_room_between_its_boxes() -> None:
    """Found by the random search: a straight arrow over one empty slot between narrow corridors, with a name longer than all that."""
    plans, checks = dict.fromkeys("abcdefgh", "plan"), {"i": "check", "l": "check", "m": "check"}
    steps = [(["a"], "m"), (["a", "c"], "b"), (["c"], "i"), (["i"], "m")]
    drawing = laid_out(made({**plans, **checks, "j": "do", "k": "do"}, steps, "A step with a rather long name"))
    over = drawing.boxes["m"].x - drawing.boxes["i"].x
    assert over > 2 * drawing.boxes["i"].width  # a slot lies between the two, or this would try something else
    check(drawing)


def test_an_act_that_changes_no_state_is_a_loop_and_previous_has_a_place() -> None:
    workflow = made({"a": "plan", "b": "none"}, [(["a"], "same"), (["a"], "b"), (["b"], "previous")])
    drawing = laid_out(workflow)
    loop, _, back = drawing.arrows
    assert loop.net.sources == (loop.net.target,) == ("a",)
    assert back.net.target == PREVIOUS
    assert "where it came from" in diagram_svg(workflow)
    assert "返回原状态" in diagram_svg(workflow, "zh")


def test_what_matters_is_said_in_words() -> None:
    workflow = made({"a": "plan", "b": "act"}, [(["a"], "b")])
    limit = Condition("times.step0 < 2", Text("Twice at most", "最多两次"))
    guarded = replace(workflow.transitions["step0"], when=(limit,))
    workflow = replace(workflow, transitions={"step0": guarded})
    root = ElementTree.fromstring(diagram_svg(workflow, "en", current="a"))
    texts = ["".join(one.itertext()) for one in root.iter() if one.tag.endswith("text")]
    assert {"Plan", "Act", "● start  ▶ now here", "◎ end: achieved", "A step with a name 0 ◆", "Owner / Process owner"} <= set(texts)
    titles = [one.text for one in root.iter() if one.tag.endswith("title")]
    assert "A step with a name 0 (Owner / Process owner)\nTwice at most" in titles
    description = next(one.text for one in root.iter() if one.tag.endswith("desc"))
    assert description == "A step with a name 0: a → b (Owner / Process owner)."
    assert diagram_svg(made({"a": "plan", "b": "act"}, [(["a"], "b")])).count("◆") == 1  # in the legend


def test_names_are_escaped_everywhere() -> None:
    evil = '<script>alert("x")</script> & "quotes"; %% } --> \\ #'
    workflow = made({"a": "plan", "b": "act"}, [(["a"], "b")], evil)
    state = State("a", "plan", Text(evil, evil), help=Text(evil, evil), initial=True)
    workflow = replace(workflow, title=Text(evil, evil), states={**workflow.states, "a": state})
    bell = replace(workflow, title=Text("a\x07b", "a\x07b"))
    assert ElementTree.fromstring(diagram_svg(bell))[0].text == "ab"  # XML can't hold such a character in any form
    svg = diagram_svg(workflow)
    assert "<script" not in svg and evil in "".join(ElementTree.fromstring(svg).itertext())
    mermaid = diagram_mermaid(workflow)
    assert "<" not in mermaid and "alert(#34;x#34;)" in mermaid
    assert all(line.count('"') in (0, 2) for line in mermaid.splitlines())
    assert '\\"quotes\\"' in diagram_dot(workflow) and "\\\\ #" in diagram_dot(workflow)


def test_other_formats_hold_every_step() -> None:
    workflow = made({"a": "plan", "end": "act"}, [(["a"], "end"), (["a"], "same"), (["end"], "previous")], "Go")
    assert diagram_mermaid(workflow) == (
        "stateDiagram-v2\n"
        "    direction LR\n"
        '    state "a" as s_a\n'
        '    state "end" as s_end\n'
        '    state "↩ where it came from" as back\n'.replace("↩", "#8617;")
        + "    [*] --> s_a\n"
        "    s_a --> s_end : Go 0 (Owner / Process owner)\n"
        "    s_a --> s_a : Go 1 (Owner / Process owner)\n"
        "    s_end --> back : Go 2 (Owner / Process owner)\n"
        "    s_end --> [*]\n"
    )
    dot = diagram_dot(workflow, "zh")
    assert 'subgraph cluster_plan { label="策划";' in dot and 's_end [label="状态", peripheries=2];' in dot
    assert 's_a -> s_end [label="步骤 0 (负责人 / 流程负责人)"];' in dot


def test_texts_are_made_to_fit() -> None:
    assert shorten("Approve", 12, 200) == "Approve"
    assert shorten("Accept the part that works", 12, 90).endswith("…")
    assert text_width(shorten("接受有效的部分并结束本轮循环", 12, 90), 12) <= 90
    assert fold("Effectiveness pending", 13, 110) == ("Effectiveness", "pending")
    assert fold("有效性验证尚未完成", 13, 80) == ("有效性验证尚", "未完成")
    assert fold("a" * 300, 13, 80)[-1].endswith("…")
    assert fold("", 13, 80) == ()
