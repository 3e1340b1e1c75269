"""Schedules and timers on the hot path."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from pdca_engine.records.schedules import ScheduleRecord
from pdca_engine.store.engine import Store
from pdca_engine.store.rows import OccurrenceRow, ScheduleRow
from tests.support.items import NOON, add_items, found_organisation

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def organisation(store: Store) -> Iterator[None]:
    found_organisation(store)
    yield


def schedule(name: str, wake_at: datetime | None, **others: Any) -> dict[str, Any]:
    return {
        "kind": "timer" if "item_id" in others else "recurring",
        "workflow_id": "improvement",
        "workflow_version_id": 1,
        "name": name,
        "target": "",
        "item_id": None,
        "rule": {"each": "month"},
        "timezone": "Asia/Shanghai",
        "next_nominal": "2026-03-02",
        "due_at": wake_at,
        "wake_at": wake_at,
        "step": 0,
        "remaining": None,
        "paused_at": None,
        "error": None,
        **others,
    }


def add(store: Store, *schedules: dict[str, Any]) -> None:
    with store.transaction() as transaction:
        transaction.session.add_all(ScheduleRecord(**one) for one in schedules)


def timers(store: Store, item: int) -> list[ScheduleRow]:
    with store.snapshot() as reading:
        return reading.hot.timers(item)


def test_what_is_due_comes_the_longest_waiting_first(store: Store) -> None:
    add(store, schedule("later", NOON + HOUR), schedule("now", NOON), schedule("never", None), schedule("before", NOON - HOUR))
    with store.transaction() as transaction:
        assert [row.name for row in transaction.hot.due_schedules(NOON)] == ["before", "now"]
        assert [row.name for row in transaction.hot.due_schedules(NOON, limit=1)] == ["before"]
        (row, _) = transaction.hot.due_schedules(NOON)
        assert (row.due_at, row.rule, row.timezone, row.remaining) == (NOON - HOUR, {"each": "month"}, "Asia/Shanghai", None)
        assert transaction.hot.earliest_wake() == NOON - HOUR


def test_nothing_waits(store: Store) -> None:
    with store.snapshot() as reading:
        assert reading.hot.earliest_wake() is None


def test_two_nodes_never_claim_the_same_row(postgres_url: str, database: str, store: Store) -> None:
    if database == "sqlite":
        pytest.skip("on SQLite a writing transaction is alone")
    add(store, *(schedule(f"s{number}", NOON) for number in range(10)))
    claimed, done = threading.Event(), threading.Event()

    def first() -> list[str]:
        with store.transaction() as transaction:
            found = [row.name for row in transaction.hot.due_schedules(NOON, limit=6)]
            claimed.set()
            done.wait(5)
            return found

    with ThreadPoolExecutor(1) as threads:
        one = threads.submit(first)
        claimed.wait(5)
        with store.transaction() as transaction:
            two = [row.name for row in transaction.hot.due_schedules(NOON, limit=6)]
        done.set()
        assert len(two) == 4
        assert sorted([*one.result(), *two]) == sorted(f"s{number}" for number in range(10))


def test_an_occurrence_is_recorded_once(store: Store) -> None:
    add(store, schedule("s", NOON))
    with store.transaction() as transaction:
        (row,) = transaction.hot.due_schedules(NOON)
        once = OccurrenceRow(row.id, "2026-03-02", NOON, "fired", NOON)
        assert transaction.hot.insert_occurrence(once)
        assert not transaction.hot.insert_occurrence(once._replace(state="missed"))
        assert transaction.hot.insert_occurrence(once._replace(nominal="2026-04-02", note="late", until="2026-05-02"))


def test_a_schedule_changes_only_at_the_version_seen(store: Store) -> None:
    add(store, schedule("s", NOON))
    with store.transaction() as transaction:
        (row,) = transaction.hot.due_schedules(NOON)
        assert transaction.hot.update_schedule(row.id, row.version, {"wake_at": NOON + HOUR, "step": 2, "remaining": 1.5})
        assert not transaction.hot.update_schedule(row.id, row.version, {"step": 9})
        (again,) = transaction.hot.due_schedules(NOON + HOUR)
    assert (again.wake_at, again.step, again.remaining, again.version) == (NOON + HOUR, 2, 1.5, 2)


def test_a_timer_starts_again_unless_it_is_to_be_left_alone(store: Store) -> None:
    with store.transaction() as transaction:
        (item,) = add_items(transaction, 1)
        assert transaction.hot.upsert_timer(schedule("due", NOON, item_id=item))
        assert transaction.hot.upsert_timer(schedule("due", NOON + HOUR, item_id=item, step=1))
        assert not transaction.hot.upsert_timer(schedule("due", NOON + 2 * HOUR, item_id=item), restart=False)
    (row,) = timers(store, item)
    assert (row.due_at, row.step, row.version) == (NOON + HOUR, 1, 2)
    with store.transaction() as transaction:
        transaction.hot.stop_timers(item)
        assert transaction.hot.upsert_timer(schedule("due", NOON + 3 * HOUR, item_id=item), restart=False)
    assert timers(store, item)[0].due_at == NOON + 3 * HOUR


def test_timers_stop_by_name_or_all(store: Store) -> None:
    with store.transaction() as transaction:
        first, second = add_items(transaction, 2)
        for name in ("a", "b", "c"):
            transaction.hot.upsert_timer(schedule(name, NOON, item_id=first))
            transaction.hot.upsert_timer(schedule(name, NOON, item_id=second))
        assert transaction.hot.stop_timers(first, ["a", "c", "unknown"]) == 2
        assert transaction.hot.stop_timers(first, []) == 0
        assert transaction.hot.stop_timers(second) == 3
    assert [row.wake_at for row in timers(store, first)] == [None, NOON, None]
    assert [(row.wake_at, row.due_at) for row in timers(store, second)] == [(None, None)] * 3


def test_silenced_timers_sleep_and_wake_with_their_due_dates(store: Store) -> None:
    with store.transaction() as transaction:
        (item,) = add_items(transaction, 1)
        for name in ("runs", "stopped"):
            transaction.hot.upsert_timer(schedule(name, NOON, item_id=item))
        transaction.hot.stop_timers(item, ["stopped"])
        assert transaction.hot.silence_timers(item, NOON - HOUR) == 1
    assert [(row.wake_at, row.due_at) for row in timers(store, item)] == [(None, NOON), (None, None)]
    with store.transaction() as transaction:
        assert transaction.hot.due_schedules(NOON + HOUR) == []
        assert transaction.hot.wake_timers(item, NOON + HOUR) == 1
        assert [row.name for row in transaction.hot.due_schedules(NOON + HOUR)] == ["runs"]


def test_one_recurring_rule_a_workflow_and_target(store: Store) -> None:
    add(store, schedule("s", NOON), schedule("s", NOON, target="incident"))
    with pytest.raises(IntegrityError):
        add(store, schedule("s", NOON))
