"""Checks every expression of a workflow: the conditions of its transitions, and the `= …` values in `set` and `create`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
from types import MappingProxyType
from typing import Final

from pdca_engine.definition.guards.faults import KINDS_ZH, Fault, GuardError, a
from pdca_engine.definition.guards.guards import constant_answer, expect, not_boolean, parse, result_kind, used_names
from pdca_engine.definition.guards.rules import silent_faults
from pdca_engine.definition.guards.sense import exception_fault, pointless
from pdca_engine.definition.guards.tree import Node
from pdca_engine.definition.guards.types import KINDS, Kind, Name, guard_names, input_names, schedule_names
from pdca_engine.definition.paper.words import COMMON_COLUMNS
from pdca_engine.definition.paper.workflow import Cel, Effect, Transition, Workflow

Path = tuple[str, ...]
Declared = Mapping[str, tuple[str, ...]]
NOTHING_MORE: Final[Declared] = MappingProxyType({})
Names = Mapping[str, Name]
_MOST_TOLD: Final = 200  # faults: nobody mends more before checking again, and to look for what was meant takes time
COMPUTED: Final = "= "  # what a computed value begins with in the file


@dataclass(frozen=True, slots=True)
class GuardProblem:
    """One fault of an expression. `path` leads to its text in the file; offsets (from 0) and length lie inside that text, `= ` included."""

    code: str
    path: Path
    offset_line: int
    offset_column: int
    length: int
    message: str
    message_zh: str
    suggestion: str | None = None


def check_guards(workflow: Workflow, declared: Declared = NOTHING_MORE) -> list[GuardProblem]:
    """Everything wrong with the expressions of `workflow`, in the order of the file; no workflow that passes fails to compile.

    `declared` holds the names of each section of the file, also of entries that are broken and so not in the workflow: they may be used.
    """
    expect(workflow)
    names = _item_names(workflow, declared)
    return list(islice(chain(_conditions(workflow, names), _values(workflow, names)), _MOST_TOLD))


def _names(transition: Transition, declared: Names) -> Names:
    return {**input_names(transition), **declared} if transition.inputs else declared


def _item_names(workflow: Workflow, declared: Declared) -> Names:
    names = guard_names(workflow, None)
    paths = [f"item.{name}" for name in declared.get("fields", ())]
    paths += [f"{counter}.{name}" for name in declared.get("transitions", ()) for counter in ("times", "times_ever")]
    states = (*workflow.states, *declared.get("states", ()))
    return {path: _BROKEN for path in paths} | names | {"item.state": replace(names["item.state"], values=states)}


_BROKEN: Final = Name(Kind.ANY, lambda _facts, _inputs, _now: None)


def _conditions(workflow: Workflow, declared: Names) -> Iterator[GuardProblem]:
    for transition in workflow.transitions.values():
        names = _names(transition, declared) if transition.when or transition.independence else {}
        read: list[tuple[int, str, Node]] = []  # what can be judged by its sense: the number in the list, the text, the tree
        for number, condition in enumerate(transition.when):
            faults, tree = _guard_faults(condition.that, names)
            yield from _problems(_condition_path(workflow, transition.name, number), condition.that, faults)
            if tree is not None:
                read.append((number, condition.that, tree))
        for place, fault in pointless(workflow, transition, [(text, tree) for _, text, tree in read], names):
            number, text, _ = read[place]
            yield from _problems(_condition_path(workflow, transition.name, number), text, [fault])
        yield from _exceptions(workflow, transition, names)


def _exceptions(workflow: Workflow, transition: Transition, names: Mapping[str, Name]) -> Iterator[GuardProblem]:
    """The conditions under which independence is asked for."""
    for number, rule in enumerate(transition.independence):
        if rule.when:
            place = ("transitions", transition.name, "independent_of", str(number), "when")
            faults, tree = _guard_faults(rule.when, names)
            constant = exception_fault(workflow, transition, rule.when, tree, names) if tree is not None else None
            yield from _problems(place, rule.when, [*faults, *filter(None, (constant,))])


def _condition_path(workflow: Workflow, transition: str, number: int) -> Path:
    """`when` is one expression, or a list of `{that: …}`: the places the reader found say which."""
    listed: Path = ("transitions", transition, "when", str(number), "that")
    return listed if number or listed in workflow.source else listed[:3]


def _problems(path: Path, expression: str, faults: list[Fault], prefix: str = "") -> Iterator[GuardProblem]:
    for fault in faults:
        line, column = fault.place(expression)
        yield GuardProblem(
            fault.code, path, line, column if line else column + len(prefix), fault.length, fault.en, fault.zh, fault.suggestion
        )


def _guard_faults(expression: str, names: Mapping[str, Name]) -> tuple[list[Fault], Node | None]:
    """What is wrong with one condition by itself; its tree where nothing is and it names something."""
    faults, used, kind, tree = _examine(expression, names)
    if faults:
        return faults, None
    if kind not in (Kind.BOOLEAN, "dyn"):
        return [not_boolean(expression, kind)], None
    answer = constant_answer(expression, used)
    if answer is None and used:
        return [], tree
    said, said_zh = _CONSTANT[answer]
    en, zh = f"{said}, whatever the item; remove it or name a field", f"{said_zh}；请删除或引用字段"
    return [Fault("GUARD_CONSTANT", 0, len(expression), en, zh)], None


_CONSTANT: Final = {
    True: ("this is always true", "该条件恒为真"),
    False: ("this is never true", "该条件恒为假"),
    None: ("this never has an answer", "该条件永远没有结果"),
}


def _examine(expression: str, names: Mapping[str, Name]) -> tuple[list[Fault], dict[str, Name], str, Node | None]:
    """(faults, the names used, the kind of result, the tree); with faults, the others say nothing."""
    try:
        tree = parse(expression)
    except GuardError as error:
        return list(error.faults), {}, "", None
    faults = list(silent_faults(tree, names))
    try:
        used = used_names(tree, names, expression)
        kind = result_kind(expression, used)
    except GuardError as error:
        return sorted([*faults, *error.faults], key=lambda fault: fault.at), {}, "", None
    return faults, used, kind, tree


def _values(workflow: Workflow, declared: Names) -> Iterator[GuardProblem]:
    for transition in workflow.transitions.values():
        if transition.then:
            yield from _effects(workflow, ("transitions", transition.name, "then"), transition.then, _names(transition, declared))
    for timer in workflow.timers.values():
        yield from _effects(workflow, ("timers", timer.name, "then"), timer.then, declared)
    for schedule in workflow.schedules.values():
        yield from _effects(workflow, ("schedules", schedule.name, "then"), schedule.then, schedule_names())


def _effects(workflow: Workflow, path: Path, effects: tuple[Effect, ...], names: Mapping[str, Name]) -> Iterator[GuardProblem]:
    for number, effect in enumerate(effects):
        front = (*path, str(number), effect.kind)
        if effect.kind == "create":  # the fields of another workflow: their types are not known here
            for field, value in effect.args.get("fields", {}).items():
                if isinstance(value, Cel):
                    yield from _problems((*front, "fields", field), value.expression, _examine(value.expression, names)[0], COMPUTED)
        elif effect.kind == "set":
            for field, value in effect.args.items():
                if isinstance(value, Cel):
                    yield from _problems(
                        (*front, field), value.expression, _value_faults(workflow, field, value.expression, names), COMPUTED
                    )


def _value_faults(workflow: Workflow, field: str, expression: str, names: Mapping[str, Name]) -> list[Fault]:
    faults, _, kind, _ = _examine(expression, names)
    declared = workflow.fields[field].type if field in workflow.fields else COMMON_COLUMNS.get(field, "")
    wanted = KINDS.get(declared)
    if faults or wanted is None or _fits(kind, wanted):
        return faults
    en = f"{field} takes {a(wanted)}, this gives {a(kind)}"
    return [Fault("GUARD_TYPE", 0, len(expression), en, f"{field} 应为{KINDS_ZH[wanted]}，此处得到{KINDS_ZH.get(kind, kind)}")]


def _fits(kind: str, wanted: Kind) -> bool:
    return kind in (wanted, "dyn", "nothing") or (kind == Kind.INTEGER and wanted is Kind.NUMBER)
