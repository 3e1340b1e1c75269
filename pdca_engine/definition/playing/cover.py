"""Paths that cover every transition, generated: a search through the workflow with `decide` itself, from a new item
and from wherever its own stories lead."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.paper.facts import Decision
from pdca_engine.definition.paper.named_facts import NAMED_FACTS
from pdca_engine.definition.paper.running import Place
from pdca_engine.definition.paper.story import NOTHING, Story
from pdca_engine.definition.paper.words import TO_PREVIOUS
from pdca_engine.definition.paper.workflow import Text, Transition, Workflow
from pdca_engine.definition.playing.attempt import Attempt, attempts
from pdca_engine.definition.playing.candidates import Moment, constants_of, values_of
from pdca_engine.definition.playing.perform import PLACE, open_scene, perform
from pdca_engine.definition.playing.simulate import Happening, Scene, enact
from pdca_engine.errors import Refusal

Start = tuple[Scene, tuple[str, ...]]  # a scene to go on from, and the way there

MOST_SCENES: Final = 400  # that the search looks at, in each of its rounds
MOST_FAILURES: Final = 25  # of one transition in one round: trying it everywhere else would take long and tell nothing new


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one transition was reached: `path` are the steps up to it; without a path, the last refusals.

    No path and no refusals: no item came to a state it starts from. `excused`: only facts that are unknown here stand in its way.
    """

    transition: str
    path: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    excused: bool = False

    @property
    def covered(self) -> bool:
        """Whether it was fired."""
        return bool(self.path)


@dataclass(slots=True)
class _Search:
    compiled: Compiled
    paths: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refused: dict[str, tuple[Refusal, ...]] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def open(self) -> set[str]:
        return set(self.compiled.workflow.transitions) - set(self.paths)

    def run(self, begins: Iterable[Start], varied: frozenset[str]) -> None:
        """Look at every scene that differs in what matters; with `varied`, what these fields hold matters too."""
        waiting = deque(begins)
        seen, looked = {_sort_of(scene, varied) for scene, _ in waiting}, 0
        self.failures.clear()
        while waiting and self.open and looked < MOST_SCENES:
            scene, path = waiting.popleft()
            looked += 1
            for attempt in self._steps(scene, varied):
                after, happened = _done(attempt)
                steps = self._note(path, happened)
                kind = _sort_of(after, varied)
                if kind not in seen:
                    seen.add(kind)
                    waiting.append((after, steps))

    def _steps(self, scene: Scene, varied: frozenset[str]) -> Iterator[Attempt]:
        leaving = self.compiled.workflow.leaving(scene.state)
        for transition in (one for one in leaving if self.failures[one.name] < MOST_FAILURES):
            for fixed in _variants(scene, transition, varied):
                for attempt in attempts(scene, transition, fixed):
                    if not attempt.refusals:
                        yield attempt
                    else:
                        self._no(transition.name, attempt.refusals)

    def _no(self, name: str, refusals: tuple[Refusal, ...]) -> None:
        self.failures[name] += 1
        known = self.refused.get(name)
        if known is None or len(refusals) <= len(known):
            self.refused[name] = refusals

    def listen(self, story: Story, papers: Mapping[str, Workflow], place: Place) -> Iterator[Start]:
        """The scenes a story of the workflow comes through, in its order, with the way there; what it fires is covered."""
        played, path = perform(self.compiled, story, papers, place), tuple[str, ...]()
        for scene, happened in zip(played.scenes, played.steps, strict=True):
            path = self._note(path, happened)
            yield scene, path

    def _note(self, path: tuple[str, ...], happened: tuple[Happening, ...]) -> tuple[str, ...]:
        for one in happened:
            if one.kind == "moved":
                path = (*path, one.name)
                self.paths.setdefault(one.name, path)
        return path


def _done(attempt: Attempt) -> tuple[Scene, tuple[Happening, ...]]:
    assert isinstance(attempt.answer, Decision)
    return enact(attempt.scene, attempt.answer, attempt.scene.cast.name(attempt.person))


