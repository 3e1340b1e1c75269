"""Reading every trail, and what a person with the file in hand can't hide."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from pdca_engine.store import trail_check
from pdca_engine.store.directory import bump_directory, directory_counter, read_directory
from pdca_engine.store.engine import Store
from pdca_engine.store.trail_check import UnreadableRow, items_removed, iterate_trails
from pdca_engine.trail.chain import verify_chain
from pdca_engine.trail.entry import differing_columns
from tests.support.items import add_items, found_organisation, next_advance


@pytest.fixture(autouse=True)
def organisation(store: Store) -> Iterator[None]:
    found_organisation(store)
    yield


def fill(store: Store, count: int) -> list[int]:
    with store.transaction() as transaction:
        numbers = add_items(transaction, count)
        for number in numbers[::2]:
            item = transaction.hot.read_item(id=number)
            assert item is not None
            transaction.hot.write_advance(*next_advance(item))
    return numbers


def tamper(store: Store, statement: str) -> None:
    """As the owner of the database, who can take the triggers away."""
    with store.transaction() as transaction:
        connection = transaction.session.connection()
        if store.dialect == "sqlite":
            for name in ("entry_no_update", "entry_no_delete"):
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("ALTER TABLE entry DISABLE TRIGGER ALL")
            connection.exec_driver_sql("ALTER TABLE item DISABLE TRIGGER ALL")
        transaction.session.execute(text(statement))


def test_every_trail_comes_whole_and_in_order(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_check, "ITEMS_A_PAGE", 3)
    numbers = fill(store, 8)
    with store.reading() as session:
        found = list(iterate_trails(session))
    assert [item.id for item, _ in found] == numbers
    for item, trail in found:
        assert [entry.seq for entry in trail] == list(range(1, item.seq + 1))
        assert verify_chain([(entry.seq, entry.text, entry.hash) for entry in trail], item.head, item.seq, item_id=item.id) is None
        assert [differing_columns(entry) for entry in trail] == [()] * item.seq


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE entry SET text = replace(text, 'draft', 'drafty') WHERE item_id = {item} AND seq = 1", "hash"),
        ("DELETE FROM entry WHERE item_id = {item} AND seq = 1", "gap"),
        ("DELETE FROM entry WHERE item_id = {item} AND seq = 2", "cut"),
    ],
)
def test_a_changed_trail_is_found(store: Store, change: str, code: str) -> None:
    item = fill(store, 3)[0]
    tamper(store, change.format(item=item))
    with store.reading() as session:
        row, trail = next(iter(iterate_trails(session)))
    broken = verify_chain([(entry.seq, entry.text, entry.hash) for entry in trail], row.head, row.seq, item_id=row.id)
    assert broken is not None
    assert broken.code == code


def test_a_row_that_cannot_be_read_is_named(store: Store) -> None:
    numbers = fill(store, 4)
    tamper(store, f"UPDATE item SET fields = '{{' WHERE id = {numbers[2]}")
    with store.reading() as session, pytest.raises(UnreadableRow) as found:
        list(iterate_trails(session))
    assert (found.value.item_id, found.value.seq) == (numbers[2], 0)


@pytest.mark.parametrize("value", ["'2026-13-45'", "CAST(x'ff' AS TEXT)"])
def test_an_entry_that_cannot_be_read_is_named(store: Store, value: str) -> None:
    if store.dialect != "sqlite":
        pytest.skip("PostgreSQL takes no such value")
    numbers = fill(store, 4)
    tamper(store, f"UPDATE entry SET at = {value} WHERE item_id = {numbers[2]} AND seq = 2")
    with store.reading() as session, pytest.raises(UnreadableRow) as found:
        list(iterate_trails(session))
    assert (found.value.item_id, found.value.seq) == (numbers[2], 2)


def test_an_item_that_was_removed_leaves_its_entries(store: Store) -> None:
    numbers = fill(store, 3)
    with store.rebuilding() as connection:
        if store.dialect == "postgresql":
            connection.exec_driver_sql("ALTER TABLE item DISABLE TRIGGER ALL")
        connection.exec_driver_sql(f"DELETE FROM item WHERE id = {numbers[1]}")
    with store.reading() as session:
        assert items_removed(session) == [numbers[1]]
        assert [item.id for item, _ in iterate_trails(session)] == [numbers[0], numbers[2]]


def test_the_directory_tells_when_it_is_out_of_date(store: Store) -> None:
    with store.reading() as session:
        before = read_directory(session)
    assert before.counter == 0
    assert [person.name for person in before.persons] == ["Anna", "Boris"]
    assert [one.id for one in before.processes] == ["incident"]
    with store.transaction() as transaction:
        assert bump_directory(transaction) == 1
        (number,) = add_items(transaction, 1)
    with store.snapshot() as reading:
        assert directory_counter(reading.session) == 1
        item = reading.hot.read_item(id=number)
        assert item is not None
        assert item.directory == 1
