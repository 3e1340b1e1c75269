"""Change an item without moving it: edit its values, assign a person, comment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pdca_engine.definition.deciding import recalling
from pdca_engine.definition.deciding.decide import decide_edit
from pdca_engine.definition.deciding.given import Given, changes_of, with_given
from pdca_engine.definition.deciding.reckoning import timers_moved
from pdca_engine.definition.deciding.values import BadValue, clean_text
from pdca_engine.definition.paper.facts import Refused as No
from pdca_engine.definition.paper.words import COLUMN_RELATIONS, FIELD_RELATIONS
from pdca_engine.errors import BadInput, Conflict
from pdca_engine.services.advance import TRIES, find_row, refuse_stale
from pdca_engine.services.entries import as_pairs, detail_of, first_line, next_entry, request_key_of
from pdca_engine.services.facts import gather
from pdca_engine.services.lines import add_line
from pdca_engine.services.messages import yeses_ended
from pdca_engine.services.resolve import resolve
from pdca_engine.services.timers import start_timer
from pdca_engine.services.writing import record_columns, refused
from pdca_engine.store.rows import ItemRow
from pdca_engine.unit import Unit

COMMENT_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Edited:
    """What changed: name → (old, new). Nothing changed: the version stays."""

    key: str
    version: int
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


def edit_item(
    unit: Unit,
    key: str,
    changes: Mapping[str, Any],
    *,
    version: int | None = None,
    comment: str | None = None,
    request_key: str | None = None,
    cycle: int | None = None,
    kind: str = "edited",
) -> Edited:
    """Change columns and fields by name, without a transition.

    `cycle` says which cycle's values are meant: one that is over is read-only. Raises Refused with every problem, Conflict with both
    values when another version was seen, NotFound, RequestKeyReused.
    """
    request = request_key_of(unit, request_key)
    if (first := first_line(unit, request, kind, key)) is not None:
        said = detail_of(first)
        return Edited(key, said["version"], {name: (old, new) for name, (old, new) in said["changes"].items()})
    for _ in range(TRIES):
        row = find_row(unit, key)
        refuse_stale(unit, row, version, changes)
        edited = _try(unit, row, changes, cycle, comment, request, kind)
        if edited is not None:
            return edited
    raise Conflict(key=key, seen=version or row.version, version=row.version, state=row.state, fields={})


def _try(
    unit: Unit, row: ItemRow, values: Mapping[str, Any], cycle: int | None, comment: str | None, request: str | None, kind: str
) -> Edited | None:
    workflow = unit.workflow(row.workflow_version_id)
    facts = gather(unit, row)
    given = decide_edit(workflow, facts, resolve(unit, workflow.workflow, None, values), cycle)
    if isinstance(given, No):
        raise refused(given.refusals)
    changes = changes_of(facts.item, given)
    if not changes:
        return Edited(row.key, row.version)
    ended = row.recall.get("agreed") or {}
    detail = {"changes": as_pairs(changes), "comment": _comment(comment), "ended": sorted(ended), "version": row.version + 1}
    entry = next_entry(unit, row, kind, detail, request_key=request)
    told = yeses_ended(unit, row, ended)
    if not unit.hot.write_advance(row.id, row.version, row.seq, _columns(row, given, changes), entry, told):
        return None
    after = with_given(facts, given)
    for start in timers_moved(workflow.workflow, after, frozenset(changes), unit.now):
        start_timer(unit, workflow.workflow.timers[start.name], row, replace(start, restart=True))
    return Edited(row.key, row.version + 1, changes)


def _columns(row: ItemRow, given: Given, changes: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    recall = recalling.from_json(row.recall)
    recall = recalling.edited(recalling.holding(recall, {name: new for name, (_, new) in changes.items()}))
    recall = recalling.due_moved(recall, *changes.get("due", (None, None)))
    columns = record_columns({name: value for name, value in given.columns.items() if name in changes})
    fields = {name: value for name, value in given.fields.items() if name in changes}
    return {**columns, "recall": recalling.as_json(recall), **({"fields": {**row.fields, **fields}} if fields else {})}


def assign_item(
    unit: Unit, key: str, relation: str, person: int | str | None, *, version: int | None = None, request_key: str | None = None
) -> Edited:
    """Give a relation of the item (owner, checker …) to a person, or to nobody. The earlier holder stays in the item's history."""
    known = (*COLUMN_RELATIONS, *FIELD_RELATIONS)
    if relation not in known:
        raise BadInput(
            f"{relation!r} can't be assigned; what can: {', '.join(known)}.",
            f"不能指派 {relation!r}；可指派：{'、'.join(known)}。",
            field="relation",
        )
    return edit_item(unit, key, {relation: person}, version=version, request_key=request_key, kind="assigned")


def comment_item(unit: Unit, key: str, text: str, *, request_key: str | None = None) -> int:
    """Add a comment to the item's trail; the number of its line. Anybody signed in may, on closed items too."""
    said = _comment(text)
    if not said:
        raise BadInput("The comment is empty.", "评论为空。", field="comment")
    request = request_key_of(unit, request_key)
    if (first := first_line(unit, request, "commented", key)) is not None:
        return first.seq
    row = find_row(unit, key)
    return add_line(unit, row, "commented", {"comment": said}, request_key=request)


def _comment(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return clean_text(text, COMMENT_LIMIT)
    except BadValue as bad:
        raise BadInput(f"Comment: {bad.en}.", f"评论：{bad.zh}。", field="comment") from None
