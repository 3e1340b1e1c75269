"""The hash chain of one item's trail: each entry's hash covers the one before, so no entry can change alone (storage.md, trail 1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

GENESIS = bytes(32)
"""What the first entry's hash follows."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where a chain does not hold: entry number `seq`, a code, and a sentence in both languages."""

    seq: int
    code: str  # gap | unreadable | other_item | other_seq | hash | cut
    en: str
    zh: str


def entry_hash(previous: bytes, text: str) -> bytes:
    """SHA-256 over the previous hash (32 bytes) followed by the entry's canonical text: 32 bytes."""
    return sha256(previous + text.encode()).digest()


def verify_chain(
    entries: Iterable[tuple[int, str, bytes]], head: bytes | None = None, seq: int | None = None, *, item_id: int | None = None
) -> Broken | None:
    """The first entry of one trail that is not as it was written, or None when all is well.

    `entries` are (seq, text, hash) in order of seq, from 1. `head` and `seq` are what the item's row says of its last entry, `item_id`
    whose trail it is; what is None is not compared.
    """
    last, number = GENESIS, 0
    for number, (found, text, digest) in enumerate(entries, start=1):
        broken = _entry_fault(number, found, text, item_id)
        if broken:
            return broken
        last = entry_hash(last, text)
        if last != digest:
            return _wrong_hash(number)
    return _cut(number, last, head, seq)


def _entry_fault(number: int, found: int, text: str, item_id: int | None) -> Broken | None:
    """A gap in the numbers, or a text that speaks of another entry."""
    if found != number:
        en = f"Entry {number} is missing; the next one is {found}."
        return Broken(number, "gap", en, f"缺少第 {number} 条记录；下一条为第 {found} 条。")
    said = _read(text)
    if said is None:
        return Broken(number, "unreadable", f"The text of entry {number} can't be read.", f"第 {number} 条记录的文本无法读取。")
    if said.get("seq") != number:
        en = f"The text of entry {number} says it is number {said.get('seq')}."
        return Broken(number, "other_seq", en, f"第 {number} 条记录的文本自称第 {said.get('seq')} 条。")
    if item_id is not None and said.get("item") != item_id:
        en = f"The text of entry {number} says it belongs to item number {said.get('item')}."
        return Broken(number, "other_item", en, f"第 {number} 条记录的文本自称属于编号为 {said.get('item')} 的事项。")
    return None


def _read(text: str) -> dict[str, Any] | None:
    """The text as data; None when it is no JSON object."""
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return said if isinstance(said, dict) else None


def _wrong_hash(number: int) -> Broken:
    en = f"Entry {number} was changed, or an entry before it was replaced: its hash does not match."
    return Broken(number, "hash", en, f"第 {number} 条记录或其之前的记录被更改：哈希不符。")


def _cut(number: int, last: bytes, head: bytes | None, seq: int | None) -> Broken | None:
    """The row knows of more entries than there are, of fewer, or of another last one."""
    if seq is not None and seq != number:
        en = f"The trail ends at entry {number}, but the item's row says there are {seq}."
        return Broken(min(number, seq) + 1, "cut", en, f"轨迹止于第 {number} 条，但事项行显示共有 {seq} 条。")
    if head is not None and head != last:
        en = f"Entry {number} is not the last entry the item's row knows."
        return Broken(number, "cut", en, f"第 {number} 条并非事项行所记录的最后一条。")
    return None
