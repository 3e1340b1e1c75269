"""Making one transition possible: who may, what it needs, and values under which its guards hold, found by trying."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice, product
from typing import Any, Final

from pdca_engine.cadence.durations import add
from pdca_engine.definition.deciding.given import column_value, read_given, with_given
from pdca_engine.definition.deciding.reckoning import pick
from pdca_engine.definition.deciding.refusals import refusal
from pdca_engine.definition.deciding.requirements import earliest_base
from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.definition.guards.types import guard_names
from pdca_engine.definition.paper.facts import ChildFacts, Command, Decision, EvidenceFacts, Facts, LinkFacts, Refused
from pdca_engine.definition.paper.words import EDITABLE_COLUMNS, ENGINE
from pdca_engine.definition.paper.workflow import ChildrenNeed, Field, Transition
from pdca_engine.definition.playing.candidates import NO_CONSTANTS, Constants, Moment, constants_of, example_of, values_of, values_of_kind
from pdca_engine.definition.playing.simulate import Scene, ask, enact, pass_time
from pdca_engine.errors import Refusal

MOST_TRIED: Final = 400  # combinations of values for one guard in one scene
COMMENT: Final = "Because it has to be tried"
_OWN: Final = ("item", "input", "actor", "children", "evidence", "times", "times_ever", "now")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A transition about to be fired: the scene made ready, by whom, the command; and what the engine answers."""

    scene: Scene
    person: int | None
    command: Command
    answer: Decision | Refused

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Why not; empty: it can be done."""
        return self.answer.refusals if isinstance(self.answer, Refused) else ()

    @property
    def distance(self) -> tuple[int, int]:
        """How far from success: the number of refusals; of two alike, one that says no is nearer than one that can't be judged."""
        return len(self.refusals), sum(one.code == "GUARD_UNKNOWN" for one in self.refusals)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of one name to be tried: `where` is value, fact or children."""

    where: str
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Ground:
    """What every trial of one transition starts from."""

    scene: Scene
    transition: Transition
    person: int | None
    values: Mapping[str, Any]
    fixed: Mapping[str, Any] = field(default_factory=dict)

    def attempt(self, choices: Sequence[Choice] = ()) -> Attempt:
        """Ask with these choices."""
        values = {**self.values, **{one.name: one.value for one in choices if one.where == "value"}, **self.fixed}
        scene = self.scene
        for one in choices:
            scene = _with_choice(scene, one)
        if self.transition.approvals:  # a yes comes without values: they are there before
            scene, values = _filled(scene, values), {}
        command = Command(self.transition.name, values, COMMENT)
        return Attempt(scene, self.person, command, ask(scene, self.person, command))


def attempts(scene: Scene, transition: Transition, fixed: Mapping[str, Any] | None = None) -> Iterator[Attempt]:
    """Ways to fire `transition` from here, most likely first; the last one tells why not where none succeeded.

    `fixed` are values to be given with it, whatever else is tried.
    """
    best: Attempt | None = None
    for ready in _waits(scene, transition):
        for person in _actors(ready, transition):
            found = _together(_try(_ground(ready, transition, person, fixed or {})))
            if not found.refusals:
                yield found
                return
            best = found if best is None or found.distance < best.distance else best
    if best is not None:
        yield best


def _together(attempt: Attempt) -> Attempt:
    """Where several must say yes, all say it who can; the attempt of the last of them."""
    voices = iter(attempt.scene.cast.numbers.values())
    while isinstance(attempt.answer, Decision) and attempt.answer.kind != "advanced":
        scene, _ = enact(attempt.scene, attempt.answer, attempt.scene.cast.name(attempt.person))
        asked = ((person, ask(scene, person, attempt.command)) for person in voices)
        spoken = next(((person, answer) for person, answer in asked if isinstance(answer, Decision)), None)
        if spoken is None:
            return replace(attempt, answer=Refused((refusal("ALREADY_AGREED"),)))
        attempt = replace(attempt, scene=scene, person=spoken[0], answer=spoken[1])
    return attempt


def _filled(scene: Scene, values: Mapping[str, Any]) -> Scene:
    """The scene with these values in the item."""
    return scene.knowing(with_given(scene.facts, read_given(scene.compiled.workflow, None, values)))


Chosen = dict[tuple[str, str], Choice]


def _try(ground: Ground) -> Attempt:
    """The first combination of values that succeeds; else the attempt with the fewest refusals.

    One guard is mended after the other: a trial is kept when fewer refusals are left than before.
    """
    best, chosen = ground.attempt(), Chosen()
    guards = ground.scene.compiled.guards.get(ground.transition.name, ())
    for number in range(len(guards)):
        if best.refusals and _values_help(best):
            best, chosen = _mend(ground, number, best, chosen)
    return best


def _mend(ground: Ground, number: int, best: Attempt, chosen: Chosen) -> tuple[Attempt, Chosen]:
    """The best attempt once the names that one guard reads were varied."""
    for choices in islice(product(*_dimensions(ground, number)), MOST_TRIED):
        trial = chosen | {(one.where, one.name): one for one in choices if one.where != "keep"}
        found = ground.attempt(tuple(trial.values()))
        if len(found.refusals) < len(best.refusals):
            return found, trial
        best = min(best, found, key=lambda one: one.distance)
    return best, chosen


def _values_help(attempt: Attempt) -> bool:
    """Whether another value could mend it: it is not the person who is refused."""
    return not any(one.code == "NOT_YOUR_ROLE" for one in attempt.refusals)


def _waits(scene: Scene, transition: Transition) -> Iterator[Scene]:
    """The scene now, and later where the step has to wait: as long as the item stays where it is meanwhile."""
    yield scene
    moments = sorted(set(_moments(scene, transition)))
    for at in moments:
        later, _ = pass_time(scene, at)
        if later.state == scene.state and at > scene.now:
            yield later


def _moments(scene: Scene, transition: Transition) -> Iterator[datetime]:
    place, rule = scene.place, transition.not_before
    if rule is not None and (base := earliest_base(rule.field, rule.entered, scene.facts)):
        length = pick(rule.plus, scene.facts)
        yield add(base, length, place.zone, place.calendar) if length else base
    for condition in transition.when:
        if "now" in condition.that:
            for one in constants_of(condition.that).durations:
                yield add(scene.now, one, place.zone, place.calendar)


def _actors(scene: Scene, transition: Transition) -> Iterator[int | None]:
    found: dict[int | None, None] = {}
    for role in transition.by:
        persons = (None,) if role == ENGINE else (scene.cast.find(role, scene.facts), scene.cast.numbers.get(role))
        found |= dict.fromkeys(persons if role == ENGINE else [one for one in persons if one is not None])
    asked = [text for one in transition.when if "actor.roles" in one.that for text in constants_of(one.that).texts]
    yield from found | dict.fromkeys(scene.cast.numbers[role] for role in asked if role in scene.cast.numbers)


def _moment(scene: Scene, constants: Constants = NO_CONSTANTS) -> Moment:
    persons = (scene.cast.numbers["any_staff"], scene.cast.numbers["owner"])
    return Moment(scene.now, scene.place, persons, constants)


def _ground(scene: Scene, transition: Transition, person: int | None, fixed: Mapping[str, Any]) -> Ground:
    """The scene with the evidence, children and links it needs, and values for every field and input that is missing."""
    needs = transition.needs
    today = scene.now.astimezone(scene.place.zone).date()
    pieces = [EvidenceFacts(one.kind, today, scene.now) for one in needs.evidence for _ in range(one.at_least)]
    facts = scene.facts._replace(evidence=(*scene.facts.evidence, *pieces))
    for children in needs.children:
        facts = facts._replace(children=_enough_children(scene, facts, children))
    links = [LinkFacts(one.kind or "related", 9) for one in needs.links for _ in range(one.at_least)]
    facts = facts._replace(links=(*facts.links, *links))
    return Ground(scene.knowing(facts), transition, person, _missing_values(scene, transition), fixed)


def _missing_values(scene: Scene, transition: Transition) -> dict[str, Any]:
    item, moment = scene.facts.item, _moment(scene)
    values = {one.name: example_of(one, moment) for one in transition.inputs if one.required}
    for name in transition.needs.fields:
        declared = _declared(scene, name)
        present = item.fields.get(name) if name in item.fields or name not in COLUMN_FIELDS else column_value(item, name)
        if declared is not None and present in (None, "", [], {}):
            values[name] = example_of(declared, moment)
    return values


def _declared(scene: Scene, name: str) -> Field | None:
    return scene.compiled.workflow.fields.get(name) or COLUMN_FIELDS.get(name)


def _enough_children(scene: Scene, facts: Facts, need: ChildrenNeed) -> tuple[ChildFacts, ...]:
    workflow = need.workflow or "action"
    kin = sum(child.workflow == workflow for child in facts.children)
    more = [_child(scene, workflow, len(facts.children) + 2 + number) for number in range(max(0, need.at_least - kin))]
    together = (*facts.children, *more)
    return tuple(_fitting(scene, child, need) if child.workflow == workflow else child for child in together)


def _child(scene: Scene, workflow: str, number: int, state: str | None = None) -> ChildFacts:
    owner = scene.cast.numbers["implementer"]
    due = scene.now.astimezone(scene.place.zone).date()
    return ChildFacts(number, f"X-{number:04}", workflow, *scene.child_state(workflow, state), owner, (owner,), due)


def _fitting(scene: Scene, child: ChildFacts, need: ChildrenNeed) -> ChildFacts:
    """The child as the need has it."""
    if need.all_in and child.state not in need.all_in:
        state, final = scene.child_state(child.workflow, need.all_in[0])
        child = child._replace(state=state, final=final or "achieved")
    own = {name: "Made up" for name in need.each_fields if name not in ("owner", "due")}
    return child._replace(evidence=max(child.evidence, need.each_evidence), fields={**own, **child.fields})


def _dimensions(ground: Ground, number: int) -> list[list[Choice]]:
    """What can be varied: each name that one guard reads, with the values worth trying."""
    guard = ground.scene.compiled.guards[ground.transition.name][number]
    constants = constants_of(ground.transition.when[number].that)
    numbers = (*constants.numbers, *_numbers_there(ground.scene, guard.names))
    moment = _moment(ground.scene, replace(constants, numbers=numbers))
    found = [list(_choices(ground, name, moment)) for name in sorted(guard.names)]
    return sorted((one for one in found if one), key=len)


def _numbers_there(scene: Scene, names: Iterable[str]) -> Iterator[float]:
    """What the item's own numbers are, and their limits: a guard may compare one with another."""
    for name in names:
        leaf = name.removeprefix("item.")
        declared = scene.compiled.workflow.fields.get(leaf)
        there = (scene.facts.item.fields.get(leaf), declared.min, declared.max) if declared and leaf != name else ()
        yield from (one for one in there if isinstance(one, int | float) and not isinstance(one, bool))


