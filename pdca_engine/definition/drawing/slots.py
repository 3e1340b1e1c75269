"""Seats the states of a workflow: phases are lanes, a lane has one row of slots or more, and what belongs together sits together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from pdca_engine.definition.paper.words import PHASES, TO_PREVIOUS, TO_SAME
from pdca_engine.definition.paper.workflow import Workflow

PREVIOUS: Final = "@previous"  # drawn like a state: where a transition to `previous` leads
WIDEST: Final = 4  # columns


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the grid, from the top left."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Seating:
    """Who sits where. `lanes` names the phase of each row."""

    lanes: tuple[str, ...]
    columns: int
    at: Mapping[str, Slot]

    def neighbours(self, one: str, other: str) -> bool:
        """Whether the two sit in one row with nobody between them."""
        a, b = self.at[one], self.at[other]
        low, high = sorted((a.column, b.column))
        return a.row == b.row and low != high and not any(s.row == a.row and low < s.column < high for s in self.at.values())


Link = tuple[str, str]
Rows = list[list[str | None]]  # the slots of each lane, all its rows in one list


def seat(workflow: Workflow) -> Seating:
    """The best seating found: deterministic, so that the same workflow is always drawn the same."""
    links = _links(workflow)
    members = _members(workflow)
    columns = min(WIDEST, max(2, *(len(names) for names in members.values())))
    order = {name: number for number, name in enumerate(workflow.states)}
    return min((_climb(arranged, columns, links, order) for arranged in _arrangements(members)), key=lambda found: found[0])[1]


def _links(workflow: Workflow) -> list[Link]:
    links = []
    for transition in workflow.transitions.values():
        target = PREVIOUS if transition.target == TO_PREVIOUS else transition.target
        links += [(source, target) for source in transition.sources if target not in (TO_SAME, source)]
    return links


def _members(workflow: Workflow) -> dict[str, list[str]]:
    lanes = {phase: [state.name for state in workflow.states.values() if state.phase == phase] for phase in PHASES}
    back = next((one for one in workflow.transitions.values() if one.target == TO_PREVIOUS), None)
    if back:
        lanes[workflow.states[back.sources[0]].phase].append(PREVIOUS)
    return {phase: names for phase, names in lanes.items() if names}


def _arrangements(members: dict[str, list[str]]) -> list[dict[str, list[str]]]:
    """The lanes in the order of the cycle; what lies outside it may come last or first."""
    if "none" not in members or len(members) == 1:
        return [members]
    return [members, {"none": members["none"], **members}]


def _climb(members: dict[str, list[str]], columns: int, links: list[Link], order: Mapping[str, int]) -> tuple[float, Seating]:
    """Start from the order of the file and swap two slots of a lane as long as that makes it better."""
    lanes: Rows = [[*names, *[None] * (-len(names) % columns)] for names in members.values()]
    phases = tuple(phase for phase, slots in zip(members, lanes, strict=True) for _ in range(len(slots) // columns))
    best = _cost(_seated(lanes, columns), links, order)
    better = True
    while better:
        better = False
        for slots in lanes:
            for one, other in combinations(range(len(slots)), 2):
                slots[one], slots[other] = slots[other], slots[one]
                cost = _cost(_seated(lanes, columns), links, order)
                if cost < best - 1e-9:
                    best, better = cost, True
                else:
                    slots[one], slots[other] = slots[other], slots[one]
    return best, Seating(phases, columns, _seated(lanes, columns))


def _seated(lanes: Rows, columns: int) -> dict[str, Slot]:
    rows = [slots[first : first + columns] for slots in lanes for first in range(0, len(slots), columns)]
    return {name: Slot(row, column) for row, names in enumerate(rows) for column, name in enumerate(names) if name}


def _cost(at: Mapping[str, Slot], links: list[Link], order: Mapping[str, int]) -> float:
    seating = Seating((), 0, at)
    gaps: Counter[tuple[str, ...]] = Counter()
    total = 0.0
    for source, target in links:
        a, b = at[source], at[target]
        forward = order.get(source, 0) < order.get(target, len(order))
        if seating.neighbours(source, target):
            gaps[tuple(sorted((source, target)))] += 1
            straight = gaps[tuple(sorted((source, target)))] <= 2
            total += 1.0 if straight else 4.0
        else:
            total += 3.0 + abs(a.column - b.column) + 2.5 * max(0, abs(a.row - b.row) - 1)
        if a.row == b.row and forward and b.column < a.column:
            total += 1.5
    return total + sum(0.01 * slot.column * (2 if order.get(name) == 0 else 1) for name, slot in at.items())
