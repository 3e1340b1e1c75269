"""Walking through a workflow with the path of each thing in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pdca_engine.definition.paper.positions import Path
from pdca_engine.definition.paper.workflow import Cel, Effect, Schedule, Timer, Transition, Workflow

Holder = Transition | Timer | Schedule


def effects_of(workflow: Workflow) -> Iterator[tuple[Path, Effect, Holder]]:
    """Every effect, with its path and what brings it about."""
    for section in ("transitions", "timers", "schedules"):
        for name, holder in getattr(workflow, section).items():
            for number, effect in enumerate(holder.then):
                yield (section, name, "then", str(number), effect.kind), effect, holder


def expressions_of(workflow: Workflow) -> Iterator[str]:
    """Every condition and computed value."""
    for one in workflow.transitions.values():
        yield from (condition.that for condition in one.when)
        yield from (rule.when for rule in one.independence if rule.when)
    for _, effect, _ in effects_of(workflow):
        yield from (value.expression for value in cel_values(effect))


def cel_values(effect: Effect) -> Iterator[Cel]:
    """The computed values an effect writes."""
    values: Mapping[str, Any] = effect.args if effect.kind == "set" else effect.args.get("fields", {}) if effect.kind == "create" else {}
    return (value for value in values.values() if isinstance(value, Cel))


def by_place(one: Transition) -> Path:
    """Where the file says who may fire a transition."""
    return ("transitions", one.name, *(("approvals", "from") if one.approvals else ("by",)))
