"""What would become of one item under another version of its workflow: its state, values, timers, or the reasons why it can't go there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pdca_engine.definition.changing.migration import Names, Placing, fields_after, place_item
from pdca_engine.definition.changing.timers import Running, TimerChanges, timers_after
from pdca_engine.definition.deciding import recalling
from pdca_engine.definition.paper.facts import ENGINE_ACTOR, Facts, ItemFacts, TimerStart
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.errors import Refusal
from pdca_engine.services.facts import item_facts
from pdca_engine.store.pages import timers_of
from pdca_engine.store.rows import ItemRow, ScheduleRow
from pdca_engine.unit import Unit

NO_TIMERS = TimerChanges()
NO_NAMES = Names()


@dataclass(frozen=True, slots=True)
class Route:
    """From which version to which, with what has another name there. `source` and `target` are the versions' numbers."""

    workflow: str
    source: int
    target: int
    source_id: int
    target_id: int
    old: Workflow
    new: Workflow
    names: Names = NO_NAMES


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """One item of the plan. `fields` and `recall` are the row's after; `due` the timers that stop or change, as they stand now."""

    row: ItemRow
    placing: Placing
    timers: TimerChanges = NO_TIMERS
    fields: Mapping[str, Any] = field(default_factory=dict)
    recall: Mapping[str, Any] = field(default_factory=dict)
    due: Mapping[str, Running] = field(default_factory=dict)

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Why the item can't go there; empty where it can."""
        return self.placing.refusals

    def told(self) -> list[Refusal]:
        """The refusals, each with the item's key in front."""
        return [
            Refusal(one.code, f"{self.row.key}: {one.en}", f"{self.row.key}：{one.zh}", one.field, {**one.params, "key": self.row.key})
            for one in self.refusals
        ]

    def as_data(self, language: str) -> dict[str, Any]:
        """The item's line for programs."""
        return {
            "key": self.row.key,
            "from": self.row.state,
            "to": None if self.refusals else self.placing.state,
            "lost": [{"field": one.field, "value": one.value, "why": one.zh if language == "zh" else one.en} for one in self.placing.lost],
            "changes": {} if self.refusals else {name: list(pair) for name, pair in self.placing.changes.items()},
            "timers": {
                "stopped": [*self.timers.stop],
                "started": {one.name: one.due_at.isoformat() for one in self.timers.start},
            },
            "refused": [one.as_data(language) for one in self.refusals],
        }


def plan_page(unit: Unit, route: Route, page: Sequence[ItemRow]) -> list[ItemPlan]:
    """The plan of a page of items."""
    timers = timers_of(unit.session, page)
    return [_plan(unit, route, row, timers.get(row.id, ())) for row in page]


def _plan(unit: Unit, route: Route, row: ItemRow, timers: Sequence[ScheduleRow]) -> ItemPlan:
    item = item_facts(row)
    placing = place_item(route.old, route.new, route.names, item)
    if placing.refusals:
        return ItemPlan(row, placing)
    running = running_timers(timers)
    return with_timers(unit, row, placing, running, _timers(unit, route, item, placing, running))


def _timers(unit: Unit, route: Route, item: ItemFacts, placing: Placing, running: Mapping[str, Running]) -> TimerChanges:
    if not running and not route.new.timers:
        return NO_TIMERS
    new = {name: pair[1] for name, pair in placing.changes.items()}
    after = item._replace(state=placing.state, fields=fields_after(item.fields, new, placing.dropped))
    facts = Facts(item=after, actor=ENGINE_ACTOR, zone=unit.settings.zone, calendar=unit.app.calendar)
    return timers_after(route.old, route.new, facts, item.state, running, frozenset(placing.changes), unit.now)


def with_timers(unit: Unit, row: ItemRow, placing: Placing, running: Mapping[str, Running], timers: TimerChanges) -> ItemPlan:
    """The plan with what is to be written."""
    new = {name: pair[1] for name, pair in placing.changes.items()}
    recall = recalling.from_json(row.recall)._replace(**{name: pair[1] for name, pair in placing.remembered.items()})
    touched = {*timers.stop, *(one.name for one in timers.start)}
    return ItemPlan(
        row=row,
        placing=placing,
        timers=timers,
        fields=fields_after(row.fields, new, placing.dropped),
        recall=recalling.as_json(recalling.holding(recall, new)),
        due={name: one for name, one in running.items() if name in touched},
    )


def running_timers(timers: Sequence[ScheduleRow]) -> dict[str, Running]:
    """The timers that run, or have run out in this state; not those that were stopped or sleep until the item comes back."""
    return {one.name: Running(one.due_at, one.next_nominal) for one in timers if one.due_at and one.next_nominal and one.remaining is None}


def as_started(start: TimerStart) -> list[str]:
    """A timer as a trail entry says it: due instant and nominal day."""
    return [start.due_at.isoformat(), start.nominal.isoformat()]
