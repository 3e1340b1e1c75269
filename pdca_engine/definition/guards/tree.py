"""The syntax tree of a CEL expression, read from the public protobuf form `cel.expr.ParsedExpr` that CEL's library writes.

The library shows no tree, but it serialises one. The wire format is small and frozen (protobuf encoding: varint, 64-bit, length-delimited),
so that reading the few fields needed here is less than a dependency on protobuf and its generated classes would be.
Field numbers are those of cel/expr/syntax.proto.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

Wire = dict[int, list[Any]]  # field number -> its values: int, or bytes


@dataclass(frozen=True, slots=True)
class Node:
    """One node. `sort`: constant (value), name (text), select (text is the member, parts[0] the operand), test (a `has`),
    call (text is the function, parts target and arguments), list, struct, loop (locals are its variables). `at` is the place, from 0."""

    sort: str
    at: int
    text: str = ""
    value: Any = None
    parts: tuple[Node, ...] = ()
    locals: tuple[str, ...] = ()

    def walk(self) -> Iterator[Node]:
        """This node and all below it, outside in."""
        yield self
        for part in self.parts:
            yield from part.walk()


def read_tree(serialized: bytes) -> Node:
    """The tree inside a serialised, unchecked expression (`Any` around `ParsedExpr`)."""
    parsed = _fields(_fields(serialized)[2][0])
    source = _fields(parsed[3][0])
    places = {entry[1][0]: entry.get(2, [0])[0] for entry in map(_fields, source.get(4, ()))}
    return _node(parsed[2][0], places)


def dotted(node: Node) -> str | None:
    """`item.cost` for the chain of selects ending in a name; None for any other expression."""
    if node.sort == "name":
        return node.text.removeprefix(".")
    if node.sort in ("select", "test"):
        front = dotted(node.parts[0])
        return None if front is None else f"{front}.{node.text}"
    return None


def start(node: Node) -> int:
    """Where the text of a dotted chain begins (a select's own place is its dot)."""
    while node.sort in ("select", "test"):
        node = node.parts[0]
    return node.at


def chains(node: Node, hidden: frozenset[str] = frozenset()) -> Iterator[Node]:
    """The longest dotted chains, outside in, without those that start from a loop's own variable."""
    path = dotted(node)
    if path is not None:
        if path.split(".", 1)[0] not in hidden:
            yield node
        return
    for number, part in enumerate(node.parts):
        own = frozenset(node.locals if number else ())  # a loop's range, its first part, does not see the loop's variables
        yield from chains(part, hidden | own)


def loops_inside(node: Node) -> int:
    """How deep loops (`all`, `exists`, `map`, `filter` …) are nested."""
    return max(map(loops_inside, node.parts), default=0) + (node.sort == "loop")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _fields(data: bytes) -> Wire:
    found: Wire = {}
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        value: int | bytes
        if tag & 7 == 0:
            value, at = _varint(data, at)
        else:
            size, at = (8, at) if tag & 7 == 1 else _varint(data, at)
            value, at = data[at : at + size], at + size
        found.setdefault(tag >> 3, []).append(value)
    return found


def _text(wire: Wire, number: int) -> str:
    return str(wire.get(number, [b""])[0], "utf-8")


def _node(data: bytes, places: dict[int, int]) -> Node:
    wire = _fields(data)
    at = places.get(wire.get(2, [0])[0], 0)
    for number, build in _SORTS.items():
        if number in wire:
            return build(_fields(wire[number][0]), at, places)
    return Node("constant", at)


def _nodes(parts: list[bytes], places: dict[int, int]) -> tuple[Node, ...]:
    return tuple(_node(part, places) for part in parts)


def _constant(wire: Wire, at: int, _places: dict[int, int]) -> Node:
    value: Any = None
    if 2 in wire:
        value = bool(wire[2][0])
    elif 3 in wire:
        value = wire[3][0] - (1 << 64 if wire[3][0] >> 63 else 0)
    elif 4 in wire:
        value = wire[4][0]
    elif 5 in wire:
        value = struct.unpack("<d", wire[5][0])[0]
    elif 6 in wire:
        value = _text(wire, 6)
    return Node("constant", at, value=value)


def _select(wire: Wire, at: int, places: dict[int, int]) -> Node:
    return Node("test" if wire.get(3) else "select", at, _text(wire, 2), parts=_nodes(wire[1], places))


def _call(wire: Wire, at: int, places: dict[int, int]) -> Node:
    return Node("call", at, _text(wire, 2), parts=_nodes([*wire.get(1, ()), *wire.get(3, ())], places))


def _struct(wire: Wire, at: int, places: dict[int, int]) -> Node:
    entries = map(_fields, wire.get(2, ()))
    return Node("struct", at, _text(wire, 1), parts=_nodes([part for entry in entries for part in (*entry.get(3, ()), *entry[4])], places))


def _loop(wire: Wire, at: int, places: dict[int, int]) -> Node:
    names = tuple(_text(wire, number) for number in (1, 3, 8) if number in wire)
    parts = [wire[number][0] for number in (2, 4, 5, 6, 7) if number in wire]
    return Node("loop", at, parts=_nodes(parts, places), locals=names)


_SORTS: Final[dict[int, Callable[[Wire, int, dict[int, int]], Node]]] = {
    3: _constant,
    4: lambda wire, at, _places: Node("name", at, _text(wire, 1)),
    5: _select,
    6: _call,
    7: lambda wire, at, places: Node("list", at, parts=_nodes(wire.get(1, []), places)),
    8: _struct,
    9: _loop,
}
