"""A batch of recurring schedules that are due: what each comes to, told and written together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select

from pdca_engine.cadence.catchup import CatchUp
from pdca_engine.cadence.rules import Occurrence
from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.deciding.effects import Outcome, Setting, work_out
from pdca_engine.definition.paper.facts import ENGINE_ACTOR, Facts, ItemFacts
from pdca_engine.definition.paper.workflow import Schedule
from pdca_engine.errors import NotFound
from pdca_engine.records.items import Item
from pdca_engine.services.creation import Birth, birth_of, insert_items
from pdca_engine.services.messages import message
from pdca_engine.services.schedules import before, look
from pdca_engine.services.tick import Tick
from pdca_engine.store.batches import GoingOn
from pdca_engine.store.rows import MessageRow, OccurrenceRow, ScheduleRow
from pdca_engine.unit import Unit

MOST_TOLD = 2000
"""Occurrences written at a time: after a long gap each schedule may have a thousand to record."""


class Told(NamedTuple):
    """One occurrence of a due schedule and how it is recorded."""

    row: ScheduleRow
    one: Occurrence
    record: OccurrenceRow


@dataclass(frozen=True, slots=True)
class Effect:
    """What a fired occurrence brings about. The same for all targets of a process."""

    outcome: Outcome
    births: tuple[Birth, ...]


class Recurring:
    """One batch. Schedules alike (same version, name and time, as those of `for_each`) are reckoned once."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._plans: dict[tuple[int, str, str], CatchUp] = {}
        self._effects: dict[tuple[int, str, str | None, str], Effect] = {}
        self._resting: dict[int, bool] = {}

    def raise_all(self, rows: Sequence[ScheduleRow]) -> Tick:
        """Fire what is due, record what is missed or skipped, and say where each goes on."""
        done, told = Tick(), list[Told]()
        for row in rows:
            told += self._told(row, self._plan(row))
            if len(told) >= MOST_TOLD:
                done.add(self._write(told))
                told = []
        done.add(self._write(told))
        self._unit.hot.go_on([self._going_on(row) for row in rows])
        return done

    def _paper(self, row: ScheduleRow) -> tuple[Compiled, Schedule]:
        compiled = self._unit.workflow(row.workflow_version_id)
        schedule = compiled.workflow.schedules.get(row.name)
        if schedule is None:
            raise NotFound("schedule", "周期计划", f"{row.workflow_id}: {row.name}")
        return compiled, schedule

    def _plan(self, row: ScheduleRow) -> CatchUp:
        assert row.next_nominal is not None
        alike = (row.workflow_version_id, row.name, row.next_nominal)
        if alike not in self._plans:
            self._plans[alike] = look(self._unit, self._paper(row)[1], before(row.next_nominal))
        return self._plans[alike]

    def _going_on(self, row: ScheduleRow) -> GoingOn:
        plan = self._plan(row)
        return GoingOn(plan.next.nominal.isoformat(), plan.next.utc, plan.wake_at, row.step, row.id, row.version)

    def _told(self, row: ScheduleRow, plan: CatchUp) -> list[Told]:
        fired = "skipped" if plan.fire and self._rests(row) else "fired"
        told = [self._record(row, one, fired) for one in plan.fire]
        for state, found, rest in (("missed", plan.missed, plan.missed_range), ("skipped", plan.skipped, plan.skipped_range)):
            told += [self._record(row, one, state) for one in found]
            if rest is not None:
                last = self._record(row, rest.first, state)
                record = last.record._replace(count=rest.number, until=rest.last.nominal.isoformat())
                told.append(last._replace(record=record))
        return told

    def _record(self, row: ScheduleRow, one: Occurrence, state: str) -> Told:
        return Told(row, one, OccurrenceRow(row.id, one.nominal.isoformat(), one.utc, state, self._unit.now, one.note))

    def _rests(self, row: ScheduleRow) -> bool:
        """Whether nobody works by this workflow: its process is none of the organisation's, or nothing is open that has to be."""
        compiled, schedule = self._paper(row)
        process = compiled.workflow.process
        if process is not None and process not in self._unit.directory.processes:
            return True
        return schedule.while_open and self._nothing_open(row.workflow_version_id, compiled)

    def _nothing_open(self, version_id: int, compiled: Compiled) -> bool:
        if version_id not in self._resting:
            query = select(Item.id).where(Item.workflow_id == compiled.workflow.id, Item.final.is_(None)).limit(1)
            self._resting[version_id] = self._unit.session.scalar(query) is None
        return self._resting[version_id]

    def _write(self, told: Sequence[Told]) -> Tick:
        """Record the occurrences; those that are new and fired have their effects."""
        fresh = self._unit.hot.insert_occurrences([one.record for one in told])
        done, fired = Tick(), list[Told]()
        for one, new in zip(told, fresh, strict=True):
            if new:
                done.count(one.record.state, one.record.count)
                fired += [one] if one.record.state == "fired" else []
        done.created += self._bring_about(fired)
        return done

    def _bring_about(self, fired: Sequence[Told]) -> list[str]:
        """The items and messages of fired occurrences; the keys of the items."""
        effects = [self._effect(one) for one in fired]
        born = iter(insert_items(self._unit, [birth for effect in effects for birth in effect.births]))
        keys, messages = list[str](), list[MessageRow]()
        for one, effect in zip(fired, effects, strict=True):
            created = [next(born).key for _ in effect.births]
            keys += created
            messages += self._messages(one, effect.outcome, created)
        self._unit.hot.insert_new_messages(messages)
        return keys

    def _effect(self, one: Told) -> Effect:
        compiled, schedule = self._paper(one.row)
        process = one.row.target if schedule.for_each == "process" else compiled.workflow.process
        alike = (one.row.workflow_version_id, schedule.name, process, one.record.nominal)
        if alike not in self._effects:
            outcome = work_out(schedule.then, Setting(compiled, self._nothing_yet(process, one.one), {}, one.one.utc))
            births = tuple(birth_of(self._unit, new, process=process) for new in outcome.creates)
            self._effects[alike] = Effect(outcome, births)
        return self._effects[alike]

    def _nothing_yet(self, process: str | None, one: Occurrence) -> Facts:
        """The facts of a schedule: no item, but people who hold roles."""
        unit = self._unit
        item = ItemFacts(id=0, key="", title="", state="", state_since=one.utc, version=0, created_at=one.utc, process=process)
        return Facts(
            item=item,
            actor=ENGINE_ACTOR,
            zone=unit.settings.zone,
            calendar=unit.app.calendar,
            holders=unit.directory.holders(process, unit.today),
        )

    def _messages(self, one: Told, outcome: Outcome, created: list[str]) -> list[MessageRow]:
        told = {(notice.kind, person): None for notice in outcome.notices for person in notice.persons}
        if not told:
            return []
        title = self._paper(one.row)[1].title.get(self._unit.settings.language)
        shown = {"schedule": one.row.name, "title": title, "nominal": one.record.nominal, "created": created}
        place = f"schedule {one.row.id} {one.record.nominal}"
        return [message(self._unit, None, place, kind, person, shown) for kind, person in told]
