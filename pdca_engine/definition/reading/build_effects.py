"""Effects: the `then` of transitions, timers and schedules, as plain data by kind."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pdca_engine.definition.paper.workflow import Cel, Effect
from pdca_engine.definition.reading.build_parts import build_due, build_text, several

_COMPUTED = "= "


def build_effects(data: list[Any], child: bool) -> tuple[Effect, ...]:
    """Effects in their order. `child`: whether `create` makes a child where the file doesn't say (all but schedules do)."""
    return tuple(Effect(one) if isinstance(one, str) else _effect(one, child) for one in data)


def _effect(entry: Mapping[str, Any], child: bool) -> Effect:
    (kind, data), *_ = entry.items()
    match kind:
        case "set":
            args = {name: _value(value) for name, value in data.items()}
        case "notify" | "escalate":
            args = {"who": tuple(data)}
        case "create":
            args = _create(data, child)
        case "fire":
            args = {"on": "self", "workflow": None, **(data if isinstance(data, dict) else {"transition": data})}
        case "freeze_baseline":
            args = {"measure": data}
        case "webhook":
            args = {"name": data}
        case _:
            args = dict(data)
    return Effect(kind, MappingProxyType(args))


def _create(data: Mapping[str, Any], child: bool) -> dict[str, Any]:
    return {
        "workflow": data["workflow"],
        "title": build_text(data.get("title")),
        "fields": MappingProxyType({name: _value(value) for name, value in data.get("fields", {}).items()}),
        "copy": several(data, "copy"),
        "for_each": data.get("for_each"),
        "child": data.get("child", child),
    }


def _value(data: Any) -> Any:
    """`= expression` is CEL, a mapping with the words of `due` a computed date, anything else means itself."""
    if isinstance(data, str) and data.startswith(_COMPUTED):
        return Cel(data.removeprefix(_COMPUTED).strip())
    return build_due(data) if isinstance(data, dict) else data
