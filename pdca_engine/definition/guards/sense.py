"""Conditions that can be read and typed, and still make no sense: that never or always hold, here or anywhere, or are written twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from pdca_engine.definition.guards.dimensions import Limits, pair_of, shape
from pdca_engine.definition.guards.faults import Fault
from pdca_engine.definition.guards.tree import Node, dotted
from pdca_engine.definition.guards.types import Name
from pdca_engine.definition.guards.worlds import answers
from pdca_engine.definition.paper import words
from pdca_engine.definition.paper.report import Both
from pdca_engine.definition.paper.workflow import Transition, Workflow

Conditions = Sequence[tuple[str, Node]]  # the text of each, and its tree
Found = tuple[int, Fault]  # the condition's number, and what is wrong with it

_ALWAYS: Final[Both] = ("this is always true, whatever the item; remove it", "该条件对任何事项恒为真；请删除")
_NEVER: Final[Both] = ("this is never true, whatever the item; no item would ever pass", "该条件对任何事项恒为假，事项永远无法通过")


@dataclass(frozen=True, slots=True)
class _Reason:
    """One part of a transition, and what it settles before the guard is asked."""

    word: str
    limits: Limits


def pointless(workflow: Workflow, transition: Transition, conditions: Conditions, names: Mapping[str, Name]) -> Iterator[Found]:
    """The faults of a transition's conditions, each of which can be read and has its types right."""
    bounds = _bounds(workflow, transition)
    reasons = [_Reason(word, _with(limits, bounds)) for word, limits in _settled(workflow, transition).items()]
    known: dict[str, int] = {}
    sound = True
    for number, (text, tree) in enumerate(conditions):
        fault = constant_fault(text, tree, names, bounds) or _against(text, tree, names, reasons)
        first = known.setdefault(shape(tree), number)
        if fault:
            sound = sound and fault.code == "GUARD_SAID_ALREADY"
            yield number, fault
        elif first < number:
            yield number, _fault("GUARD_TWICE", text, ("this condition is there already", "该条件已写过一次"))
        else:
            yield from ((number, one) for one in _eyes(text, tree, transition))
    if sound and len(known) > 1:
        yield from _together(conditions, names, _all(reasons, bounds))


def constant_fault(text: str, tree: Node, names: Mapping[str, Name], limits: Limits) -> Fault | None:
    """A condition whose answer never changes."""
    found = answers([tree], names, limits)
    return _fault("GUARD_CONSTANT", text, _ALWAYS if found.yes else _NEVER) if found.yes != found.no else None


def exception_fault(workflow: Workflow, transition: Transition, text: str, tree: Node, names: Mapping[str, Name]) -> Fault | None:
    """A condition of `independent_of` under which it is asked for always, or never."""
    bounds = _bounds(workflow, transition)
    settled = {word: limits for word, limits in _settled(workflow, transition).items() if word != "independent_of"}
    found = answers([tree], names, _all([_Reason(word, limits) for word, limits in settled.items()], bounds))
    if found.yes and found.no:
        return None
    never = ("this is never true here, so independence is never asked for", "该条件在此处恒为假，因此从不要求独立")
    always = ("this is always true here: name it without a condition", "该条件在此处恒为真：请不带条件直接写出")
    return _fault("GUARD_CONSTANT", text, always if found.yes else never)


def limits_of(workflow: Workflow) -> Limits:
    """What the types of a workflow's fields let a value be."""
    fields = workflow.fields.values()
    low = {f"item.{one.name}": one.min for one in fields if one.min is not None}
    return Limits(at_least=low, at_most={f"item.{one.name}": one.max for one in fields if one.max is not None})


def _bounds(workflow: Workflow, transition: Transition) -> Limits:
    limits = limits_of(workflow)
    low = {f"input.{one.name}": one.min for one in transition.inputs if one.min is not None}
    high = {f"input.{one.name}": one.max for one in transition.inputs if one.max is not None}
    return Limits(at_least={**limits.at_least, **low}, at_most={**limits.at_most, **high})


