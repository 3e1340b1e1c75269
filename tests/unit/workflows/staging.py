"""A play with more of the world around the item: facts of other rooms, and children of several workflows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from pdca_engine.definition.deciding.given import read_given
from pdca_engine.definition.paper.facts import ChildFacts, NewItem
from tests.unit.workflows.playing import Play, compiled


class Stage(Play):
    """One item of a bundled workflow, with what surrounds it."""

    def suppose(self, name: str, **facts: Any) -> None:
        """Facts that another room supplies: `suppose("coverage", clauses=100.0)`. What was supposed before stays."""
        known: Mapping[str, Any] = self.facts.named.get(name, {})
        self.facts = self.facts._replace(named={**self.facts.named, name: {**known, **facts}})

    def have(self, workflow: str, *states: str, owner: int | None = None) -> None:
        """Set the children of one workflow: one in each of `states`."""
        others = tuple(child for child in self.facts.children if child.workflow != workflow)
        kin = tuple(self._child(workflow, state, number, owner) for number, state in enumerate(states, 2 + len(others)))
        self.facts = self.facts._replace(children=others + kin)

    def _child(self, workflow: str, state: str, number: int, owner: int | None) -> ChildFacts:
        final = compiled(workflow).workflow.states[state].final
        return ChildFacts(number, f"X-2026-{number:04}", workflow, state, final, owner, (owner,) if owner else ())

    def on(self, day: date) -> None:
        """Let it be 10:00 in Shanghai on that day."""
        self.now = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)

    def sentences(self, transition: str, person: int, comment: str | None = None, **values: Any) -> list[str]:
        """Why a transition that must be refused is refused, in English."""
        return [one.sentence("en") for one in self.refusals(transition, person, comment, **values)]


def fits(new: NewItem) -> bool:
    """Whether the program can make that item: each value is one its workflow takes, and what it requires is there."""
    workflow = compiled(new.workflow).workflow
    given = read_given(workflow, None, dict(new.fields))
    required = {one.name for one in workflow.fields.values() if one.required}
    return not given.problems and required <= set(given.fields)


def made(new: NewItem) -> tuple[str, str | None]:
    """What was made: its workflow and title."""
    return new.workflow, new.title.en if new.title else None
