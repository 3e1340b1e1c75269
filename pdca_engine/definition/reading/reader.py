"""Reading YAML safely, keeping where every key and value stands.

Built on the events of PyYAML's parsers, never on its constructors: nothing is imported or run, a word stays a word (`on`, `no`, dates,
`09:00`), and every limit is checked while reading, so that no file costs more than about a second.

The parser in C reads ten times as fast and complains in fewer words. So it goes first where both read alike, and what it complains about
is read anew by the one in Python, whose complaint is told: which of them is at hand makes no difference to anybody.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from pdca_engine.definition.paper.positions import LINE_BREAK, Path, Positions, place_at
from pdca_engine.definition.paper.problems import Place, Problem
from pdca_engine.definition.paper.report import Report
from pdca_engine.definition.reading.yaml_errors import Stop, explain

MOST_BYTES: Final = 256 * 1024
MOST_LINES: Final = 10_000
MOST_ENTRIES: Final = 12_000  # keys and values, an alias counting as much as what it stands for
DEEPEST: Final = 32

# Control characters, and those that turn the direction of writing so that a line reads differently from what it says.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")  # even where an escape brings them in
_DIRECTIVE = re.compile("^%", re.MULTILINE)
_READ_UNLIKE = re.compile("[\t\x85\u2028\u2029]|[|>][-+0-9]*#")  # what only one of the two parsers takes
_LIMITS: Final = ("YAML_TOO_LARGE", "YAML_TOO_DEEP")
_TAB = re.compile(r"^ *\t[ \t]*(?=[^\s#])", re.MULTILINE)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]{1,3})?")
_WORDS: Final = {"": None, "~": None, "null": None, "true": True, "false": False}


def read_yaml(text: bytes | str, name: str) -> tuple[Any, Positions, tuple[Problem, ...]]:
    """The file's data (None when it can't be read), the place of everything in it, and the problems found. Raises nothing.

    Scalars are null, true or false, integers, numbers, else text; keys are always text. Lists and mappings are plain ones.
    """
    report = Report(name)
    positions = Positions("")
    try:
        decoded = _decode(text)
        if yaml.__with_libyaml__ and not _READ_UNLIKE.search(decoded):
            read = _read_fast(decoded, name)
            if read is not None:
                return read
        positions = Positions(decoded)
        return _Composer(positions, report, yaml.SafeLoader).document(), positions, tuple(report.problems)
    except Stop as stop:
        report.add(stop.code, stop.place, **stop.params)
        return None, positions, tuple(report.problems)


def _read_fast(text: str, name: str) -> tuple[Any, Positions, tuple[Problem, ...]] | None:
    """What `read_yaml` answers, by the parser in C; None where that has anything to complain about. Raises Stop."""
    report, positions = Report(name), Positions(text)
    reading = (_FastComposer if "?" in text else _Composer)(positions, report, yaml.CSafeLoader)
    try:
        return reading.document(), positions, tuple(report.problems)
    except Stop as stop:
        if stop.code in _LIMITS:  # kept by ourselves: to read it all once more would tell no more
            raise
        return None


def _decode(text: bytes | str) -> str:
    """The file as text. Raises Stop for what can't be one."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(raw) > MOST_BYTES:
        raise Stop("YAML_TOO_LARGE", Place(1, 1), limit="256 KiB")
    if isinstance(text, bytes):
        text = _from_bytes(text)
    text = text.removeprefix("\ufeff")
    if len(LINE_BREAK.findall(text)) > MOST_LINES:
        raise Stop("YAML_TOO_LARGE", Place(MOST_LINES + 1, 1), limit=(f"{MOST_LINES} lines", f"{MOST_LINES} 行"))
    if found := _INVISIBLE.search(text):
        raise Stop("YAML_CHARACTER", place_at(text, found.start()), point=f"{ord(found[0]):04X}")
    if found := _DIRECTIVE.search(text):
        why = ("a line can't begin with %; put the text in quotes", "行首不能是 %；请给文本加引号")
        raise Stop("YAML_SYNTAX", place_at(text, found.start()), why=why)
    return text


def _from_bytes(raw: bytes) -> str:
    if raw[:4].count(0) > 1:
        raise Stop("YAML_ENCODING", Place(1, 1), why="UTF-32")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or raw[:2].count(0) == 1:
        raise Stop("YAML_ENCODING", Place(1, 1), why="UTF-16")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        why = (f"not UTF-8 (byte {raw[error.start]:02X})", f"非 UTF-8 编码（字节 {raw[error.start]:02X}）")
        raise Stop("YAML_ENCODING", place_at(before, len(before)), why=why) from None


