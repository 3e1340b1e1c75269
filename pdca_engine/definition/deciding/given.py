"""What somebody gives with a transition or an edit: sorted into inputs, columns and fields, each read by its type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pdca_engine.definition.deciding import recalling
from pdca_engine.definition.deciding.authority import sees
from pdca_engine.definition.deciding.refusals import refusal
from pdca_engine.definition.deciding.values import COLUMN_FIELDS, BadValue, read_value
from pdca_engine.definition.paper.facts import Facts, ItemFacts
from pdca_engine.definition.paper.workflow import Field, Transition, Workflow
from pdca_engine.errors import Refusal


@dataclass(slots=True)
class Given:
    """Values by destination, as JSON keeps them, and what was wrong with the rest."""

    inputs: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    problems: list[Refusal] = field(default_factory=list)


def read_given(workflow: Workflow, transition: Transition | None, values: Mapping[str, Any], facts: Facts | None = None) -> Given:
    """Sort and read `values`; a name is an input of the transition first, then a field, then a common column.

    With `facts`, a field that the actor may not see is unknown to them.
    """
    given = Given()
    for name, raw in values.items():
        wanted = transition.input(name) if transition else None
        target = given.inputs if wanted else given.fields if name in workflow.fields else given.columns
        declared = wanted or workflow.fields.get(name) or COLUMN_FIELDS.get(name)
        if declared is None or (facts is not None and not sees(facts, declared)):
            given.problems.append(_unknown(workflow, transition, name))
        elif facts is not None and not wanted and is_fixed(declared, facts.item) and not _asks(transition, name):
            given.problems.append(_fixed(workflow, declared))
        else:
            _read_into(target, declared, raw, given.problems)
    return given


def is_fixed(declared: Field, item: ItemFacts) -> bool:
    """Whether an earlier step took the value out of people's hands."""
    return declared.fixed_from is not None and item.recall.entered_at(declared.fixed_from) is not None


def _asks(transition: Transition | None, name: str) -> bool:
    return transition is not None and name in transition.needs.fields


def _fixed(workflow: Workflow, declared: Field) -> Refusal:
    state = workflow.states[declared.fixed_from or ""].title
    params = {"title": declared.title.en, "title_zh": declared.title.zh, "state": state.en, "state_zh": state.zh}
    return refusal("READ_ONLY_FIELD", declared.name, **params)


def _read_into(target: dict[str, Any], declared: Field, raw: Any, problems: list[Refusal]) -> None:
    try:
        target[declared.name] = read_value(declared, raw)
    except BadValue as bad:
        problems.append(refusal("BAD_VALUE", declared.name, title=declared.title.en, title_zh=declared.title.zh, why=bad.en, why_zh=bad.zh))


def _unknown(workflow: Workflow, transition: Transition | None, name: str) -> Refusal:
    fields = (name for name, field in workflow.fields.items() if not field.visible_to)
    known = [*(one.name for one in (transition.inputs if transition else ())), *fields, *COLUMN_FIELDS]
    return refusal("UNKNOWN_FIELD", name, name=name, known=", ".join(known))


def changes_of(item: ItemFacts, given: Given) -> dict[str, tuple[Any, Any]]:
    """What really changes: name → (old, new), both as JSON values."""
    columns = {name: (column_value(item, name), new) for name, new in given.columns.items()}
    fields = {name: (item.fields.get(name), new) for name, new in given.fields.items()}
    return {name: pair for name, pair in (columns | fields).items() if pair[0] != pair[1]}


def column_value(item: ItemFacts, name: str) -> Any:
    """A common column as JSON keeps it."""
    value = getattr(item, name)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value) or None
    return value if value != "" else None


def is_empty(item: ItemFacts, name: str) -> bool:
    """Whether a field or common column of that name has no value yet."""
    if name in item.fields or name not in COLUMN_FIELDS:
        return item.fields.get(name) in (None, "", [], {})
    return column_value(item, name) in (None, "", [], {})


def with_given(facts: Facts, given: Given) -> Facts:
    """The facts as they will be once the given values are written: needs and guards look at these."""
    if not given.columns and not given.fields:
        return facts
    columns = {name: column_fact(name, value) for name, value in given.columns.items()}
    recall = recalling.holding(facts.item.recall, {**given.columns, **given.fields})
    return facts._replace(item=facts.item._replace(fields={**facts.item.fields, **given.fields}, recall=recall, **columns))


def column_fact(name: str, value: Any) -> Any:
    """A JSON value as the facts hold that column."""
    if name == "due":
        return date.fromisoformat(value) if value else None
    if name in ("requirements", "tags"):
        return tuple(value or ())
    if name in ("title", "description"):
        return value or ""
    return value
