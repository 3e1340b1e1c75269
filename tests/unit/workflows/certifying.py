"""The way to a certificate played on paper: more people, days of the calendar, facts of other rooms, children of several workflows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from pdca_engine.definition.deciding.decide import decide, decide_edit
from pdca_engine.definition.deciding.given import with_given
from pdca_engine.definition.deciding.recalling import holding
from pdca_engine.definition.paper.facts import ENGINE_ACTOR, Actor, ChildFacts, Command, Decision, Refused
from tests.unit.workflows.playing import GRANTED, Play, compiled

PAN, DUO, ROU, APO = 21, 22, 23, 24
ALSO = {PAN: {"programme_manager"}, DUO: {"document_controller"}}
Child = tuple[str, str]  # its workflow and its state


class Way(Play):
    """One item, with the people, facts and children around it."""

    def __init__(self, name: str, **values: Any) -> None:
        super().__init__(name, **values)
        self.facts = self.facts._replace(item=self.item._replace(recall=holding(self.item.recall, self.item.fields)))

    def ask(self, transition: str, person: int, comment: str | None = None, **values: Any) -> Decision | Refused:
        """What the engine answers, also to the people who are only needed here."""
        roles = frozenset((GRANTED | ALSO).get(person, ()))
        facts = self.facts._replace(actor=Actor(person, roles) if person else ENGINE_ACTOR)
        return decide(self.compiled, facts, Command(transition, values, comment), self.now)

    def edit(self, person: int, **values: Any) -> list[str]:
        """The codes with which a plain edit is refused; none when it is allowed."""
        answer = decide_edit(self.compiled, self.facts._replace(actor=Actor(person, frozenset(GRANTED.get(person, ())))), values)
        return [one.code for one in answer.refusals] if isinstance(answer, Refused) else []

    def write(self, person: int, **values: Any) -> None:
        """A plain edit that must be allowed, written down."""
        answer = decide_edit(self.compiled, self.facts._replace(actor=Actor(person, frozenset(GRANTED.get(person, ())))), values)
        assert not isinstance(answer, Refused), [str(one) for one in answer.refusals]
        item = with_given(self.facts, answer).item
        self.facts = self.facts._replace(item=item._replace(recall=holding(item.recall, answer.fields)))

    def suppose(self, room: str, **facts: Any) -> None:
        """What another room knows: `suppose("coverage", clauses=100.0)`."""
        self.facts = self.facts._replace(named={**self.facts.named, room: {**self.facts.named.get(room, {}), **facts}})

    def children(self, *those: Child, due: date | None = date(2026, 6, 1), owner: int | None = PAN) -> None:
        """Let the item have exactly these children, each with a piece of evidence."""
        self.facts = self.facts._replace(children=tuple(_child(number, *one, due=due, owner=owner) for number, one in enumerate(those, 2)))

    def on(self, day: str, hour: int = 10) -> None:
        """Let it be that hour of that day in Shanghai."""
        at = date.fromisoformat(day)
        self.now = datetime(at.year, at.month, at.day, hour, tzinfo=self.facts.zone).astimezone(UTC)


def _child(number: int, workflow: str, state: str, *, due: date | None, owner: int | None) -> ChildFacts:
    final = compiled(workflow).workflow.states[state].final
    return ChildFacts(number, f"X-2026-{number:04}", workflow, state, final, owner, (owner,) if owner else (), due, 1)


def begins(decision: Decision) -> dict[str, str]:
    """The timers that a decision starts, with their days."""
    return {one.name: one.nominal.isoformat() for one in decision.start}


def made(decision: Decision, workflow: str) -> list[dict[str, Any]]:
    """The fields of every item of that workflow that a decision creates."""
    return [dict(new.fields) for new in decision.creates if new.workflow == workflow]
