"""Stacks the horizontal runs of one channel: each on a track, so that none lie on each other, and in an order with few crossings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LABELLED: Final = 37.0  # the height of a track that carries labels
BARE: Final = 14.0
APART: Final = 12.0  # between two runs on one track


@dataclass(slots=True, eq=False)
class Run:
    """One horizontal run between the lines that leave it upwards and downwards (their x). `y` is set from the top of the channel."""

    ups: list[float]
    downs: list[float]
    label_width: float = 0.0
    label_x: float = 0.0  # its middle
    y: float = 0.0

    @property
    def low(self) -> float:
        return min(*self.ups, *self.downs)

    @property
    def high(self) -> float:
        return max(*self.ups, *self.downs)

    @property
    def length(self) -> float:
        return self.high - self.low

    @property
    def span(self) -> tuple[float, float]:
        """From left to right with the label."""
        if not self.label_width:
            return self.low, self.high
        return min(self.low, self.label_x - self.label_width / 2), max(self.high, self.label_x + self.label_width / 2)


def stack(runs: list[Run], through: list[float], left: float, right: float) -> float:
    """Give every run of a channel its `y` and its label a place between `left` and `right`; `through` are lines that only pass.

    Returns the height of the channel.
    """
    for run in runs:
        if run.label_width:
            others = through + [x for other in runs if other is not run for x in (*other.ups, *other.downs)]
            run.label_x = _label_place(run, others, left, right)
    levels = _levels(_in_order(runs))
    y = 0.0
    for level in levels:
        height = LABELLED if any(run.label_width for run in level) else BARE
        for run in level:
            run.y = y + height / 2
        y += height
    return y


def _label_place(run: Run, others: list[float], left: float, right: float) -> float:
    """The middle of the label: on the run where few lines cross it, or beside the run where that is too short."""
    half = run.label_width / 2
    low, high = run.low + half + 6, run.high - half - 6
    middle = (run.low + run.high) / 2
    if low < high:
        places = [middle, *(low + (high - low) * step / 24 for step in range(25))]
    else:
        places = [run.high + half + 4, run.low - half - 4, middle]
    inside = [place for place in places if left + half <= place <= right - half] or [min(max(middle, left + half), right - half)]
    own = [x for x in (*run.ups, *run.downs) if low >= high]

    def price(place: float) -> tuple[int, float]:
        crossed = sum(2 for x in others if abs(x - place) < half + 3) + sum(1 for x in own if abs(x - place) < half)
        return crossed, abs(place - middle) if low < high else 0.0

    return min(inside, key=price)


def _in_order(runs: list[Run]) -> list[Run]:
    """From the top: runs that only touch the row above come first; then each moves to where it causes fewest crossings."""
    ordered = sorted(runs, key=lambda run: (not run.ups) - (not run.downs))
    for run in [*ordered, *ordered]:
        rest = [other for other in ordered if other is not run]
        now = ordered.index(run)
        place = min(range(len(ordered)), key=lambda place: (_price(run, rest, place), abs(place - now)))
        ordered = [*rest[:place], run, *rest[place:]]
    return ordered


def _price(run: Run, rest: list[Run], place: int) -> int:
    return sum(_crossings(other, run) for other in rest[:place]) + sum(_crossings(run, other) for other in rest[place:])


def _crossings(upper: Run, lower: Run) -> int:
    """How often the two cross when one lies above the other; a line through a label counts more."""
    lines = [(x, upper) for x in lower.ups] + [(x, lower) for x in upper.downs]
    return sum((crossed.low < x < crossed.high) + 3 * (bool(crossed.label_width) and _under_label(x, crossed)) for x, crossed in lines)


def _under_label(x: float, run: Run) -> bool:
    return abs(x - run.label_x) < run.label_width / 2 + 3


def _levels(ordered: list[Run]) -> list[list[Run]]:
    """As few tracks as the order allows: a run lies below every earlier one that it would touch."""
    levels: list[list[Run]] = []
    for run in ordered:
        under = [number for number, level in enumerate(levels) for other in level if _touch(run, other)]
        number = max(under, default=-1) + 1
        if number == len(levels):
            levels.append([])
        levels[number].append(run)
    return levels


def _touch(one: Run, other: Run) -> bool:
    return one.span[0] < other.span[1] + APART and other.span[0] < one.span[1] + APART
