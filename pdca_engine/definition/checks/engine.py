"""What the engine does by itself: fires that follow each other for ever, timers that come too late, steps that nothing fires."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pdca_engine.cadence.durations import Duration, Unit
from pdca_engine.definition.checks.shape import reached, ways_on
from pdca_engine.definition.paper import words
from pdca_engine.definition.paper.walk import effects_of
from pdca_engine.definition.paper.workflow import Effect, Timer, Transition, Workflow
from pdca_engine.definition.reading.load import Draft

_DAYS: Mapping[Unit, tuple[float, float]] = {  # at least, at most
    Unit.minutes: (1 / 1440, 1 / 1440),
    Unit.hours: (1 / 24, 1 / 24),
    Unit.days: (1, 1),
    Unit.working_days: (1, 1.4),
    Unit.weeks: (7, 7),
    Unit.months: (28, 31),
    Unit.years: (365, 366),
}
_WEEKEND = 4  # days that a few working days can take longer: the weekends at both ends


def check_engine(draft: Draft) -> None:
    """Note what never comes to rest, and what never comes. Only for a workflow whose names are right."""
    _check_loops(draft)
    _check_rounds(draft)
    _check_fired_at_all(draft)
    for timer in draft.workflow.timers.values():
        _check_reminders(draft, timer)
        _check_overtaken(draft, timer)


def _check_loops(draft: Draft) -> None:
    """Transitions that fire each other on their own item would never come to rest. Each circle is told once, at its first in the file."""
    transitions = draft.workflow.transitions
    follows = {name: [one for one in fired_by(transition.then) if one in transitions] for name, transition in transitions.items()}
    told: set[str] = set()
    for name in transitions:
        if name not in told and (way := _round(name, follows)):
            told |= set(way)
            draft.add_key("FIRE_LOOP", ("transitions", name, "then"), word=name, way=" → ".join(way))


def fired_by(effects: Iterable[Effect]) -> Iterator[str]:
    """The transitions that effects fire on their own item."""
    return (one.args["transition"] for one in effects if one.kind == "fire" and one.args["on"] == "self")


def _round(name: str, follows: Mapping[str, Iterable[str]]) -> list[str] | None:
    """The shortest way from `name` back to itself."""
    ways = [[name]]
    seen: set[str] = set()
    for way in ways:
        for after in follows[way[-1]]:
            if after == name:
                return [*way, name]
            if after not in seen:
                seen.add(after)
                ways.append([*way, after])
    return None


def _check_rounds(draft: Draft) -> None:
    """Timers that send an item round and round: nothing stops them, and nobody has to do anything."""
    workflow = draft.workflow
    sends: dict[str, list[str]] = {state: [] for state in workflow.states}
    for timer in workflow.timers.values():
        for name in fired_by(timer.then):
            one = workflow.transitions.get(name)
            if one and not _held(one) and one.target in workflow.states:
                for state in timer.states:
                    sends[state] += [one.target] if state in one.sources and state != one.target else []
    told: set[str] = set()
    for state in workflow.states:
        if state not in told and (way := _round(state, sends)):
            told |= set(way)
            draft.add_key("LIVELOCK", ("states", state), word=state, way=" → ".join(way))


def _held(one: Transition) -> bool:
    """Whether something can keep the engine from taking the step."""
    needs = one.needs
    return bool(one.when or one.not_before or needs.fields or needs.evidence or needs.children or needs.links)


def _check_fired_at_all(draft: Draft) -> None:
    fired = {effect.args["transition"] for _, effect, _ in effects_of(draft.workflow) if effect.kind == "fire"}
    for one in draft.workflow.transitions.values():
        if set(one.by) == {words.ENGINE} and one.name not in fired and not draft.workflow.abstract:
            draft.add_key("NEVER_FIRED", ("transitions", one.name), word=one.name)


def _check_reminders(draft: Draft, timer: Timer) -> None:
    """A reminder so long before the end that it would come before the beginning."""
    after = timer.due.after
    if not isinstance(after, Duration):
        return
    for step in timer.ladder:
        if step.offset.amount < 0 and _shortest(step.offset) > _longest(after):
            draft.add_key("REMINDER_TOO_EARLY", ("timers", timer.name, "ladder", str(step.offset)), word=str(step.offset), after=str(after))


def _check_overtaken(draft: Draft, timer: Timer) -> None:
    """A timer in a state that an earlier timer always ends."""
    first = _earliest(timer)
    if first is None or len(timer.states) != 1:
        return
    for other in draft.workflow.timers.values():
        after = other.due.after
        if other is timer or not isinstance(after, Duration) or not set(timer.states) <= set(other.states):
            continue
        if _longest(after) < first and _ends(draft.workflow, other, timer.states[0]):
            draft.add_key("TIMER_NEVER_DUE", ("timers", timer.name), word=timer.name, other=other.name)
            return


def _earliest(timer: Timer) -> float | None:
    """Days after which the timer does anything at the earliest; None where that can't be told."""
    if not isinstance(timer.due.after, Duration) or timer.on_return != "restart":
        return None
    before = [_longest(step.offset) for step in timer.ladder if step.offset.amount < 0]
    later = [_shortest(step.offset) for step in timer.ladder if step.offset.amount >= 0]
    return _shortest(timer.due.after) + (-max(before) if before else 0 if timer.then else min(later, default=0))


def _ends(workflow: Workflow, timer: Timer, state: str) -> bool:
    """Whether the timer takes its item out of the state, and nothing can keep it from doing so."""
    if timer.on_return != "restart":
        return False
    fired = [workflow.transitions[name] for name in fired_by(timer.then) if name in workflow.transitions]
    return any(state in one.sources and one.target not in (state, words.TO_SAME, words.TO_PREVIOUS) and not _held(one) for one in fired)


def _shortest(length: Duration) -> float:
    return abs(length.amount) * _DAYS[length.unit][0]


def _longest(length: Duration) -> float:
    return abs(length.amount) * _DAYS[length.unit][1] + (_WEEKEND if length.unit is Unit.working_days else 0)


def check_idle_independence(draft: Draft) -> None:
    """Independence of a step that can't have been taken before, or asked of the engine, which is nobody."""
    workflow, ways = draft.workflow, ways_on(draft.workflow)
    for one in workflow.transitions.values():
        path = ("transitions", one.name, "independent_of")
        if one.independence and set(one.by) == {words.ENGINE}:
            draft.add_key("INDEPENDENCE_OF_ENGINE", path, word=one.name)
        for number, rule in enumerate(one.independence):
            before = workflow.transitions.get(rule.name)
            if before and not set(one.sources) & reached(_after(workflow, before), ways):
                draft.add_word("INDEPENDENCE_IDLE", (*path, str(number), "of") if rule.when else path, rule.name, by=one.name)


def _after(workflow: Workflow, one: Transition) -> set[str]:
    """Where an item can be once the step was taken."""
    if one.target == words.TO_SAME:
        return set(one.sources)
    if one.target == words.TO_PREVIOUS:
        return {state for other in workflow.transitions.values() if other.target in one.sources for state in other.sources}
    return {one.target}
