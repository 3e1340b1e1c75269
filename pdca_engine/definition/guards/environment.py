"""Where CEL's library compiles: what a name is declared as, and one environment for all expressions of a workflow.

The only module that imports CEL's library, and late: `pdca --help` must not pay for it. Compiling takes some 50 µs in an environment that
is there; to make one and compile in it for the first time takes 600, and it holds 100 KB. So `share` says beforehand what a workflow's
expressions read, and they all find one environment; what nobody foresaw gets one of its own. The answers are the same either way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, cached_property, lru_cache
from types import MappingProxyType
from typing import Any, Final

from pdca_engine.definition.guards.tree import Node, read_tree
from pdca_engine.definition.guards.types import Kind, Name

Shape = tuple[tuple[str, str], ...]  # names, each with the type it is declared with: a `Kind`, "dyn", or the name of a protobuf wrapper
DYNAMIC: Final = "dyn"
_WRAPPERS: Final = MappingProxyType({Kind.NUMBER: "Double", Kind.INTEGER: "Int64", Kind.TEXT: "String", Kind.BOOLEAN: "Bool"})
_WRAPPED: Final = frozenset(_WRAPPERS.values())
_REMEMBERED: Final = 8  # environments to be shared: of the workflows that threads look at just now


@cache
def cel() -> Any:
    """CEL's library."""
    from cel_expr_python import cel

    return cel


LONGEST_KEPT: Final = 300  # characters of an expression whose compiled form is kept


def shape_of(names: Mapping[str, Name], declare: Callable[[Name], str]) -> Shape:
    """The names as `declare` (`strict` or `loose`) has them."""
    return tuple((name, declare(one)) for name, one in names.items())


def strict(name: Name) -> str:
    """The type to check against: a nullable text is a typed wrapper, so that comparing it with a number is an error."""
    return _WRAPPERS[name.kind] if name.nullable and name.kind in _WRAPPERS else str(name.kind)


def loose(name: Name) -> str:
    """The type to evaluate with: what may be null is dynamic, save a moment."""
    return DYNAMIC if name.nullable and name.kind is not Kind.MOMENT else str(name.kind)


def tree_of(expression: str) -> Node:
    """The tree of `expression`. Raises RuntimeError with what the library says."""
    return _kept_tree(expression) if len(expression) <= LONGEST_KEPT else _tree(expression)


def _tree(expression: str) -> Node:
    return read_tree(_parser().compile(expression, disable_check=True).serialize())


_kept_tree = lru_cache(2048)(_tree)


def compiled(expression: str, shape: Shape) -> Any:
    """The expression compiled, safe to share between threads. Twenty processes share their rules, each of which is compiled once for all.

    Long ones are not kept: a few hundred drafts full of them would fill the memory.
    """
    return _kept(expression, shape) if len(expression) <= LONGEST_KEPT else _environment(shape).compile(expression)


@lru_cache(2048)
def _kept(expression: str, shape: Shape) -> Any:
    return _environment(shape).compile(expression)


def share(names: Mapping[str, Name]) -> None:
    """Expressions that read some of `names` are about to be compiled: one environment shall do for them."""
    for declare in (strict, loose):
        _Shared.remembered = (_Shared(dict(shape_of(names, declare))), *_Shared.remembered[: _REMEMBERED - 1])


class _Shared:
    """An environment made when it is first asked for."""

    remembered: tuple[_Shared, ...] = ()  # replaced as a whole, so that threads need no lock

    def __init__(self, types: dict[str, str]) -> None:
        self.types = types

    def covers(self, shape: Shape) -> bool:
        """Whether it declares all of `shape`, and as it is there."""
        return all(self.types.get(name) == way for name, way in shape)

    @cached_property
    def environment(self) -> Any:
        """The library's environment."""
        return _new_environment(self.types)


def pattern_trouble(pattern: str) -> str | None:
    """What keeps `pattern` from being a regular expression of `matches` (RE2: time in proportion to the text, whatever the pattern)."""
    answer = _matcher().eval(data={"pattern": pattern})
    return str(answer.value()).rpartition("expression: ")[2] if answer.type() == cel().Type.ERROR else None


@cache
def _matcher() -> Any:
    return _new_environment({"pattern": str(Kind.TEXT)}).compile('"".matches(pattern)')


@cache
def _parser() -> Any:
    return cel().NewEnv()


def _environment(shape: Shape) -> Any:
    for shared in _Shared.remembered:
        if shared.covers(shape):
            return shared.environment
    return _new_environment(dict(shape))


def _new_environment(types: Mapping[str, str]) -> Any:
    declared = [
        cel().FunctionDecl(name, [cel().Overload(f"pdca_{name}", result, taken)]) for name, (result, taken) in own_functions().items()
    ]
    variables = {name: _types()[way] for name, way in types.items()}
    return cel().NewEnv(variables=variables, extensions=[cel().CelExtension("pdca", declared)])


@cache
def own_functions() -> Mapping[str, tuple[Any, list[Any]]]:
    """Our three functions: what each gives and takes."""
    moment, number, text = cel().Type.TIMESTAMP, cel().Type.INT, cel().Type.STRING
    return {
        "months_before": (moment, [moment, number]),
        "working_days_between": (number, [moment, moment]),
        "plus": (moment, [moment, text]),
    }


@cache
def _types() -> Mapping[str, Any]:
    """Every way to declare a name, as the library has it."""
    types = cel().Type
    plain = {Kind.NUMBER: types.DOUBLE, Kind.INTEGER: types.INT, Kind.TEXT: types.STRING, Kind.BOOLEAN: types.BOOL, Kind.ANY: types.DYN}
    lists = {Kind.TEXTS: types.List(types.STRING), Kind.PERSONS: types.List(types.INT), Kind.ROWS: types.List(types.INT)}
    known = {str(kind): (plain | lists).get(kind, types.TIMESTAMP) for kind in Kind}
    return known | {DYNAMIC: types.DYN} | {way: types(f"google.protobuf.{way}Value") for way in _WRAPPED}
