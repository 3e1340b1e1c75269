"""Values as people give them to fields, right and wrong, for generated tests: thrown with dice that a test draws once a step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from hypothesis import strategies as st

from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.definition.paper.workflow import Field, Transition, Workflow

JUNK: Final[tuple[Any, ...]] = (
    "",
    "  ",
    "soon",
    "\x00",
    "\ud800",
    -1,
    10**30,
    float("nan"),
    True,
    [],
    {},
    ["x", 3],
    "２０２６",
    None,
    "x" * 3000,
)
WORDS: Final = ("as agreed", "按约定", "a" * 200)
FITTING: Final[dict[str, tuple[Any, ...]]] = {
    "number": (0, 1.5, 8, 60_000.25, 0.1),
    "integer": (0, 1, 2, 8, 12),
    "money": (0, 99.5),
    "percent": (0, 50, 100),
    "boolean": (True, False),
    "duration": ("10 working days",),
    "process": ("incident",),
    "measure": ("mttr",),
    "link": ("https://example.org/a",),
    "requirements": (["8.6.1"],),
    "tags": (["a", "按约定"], []),
}
UNKNOWN: Final = frozenset({"service", "item", "table"})  # types whose values must exist elsewhere
dice = st.integers(0, 2**63 - 1).map(Random)


def value_for(field: Field, people: Sequence[int], today: date, luck: Random) -> Any:
    """Something that fits the field."""
    day = today + timedelta(days=luck.randint(-40, 400))
    several = field.type in ("choices", "persons")
    match field.type:
        case "choice" | "choices":
            values: Sequence[Any] = [choice.value for choice in field.of]
        case "person" | "persons":
            values = people
        case "date":
            values = [day.isoformat()]
        case "datetime":
            values = [f"{day}T09:00:00+08:00"]
        case kind:
            values = FITTING.get(kind, WORDS)
    return luck.sample(values, luck.randint(1, min(3, len(values)))) if several else luck.choice(values)


def asked(workflow: Workflow, transition: Transition | None) -> dict[str, Field]:
    """Everything that may be given with a transition (None: an edit), by name; inputs come first."""
    known = {**COLUMN_FIELDS, **workflow.fields, **{one.name: one for one in (transition.inputs if transition else ())}}
    return {name: field for name, field in known.items() if field.type not in UNKNOWN and name != "title"}


def needed(workflow: Workflow, transition: Transition) -> list[str]:
    """The names that the transition mentions: what a person filling in its form would give."""
    texts = " ".join(condition.that for condition in transition.when)
    read = (name for name in workflow.fields if f"item.{name}" in texts)
    named = dict.fromkeys((*(one.name for one in transition.inputs), *transition.needs.fields, *read))
    return [name for name in named if name in asked(workflow, transition)]


def throw_values(known: dict[str, Field], likely: list[str], people: Sequence[int], today: date, luck: Random) -> dict[str, Any]:
    """Mostly all the likely values, else some of them; seldom another, seldom junk."""
    how = luck.choice(["all", "all", "all", "all", "some", "more", "junk"])
    names = luck.sample(likely, luck.randint(0, len(likely))) if how == "some" else list(likely)
    if how == "more":
        names.append(luck.choice(sorted(known)))
    values = {name: value_for(known[name], people, today, luck) for name in names}
    if how == "junk":
        values[luck.choice([*sorted(known), "no_such_field"])] = luck.choice(JUNK)
    return values
