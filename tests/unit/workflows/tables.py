"""A bundled workflow as the tables of the field write it: rows, phases, ends, four eyes."""

from __future__ import annotations

from pdca_engine.definition.paper.workflow import Workflow
from tests.unit.workflows.playing import loaded

Row = tuple[str, str, str, str]  # (transition, from, to, who)


def workflow(name: str) -> Workflow:
    """The bundled workflow called `name`."""
    found = loaded(name).workflow
    assert found is not None
    return found


def rows_of(name: str) -> list[Row]:
    """Every transition, by name."""
    return sorted((one.name, " ".join(one.sources), one.target, " ".join(one.by)) for one in workflow(name).transitions.values())


def phases_of(name: str) -> dict[str, set[str]]:
    """The states of each phase."""
    phases: dict[str, set[str]] = {}
    for state in workflow(name).states.values():
        phases.setdefault(state.phase, set()).add(state.name)
    return phases


def as_sets(phases: dict[str, str]) -> dict[str, set[str]]:
    """A table of phases in the same form."""
    return {phase: set(states.split()) for phase, states in phases.items()}


def finals_of(name: str) -> dict[str, str]:
    """How each final state ends."""
    return {state.name: state.final for state in workflow(name).states.values() if state.final}


def four_eyes_of(name: str) -> dict[str, str]:
    """Whom each transition must be independent of, always or under a condition."""
    return {one.name: " ".join(one.independent_of) for one in workflow(name).transitions.values() if one.independent_of}