def cover(compiled: Compiled, papers: Mapping[str, Workflow] = NOTHING, place: Place = PLACE) -> tuple[Reach, ...]:
    """Every transition with the path that covers it, or why none was found. Named facts are supposed as the guards would have them."""
    search = _Search(compiled)
    first, _ = open_scene(compiled, Story(Text("", ""), ()), papers, place)
    begins: list[Start] = [(first, ())]
    search.run(begins, frozenset())
    if search.open and compiled.workflow.examples:  # what the search does not think of, the stories may know
        begins += [start for story in compiled.workflow.examples for start in search.listen(story, papers, place)]
        search.run(begins, frozenset())
    if search.open:
        search.run(begins, _choice_fields(compiled.workflow))
    return tuple(_reach(search, name) for name in compiled.workflow.transitions)


def _reach(search: _Search, name: str) -> Reach:
    path, refusals = search.paths.get(name, ()), search.refused.get(name, ())
    unknown = {one for one in search.open if _only_unknown(search.compiled, one, search.refused.get(one, ()))}
    asked = {one for one in search.open if search.refused.get(one)}
    excused = not path and bool(unknown) and (name in unknown or (not refusals and asked <= unknown))
    return Reach(name, path, () if path else refusals, excused)


def _only_unknown(compiled: Compiled, name: str, refusals: tuple[Refusal, ...]) -> bool:
    """Whether nothing but conditions on facts from elsewhere stands in the way."""
    conditions = zip(compiled.workflow.transitions[name].when, compiled.guards.get(name, ()), strict=True)
    elsewhere = [one.code for one, guard in conditions if any(read in NAMED_FACTS for read in guard.names)]
    codes = [one.code for one in refusals]
    return bool(codes) and len(codes) <= len(elsewhere) and all(code in (*elsewhere, "GUARD_UNKNOWN") for code in codes)


def _choice_fields(workflow: Workflow) -> frozenset[str]:
    """Choices and yes/no fields that a guard reads: what they hold may decide where a path leads."""
    texts = [condition.that for one in workflow.transitions.values() for condition in one.when]
    kinds = ("choice", "boolean")
    return frozenset(
        one.name for one in workflow.fields.values() if one.type in kinds and any(f"item.{one.name}" in text for text in texts)
    )


def _variants(scene: Scene, transition: Transition, varied: frozenset[str]) -> Iterator[Mapping[str, Any]]:
    yield {}
    moment = Moment(scene.now, scene.place, (1,))
    inputs = {one.name for one in transition.inputs}
    for name in sorted(varied - inputs):
        declared = scene.compiled.workflow.fields[name]
        yield from ({name: value} for value in values_of(declared, moment) if value != scene.facts.item.fields.get(name))


def _sort_of(scene: Scene, varied: frozenset[str]) -> tuple[Any, ...]:
    """What makes two scenes different for the search: the state, where it came from if that matters, what guards count."""
    item, workflow = scene.facts.item, scene.compiled.workflow
    back = any(one.target == TO_PREVIOUS for one in workflow.leaving(item.state))
    counted = tuple(min(_count(scene, name), cap) for name, cap in _counters(workflow).items())
    values = tuple(str(item.fields.get(name)) for name in sorted(varied))
    return (item.state, item.recall.previous if back else None, counted, values)


def _count(scene: Scene, name: str) -> int:
    recall = scene.facts.item.recall
    root, _, leaf = name.partition(".")
    if root == "item":
        return int(getattr(scene.facts.item, leaf))
    return int((recall.times if root == "times" else recall.times_ever).get(leaf, 0))


def _counters(workflow: Workflow) -> dict[str, int]:
    """The counters that guards read, each with the number above which it makes no difference."""
    found: dict[str, int] = {}
    for one in workflow.transitions.values():
        for condition in one.when:
            highest = int(max((number for number in constants_of(condition.that).numbers), default=0)) + 1
            names = [f"{root}.{name}" for root in ("times", "times_ever") for name in workflow.transitions]
            for name in (*names, "item.cycle", "item.attempt"):
                if name in condition.that:
                    found[name] = max(found.get(name, 0), min(highest, 6))
    return found
