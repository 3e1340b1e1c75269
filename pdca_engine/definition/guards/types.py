"""What a guard may name, of which kind each name is, and where its value comes from. Knows nothing of CEL's library.

Values are handed over as Python ones: number `float`, integer and person `int`, text `str`, moment aware `datetime`, lists `list`;
a value that is not there, or that its type can't read, is None (a list is then empty).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from pdca_engine.definition.paper import words
from pdca_engine.definition.paper.facts import Facts
from pdca_engine.definition.paper.named_facts import NAMED_FACTS
from pdca_engine.definition.paper.workflow import Field, Transition, Workflow

Inputs = Mapping[str, Any]
Read = Callable[[Facts, Inputs, datetime], Any]


class Kind(StrEnum):
    """What sort of value a name stands for."""

    NUMBER = "number"
    INTEGER = "integer"
    TEXT = "text"
    BOOLEAN = "boolean"
    MOMENT = "moment"
    TEXTS = "list of texts"
    PERSONS = "list of persons"
    ROWS = "list of rows"
    ANY = "dyn"  # a name whose entry in the file is broken: nothing more is said about it


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    dict.fromkeys(("number", "money", "percent"), Kind.NUMBER)
    | dict.fromkeys(("integer", "person"), Kind.INTEGER)
    | dict.fromkeys(("date", "datetime"), Kind.MOMENT)
    | dict.fromkeys(("choices", "requirements", "tags"), Kind.TEXTS)
    | dict.fromkeys(("text", "markdown", "duration", "choice", "process", "service", "requirement", "measure", "item", "link"), Kind.TEXT)
    | {"boolean": Kind.BOOLEAN, "persons": Kind.PERSONS, "table": Kind.ROWS}
)
LISTS: Final = (Kind.TEXTS, Kind.PERSONS, Kind.ROWS)  # empty where nothing was filled in
VERDICTS: Final = (
    "effective",
    "improved_below_target",
    "no_evidence",
    "worse",
    "insufficient_data",
    "baseline_not_stable",
    "target_met_by_noise",
)  # domain rule 3.1


@dataclass(frozen=True, slots=True)
class Name:
    """One dotted name of a guard. `values` are the only texts it can be, where that is known; `nullable`: it may have no value."""

    kind: Kind
    read: Read
    nullable: bool = True
    values: tuple[str, ...] = ()


def guard_names(workflow: Workflow, transition: Transition | None) -> dict[str, Name]:
    """Every name an expression on an item of `workflow` may use; `input.*` only within a transition."""
    names = dict(_COLUMNS)
    for name in _OF_WORKFLOW:
        names[f"item.{name}"] = _column(workflow, name, words.COMMON_COLUMNS[name])
    for field in workflow.fields.values():
        if field.type in KINDS:
            names[f"item.{field.name}"] = _field(field)
    if transition:
        names |= input_names(transition)
    for name in workflow.transitions:
        names[f"times.{name}"] = _counter(name, ever=False)
        names[f"times_ever.{name}"] = _counter(name, ever=True)
    return {**names, **_SURROUNDINGS}


def input_names(transition: Transition) -> dict[str, Name]:
    """The names of what a transition takes."""
    return {f"input.{field.name}": _input(field) for field in transition.inputs if field.type in KINDS}


def schedule_names() -> dict[str, Name]:
    """The names an expression of a schedule may use: there is no item yet, only the time."""
    return {"now": _SURROUNDINGS["now"]}


def convert(type_: str, value: Any, zone: ZoneInfo) -> Any:
    """A stored (JSON) value of a field of `type_` as a guard sees it; a date becomes midnight in `zone`."""
    kind = KINDS[type_]
    try:
        if value is None:
            return [] if kind in LISTS else None
        return _moment(value, zone) if kind is Kind.MOMENT else _CONVERSIONS[kind](value)
    except (TypeError, ValueError, OverflowError):
        return None  # a value of another type says nothing: the decision names the field as missing


def _text(value: Any) -> str:
    # CEL's library stops reading at a NUL, so that "a\0b" would equal "a"
    return str(value).replace("\0", "\N{REPLACEMENT CHARACTER}")


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _moment(value: Any, zone: ZoneInfo) -> datetime:
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime.combine(value, time.min, zone)


_CONVERSIONS: Final[Mapping[Kind, Callable[[Any], Any]]] = MappingProxyType(
    {
        Kind.NUMBER: float,
        Kind.INTEGER: int,
        Kind.TEXT: _text,
        Kind.BOOLEAN: _boolean,
        Kind.TEXTS: lambda value: [_text(one) for one in value],
        Kind.PERSONS: lambda value: [int(one) for one in value],
        Kind.ROWS: lambda value: [*range(1, len(value) + 1)],  # their numbers: how many there are, and nothing of what they hold
    }
)


def _field(field: Field) -> Name:
    def read(facts: Facts, _inputs: Inputs, _now: datetime) -> Any:
        return convert(field.type, facts.item.fields.get(field.name), facts.zone)

    return _typed(field, read)


def _input(field: Field) -> Name:
    def read(facts: Facts, inputs: Inputs, _now: datetime) -> Any:
        return convert(field.type, inputs.get(field.name), facts.zone)

    return _typed(field, read)


def _typed(field: Field, read: Read) -> Name:
    kind = KINDS[field.type]
    return Name(kind, read, nullable=kind not in LISTS, values=tuple(choice.value for choice in field.of))


def _column(workflow: Workflow | None, name: str, type_: str) -> Name:
    known = {"state": tuple(workflow.states) if workflow else (), "phase": words.PHASES, "priority": words.PRIORITIES}
    kind = Kind.INTEGER if name == "parent" else KINDS[type_]
    always = kind is Kind.TEXTS or name in ("key", "title", "workflow", "version", "state", "state_since", "phase", "cycle", "attempt")
    return Name(kind, _column_read(workflow, name, type_), nullable=not always, values=known.get(name, ()))


def _column_read(workflow: Workflow | None, name: str, type_: str) -> Read:
    if workflow and name == "workflow":
        return lambda facts, _inputs, _now: workflow.id
    if workflow and name == "phase":
        return lambda facts, _inputs, _now: workflow.states[facts.item.state].phase
    if name == "parent":
        return lambda facts, _inputs, _now: facts.item.parent
    return lambda facts, _inputs, _now: convert(type_, getattr(facts.item, name), facts.zone)


_OF_WORKFLOW: Final = ("state", "workflow", "phase")  # columns that know the workflow
_COLUMNS: Final[Mapping[str, Name]] = MappingProxyType(
    {f"item.{name}": _column(None, name, type_) for name, type_ in words.COMMON_COLUMNS.items()}
)


@lru_cache(4096)
def _counter(transition: str, *, ever: bool) -> Name:
    def read(facts: Facts, _inputs: Inputs, _now: datetime) -> int:
        recall = facts.item.recall
        return int((recall.times_ever if ever else recall.times).get(transition, 0))

    return Name(Kind.INTEGER, read, nullable=False)


def _roles(facts: Facts, _inputs: Inputs, _now: datetime) -> list[str]:
    return [*facts.actor.roles, words.ENGINE] if facts.actor.engine else [*facts.actor.roles]


def _count_children(finals: tuple[str | None, ...]) -> Read:
    return lambda facts, _inputs, _now: sum(child.final in finals for child in facts.children)


def _latest_due(facts: Facts, _inputs: Inputs, _now: datetime) -> datetime | None:
    latest = max((child.due for child in facts.children if child.due), default=None)
    return None if latest is None else _moment(latest, facts.zone)


def _newest_evidence(facts: Facts, _inputs: Inputs, _now: datetime) -> datetime | None:
    newest = max((piece.dated for piece in facts.evidence), default=None)
    return None if newest is None else _moment(newest, facts.zone)


def _named(path: str, type_: str) -> Name:
    """A fact that another room supplies: unknown (null) until it does."""
    group, name = path.split(".")

    def read(facts: Facts, _inputs: Inputs, _now: datetime) -> Any:
        return convert(type_, (facts.named.get(group) or {}).get(name), facts.zone)

    return Name(KINDS[type_], read, values=VERDICTS if path == "check.verdict" else ())


_SURROUNDINGS: Final[Mapping[str, Name]] = MappingProxyType(
    {
        "now": Name(Kind.MOMENT, lambda _facts, _inputs, now: now, nullable=False),
        "actor.id": Name(Kind.INTEGER, lambda facts, _inputs, _now: facts.actor.person),
        "actor.roles": Name(Kind.TEXTS, _roles, nullable=False, values=words.ROLES),
        "children.open": Name(Kind.INTEGER, _count_children((None,)), nullable=False),
        "children.done": Name(Kind.INTEGER, _count_children(("achieved",)), nullable=False),
        "children.total": Name(Kind.INTEGER, lambda facts, _inputs, _now: len(facts.children), nullable=False),
        "children.latest_due": Name(Kind.MOMENT, _latest_due),
        "evidence.count": Name(Kind.INTEGER, lambda facts, _inputs, _now: len(facts.evidence), nullable=False),
        "evidence.newest": Name(Kind.MOMENT, _newest_evidence),
        **{path: _named(path, fact.type) for path, fact in NAMED_FACTS.items()},
    }
)
