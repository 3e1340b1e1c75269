"""The persons of a simulation, made up: one for each role and relation, and those a story names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pdca_engine.definition.deciding.authority import holders_now
from pdca_engine.definition.paper.facts import ENGINE_ACTOR, Actor, Facts
from pdca_engine.definition.paper.story import Story
from pdca_engine.definition.paper.words import ENGINE, GRANTED_ROLES, LINE_MANAGER, RELATIONS, ROLES
from pdca_engine.definition.paper.workflow import Field, Workflow

PERSON_TYPES = ("person", "persons")


@dataclass(frozen=True, slots=True)
class Cast:
    """`numbers` by name; `granted` roles and `stands_in` by number. A role nobody of the story has is held by a person of that name."""

    numbers: Mapping[str, int]
    granted: Mapping[int, frozenset[str]]
    stands_in: Mapping[int, tuple[int, ...]]

    def name(self, person: int | None) -> str:
        """What a person is called here; the engine for nobody."""
        return next((name for name, number in self.numbers.items() if number == person), str(person)) if person else ENGINE

    def find(self, word: str, facts: Facts) -> int | None:
        """Who is meant by a name, relation or role: whoever holds the relation now, else the role's holder. None: nobody."""
        if word in RELATIONS and (now := holders_now(facts, word)):
            return min(now)
        holders = [person for person, roles in self.granted.items() if word in roles]
        return holders[0] if holders else self.numbers.get(word)

    def actor(self, person: int | None) -> Actor:
        """A person as they act; None: the engine."""
        if person is None:
            return ENGINE_ACTOR
        absent = {other: self.granted.get(other, frozenset()) for other in self.stands_in.get(person, ())}
        return Actor(person, self.granted.get(person, frozenset()), absent)


def make_cast(workflow: Workflow, story: Story) -> Cast:
    """The cast of a story."""
    held = {role for roles in story.people.values() for role in roles}
    roles = {name: frozenset(given) for name, given in story.people.items()}
    roles |= {role: frozenset((role,)) for role in GRANTED_ROLES if role not in held}
    names = dict.fromkeys((*roles, *(role for role in ROLES if role != ENGINE), LINE_MANAGER, *introduced(workflow, story)))
    numbers = {name: number for number, name in enumerate(names, 1)}
    stands_in = {numbers[name]: tuple(numbers[other] for other in others) for name, others in story.deputies.items()}
    return Cast(numbers, {numbers[name]: given for name, given in roles.items()}, stands_in)


def introduced(workflow: Workflow, story: Story) -> Iterator[str]:
    """Every person a story names: under `people` and `deputies`, as owner of a child, and in values that hold persons."""
    yield from story.people
    for name, others in story.deputies.items():
        yield name
        yield from others
    yield from _persons(workflow, story.start, None)
    for step in story.steps:
        yield from _persons(workflow, step.values, step.do)
        yield from (child.owner for child in step.children if child.owner)


def _persons(workflow: Workflow, values: Mapping[str, object], transition: str | None) -> Iterator[str]:
    for name, value in values.items():
        if holds_persons(workflow, name, transition):
            yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))


def holds_persons(workflow: Workflow, name: str, transition: str | None) -> bool:
    """Whether a value of that name is a person or several."""
    declared = declared_as(workflow, name, transition)
    return name in ("owner", "proposer", "checker") if declared is None else declared.type in PERSON_TYPES


def declared_as(workflow: Workflow, name: str, transition: str | None) -> Field | None:
    """The input or field of that name; None: a column, or nothing at all."""
    step = workflow.transitions.get(transition or "")
    return (step.input(name) if step else None) or workflow.fields.get(name)
