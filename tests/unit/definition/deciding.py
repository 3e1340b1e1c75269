"""Decisions asked on paper: the example file, small workflows written by hand, and the facts of one item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from textwrap import dedent, indent
from typing import Any
from zoneinfo import ZoneInfo

from pdca_engine.cadence.calendars import load_calendar
from pdca_engine.definition.deciding.compiled import Compiled, compile_workflow
from pdca_engine.definition.deciding.decide import decide
from pdca_engine.definition.paper.facts import ENGINE_ACTOR, Actor, Command, Decision, Facts, ItemFacts, Refused
from pdca_engine.definition.playing.written import begun_item, holders_of, written
from pdca_engine.definition.reading.load import load_workflow

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday, 09:00 in Shanghai
ANA, BO, CUI, DENG, EVA, FANG, GU = range(1, 8)
GRANTED: Mapping[int, frozenset[str]] = {
    CUI: frozenset({"process_owner"}),
    EVA: frozenset({"auditor"}),
    FANG: frozenset({"sms_manager", "improvement_manager"}),
    GU: frozenset({"sponsor"}),
}
EXAMPLE = Path(__file__).with_name("tiny_improvement.yaml")
SMALL = """\
workflow: small
title: {{en: Small, zh: 小}}
key: SML
fields:
{fields}
states:
  open: {{phase: plan, initial: true, title: {{en: Open, zh: 开放}}}}
  doing: {{phase: do, title: {{en: Doing, zh: 进行}}}}
  paused: {{phase: none, title: {{en: Paused, zh: 暂停}}}}
  looked: {{phase: check, title: {{en: Looked at, zh: 已查看}}}}
  done: {{phase: act, final: achieved, title: {{en: Done, zh: 完成}}}}
  dropped: {{phase: none, final: ended, title: {{en: Dropped, zh: 放弃}}}}
transitions:
{transitions}
{timers}"""
FIELDS = """
cost: {type: number, title: {en: Cost, zh: 成本}}
grade: {type: choice, of: [major, minor], title: {en: Grade, zh: 等级}}
end: {type: date, title: {en: End, zh: 结束}}
team: {type: persons, title: {en: Team, zh: 团队}}
author: {type: person, title: {en: Author, zh: 编写人}}
"""


@cache
def example() -> Compiled:
    """The workflow language's own example."""
    return compiled(EXAMPLE.read_text("utf-8"))


@cache
def small(transitions: str, timers: str = "", fields: str = FIELDS) -> Compiled:
    """A workflow of six states with these transitions (and timers), as YAML."""
    parts = {"fields": _inside(fields), "transitions": _inside(transitions), "timers": f"timers:\n{_inside(timers)}" if timers else ""}
    return compiled(SMALL.format(**parts))


def _inside(text: str) -> str:
    return indent(dedent(text).strip(), "  ")


def compiled(text: str) -> Compiled:
    """A workflow ready to run."""
    loaded = load_workflow(text, "test.yaml", lambda name: None)
    assert loaded.workflow is not None, loaded.problems
    return compile_workflow(loaded.workflow)


@dataclass(frozen=True)
class Case:
    """One item's facts, a workflow and a moment."""

    compiled: Compiled
    facts: Facts
    now: datetime = NOW

    def but(self, **changes: Any) -> Case:
        """The same with other columns of the item, or other facts."""
        columns = {name: changes.pop(name) for name in list(changes) if name in ItemFacts._fields}
        return replace(self, facts=self.facts._replace(item=self.facts.item._replace(**columns), **changes))

    def later(self, **time: float) -> Case:
        """The same at a later moment: `days=3`."""
        return replace(self, now=self.now + timedelta(**time))

    def ask(
        self,
        transition: str,
        person: int | None = ANA,
        comment: str | None = None,
        *,
        acting_for: int | None = None,
        given: Mapping[str, Any] | None = None,
        stands_in: Iterable[int] = (),
    ) -> Decision | Refused:
        """What `decide` answers to a person (None: the engine itself)."""
        deputised = {absent: GRANTED.get(absent, frozenset()) for absent in stands_in}
        actor = ENGINE_ACTOR if person is None else Actor(person, GRANTED.get(person, frozenset()), deputised)
        return decide(self.compiled, self.facts._replace(actor=actor), Command(transition, given or {}, comment, acting_for), self.now)

    def yes(self, transition: str, person: int | None = ANA, comment: str | None = None, **how: Any) -> Decision:
        """The decision, which must be yes."""
        answer = self.ask(transition, person, comment, **how)
        assert isinstance(answer, Decision), answer
        return answer

    def no(self, transition: str, person: int | None = ANA, comment: str | None = None, **how: Any) -> list[str]:
        """Why not, as "CODE" or "CODE:field"; the answer must be no."""
        answer = self.ask(transition, person, comment, **how)
        assert isinstance(answer, Refused), answer
        return [f"{one.code}:{one.field}" if one.field else one.code for one in answer.refusals]

    def go(self, transition: str, person: int | None = ANA, comment: str | None = None, **how: Any) -> Case:
        """The case once that decision is written down."""
        return replace(self, facts=written(self.facts, self.yes(transition, person, comment, **how), self.now))


def case(workflow: Compiled, state: str = "", **more: Any) -> Case:
    """Ana's item, proposed by Bo, in `state` (default: the initial one); `more` are columns of the item or other facts."""
    columns: dict[str, Any] = {"owner": ANA, "proposer": BO, "process": "incident", "description": "Found it"}
    columns |= {name: more.pop(name) for name in list(more) if name in ItemFacts._fields}
    fields = columns.pop("fields", {})
    item = begun_item(workflow.workflow, NOW, {"title": "It is slow", **columns}, fields, state)
    known: dict[str, Any] = {
        "actor": ENGINE_ACTOR,
        "zone": ZoneInfo("Asia/Shanghai"),
        "calendar": load_calendar("none"),
        "holders": holders_of(GRANTED),
    }
    return Case(workflow, Facts(item, **(known | more)))
