"""Lines for the trail. Beside what `trail.entry.seal` writes, `detail` says by kind:

created: key, workflow, workflow_version, phase, parent, changes, version
agreed, declined: role, for, moved_up, comment, still, cycle, attempt, version (a voice where several must say yes; the item stays)
advanced: role, for, moved_up, comment, input, changes, due_by_rule, phase, final, silenced, cycle, attempt, version
edited, assigned: changes, comment, ended [transitions whose round of yeses it ended], version
refused: for, refusals [codes], about [beside each code its field, or its condition as the workflow writes it, or null]
migrated: event (workflow_event), workflow_version [old, new], comment, phase, changes, dropped [field names], recall {name: [old, new]},
  timers {stopped, started: {name: [due instant, nominal]}}, version
commented: comment · evidence: evidence {…} · linked: link {…}

`changes` is {name: [old, new]}, as JSON values. Persons are numbers: no name stands in the trail, so a person can be erased and every
hash stays right.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from pdca_engine.errors import RequestKeyReused
from pdca_engine.store.rows import ItemRow
from pdca_engine.trail.entry import EntryRow, seal
from pdca_engine.unit import Unit

ADVANCES = ("advanced", "agreed", "declined")  # what a request to advance may have come to


def next_entry(
    unit: Unit,
    row: ItemRow,
    kind: str,
    detail: Mapping[str, Any],
    *,
    transition: str | None = None,
    source: str | None = None,
    target: str | None = None,
    request_key: str | None = None,
) -> EntryRow:
    """The line that follows the item's last one. Empty details are left out."""
    said = {name: value for name, value in detail.items() if value or value in (False, "")}
    return seal(
        row.head,
        row.id,
        row.seq + 1,
        unit.now,
        kind,
        acting_person(unit),
        transition=transition,
        source=source,
        target=target,
        request_key=request_key,
        detail=said,
    )


def acting_person(unit: Unit) -> int | None:
    """Who is written down as acting; None is the engine itself."""
    return None if unit.engine else unit.person


def detail_of(entry: EntryRow) -> dict[str, Any]:
    """What a line's text says beside its columns."""
    detail: dict[str, Any] = orjson.loads(entry.text)["detail"]
    return detail


def request_key_of(unit: Unit, key: str | None) -> str | None:
    """A request key as it is kept: with the person in front, so that nobody can use up another's."""
    return f"{acting_person(unit) or 'engine'}:{key}"[:200] if key else None


def first_line(unit: Unit, request: str | None, kind: str, key: str | None = None) -> EntryRow | None:
    """The line of that kind that the same request (see `request_key_of`) wrote the first time, on the item `key` where it names one.

    For an advance, that may be one voice for it.     RequestKeyReused when the key was used for something else.
    """
    first = unit.hot.find_request(request) if request is not None else None
    if first is None:
        return None
    row = unit.hot.read_item(id=first.item_id)
    if first.kind not in (ADVANCES if kind == "advanced" else (kind,)) or (key is not None and (row is None or row.key != key)):
        raise RequestKeyReused(what=f"{row.key if row else first.item_id} {first.transition or first.kind}")
    return first


def as_pairs(changes: Mapping[str, tuple[Any, Any]]) -> dict[str, list[Any]]:
    """Changes as a line keeps them."""
    return {name: list(pair) for name, pair in changes.items()}
