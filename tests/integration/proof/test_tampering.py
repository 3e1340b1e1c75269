"""Somebody with the rights of the database's owner drops the triggers and changes the trail: verification names the first broken entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from pdca_engine.services.items import comment_item
from pdca_engine.services.verify import FirstBroken, verify_trail
from pdca_engine.store.triggers import POSTGRESQL, SQLITE
from pdca_engine.trail.chain import GENESIS, entry_hash
from tests.support.company import Company

AN_HOUR = timedelta(hours=1)


class Undo(Exception):
    """Raised to undo what was tampered with."""


@dataclass(frozen=True)
class Attacker:
    """One item's trail in the hands of somebody who may do anything with the database. The item has six entries and neighbours."""

    connection: Connection
    key: str
    item: int

    def run(self, statement: str, **values: Any) -> None:
        """Any statement; `:item` is the item's number."""
        self.connection.execute(text(statement), {"item": self.item, **values} if ":item" in statement else values)

    def change(self, place: int, /, **columns: Any) -> None:
        """Other values in the columns of the entry with that seq."""
        setting = ", ".join(f"{name} = :new_{name}" for name in columns)
        values = {f"new_{name}": value for name, value in columns.items()}
        self.run(f"UPDATE entry SET {setting} WHERE item_id = :item AND seq = :place", place=place, **values)

    def entry(self, seq: int) -> Any:
        """An entry as it is."""
        query = text("SELECT * FROM entry WHERE item_id = :item AND seq = :seq")
        return self.connection.execute(query, {"item": self.item, "seq": seq}).one()

    def hash_before(self, seq: int) -> bytes:
        """What the hash of that entry covers."""
        return bytes(self.entry(seq - 1).hash) if seq > 1 else GENESIS


@pytest.fixture
def key(company: Company) -> str:
    """An approved improvement with two comments: six entries, in the midst of others."""
    company.propose("Before")
    key = company.approved()
    for words in ("well done", "go on"):
        with company.app.unit(company.bo) as unit:
            comment_item(unit, key, words)
    company.edit(company.ana, key, way_back="the old rota")
    company.propose("After")
    assert company.item(key).seq == 6
    return key


@contextmanager
def attacked(company: Company, key: str) -> Iterator[tuple[Attacker, Callable[[], FirstBroken | None]]]:
    """The attacker, and a look at what verification then says; all is undone afterwards."""
    item = company.item(key).id
    with pytest.raises(Undo), company.app.unit(engine=True) as unit:
        connection = unit.session.connection()
        for name in SQLITE if company.app.store.dialect == "sqlite" else POSTGRESQL:
            connection.execute(text(f"DROP TRIGGER {name}" + ("" if company.app.store.dialect == "sqlite" else " ON entry")))
        yield Attacker(connection, key, item), lambda: verify_trail(unit).first_broken
        raise Undo


def place(broken: FirstBroken | None) -> tuple[str, int, str]:
    """What was named."""
    assert broken is not None, "it was not found"
    assert broken.en and broken.zh
    return broken.item, broken.seq, broken.code


def test_any_one_byte_of_any_text(company: Company, key: str) -> None:
    with attacked(company, key) as (attacker, verified):
        assert verified() is None
        for seq in (1, 3, 6):
            said = attacker.entry(seq).text
            for at in range(0, len(said), 7):
                other = "x" if said[at] != "x" else "y"
                attacker.change(seq, text=said[:at] + other + said[at + 1 :])
                assert place(verified())[:2] == (key, seq), said[at : at + 20]
            attacker.change(seq, text=said)
        assert verified() is None


@pytest.mark.parametrize(
    ("seq", "column", "value", "code"),
    [
        (3, "kind", "refused", "columns"),
        (3, "person_id", 1, "columns"),
        (3, "person_id", None, "columns"),
        (3, "transition", "reject", "columns"),
        (3, "source", "draft", "columns"),
        (3, "target", "rejected", "columns"),
        (4, "request_key", "1:k", "columns"),
        (2, "hash", bytes(32), "hash"),
        (5, "seq", 50, "gap"),
        (1, "seq", 0, "gap"),
    ],
)
def test_any_readable_column(company: Company, key: str, seq: int, column: str, value: Any, code: str) -> None:
    with attacked(company, key) as (attacker, verified):
        attacker.change(seq, **{column: value})
        found = place(verified())
        assert found == (key, seq, code)


