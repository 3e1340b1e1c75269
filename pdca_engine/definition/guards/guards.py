"""Guards and computed values in CEL: compiled once, typed from the workflow's fields, safe to share between threads.

Three things seen by running cel-expr-python 0.1.3 shape it. Every value it returns is truthy, even `false` and an error, so that only
type BOOL counts as an answer. Reading `.value()` of a null takes a reference of None too many, which ends the process sooner or later, so
that a null is known by its type alone. And a moment is taken only by a variable declared as one, which can't be null: an expression whose
moment is missing runs in a second form, where that name is dynamic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from pdca_engine.cadence.durations import Duration, Unit, add, parse_duration
from pdca_engine.definition.guards.environment import DYNAMIC, cel, compiled, loose, own_functions, shape_of, share, strict, tree_of
from pdca_engine.definition.guards.faults import Fault, GuardError, a, kind_of, library_faults, type_faults
from pdca_engine.definition.guards.rules import OWN_FUNCTIONS, name_faults
from pdca_engine.definition.guards.tree import Node, chains, dotted
from pdca_engine.definition.guards.types import Inputs, Kind, Name, guard_names, input_names
from pdca_engine.definition.paper.facts import Facts
from pdca_engine.definition.paper.named_facts import NAMED_FACTS
from pdca_engine.definition.paper.walk import expressions_of
from pdca_engine.definition.paper.workflow import Transition, Workflow

LONGEST: Final = 2000  # characters of one expression
FARTHEST: Final = 40_000  # days between two dates whose working days are counted: more than a century


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer: an error, or a null. `names` are the names without a value (empty: the values given can't be computed with)."""

    names: tuple[str, ...]


class ValueUnknown(Exception):
    """A value can't be computed; `names` are the names without a value."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(", ".join(names))


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition, compiled. `names` are the dotted names it reads."""

    names: frozenset[str]
    _program: _Program

    def holds(self, facts: Facts, inputs: Inputs, now: datetime) -> bool | Unknown:
        """Whether the condition is met. Reads nothing but what is handed in; `inputs` are the transition's values as JSON holds them."""
        value, missing = self._program.run(facts, inputs, now)
        if value is None or value.type() != cel().Type.BOOL:
            return Unknown(missing)
        if value.value():
            return True
        unsupplied = tuple(name for name in missing if name in NAMED_FACTS)  # comparing a null gives false: that is no answer here
        return Unknown(unsupplied) if unsupplied else False


@dataclass(frozen=True, slots=True)
class Value:
    """A value to be computed, compiled. `names` are the dotted names it reads."""

    names: frozenset[str]
    _program: _Program

    def value(self, facts: Facts, inputs: Inputs, now: datetime) -> Any:
        """The result as a Python value: a moment is an aware datetime, a null None. Raises ValueUnknown where there is none."""
        value, missing = self._program.run(facts, inputs, now)
        if value is None or value.type() == cel().Type.ERROR:
            raise ValueUnknown(missing)
        return _python(value)


def expect(workflow: Workflow) -> None:
    """The expressions of `workflow` are about to be compiled, all in one go: compiling them then takes a fifth of the time."""
    names = guard_names(workflow, None)
    for one in workflow.transitions.values():
        if one.inputs:
            names = input_names(one) | names
    share({path: names[path] for expression in expressions_of(workflow) for path in _paths(expression) if path in names})


def _paths(expression: str) -> Iterator[str]:
    """The dotted names in an expression, if it can be read at all."""
    try:
        yield from (dotted(chain) or "" for chain in chains(parse(expression)))
    except GuardError:
        return


def compile_guard(workflow: Workflow, transition: Transition | None, expression: str) -> Guard:
    """The guard `expression` of a transition (None: outside one, no `input.*`). Raises GuardError when it can't be one."""
    names = guard_names(workflow, transition)
    used = used_names(parse(expression), names, expression)
    kind = result_kind(expression, used)
    if kind not in (Kind.BOOLEAN, "dyn"):
        raise GuardError(expression, [not_boolean(expression, kind)])
    return Guard(frozenset(used), _Program(expression, used))


def compile_value(workflow: Workflow, transition: Transition | None, expression: str) -> Value:
    """The computed value `expression` (written `= expression` in `set` and `create`). Raises GuardError when it can't be one."""
    used = used_names(parse(expression), guard_names(workflow, transition), expression)
    result_kind(expression, used)
    return Value(frozenset(used), _Program(expression, used))


