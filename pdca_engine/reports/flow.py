"""How a workflow really flows: counts, times, returns and deviations from the trail, in one pass over its entries.

A pure function of rows: it reads nothing and knows no database. Memory: a few numbers for each visit of a state, and one item's path.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from statistics import median, quantiles
from typing import Any, Final, NamedTuple

from pdca_engine.definition.paper.words import TO_PREVIOUS, TO_SAME
from pdca_engine.definition.paper.workflow import Workflow

FEW: Final = 10  # keys that are named of each deviation
BEGINS: Final = ("created", "imported")
VOICES: Final = ("agreed", "declined")  # one of several that a step needs: the item stays


class FlowRow(NamedTuple):
    """One trail entry as this needs it; rows come item by item, each in the order of its trail."""

    key: str
    at: datetime
    kind: str
    transition: str | None
    source: str | None
    target: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A transition from one state to another: how often it was taken, by how many items, how often it led back.

    It leads back where the item had been in the target before it first came to the source.
    """

    transition: str
    source: str
    target: str
    count: int
    items: int
    returns: int


@dataclass(frozen=True, slots=True)
class Stay:
    """A state: visits begun, items that were in it and that are in it now; seconds of the visits that ended (None: none did)."""

    state: str
    visits: int
    items: int
    here: int
    median: float | None
    slow: float | None  # nine in ten visits were shorter


