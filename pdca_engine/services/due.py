"""Raise what is due: schedules and timers, in batches, each batch in one transaction with everything it causes.

The occurrence (unique per schedule and nominal time) decides "once": two engines, a repeated tick or a clock set back find it there.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from pdca_engine.cadence.rules import Occurrence
from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.deciding.effects import Setting, persons_of, work_out
from pdca_engine.definition.paper.facts import ENGINE_ACTOR, Facts, ItemFacts
from pdca_engine.definition.paper.running import Point, points_of
from pdca_engine.definition.paper.workflow import Schedule, Timer
from pdca_engine.errors import PdcaError
from pdca_engine.records.items import Item
from pdca_engine.services.consequences import fire_follow
from pdca_engine.services.creation import create_from
from pdca_engine.services.facts import gather
from pdca_engine.services.messages import message
from pdca_engine.services.schedules import before, look
from pdca_engine.services.timers import place_of
from pdca_engine.store.rows import ItemRow, OccurrenceRow, ScheduleRow
from pdca_engine.unit import App, Unit

BATCH = 500
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Tick:
    """What one look at the clock came to. `next_wake`: when something waits next."""

    fired: int = 0
    missed: int = 0
    skipped: int = 0
    failed: int = 0
    next_wake: datetime | None = None
    created: list[str] = field(default_factory=list)

    def add(self, other: Tick) -> None:
        """Count what another tick did."""
        self.fired += other.fired
        self.missed += other.missed
        self.skipped += other.skipped
        self.failed += other.failed
        self.created += other.created


def raise_due(app: App, now: datetime | None = None) -> Tick:
    """Do everything that is due at `now` (default: the clock's time), batch by batch. Safe to call from several nodes at once."""
    app = app.at(now) if now is not None else app
    total = Tick()
    while True:
        count, done = _batch(app)
        total.add(done)
        if count < BATCH:
            break
    with app.reader(engine=True) as unit:
        total.next_wake = unit.hot.earliest_wake()
    return total


def _batch(app: App) -> tuple[int, Tick]:
    """One batch in one transaction; where that raises, once more one by one, so that a poisoned schedule holds up no other."""
    with app.reader(engine=True) as unit:  # a cheap look first: an idle tick takes no lock
        wake = unit.hot.earliest_wake()
        if wake is None or wake > unit.now:
            return 0, Tick()
    try:
        with app.unit(engine=True) as unit:
            rows = unit.hot.due_schedules(unit.now, BATCH)
            done = Tick()
            for row in rows:
                done.add(_raise(unit, row))
            return len(rows), done
    except Exception:
        log.exception("a batch of due schedules failed; doing them one by one")
        return _one_by_one(app)


def _one_by_one(app: App) -> tuple[int, Tick]:
    done = Tick()
    with app.unit(engine=True) as unit:
        rows = unit.hot.due_schedules(unit.now, BATCH)
        for row in rows:
            try:
                with unit.transaction.savepoint():
                    done.add(_raise(unit, row))
            except Exception as poison:
                log.exception("schedule %s is set aside", row.name)
                _set_aside(unit, row, poison)
                done.failed += 1
    return len(rows), done


def _set_aside(unit: Unit, row: ScheduleRow, poison: Exception) -> None:
    """A schedule that can't be done waits with its error, and the people who run the system are told."""
    why = poison.sentence("en") if isinstance(poison, PdcaError) else f"{type(poison).__name__}: {poison}"
    codes = [one.as_data() for one in poison.refusals()] if isinstance(poison, PdcaError) else []
    unit.hot.update_schedule(row.id, row.version, {"wake_at": None, "error": why[:2000]})
    body = {"schedule": row.name, "workflow": row.workflow_id, "error": why, "refusals": codes}
    admins = unit.directory.holders(None, unit.today).get("admin", frozenset())
    unit.hot.insert_messages(
        [message(unit, row.item_id, f"alarm {row.id} {row.next_nominal}", "alarm", person, body) for person in sorted(admins)]
    )


def _raise(unit: Unit, row: ScheduleRow) -> Tick:
    compiled = unit.workflow(row.workflow_version_id)
    if row.kind == "timer":
        return _raise_timer(unit, row, compiled)
    return _raise_schedule(unit, row, compiled, compiled.workflow.schedules[row.name])


# Recurring schedules


def _raise_schedule(unit: Unit, row: ScheduleRow, compiled: Compiled, schedule: Schedule) -> Tick:
    assert row.next_nominal is not None
    plan = look(unit, schedule, before(row.next_nominal))
    done = Tick()
    asleep = _rests(unit, compiled, schedule)
    for one in plan.fire:
        done.add(_pass_over(unit, row, one) if asleep else _fire(unit, row, compiled, schedule, one))
    for state, found, rest in (("missed", plan.missed, plan.missed_range), ("skipped", plan.skipped, plan.skipped_range)):
        told = [_occurrence(unit, row, one, state) for one in found]
        if rest is not None:
            told.append(_occurrence(unit, row, rest.first, state)._replace(count=rest.number, until=rest.last.nominal.isoformat()))
        new = sum(one.count for one in told if unit.hot.insert_occurrence(one))
        done.add(Tick(missed=new) if state == "missed" else Tick(skipped=new))
    going_on = {"next_nominal": plan.next.nominal.isoformat(), "due_at": plan.next.utc, "wake_at": plan.wake_at}
    unit.hot.update_schedule(row.id, row.version, going_on)
    return done


def _occurrence(unit: Unit, row: ScheduleRow, one: Occurrence, state: str) -> OccurrenceRow:
    return OccurrenceRow(row.id, one.nominal.isoformat(), one.utc, state, unit.now, one.note)


def _rests(unit: Unit, compiled: Compiled, schedule: Schedule) -> bool:
    """Whether nobody works by this workflow: its process is none of the organisation's, or nothing is open that has to be."""
    process = compiled.workflow.process
    if process is not None and process not in unit.directory.processes:
        return True
    query = select(Item.id).where(Item.workflow_id == compiled.workflow.id, Item.final.is_(None)).limit(1)
    return schedule.while_open and unit.session.scalar(query) is None


def _pass_over(unit: Unit, row: ScheduleRow, one: Occurrence) -> Tick:
    """The occurrence is kept for the record, without its effects."""
    return Tick(skipped=int(unit.hot.insert_occurrence(_occurrence(unit, row, one, "skipped"))))


def _fire(unit: Unit, row: ScheduleRow, compiled: Compiled, schedule: Schedule, one: Occurrence) -> Tick:
    """The effects of one occurrence, unless it is there already."""
    if not unit.hot.insert_occurrence(_occurrence(unit, row, one, "fired")):
        return Tick()
    process = row.target if schedule.for_each == "process" else compiled.workflow.process
    outcome = work_out(schedule.then, Setting(compiled, _nothing_yet(unit, process, one), {}, one.utc))
    created = [create_from(unit, new, process=process) for new in outcome.creates]
    shown = {
        "schedule": row.name,
        "title": schedule.title.get(unit.settings.language),
        "nominal": one.nominal.isoformat(),
        "created": created,
    }
    told = {(notice.kind, person): None for notice in outcome.notices for person in notice.persons}
    place = f"schedule {row.id} {one.nominal.isoformat()}"
    unit.hot.insert_messages([message(unit, None, place, kind, person, shown) for kind, person in told])
    return Tick(fired=1, created=created)


def _nothing_yet(unit: Unit, process: str | None, one: Occurrence) -> Facts:
    """The facts of a schedule: no item, but people who hold roles."""
    item = ItemFacts(id=0, key="", title="", state="", state_since=one.utc, version=0, created_at=one.utc, process=process)
    holders = unit.directory.holders(process, unit.today)
    return Facts(item=item, actor=ENGINE_ACTOR, zone=unit.settings.zone, calendar=unit.app.calendar, holders=holders)


# Timers of items


def _raise_timer(unit: Unit, row: ScheduleRow, compiled: Compiled) -> Tick:
    """What a timer has to do by now: of its reminders only the highest reached, and its effects when it is due (domain 2.6)."""
    timer = compiled.workflow.timers[row.name]
    item = unit.hot.read_item(id=row.item_id, lock=True, children=True, evidence=True, links=True)
    assert item is not None and row.due_at is not None and row.next_nominal is not None
    points = points_of(timer, row.due_at, row.next_nominal, place_of(unit))
    reached = [point for point in points[row.step :] if point.at <= unit.now]
    reminders = [point for point in reached if point.step is not None]
    effects = [point for point in reached if point.step is None]
    done = Tick()
    for point in reminders:
        done.add(_remind(unit, row, item, timer, point, told=point is reminders[-1] and not item.silenced))
    ahead = points[row.step + len(reached) :]
    going_on = {"step": row.step + len(reached), "wake_at": ahead[0].at if ahead else None}
    unit.hot.update_schedule(row.id, row.version, going_on)
    for point in effects:
        done.add(_act(unit, row, item, compiled, timer, point))
    return done


def _remind(unit: Unit, row: ScheduleRow, item: ItemRow, timer: Timer, point: Point, *, told: bool) -> Tick:
    """One reminder, told or recorded as skipped."""
    assert point.step is not None
    state = "fired" if told else "skipped"
    if not unit.hot.insert_occurrence(OccurrenceRow(row.id, point.label, point.at, state, unit.now, item_id=item.id)):
        return Tick()
    if not told:
        return Tick(skipped=1)
    facts = gather(unit, item)
    body = {"key": item.key, "title": item.title, "timer": timer.name, "due": row.next_nominal, "step": str(point.step.offset)}
    persons = sorted(persons_of(point.step.who, facts))
    unit.hot.insert_messages([message(unit, item.id, point.label, "remind", person, body, timer.name) for person in persons])
    return Tick(fired=1)


def _act(unit: Unit, row: ScheduleRow, item: ItemRow, compiled: Compiled, timer: Timer, point: Point) -> Tick:
    """The effects of a timer that is due."""
    if not unit.hot.insert_occurrence(OccurrenceRow(row.id, point.label, point.at, "fired", unit.now, item_id=item.id)):
        return Tick()
    facts = gather(unit, item)
    outcome = work_out(timer.then, Setting(compiled, facts, {}, unit.now))
    body = {"key": item.key, "title": item.title, "timer": timer.name, "due": row.next_nominal}
    told = {(notice.kind, person): None for notice in outcome.notices for person in notice.persons}
    unit.hot.insert_messages([message(unit, item.id, point.label, kind, person, body, timer.name) for kind, person in told])
    created = [create_from(unit, new, item) for new in outcome.creates]
    for follow in outcome.follows:
        fire_follow(unit, item, follow, timer.name)
    return Tick(fired=1, created=created)