def parse(expression: str) -> Node:
    """The tree of `expression`. Raises GuardError when it is too long, too deep or not CEL."""
    if len(expression) > LONGEST:
        en = f"{len(expression)} characters are too many (at most {LONGEST}); write several conditions instead"
        zh = f"共 {len(expression)} 个字符，超过上限 {LONGEST}；请拆成多个条件"
        raise GuardError(expression, [Fault("GUARD_TOO_LONG", LONGEST, len(expression) - LONGEST, en, zh)])
    if (bad := next((at for at, sign in enumerate(expression) if "\ud800" <= sign <= "\udfff"), None)) is not None:
        raise GuardError(expression, [Fault("GUARD_SYNTAX", bad, 1, "a broken character; type it again", "字符已损坏；请重新输入")])
    try:
        return tree_of(expression)
    except RuntimeError as error:  # the library's own way to say that an expression is wrong
        raise GuardError(expression, library_faults(str(error), expression)) from None


def used_names(tree: Node, names: Mapping[str, Name], expression: str) -> dict[str, Name]:
    """The names of `names` that the tree reads, in the order of the text. Raises GuardError with every unknown name and function."""
    if faults := list(name_faults(tree, names)):
        raise GuardError(expression, faults)
    return {path: names[path] for path in (dotted(chain) for chain in chains(tree)) if path is not None}


def result_kind(expression: str, used: Mapping[str, Name]) -> str:
    """The kind of value (`Kind`, or "dyn", "nothing" …) the expression gives. Raises GuardError with every place where types don't fit."""
    try:
        return kind_of(str(compiled(expression, shape_of(used, strict)).return_type()).lower())
    except RuntimeError as error:
        raise GuardError(expression, type_faults(str(error), expression, parse(expression))) from None


def constant_answer(expression: str, used: Mapping[str, Name]) -> bool | None:
    """The answer the guard gives while nothing is known: a guard that has one is constant, whatever the facts."""
    try:
        value = compiled(expression, shape_of(used, loose)).eval(data={})
    except RuntimeError:
        return None
    return bool(value.value()) if value.type() == cel().Type.BOOL else None


def not_boolean(expression: str, kind: str) -> Fault:
    """The fault of a guard that gives something other than yes or no."""
    en = f"a guard answers yes or no, this gives {a(kind)}; compare it with something"
    return Fault("GUARD_NOT_BOOLEAN", 0, len(expression), en, "条件必须得出是或否；请将其与某值比较")


class _Program:
    """A compiled expression with the readers of its names."""

    __slots__ = ("_calls", "_expression", "_forms", "_moments", "_names", "_reads")

    def __init__(self, expression: str, used: Mapping[str, Name]) -> None:
        self._expression = expression
        self._names = MappingProxyType(dict(used))
        self._reads = tuple((name, one.read) for name, one in used.items())
        self._moments = tuple(name for name, one in used.items() if one.kind is Kind.MOMENT and one.nullable)
        self._calls = any(function in expression for function in OWN_FUNCTIONS)
        self._forms: dict[tuple[str, ...], Any] = {}  # missing moments -> the expression compiled for that; two threads may both make one
        self._form(())

    def run(self, facts: Facts, inputs: Inputs, now: datetime) -> tuple[Any, tuple[str, ...]]:
        """(CEL's value or None after a failure, the names without a value)."""
        data = {name: read(facts, inputs, now) for name, read in self._reads}
        missing = tuple(name for name, value in data.items() if value is None)
        try:
            form = self._form(tuple(name for name in self._moments if data[name] is None))
            return form.eval(data=data, functions=_functions(facts)) if self._calls else form.eval(data=data), missing
        except RuntimeError:  # the library's budget for loops is used up
            return None, missing

    def _form(self, missing: tuple[str, ...]) -> Any:
        form = self._forms.get(missing)
        if form is None:
            shape = tuple((name, DYNAMIC if name in missing else way) for name, way in shape_of(self._names, loose))
            form = self._forms[missing] = compiled(self._expression, shape)
        return form


def _functions(facts: Facts) -> list[Any]:
    """Our three functions, bound to the item's zone and calendar."""
    zone, calendar = facts.zone, facts.calendar

    def months_before(at: datetime, months: int) -> datetime:
        return add(at, Duration(-months, Unit.months), zone, calendar)

    def working_days_between(first: datetime, last: datetime) -> int:
        if abs((last - first).days) > FARTHEST:
            raise ValueError(f"{first} and {last} are too far apart")
        return calendar.between(first.astimezone(zone).date(), last.astimezone(zone).date())

    def plus(at: datetime, written: str) -> datetime:
        return add(at, parse_duration(written), zone, calendar)

    own = {"months_before": months_before, "working_days_between": working_days_between, "plus": plus}
    return [cel().Function(name, taken, False, own[name], result) for name, (result, taken) in own_functions().items()]


def _python(value: Any) -> Any:
    types = cel().Type
    if value.type() == types.NULL:
        return None
    return [_python(one) for one in value.value()] if value.type() == types.LIST else value.value()
