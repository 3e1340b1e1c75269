"""An item in memory, moved by the very `decide` on a frozen clock. Nothing is stored, nothing is sent.

A `Scene` is one moment of it. Every function takes a scene and gives a new one with what happened on the way, so that a search can go
back to any of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.deciding.decide import decide
from pdca_engine.definition.deciding.effects import Outcome, Setting, persons_of, work_out
from pdca_engine.definition.paper.facts import ENGINE_ACTOR, ChildFacts, Command, Decision, Facts, Follow, NewItem, Notice, Refused
from pdca_engine.definition.paper.running import Place, Point, Running, begin, go_on, pass_points, points_of, sleep
from pdca_engine.definition.paper.words import ENGINE
from pdca_engine.definition.paper.workflow import Timer, Workflow
from pdca_engine.definition.playing.cast import Cast
from pdca_engine.definition.playing.written import checked, written
from pdca_engine.errors import Refusal

MOST_WAKE_UPS: Final = 1_000  # in one stretch of time; a workflow whose timers fire each other for ever must end somewhere


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. `kind`: moved, refused, agreed or declined (name: a transition), reminded, silent or due (name: a timer).

    `who` acted; `offset` is the rung of the ladder; `effects` are plain data for people and programs: {effect, …}.
    """

    at: datetime
    kind: str
    name: str
    who: str = ENGINE
    source: str = ""
    target: str = ""
    offset: str = ""
    refusals: tuple[Refusal, ...] = ()
    effects: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment: facts, running timers, the clock. `supposed` are named facts of other rooms; `papers` the children's workflows."""

    compiled: Compiled
    cast: Cast
    facts: Facts
    now: datetime
    timers: Mapping[str, Running] = field(default_factory=dict)
    supposed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    papers: Mapping[str, Workflow] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """Where the item is."""
        return self.facts.item.state

    @property
    def place(self) -> Place:
        """Zone and calendar."""
        return Place(self.facts.zone, self.facts.calendar)

    def knowing(self, facts: Facts) -> Scene:
        """The scene with other facts of the item; what its own fields say of the Check follows them."""
        named = {"check": checked(facts.item.fields)} | {name: dict(values) for name, values in self.supposed.items()}
        return replace(self, facts=facts._replace(named=named))

    def child_state(self, workflow: str, state: str | None) -> tuple[str, str | None]:
        """A child's state (the initial one for None) and how final it is, as far as its workflow is known."""
        paper = self.papers.get(workflow)
        where = state or (paper.initial.name if paper else "open")
        known = paper.states.get(where) if paper else None
        return where, known.final if known else None


Passed = tuple[Scene, tuple[Happening, ...]]


def ask(scene: Scene, person: int | None, command: Command) -> Decision | Refused:
    """What the engine answers to a person (None: the scheduler)."""
    return decide(scene.compiled, scene.facts._replace(actor=scene.cast.actor(person)), command, scene.now)


def act(scene: Scene, person: int | None, command: Command) -> Passed:
    """What comes of it: the step with all that follows, or the refusal."""
    answer = ask(scene, person, command)
    who = scene.cast.name(person)
    if isinstance(answer, Refused):
        return scene, (Happening(scene.now, "refused", command.transition, who, scene.state, refusals=answer.refusals),)
    return enact(scene, answer, who)


def enact(scene: Scene, decision: Decision, who: str) -> Passed:
    """The scene once `decision` is written down, with the steps it makes the engine take in the same moment."""
    after = scene.knowing(written(scene.facts, decision, scene.now))
    if decision.kind != "advanced":
        return after, (Happening(scene.now, decision.kind, decision.transition, who, scene.state),)
    after = _created(replace(after, timers=_timers(after, decision)), decision.creates)
    effects = tuple(_effects_of(scene, decision))
    moved = Happening(scene.now, "moved", decision.transition, who, decision.source, decision.target, effects=effects)
    after, more = _follow(after, decision.follows, decision.transition)
    return after, (moved, *more)


def _timers(scene: Scene, decision: Decision) -> dict[str, Running]:
    papers = scene.compiled.workflow.timers
    stopped = set(scene.timers) if decision.stop == ("*",) else set(decision.stop)
    kept = {name: one for name, one in scene.timers.items() if name not in stopped}
    if decision.stop != ("*",):  # those that go on at a second visit remember where they stood
        asleep = {name: one for name, one in scene.timers.items() if name in stopped and papers[name].on_return != "restart"}
        kept |= {name: sleep(one, scene.now) for name, one in asleep.items()}
    for start in decision.start:
        known = None if start.restart else kept.get(start.name)
        timer = papers[start.name]
        goes_on = known is not None and known.remaining is not None
        kept[start.name] = go_on(timer, known, scene.place, scene.now) if known and goes_on else begin(timer, start, scene.place, scene.now)
    return kept


