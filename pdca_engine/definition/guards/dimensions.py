"""What the answer of a guard depends on: the few values of each name that stand for all others, and comparisons of things without them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from pdca_engine.definition.guards.tree import Node, dotted
from pdca_engine.definition.guards.types import Kind, Name

_NUMBERS: Final = (Kind.NUMBER, Kind.INTEGER)
_FROM_ONE: Final = ("item.cycle", "item.attempt", "item.version")
ORDERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "_==_": lambda one, other: one == other,
    "_!=_": lambda one, other: one != other,
    "_<_": lambda one, other: one < other,
    "_<=_": lambda one, other: one <= other,
    "_>_": lambda one, other: one > other,
    "_>=_": lambda one, other: one >= other,
}
JUDGED: Final = (*ORDERS, "_&&_", "_||_", "!_", "_?_:_", "@in")


class _Error:
    """No answer: something had no value."""


ERROR: Final = _Error()
SOME: Final = "\0some"  # a value of which nothing more is known


@dataclass(frozen=True, slots=True)
class Limits:
    """What is known before the guard is asked: `present` names have a value, numbers are `at_least`, texts one of `among`,
    the two sides of a comparison in `apart` are never the same."""

    present: frozenset[str] = frozenset()
    at_least: Mapping[str, float] = field(default_factory=dict)
    at_most: Mapping[str, float] = field(default_factory=dict)
    among: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()


NO_LIMITS: Final = Limits()


def shape(node: Node) -> str:
    """The same text for the same expression, wherever it stands and however it is spaced."""
    parts = ",".join(map(shape, node.parts))
    return f"{node.sort}:{node.text}:{node.value!r}({parts})" if node.sort != "name" else node.text


def pair_of(one: str, other: str) -> str:
    """The comparison of two dotted names, as `Limits.apart` names it."""
    return "|".join(sorted((f"select:{one}", f"select:{other}")))


def pair_in(one: Node, other: Node) -> tuple[str, bool]:
    """The name of a comparison, and whether its sides stand the other way round in it."""
    first, second = (f"select:{path}" if (path := dotted(node)) else shape(node) for node in (one, other))
    return "|".join(sorted((first, second))), first > second


def dimensions_of(trees: Iterable[Node], names: Mapping[str, Name], limits: Limits) -> dict[str, tuple[Any, ...]]:
    look = _Look(names, limits)
    for tree in trees:
        look.at(tree)
    return {name: _values(name, names[name], found, limits) for name, found in look.constants.items()} | look.free


@dataclass(slots=True)
class _Look:
    """What expressions depend on: names with the constants they are compared with, and what is `free` to be one way or the other."""

    names: Mapping[str, Name]
    limits: Limits
    constants: dict[str, list[Any]] = field(default_factory=dict)
    free: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def at(self, node: Node) -> None:
        """Note what one expression depends on."""
        path = dotted(node)
        if path is not None:
            self.constants.setdefault(path, [])
        elif node.sort != "call" or node.text not in JUDGED:
            if node.sort != "constant":
                self._as_it_comes(node)
                self.free[shape(node)] = (True, False, ERROR)
        elif node.text in ORDERS:
            self._compared(node)
        elif node.text == "@in":
            self._searched(node)
        else:
            for part in node.parts:
                self.at(part)

    def _compared(self, node: Node) -> None:
        for one, other in (node.parts, node.parts[::-1]):
            path = dotted(one)
            if path is not None and is_listed(path, node.text, other, self.names):
                self.constants.setdefault(path, []).append(other.value)
                return
        key, _ = pair_in(*node.parts)
        for part in node.parts:
            self._as_it_comes(part)
        unsure = (ERROR,) if any(map(_choosy, node.parts)) else ()
        self.free[key] = tuple(one for one in (-1, 0, 1) if one or key not in self.limits.apart) + unsure

    def _searched(self, node: Node) -> None:
        path = dotted(node.parts[0])
        if path is not None and is_among_constants(path, node, self.names):
            self.constants.setdefault(path, []).extend(part.value for part in node.parts[1].parts)
            return
        for part in node.parts:
            self._as_it_comes(part)
        self.free[shape(node)] = (True, False)

    def _as_it_comes(self, node: Node) -> None:
        """Of what is taken as it comes, only whether its names have a value matters."""
        if (path := dotted(node)) is not None:
            if path in self.names:
                self.constants.setdefault(path, [])
        elif node.sort != "loop" and not _choosy(node):
            for part in node.parts:
                self._as_it_comes(part)


def is_listed(path: str, sign: str, constant: Node, names: Mapping[str, Name]) -> bool:
    """Whether a name's values can be listed beside what it is compared with: a constant. Anything can be compared with nothing."""
    if constant.sort != "constant" or path not in names:
        return False
    kind, same = names[path].kind, sign in ("_==_", "_!=_")
    return kind in _NUMBERS or (same and (constant.value is None or kind in (Kind.TEXT, Kind.BOOLEAN)))


def is_among_constants(path: str, node: Node, names: Mapping[str, Name]) -> bool:
    """Whether it is `name in [constants]`."""
    written = node.parts[1]
    return (
        path in names
        and names[path].kind in (Kind.TEXT, Kind.INTEGER)
        and written.sort == "list"
        and not any(one.parts for one in written.parts)
    )


def _choosy(node: Node) -> bool:
    """Whether it can have a value although one of its names has none."""
    return any(one.sort in ("loop", "struct", "test") or one.text in ("_?_:_", "_||_", "_&&_", "_==_", "_!=_") for one in node.walk())


def _values(path: str, name: Name, constants: list[Any], limits: Limits) -> tuple[Any, ...]:
    nothing = (None,) if name.nullable and path not in limits.present else ()
    if name.kind is Kind.BOOLEAN:
        return (True, False, *nothing)
    if name.kind in _NUMBERS:
        return (*_numbers(path, name, [one for one in constants if isinstance(one, int | float)], limits), *nothing)
    texts = [one for one in dict.fromkeys(constants) if isinstance(one, str) and (one or path not in limits.present)]
    if name.kind is Kind.TEXT and (known := limits.among.get(path, name.values)):
        other = [one for one in known if one not in texts]
        return (*(one for one in texts if one in known), *other[:1], *nothing)
    return (*texts, SOME, *nothing)


def _numbers(path: str, name: Name, constants: list[float], limits: Limits) -> tuple[float, ...]:
    """Each constant, one below the lowest, one above the highest, and one between any two."""
    whole = name.kind is Kind.INTEGER
    low = limits.at_least.get(path, 1 if path in _FROM_ONE else 0 if whole and not name.nullable else None)
    high = limits.at_most.get(path)
    step = 1 if whole else 0.5
    if not constants:
        return (0.0 if low is None else low,)
    known = sorted({*constants, *(one for one in (low, high) if one is not None)})
    near = {one for limit in known for one in (limit - step, limit, limit + step)}
    near |= {(one + other) / 2 for one, other in pairwise(known) if not whole or other - one > 2}
    return tuple(sorted(one for one in near if (low is None or one >= low) and (high is None or one <= high)))
