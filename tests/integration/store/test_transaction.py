"""Transactions: all or nothing, savepoints, snapshots, many writers at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from pdca_engine.errors import StoreUnavailable
from pdca_engine.records.organisation import Counter, Process
from pdca_engine.settings import Settings
from pdca_engine.store.engine import Store, open_store
from pdca_engine.store.rows import ItemRow
from tests.support.items import add_items, found_organisation, next_advance, next_entry


def counter(store: Store, name: str) -> int:
    with store.reading() as session:
        return session.scalar(select(Counter.value).where(Counter.name == name)) or 0


def process(name: str) -> Process:
    return Process(id=name, title_en=name, title_zh=name)


def test_session_and_hot_statements_are_one_transaction(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as transaction:
        transaction.session.add(process("one"))
        transaction.hot.next_keys("n")
        raise ZeroDivisionError
    with store.reading() as session:
        assert session.get(Process, "one") is None
    assert counter(store, "n") == 0


def test_hot_statements_see_what_the_session_holds_and_the_other_way_round(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.session.add(Counter(name="n", value=5))
        assert transaction.hot.next_keys("n") == range(6, 7)
        assert transaction.session.scalar(text("SELECT value FROM counter WHERE name = 'n'")) == 6


def test_a_session_that_was_asked_for_and_never_used_commits_too(store: Store) -> None:
    with store.transaction() as transaction:
        assert transaction.session is transaction.session
        transaction.hot.next_keys("n")
    with store.transaction() as transaction:
        transaction.hot.next_keys("n")
    assert counter(store, "n") == 2


@pytest.mark.parametrize("session_first", [True, False])
def test_a_savepoint_undoes_what_was_done_inside_and_nothing_else(store: Store, session_first: bool) -> None:
    with store.transaction() as transaction:
        if session_first:
            transaction.session.add(process("before"))
        transaction.hot.next_keys("n")
        with pytest.raises(ZeroDivisionError), transaction.savepoint():
            transaction.hot.next_keys("n", 10)
            transaction.session.add(process("inside"))
            raise ZeroDivisionError
        with transaction.savepoint():
            transaction.hot.next_keys("n", 100)
            with pytest.raises(KeyError), transaction.savepoint():
                transaction.hot.next_keys("n", 1000)
                raise KeyError
        transaction.session.add(process("after"))
    assert counter(store, "n") == 101
    with store.reading() as session:
        assert session.scalars(select(Process.id).order_by(Process.id)).all() == (["after", "before"] if session_first else ["after"])


def test_a_flush_that_fails_inside_a_savepoint_leaves_the_rest(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.session.add(process("kept"))
        transaction.hot.next_keys("n")
        with pytest.raises(IntegrityError), transaction.savepoint():
            transaction.session.add(Counter(name="n", value=9))
            transaction.session.flush()
        transaction.hot.next_keys("n")
    assert counter(store, "n") == 2
    with store.reading() as session:
        assert session.scalars(select(Process.id)).all() == ["kept"]


def test_a_snapshot_sees_one_state_and_can_write_nothing(store: Store) -> None:
    with store.snapshot() as reading:
        assert reading.session.scalar(select(func.count()).select_from(Process)) == 0
        with store.transaction() as transaction:
            transaction.session.add(process("new"))
        assert reading.session.scalar(select(func.count()).select_from(Process)) == 0
    with pytest.raises(StoreUnavailable, match="can only be read"), store.snapshot() as reading:
        reading.hot.next_keys("n")
    with pytest.raises(StoreUnavailable), store.reading() as session:
        session.add(process("another"))
        session.flush()
    with store.transaction() as transaction:
        transaction.hot.next_keys("n")


def test_a_transaction_that_is_over_can_do_nothing(store: Store) -> None:
    with store.transaction() as transaction:
        pass
    with pytest.raises(AttributeError):
        transaction.hot.next_keys("n")


def test_a_transaction_inside_a_transaction_is_refused_at_once(sqlite_url: str) -> None:
    store = open_store(Settings(database_url=sqlite_url))
    with pytest.raises(RuntimeError, match="hand the outer one down"), store.transaction(), store.transaction():
        pass
    with store.transaction() as transaction:
        transaction.hot.next_keys("n")
    store.close()


def test_thirty_two_threads_advance_their_items(store: Store) -> None:
    found_organisation(store)
    with store.transaction() as transaction:
        numbers = add_items(transaction, 32)

    def live(number: int) -> int:
        for _ in range(8):
            with store.transaction() as transaction:
                item = transaction.hot.read_item(id=number)
                assert item is not None
                assert transaction.hot.write_advance(*next_advance(item))
        return number

    with ThreadPoolExecutor(32) as threads:
        assert list(threads.map(live, numbers)) == numbers
    with store.snapshot() as reading:
        found = [reading.hot.read_item(id=number) for number in numbers]
    assert {(item.version, item.seq) for item in found if item} == {(9, 9)}


def test_of_two_writers_on_one_version_exactly_one_wins(store: Store) -> None:
    found_organisation(store)
    with store.transaction() as transaction:
        numbers = add_items(transaction, 12)
    with store.snapshot() as reading:
        seen = [reading.hot.read_item(id=number) for number in numbers]
    together = threading.Barrier(4)

    def race(item: ItemRow) -> bool:
        with store.transaction() as transaction:
            return transaction.hot.write_advance(item.id, item.version, item.seq, {"state": "open"}, next_entry(item))

    def run(_: int) -> list[bool]:
        together.wait()
        return [race(item) for item in seen if item]

    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(run, range(4)))
    assert [sum(column) for column in zip(*results, strict=True)] == [1] * 12


def test_counters_and_numbers_are_given_once_among_threads(store: Store) -> None:
    def draw(_: int) -> tuple[list[int], list[int]]:
        keys: list[int] = []
        numbers: list[int] = []
        for _ in range(5):
            with store.transaction() as transaction:
                keys += transaction.hot.next_keys("IMP-2026", 3)
                numbers += transaction.hot.reserve_ids("item", 2)
        return keys, numbers

    with ThreadPoolExecutor(8) as threads:
        drawn = list(threads.map(draw, range(8)))
    assert sorted(key for keys, _ in drawn for key in keys) == list(range(1, 121))
    assert len({number for _, numbers in drawn for number in numbers}) == 80


def test_a_decision_that_locks_sees_the_child_committed_meanwhile(store: Store) -> None:
    """Parent and child can't pass each other: whoever locks second reads what the first has written."""
    found_organisation(store)
    with store.transaction() as transaction:
        (parent,) = add_items(transaction, 1)
        (child,) = add_items(transaction, 1, parent_id=parent)
    holding, asked = threading.Event(), threading.Event()

    def close_child() -> None:
        with store.transaction() as transaction:
            item = transaction.hot.read_item(id=child, lock=True)
            assert item is not None
            holding.set()
            asked.wait(5)
            transaction.hot.write_advance(*next_advance(item, state="closed", final="done"))

    with ThreadPoolExecutor(1) as threads:
        closing = threads.submit(close_child)
        holding.wait(5)
        threading.Timer(0.1, asked.set).start()
        with store.transaction() as transaction:
            found = transaction.hot.read_item(id=parent, lock=True, children=True)
        closing.result()
    assert found is not None
    assert [one["final"] for one in found.children] == ["done"]


def test_siblings_that_change_what_is_above_them_never_wait_in_a_circle(store: Store) -> None:
    found_organisation(store)
    with store.transaction() as transaction:
        (top,) = add_items(transaction, 1)
        middle = add_items(transaction, 2, parent_id=top)
        leaves = [leaf for parent in middle for leaf in add_items(transaction, 2, parent_id=parent)]

    def live(start: int) -> None:
        for turn in range(6):
            with store.transaction() as transaction:
                transaction.hot.read_item(id=start, lock=True)
                for number in (start, middle[turn % 2], top) if turn % 3 else (top, *middle, start):
                    item = transaction.hot.read_item(id=number, lock=True) if number == start else transaction.hot.read_item(id=number)
                    if item is not None and (number in (start, top) or item.id == above[start]):
                        assert transaction.hot.write_advance(*next_advance(item))

    with store.snapshot() as reading:
        rows = [reading.hot.read_item(id=leaf) for leaf in leaves]
        above = {row.id: row.parent_id for row in rows if row}
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(live, leaves))
    with store.snapshot() as reading:
        last = reading.hot.read_item(id=top)
    assert last is not None
    assert last.version == 1 + 4 * 6
