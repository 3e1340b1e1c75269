"""Texts, fields, durations and due dates, as several parts of a workflow use them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pdca_engine.cadence.durations import Duration, parse_duration
from pdca_engine.definition.paper.workflow import Choice, Choose, Due, Field, Text

Data = Mapping[str, Any]


def readable(name: str) -> Text:
    """A name as people read it, where the file gives no title: `on_hold` → "On hold"."""
    shown = name.replace("_", " ").capitalize() if re.fullmatch("[a-z][a-z0-9_]*", name) else name
    return Text(shown, shown)


def build_text(data: Any) -> Text | None:
    """A plain string stands for both languages."""
    if isinstance(data, dict):
        return Text(data["en"], data["zh"])
    return Text(data, data) if data is not None else None


def several(data: Data, key: str) -> tuple[str, ...]:
    """The words of a list, each once; none where the key is left out."""
    return tuple(dict.fromkeys(data.get(key, ())))


def build_fields(data: Data) -> Mapping[str, Field]:
    """Fields, inputs or columns by name, in the order of the file."""
    return MappingProxyType({name: _field(name, entry) for name, entry in data.items()})


def _field(name: str, data: Data) -> Field:
    return Field(
        name=name,
        type=data["type"],
        title=build_text(data.get("title")) or readable(name),
        help=build_text(data.get("help")),
        required=data.get("required", False),
        default=data.get("default"),
        of=_choices(data.get("of", [])),
        unit=data.get("unit"),
        min=data.get("min"),
        max=data.get("max"),
        max_length=data.get("max_length"),
        visible_to=several(data, "visible_to"),
        fixed_from=data.get("fixed_from"),
        columns=tuple(build_fields(data.get("columns", {})).values()),
    )


def _choices(data: Any) -> tuple[Choice, ...]:
    titles = data if isinstance(data, dict) else dict.fromkeys(data)
    return tuple(Choice(value, build_text(title) or readable(value)) for value, title in titles.items())


def build_duration(data: Any) -> Duration | Choose | None:
    """A duration, or one that depends on a choice; None where the key is left out."""
    if isinstance(data, dict):
        return Choose(data["by"], MappingProxyType({value: parse_duration(text) for value, text in data.items() if value != "by"}))
    return parse_duration(data) if data is not None else None


def build_due(data: Data) -> Due:
    """When something is due."""
    after, plus, less = (build_duration(data.get(key)) for key in ("after", "plus", "less"))
    return Due(after, data.get("field"), plus, less)