def test_the_moment_of_an_entry(company: Company, key: str) -> None:
    with attacked(company, key) as (attacker, verified):
        earlier = "UPDATE entry SET at = (SELECT created_at FROM item ORDER BY id LIMIT 1) WHERE item_id = :item AND seq = 6"
        company.clock.forward(AN_HOUR)
        attacker.run(earlier)
        attacker.run("UPDATE entry SET at = :at WHERE item_id = :item AND seq = 6", at=_other(attacker.entry(6).at))
        assert place(verified()) == (key, 6, "columns")


def _other(at: Any) -> Any:
    """A moment in another year, as the column holds it."""
    return at.replace("2026", "2025") if isinstance(at, str) else at - AN_HOUR


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "'planned'"),
        ("phase", "'act'"),
        ("final", "'achieved'"),
        ("cycle", "2"),
        ("attempt", "2"),
        ("version", "version + 1"),
        ("owner_id", "proposer_id"),
        ("proposer_id", "NULL"),
        ("checker_id", "proposer_id"),
        ("title", "'Restore slower'"),
        ("description", "''"),
        ("priority", "'low'"),
        ("source", "'idea'"),
        ("process_id", "NULL"),
        ("tags", "'[\"x\"]'"),
        ("fields", "replace(fields, '2026-09-30', '2027-09-30')"),
        ("fields", "'{}'"),
        ("recall", "replace(recall, 'submit', 'submix')"),
        ("recall", "'{}'"),
        ("created_at", "state_since"),
        ("closed_at", "created_at"),
    ],
)
def test_the_items_row(company: Company, key: str, column: str, value: str) -> None:
    if column == "created_at":
        company.clock.forward(AN_HOUR)
        company.do(company.cui, key, "hold", "no people", given={"resume_on": "2026-05-01"})
    with attacked(company, key) as (attacker, verified):
        attacker.run(f"UPDATE item SET {column} = {value} WHERE id = :item")
        broken = verified()
        assert place(broken) == (key, company.item(key).seq, "row")
        assert broken is not None and column.removesuffix("_id") in broken.en


def test_the_head_and_the_count_of_the_row(company: Company, key: str) -> None:
    with attacked(company, key) as (attacker, verified):
        attacker.run("UPDATE item SET head = :head WHERE id = :item", head=bytes(32))
        assert place(verified()) == (key, 6, "cut")
    for seq, named in ((5, 6), (7, 7)):
        with attacked(company, key) as (attacker, verified):
            attacker.run("UPDATE item SET seq = :seq WHERE id = :item", seq=seq)
            assert place(verified()) == (key, named, "cut")


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_an_entry_deleted(company: Company, key: str, seq: int) -> None:
    with attacked(company, key) as (attacker, verified):
        attacker.run("DELETE FROM entry WHERE item_id = :item AND seq = :seq", seq=seq)
        assert place(verified()) == (key, seq, "gap")
        for later in range(seq + 1, 7):  # and the others numbered anew
            attacker.change(later, seq=later - 1)
        assert place(verified()) == (key, seq, "other_seq")


def test_the_tail_cut_off(company: Company, key: str) -> None:
    with attacked(company, key) as (attacker, verified):
        attacker.run("DELETE FROM entry WHERE item_id = :item AND seq = 6")
        assert place(verified()) == (key, 6, "cut")
        attacker.run("UPDATE item SET seq = 5 WHERE id = :item")
        assert place(verified()) == (key, 5, "cut")
        attacker.run("UPDATE item SET head = :head WHERE id = :item", head=bytes(attacker.entry(5).hash))
        assert place(verified()) == (key, 5, "row")  # what was told is gone, what it did is still there


