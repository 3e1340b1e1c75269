"""What a foreign format can't say travels inside the file, in a namespace of our own, entry by entry as the workflow language writes it.

Where the drawing around it says something else, the drawing counts: somebody changed it there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from pdca_engine.definition.exchange.markup import Element, leaf, tag
from pdca_engine.definition.exchange.plain import Data
from pdca_engine.definition.language.grammar import SECTIONS
from pdca_engine.definition.reading.reader import DEEPEST, MOST_ENTRIES
from pdca_engine.errors import BadInput

NAMESPACE: Final = "urn:pdca-engine:workflow"
HEAD: Final = "head"


@dataclass(frozen=True, slots=True)
class Carried:
    """What our own part of a file says: the workflow's data, and the language its titles were written in."""

    data: Data
    language: str


def carry(data: Data, language: str) -> str:
    """The element that holds `data`; the prefix `pdca` must be bound to NAMESPACE around it."""
    head = {key: value for key, value in data.items() if key not in SECTIONS}
    entries = [
        leaf("pdca:entry", {"section": section, "name": name}, _json(one))
        for section in SECTIONS
        for name, one in (data.get(section) or {}).items()
    ]
    return tag("pdca:workflow", {"language": language}, leaf(f"pdca:{HEAD}", {}, _json(head)), *entries)


def carried(root: Element, file: str) -> Carried | None:
    """What `carry` put into the file; None where it is a stranger's. BadInput where it was damaged."""
    found = next((one for one in root.below() if one.space == NAMESPACE and one.name == "workflow"), None)
    if found is None:
        return None
    head = next(found.all(HEAD), None)
    said: Data = _read(head, file) if head is not None else {}
    data = {key: value for key, value in said.items() if key not in SECTIONS}
    for entry in found.all("entry"):
        section, name = entry.get("section"), entry.get("name")
        if section in SECTIONS and name:
            data.setdefault(section, {})[name] = _read(entry, file)
    if not _within(data):
        raise _damaged(found, file)
    return Carried(data, "zh" if found.get("language") == "zh" else "en")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _read(element: Element, file: str) -> Any:
    try:
        value = json.loads(element.text)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        return value
    raise _damaged(element, file)


def _damaged(element: Element, file: str) -> BadInput:
    return BadInput(
        f"{file}:{element.line}:1: this {element.name} of the namespace {NAMESPACE} is damaged.",
        f"{file}:{element.line}:1：命名空间 {NAMESPACE} 中的 {element.name} 已损坏。",
        field="file",
    )


def _within(value: Any) -> bool:
    """Whether a workflow file may hold it: no more entries and levels than the YAML reader takes."""
    level, count = [value], 0
    for _ in range(DEEPEST):
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())]
        count += len(level)
        if not level or count > MOST_ENTRIES:
            return not level
    return False
