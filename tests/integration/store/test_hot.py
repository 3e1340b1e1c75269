"""The hot path: what is read is what was written, guards hold, keys and numbers are given once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from pdca_engine.records.items import Entry, Evidence, Item, Link
from pdca_engine.records.schedules import Message
from pdca_engine.store.engine import Store
from pdca_engine.store.hot import RequestKeyTaken
from pdca_engine.store.rows import ItemRow, MessageRow
from pdca_engine.trail.chain import verify_chain
from tests.support.items import ANNA, BORIS, NOON, add_items, found_organisation, item_columns, next_advance, next_entry


@pytest.fixture(autouse=True)
def organisation(store: Store) -> Iterator[None]:
    found_organisation(store)
    yield


def read(store: Store, number: int) -> ItemRow:
    with store.snapshot() as transaction:
        found = transaction.hot.read_item(id=number, children=True, evidence=True, links=True)
    assert found is not None
    return found


def message(key: str, item: int | None = None) -> MessageRow:
    return MessageRow(key, "notify", BORIS, item, {"zh": "待办", "n": 1.5, "quote": 'a"b\\c'}, NOON)


def test_an_item_comes_back_as_it_was_given(store: Store) -> None:
    given = {
        "title": "Weniger Störungen 减少中断 😀 % %s ? '\"",
        "due": date(2026, 12, 31),
        "requirements": ["10.2"],
        "tags": ["a", "字"],
        "fields": {"target": 0.5, "root_cause": "原因", "days": [1, 2]},
        "recall": {"held": {"owner": [1, 2]}},
        "silenced": True,
        "closed_at": datetime(2026, 4, 1, 23, 59, 59, 123456, tzinfo=UTC),
        "process_id": "incident",
        "import_key": "x" * 64,
    }
    with store.transaction() as transaction:
        (number,) = add_items(transaction, 1, **given)
    found = read(store, number)
    assert found._asdict() == {
        **item_columns(number, found.head, **given),
        "directory": 0,
        "children": (),
        "evidence": (),
        "links": (),
    }
    assert found.created_at.tzinfo is UTC
    assert type(found.silenced) is bool
    with store.snapshot() as transaction:
        assert transaction.hot.read_item(key=found.key) == found
        assert transaction.hot.read_item(key="IMP-0") is None


def test_children_evidence_and_links_come_with_the_item(store: Store) -> None:
    with store.transaction() as transaction:
        (parent,) = add_items(transaction, 1)
        first, second = add_items(
            transaction, 2, parent_id=parent, due=date(2026, 5, 1), fields={"x": "值"}, recall={"held": {"owner": [2]}}
        )
        piece = {"title": "Log", "dated": date(2026, 2, 28), "added_at": NOON}
        session = transaction.session
        session.add_all([Evidence(item_id=second, kind="log", **piece), Evidence(item_id=second, superseded=True, **piece)])
        session.add_all(
            [Evidence(item_id=parent, kind="report", **piece), Link(item_id=parent, to_item_id=first, kind="causes", added_at=NOON)]
        )
        seen = transaction.hot.read_item(id=parent, children=True, evidence=True, links=True)
    found = read(store, parent)
    assert found == seen
    assert [child["id"] for child in found.children] == [first, second]
    assert found.children[1] == {
        "id": second,
        "key": f"IMP-2026-{second:04}",
        "workflow_id": "improvement",
        "state": "draft",
        "final": None,
        "owner_id": ANNA,
        "due": date(2026, 5, 1),
        "fields": {"x": "值"},
        "recall": {"held": {"owner": [2]}},
        "evidence": 1,
    }
    assert [{**piece, "id": 0} for piece in found.evidence] == [{"id": 0, "kind": "report", "dated": date(2026, 2, 28), "added_at": NOON}]
    assert [{**link, "id": 0} for link in found.links] == [{"id": 0, "kind": "causes", "to_item_id": first}]


def test_an_advance_writes_item_entry_and_messages_together(store: Store) -> None:
    with store.transaction() as transaction:
        (number,) = add_items(transaction, 1)
    before = read(store, number)
    columns = {"state": "open", "phase": "do", "state_since": NOON, "fields": {"a": 1}, "recall": {"previous": "draft"}, "due": None}
    entry = next_entry(before, request_key="1:k")
    with store.transaction() as transaction:
        assert transaction.hot.write_advance(number, 1, 1, columns, entry, [message("a", number), message("b"), message("a", number)])
    after = read(store, number)
    assert after == before._replace(**columns, version=2, seq=2, head=entry.hash)
    with store.reading() as session:
        sent = session.scalars(select(Message).order_by(Message.id)).all()
        assert [(one.unique_key, one.item_id, one.attempts, one.sent_at) for one in sent] == [("a", number, 0, None), ("b", None, 0, None)]
        assert sent[0].body == {"zh": "待办", "n": 1.5, "quote": 'a"b\\c'}
        assert sent[0].created_at == NOON
        lines = session.execute(select(Entry.seq, Entry.text, Entry.hash).order_by(Entry.seq))
        assert verify_chain([(*line,) for line in lines], after.head, after.seq, item_id=number) is None
    with store.snapshot() as transaction:
        assert transaction.hot.find_request("1:k") == entry
        assert transaction.hot.find_request("1:other") is None


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
def test_an_advance_tells_as_many_as_need_to_know(store: Store, count: int) -> None:
    with store.transaction() as transaction:
        (number,) = add_items(transaction, 1)
        transaction.hot.insert_messages([message("0")])
    before = read(store, number)
    with store.transaction() as transaction:
        told = [message(str(key), number) for key in range(count)]
        assert transaction.hot.write_advance(number, 1, 1, {"state": "open"}, next_entry(before), told)
        assert not transaction.hot.write_advance(number, 1, 1, {"state": "open"}, next_entry(before), [message("stale")] * count)
    with store.reading() as session:
        found = session.execute(select(Message.unique_key, Message.item_id).order_by(Message.unique_key)).all()
    assert [(*one,) for one in found] == [("0", None), *((str(key), number) for key in range(1, count))]


@pytest.mark.parametrize(("version", "seq"), [(2, 1), (0, 1), (1, 2), (1, 0)])
def test_a_stale_advance_writes_nothing(store: Store, version: int, seq: int) -> None:
    with store.transaction() as transaction:
        (number,) = add_items(transaction, 1)
    before = read(store, number)
    with store.transaction() as transaction:
        assert not transaction.hot.write_advance(number, version, seq, {"state": "open"}, next_entry(before), [message("a")])
    assert read(store, number) == before
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Entry)) == 1
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_an_entry_alone_leaves_the_version_unless_told(store: Store) -> None:
    with store.transaction() as transaction:
        (number,) = add_items(transaction, 1)
    before = read(store, number)
    with store.transaction() as transaction:
        assert transaction.hot.write_entry(number, 1, next_entry(before))
        assert not transaction.hot.write_entry(number, 1, next_entry(before))
    after = read(store, number)
    assert (after.version, after.seq) == (1, 2)
    with store.transaction() as transaction:
        assert transaction.hot.write_entry(number, 2, next_entry(after), bump_version=True, columns={"title": "New"})
    last = read(store, number)
    assert (last.version, last.seq, last.title) == (2, 3, "New")


def test_a_used_request_key_undoes_the_whole_transaction(store: Store) -> None:
    with store.transaction() as transaction:
        first, second = add_items(transaction, 2)
        item = transaction.hot.read_item(id=first)
        assert item is not None
        transaction.hot.write_advance(first, 1, 1, {"state": "open"}, next_entry(item, request_key="1:k"))
    other = read(store, second)
    with pytest.raises(RequestKeyTaken), store.transaction() as transaction:
        transaction.hot.write_advance(second, 1, 1, {"state": "open"}, next_entry(other, request_key="1:k"))
    assert read(store, second) == other


def test_many_advances_at_once_answer_one_by_one(store: Store) -> None:
    with store.transaction() as transaction:
        numbers = add_items(transaction, 5)
    items = [read(store, number) for number in numbers]
    long = "word " * 90
    advances = [
        next_advance(items[0], state="open", title=long, fields={"n": [1]}),
        next_advance(items[1], title="Other", fields={"n": [2]}),
    ]
    advances += [next_advance(items[2]._replace(version=7)), next_advance(items[3], state="done")]
    advances[0] = advances[0]._replace(messages=[message("0")])
    advances[2] = advances[2]._replace(messages=[message("2")])
    with store.transaction() as transaction:
        assert transaction.hot.write_advances(advances) == [True, True, False, True]
    found = [read(store, number) for number in numbers]
    assert [item.version for item in found] == [2, 2, 1, 2, 1]
    assert (found[0].title, found[0].fields, found[0].head) == (long, {"n": [1]}, advances[0].entry.hash)
    assert (found[1].title, found[1].state, found[3].state) == ("Other", "draft", "done")
    with store.reading() as session:
        assert session.scalars(select(Message.unique_key)).all() == ["0"]
        assert session.scalar(select(func.count()).select_from(Entry)) == 8


def test_reserved_numbers_never_meet_those_the_database_gives(store: Store) -> None:
    with store.transaction() as transaction:
        reserved = transaction.hot.reserve_ids("item", 3)
        given = Item(**{name: value for name, value in item_columns(99, b"").items() if name != "id"})
        transaction.session.add(given)
        transaction.session.flush()
        again = transaction.hot.reserve_ids("item", 2)
    assert len({*reserved, given.id, *again}) == 6


def test_a_counter_gives_each_number_once(store: Store) -> None:
    with store.transaction() as transaction:
        assert transaction.hot.next_keys("IMP-2026") == range(1, 2)
        assert transaction.hot.next_keys("IMP-2026", 3) == range(2, 5)
        assert transaction.hot.next_keys("NC-2026") == range(1, 2)
