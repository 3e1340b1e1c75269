"""The mapping file: what a person says about a register where guessing is not enough.

`columns: {Heading: target}`, `values: {target: {Word: value}}`, `dates: day_first | month_first | iso`, `defaults: {target: value}`,
`ignore: [Heading]`. A target is a common column, a field of the workflow, `id` or `status`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.definition.paper.suggest import nearest
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.reading.reader import read_yaml
from pdca_engine.errors import Refusal, Refused
from pdca_engine.services.importing.headings import Guess, squeeze
from pdca_engine.services.importing.words import ID, STATUS

KEYS: Final = ("columns", "values", "dates", "defaults", "ignore")
DATES: Final = ("day_first", "month_first", "iso")


@dataclass(frozen=True, slots=True)
class MappingFile:
    """What the file says; empty where there is none."""

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    dates: str | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    ignore: Sequence[str] = ()


NO_MAPPING: Final = MappingFile()


def read_mapping(text: str, name: str, workflow: Workflow) -> MappingFile:
    """The mapping file, checked against the workflow. Refused with every problem."""
    data, _, problems = read_yaml(text, name)
    if problems:
        raise Refused(
            [Refusal(one.code, f"{one.file}:{one.line}: {one.message}", f"{one.file}:{one.line}:{one.message_zh}") for one in problems]
        )
    found = list(_misfits(data, workflow))
    if found:
        raise Refused([Refusal("BAD_MAPPING", f"{name}: {en}", f"{name}：{zh}", where) for where, en, zh in found])
    return MappingFile(
        columns={str(heading): target for heading, target in (data.get("columns") or {}).items()},
        values={
            target: {squeeze(str(word)): value for word, value in words.items()} for target, words in (data.get("values") or {}).items()
        },
        dates=data.get("dates"),
        defaults=data.get("defaults") or {},
        ignore=tuple(str(one) for one in data.get("ignore") or ()),
    )


def _misfits(data: Any, workflow: Workflow) -> list[tuple[str, str, str]]:
    """(where, English, Chinese) of everything that is not as it should be."""
    if not isinstance(data, dict):
        return [("", f"a mapping file has the keys {', '.join(KEYS)}", f"映射文件包含键 {'、'.join(KEYS)}")]
    found = []
    for key in data:
        if key not in KEYS:
            found.append((key, f"no key {key!r}; known: {', '.join(KEYS)}", f"没有键 {key!r}；可用：{'、'.join(KEYS)}"))
    for key in ("columns", "values", "defaults"):
        if data.get(key) is not None and not isinstance(data[key], dict):
            return [*found, (key, f"{key} must be a mapping", f"{key} 须为映射")]
    if not isinstance(data.get("ignore") or [], list):
        found.append(("ignore", "ignore must be a list of headings", "ignore 须为标题列表"))
    if data.get("dates") not in (None, *DATES):
        found.append(("dates", f"dates is one of {', '.join(DATES)}", f"dates 须为 {'、'.join(DATES)} 之一"))
    for target, words in (data.get("values") or {}).items():
        if not isinstance(words, dict):
            found.append((f"values.{target}", f"values.{target} must be a mapping of words", f"values.{target} 须为词语的映射"))
    return found + _unknown_targets(data, workflow)


def _unknown_targets(data: Mapping[str, Any], workflow: Workflow) -> list[tuple[str, str, str]]:
    known = (*COLUMN_FIELDS, *workflow.fields, ID, STATUS)
    named = [("columns", target) for target in (data.get("columns") or {}).values()]
    named += [(key, target) for key in ("values", "defaults") for target in (data.get(key) or {})]
    found = []
    for key, target in named:
        if target not in known:
            near = nearest(str(target), known)
            hint, hint_zh = (
                (f"; did you mean {near}?", f"；是否指 {near}？")
                if near
                else (f"; known: {', '.join(known)}", f"；可用：{'、'.join(known)}")
            )
            found.append((key, f"{key}: no field {target!r}{hint}", f"{key}：没有字段 {target!r}{hint_zh}"))
    return found


def with_mapping(guesses: list[Guess], mapping: MappingFile, name: str) -> list[Guess]:
    """The guesses as the file overrides them. Refused when it names a heading that is not there."""
    by_word = {squeeze(one.heading): one for one in guesses}
    said = {squeeze(heading): target for heading, target in mapping.columns.items()}
    ignored = {squeeze(heading) for heading in mapping.ignore}
    absent = [heading for heading in (*mapping.columns, *mapping.ignore) if squeeze(heading) not in by_word]
    if absent:
        there = ", ".join(one.heading for one in guesses)
        raise Refused([Refusal("NO_SUCH_HEADING", *_absent(name, heading, there), "columns", {"heading": heading}) for heading in absent])
    taken = set(said.values())
    return [_overridden(one, said, ignored, taken) for one in guesses]


def _absent(name: str, heading: str, there: str) -> tuple[str, str]:
    return f"{name} has no column {heading!r}. It has: {there}.", f"{name} 没有列 {heading!r}。现有：{there}。"


def _overridden(one: Guess, said: Mapping[str, str], ignored: set[str], taken: set[str]) -> Guess:
    word = squeeze(one.heading)
    if word in said:
        return replace(one, target=said[word], how="map")
    if word in ignored:
        return replace(one, target=None, how="ignored")
    return replace(one, target=None, how="taken") if one.target in taken else one
