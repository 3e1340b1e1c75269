"""What is wrong with an expression, where, in words: the faults, and CEL's own messages turned into them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pdca_engine.definition.guards.tree import Node
from pdca_engine.definition.guards.types import Kind

DEEPEST: Final = 32  # levels of nesting: the limit of CEL's library


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an expression: the `length` characters from `at` (counted from 0), and what to do."""

    code: str
    at: int
    length: int
    en: str
    zh: str
    suggestion: str | None = None

    def place(self, expression: str) -> tuple[int, int]:
        """(line, column) of the fault inside `expression`, both from 0."""
        before = expression[: self.at]
        return before.count("\n"), len(before) - (before.rfind("\n") + 1)


class GuardError(Exception):
    """An expression can't be used. `faults` says why; message, line and column (from 0, inside the expression) are the first one's."""

    def __init__(self, expression: str, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        self.message, self.message_zh = self.faults[0].en, self.faults[0].zh
        self.line, self.column = self.faults[0].place(expression)
        super().__init__(self.message)


_ERROR: Final = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*?)(?: \[[A-Z_]+\])?$", re.MULTILINE)
_OVERLOAD: Final = re.compile(r"found no matching overload for '(.+)' applied to '(?:\((.*)\)|(.+)\.\((.*)\))'")
_SYNTAX: Final = (
    (re.compile(r"mismatched input '<EOF>'|no viable alternative at input '<EOF>'"), "the expression ends too early", "表达式不完整"),
    (
        re.compile(r"token recognition error at: '(.*)'"),
        "`{0}` has no meaning here (texts stand between double quotes)",
        "此处的 `{0}` 没有意义（文本须用双引号括起）",
    ),
    (
        re.compile(r"(?:mismatched|extraneous) input '(.*?)' expecting|no viable alternative at input '(.*?)'"),
        "`{0}` is not expected here",
        "此处不应出现 `{0}`",
    ),
)
_TYPES: Final[Mapping[str, Kind]] = {
    "double": Kind.NUMBER,
    "int": Kind.INTEGER,
    "uint": Kind.INTEGER,
    "string": Kind.TEXT,
    "bool": Kind.BOOLEAN,
    "google.protobuf.Timestamp": Kind.MOMENT,
    "timestamp": Kind.MOMENT,
    "list(int)": Kind.PERSONS,
    "list(string)": Kind.TEXTS,
}
KINDS_ZH: Final[Mapping[str, str]] = {
    Kind.NUMBER: "数值",
    Kind.INTEGER: "整数",
    Kind.TEXT: "文本",
    Kind.BOOLEAN: "是/否",
    Kind.MOMENT: "时刻",
    Kind.TEXTS: "文本列表",
    Kind.PERSONS: "人员列表",
    Kind.ROWS: "行列表",
    "length of time": "时长",
    "nothing": "空值",
    "list": "列表",
}


def kind_of(cel_type: str) -> str:
    """The word for a type as CEL's library writes it: `wrapper(double)` is a number; an unknown type stays as it is."""
    plain = re.sub(r"wrapper\((\w+)\)", r"\1", cel_type.strip()).replace("<", "(").replace(">", ")")
    if plain.startswith("list") and plain not in _TYPES:
        return "list"
    words = {"google.protobuf.Duration": "length of time", "duration": "length of time", "null": "nothing", "null_type": "nothing"}
    return _TYPES.get(plain) or words.get(plain, plain)


def a(kind: str) -> str:
    """The kind with its article: "an integer", "a number", "nothing"."""
    return kind if kind == "nothing" else f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def library_faults(message: str, expression: str) -> list[Fault]:
    """CEL's refusal to read an expression, as one fault: the first error, since the others only follow from it."""
    if "recursion" in message:
        en = f"nested more than {DEEPEST} levels deep; write several conditions instead"
        return [Fault("GUARD_TOO_DEEP", 0, len(expression), en, f"嵌套超过 {DEEPEST} 层；请拆成多个条件")]
    return [_syntax(expression, at, text) for at, text in _found(message, expression)[:1]]


def type_faults(message: str, expression: str, tree: Node) -> list[Fault]:
    """CEL's refusal to accept the types of an expression that it can read: every place."""
    return [_typing(expression, at, text, tree) for at, text in _found(message, expression)]


def _found(message: str, expression: str) -> list[tuple[int, str]]:
    places = [(_offset(expression, int(line), int(column)), text) for line, column, text in _ERROR.findall(message)]
    return places or [(0, message)]


def _offset(expression: str, line: int, column: int) -> int:
    lines = expression.split("\n")
    return sum(len(one) + 1 for one in lines[: line - 1]) + column - 1


def _word_length(expression: str, at: int) -> int:
    word = re.compile(r"\w+|[<>=!]=|&&|\|\||.", re.DOTALL).match(expression, at)
    return len(word[0]) if word else 1


def _syntax(expression: str, at: int, text: str) -> Fault:
    length = _word_length(expression, at)
    for pattern, en, zh in _SYNTAX:
        if match := pattern.search(text):
            word = next(filter(None, match.groups()), "")
            return Fault("GUARD_SYNTAX", at, length, en.format(word), zh.format(word))
    plain = text.removeprefix("Syntax error: ").strip()
    return Fault("GUARD_SYNTAX", at, length, f"can't be read: {plain}", f"无法读取：{plain}")


def _typing(expression: str, at: int, text: str, tree: Node) -> Fault:
    length = _word_length(expression, at)
    match = _OVERLOAD.search(text)
    if not match:
        return Fault("GUARD_TYPE", at, length, f"does not fit: {text}", f"类型不符：{text}")
    sign = _sign(match[1])
    kinds = [kind_of(one) for one in [*filter(None, [match[3]]), *_split(match[2] or match[4] or "")]]
    mixed = set(kinds) == {Kind.NUMBER, Kind.INTEGER}
    if mixed and (fault := _number_fault(tree, at, kinds)):
        return fault
    en, zh = " and ".join(map(a, kinds)), "与".join(KINDS_ZH.get(kind, kind) for kind in kinds)
    hint, hint_zh = ("; turn the integer into a number with double(…)", "；请用 `double(…)` 把整数转为数值") if mixed else ("", "")
    return Fault("GUARD_TYPE", at, length, f"`{sign}` does not work on {en}{hint}", f"`{sign}` 不能用于{zh}{hint_zh}")


def _sign(function: str) -> str:
    return {"@in": "in", "_?_:_": "? :", "_[_]": "[ ]"}.get(function) or (function.strip("_") if not function.isidentifier() else function)


def _split(arguments: str) -> list[str]:
    return [one for one in re.split(r",\s*(?![^()]*\))", arguments) if one]


def _number_fault(tree: Node, at: int, kinds: list[str]) -> Fault | None:
    """A whole number written where a number with decimals stands, or the other way round: say how to write it."""
    call = next((node for node in tree.walk() if node.sort == "call" and node.at == at), None)
    for kind, part in zip(kinds, call.parts if call else (), strict=False):
        if part.sort != "constant":
            continue
        if kind is Kind.INTEGER:
            return _say("GUARD_INTEGER", part, str(part.value), f"{part.value}.0", "a number has decimals", "数值带小数")
        if float(part.value).is_integer():
            return _say("GUARD_INTEGER", part, str(part.value), f"{part.value:.0f}", "this counts in whole numbers", "此处为整数")
    return None


def _say(code: str, part: Node, written: str, better: str, en: str, zh: str) -> Fault:
    return Fault(
        code, part.at, len(written), f"{en}: write {better} instead of {written}", f"{zh}：请写 {better}，不要写 {written}", better
    )
