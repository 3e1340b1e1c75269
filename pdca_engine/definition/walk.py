"""Walking through a workflow with the path of each thing in the file."""

from __future__ import annotations

from collections.abc import Iterator

from pdca_engine.definition.positions import Path
from pdca_engine.definition.workflow import Effect, Schedule, Timer, Transition, Workflow

Holder = Transition | Timer | Schedule


def effects_of(workflow: Workflow) -> Iterator[tuple[Path, Effect, Holder]]:
    """Every effect, with its path and what brings it about."""
    for section in ("transitions", "timers", "schedules"):
        for name, holder in getattr(workflow, section).items():
            for number, effect in enumerate(holder.then):
                yield (section, name, "then", str(number), effect.kind), effect, holder


def by_place(one: Transition) -> Path:
    """Where the file says who may fire a transition."""
    return ("transitions", one.name, *(("approvals", "from") if one.approvals else ("by",)))
