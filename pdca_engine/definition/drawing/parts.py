"""The parts of a laid-out page, and its measures in pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pdca_engine.definition.drawing.nets import Net
from pdca_engine.definition.drawing.text import text_width

HEADER: Final = 96.0  # the lane's title
BOX_HEIGHT: Final = 58.0
STEP: Final = 20.0  # between two ports on one side; those on top sides are half a step off those on bottom sides
SPINE_STEP: Final = 14.0
TITLE_SIZE: Final = 12.5
ROLES_SIZE: Final = 10.5
LABEL_HEIGHT: Final = 32.0
PAD: Final = 14.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle from its top left corner."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Rect) -> bool:
        """Whether they share more than an edge."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


@dataclass(frozen=True, slots=True)
class Words:
    """What a label says: the transition, and who may do it."""

    title: str
    roles: str

    @property
    def width(self) -> float:
        return max(text_width(self.title, TITLE_SIZE) * 1.06, text_width(self.roles, ROLES_SIZE)) + 10  # the title is set bolder


@dataclass(frozen=True, slots=True)
class Arrow:
    """One net, drawn: its lines (the last one ends in the head), the joints where lines meet, and its label around `label`."""

    net: Net
    lines: tuple[tuple[Point, ...], ...]
    joints: tuple[Point, ...]
    words: Words
    label: Rect


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything with its place. `lanes` are (phase, rectangle)."""

    width: float
    height: float
    lanes: tuple[tuple[str, Rect], ...]
    boxes: Mapping[str, Rect]
    arrows: tuple[Arrow, ...]