def _choices(ground: Ground, name: str, moment: Moment) -> Iterator[Choice]:
    root, _, leaf = name.partition(".")
    scene = ground.scene
    if leaf in ground.fixed:
        return
    if root in ("item", "input"):
        yield from _value_choices(ground, root, leaf, moment)
    elif root == "children":
        yield Choice("keep", "children", None)
        for count in range(1, 4):
            yield from (Choice("children", state, count) for state in ("achieved", ""))
    elif root not in _OWN:
        declared = guard_names(scene.compiled.workflow, ground.transition)[name]
        yield from (Choice("fact", name, value) for value in values_of_kind(declared.kind, declared.values, moment))


def _value_choices(ground: Ground, root: str, name: str, moment: Moment) -> Iterator[Choice]:
    declared = ground.transition.input(name) if root == "input" else _declared(ground.scene, name)
    hidden = root == "item" and ground.transition.input(name) is not None
    settable = root == "input" or name in ground.scene.compiled.workflow.fields or name in EDITABLE_COLUMNS
    if declared is None or hidden or not settable:
        return
    if name in ground.values:
        yield Choice("value", name, ground.values[name])
    else:
        yield Choice("keep", name, None)
    yield from (Choice("value", name, value) for value in values_of(declared, moment) if value != ground.values.get(name))
    if name not in ground.transition.needs.fields and not declared.required:
        yield Choice("value", name, None)


def _with_choice(scene: Scene, one: Choice) -> Scene:
    if one.where == "fact":
        root, _, leaf = one.name.partition(".")
        supposed = {**scene.supposed, root: {**scene.supposed.get(root, {}), leaf: one.value}}
        return replace(scene, supposed=supposed).knowing(scene.facts)
    if one.where == "children" and one.value:
        number = len(scene.facts.children) + 2
        final = one.name or None
        more = [_child(scene, "action", number + place)._replace(final=final, evidence=1) for place in range(one.value)]
        return replace(scene, facts=scene.facts._replace(children=(*scene.facts.children, *more)))
    return scene
