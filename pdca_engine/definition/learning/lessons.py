"""Why each problem matters, with a bad and a good example: what `pdca workflows explain CODE` and the reference page tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from pdca_engine.definition.paper.report import Both
from pdca_engine.definition.reading.reader import read_yaml

_FILE: Final = Path(__file__).parent / "data" / "lessons.yaml"
_WHOLE: Final = ("workflow:", "#")  # an example that begins so is a file by itself
_ENTRY: Final = re.compile(r"^  (?! )([^:]+):", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One problem's code, why it matters, an example that has it and the same mended; both empty where no text can show it."""

    code: str
    why: Both
    bad: str = ""
    good: str = ""


@cache
def lessons() -> Mapping[str, Lesson]:
    """Every lesson, by code, in the order of the checks."""
    return {code: _lesson(code, entry) for code, entry in _data().items() if isinstance(entry, dict)}


def whole(example: str) -> str:
    """The workflow file that an example stands for: itself, or the frame with the example's entries in place of its own."""
    if example.startswith(_WHOLE):
        return example
    if "\nextends: " in f"\n{example}":
        return f"workflow: example\nkey: EXA\n{example}"
    sections = _sections(_data()["frame"])
    for head, entries in _sections(example).items():
        sections[head] = sections.get(head, {}) | entries
    return "".join(f"{head}\n" + "".join(entries.values()) for head, entries in sections.items())


@cache
def _data() -> Mapping[str, Any]:
    data, _, problems = read_yaml(_FILE.read_bytes(), _FILE.name)
    assert not problems, problems
    return dict(data)


def _lesson(code: str, entry: Mapping[str, Any]) -> Lesson:
    bad, (before, after) = str(entry.get("bad", "")), entry.get("instead", ("", ""))
    return Lesson(code, (str(entry["en"]), str(entry["zh"])), bad, bad.replace(before, after) if before else "")


def _sections(text: str) -> dict[str, dict[str, str]]:
    """A file's top-level lines, and the entries below each section by name, as they are written."""
    found: dict[str, dict[str, str]] = {}
    for head, below in _split(text):
        starts = [*_ENTRY.finditer(below)]
        ends = [*(place.start() for place in starts[1:]), len(below)]
        found[head] = {place[1]: below[place.start() : end] for place, end in zip(starts, ends, strict=False)}
    return found


def _split(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^(?=\w)", text, flags=re.MULTILINE):
        head, _, below = part.partition("\n")
        if head:
            yield head, below
