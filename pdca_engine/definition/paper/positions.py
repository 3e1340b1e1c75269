"""Where every key and value of a file stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from pdca_engine.definition.paper.problems import Place

Path = tuple[str, ...]
_START = Place(1, 1)
LINE_BREAK = re.compile(
    "\r\n|[\r\n\x85\u2028\u2029]"
)  # those of YAML, which are those of `str.splitlines` once control characters are refused


def place_at(text: str, index: int, length: int = 1) -> Place:
    """The line and column of a character of `text`."""
    breaks = list(LINE_BREAK.finditer(text, 0, index))
    return Place(len(breaks) + 1, index - (breaks[-1].end() if breaks else 0) + 1, length)


class Positions:
    """The places of one file's keys and values, by path: `("transitions", "approve", "by", "0")`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._keys: dict[Path, Place] = {}
        self._values: dict[Path, Place] = {}
        self._scalars: dict[Path, tuple[int, int, str]] = {}  # where a word or text begins and ends in the file, and what it reads

    def key(self, path: Path, place: Place) -> None:
        """Note where the key of an entry stands."""
        self._keys[path] = place

    def scalar(self, path: Path, event: Any) -> None:
        """Note where a word, number or text stands (inside its quotes)."""
        start, end = event.start_mark, event.end_mark
        if start.index == end.index:  # nothing stands there: the key is what can be shown
            return
        quote = 1 if event.style in ("'", '"') else 0
        one_line = end.line == start.line
        length = end.column - start.column - 2 * quote if one_line else 1
        self._values[path] = Place(start.line + 1, start.column + 1 + quote, max(1, length))
        self._scalars[path] = (start.index + quote, end.index, event.value)

    def collection(self, path: Path, place: Place) -> None:
        """Note where a list or mapping begins."""
        self._values[path] = place._replace(length=1)

    def has(self, path: Path) -> bool:
        """Whether the file itself says anything at `path`."""
        return path in self._keys or path in self._values

    def of_key(self, path: Path) -> Place:
        """The key of the entry at `path`, or what stands nearest above it."""
        there = self._nearest(path)
        return self._keys.get(there) or self.of(there)

    def of(self, path: Path) -> Place:
        """The word at `path`: a word or text itself, else the key it stands under; failing that, the nearest above."""
        there = self._nearest(path)
        if there not in self._scalars and there in self._keys:
            return self._keys[there]
        return self._values.get(there, _START)

    def _nearest(self, path: Path) -> Path:
        """The deepest path on the way to `path` of which the file says something. A number where one thing stands by itself is no step."""
        there: Path = ()
        for part in path:
            if self.has((*there, part)):
                there = (*there, part)
            elif not part.isdigit():
                break
        return there

    def of_word(self, path: Path, word: str) -> Place:
        """`word` at `path`, or in the list that stands there."""
        path, number = self._nearest(path), 0
        while (below := (*path, str(number))) in self._values:
            if below in self._scalars and self._scalars[below][2] == word:
                return self._values[below]
            number += 1
        return self.of(path)

    def inside(self, path: Path, line: int, column: int, length: int) -> Place:
        """A part of the text at `path`: `line` and `column` from 0 inside the text, however it is quoted or folded in the file."""
        path = self._nearest(path)
        if path not in self._scalars:
            return self.of(path)
        start, end, value = self._scalars[path]
        offset = sum(len(one) + 1 for one in value.split("\n")[:line]) + column
        at = start + _aligned(self.text[start:end], value, offset)
        line_number = bisect_right(self._line_starts, at)
        return Place(line_number, at - self._line_starts[line_number - 1] + 1, max(1, length))

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in LINE_BREAK.finditer(self.text))]

    def source(self) -> Mapping[Path, tuple[int, int]]:
        """Each path's (line, column): of the value where it is a word or text, else of its key."""
        whole = self._values | self._keys | {path: self._values[path] for path in self._scalars}
        return MappingProxyType({path: (place.line, place.column) for path, place in whole.items()})


def _aligned(raw: str, value: str, offset: int) -> int:
    """Where in `raw` (as written) the character `value[offset]` (as read) stands: but for blanks and escapes, they hold the same."""
    index = 0
    for char in value[:offset]:
        if not char.isspace():
            found = raw.find(char, index)
            index = found + 1 if found >= 0 else index
    target = value[offset : offset + 1]
    found = raw.find(target, index) if target and not target.isspace() else -1
    return found if found >= 0 else index
