"""`check --fix`: the problems that can only be meant one way, mended in the text itself, so that comments and layout stay.

Never a guess: a misspelt name is left to its author, however near another one is (docs/decisions/0014).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pdca_engine.cadence.durations import Unit
from pdca_engine.definition.paper.positions import LINE_BREAK
from pdca_engine.definition.paper.problems import Problem


@dataclass(frozen=True, slots=True)
class Mended:
    """One problem that was mended: what stood there, and what stands there now ("" for nothing)."""

    problem: Problem
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


def mend(text: str, problems: Iterable[Problem]) -> tuple[str, tuple[Mended, ...]]:
    """The text without those problems that have one certain remedy, and what was done, in the order of the file."""
    lines = _line_starts(text)
    found = [(one, _MENDERS[one.code](text, lines[one.line - 1] + one.column - 1, one)) for one in problems if one.code in _MENDERS]
    edits = sorted(
        ((edit, one) for one, edit in found if edit and text[edit.start : edit.end] != edit.text), key=lambda pair: pair[0].start
    )
    kept = [pair for number, pair in enumerate(edits) if not number or pair[0].start >= edits[number - 1][0].end]
    done = tuple(Mended(one, text[edit.start : edit.end].strip(), edit.text) for edit, one in kept)
    for edit, _ in reversed(kept):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text, done


def _line_starts(text: str) -> list[int]:
    return [0, *(found.end() for found in LINE_BREAK.finditer(text))]


def _literal(text: str, at: int, problem: Problem) -> _Edit | None:
    """The same number as its neighbour has it: with decimals, or without. (An alias that stands for it is left alone.)"""
    written, better = text[at : at + problem.length], problem.suggestion or ""
    same = re.fullmatch(r"[0-9]+(\.[0-9]+)?", written) and better and float(written) == float(better)
    return _Edit(at, at + problem.length, better) if same else None


def _spelling(text: str, at: int, problem: Problem) -> _Edit | None:
    """A word that differs from a valid one by nothing but capitals, hyphens and blanks."""
    word, better = text[at : at + problem.length], problem.suggestion or ""
    same = re.sub("[- ]", "_", word.lower()) == better.lower()
    return _Edit(at, at + problem.length, better) if better and word != better and same else None


def _has(text: str, at: int, problem: Problem) -> _Edit | None:
    """`has(item.x)` says what `item.x != null` says; in brackets, so that a sign before it stays with the whole."""
    found = re.compile(r"has\(\s*([\w.]+)\s*\)").match(text, at)
    return _Edit(at, found.end(), f"({found[1]} != null)") if found else None


def _time(text: str, at: int, problem: Problem) -> _Edit | None:
    found = re.fullmatch(r"([0-9]):([0-5][0-9])", text[at : at + problem.length])
    return _Edit(at, at + problem.length, f"0{found[1]}:{found[2]}") if found else None


def _date(text: str, at: int, problem: Problem) -> _Edit | None:
    """Year, month and day in this order can only be meant one way."""
    found = re.fullmatch(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})", text[at : at + problem.length])
    return _Edit(at, at + problem.length, f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}") if found else None


def _duration(text: str, at: int, problem: Problem) -> _Edit | None:
    """A number and a unit with other capitals or blanks than the language has."""
    found = re.fullmatch(r"([0-9]+)\s*([A-Za-z][A-Za-z _]*)", text[at : at + problem.length])
    unit = re.sub(r"[\s_]+", " ", found[2].lower()).strip() if found else ""
    known = {name for one in Unit for name in (one.value, one.value.removesuffix("s"))}
    return _Edit(at, at + problem.length, f"{found[1]} {unit}") if found and unit in known else None


def _without_effect(text: str, at: int, problem: Problem) -> _Edit | None:
    """`reopens: true` where it says nothing."""
    found = re.compile(r"reopens\s*:\s*true\b").match(text, at)
    return _remove(text, at, found.end()) if found else None


def _again(text: str, at: int, problem: Problem) -> _Edit | None:
    """A key that stands a second time with the very same word."""
    found = re.compile(r"([\w-]+)\s*:\s*([\w-]+)(?=\s*(?:[,}#]|$))", re.MULTILINE).match(text, at)
    if not found:
        return None
    edit = _remove(text, at, found.end())
    first = int(re.findall(r"[0-9]+", problem.message)[-1])
    start = _line_starts(text)[first - 1]
    line = text[start : min(at, _end_of_line(text, start))]
    alike = re.findall(rf"(?<![\w-]){re.escape(found[1])}\s*:\s*([^,}}#\n]+)", line)
    return edit if [one.strip() for one in alike] == [found[2]] else None


def _twice(text: str, at: int, problem: Problem) -> _Edit | None:
    """A listed condition that says nothing of its own: no sentence, no code, no comment."""
    start, end = text.rfind("\n", 0, at) + 1, _end_of_line(text, at)
    line = text[start:end]
    alone = re.fullmatch(r"\s*- (\{\s*that: [^,#{}]+\}|that: [^#]+)", line)
    below = re.compile(r"\n(?P<indent> *)(?=\S)").match(text, end)
    dash = len(line) - len(line.lstrip())
    return _Edit(start, min(end + 1, len(text)), "") if alone and (below is None or len(below["indent"]) <= dash) else None


def _remove(text: str, start: int, end: int) -> _Edit:
    """An entry taken out: with its comma in a flow mapping, with its line where it stands alone on one."""
    before, after = re.compile(r"\s*").match(text[::-1], len(text) - start), re.compile(r"\s*,\s*").match(text, end)
    front = start - len(before[0]) if before else start
    if text[front - 1 : front] == ",":
        return _Edit(front - 1, end, "")
    if after:
        return _Edit(start, after.end(), "")
    line, stop = text.rfind("\n", 0, start) + 1, _end_of_line(text, end)
    alone = not text[line:start].strip() and not text[end:stop].strip()
    return _Edit(line, min(stop + 1, len(text)), "") if alone else _Edit(start, end, "")


def _end_of_line(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found


_Mender = Callable[[str, int, Problem], _Edit | None]
_NAMES: Final = ("KEY", "VALUE", "EFFECT", "STATE", "FIELD", "ROLE", "TRANSITION", "WORKFLOW", "PROCESS", "CALENDAR", "ZONE", "CHOICE")
_MENDERS: Final[Mapping[str, _Mender]] = {
    **{f"UNKNOWN_{name}": _spelling for name in _NAMES},
    "GUARD_INTEGER": _literal,
    "GUARD_HAS": _has,
    "GUARD_TWICE": _twice,
    "BAD_TIME": _time,
    "BAD_DATE": _date,
    "BAD_DURATION": _duration,
    "REOPENS_NOTHING": _without_effect,
    "YAML_DUPLICATE_KEY": _again,
}
MENDED: Final = tuple(_MENDERS)
