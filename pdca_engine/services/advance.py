"""Advance an item: facts in one query, one decision, one guarded UPDATE with its trail line and messages, and all it brings about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pdca_engine.definition.deciding.authority import sees
from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.deciding.decide import decide
from pdca_engine.definition.deciding.given import column_value
from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.definition.paper.facts import Command, Decision, Facts, ItemFacts
from pdca_engine.definition.paper.facts import Refused as No
from pdca_engine.definition.paper.workflow import Transition
from pdca_engine.errors import Conflict, NotFound, RequestKeyReused
from pdca_engine.services.consequences import bring_about
from pdca_engine.services.entries import detail_of, first_line, request_key_of
from pdca_engine.services.facts import gather, with_kin
from pdca_engine.services.lines import note_refused
from pdca_engine.services.resolve import resolve
from pdca_engine.services.writing import advance_entry, refused, write_decision
from pdca_engine.store.rows import ItemRow
from pdca_engine.trail.entry import EntryRow
from pdca_engine.unit import Unit

TRIES = 5  # another line of the trail may come in between (a comment, a refused attempt): not a conflict, so look again


@dataclass(frozen=True, slots=True)
class Advanced:
    """What came of it. `created` are the keys of items it brought about; `repeated`: this is the answer to an earlier, same request.

    `kind` is "agreed" or "declined" where several must say yes and this was one voice: the item stays, `still` yeses are wanting.
    """

    key: str
    transition: str
    source: str
    target: str
    version: int
    cycle: int
    attempt: int
    created: tuple[str, ...] = ()
    repeated: bool = False
    kind: str = "advanced"
    still: int = 0


def advance_item(
    unit: Unit,
    key: str,
    transition: str,
    values: Mapping[str, Any] | None = None,
    comment: str | None = None,
    *,
    version: int | None = None,
    request_key: str | None = None,
    acting_for: int | None = None,
    decline: bool = False,
) -> Advanced:
    """Fire `transition` on the item `key`; where several must say yes, say yes to it (`decline`: say no).

    `values` are inputs and fields by name, as people type them or as JSON; `version` is the one the person has seen.
    Raises Refused or NotAllowed with every unmet condition (the attempt is kept in the trail), Conflict for a stale version, NotFound,
    RequestKeyReused. The same `request_key` again answers what it answered first.
    """
    request = request_key_of(unit, request_key)
    if (first := first_line(unit, request, "advanced", key)) is not None:
        return repeated(first, key, transition, decline)
    for _ in range(TRIES):
        row = find_row(unit, key)
        refuse_stale(unit, row, version, values or {})
        done = _try(unit, row, Command(transition, values or {}, comment, acting_for, decline), request)
        if done is not None:
            return done
    raise Conflict(key=key, seen=version or row.version, version=row.version, state=row.state, fields={})


def find_row(unit: Unit, key: str) -> ItemRow:
    """The item's row with all that decisions look at. NotFound says where to look."""
    row = unit.hot.read_item(key=key, children=True, evidence=True, links=True)
    if row is None:
        raise NotFound("item", "事项", key, "`pdca items list` shows what there is.", "`pdca items list` 列出现有事项。")
    return row


def refuse_stale(unit: Unit, row: ItemRow, seen: int | None, values: Mapping[str, Any]) -> None:
    """Raise Conflict when the person has seen another version; it carries both values of everything they wanted to write."""
    if seen is None or seen == row.version:
        return
    facts = gather(unit, row)
    fields = unit.workflow(row.workflow_version_id).workflow.fields
    shown = (name for name in values if name not in fields or sees(facts, fields[name]))
    both = {name: {"yours": values[name], "now": _present(facts.item, name)} for name in shown}
    raise Conflict(key=row.key, seen=seen, version=row.version, state=row.state, fields=both)


def _present(item: ItemFacts, name: str) -> Any:
    return item.fields.get(name) if name in item.fields or name not in COLUMN_FIELDS else column_value(item, name)


def _try(unit: Unit, row: ItemRow, command: Command, request: str | None) -> Advanced | None:
    """One attempt; None when somebody wrote a line in between."""
    compiled = unit.workflow(row.workflow_version_id)
    transition = compiled.workflow.transitions.get(command.transition)
    if transition and needs_lock(unit, compiled, transition, row):
        row = unit.hot.read_item(id=row.id, lock=True, children=True, evidence=True, links=True) or row
    answer = decided(unit, compiled, row, command)
    entry = advance_entry(unit, row, answer, request)
    if not write_decision(unit, row, answer, entry):
        return None
    if answer.kind != "advanced":
        return _heard(row, answer)
    created = bring_about(unit, compiled, row, answer)
    target, version = answer.target, row.version + 1
    if any(follow.on == "self" for follow in answer.follows):  # it went on by itself: say where it is now
        after = unit.hot.read_item(id=row.id) or row
        target, version = after.state, after.version
    return Advanced(row.key, answer.transition, answer.source, target, version, answer.cycle, answer.attempt, created)


def _heard(row: ItemRow, said: Decision) -> Advanced:
    """One voice among several was kept."""
    where = (said.source, said.target, row.version, said.cycle, said.attempt)
    return Advanced(row.key, said.transition, *where, kind=said.kind, still=said.still)


def needs_lock(unit: Unit, compiled: Compiled, transition: Transition, row: ItemRow) -> bool:
    """Whether the item and all above it must stay as they are while the step is decided. On SQLite a writer is alone anyway."""
    return unit.app.store.dialect == "postgresql" and bool(row.parent_id or compiled.looks_at_children(transition))


def decided(unit: Unit, compiled: Compiled, row: ItemRow, command: Command) -> Decision:
    """The decision yes. Refused or NotAllowed with every reason otherwise, and the attempt is kept in the trail."""
    facts = gather(unit, row)
    resolved = _resolved(unit, compiled, compiled.workflow.transitions.get(command.transition), command)
    answer = decide(compiled, facts, resolved, unit.now)
    if not isinstance(answer, No):
        return answer
    answer = _in_words(unit, compiled, facts, resolved, answer)
    note_refused(unit, row.id, command, answer.refusals)
    raise refused(answer.refusals)


def _in_words(unit: Unit, compiled: Compiled, facts: Facts, command: Command, answer: No) -> No:
    """The same refusal; where children are lacking, with the titles people know them by."""
    if not any(one.code == "NEEDS_CHILDREN" for one in answer.refusals):
        return answer
    again = decide(compiled, with_kin(unit, compiled, facts), command, unit.now)
    return again if isinstance(again, No) else answer


def _resolved(unit: Unit, compiled: Compiled, transition: Transition | None, command: Command) -> Command:
    if not command.values:
        return command
    values = resolve(unit, compiled.workflow, transition, command.values)
    return command._replace(values=values)


def repeated(first: EntryRow, key: str, transition: str, decline: bool = False) -> Advanced:
    """The answer that the first request with this key got."""
    if first.transition != transition or decline != (first.kind == "declined"):
        raise RequestKeyReused(what=f"{key} {first.transition}")
    said, source = detail_of(first), first.source or ""
    counted = (said["version"], said["cycle"], said["attempt"])
    return Advanced(key, transition, source, first.target or source, *counted, repeated=True, kind=first.kind, still=said.get("still", 0))