def _settled(workflow: Workflow, transition: Transition) -> dict[str, Limits]:
    """What each part of a transition makes sure of."""
    needs, found = transition.needs, {}
    counts = {"evidence.count": [one.at_least for one in needs.evidence], "children.total": [one.at_least for one in needs.children]}
    low = {name: float(max(several)) for name, several in counts.items() if several}
    if needs.fields or low:
        found["needs"] = Limits(frozenset(f"item.{name}" for name in needs.fields), low)
    if required := [f"input.{one.name}" for one in transition.inputs if one.required]:
        found["input"] = Limits(frozenset(required))
    states = [workflow.states[name] for name in transition.sources if name in workflow.states]
    if states and len(states) == len(transition.sources):
        phases = tuple(dict.fromkeys(state.phase for state in states))
        found["from"] = Limits(among={"item.state": transition.sources, "item.phase": phases})
    if words.ENGINE not in transition.by and (apart := [one.name for one in transition.independence if one.when is None]):
        found["independent_of"] = Limits(frozenset(("actor.id",)), apart=frozenset(pair_of("actor.id", f"item.{name}") for name in apart))
    return found


def _with(one: Limits, other: Limits) -> Limits:
    low = {**other.at_least, **one.at_least}
    low = {name: max(value, other.at_least.get(name, value)) for name, value in low.items()}
    return Limits(one.present | other.present, low, {**other.at_most, **one.at_most}, {**other.among, **one.among}, one.apart | other.apart)


def _all(reasons: Sequence[_Reason], bounds: Limits) -> Limits:
    for one in reasons:
        bounds = _with(one.limits, bounds)
    return bounds


def _against(text: str, tree: Node, names: Mapping[str, Name], reasons: Sequence[_Reason]) -> Fault | None:
    """A condition that one part of its transition rules out, or has made sure of already."""
    for one in reasons:
        found = answers([tree], names, one.limits)
        if not found.yes:
            en, zh = (
                f"`{one.word}` rules this out, so that nobody could ever take this step",
                f"`{one.word}` 已排除该条件，此流转永远无法执行",
            )
            return _fault("GUARD_CONTRADICTS", text, (en, zh))
        if not found.no:
            en, zh = f"`{one.word}` makes sure of this already; remove it", f"`{one.word}` 已保证该条件；请删除"
            return _fault("GUARD_SAID_ALREADY", text, (en, zh))
    return None


def _together(conditions: Conditions, names: Mapping[str, Name], limits: Limits) -> Iterator[Found]:
    """Conditions that can hold one by one but not at the same time: told at the second of the two, else at the last."""
    for (_, (earlier, one)), (second, (later, other)) in combinations(enumerate(conditions), 2):
        if not answers([one, other], names, limits).yes:
            en, zh = f"this can't be true together with `{earlier.strip()}`", f"该条件不可能与 `{earlier.strip()}` 同时成立"
            yield second, _fault("GUARD_CONTRADICTS", later, (en, zh))
            return
    if not answers([tree for _, tree in conditions], names, limits).yes:
        said = ("these conditions can never all be true", "这些条件不可能同时成立")
        yield len(conditions) - 1, _fault("GUARD_CONTRADICTS", conditions[-1][0], said)


def _eyes(text: str, tree: Node, transition: Transition) -> Iterator[Fault]:
    """A person compared with whoever holds a relation now, where `by` or `independent_of` says it and looks at the whole history."""
    for part in _joined(tree):
        if part.text not in ("_==_", "_!=_") or part.sort != "call":
            continue
        paths = [dotted(one) or "" for one in part.parts]
        names = [path.removeprefix("item.") for path in paths if path.startswith("item.")]
        if "actor.id" not in paths or not names or names[0] not in (*words.COLUMN_RELATIONS, *words.FIELD_RELATIONS):
            continue
        name = names[0]
        if part.text == "_!=_":
            en = f"`independent_of: [{name}]` says this, over the item's whole history and for deputies too"
            yield _fault("GUARD_FOUR_EYES", text, (en, f"请改用 `independent_of: [{name}]`：它追溯事项的全部历史，并包括代理人"))
        elif words.EVERYBODY in transition.by or name in transition.by:
            said = (f"`by: {name}` says this, and lets a deputy act", f"请改用 `by: {name}`：它也允许代理人执行")
            yield _fault("GUARD_FOUR_EYES", text, said)


def _joined(tree: Node) -> Iterator[Node]:
    """The parts of `a && b && c`."""
    if tree.sort == "call" and tree.text == "_&&_":
        for part in tree.parts:
            yield from _joined(part)
    else:
        yield tree


def _fault(code: str, text: str, says: Both) -> Fault:
    return Fault(code, 0, len(text), *says)
