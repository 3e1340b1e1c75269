"""What can be told from an expression's tree alone: names and functions that don't exist, and what CEL would let pass in silence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from pdca_engine.cadence.durations import parse_duration
from pdca_engine.definition.guards.environment import pattern_trouble
from pdca_engine.definition.guards.faults import Fault
from pdca_engine.definition.guards.tree import Node, chains, dotted, loops_inside, start
from pdca_engine.definition.guards.types import Kind, Name
from pdca_engine.definition.paper.suggest import clip, nearest

OWN_FUNCTIONS: Final = ("months_before", "working_days_between", "plus")
MACROS: Final = ("all", "exists", "exists_one", "map", "filter")
FUNCTIONS: Final = (
    *OWN_FUNCTIONS,
    *("size", "contains", "startsWith", "endsWith", "matches", "timestamp", "duration", "int", "double", "string", "bool"),
    *("getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes", "getSeconds"),
)


def name_faults(tree: Node, names: Mapping[str, Name]) -> Iterator[Fault]:
    """Functions and names that don't exist, each with the nearest that does."""
    unknown = [node for node in tree.walk() if node.sort == "call" and node.text.isidentifier() and node.text not in FUNCTIONS]
    for call in unknown:
        better = nearest(call.text, (*FUNCTIONS, *MACROS))
        yield _missing("GUARD_UNKNOWN_FUNCTION", call.at - len(call.text), call.text, ("function", "函数"), better)
    for node in tree.walk():
        if node.sort == "struct" and node.text:
            yield _missing("GUARD_UNKNOWN_NAME", node.at, node.text, ("type", "类型"), None)
    # the variable of a misspelt `exists` is no unknown name
    inside = {id(node) for call in unknown for part in call.parts for node in part.walk() if node.sort == "name"}
    for chain in chains(tree):
        path = dotted(chain) or ""
        if path not in names and id(chain) not in inside:
            yield _unknown_name(path, start(chain), names)


def silent_faults(tree: Node, names: Mapping[str, Name]) -> Iterator[Fault]:
    """What CEL accepts although it can't be meant: `has()`, loops in loops, impossible values, times that are none."""
    if loops_inside(tree) > 1:
        en = "a loop inside a loop is not allowed; write two conditions"
        yield Fault("GUARD_LOOPS", tree.at, 1, en, "不允许循环嵌套；请拆成两个条件")
    for node in tree.walk():
        if node.sort == "test":
            yield _has_fault(node)
        elif node.sort == "call":
            yield from _value_faults(node, names)
            yield from _time_faults(node)
            yield from _pattern_faults(node)


def _missing(code: str, at: int, word: str, noun: tuple[str, str], better: str | None) -> Fault:
    hint, hint_zh = (f"; did you mean `{better}`?", f"；是否想写 `{better}`？") if better else ("", "")
    return Fault(code, at, len(word), f"no {noun[0]} `{clip(word)}`{hint}", f"没有{noun[1]} `{clip(word)}`{hint_zh}", better)


def _unknown_name(path: str, at: int, names: Mapping[str, Name]) -> Fault:
    front, _, last = path.partition(".")
    if front in ("times", "times_ever") and last:
        transitions = [name.partition(".")[2] for name in names if name.startswith("times.")]
        return _missing("GUARD_UNKNOWN_TRANSITION", at + len(front) + 1, last, ("transition", "转换"), nearest(last, transitions))
    return _missing("GUARD_UNKNOWN_NAME", at, path, ("name", "名称"), nearest(path, names))


def _has_fault(node: Node) -> Fault:
    path = dotted(node) or node.text
    en = f"has() says yes even where there is no value; write {path} != null"
    return Fault("GUARD_HAS", node.at - 3, 3, en, f"`has()` 在没有值时也为真；请写 `{path} != null`", f"{path} != null")


def _value_faults(call: Node, names: Mapping[str, Name]) -> Iterator[Fault]:
    """A text compared with something whose values are listed, and that is not one of them."""
    if call.text not in ("_==_", "_!=_", "@in"):
        return
    for one, other in (call.parts, call.parts[::-1]):
        name = names.get(dotted(one) or "")
        for constant in (other, *(other.parts if other.sort == "list" else ())):
            if name and name.values and isinstance(constant.value, str) and constant.value not in name.values:
                yield _value_fault(dotted(one) or "", constant, name)


def _value_fault(path: str, constant: Node, name: Name) -> Fault:
    better = nearest(constant.value, name.values)
    hint, hint_zh = (f"; did you mean `{better}`?", f"；是否想写 `{better}`？") if better else (f" ({', '.join(name.values)})", "")
    verb, verb_zh = ("never holds", "包含") if name.kind is Kind.TEXTS else ("is never", "为")
    en, zh = f"{path} {verb} `{clip(constant.value)}`{hint}", f"{path} 不可能{verb_zh} `{clip(constant.value)}`{hint_zh}"
    return Fault("GUARD_UNKNOWN_CHOICE", constant.at, len(constant.value) + 2, en, zh, better)


def _time_faults(call: Node) -> Iterator[Fault]:
    """A time written as a text that can't be read: CEL would only find out when it is too late."""
    read, form = _TIMES.get(call.text, (None, ""))
    if read is None or not call.parts:
        return
    written = call.parts[-1]
    if not isinstance(written.value, str):
        if call.text == "plus":  # somebody's field must not decide how far is counted
            en, zh = f"write the length of time out, like {form}", f"请直接写出时长，例如 {form}"
            yield Fault("GUARD_TIME", written.at, 1, en, zh)
        return
    try:
        read(written.value)
    except ValueError:
        en, zh = f'"{written.value}" can\'t be read; write it like {form}', f"无法读取“{written.value}”；请写成 {form}"
        yield Fault("GUARD_TIME", written.at, len(written.value) + 2, en, zh)


def _pattern_faults(call: Node) -> Iterator[Fault]:
    """A regular expression that can't be one, or is too large: CEL would only find out when it is too late."""
    written = call.parts[-1] if call.text == "matches" and call.parts else None
    if written is None or not isinstance(written.value, str) or (why := pattern_trouble(written.value)) is None:
        return
    en, zh = f"this pattern can't be read: {clip(why)}", f"无法读取此正则表达式：{clip(why)}"
    yield Fault("GUARD_SYNTAX", written.at, len(written.value) + 2, en, zh)


def _read_length(text: str) -> None:
    if not re.fullmatch(r"[-+]?([0-9]+(\.[0-9]*)?(h|ms|m|s|us|ns))+", text):
        raise ValueError(text)


_TIMES: Final[Mapping[str, tuple[Callable[[str], object], str]]] = {
    "plus": (parse_duration, 'plus(now, "10 working days")'),
    "duration": (_read_length, 'duration("36h")'),
    "timestamp": (datetime.fromisoformat, 'timestamp("2026-01-31T09:00:00Z")'),
}
