"""Where everything of a BPMN diagram lies: our own layout, with room made for gateways, events and the ways between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pdca_engine.definition.drawing.layout import lay_out
from pdca_engine.definition.drawing.parts import TITLE_SIZE, Arrow, Point, Rect, Words
from pdca_engine.definition.drawing.text import shorten
from pdca_engine.definition.paper.words import TO_PREVIOUS
from pdca_engine.definition.paper.workflow import Workflow

EVENT: Final = 36.0  # across, as modelers draw it
DIAMOND: Final = 40.0
TASK: Final = 140.0
GAP: Final = 14.0
LABEL: Final = 190.0
ASIDE: Final = 6.0  # how far a way passes beside a task


@dataclass(slots=True)
class Places:
    """Rectangles by element id, corner points by flow id, labels by flow id, and lanes by phase."""

    width: float
    height: float
    shapes: dict[str, Rect] = field(default_factory=dict)
    edges: dict[str, list[Point]] = field(default_factory=dict)
    labels: dict[str, Rect] = field(default_factory=dict)
    lanes: list[tuple[str, Rect]] = field(default_factory=list)


def places(workflow: Workflow, ends: frozenset[str], choices: frozenset[str], language: str) -> Places:
    """Places for a workflow whose states `ends` are end events, and whose states `choices` are followed by a gateway."""
    words = {name: Words(shorten(one.title.get(language), TITLE_SIZE, LABEL), "") for name, one in workflow.transitions.items()}
    drawn = lay_out(workflow, words, TASK + DIAMOND + EVENT + 2 * GAP)
    found = Places(drawn.width, drawn.height, lanes=list(drawn.lanes))
    for name in workflow.states:
        _seat(found, name, drawn.boxes[name], ends, choices)
    for arrow in drawn.arrows:
        _draw(found, workflow, arrow, drawn.boxes)
    return found


def gateway(state: str) -> str:
    """The id of the gateway behind a state."""
    return f"{state}.choice"


def end_of(state: str) -> str:
    """The id of the end event behind a final state that can be left again."""
    return f"{state}.end"


def begin_of(state: str) -> str:
    """The id of the start event before a state."""
    return f"{state}.start"


def flow(transition: str, source: str, target: str = "") -> str:
    """The id of a sequence flow; `target` only where a transition leads back to several."""
    return f"{transition}.{source}.{target}" if target else f"{transition}.{source}"


def _seat(found: Places, name: str, box: Rect, ends: frozenset[str], choices: frozenset[str]) -> None:
    """Inside the box of the layout, from left to right: the task, its gateway, an end event."""
    middle = box.y + box.height / 2
    if name in ends:
        found.shapes[name] = Rect(box.x + box.width / 2 - EVENT / 2, middle - EVENT / 2, EVENT, EVENT)
        return
    found.shapes[name] = Rect(box.x, box.y, TASK, box.height)
    x = box.x + TASK + GAP
    if name in choices:
        found.shapes[gateway(name)] = Rect(x, middle - DIAMOND / 2, DIAMOND, DIAMOND)
        found.edges[gateway(name)] = [(box.x + TASK, middle), (x, middle)]
    found.shapes[end_of(name)] = Rect(box.x + box.width - EVENT, middle - EVENT / 2, EVENT, EVENT)
    found.edges[end_of(name)] = [(x + DIAMOND, middle), (box.x + box.width - EVENT, middle)]
    found.shapes[begin_of(name)] = Rect(box.x - GAP - EVENT, middle - EVENT / 2, EVENT, EVENT)
    found.edges[begin_of(name)] = [(box.x - GAP, middle), (box.x, middle)]


def _draw(found: Places, workflow: Workflow, arrow: Arrow, boxes: Mapping[str, Rect]) -> None:
    """Each line of the arrow as a flow of its own, from the shape it leaves to the shape it reaches."""
    name, target = arrow.net.transition.name, arrow.net.target
    back = arrow.net.transition.target == TO_PREVIOUS
    for source, line in zip(arrow.net.sources, arrow.lines, strict=True):
        leaves = found.shapes.get(gateway(source), found.shapes[source])
        if back:  # the layout draws one way to where it came from, BPMN needs one to each state
            ways = {flow(name, source, one): _straight(leaves, found.shapes[one]) for one in workflow.states}
        else:
            ways = {flow(name, source): _left(leaves, boxes[source], line) + _reached(found.shapes[target], boxes[target], line)}
        found.edges |= ways
        found.labels |= dict.fromkeys(ways, Rect(arrow.label.x, arrow.label.y, arrow.label.width, 14.0))


def _left(shape: Rect, box: Rect, line: Sequence[Point]) -> list[Point]:
    """From the shape to where the line leaves the box around it: round the task, not through it."""
    (x, y), (middle, height) = line[0], _middle(shape)
    if line[0][0] == line[1][0] and shape.x + shape.width <= box.x + TASK and shape.x <= x <= shape.x + shape.width:
        return [(x, y)]
    if line[0][0] == line[1][0]:
        up = y == box.y
        beside = y - ASIDE if up else y + ASIDE
        return [(middle, shape.y if up else shape.y + shape.height), (middle, beside), (x, beside)]
    if x >= shape.x + shape.width:
        return [(shape.x + shape.width, height), (x, height), (x, y)]
    return [(middle, shape.y), (middle, box.y - ASIDE), (box.x - ASIDE, box.y - ASIDE), (box.x - ASIDE, y)]


def _reached(shape: Rect, box: Rect, line: Sequence[Point]) -> list[Point]:
    """The line's inner corners, and from where it meets the box to the shape inside."""
    (x, y), (middle, height) = line[-1], _middle(shape)
    corners = list(line[1:-1])
    inside = shape.x <= x <= shape.x + shape.width
    if line[-2][0] == x and inside:
        return [*corners, (x, shape.y if y == box.y else shape.y + shape.height)]
    if line[-2][0] == x:
        up = y == box.y
        beside = y - ASIDE if up else y + ASIDE
        return [*corners, (x, beside), (middle, beside), (middle, shape.y if up else shape.y + shape.height)]
    if line[-2][0] < x:
        return [*corners, (shape.x, y if shape.height == box.height else height)]
    right = box.x + box.width + ASIDE
    return [*corners, (right, y), (right, box.y - ASIDE), (middle, box.y - ASIDE), (middle, shape.y)]


def _straight(leaves: Rect, reaches: Rect) -> list[Point]:
    return [_edge(leaves, _middle(reaches)), _edge(reaches, _middle(leaves))]


def _middle(shape: Rect) -> Point:
    return shape.x + shape.width / 2, shape.y + shape.height / 2


def _edge(shape: Rect, towards: Point) -> Point:
    """The middle of the shape's side that faces `towards`."""
    x, y = _middle(shape)
    if shape.y <= towards[1] <= shape.y + shape.height:
        return (shape.x if towards[0] < x else shape.x + shape.width), y
    return x, (shape.y if towards[1] < y else shape.y + shape.height)
