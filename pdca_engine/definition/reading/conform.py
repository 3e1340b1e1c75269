"""Checking data from a file against the grammar: unknown and missing keys, wrong types, unknown words, malformed names and dates."""

from __future__ import annotations

from typing import Any, Final

from pdca_engine.definition.language.kinds import Anything, Either, Key, Kind, Record, Scalar, Several, Table, Word
from pdca_engine.definition.paper.positions import Path, Positions
from pdca_engine.definition.paper.problems import Place
from pdca_engine.definition.paper.report import Both, Report


class Broken:
    """Stands for a value that does not conform; its problem is noted."""


BROKEN: Final = Broken()
_FOUND: Final[tuple[tuple[type, Both], ...]] = (
    (bool, ("{value}", "{value}")),
    (int, ("the number {value}", "数 {value}")),
    (float, ("the number {value}", "数 {value}")),
    (str, ("the text `{value}`", "文本 `{value}`")),
    (list, ("a list", "列表")),
    (dict, ("a mapping", "映射")),
)
_EMPTY: Final[Both] = ("empty", "空")


class Conform:
    """Checks one file. What comes back holds only what conforms, so that later checks can go on with the rest."""

    def __init__(self, positions: Positions, report: Report, inherits: bool) -> None:
        self.positions = positions
        self.report = report
        self.inherits = inherits  # then null removes an entry of the parent

    def value(self, kind: Kind, data: Any, path: Path) -> Any:
        """`data` as `kind` has it (a list where several are meant), or BROKEN."""
        match kind:
            case Anything():
                return data
            case Scalar():
                return self._scalar(kind, data, path)
            case Word():
                return self._word(kind, data, path)
            case Several():
                return self._several(kind, data, path)
            case Either():
                return self._either(kind, data, path)
            case Table():
                return self._table(kind, data, path)
            case Record():
                return self._record(kind, data, path)

    def _scalar(self, kind: Scalar, data: Any, path: Path) -> Any:
        if kind.fits(data):
            return data
        if kind.code == "WRONG_TYPE" or not isinstance(data, str):
            return self._wrong(kind.says, data, path)
        self.report.add(kind.code, self.positions.of(path), word=data, wanted=kind.says)
        return BROKEN

    def _word(self, kind: Word, data: Any, path: Path) -> Any:
        if data in kind.values:
            return data
        if not isinstance(data, str):
            return self._wrong((f"a {kind.noun[0]}", kind.noun[1]), data, path)
        self.report.add(kind.code, self.positions.of(path), kind.values, word=data, noun=kind.noun)
        return BROKEN

    def _several(self, kind: Several, data: Any, path: Path) -> Any:
        if not isinstance(data, list):
            one = self.value(kind.of, data, path) if kind.alone else self._wrong(("a list", "列表"), data, path)
            return BROKEN if one is BROKEN else [one]
        items = [self.value(kind.of, one, (*path, str(number))) for number, one in enumerate(data)]
        whole = [one for one in items if one is not BROKEN]
        # Of words the good ones are kept; larger things are found in the file by their number, which must not change.
        kept = whole if isinstance(kind.of, Scalar | Word) else []
        return items if len(whole) == len(items) else kept or BROKEN

    def _either(self, kind: Either, data: Any, path: Path) -> Any:
        below = kind.mapping if isinstance(data, dict) else kind.items if isinstance(data, list) else kind.scalar
        if below is None or (data is None and not isinstance(below, Anything)):
            return self._wrong(kind.says, data, path)
        if isinstance(below, Scalar) and below.code == "WRONG_TYPE" and not below.fits(data):
            return self._wrong(kind.says, data, path)
        return self.value(below, data, path)

    def _table(self, kind: Table, data: Any, path: Path) -> Any:
        if not isinstance(data, dict):
            return self._wrong(("a mapping", "映射"), data, path)
        entries: dict[str, Any] = {}
        for name, value in data.items():
            below = (*path, name)
            if not kind.name.fits(name):
                self.report.add(kind.name.code, self.positions.of_key(below), word=name, wanted=kind.name.says)
            elif value is None and kind.removable and self.inherits:
                entries[name] = None
            else:
                entries[name] = self.value(kind.value, value, below)
        return {name: value for name, value in entries.items() if value is not BROKEN}

    def _record(self, kind: Record, data: Any, path: Path) -> Any:
        if not isinstance(data, dict):
            return self._wrong((f"{kind.place[0]} (a mapping)", f"{kind.place[1]}（映射）"), data, path)
        before = len(self.report.problems)
        entries = {name: self._entry(kind, name, value, path) for name, value in data.items()}
        self._combinations(kind, data, path)
        stand_ins = {name: kind.keys[name].stand_in for name in kind.required if kind.keys[name].stand_in is not None}
        whole = stand_ins | {name: value for name, value in entries.items() if value is not BROKEN}
        lacking = any(name not in whole and not self._excused(kind.keys[name], data) for name in kind.required)
        torn = kind.single or kind.one_of or kind.rest
        return BROKEN if lacking or (torn and len(self.report.problems) > before) else whole

    def _entry(self, kind: Record, name: str, value: Any, path: Path) -> Any:
        below = (*path, name)
        if name in kind.keys:
            return self.value(kind.keys[name].kind, value, below)
        if kind.rest:
            return self.value(kind.rest, value, below)
        self.report.add(kind.unknown, self.positions.of_key(below), kind.keys, word=name, place=kind.place, noun=kind.place)
        return BROKEN

    def _combinations(self, kind: Record, data: dict[str, Any], path: Path) -> None:
        """Keys that are missing, and keys that exclude or need each other."""
        for name in kind.required:
            if name not in data and not self._excused(kind.keys[name], data):
                self._missing(kind, name, path)
        for name, other in (*kind.apart, *([kind.one_of[:2]] if kind.one_of else [])):
            if name in data and other in data:
                self.report.add("CONFLICTING_KEYS", self._key_of(path, other), place=kind.place, key=name, other=other)
        if kind.one_of and not any(name in data for name in kind.one_of):
            self._missing(kind, "` or `".join(kind.one_of), path)
        for need in kind.needs:
            if need.key in data and need.other not in data:
                because = (f", because it has `{need.key}`", f"（因为有 `{need.key}`）")
                self.report.add(need.code, self._key_of(path, need.key), place=kind.place, key=need.other, because=because)
        if kind.single and len(data) != 1:
            self.report.add("ONE_KEY", self.positions.of(path), place=kind.place, count=str(len(data)))

    def _excused(self, key: Key, data: dict[str, Any]) -> bool:
        return key.unless is not None and bool(data.get(key.unless))

    def _missing(self, kind: Record, name: str, path: Path) -> None:
        self.report.add("MISSING_KEY", self.positions.of_key(path), place=kind.place, key=name, because="")

    def _key_of(self, path: Path, name: str) -> Place:
        return self.positions.of_key((*path, name))

    def _wrong(self, wanted: Both, data: Any, path: Path) -> Broken:
        key = next((part for part in reversed(path) if not part.isdigit()), "")
        place = self.positions.of(path)
        self.report.add("WRONG_TYPE", place, key=key or ("the file", "文件"), wanted=wanted, found=describe(data))
        return BROKEN


def describe(data: Any) -> Both:
    """What a value read from a file is, in words."""
    for kind, (en, zh) in _FOUND:
        if isinstance(data, kind):
            shown = str(data).lower() if isinstance(data, bool) else str(data)[:60]
            return en.format(value=shown), zh.format(value=shown)
    return _EMPTY
