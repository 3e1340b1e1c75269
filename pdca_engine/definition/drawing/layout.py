"""Lays a workflow out on a page: boxes for states, orthogonal arrows for transitions, and labels that touch neither boxes nor each other.

Every horizontal run of an arrow has a track of its own in a channel, every vertical one a place of its own in a corridor or at a port, and
labels lie on tracks high enough for them: nothing has to be tried out, and nothing overlaps by construction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise

from pdca_engine.definition.drawing.nets import End, Net, route
from pdca_engine.definition.drawing.parts import BOX_HEIGHT, HEADER, LABEL_HEIGHT, PAD, SPINE_STEP, STEP, Arrow, Drawing, Point, Rect, Words
from pdca_engine.definition.drawing.slots import Seating, seat
from pdca_engine.definition.drawing.tracks import Run, stack
from pdca_engine.definition.paper.workflow import Workflow


def lay_out(workflow: Workflow, words: Mapping[str, Words], box_width: float) -> Drawing:
    """Places for everything. `words` are the labels by transition; a box is at least `box_width` wide."""
    return _Page(workflow, words, box_width).drawing()


class _Page:
    """The arithmetic of one page, from left to right and then from top to bottom."""

    def __init__(self, workflow: Workflow, words: Mapping[str, Words], box_width: float) -> None:
        self.words = words
        self.seating: Seating = seat(workflow)
        self.nets = route(workflow, self.seating)
        self.bent = [net for net in self.nets if not net.straight]
        self.rows = len(self.seating.lanes)
        self.box_width = max(box_width, STEP * (1 + self._busiest_side()))
        self.spines = self._spine_places()
        self._columns()
        self.ports = self._ports()
        self._runs()
        self._rows()

    # --- from left to right

    def _busiest_side(self) -> int:
        count: dict[tuple[str, bool], int] = defaultdict(int)
        for net in self.bent:
            for end in net.ends:
                count[end.state, end.top] += 1
        return max(count.values(), default=0) + 1

    def _spine_places(self) -> dict[int, list[list[Net]]]:
        """By corridor, the nets on each of its vertical tracks: two may share one when they are in different rows."""
        places: dict[int, list[list[Net]]] = defaultdict(list)
        for net in self.bent:
            if net.spine is None:
                continue
            for track in places[net.spine]:
                if all(net.channels[0] > one.channels[-1] or net.channels[-1] < one.channels[0] for one in track):
                    track.append(net)
                    break
            else:
                places[net.spine].append([net])
        return places

    def _columns(self) -> None:
        """Where corridors and columns begin; a corridor holds its spines on the left and labels of straight arrows on the right."""
        x = HEADER
        self.corridor_x: list[float] = []
        self.column_x: list[float] = []
        for corridor in range(self.seating.columns + 1):
            self.corridor_x.append(x)
            x += PAD + SPINE_STEP * len(self.spines[corridor]) + max(self._label_room(corridor), PAD)
            self.column_x.append(x)
            x += self.box_width
        self.width = self.column_x.pop() + PAD

    def _label_room(self, corridor: int) -> float:
        """What straight arrows that end at this corridor's right still need for their labels: those over empty slots have passed some."""
        room = 0.0
        for net in (one for one in self.nets if one.straight):
            first, last = sorted(self.seating.at[name].column for name in (net.sources[0], net.target))
            if last == corridor:
                passed = self.corridor_x[corridor] - self.column_x[first] - self.box_width
                room = max(room, self.words[net.transition.name].width + 2 * PAD - passed)
        return room

    def _spine_x(self, net: Net) -> float:
        corridor = net.spine or 0
        number = next(number for number, track in enumerate(self.spines[corridor]) if net in track)
        return self.corridor_x[corridor] + PAD + SPINE_STEP * (number + 0.5)

    def _ports(self) -> dict[tuple[int, End], float]:
        sides: dict[tuple[bool, str], list[tuple[float, int, int, Net, End]]] = defaultdict(list)
        for number, net in enumerate(self.bent):
            for place, end in enumerate(net.ends):
                sides[end.top, end.state].append((self._pull(net, end), number, place, net, end))
        ports: dict[tuple[int, End], float] = {}
        for (top, state), ends in sorted(sides.items(), key=lambda side: side[0]):  # bottom sides first
            ends = [one for one in ends if not (top and (id(one[3]), one[4]) in ports)]
            for x, (_, _, _, net, end) in zip(self._spread(state, top, len(ends)), sorted(ends, key=lambda one: one[:3]), strict=True):
                ports[id(net), end] = x
                if not top and (below := self._straight_down(net)):
                    ports[id(net), below] = x
        return ports

    def _pull(self, net: Net, end: End) -> float:
        """The column its other ends lie in, on average: ports in that order cross least."""
        if net.spine is not None:
            return net.spine - 0.5
        others = [self.seating.at[one.state].column for one in net.ends if one is not end]
        return sum(others) / len(others)

    def _straight_down(self, net: Net) -> End | None:
        """The lower end of a net between two boxes one above the other: it takes the port of the upper end."""
        if len(net.ends) != 2 or net.spine is not None:
            return None
        lower, upper = sorted(net.ends, key=lambda end: not end.top)
        at = self.seating.at
        return lower if lower.top and not upper.top and at[lower.state].column == at[upper.state].column else None

    def _spread(self, state: str, top: bool, count: int) -> list[float]:
        """`count` ports on one side, on the grid of its kind of side, around the middle."""
        left = self.column_x[self.seating.at[state].column]
        slots = int((self.box_width - STEP) // STEP) + (0 if top else 1)
        step = max(1, min(2, (slots - 1) // max(1, count - 1)))
        first = (slots - 1 - step * (count - 1)) // 2
        margin = (self.box_width - STEP * (slots - 1)) / 2
        return [left + margin + STEP * (first + step * number) for number in range(count)]

    # --- tracks

    def _runs(self) -> None:
        """Stack the horizontal runs of every channel."""
        self.runs: dict[tuple[int, int], Run] = {}
        for channel in range(self.rows + 1):
            for net in self.bent:
                if channel in net.channels:
                    self.runs[id(net), channel] = self._run(net, channel)
        for net in self.bent:
            home = max(net.channels, key=lambda channel: self.runs[id(net), channel].length)
            self.runs[id(net), home].label_width = self.words[net.transition.name].width
        self.heights = [self._stack(channel) for channel in range(self.rows + 1)]

    def _run(self, net: Net, channel: int) -> Run:
        ups = [self.ports[id(net), end] for end in net.ends if end.channel == channel and not end.top]
        downs = [self.ports[id(net), end] for end in net.ends if end.channel == channel and end.top]
        if net.spine is not None:
            x = self._spine_x(net)
            ups += [x] * (net.channels[0] < channel)
            downs += [x] * (net.channels[-1] > channel)
        return Run(ups, downs)

    def _stack(self, channel: int) -> float:
        own = [run for (_, one), run in self.runs.items() if one == channel]
        through = [
            self._spine_x(net)
            for net in self.bent
            if net.spine is not None and net.channels[0] < channel < net.channels[-1] and channel not in net.channels
        ]
        return stack(own, through, HEADER + 4, self.width - 4)

    # --- from top to bottom

    def _rows(self) -> None:
        y = 0.0
        self.channel_y: list[float] = []
        self.row_y: list[float] = []  # the middle of its boxes
        for channel in range(self.rows + 1):
            self.channel_y.append(y + PAD)
            y += self.heights[channel] + 2 * PAD
            half = self._half_row(channel)
            self.row_y.append(y + half)
            y += 2 * half
        self.row_y.pop()
        self.height = self.channel_y[-1] + self.heights[-1] + PAD

    def _half_row(self, row: int) -> float:
        if row == self.rows:
            return 0.0
        doubled = any(net.straight and net.lane and self.seating.at[net.target].row == row for net in self.nets)
        return BOX_HEIGHT / 2 + (20 if doubled else 2)

    def _box(self, state: str) -> Rect:
        slot = self.seating.at[state]
        return Rect(self.column_x[slot.column], self.row_y[slot.row] - BOX_HEIGHT / 2, self.box_width, BOX_HEIGHT)

    # --- the drawing

    def drawing(self) -> Drawing:
        boxes = {name: self._box(name) for name in self.seating.at}
        arrows = tuple(self._straight(net) if net.straight else self._bent(net) for net in self.nets)
        return Drawing(self.width, self.height, self._lanes(), boxes, arrows)

    def _lanes(self) -> tuple[tuple[str, Rect], ...]:
        """One band for each phase, from just above its first row to just above the next phase's."""
        lanes = self.seating.lanes
        firsts = [row for row in range(self.rows) if row == 0 or lanes[row] != lanes[row - 1]]
        tops = [0.0, *(self.row_y[row] - self._half_row(row) - PAD / 2 for row in firsts[1:]), self.height]
        return tuple((lanes[row], Rect(0, top, self.width, low - top)) for row, top, low in zip(firsts, tops, tops[1:], strict=False))

    def _straight(self, net: Net) -> Arrow:
        source, target = self._box(net.sources[0]), self._box(net.target)
        rightward = source.x < target.x
        left, right = (source, target) if rightward else (target, source)
        paired = any(
            other is not net and other.straight and {other.sources[0], other.target} == {net.sources[0], net.target} for other in self.nets
        )
        shift = (-15.0 if net.lane == 0 else 15.0) if paired else 0.0
        y = self.row_y[self.seating.at[net.target].row] + shift
        ends = (left.x + left.width, right.x)
        middle = self._middle(net, *ends)
        words = self.words[net.transition.name]
        top = {-1: y - LABEL_HEIGHT - 2, 0: y - LABEL_HEIGHT / 2, 1: y + 2}[(shift > 0) - (shift < 0)]
        label = Rect(middle - words.width / 2, top, words.width, LABEL_HEIGHT)
        line = ((ends[0], y), (ends[1], y)) if rightward else ((ends[1], y), (ends[0], y))
        return Arrow(net, (line,), (), words, label)

    def _paired(self, net: Net) -> bool:
        """Whether two straight arrows share the gap of this one."""
        ends = {net.sources[0], net.target}
        return any(other is not net and other.straight and {other.sources[0], other.target} == ends for other in self.nets)

    def _middle(self, net: Net, left: float, right: float) -> float:
        """Where the label of a straight arrow is centred: beside the spines of its corridor, or over the empty slots it passes."""
        columns = sorted(self.seating.at[name].column for name in (net.sources[0], net.target))
        if columns[1] - columns[0] > 1:
            return (left + right) / 2
        return (left + PAD + SPINE_STEP * len(self.spines[columns[1]]) + right) / 2

    def _bent(self, net: Net) -> Arrow:
        arrival = net.ends[-1]
        lines = [self._line(net, end, arrival) for end in net.ends[:-1]]
        joints = {line[-3] if len(line) == 4 else line[2] for line in lines}
        run = next(run for (number, _), run in self.runs.items() if number == id(net) and run.label_width)
        channel = next(channel for channel in net.channels if self.runs[id(net), channel] is run)
        words = self.words[net.transition.name]
        y = self.channel_y[channel] + run.y
        label = Rect(run.label_x - words.width / 2, y - LABEL_HEIGHT / 2, words.width, LABEL_HEIGHT)
        met = (joint for joint in joints if sum(_passes(line, joint) for line in lines) > 1)
        return Arrow(net, tuple(lines), tuple(sorted(met)), words, label)

    def _line(self, net: Net, leaves: End, arrives: End) -> tuple[Point, ...]:
        start, goal = self.ports[id(net), leaves], self.ports[id(net), arrives]
        first, last = self._track_y(net, leaves.channel), self._track_y(net, arrives.channel)
        turn = [] if net.spine is None or leaves.channel == arrives.channel else [(self._spine_x(net), first), (self._spine_x(net), last)]
        return ((start, self._edge(leaves)), (start, first), *turn, (goal, last), (goal, self._edge(arrives)))

    def _track_y(self, net: Net, channel: int) -> float:
        return self.channel_y[channel] + self.runs[id(net), channel].y

    def _edge(self, end: End) -> float:
        box = self._box(end.state)
        return box.y if end.top else box.y + box.height


def _passes(line: tuple[Point, ...], point: Point) -> bool:
    """Whether the line goes through the point or bends there."""
    x, y = point
    return any(min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2) for (x1, y1), (x2, y2) in pairwise(line))