def _created(scene: Scene, creates: Iterable[NewItem]) -> Scene:
    """The children an effect made, so that guards on children see them."""
    facts = scene.facts
    for new in creates:
        if new.child:
            number = len(facts.children) + 2
            state, final = scene.child_state(new.workflow, None)
            owner = new.fields.get("owner")
            child = ChildFacts(number, f"X-{number:04}", new.workflow, state, final, owner, (owner,) if owner else ())
            facts = facts._replace(children=(*facts.children, child))
    return replace(scene, facts=facts)


def _follow(scene: Scene, follows: Iterable[Follow], because: str) -> Passed:
    """Steps of the item itself that an effect fires; like the services, only where they can be taken."""
    done: tuple[Happening, ...] = ()
    for one in follows:
        transition = scene.compiled.workflow.transitions.get(one.transition)
        if one.on == "self" and transition and scene.state in transition.sources:
            after, more = act(scene, None, Command(one.transition, comment=because))
            scene, done = after, done + more
    return scene, done


def pass_time(scene: Scene, until: datetime) -> Passed:
    """Let time go on to `until`: every timer wakes at its own moments, reminds and acts."""
    done: tuple[Happening, ...] = ()
    for _ in range(MOST_WAKE_UPS):
        waking = [(one.wake_at, name) for name, one in scene.timers.items() if one.wake_at is not None and one.wake_at <= until]
        if not waking:
            break
        at, name = min(waking)
        scene, more = _wake(replace(scene, now=max(scene.now, at)), name)
        done += more
    return replace(scene, now=max(scene.now, until)), done


def _wake(scene: Scene, name: str) -> Passed:
    """What a timer has to do by now: of its reminders only the highest reached, and its effects when it is due (domain 2.6)."""
    timer, running = scene.compiled.workflow.timers[name], scene.timers[name]
    points = points_of(timer, running.due_at, running.nominal, scene.place)
    reached = [point for point in points[running.step :] if point.at <= scene.now]
    scene = replace(scene, timers={**scene.timers, name: pass_points(points, running, len(reached))})
    reminders = [point for point in reached if point.step is not None]
    done = tuple(_remind(scene, timer, point) for point in reminders[-1:])
    for _ in range(len(reached) - len(reminders)):
        scene, more = _due(scene, timer)
        done += more
    return scene, done


def _remind(scene: Scene, timer: Timer, point: Point) -> Happening:
    assert point.step is not None
    told = {"effect": "remind", "who": list(point.step.who), "persons": _names(scene, persons_of(point.step.who, scene.facts))}
    kind = "silent" if scene.facts.item.silenced else "reminded"
    offset = f"{'+' if point.step.offset.amount > 0 else ''}{point.step.offset}"
    return Happening(scene.now, kind, timer.name, offset=offset, effects=() if kind == "silent" else (told,))


def _due(scene: Scene, timer: Timer) -> Passed:
    facts = scene.facts._replace(actor=ENGINE_ACTOR)
    outcome = work_out(timer.then, Setting(scene.compiled, facts, {}, scene.now))
    happened = Happening(scene.now, "due", timer.name, source=scene.state, effects=tuple(_told(scene, outcome)))
    after, more = _follow(_created(scene, outcome.creates), outcome.follows, timer.name)
    return after, (happened, *more)


def _effects_of(scene: Scene, decision: Decision) -> Iterable[dict[str, Any]]:
    """What a decision brings about, as plain data."""
    if decision.changes:
        yield {"effect": "set", "values": {name: new for name, (_, new) in decision.changes.items()}}
    yield from _told(scene, decision)
    yield from ({"effect": "timer", "name": one.name, "due": one.nominal.isoformat()} for one in decision.start)
    yield from ({"effect": "freeze_baseline", "name": name} for name in decision.baselines)
    yield from ({"effect": "webhook", "name": name} for name in decision.webhooks)
    yield from ({"effect": "link", "to": one.to, "as": one.kind} for one in decision.links)
    if decision.moved_up:
        yield {"effect": "moved_up", "role": decision.role}


def _told(scene: Scene, found: Decision | Outcome) -> Iterable[dict[str, Any]]:
    yield from (_notice(scene, one) for one in found.notices)
    yield from ({"effect": "create", "workflow": one.workflow, "values": dict(one.fields)} for one in found.creates)
    yield from ({"effect": "fire", "transition": one.transition, "on": one.on} for one in found.follows)


def _notice(scene: Scene, one: Notice) -> dict[str, Any]:
    return {"effect": one.kind, "who": list(one.who), "persons": _names(scene, one.persons)}


def _names(scene: Scene, persons: Iterable[int]) -> list[str]:
    return [scene.cast.name(person) for person in sorted(persons)]
