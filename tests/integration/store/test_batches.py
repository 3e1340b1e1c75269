"""Many rows at once on the scheduler's path, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from pdca_engine.records.items import Item
from pdca_engine.records.schedules import Occurrence, ScheduleRecord
from pdca_engine.store.batches import GoingOn
from pdca_engine.store.engine import Store
from pdca_engine.store.rows import OccurrenceRow
from tests.support.items import NOON, add_items, found_organisation

LATER = NOON + timedelta(days=7)


@pytest.fixture(autouse=True)
def organisation(store: Store) -> None:
    found_organisation(store)
    with store.transaction() as transaction:
        transaction.session.add_all(ScheduleRecord(**_schedule(name)) for name in ("one", "two", "three"))


def _schedule(name: str) -> dict[str, Any]:
    return {
        "kind": "recurring",
        "workflow_id": "improvement",
        "workflow_version_id": 1,
        "name": name,
        "rule": {},
        "timezone": "Asia/Shanghai",
        "next_nominal": "2026-03-02T09:00:00",
        "due_at": NOON,
        "wake_at": NOON,
    }


def occurrence(schedule: int, nominal: str) -> OccurrenceRow:
    return OccurrenceRow(schedule, nominal, NOON, "fired", NOON)


def test_occurrences_are_recorded_once_those_there_already_and_those_given_twice_are_told(store: Store) -> None:
    with store.transaction() as transaction:
        assert transaction.hot.insert_occurrences([occurrence(2, "a")]) == [True]
    given = [occurrence(1, "a"), occurrence(2, "a"), occurrence(3, "a"), occurrence(1, "a"), occurrence(1, "b")]
    with store.transaction() as transaction:
        assert transaction.hot.insert_occurrences(given) == [True, False, True, False, True]
        assert transaction.hot.insert_occurrences([]) == []
    with store.reading() as session:
        kept = session.execute(select(Occurrence.schedule_id, Occurrence.nominal).order_by(Occurrence.schedule_id, Occurrence.nominal))
        assert [tuple(row) for row in kept] == [(1, "a"), (1, "b"), (2, "a"), (3, "a")]


def test_schedules_go_on_only_at_the_version_seen(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.hot.go_on([])
        transaction.hot.go_on(
            [GoingOn("next", LATER, LATER, 2, 1, 1), GoingOn("next", LATER, None, 3, 2, 7), GoingOn(None, None, None, 0, 3, 1)]
        )
    with store.reading() as session:
        record = ScheduleRecord
        found = session.execute(select(record.next_nominal, record.due_at, record.wake_at, record.step, record.version).order_by(record.id))
        assert [tuple(row) for row in found] == [
            ("next", LATER, LATER, 2, 2),
            ("2026-03-02T09:00:00", NOON, NOON, 0, 1),
            (None, None, None, 0, 2),
        ]


def test_items_are_read_as_one_by_one(store: Store) -> None:
    with store.transaction() as transaction:
        ids = add_items(transaction, 3)
    with store.snapshot() as reading:
        together = reading.hot.read_items([*ids, 999])
        assert together == {one: reading.hot.read_item(id=one) for one in ids}
        assert reading.hot.read_items([]) == {}


def test_an_item_is_held_with_all_above_it_or_not_at_all_and_nobody_waits(store: Store) -> None:
    with store.transaction() as transaction:
        top, child, other = add_items(transaction, 3)
        transaction.session.get_one(Item, child).parent_id = top
    with store.transaction() as working:
        working.hot.read_item(id=top, lock=True)
        if store.dialect == "sqlite":  # one writer: whoever asks has the whole file
            assert working.hot.hold_free([top, child, other]) == {top, child, other}
            return
        with store.transaction() as engine:
            assert engine.hot.hold_free([child, other]) == {other}
            assert engine.hot.hold_free([]) == set()
            # what only points at the item can be written meanwhile
            assert engine.hot.insert_occurrence(occurrence(1, "a")._replace(item_id=top))
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Occurrence)) == 1
