"""A batch of items' timers that are due: reminders told together, effects each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pdca_engine.definition.deciding.effects import Setting, persons_of, work_out
from pdca_engine.definition.paper.running import Point, points_of
from pdca_engine.definition.paper.workflow import Timer
from pdca_engine.errors import NotFound
from pdca_engine.services.consequences import fire_follow
from pdca_engine.services.creation import create_from
from pdca_engine.services.facts import gather
from pdca_engine.services.messages import message
from pdca_engine.services.tick import Tick
from pdca_engine.services.timers import place_of
from pdca_engine.store.batches import GoingOn
from pdca_engine.store.rows import ItemRow, MessageRow, OccurrenceRow, ScheduleRow
from pdca_engine.unit import Unit


@dataclass(frozen=True, slots=True)
class Reached:
    """What a timer has to do by now: reminders, of which only the last is told (domain 2.6.3), and its effects when it is due."""

    row: ScheduleRow
    timer: Timer
    reminders: tuple[Point, ...]
    effects: tuple[Point, ...]
    going_on: GoingOn


def raise_timers(unit: Unit, rows: Sequence[ScheduleRow]) -> Tick:
    """Do what timers have reached by now. One whose item somebody is just working on waits for the next tick."""
    reached = [_reached(unit, row) for row in rows]
    free = unit.hot.hold_free({one.row.item_id for one in reached if one.effects and one.row.item_id is not None})
    ready = [one for one in reached if not one.effects or one.row.item_id in free]
    unit.hot.go_on([one.going_on for one in ready])
    done = _remind(unit, ready)
    done.waiting = len(rows) - len(ready)
    for one in ready:
        for point in one.effects:
            done.add(_act(unit, one, point))
    return done


def _reached(unit: Unit, row: ScheduleRow) -> Reached:
    timer = unit.workflow(row.workflow_version_id).workflow.timers.get(row.name)
    if timer is None:
        raise NotFound("timer", "定时器", f"{row.workflow_id}: {row.name}")
    assert row.due_at is not None and row.next_nominal is not None
    points = points_of(timer, row.due_at, row.next_nominal, place_of(unit))
    reached = [point for point in points[row.step :] if point.at <= unit.now]
    step = row.step + len(reached)
    going_on = GoingOn(row.next_nominal, row.due_at, points[step].at if step < len(points) else None, step, row.id, row.version)
    reminders = tuple(point for point in reached if point.step is not None)
    return Reached(row, timer, reminders, tuple(point for point in reached if point.step is None), going_on)


def _remind(unit: Unit, ready: Sequence[Reached]) -> Tick:
    """Record every reminder, and tell each item's last one unless the item is silenced."""
    wanted = [one for one in ready if one.reminders]
    items = unit.hot.read_items({one.row.item_id for one in wanted if one.row.item_id is not None})
    told = [(one, point, items[one.row.item_id or 0], _is_told(one, point, items)) for one in wanted for point in one.reminders]
    fresh = unit.hot.insert_occurrences(
        [
            OccurrenceRow(one.row.id, point.label, point.at, "fired" if said else "skipped", unit.now, item_id=item.id)
            for one, point, item, said in told
        ]
    )
    done, messages = Tick(), list[MessageRow]()
    for (one, point, item, said), new in zip(told, fresh, strict=True):
        if new:
            done.count("fired" if said else "skipped")
            messages += _reminders(unit, one, point, item) if said else []
    unit.hot.insert_new_messages(messages)
    return done


def _is_told(one: Reached, point: Point, items: dict[int, ItemRow]) -> bool:
    return point is one.reminders[-1] and not items[one.row.item_id or 0].silenced


def _reminders(unit: Unit, one: Reached, point: Point, item: ItemRow) -> list[MessageRow]:
    assert point.step is not None
    body = {"key": item.key, "title": item.title, "timer": one.timer.name, "due": one.row.next_nominal, "step": str(point.step.offset)}
    persons = sorted(persons_of(point.step.who, gather(unit, item)))
    return [message(unit, item.id, point.label, "remind", person, body, one.timer.name) for person in persons]


def _act(unit: Unit, one: Reached, point: Point) -> Tick:
    """The effects of a timer that is due, unless another that was due in the same moment has just moved the item on."""
    row, timer = one.row, one.timer
    item = unit.hot.read_item(id=row.item_id, children=True, evidence=True, links=True)
    assert item is not None
    state = "fired" if item.state in timer.states else "skipped"
    if not unit.hot.insert_occurrence(OccurrenceRow(row.id, point.label, point.at, state, unit.now, item_id=row.item_id)):
        return Tick()
    if state == "skipped":
        return Tick(skipped=1)
    outcome = work_out(timer.then, Setting(unit.workflow(row.workflow_version_id), gather(unit, item), {}, unit.now))
    body = {"key": item.key, "title": item.title, "timer": timer.name, "due": row.next_nominal}
    told = {(notice.kind, person): None for notice in outcome.notices for person in notice.persons}
    unit.hot.insert_messages([message(unit, item.id, point.label, kind, person, body, timer.name) for kind, person in told])
    created = [create_from(unit, new, item) for new in outcome.creates]
    for follow in outcome.follows:
        fire_follow(unit, item, follow, timer.name)
    return Tick(fired=1, created=created)
