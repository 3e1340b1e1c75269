"""Every answer a guard can give: it is asked in all the worlds that it can tell apart.

A world gives each name one of a few values that stand for all others (a limit, just below, just above, nothing at all) and each comparison
of things that can't be listed (moments, sums, two names) one of its outcomes. There are always more worlds than can really be, never fewer:
what holds in none of them never holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, Final

from pdca_engine.definition.guards.dimensions import (
    ERROR,
    JUDGED,
    NO_LIMITS,
    ORDERS,
    SOME,
    Limits,
    dimensions_of,
    is_among_constants,
    is_listed,
    pair_in,
    shape,
)
from pdca_engine.definition.guards.tree import Node, dotted
from pdca_engine.definition.guards.types import LISTS, Name

MOST_WORLDS: Final = 1500  # more are not looked at: nothing is said of such a guard then
MOST_NODES: Final = 120
World = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answers:
    """Whether the guard is ever true, and whether it is ever anything else. Both, where there were too many worlds to look at."""

    yes: bool
    no: bool


BOTH: Final = Answers(yes=True, no=True)


def answers(trees: Iterable[Node], names: Mapping[str, Name], limits: Limits = NO_LIMITS) -> Answers:
    """What the conditions together can answer."""
    asked = tuple(trees)
    if sum(1 for tree in asked for _ in tree.walk()) > MOST_NODES:
        return BOTH
    dimensions = dimensions_of(asked, names, limits)
    number = prod(len(values) for values in dimensions.values())
    if not number or number > MOST_WORLDS:
        return BOTH
    yes = no = False
    for world in _worlds(dimensions, number):
        if all(_value(tree, world, names) is True for tree in asked):
            yes = True
        else:
            no = True
        if yes and no:
            break
    return Answers(yes, no)


def _worlds(dimensions: Mapping[str, tuple[Any, ...]], number: int) -> Iterator[World]:
    """All of them, neighbours far apart: a guard that can be both is then soon seen to be."""
    step = next(one for one in (7919, 104_729, 1) if one % number and _coprime(one, number)) if number > 1 else 1
    for at in range(number):
        left, world = (at * step) % number, {}
        for name, values in dimensions.items():
            left, chosen = divmod(left, len(values))
            world[name] = values[chosen]
        yield world


def _coprime(one: int, other: int) -> bool:
    while other:
        one, other = other, one % other
    return one == 1


def _value(node: Node, world: World, names: Mapping[str, Name]) -> Any:
    """What an expression gives in a world: ERROR where something has no value."""
    path = dotted(node)
    if path is not None:
        found = world.get(path, ERROR)
        return ERROR if found is None else found
    if node.sort == "constant":
        return node.value
    if node.sort != "call" or node.text not in JUDGED:
        return ERROR if _lacks(node, world, names) else world[shape(node)]
    return _call(node, world, names)


def _call(node: Node, world: World, names: Mapping[str, Name]) -> Any:
    match node.text:
        case "_&&_" | "_||_":
            return _joined(node, world, names)
        case "!_":
            inner = _value(node.parts[0], world, names)
            return (not inner) if isinstance(inner, bool) else ERROR
        case "_?_:_":
            chosen = _value(node.parts[0], world, names)
            return _value(node.parts[1 if chosen else 2], world, names) if isinstance(chosen, bool) else ERROR
        case "@in":
            return _is_in(node, world, names)
    return _order(node, world, names)


def _joined(node: Node, world: World, names: Mapping[str, Name]) -> Any:
    """As CEL joins: one side that decides makes up for the other one's lack of an answer."""
    decides = node.text == "_||_"
    found = [_value(part, world, names) for part in node.parts]
    if decides in found:
        return decides
    return ERROR if ERROR in found else not decides


def _is_in(node: Node, world: World, names: Mapping[str, Name]) -> Any:
    path = dotted(node.parts[0])
    if path is not None and path in world and is_among_constants(path, node, names):
        return world[path] in [part.value for part in node.parts[1].parts]
    return ERROR if _lacks(node, world, names) else world[shape(node)]


def _order(node: Node, world: World, names: Mapping[str, Name]) -> Any:
    for one, other in (node.parts, node.parts[::-1]):
        path = dotted(one)
        if path is not None and is_listed(path, node.text, other, names):
            return _with_constant(node, world[path], other.value, turned=one is not node.parts[0])
    key, turned = pair_in(*node.parts)
    if _lacks(node, world, names):
        return {"_==_": False, "_!=_": True}.get(node.text, ERROR)
    outcome = world[key]
    return ERROR if outcome is ERROR else ORDERS[node.text](-outcome if turned else outcome, 0)


def _with_constant(node: Node, found: Any, constant: Any, *, turned: bool) -> Any:
    if found is None or constant is None:
        return {"_==_": found is constant, "_!=_": found is not constant}.get(node.text, ERROR)
    one, other = (constant, found) if turned else (found, constant)
    return ORDERS[node.text](one, other)


def _lacks(node: Node, world: World, names: Mapping[str, Name]) -> bool:
    """Whether a name that the expression can't do without has no value."""
    if (path := dotted(node)) is not None:
        return path in names and names[path].kind not in LISTS and world.get(path, SOME) is None
    if node.sort == "loop" or _choosy_here(node):
        return False
    return any(_lacks(part, world, names) for part in node.parts)


def _choosy_here(node: Node) -> bool:
    return node.sort in ("struct", "test") or (node.sort == "call" and node.text in ("_?_:_", "_||_", "_&&_"))
