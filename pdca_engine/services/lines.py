"""Lines of the trail beside advances: refused attempts, comments, evidence, links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdca_engine.definition.paper.facts import Command
from pdca_engine.errors import Conflict, Refusal
from pdca_engine.services.entries import next_entry
from pdca_engine.store.rows import ItemRow
from pdca_engine.unit import Unit

TRIES = 50  # only lines of the same item's trail compete


def add_line(
    unit: Unit, row: ItemRow, kind: str, detail: Mapping[str, Any], *, transition: str | None = None, request_key: str | None = None
) -> int:
    """Add one line to the item's trail without changing the item; its number. Looks again when another line comes in between."""
    for _ in range(TRIES):
        entry = next_entry(unit, row, kind, detail, transition=transition, source=row.state, request_key=request_key)
        if unit.hot.write_entry(row.id, row.seq, entry):
            return row.seq + 1
        row = unit.hot.read_item(id=row.id) or row
    raise Conflict(key=row.key, seen=row.version, version=row.version, state=row.state, fields={})


def note_refused(unit: Unit, item_id: int, command: Command, refusals: tuple[Refusal, ...]) -> None:
    """Keep the refused attempt in the trail, although everything else of this unit is undone."""
    about = [_about(one) for one in refusals]
    detail = {"for": command.acting_for, "refusals": [one.code for one in refusals], "about": about if any(about) else None}
    if command.decline:
        detail["decline"] = True

    def keep(later: Unit) -> None:
        row = later.hot.read_item(id=item_id)
        if row is not None:
            add_line(later, row, "refused", detail, transition=command.transition[:60])

    unit.afterwards(keep)


def _about(refusal: Refusal) -> str | None:
    """The condition or field a refusal is about; a name nobody knows stays out of the trail, as it may be anything."""
    condition: str | None = refusal.params.get("condition")
    return condition or (None if refusal.code == "UNKNOWN_FIELD" else refusal.field)
