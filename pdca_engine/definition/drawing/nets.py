"""Which way each transition takes: straight to its neighbour, or through the channels above and below the rows.

A channel runs above each row and below the last: channel k lies above row k. A corridor runs before each column and behind the last:
corridor g lies left of column g. Where the ends of a net lie in different channels, a spine in one corridor joins them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from pdca_engine.definition.drawing.slots import PREVIOUS, Seating
from pdca_engine.definition.paper.words import TO_PREVIOUS, TO_SAME
from pdca_engine.definition.paper.workflow import Transition, Workflow


@dataclass(frozen=True, slots=True)
class End:
    """Where a net meets a box: on its top or bottom side, in the channel there."""

    state: str
    channel: int
    top: bool
    arrives: bool


@dataclass(slots=True, eq=False)
class Net:
    """One arrow of a transition, with as many tails as it has sources. Without `ends` it is straight, as the `lane`-th in its gap."""

    transition: Transition
    sources: tuple[str, ...]
    target: str
    ends: list[End] = field(default_factory=list)
    spine: int | None = None  # the corridor
    lane: int = 0

    @property
    def straight(self) -> bool:
        return not self.ends

    @property
    def channels(self) -> list[int]:
        """The channels it runs in, from the top."""
        return sorted({end.channel for end in self.ends})


def route(workflow: Workflow, seating: Seating) -> list[Net]:
    """Every transition as one net or more, in the order of the file."""
    nets = [net for transition in workflow.transitions.values() for net in _nets(transition)]
    gaps: Counter[tuple[str, ...]] = Counter()
    load: Counter[int] = Counter()
    spines: Counter[int] = Counter()
    for net in nets:
        pair = tuple(sorted((net.sources[0], net.target)))
        if len(net.sources) == 1 and seating.neighbours(net.sources[0], net.target) and gaps[pair] < 2:
            net.lane = gaps[pair]
            gaps[pair] += 1
        else:
            _bend(net, seating, load, spines)
    return nets


def _nets(transition: Transition) -> Iterator[Net]:
    target = PREVIOUS if transition.target == TO_PREVIOUS else transition.target
    others = tuple(source for source in transition.sources if target not in (TO_SAME, source))
    if others:
        yield Net(transition, others, target)
    for source in transition.sources:
        if source not in others:
            yield Net(transition, (source,), source)


def _bend(net: Net, seating: Seating, load: Counter[int], spines: Counter[int]) -> None:
    """Give the net its ends, on the sides that face each other, and a spine where these lie in different channels."""
    row = seating.at[net.target].row
    rows = {source: seating.at[source].row for source in net.sources}
    above, below = sum(one < row for one in rows.values()), sum(one > row for one in rows.values())
    top = above > below if above != below else load[row] < load[row + 1]
    for source, own in rows.items():
        leaves_top = own > row or (own == row and top)
        net.ends.append(End(source, own if leaves_top else own + 1, leaves_top, arrives=False))
    net.ends.append(End(net.target, row if top else row + 1, top, arrives=True))
    load.update(net.channels)
    if len(net.channels) > 1:
        columns = [seating.at[end.state].column for end in net.ends]
        places = range(seating.columns + 1)
        net.spine = min(places, key=lambda place: sum(abs(place - 0.5 - column) for column in columns) + 0.7 * spines[place])
        spines[net.spine] += 1
