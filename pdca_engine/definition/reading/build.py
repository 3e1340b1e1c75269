"""From conforming data to the frozen `Workflow`. Nothing is judged here: `conform` has been before, the checks come after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

from pdca_engine.cadence.durations import Duration, parse_duration
from pdca_engine.cadence.ladder import LadderStep
from pdca_engine.definition.language.scalars import as_time
from pdca_engine.definition.paper.positions import Path
from pdca_engine.definition.paper.workflow import (
    Approvals,
    ChildrenNeed,
    Condition,
    EvidenceNeed,
    Independence,
    LinkNeed,
    Needs,
    NotBefore,
    Schedule,
    State,
    Timer,
    Transition,
    Workflow,
)
from pdca_engine.definition.reading.build_effects import build_effects
from pdca_engine.definition.reading.build_parts import build_due, build_duration, build_fields, build_text, readable, several
from pdca_engine.definition.reading.build_story import build_story

Data = Mapping[str, Any]
T = TypeVar("T")


def build_workflow(data: Data, source: Mapping[Path, tuple[int, int]]) -> Workflow:
    """The workflow that conforming, merged `data` describes; `source` says where in the file everything stands."""
    name = data.get("workflow", "")
    return Workflow(
        id=name,
        title=build_text(data.get("title")) or readable(name),
        key=data.get("key"),
        fields=build_fields(data.get("fields", {})),
        states=_table(data, "states", _state),
        transitions=_table(data, "transitions", _transition),
        timers=_table(data, "timers", _timer),
        schedules=_table(data, "schedules", _schedule),
        help=build_text(data.get("help")),
        abstract=data.get("abstract", False),
        extends=data.get("extends"),
        process=data.get("process"),
        examples=tuple(map(build_story, data.get("examples", []))),
        source=source,
    )


def _table(data: Data, section: str, build: Callable[[str, Data], T]) -> Mapping[str, T]:
    return MappingProxyType({name: build(name, entry) for name, entry in data.get(section, {}).items()})


def _state(name: str, data: Data) -> State:
    return State(
        name=name,
        phase=data["phase"],
        title=build_text(data.get("title")) or readable(name),
        help=build_text(data.get("help")),
        initial=data.get("initial", False),
        final=data.get("final"),
    )


def _transition(name: str, data: Data) -> Transition:
    return Transition(
        name=name,
        title=build_text(data.get("title")) or readable(name),
        sources=several(data, "from"),
        target=data["to"],
        by=several(data.get("approvals", {}), "from") or several(data, "by"),
        help=build_text(data.get("help")),
        independence=_independence(data.get("independent_of", [])),
        needs=_needs(data.get("needs", {})),
        inputs=tuple(build_fields(data.get("input", {})).values()),
        when=_conditions(data),
        not_before=_not_before(data.get("not_before")),
        then=build_effects(data.get("then", []), child=True),
        reopens=data.get("reopens", False),
        approvals=_approvals(data.get("approvals")),
    )


def _approvals(data: Data | None) -> Approvals | None:
    return Approvals(several(data, "from"), data.get("at_least")) if data else None


def _independence(data: list[Any]) -> tuple[Independence, ...]:
    listed = [Independence(one["of"], one.get("when")) if isinstance(one, dict) else Independence(one) for one in data]
    return tuple(dict.fromkeys(listed))


def _conditions(data: Data) -> tuple[Condition, ...]:
    when = data.get("when", [])
    listed: list[Data] = [{"that": when, "otherwise": data.get("otherwise")}] if isinstance(when, str) else when
    return tuple(Condition(one["that"], build_text(one.get("otherwise")), one.get("code", "GUARD_FALSE")) for one in listed)


def _needs(data: Data) -> Needs:
    evidence = data.get("evidence", [])
    pieces = [{"at_least": evidence}] if isinstance(evidence, int) else [evidence] if isinstance(evidence, dict) else evidence
    return Needs(
        fields=several(data, "fields"),
        comment=data.get("comment", False),
        evidence=tuple(map(_evidence, pieces)),
        children=tuple(map(_children, data.get("children", []))),
        links=tuple(LinkNeed(one.get("at_least", 1), one.get("kind")) for one in data.get("links", [])),
    )


def _evidence(data: Data) -> EvidenceNeed:
    return EvidenceNeed(data.get("at_least", 1), data.get("kind"), _length(data, "newer_than"), data.get("in_state", False))


def _children(data: Data) -> ChildrenNeed:
    each = data.get("each", {})
    return ChildrenNeed(
        workflow=data.get("workflow"),
        at_least=data.get("at_least", 0),
        all_in=several(data, "all_in"),
        each_evidence=each.get("evidence", 0),
        each_fields=several(each, "fields"),
    )


def _not_before(data: Data | None) -> NotBefore | None:
    return NotBefore(data.get("field"), data.get("entered"), build_duration(data.get("plus"))) if data else None


def _timer(name: str, data: Data) -> Timer:
    steps = tuple(LadderStep(parse_duration(offset), tuple(who)) for offset, who in data.get("ladder", {}).items())
    return Timer(
        name=name,
        states=several(data, "in"),
        due=build_due(data["due"]),
        title=build_text(data.get("title")) or readable(name),
        on_return=data.get("on_return", "restart"),
        ladder=steps,
        then=build_effects(data.get("then", []), child=True),
    )


def _schedule(name: str, data: Data) -> Schedule:
    return Schedule(
        name=name,
        title=build_text(data.get("title")) or readable(name),
        cron=data.get("cron"),
        every=_length(data, "every"),
        anchor=date.fromisoformat(data["from"]) if "from" in data else None,
        at=as_time(data.get("at", "09:00")),
        timezone=data.get("timezone"),
        calendar=data.get("calendar"),
        on_holiday=data.get("on_holiday", "keep"),
        window=_length(data, "window"),
        catch_up=data.get("catch_up", "latest"),
        repeat=data.get("repeat", "fixed"),
        lead=_length(data, "lead"),
        for_each=data.get("for_each"),
        while_open=data.get("while_open", False),
        then=build_effects(data.get("then", []), child=False),
    )


def _length(data: Data, key: str) -> Duration | None:
    return parse_duration(data[key]) if key in data else None
