"""The canonical text and the hash chain."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdca_engine.trail.canonical import entry_text, plain
from pdca_engine.trail.chain import GENESIS, entry_hash, verify_chain
from pdca_engine.trail.entry import EntryRow, differing_columns, seal

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
    max_leaves=12,
)


def trail(length: int, item: int = 7) -> list[EntryRow]:
    entries: list[EntryRow] = []
    for seq in range(1, length + 1):
        head = entries[-1].hash if entries else GENESIS
        entries.append(seal(head, item, seq, NOON, "commented", 3, detail={"comment": f"第 {seq} 条", "share": 0.1}))
    return entries


def links(entries: list[EntryRow]) -> list[tuple[int, str, bytes]]:
    return [(entry.seq, entry.text, entry.hash) for entry in entries]


@given(VALUES)
def test_the_text_is_what_the_standard_library_would_write(value: Any) -> None:
    text = entry_text({"value": value})
    assert text == json.dumps({"value": value}, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    assert text.isascii()
    assert json.loads(text) == {"value": value}


def test_fractions_moments_and_days_are_strings() -> None:
    shanghai = timezone(timedelta(hours=8))
    data = {
        "b": [0.1, Decimal("1.50"), 1, True, None],
        "a": datetime(2026, 1, 31, 8, tzinfo=shanghai),
        "day": date(2026, 1, 31),
        "set": frozenset({2, 1}),
        "pair": (1.5, {"x": 2.5}),
    }
    expected = '{"a":"2026-01-31T00:00:00.000000Z","b":["0.1","1.50",1,true,null],'
    expected += '"day":"2026-01-31","pair":["1.5",{"x":"2.5"}],"set":[1,2]}'
    assert entry_text(data) == expected
    assert entry_text(json.loads(expected)) == expected
    assert plain(plain(data)) == plain(data)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        seal(GENESIS, 1, 1, NOON.replace(tzinfo=None), "created", 3)


def test_beyond_ascii_is_escaped_as_json_has_it() -> None:
    assert entry_text({"键": "é😀\x7f\u2028"}) == '{"\\u952e":"\\u00e9\\ud83d\\ude00\\u007f\\u2028"}'


@pytest.mark.parametrize("value", [object(), "\ud800", 2**70, b"bytes"])
def test_what_json_has_not_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="no canonical text"):
        entry_text({"value": value})


def test_a_hash_covers_the_one_before() -> None:
    assert entry_hash(GENESIS, "{}") == sha256(bytes(32) + b"{}").digest()
    first, second = trail(2)
    assert second.hash == sha256(first.hash + second.text.encode()).digest()


def test_a_sound_trail_verifies() -> None:
    entries = trail(5)
    assert verify_chain(links(entries), entries[-1].hash, 5, item_id=7) is None
    assert verify_chain([], GENESIS, 0, item_id=7) is None


def test_any_changed_byte_is_found() -> None:
    entries = links(trail(2))
    for place in range(len(entries[0][1])):
        text = entries[0][1]
        forged = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
        assert verify_chain([(1, forged, entries[0][2]), entries[1]], entries[1][2], 2, item_id=7) is not None


@pytest.mark.parametrize(
    ("case", "seq", "code"),
    [
        ("deleted", 2, "gap"),
        ("renumbered", 2, "other_seq"),
        ("swapped", 2, "gap"),
        ("inserted", 3, "hash"),
        ("rehashed", 3, "hash"),
        ("cut", 4, "cut"),
        ("emptied", 1, "cut"),
        ("longer", 5, "cut"),
        ("last rewritten", 4, "cut"),
        ("of another item", 2, "other_item"),
        ("no json", 2, "unreadable"),
    ],
)
def test_the_first_broken_entry_is_named(case: str, seq: int, code: str) -> None:
    entries = trail(4)
    one, two, three, four = links(entries)
    rewritten = seal(entries[0].hash, 7, 2, NOON, "commented", 3, detail={"comment": "forged"})
    last = seal(entries[2].hash, 7, 4, NOON, "commented", 3, detail={"comment": "forged"})
    foreign = seal(entries[0].hash, 8, 2, NOON, "commented", 3)
    fifth = seal(entries[3].hash, 7, 5, NOON, "commented", 3)
    cases: dict[str, list[tuple[int, str, bytes]]] = {
        "deleted": [one, three, four],
        "renumbered": [one, (2, *three[1:]), (3, *four[1:])],
        "swapped": [one, three, two, four],
        "inserted": [one, two, (3, three[1].replace("3 ", "x "), three[2]), four],
        "rehashed": [one, links([rewritten])[0], three, four],
        "cut": [one, two, three],
        "emptied": [],
        "longer": [one, two, three, four, *links([fifth])],
        "last rewritten": [one, two, three, links([last])[0]],
        "of another item": [one, *links([foreign]), three, four],
        "no json": [one, (2, "[]", two[2]), three, four],
    }
    broken = verify_chain(cases[case], four[2], 4, item_id=7)
    assert broken is not None
    assert (broken.seq, broken.code) == (seq, code)
    assert broken.en != broken.zh


def test_readable_columns_are_compared_with_the_text() -> None:
    (entry,) = trail(1)
    assert differing_columns(entry) == ()
    forged = entry._replace(person_id=4, at=NOON + timedelta(microseconds=1), target="closed", request_key="k")
    assert differing_columns(forged) == ("at", "person", "to", "request")


def test_no_name_stands_in_an_entry() -> None:
    entry = seal(GENESIS, 1, 1, NOON, "created", 3, target="draft", detail={"role": "owner"})
    assert json.loads(entry.text) == {
        "item": 1,
        "seq": 1,
        "at": "2026-03-02T12:00:00.000000Z",
        "kind": "created",
        "person": 3,
        "transition": None,
        "from": None,
        "to": "draft",
        "request": None,
        "detail": {"role": "owner"},
    }