def test_an_entry_put_in(company: Company, key: str) -> None:
    with attacked(company, key) as (attacker, verified):
        last = attacker.entry(6)
        said = last.text.replace('"seq":6', '"seq":7')
        columns = "item_id, at, kind, person_id, transition, source, target"
        attacker.run(
            f"INSERT INTO entry ({columns}, seq, text, hash) SELECT {columns}, 7, :text, :hash FROM entry WHERE id = :id",
            text=said,
            hash=entry_hash(bytes(last.hash), said),
            id=last.id,
        )
        assert place(verified()) == (key, 7, "cut")
        for seq in range(7, 3, -1):  # or in the midst of them
            attacker.change(seq, seq=seq + 1)
        attacker.change(8, seq=4)
        assert place(verified())[:2] == (key, 4)


def test_two_entries_swapped(company: Company, key: str) -> None:
    with attacked(company, key) as (attacker, verified):
        for old, new in ((4, 40), (5, 4), (40, 5)):
            attacker.change(old, seq=new)
        assert place(verified()) == (key, 4, "other_seq")


def test_an_entry_of_another_item(company: Company, key: str) -> None:
    with attacked(company, key) as (attacker, verified):
        other = "SELECT id FROM item WHERE id < :item ORDER BY id DESC LIMIT 1"
        attacker.run(f"UPDATE entry SET item_id = ({other}), seq = 2 WHERE item_id = :item AND seq = 6")
        assert place(verified())[1:] == (2, "other_seq")
        attacker.run(
            f"UPDATE entry SET text = replace(text, :old, :new) WHERE item_id = ({other}) AND seq = 2", old='"seq":6', new='"seq":2'
        )
        assert place(verified())[1:] == (2, "other_item")


@pytest.mark.parametrize("seq", [1, 4, 6])
def test_one_entry_rewritten_with_a_hash_that_fits(company: Company, key: str, seq: int) -> None:
    with attacked(company, key) as (attacker, verified):
        said = attacker.entry(seq).text.replace("2026-03-02", "2026-03-01")
        attacker.change(seq, text=said, hash=entry_hash(attacker.hash_before(seq), said))
        assert place(verified()) == ((key, seq + 1, "hash") if seq < 6 else (key, 6, "cut"))


def test_an_item_removed_and_its_entries_left(company: Company, key: str) -> None:
    with attacked(company, key) as (attacker, verified):
        if company.app.store.dialect == "sqlite":
            attacker.run("PRAGMA defer_foreign_keys = ON")
        else:
            attacker.run("ALTER TABLE entry DROP CONSTRAINT fk_entry_item_id_item")
        for table in ("schedule", "message", "baseline"):
            attacker.run(f"DELETE FROM {table} WHERE item_id = :item")
        attacker.run("DELETE FROM item WHERE id = :item")
        assert place(verified()) == (f"#{attacker.item}", 0, "removed")


def test_a_row_that_cannot_even_be_read(company: Company, key: str) -> None:
    with attacked(company, key) as (attacker, verified):
        attacker.run("UPDATE item SET fields = '{' WHERE id = :item")
        assert place(verified()) == (f"#{attacker.item}", 0, "unreadable")


def test_the_first_of_several_breaks_is_named(company: Company, key: str) -> None:
    with attacked(company, key) as (attacker, verified):
        attacker.run("UPDATE item SET state = 'closed' WHERE id > :item")
        attacker.change(5, kind="refused")
        attacker.change(4, kind="refused")
        assert place(verified()) == (key, 4, "columns")


def test_what_only_something_outside_the_database_can_find(company: Company, key: str) -> None:
    """Said honestly in docs/explanation/what-cannot-be-lost.md: signed checkpoints will find these."""
    with attacked(company, key) as (attacker, verified):
        said = attacker.entry(5).text.replace("go on", "stop!")
        attacker.change(5, text=said)
        for seq in (5, 6):  # everything after it hashed anew, the row's head too
            attacker.change(seq, hash=entry_hash(attacker.hash_before(seq), attacker.entry(seq).text))
        attacker.run("UPDATE item SET head = :head WHERE id = :item", head=bytes(attacker.entry(6).hash))
        assert verified() is None
        for table in ("schedule", "message", "baseline", "entry"):
            attacker.run(f"DELETE FROM {table} WHERE item_id = :item")
        attacker.run("DELETE FROM item WHERE id = :item")
        assert verified() is None
