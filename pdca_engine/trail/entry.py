"""One line of a trail: what its text says, its seal, and whether the readable columns still say the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson

from pdca_engine.records.base import moment_text
from pdca_engine.trail.canonical import entry_text
from pdca_engine.trail.chain import entry_hash

NOTHING: Mapping[str, Any] = MappingProxyType({})


class EntryRow(NamedTuple):
    """A row of `entry`, without its number. `text` is what counts; the readable columns repeat it."""

    item_id: int
    seq: int
    at: datetime
    kind: str
    person_id: int | None
    transition: str | None
    source: str | None
    target: str | None
    request_key: str | None
    text: str
    hash: bytes


def seal(
    head: bytes,
    item_id: int,
    seq: int,
    at: datetime,
    kind: str,
    person_id: int | None,
    *,
    transition: str | None = None,
    source: str | None = None,
    target: str | None = None,
    request_key: str | None = None,
    detail: Mapping[str, Any] = NOTHING,
) -> EntryRow:
    """The entry that follows `head` (32 bytes; GENESIS before the first) as number `seq` of the item's trail, hashed.

    `detail` is what else the entry says (role, comment, changes …), under "detail" in the text. No names of persons belong in it.
    """
    said = {
        "item": item_id,
        "seq": seq,
        "at": moment_text(at),
        "kind": kind,
        "person": person_id,
        "transition": transition,
        "from": source,
        "to": target,
        "request": request_key,
        "detail": detail,
    }
    text = entry_text(said)
    return EntryRow(item_id, seq, at, kind, person_id, transition, source, target, request_key, text, entry_hash(head, text))


def differing_columns(entry: EntryRow) -> tuple[str, ...]:
    """The readable columns that say something else than the text; empty when all agree."""
    said = orjson.loads(entry.text)
    shown = {
        "item": entry.item_id,
        "seq": entry.seq,
        "at": moment_text(entry.at),
        "kind": entry.kind,
        "person": entry.person_id,
        "transition": entry.transition,
        "from": entry.source,
        "to": entry.target,
        "request": entry.request_key,
    }
    return tuple(name for name, value in shown.items() if said.get(name) != value)
