"""From conforming data to the stories of `examples:`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from pdca_engine.cadence.durations import parse_duration
from pdca_engine.definition.paper.story import Story, StoryChild, StoryEvidence, StoryStep
from pdca_engine.definition.reading.build_parts import build_text, readable, several

Data = Mapping[str, Any]


def build_story(data: Data) -> Story:
    """One story as the file tells it."""
    return Story(
        name=build_text(data["name"]) or readable(""),
        steps=tuple(map(_step, data["steps"])),
        start=MappingProxyType(data.get("start", {})),
        people=MappingProxyType({name: tuple(roles) for name, roles in data.get("people", {}).items()}),
        deputies=MappingProxyType({name: tuple(others) for name, others in data.get("deputies", {}).items()}),
        facts=MappingProxyType(data.get("facts", {})),
        begins=date.fromisoformat(data["begins"]) if "begins" in data else None,
        ends=data.get("ends"),
    )


def _step(data: Data) -> StoryStep:
    return StoryStep(
        by=data.get("by"),
        do=data.get("do"),
        values=MappingProxyType(data.get("with", {})),
        comment=data.get("comment"),
        as_deputy_for=data.get("for"),
        wait=parse_duration(data["at"]) if "at" in data else None,
        evidence=_evidence(data.get("evidence", [])),
        children=tuple(map(_child, data.get("children", []))),
        facts=MappingProxyType(data.get("facts", {})),
        refused=several(data, "refused"),
        decline=data.get("decline", False),
        fires=several(data, "fires") if "fires" in data else None,
    )


def _evidence(data: Any) -> tuple[StoryEvidence, ...]:
    if isinstance(data, int):
        return (StoryEvidence(),) * data
    pieces = [data] if isinstance(data, dict) else data
    return tuple(StoryEvidence(one.get("kind"), date.fromisoformat(one["dated"]) if "dated" in one else None) for one in pieces)


def _child(data: Data) -> StoryChild:
    names = ("name", "workflow", "state", "owner", "due", "evidence")
    return StoryChild(**{name: data[name] for name in names if name in data}, fields=MappingProxyType(data.get("fields", {})))
