"""What a decision needs to know, and what it answers: plain frozen data, no database.

Persons are their numbers throughout (a number never becomes a name inside the rules, so a person can be erased and decisions stay).
Dates are `date`, moments are aware `datetime` in UTC, numbers are `int` or `float`, field values are what JSON can hold
(dates as ISO text; `values.py` converts by the field's type).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pdca_engine.cadence.calendars import WorkingCalendar
from pdca_engine.definition.paper.workflow import Text
from pdca_engine.errors import Refusal

NOBODY: frozenset[int] = frozenset()
NOTHING: Mapping[Any, Any] = MappingProxyType({})


class Recall(NamedTuple):
    """What the item's trail says, in short. Derived: replaying the trail gives the same (`pdca trail verify` compares).

    `previous` is the state it came from; `entered` the last entry of each state (ISO text: read it with `entered_at`); `held` everybody
    who ever held a relation; `fired` everybody who ever fired a transition (a deputy and the person deputised both); `times` counts in
    the present cycle; `agreed` the yeses to a transition that takes several, as [who, for whom], until any step or edit ends the round.
    """

    previous: str | None = None
    times: Mapping[str, int] = NOTHING
    times_ever: Mapping[str, int] = NOTHING
    entered: Mapping[str, str] = NOTHING
    held: Mapping[str, Sequence[int]] = NOTHING
    fired: Mapping[str, Sequence[int]] = NOTHING
    due_moved: int = 0
    agreed: Mapping[str, Sequence[Sequence[int]]] = NOTHING

    def entered_at(self, state: str) -> datetime | None:
        """When the state was last entered; None: never."""
        at = self.entered.get(state)
        return datetime.fromisoformat(at) if at else None


class ItemFacts(NamedTuple):
    """The item's row: first what it holds as it is, in whatever order (see `services.facts`), then what the rules want otherwise."""

    id: int
    key: str
    title: str
    state: str
    state_since: datetime
    version: int
    created_at: datetime
    cycle: int = 1
    attempt: int = 1
    seq: int = 0  # how many trail entries it has
    head: bytes = b""  # hash of the last of them
    description: str = ""
    owner: int | None = None
    proposer: int | None = None
    checker: int | None = None
    process: str | None = None
    service: str | None = None
    priority: str | None = None
    source: str | None = None
    due: date | None = None
    closed_at: datetime | None = None
    parent: int | None = None
    silenced: bool = False
    fields: Mapping[str, Any] = NOTHING
    requirements: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    recall: Recall = Recall()


class ChildFacts(NamedTuple):
    """One child item, as far as its parent's rules look at it. `owners` is everybody who ever owned it."""

    id: int
    key: str
    workflow: str
    state: str
    final: str | None
    owner: int | None = None
    owners: tuple[int, ...] = ()
    due: date | None = None
    evidence: int = 0
    fields: Mapping[str, Any] = NOTHING


class EvidenceFacts(NamedTuple):
    """One piece of evidence that is in force (not superseded)."""

    kind: str | None
    dated: date
    added_at: datetime


class LinkFacts(NamedTuple):
    """One link from this item to another item or address."""

    kind: str
    to: int | None


class Actor(NamedTuple):
    """Who acts: a person with the roles granted to them now (for the item's process or the organisation), or the engine itself.

    `stands_in` maps each person they are deputy for today to that person's granted roles.
    """

    person: int | None
    roles: frozenset[str] = frozenset()
    stands_in: Mapping[int, frozenset[str]] = NOTHING
    engine: bool = False


ENGINE_ACTOR = Actor(person=None, engine=True)


class Facts(NamedTuple):
    """Everything one decision looks at. `holders` maps a granted role to everybody who holds it now for the item's process, `held_since`
    to everybody who held it on any day since the item was created."""

    item: ItemFacts
    actor: Actor
    zone: ZoneInfo
    calendar: WorkingCalendar
    holders: Mapping[str, frozenset[int]] = NOTHING
    held_since: Mapping[str, frozenset[int]] = NOTHING
    line_manager: int | None = None  # of the item's owner
    children: tuple[ChildFacts, ...] = ()
    evidence: tuple[EvidenceFacts, ...] = ()
    links: tuple[LinkFacts, ...] = ()
    named: Mapping[str, Any] = NOTHING  # facts from other rooms by name: check, coverage …
    kin: Mapping[str, Text] = NOTHING  # titles of children's workflows ("action") and states ("action.done")

    def kin_text(self, workflow: str, state: str | None = None) -> Text:
        """What people call a child's workflow, or a state of it; its bare name where nobody said."""
        name = f"{workflow}.{state}" if state else workflow
        return self.kin.get(name) or Text(state or workflow, state or workflow)


class Command(NamedTuple):
    """What somebody wants: a transition, with values for inputs and fields, a comment, and whom they act for (as deputy)."""

    transition: str
    values: Mapping[str, Any] = NOTHING
    comment: str | None = None
    acting_for: int | None = None
    decline: bool = False  # say no to a transition that takes several yeses


@dataclass(frozen=True, slots=True)
class TimerStart:
    """A timer begins: due at that instant, first waking at `wake_at` (a ladder step may come before)."""

    name: str
    due_at: datetime
    nominal: date
    restart: bool = True  # False: leave a timer of that name alone when it already runs


class Notice(NamedTuple):
    """Somebody is to be told; one message a person."""

    kind: str  # notify | escalate
    persons: tuple[int, ...]
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item to be created as a child or on its own. `holders`: who holds each role that its fields name, for those that take persons."""

    workflow: str
    title: Text | None
    fields: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, Any] = field(default_factory=dict)
    child: bool = True
    holders: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Follow:
    """A transition to be fired on another item in the same transaction."""

    on: str  # self | children | parent
    transition: str
    workflow: str | None = None


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link to be made to the item whose key is `to`."""

    to: str
    kind: str


class Decision(NamedTuple):
    """The answer yes: all that is to be written, in one transaction. A tuple with names, because it is made at every step, twice as fast.

    `changes` maps each changed column or field to (old, new) as JSON values: the trail keeps it.
    `columns` and `fields` hold the new values; `recall` is the item's new recall.
    """

    transition: str
    source: str
    target: str
    phase: str
    final: str | None
    cycle: int
    attempt: int
    role: str
    person: int | None
    acting_for: int | None
    moved_up: bool
    closed_at: datetime | None
    silenced: bool
    recall: Recall
    comment: str | None = None
    inputs: Mapping[str, Any] = NOTHING
    changes: Mapping[str, tuple[Any, Any]] = NOTHING
    due_by_rule: bool = False  # the step itself set the due date: that is no date moved by a person
    columns: Mapping[str, Any] = NOTHING
    fields: Mapping[str, Any] = NOTHING
    start: tuple[TimerStart, ...] = ()
    stop: tuple[str, ...] = ()  # names of timers that end; ("*",) all
    notices: tuple[Notice, ...] = ()
    creates: tuple[NewItem, ...] = ()
    follows: tuple[Follow, ...] = ()
    links: tuple[NewLink, ...] = ()
    baselines: tuple[str, ...] = ()  # names of measure fields to freeze
    webhooks: tuple[str, ...] = ()
    kind: str = "advanced"  # or "agreed", "declined": one voice where several must say yes; the item stays where it is
    still: int = 0  # how many yeses are wanting after this one


@dataclass(frozen=True, slots=True)
class Refused:
    """The answer no: every unmet condition."""

    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that could come next, and what it still lacks (empty: it can be done now)."""

    transition: str
    target: str
    missing: tuple[Refusal, ...] = field(default=())
