"""Advance many items in one transaction: what only changes its own item is written together, everything else one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.paper.facts import Command, Decision
from pdca_engine.errors import PdcaError
from pdca_engine.services.advance import Advanced, advance_item, decided, find_row, needs_lock, refuse_stale, repeated
from pdca_engine.services.consequences import bring_about
from pdca_engine.services.entries import first_line, request_key_of
from pdca_engine.services.writing import advance_entry, change_of
from pdca_engine.store.hot import Advance
from pdca_engine.store.rows import ItemRow
from pdca_engine.unit import Unit


@dataclass(frozen=True, slots=True)
class Move:
    """One advance among many."""

    key: str
    transition: str
    values: Mapping[str, Any] | None = None
    comment: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one move: either it advanced, or the error that says why not."""

    key: str
    advanced: Advanced | None
    error: PdcaError | None


@dataclass(frozen=True, slots=True)
class Planned:
    """A decision that touches nothing but its own item, ready to be written with others."""

    compiled: Compiled
    row: ItemRow
    decision: Decision
    change: Advance


def advance_many(unit: Unit, moves: Sequence[Move], request_key: str | None = None) -> list[Outcome]:
    """Fire many transitions in one transaction, each for itself: one that is refused leaves the others alone.

    The outcomes in the order of the moves. Several moves of one item are done in their order.
    """
    requests = [f"{request_key}/{number}" if request_key else None for number in range(len(moves))]
    often = Counter(move.key for move in moves)
    outcomes: dict[int, Outcome] = {}
    planned: dict[int, Planned] = {}
    for number, move in enumerate(moves):
        if often[move.key] == 1:
            _plan(unit, number, move, requests[number], outcomes, planned)
    _write(unit, planned, outcomes)
    for number, move in enumerate(moves):
        if number not in outcomes:
            outcomes[number] = _alone(unit, move, requests[number])
    return [outcomes[number] for number in range(len(moves))]


def _plan(unit: Unit, number: int, move: Move, request: str | None, outcomes: dict[int, Outcome], planned: dict[int, Planned]) -> None:
    """Decide a move: refused, repeated, or planned to be written with the others. Nothing of these: it is done alone."""
    try:
        kept = request_key_of(unit, request)
        if (first := first_line(unit, kept, "advanced", move.key)) is not None:
            outcomes[number] = Outcome(move.key, repeated(first, move.key, move.transition), None)
            return
        row = find_row(unit, move.key)
        refuse_stale(unit, row, move.version, move.values or {})
        compiled = unit.workflow(row.workflow_version_id)
        transition = compiled.workflow.transitions.get(move.transition)
        if transition and needs_lock(unit, compiled, transition, row):
            return
        decision = decided(unit, compiled, row, Command(move.transition, move.values or {}, move.comment))
        if decision.kind == "advanced" and not (decision.creates or decision.follows or decision.links or decision.baselines):
            change = change_of(unit, row, decision, advance_entry(unit, row, decision, kept))
            planned[number] = Planned(compiled, row, decision, change)
    except PdcaError as error:
        outcomes[number] = Outcome(move.key, None, error)


def _write(unit: Unit, planned: Mapping[int, Planned], outcomes: dict[int, Outcome]) -> None:
    """Write what is planned; a move whose item was changed by somebody in between is left to be done alone."""
    written = unit.hot.write_advances([one.change for one in planned.values()]) if planned else []
    for (number, one), done in zip(planned.items(), written, strict=True):
        if done:
            bring_about(unit, one.compiled, one.row, one.decision)
            made = one.decision
            advanced = Advanced(one.row.key, made.transition, made.source, made.target, one.row.version + 1, made.cycle, made.attempt)
            outcomes[number] = Outcome(one.row.key, advanced, None)


def _alone(unit: Unit, move: Move, request_key: str | None) -> Outcome:
    try:
        with unit.transaction.savepoint():
            done = advance_item(unit, move.key, move.transition, move.values, move.comment, version=move.version, request_key=request_key)
        return Outcome(move.key, done, None)
    except PdcaError as error:
        return Outcome(move.key, None, error)
