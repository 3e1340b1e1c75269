"""Shape: a workflow begins in one place, reaches all its states, can always end, and achieves nothing without a check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pdca_engine.definition.paper import words
from pdca_engine.definition.paper.workflow import State, Transition, Workflow
from pdca_engine.definition.reading.load import Draft

Ways = Mapping[str, frozenset[str]]  # from each state to those one transition away


def check_begin_and_end(draft: Draft) -> None:
    """Note a workflow that begins nowhere or in two places, or never ends. An abstract one may."""
    if draft.workflow.abstract:
        return
    if not _finals(draft):
        draft.add_key("NO_FINAL", ("states",))
    _check_initial(draft)


def _finals(draft: Draft) -> list[str]:
    return [state.name for state in draft.workflow.states.values() if state.final]


def check_shape(draft: Draft) -> None:
    """Note what is wrong with the ways. Of an abstract workflow only its exits from final states are judged."""
    _check_exits(draft)
    if draft.workflow.abstract:
        return
    finals = _finals(draft)
    ways = ways_on(draft.workflow)
    _check_reach(draft, ways)
    if finals:
        _check_ends(draft, ways, finals)
        _check_checked(draft, ways)


def ways_on(workflow: Workflow) -> Ways:
    """Where each state can lead. `same` leads nowhere; `previous` to any state from which its own state can be entered."""
    ways: dict[str, set[str]] = {name: set() for name in workflow.states}
    for one in workflow.transitions.values():
        for source in one.sources:
            ways[source] |= _targets(workflow, one, source)
    return {name: frozenset(targets - {name}) for name, targets in ways.items()}


def _targets(workflow: Workflow, one: Transition, source: str) -> set[str]:
    if one.target == words.TO_PREVIOUS:
        return {state for other in workflow.transitions.values() if other.target == source for state in other.sources}
    return set() if one.target == words.TO_SAME else {one.target}


def reached(starts: Iterable[str], ways: Ways) -> frozenset[str]:
    """Every state that can be reached from `starts`, these included."""
    found = set(starts)
    edge = list(found)
    while edge:
        new = ways[edge.pop()] - found
        found |= new
        edge.extend(new)
    return frozenset(found)


def _against(ways: Ways) -> Ways:
    back: dict[str, set[str]] = {name: set() for name in ways}
    for source, targets in ways.items():
        for name in targets:
            back[name].add(source)
    return {name: frozenset(sources) for name, sources in back.items()}


def _check_initial(draft: Draft) -> None:
    first, *others = [state.name for state in draft.workflow.states.values() if state.initial] or [""]
    if not first:
        draft.add_key("NO_INITIAL", ("states",))
    for other in others:
        draft.add_key("TWO_INITIALS", ("states", other, "initial"), word=other, other=first)


def _check_exits(draft: Draft) -> None:
    states = draft.workflow.states
    for one in draft.workflow.transitions.values():
        finals = [source for source in one.sources if states[source].final]
        path = ("transitions", one.name)
        if one.reopens and not finals:
            draft.add_key("REOPENS_NOTHING", (*path, "reopens"), word=one.name)
        if not one.reopens and one.target != words.TO_SAME:
            for state in finals:
                draft.add_word("EXIT_FROM_FINAL", (*path, "from"), state, word=one.name, state=state)


def _check_reach(draft: Draft, ways: Ways) -> None:
    initial = [state.name for state in draft.workflow.states.values() if state.initial]
    alive = reached(initial, ways)
    for name in ways if initial else ():
        if name not in alive:
            draft.add_key("UNREACHABLE_STATE", ("states", name), word=name)


def _check_ends(draft: Draft, ways: Ways, finals: list[str]) -> None:
    """A dead end is told once, a loop with no way out once for all its states; what merely leads there is not told again."""
    dead = [name for name in ways if not ways[name] and name not in finals]
    for name in dead:
        draft.add_key("DEAD_END", ("states", name), word=name)
    back = _against(ways)
    ending = reached((*finals, *dead), back)
    caught = [name for name in ways if name not in ending]
    while caught:
        loop = reached(caught[:1], ways)
        states = [name for name in caught if name in loop]
        named = ", ".join(f"`{name}`" for name in states)
        draft.add_key("NO_WAY_OUT", ("states", states[0]), states=named)
        told = reached(loop, back)
        caught = [name for name in caught if name not in told]


def _check_checked(draft: Draft, ways: Ways) -> None:
    """No way from Plan through Do to something achieved may leave out the check."""
    states = draft.workflow.states
    alive = reached((name for name, state in states.items() if state.initial), ways)
    planned = [name for name in states if name in alive and states[name].phase == "plan"]
    for name, state in states.items():
        if state.final == "achieved" and (way := _unchecked(states, ways, planned, name)):
            draft.add_key("NO_CHECK", ("states", name), word=name, way=" → ".join(way))


def _unchecked(states: Mapping[str, State], ways: Ways, planned: list[str], goal: str) -> list[str] | None:
    """The shortest way from a state of Plan over one of Do to `goal` that meets no check and no other end."""
    paths = [[name] for name in planned]
    seen = {(name, False) for name in planned}
    for path in paths:
        done = any(states[name].phase == "do" for name in path)
        if path[-1] == goal and done:
            return path
        for name in sorted(ways[path[-1]]):
            here = (name, done or states[name].phase == "do")
            if here not in seen and (name == goal or not (states[name].final or states[name].phase == "check")):
                seen.add(here)
                paths.append([*path, name])
    return None
