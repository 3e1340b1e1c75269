"""What the checker says: a problem with its place in the file, and the three forms a list of problems is shown in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Severity = Literal["error", "warning"]
_SHOWN_COLUMNS = 120  # of a source line: more would hide the caret on a terminal
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


class Place(NamedTuple):
    """Where a word stands: line and column from 1, and how many characters to underline."""

    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a workflow file. `suggestion` is what to write instead of the underlined word, where that is known."""

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    message: str
    message_zh: str
    suggestion: str | None = None
    length: int = 1

    def sentence(self, language: str = "en") -> str:
        """The message in `language` ("en" or "zh")."""
        return self.message_zh if language == "zh" else self.message


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems by file and position, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda one: (one.file, one.line, one.column, one.code, one.message)))


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of them keeps the workflow from being published (warnings don't)."""
    return any(problem.severity == "error" for problem in problems)


def as_text(problems: Iterable[Problem], sources: Mapping[str, str], language: str = "en") -> str:
    """For a person: each problem with its source line and the word underlined. `sources` maps a file's name to its text."""
    lines = {file: text.splitlines() for file, text in sources.items()}
    return "\n".join(_paragraph(problem, lines.get(problem.file, []), language) for problem in problems)


def as_json(problems: Iterable[Problem], language: str = "en") -> dict[str, Any]:
    """For a program: `{problems: [{code, severity, file, line, column, message, suggestion}]}`."""
    return {
        "problems": [
            {
                "code": one.code,
                "severity": one.severity,
                "file": one.file,
                "line": one.line,
                "column": one.column,
                "message": one.sentence(language),
                "suggestion": one.suggestion,
            }
            for one in problems
        ]
    }


def as_sarif(problems: Iterable[Problem], language: str = "en") -> dict[str, Any]:
    """For code hosts and editors: a SARIF 2.1.0 log of one run."""
    found = tuple(problems)
    rules = [{"id": code} for code in sorted({one.code for one in found})]
    driver = {"name": "pdca workflows check", "rules": rules}
    results = [_result(one, language) for one in found]
    return {
        "$schema": _SARIF,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _result(problem: Problem, language: str) -> dict[str, Any]:
    region = {"startLine": problem.line, "startColumn": problem.column, "endColumn": problem.column + problem.length}
    place = {"physicalLocation": {"artifactLocation": {"uri": problem.file}, "region": region}}
    return {"ruleId": problem.code, "level": problem.severity, "message": {"text": problem.sentence(language)}, "locations": [place]}


def _paragraph(problem: Problem, lines: list[str], language: str) -> str:
    head = f"{problem.file}:{problem.line}:{problem.column}: {problem.severity} {problem.code}: {problem.sentence(language)}"
    if not 0 < problem.line <= len(lines):
        return head
    before, word, after = _cut(lines[problem.line - 1], problem.column - 1, problem.length)
    gutter = f"{problem.line:>5} | "
    pad = "".join("\t" if char == "\t" else " " * _width(char) for char in before)
    carets = "^" * max(1, sum(map(_width, word)))
    return f"{head}\n{gutter}{before}{word}{after}\n{' ' * (len(gutter) - 2)}| {pad}{carets}"


def _cut(line: str, start: int, length: int) -> tuple[str, str, str]:
    """The line around the word, shortened so that the word stays in sight."""
    line = "".join(char if char.isprintable() or char == "\t" else "\ufffd" for char in line)
    first = max(0, start - _SHOWN_COLUMNS // 2) if start + length > _SHOWN_COLUMNS else 0
    last = first + _SHOWN_COLUMNS
    end = min(start + length, last)
    return line[first:start], line[start:end], line[end:last]


def _width(char: str) -> int:
    """Columns a character takes on a terminal: Chinese ones take two."""
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
