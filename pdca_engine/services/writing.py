"""A decision written down: the item's row, its trail line and its messages, guarded by version and number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdca_engine.definition.deciding.given import column_fact
from pdca_engine.definition.deciding.recalling import as_json
from pdca_engine.definition.paper.facts import Decision
from pdca_engine.errors import NotAllowed, Refusal, Refused
from pdca_engine.services.entries import as_pairs, next_entry
from pdca_engine.services.messages import messages_of
from pdca_engine.store.hot import Advance
from pdca_engine.store.rows import ItemRow
from pdca_engine.trail.entry import EntryRow
from pdca_engine.unit import Unit


def refused(refusals: tuple[Refusal, ...]) -> Refused:
    """The error for refusals: "not allowed" where the role is what is missing."""
    kind = NotAllowed if any(one.code == "NOT_YOUR_ROLE" for one in refusals) else Refused
    return kind(refusals)


def advance_entry(unit: Unit, row: ItemRow, decision: Decision, request: str | None = None) -> EntryRow:
    """The trail line of a decision."""
    detail = {
        "for": decision.acting_for,
        "role": decision.role,
        "moved_up": decision.moved_up or None,
        "comment": decision.comment,
        "input": decision.inputs,
        "changes": as_pairs(decision.changes),
        "due_by_rule": decision.due_by_rule or None,
        "phase": decision.phase,
        "final": decision.final,
        "silenced": decision.silenced or None,
        "cycle": decision.cycle,
        "attempt": decision.attempt,
        "version": row.version + 1,
    }
    if decision.kind != "advanced":
        detail = {name: detail[name] for name in VOICED} | {"still": decision.still, "version": row.version}
    return next_entry(
        unit,
        row,
        decision.kind,
        detail,
        transition=decision.transition,
        source=decision.source,
        target=decision.target if decision.kind == "advanced" else None,
        request_key=request,
    )


VOICED = ("for", "role", "moved_up", "comment", "cycle", "attempt")  # what is told of one voice among several


def write_decision(unit: Unit, row: ItemRow, decision: Decision, entry: EntryRow) -> bool:
    """Write the item, its trail line and the messages; False when version or seq have moved."""
    change = change_of(unit, row, decision, entry)
    if decision.kind == "advanced":
        return unit.hot.write_advance(*change)
    return unit.hot.write_entry(row.id, row.seq, entry, columns=change.columns, messages=change.messages)


def change_of(unit: Unit, row: ItemRow, decision: Decision, entry: EntryRow) -> Advance:
    """What a decision writes: the columns that change, the trail line, the messages."""
    new: dict[str, Any] = {
        "state": decision.target,
        "state_since": row.state_since if decision.source == decision.target else unit.now,
        "phase": decision.phase,
        "final": decision.final,
        "cycle": decision.cycle,
        "attempt": decision.attempt,
        "closed_at": decision.closed_at,
        "silenced": decision.silenced,
        "recall": as_json(decision.recall),
        **record_columns(decision.columns),
    }
    if decision.fields:
        new["fields"] = {**row.fields, **decision.fields}
    columns = {name: value for name, value in new.items() if value != getattr(row, name)}
    return Advance(row.id, row.version, row.seq, columns, entry, messages_of(unit, row, decision))


RELATION_COLUMNS = {
    "owner": "owner_id",
    "proposer": "proposer_id",
    "checker": "checker_id",
    "process": "process_id",
    "service": "service_id",
}


def record_columns(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Common columns by the names and types of the record."""
    values = {RELATION_COLUMNS.get(name, name): column_fact(name, value) for name, value in columns.items()}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
