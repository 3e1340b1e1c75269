"""PAPER: what a YAML file says, as plain frozen data. No database, no behaviour beyond looking things up.

The reader makes it, the checks judge it, `machine` and `decide` use it. Every mapping keeps the order of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Literal

from pdca_engine.cadence.durations import Duration
from pdca_engine.cadence.ladder import LadderStep
from pdca_engine.definition.paper.story import Story
from pdca_engine.definition.paper.text import Text as Text

Phase = Literal["plan", "do", "check", "act", "none"]
Final_ = Literal["achieved", "ended"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice field."""

    value: str
    title: Text


@dataclass(frozen=True, slots=True)
class Field:
    """A value an item carries (or a transition takes as input): its type, limits and texts."""

    name: str
    type: str
    title: Text
    help: Text | None = None
    required: bool = False
    default: Any = None
    of: tuple[Choice, ...] = ()
    unit: str | None = None
    min: float | None = None
    max: float | None = None
    max_length: int | None = None
    visible_to: tuple[str, ...] = ()
    fixed_from: str | None = None  # the state whose first entry takes the value out of people's hands
    columns: tuple[Field, ...] = ()  # of a table

    def choice(self, value: str) -> Choice | None:
        """The choice with that value, if there is one."""
        return next((choice for choice in self.of if choice.value == value), None)


@dataclass(frozen=True, slots=True)
class State:
    """A place an item can be in."""

    name: str
    phase: Phase
    title: Text
    help: Text | None = None
    initial: bool = False
    final: Final_ | None = None


@dataclass(frozen=True, slots=True)
class EvidenceNeed:
    """`needs: {evidence: …}`: how many pieces, of which kind, dated how recently."""

    at_least: int = 1
    kind: str | None = None
    newer_than: Duration | None = None  # the date of evidence must lie within this long before now
    in_state: bool = False  # only pieces added since the item entered its present state count


@dataclass(frozen=True, slots=True)
class ChildrenNeed:
    """`needs: {children: …}`: how many children of a workflow, where they must be, and what each must carry."""

    workflow: str | None = None
    at_least: int = 0
    all_in: tuple[str, ...] = ()
    each_evidence: int = 0
    each_fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkNeed:
    """`needs: {links: …}`: how many links of a kind to other items."""

    at_least: int = 1
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be present before a transition; a refusal lists all that is missing."""

    fields: tuple[str, ...] = ()
    comment: bool = False
    evidence: tuple[EvidenceNeed, ...] = ()
    children: tuple[ChildrenNeed, ...] = ()
    links: tuple[LinkNeed, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A guard in CEL, with what to say (and the code to say it under) when it is false."""

    that: str
    otherwise: Text | None = None
    code: str = "GUARD_FALSE"


@dataclass(frozen=True, slots=True)
class Choose:
    """A duration that depends on a choice field: `{by: grade, major: 2 working days, minor: 5 working days}`."""

    by: str
    cases: Mapping[str, Duration]


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due: `after` the state was entered, or relative to a date field (`plus` / `less`)."""

    after: Duration | Choose | None = None
    field: str | None = None
    plus: Duration | Choose | None = None
    less: Duration | Choose | None = None


@dataclass(frozen=True, slots=True)
class NotBefore:
    """The earliest moment of a transition: a date field, or a state's entry, plus a duration."""

    field: str | None = None
    entered: str | None = None
    plus: Duration | Choose | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that happens with a transition, in the same transaction or not at all.

    `kind` is one of `words.EFFECTS`; `args` by kind: set {field: literal, or Cel} · assign {relation: who} · notify/escalate {who: tuple} ·
    create {workflow, title: Text|None, fields: {name: value|Cel}, copy: tuple, for_each: str|None} · link {to, as} ·
    fire {transition, on: self|children|parent, workflow: str|None} · freeze_baseline {measure: field name} · webhook {name} · others {}.
    """

    kind: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cel:
    """A value to be computed: written `"= expression"` in `set` and `create.fields`."""

    expression: str


@dataclass(frozen=True, slots=True)
class Independence:
    """Whose hands a transition must not lie in: a relation, a granted role or whoever fired `name`; `when` (CEL): only then."""

    name: str
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Approvals:
    """`approvals`: several persons must say yes: `at_least` so many of those who hold one of `roles`, or (None) all of them."""

    roles: tuple[str, ...]
    at_least: int | None = None

    def of(self, who: str, language: str) -> str:
        """How many of `who` (the roles, in words) must say yes, in words."""
        if self.at_least is None:
            return f"{who}全部同意" if language == "zh" else f"all of {who}"
        return f"{who}中至少 {self.at_least} 人同意" if language == "zh" else f"{self.at_least} of {who}"


@dataclass(frozen=True, slots=True)
class Transition:
    """A step from one state to another: who, under which conditions, with what consequences."""

    name: str
    title: Text
    sources: tuple[str, ...]
    target: str  # a state, "same" or "previous"
    by: tuple[str, ...]
    help: Text | None = None
    independence: tuple[Independence, ...] = ()
    needs: Needs = Needs()
    inputs: tuple[Field, ...] = ()
    when: tuple[Condition, ...] = ()
    not_before: NotBefore | None = None
    then: tuple[Effect, ...] = ()
    reopens: bool = False
    approvals: Approvals | None = None  # `by` then names the same roles

    @property
    def independent_of(self) -> tuple[str, ...]:
        """The names it is independent of, always or under a condition."""
        return tuple(one.name for one in self.independence)

    def input(self, name: str) -> Field | None:
        """The declared input of that name."""
        return next((one for one in self.inputs if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Timer:
    """Runs while an item is in one of its states; has its effects when due, and reminds along its ladder."""

    name: str
    states: tuple[str, ...]
    due: Due
    title: Text
    on_return: Literal["restart", "resume", "keep"] = "restart"
    ladder: tuple[LadderStep, ...] = ()
    then: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """Recurring, independent of any one item. Exactly one of `cron` and `every` is set."""

    name: str
    title: Text
    cron: str | None = None
    every: Duration | None = None
    anchor: date | None = None
    at: time = time(9, 0)
    timezone: str | None = None  # None: the organisation's
    calendar: str | None = None  # None: the organisation's
    on_holiday: Literal["keep", "skip", "next", "previous"] = "keep"
    window: Duration | None = None
    catch_up: Literal["latest", "all", "none"] = "latest"
    repeat: Literal["fixed", "after_completion"] = "fixed"
    lead: Duration | None = None
    for_each: str | None = None
    while_open: bool = False  # only where an item of the workflow is open
    then: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """One workflow, whole. `source` maps a path like ("transitions", "approve", "when") to its (line, column), both from 1."""

    id: str
    title: Text
    key: str | None
    fields: Mapping[str, Field]
    states: Mapping[str, State]
    transitions: Mapping[str, Transition]
    timers: Mapping[str, Timer] = field(default_factory=dict)
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    help: Text | None = None
    abstract: bool = False
    extends: str | None = None
    process: str | None = None  # the clause-8 process this workflow belongs to, where it is one process's own
    examples: tuple[Story, ...] = ()
    source: Mapping[tuple[str, ...], tuple[int, int]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def initial(self) -> State:
        """The one initial state (the checks see to it that there is exactly one)."""
        return next(state for state in self.states.values() if state.initial)

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """The transitions that start from `state`, in the order of the file."""
        return tuple(one for one in self.transitions.values() if state in one.sources)

    def uses(self, word: str) -> bool:
        """Whether any guard mentions `word` ("children", "evidence" …)."""
        return any(word in condition.that for one in self.transitions.values() for condition in one.when)
