"""The mapping file of a migration: what has another name in the new version. `{states: {old: new}, fields: {…}, transitions: {…}}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pdca_engine.definition.changing.migration import Names
from pdca_engine.definition.paper.positions import Positions
from pdca_engine.definition.paper.suggest import nearest
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.reading.reader import read_yaml
from pdca_engine.errors import Refusal, Refused

# Key → what one of its names is called.
KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "states": ("state", "状态"),
    "fields": ("field", "字段"),
    "transitions": ("transition", "流转"),
}
Misfit = tuple[tuple[str, ...], str, str]  # where in the file, English, Chinese


def read_names(text: str, name: str, old: Workflow, new: Workflow) -> Names:
    """The mapping file, checked against both versions. Refused with every problem, each with its line."""
    data, positions, problems = read_yaml(text, name)
    if problems:
        raise Refused(
            [Refusal(one.code, f"{one.file}:{one.line}: {one.message}", f"{one.file}:{one.line}：{one.message_zh}") for one in problems]
        )
    found = list(_misfits(data, old, new))
    if found:
        raise Refused([_refusal(name, positions, one) for one in found])
    return Names(**{key: dict(data.get(key) or {}) for key in KINDS})


def _refusal(name: str, positions: Positions, misfit: Misfit) -> Refusal:
    path, en, zh = misfit
    line = positions.of_key(path).line if path else 1
    return Refusal("BAD_MAPPING", f"{name}:{line}: {en}", f"{name}:{line}：{zh}", ".".join(path) or None, {"line": line})


def _misfits(data: Any, old: Workflow, new: Workflow) -> Iterator[Misfit]:
    if not isinstance(data, dict):
        yield (), f"a mapping file has the keys {', '.join(KINDS)}", f"映射文件包含键 {'、'.join(KINDS)}"
        return
    for key, pairs in data.items():
        if key not in KINDS:
            yield (key,), f"no key {key!r}{_hint(key, KINDS)}", f"没有键 {key!r}{_hint_zh(key, KINDS)}"
        elif pairs is not None and not isinstance(pairs, dict):
            yield (key,), f"{key} must be a mapping of old names to new ones", f"{key} 须为旧名到新名的映射"
        elif pairs:
            yield from _wrong_names(key, pairs, getattr(old, key), getattr(new, key))


def _wrong_names(key: str, pairs: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Misfit]:
    kind, kind_zh = KINDS[key]
    for source, target in pairs.items():
        path = (key, source)
        if source not in old:
            en, zh = f"the old version has no {kind} {source!r}", f"旧版本没有{kind_zh} {source!r}"
            yield path, en + _hint(source, old), zh + _hint_zh(source, old)
        if not isinstance(target, str) or target not in new:
            en, zh = f"the new version has no {kind} {target!r}", f"新版本没有{kind_zh} {target!r}"
            yield path, en + _hint(str(target), new), zh + _hint_zh(str(target), new)
    if key == "fields":
        yield from _taken(pairs, old, new)


def _taken(pairs: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Misfit]:
    """Two values can't become one."""
    coming: dict[str, str] = {}
    for source, target in pairs.items():
        other = coming.setdefault(str(target), source)
        if other == source and target in old and target in new and target not in pairs and target != source:
            other = str(target)
        if other != source:
            en = f"{target!r} would get the values of both {other!r} and {source!r}"
            yield ("fields", source), en, f"{target!r} 将同时得到 {other!r} 与 {source!r} 的值"


def _hint(word: str, names: Mapping[str, Any]) -> str:
    near = nearest(word, names)
    return f"; did you mean {near}?" if near else f"; known: {', '.join(names)}"


def _hint_zh(word: str, names: Mapping[str, Any]) -> str:
    near = nearest(word, names)
    return f"；是否指 {near}？" if near else f"；可用：{'、'.join(names)}"
