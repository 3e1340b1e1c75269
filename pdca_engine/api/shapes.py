"""What goes out, where a report's own shape isn't already fit for JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from pdca_engine.api.problems import Condition
from pdca_engine.reports.cards import Card
from pdca_engine.reports.history import HistoryLine
from pdca_engine.reports.items import EvidenceLine, LinkLine, Paper, TimerLine
from pdca_engine.reports.workflow_life import Stranded
from pdca_engine.reports.workflows import VersionLine, WorkflowLine


class ItemsPage(BaseModel):
    """One page of items; pass `next_cursor` as `cursor` for the next."""

    items: list[Card]
    next_cursor: str | None


class HistoryPage(BaseModel):
    """One page of a trail, newest first."""

    entries: list[HistoryLine]
    next_cursor: str | None


class Value(BaseModel):
    """A field or common column with its value: as data, and as a person reads it."""

    name: str
    title: str
    type: str
    value: Any
    text: str


class ItemShape(BaseModel):
    """One item, whole. `head` is the hash of its last trail entry."""

    item: Card
    description: str
    workflow: Paper
    columns: list[Value]
    fields: list[Value]
    parent: Card | None
    children: list[Card]
    evidence: list[EvidenceLine]
    links: list[LinkLine]
    timers: list[TimerLine]
    silenced: bool
    seq: int
    head: str


class Created(BaseModel):
    """A new item."""

    key: str
    id: int
    version: int


class Advanced(BaseModel):
    """What came of a transition. `repeated`: this is the answer to an earlier, same request."""

    key: str
    transition: str
    source: str
    target: str
    version: int
    cycle: int
    attempt: int
    created: list[str] = Field(description="Keys of items it brought about")
    repeated: bool
    kind: str = Field("advanced", description="advanced; or agreed, declined: one voice where several must say yes, and the item stays")
    still: int = Field(0, description="How many yeses are still wanting")


class Outcome(BaseModel):
    """What came of one of many moves: either it advanced, or the problem that says why not."""

    key: str
    advanced: Advanced | None
    problem: dict[str, Any] | None


class Edited(BaseModel):
    """What an edit changed: name → [old, new]."""

    key: str
    version: int
    changes: dict[str, list[Any]]


class ChoiceShape(BaseModel):
    """One value of a choice."""

    value: str
    title: str


class FieldShape(BaseModel):
    """Something to fill in."""

    name: str
    title: str
    help: str | None
    type: str
    required: bool
    unit: str | None
    min: float | None
    max: float | None
    max_length: int | None
    choices: list[ChoiceShape]
    columns: list[FieldShape]


class RoundShape(BaseModel):
    """How far a step that takes several yeses has come: by number, who said yes for whom, who still can, how many are wanting."""

    said: list[tuple[int, int]]
    open_to: list[int]
    still: int


class NextShape(BaseModel):
    """One thing that could come next. `missing` is all it still lacks; `blockers` is what can't be given along with it."""

    transition: str
    title: str
    help: str | None
    target: str | None
    target_title: str | None
    allowed: bool
    asks: list[FieldShape]
    asks_comment: bool
    missing: list[Condition]
    blockers: list[Condition]
    round: RoundShape | None = None


class StateShape(BaseModel):
    """A place an item can be in."""

    name: str
    title: str
    help: str | None
    phase: str
    initial: bool
    final: str | None


class TransitionShape(BaseModel):
    """A step from one state to another; `target` may be `same` or `previous`."""

    name: str
    title: str
    help: str | None
    sources: list[str]
    target: str
    by: list[str]
    approvals: str | None = Field(None, description="Where several must say yes: `all` of `by`, or at least so many, as a number")
    independent_of: list[str]
    inputs: list[FieldShape]


class WorkflowShape(BaseModel):
    """One workflow in one of its versions."""

    workflow: WorkflowLine
    version: int
    versions: list[VersionLine]
    help: str | None
    fields: list[FieldShape]
    states: list[StateShape]
    transitions: list[TransitionShape]


class FileProblem(BaseModel):
    """One thing wrong with a workflow file; line and column count from 1."""

    code: str
    severity: str
    file: str
    line: int
    column: int
    message: str
    suggestion: str | None


class FileProblems(BaseModel):
    """All that is wrong with a workflow file; empty when nothing is."""

    problems: list[FileProblem]


class Published(BaseModel):
    """A published version; `new` is false when this very text was published before."""

    workflow: str
    version: int
    new: bool


class EvidenceAdded(BaseModel):
    """A piece of evidence was added; `version` counts the pieces it supersedes."""

    id: int
    version: int
    repeated: bool


class Done(BaseModel):
    """It is done."""

    key: str


class Me(BaseModel):
    """Who is calling."""

    id: int
    name: str
    language: str
    scope: str
    roles: list[str]
    today: str
    now: datetime


class BrokenShape(BaseModel):
    """The first break in the trail."""

    item: str
    seq: int
    code: str
    what: str


class TrailShape(BaseModel):
    """How much was verified, and the first break (null: all well)."""

    ok: bool
    items: int
    entries: int
    first_broken: BrokenShape | None


class ChangeShape(BaseModel):
    """One difference between two versions; `what` is the attribute, empty where the whole thing came or went."""

    kind: str
    part: str
    name: str
    what: str
    old: str | None
    new: str | None
    message: str


class DiffShape(BaseModel):
    """What differs between two versions (`to` null: a text), and which running items the second would strand."""

    workflow: str
    source: int = Field(serialization_alias="from")
    target: int | None = Field(serialization_alias="to")
    changes: list[ChangeShape]
    stranded: list[Stranded]


class WayShape(BaseModel):
    """How many items go from one state to another; `becomes` null: they can't go."""

    state: str
    becomes: str | None
    items: int


class PlanShape(BaseModel):
    """A migration before it happens. `items` are the first of them, as `pdca workflows migrate --json` tells them."""

    workflow: str
    source: int = Field(serialization_alias="from")
    target: int = Field(serialization_alias="to")
    total: int
    refused: int
    with_losses: int
    ways: list[WayShape]
    items: list[dict[str, Any]]