@dataclass(frozen=True, slots=True)
class Deviation:
    """Something that is not on the paper: how often, in how many items, and the first of their keys.

    `kind`: migrated (`what` is "1 → 2"), gone_state, gone_step, jumped ("a → b": the trail goes on elsewhere than it stopped),
    moved_up (a transition decided one level up, since independence left nobody).
    """

    kind: str
    what: str
    count: int
    items: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole picture. `through` is the median of seconds from creation to the end; `reworked` items went back at least once."""

    items: int
    achieved: int
    ended: int
    reworked: int
    entries: int
    through: float | None
    steps: tuple[Step, ...]
    stays: tuple[Stay, ...]
    refused: Mapping[str, int]
    deviations: tuple[Deviation, ...]

    @property
    def open(self) -> int:
        """Items that have not ended."""
        return self.items - self.achieved - self.ended

    def taken(self, transition: str) -> int:
        """How often a transition was taken, from wherever."""
        return sum(one.count for one in self.steps if one.transition == transition)


def compute_flow(rows: Iterable[FlowRow], paper: Workflow, versions: Mapping[int, int], back: Collection[str]) -> Flow:
    """The flow of the items whose entries `rows` are, held against `paper`.

    `versions` are version numbers by row id; `back` names the transitions that lead to where an item came from, in any version: they are
    no rework.
    """
    tally = _Tally(paper, versions, frozenset(back))
    for key, own in groupby(rows, key=attrgetter("key")):
        _Path(tally, key).walk(own)
    return tally.flow()


@dataclass(slots=True)
class _Found:
    """Where a deviation was seen."""

    count: int = 0
    items: int = 0
    last: str = ""
    keys: list[str] = field(default_factory=list)

    def add(self, key: str) -> None:
        self.count += 1
        if key != self.last:
            self.items, self.last = self.items + 1, key
            if len(self.keys) < FEW:
                self.keys.append(key)


class _Tally:
    """What is counted over all items."""

    def __init__(self, paper: Workflow, versions: Mapping[int, int], back: frozenset[str]) -> None:
        self.paper, self.versions, self.back = paper, versions, back
        self.items = self.entries = self.reworked = 0
        self.ends: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self.carriers: Counter[tuple[str, str, str]] = Counter()
        self.returns: Counter[tuple[str, str, str]] = Counter()
        self.visits: Counter[str] = Counter()
        self.visitors: Counter[str] = Counter()
        self.here: Counter[str] = Counter()
        self.seconds: defaultdict[str, array[float]] = defaultdict(lambda: array("d"))
        self.through = array("d")
        self.found: defaultdict[tuple[str, str], _Found] = defaultdict(_Found)

    def flow(self) -> Flow:
        order = {name: number for number, name in enumerate(self.paper.transitions)}
        places = {name: number for number, name in enumerate(self.paper.states)}
        steps = sorted(self.counts, key=lambda one: (order.get(one[0], len(order)), one))
        states = sorted({*self.visits, *self.paper.states}, key=lambda one: (places.get(one, len(places)), one))
        return Flow(
            items=self.items,
            achieved=self.ends["achieved"],
            ended=self.ends["ended"],
            reworked=self.reworked,
            entries=self.entries,
            through=median(self.through) if self.through else None,
            steps=tuple(Step(*one, self.counts[one], self.carriers[one], self.returns[one]) for one in steps),
            stays=tuple(self._stay(state) for state in states),
            refused=dict(sorted(self.refused.items())),
            deviations=tuple(
                Deviation(kind, what, one.count, one.items, tuple(one.keys)) for (kind, what), one in sorted(self.found.items())
            ),
        )

    def _stay(self, state: str) -> Stay:
        seconds = self.seconds.get(state)
        slow = _slow(seconds) if seconds else None
        return Stay(state, self.visits[state], self.visitors[state], self.here[state], median(seconds) if seconds else None, slow)

    def on_paper(self, transition: str, source: str, target: str) -> bool:
        """Whether the paper has that arrow."""
        one = self.paper.transitions.get(transition)
        if one is None or source not in one.sources:
            return False
        return one.target == TO_PREVIOUS or target == (source if one.target == TO_SAME else one.target)


def _slow(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=10, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]


class _Path:
    """One item's way, from its creation on."""

    def __init__(self, tally: _Tally, key: str) -> None:
        self.tally, self.key = tally, key
        self.state: str | None = None
        self.since: datetime | None = None
        self.began: datetime | None = None
        self.final: str | None = None
        self.ended: datetime | None = None
        self.seen: dict[str, int] = {}  # state → the how-manyeth it was of this item
        self.steps: set[tuple[str, str, str]] = set()
        self.returned = False

    def walk(self, rows: Iterable[FlowRow]) -> None:
        for row in rows:
            self.tally.entries += 1
            if row.kind in BEGINS:
                self.began = row.at
                self._enter(row.target, row.at)
            elif row.kind == "advanced":
                self._advance(row)
            elif row.kind == "migrated":
                self._migrate(row)
            elif row.kind == "refused" and row.transition:
                self.tally.refused[row.transition] += 1
            elif row.kind in VOICES and row.detail.get("moved_up"):
                self._note("moved_up", row.transition or "")
        self._end()

    def _note(self, kind: str, what: str) -> None:
        self.tally.found[kind, what].add(self.key)

    def _enter(self, state: str | None, at: datetime) -> None:
        if state is None:
            return
        self.state, self.since = state, at
        self.tally.visits[state] += 1
        if state not in self.tally.paper.states:
            self._note("gone_state", state)
        self.seen.setdefault(state, len(self.seen))

    def _advance(self, row: FlowRow) -> None:
        step = (row.transition or "", row.source or "", row.target or "")
        if self.state is not None and row.source != self.state:
            self._note("jumped", f"{self.state} → {row.source}")
        self.tally.counts[step] += 1
        self.steps.add(step)
        if not self.tally.on_paper(*step):
            self._note("gone_step", f"{step[0]}: {step[1]} → {step[2]}")
        if row.detail.get("moved_up"):
            self._note("moved_up", step[0])
        self.final = row.detail.get("final")
        self.ended = row.at if self.final else None
        if row.source != row.target:
            self._leave(row, step)

    def _leave(self, row: FlowRow, step: tuple[str, str, str]) -> None:
        if self.since is not None and self.state is not None:
            self.tally.seconds[self.state].append((row.at - self.since).total_seconds())
        if self._leads_back(row):
            self.tally.returns[step] += 1
            self.returned = True
        self._enter(row.target, row.at)

    def _leads_back(self, row: FlowRow) -> bool:
        never = len(self.seen)
        was = self.seen.get(row.target or "", never)
        return was < self.seen.get(self.state or "", never) and row.transition not in self.tally.back

    def _migrate(self, row: FlowRow) -> None:
        """Another version: a state that was renamed goes on, it is not entered anew."""
        old, new = (self.tally.versions.get(one, one) for one in row.detail.get("workflow_version", (0, 0)))
        self._note("migrated", f"{old} → {new}")
        if row.target is not None and row.target != self.state:
            if self.state is not None:
                self.tally.visits[self.state] -= 1
                self.seen = {row.target if name == self.state else name: number for name, number in self.seen.items()}
            self._enter(row.target, self.since or row.at)

    def _end(self) -> None:
        tally = self.tally
        tally.items += 1
        tally.reworked += self.returned
        tally.carriers.update(self.steps)
        tally.visitors.update(self.seen)
        if self.state is not None:
            tally.here[self.state] += 1
        if self.final:
            tally.ends[self.final] += 1
        if self.began is not None and self.ended is not None:
            tally.through.append((self.ended - self.began).total_seconds())