class _Composer:
    """Turns the parser's events into data, one document, noting places as it goes."""

    def __init__(self, positions: Positions, report: Report, parser: type[Any]) -> None:
        self.positions = positions
        self.report = report
        self.events = _events(positions.text, parser)
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.entries = 0

    def document(self) -> Any:
        event = next(self.events)
        if isinstance(event, yaml.StreamEndEvent):
            raise Stop("YAML_EMPTY", Place(1, 1))
        data = self.value(next(self.events), (), 1)
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise Stop("YAML_DOCUMENTS", _place(after))
        return data

    def value(self, event: Any, path: Path, depth: int) -> Any:
        """The data an event begins; reads on to its end."""
        before = self.entries
        self._count(1, event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path, depth)
        if event.tag is not None:
            self.report.add("YAML_TAG", _place(event), word=event.tag.replace("tag:yaml.org,2002:", "!!"))
        if depth > DEEPEST:
            raise Stop("YAML_TOO_DEEP", _place(event), limit=str(DEEPEST))
        data = self._content(event, path, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = (data, self.entries - before)
        return data

    def _content(self, event: Any, path: Path, depth: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            self._check_escapes(event)
            self.positions.scalar(path, event)
            return resolve(event.value) if event.implicit[0] else event.value
        self.positions.collection(path, _place(event))
        return self._mapping(path, depth) if isinstance(event, yaml.MappingStartEvent) else self._list(path, depth)

    def _list(self, path: Path, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.value(event, (*path, str(len(items))), depth + 1))
        return items

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event)
            below = (*path, key)
            if self._usable(key, below, event, entries):
                self.positions.key(below, _place(event))
                entries[key] = self.value(next(self.events), below, depth + 1)
            else:
                self.value(next(self.events), (*below, "\0"), depth + 1)  # read on, its places under a path nobody asks for
        return entries

    def _key(self, event: Any) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise Stop("YAML_KEY", _place(event))
        self._count(1, event)
        self._check_escapes(event)
        return str(event.value)

    def _check_escapes(self, event: Any) -> None:
        """Between double quotes an escape could bring in what may not stand in a file: no terminal and no database takes all of these."""
        if event.style == '"' and (found := _UNSTORABLE.search(event.value)):
            self.report.add("YAML_CHARACTER", _place(event), point=f"{ord(found[0]):04X}")
            event.value = _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", event.value)

    def _usable(self, key: str, path: Path, event: Any, entries: dict[str, Any]) -> bool:
        if key == "<<":
            self.report.add("YAML_MERGE", _place(event))
        elif key in entries:
            self.report.add("YAML_DUPLICATE_KEY", _place(event), word=key, first=str(self.positions.of_key(path).line))
        else:
            return True
        return False

    def _alias(self, event: Any, path: Path, depth: int) -> Any:
        if event.anchor not in self.anchors:
            raise Stop("YAML_ALIAS", _place(event), word=event.anchor)
        data, weight = self.anchors[event.anchor]
        self._count(weight, event)
        if depth + _height(data) > DEEPEST + 1:
            raise Stop("YAML_TOO_DEEP", _place(event), limit=str(DEEPEST))
        self.positions.collection(path, _place(event))
        return data

    def _count(self, entries: int, event: Any) -> None:
        self.entries += entries
        if self.entries > MOST_ENTRIES:
            raise Stop("YAML_TOO_LARGE", _place(event), limit=(f"{MOST_ENTRIES} keys and values", f"{MOST_ENTRIES} 个键和值"))


class _FastComposer(_Composer):
    """For the parser in C, which takes a `?` inside a bare word where the other does not: left to that one."""

    def value(self, event: Any, path: Path, depth: int) -> Any:
        return super().value(_alike(event), path, depth)

    def _key(self, event: Any) -> str:
        return super()._key(_alike(event))


def _alike(event: Any) -> Any:
    if isinstance(event, yaml.ScalarEvent) and event.implicit[0] and "?" in event.value:
        raise Stop("YAML_SYNTAX", _place(event))
    return event


def _events(text: str, parser: type[Any]) -> Iterator[Any]:
    """The parser's events from the document's start on. Its complaints come out as Stop."""
    loader = parser(text)
    try:
        while loader.check_event():
            event = loader.get_event()
            if not isinstance(event, (yaml.StreamStartEvent, yaml.DocumentEndEvent)):
                yield event
    except yaml.YAMLError as error:
        raise _complaint(error, loader, text) from None
    except (ValueError, OverflowError):  # "\\U00110000" is past the last character there is
        beyond = yaml.MarkedYAMLError(problem="the escape stands for no character", problem_mark=loader.get_mark())
        raise _complaint(beyond, loader, text) from None
    finally:
        loader.dispose()


def _complaint(error: yaml.YAMLError, loader: Any, text: str) -> Stop:
    tab = _TAB.search(text)
    opened = [mark for mark in getattr(loader, "marks", ()) if text[mark.index : mark.index + 1] in ("[", "{")]
    return explain(error, text, place_at(text, tab.end() - 1) if tab else None, opened[-1] if opened else None)


def _place(event: Any) -> Place:
    start, end = event.start_mark, event.end_mark
    on_one_line = end.line == start.line and end.column > start.column
    return Place(start.line + 1, start.column + 1, end.column - start.column if on_one_line else 1)


def _height(data: Any) -> int:
    below = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return 1 + max(map(_height, below), default=0)


def resolve(word: str) -> Any:
    """What an unquoted word stands for: null, true, false, an integer, a finite number, else the word itself."""
    if word.lower() in _WORDS and word in (word.lower(), word.upper(), word.capitalize()):
        return _WORDS[word.lower()]
    if _INTEGER.fullmatch(word):
        return int(word)
    if _NUMBER.fullmatch(word) and math.isfinite(float(word)):
        return float(word)
    return word
