"""A first guess at what has another name in the new version: what a person then looks through before anything moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pdca_engine.definition.changing.migration import Names
from pdca_engine.definition.paper.suggest import nearest
from pdca_engine.definition.paper.workflow import Field, State, Transition, Workflow

Alike = Callable[[Any, Any], bool]


def guess_names(old: Workflow, new: Workflow) -> Names:
    """For everything the new version has no such name for: what has the same title, else a similar name, else the same place."""
    open_ones = {name: one for name, one in new.states.items() if not one.final}
    states = _guess(old.states, open_ones, _same_place, shared=True)
    moved = {name: _moved(one, states) for name, one in old.transitions.items()}
    return Names(
        states=states,
        fields=_guess(old.fields, new.fields, _same_kind),
        transitions=_guess(moved, new.transitions, _same_way),
    )


def _moved(transition: Transition, states: Mapping[str, str]) -> Transition:
    """The transition between the states as they are called now."""
    sources = tuple(states.get(one, one) for one in transition.sources)
    return replace(transition, sources=sources, target=states.get(transition.target, transition.target))


def _guess(old: Mapping[str, Any], new: Mapping[str, Any], alike: Alike, *, shared: bool = False) -> dict[str, str]:
    """Old → new. What both versions have keeps its name; where it can be `shared`, several may go to one that was there before."""
    free = {name: one for name, one in new.items() if name not in old}
    found: dict[str, str] = {}
    for name, one in old.items():
        if name not in new:
            left = {other: it for other, it in free.items() if other not in found.values()}
            guess = _by_title(one, left) or nearest(name, left) or _only(one, left, alike) or (_only(one, new, alike) if shared else None)
            found |= {name: guess} if guess else {}
    return found


def _by_title(one: Any, choices: Mapping[str, Any]) -> str | None:
    return next((name for name, other in choices.items() if one.title == other.title), None)


def _only(one: Any, choices: Mapping[str, Any], alike: Alike) -> str | None:
    found = [name for name, other in choices.items() if alike(one, other)]
    return found[0] if len(found) == 1 else None


def _same_place(one: State, other: State) -> bool:
    return one.phase == other.phase and one.initial == other.initial


def _same_way(one: Transition, other: Transition) -> bool:
    return one.sources == other.sources and one.target == other.target


def _same_kind(one: Field, other: Field) -> bool:
    return (one.type, one.unit) == (other.type, other.unit)
