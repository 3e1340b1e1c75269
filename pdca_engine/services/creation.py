"""New items: their row, their first trail line, and the timers of their first state."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pdca_engine.definition.deciding import recalling
from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.deciding.fitted import fitted
from pdca_engine.definition.deciding.given import Given, read_given
from pdca_engine.definition.deciding.refusals import refusal
from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.definition.paper.facts import NewItem
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.errors import BadInput, NotFound, Refused
from pdca_engine.services.entries import acting_person, as_pairs, detail_of, first_line, request_key_of
from pdca_engine.services.facts import gather
from pdca_engine.services.resolve import resolve
from pdca_engine.services.timers import first_timers, insert_timers
from pdca_engine.services.writing import record_columns
from pdca_engine.store.rows import ItemRow
from pdca_engine.trail.chain import GENESIS
from pdca_engine.trail.entry import EntryRow, seal
from pdca_engine.unit import Unit


@dataclass(frozen=True, slots=True)
class Created:
    """A new item. `repeated`: this is the answer to an earlier, same request."""

    key: str
    id: int
    version: int = 1
    repeated: bool = False


def create_item(
    unit: Unit,
    workflow: str,
    title: str,
    values: Mapping[str, Any] | None = None,
    *,
    parent: str | None = None,
    request_key: str | None = None,
) -> Created:
    """Create an item of `workflow` in its initial state; who creates it is its proposer unless `values` name one.

    `values` are columns and fields by name. Raises NotFound (workflow, parent), Retired, Refused with every problem.
    """
    request = request_key_of(unit, request_key)
    if (first := first_line(unit, request, "created")) is not None:
        return Created(detail_of(first)["key"], first.item_id, repeated=True)
    version_id, compiled = unit.library.current(unit.session, workflow)
    above = unit.hot.read_item(key=parent, lock=True) if parent else None
    if parent and above is None:
        raise NotFound("item", "事项", parent)
    given = read_new(unit, compiled.workflow, title, {**_inherited(above), **(values or {})})
    return insert_item(unit, version_id, compiled, given, above.id if above else None, request)


def _inherited(above: ItemRow | None) -> dict[str, Any]:
    """A child belongs to its parent's process and service unless it is given others."""
    places = {"process": above.process_id, "service": above.service_id} if above else {}
    return {name: place for name, place in places.items() if place is not None}


def read_new(unit: Unit, workflow: Workflow, title: str, values: Mapping[str, Any]) -> Given:
    """The values of a new item, read and completed by defaults. Refused with every problem."""
    if workflow.abstract or not workflow.key:
        raise BadInput(
            f"{workflow.id} is abstract: it can't have items. Choose a workflow that extends it.",
            f"{workflow.id} 是抽象工作流，不能有事项。请选择扩展它的工作流。",
            field="workflow",
        )
    given = read_given(workflow, None, resolve(unit, workflow, None, {**values, "title": title}))
    problems = list(given.problems)
    if not given.columns.get("title"):
        problems.append(refusal("NEEDS_FIELD", "title", title="Title", title_zh="标题"))
    for field in workflow.fields.values():
        if given.fields.get(field.name) is None and field.default is not None:
            given.fields[field.name] = field.default
        if field.required and given.fields.get(field.name) is None:
            problems.append(refusal("NEEDS_FIELD", field.name, title=field.title.en, title_zh=field.title.zh))
    if problems:
        raise Refused([one for one in problems if one.code != "NEEDS_FIELD" or not _told(one.field, given.problems)])
    given.columns.setdefault("proposer", acting_person(unit))
    return given


def _told(field: str | None, problems: list[Any]) -> bool:
    return any(one.field == field for one in problems)


class Birth(NamedTuple):
    """An item about to be written."""

    version_id: int
    compiled: Compiled
    given: Given
    parent_id: int | None = None
    request: str | None = None


def insert_item(
    unit: Unit, version_id: int, compiled: Compiled, given: Given, parent_id: int | None = None, request: str | None = None
) -> Created:
    """Write the item and its first line, and start the timers of its state."""
    return insert_items(unit, [Birth(version_id, compiled, given, parent_id, request)])[0]


def insert_items(unit: Unit, births: Sequence[Birth]) -> list[Created]:
    """Write many items as `insert_item` writes one; the answers in their order."""
    if not births:
        return []
    numbers = _numbers(unit, births)
    rows, entries = [], []
    for birth, item_id in zip(births, unit.hot.reserve_ids("item", len(births)), strict=True):
        workflow = birth.compiled.workflow
        row = new_row(unit, workflow, birth.version_id, item_id, next(numbers[counter_of(unit, workflow)]), birth.given, birth.parent_id)
        entry = first_entry(unit, row, birth.given, birth.request)
        row["head"] = entry.hash
        rows.append(row)
        entries.append(entry)
    unit.hot.insert_items(rows, entries)
    _start_timers(unit, [(birth.compiled.workflow, row) for birth, row in zip(births, rows, strict=True)])
    return [Created(row["key"], row["id"]) for row in rows]


def _start_timers(unit: Unit, born: Sequence[tuple[Workflow, Mapping[str, Any]]]) -> None:
    """The timers of the states in which the items begin."""
    started = []
    for workflow, row in born:
        if workflow.timers:
            written = ItemRow(**row)._replace(directory=unit.directory.counter)
            started += first_timers(unit, workflow, gather(unit, written), written)
    insert_timers(unit, started)


def _numbers(unit: Unit, births: Sequence[Birth]) -> dict[str, Iterator[int]]:
    """The next numbers of each counter. In the order of their names, so that two who take several never wait in a circle."""
    wanted = Counter(counter_of(unit, birth.compiled.workflow) for birth in births)
    return {name: iter(unit.hot.next_keys(name, wanted[name])) for name in sorted(wanted)}


def counter_of(unit: Unit, workflow: Workflow) -> str:
    """The counter that numbers this year's items of the workflow."""
    return f"{workflow.key}-{unit.today.year}"


def new_row(
    unit: Unit, workflow: Workflow, version_id: int, item_id: int, number: int, given: Given, parent_id: int | None = None
) -> dict[str, Any]:
    """Every column of a new item's row (its hash comes with the first entry)."""
    first = workflow.initial
    known = {name: value for name, value in given.fields.items() if value is not None}
    recall = recalling.begun(first.name, unit.now, {**given.columns, **known})
    row: dict[str, Any] = {
        "id": item_id,
        "key": f"{counter_of(unit, workflow)}-{number:04d}",
        "workflow_id": workflow.id,
        "workflow_version_id": version_id,
        "state": first.name,
        "state_since": unit.now,
        "phase": first.phase,
        "cycle": 1,
        "attempt": 1,
        "description": "",
        "requirements": [],
        "tags": [],
        "parent_id": parent_id,
        "created_at": unit.now,
        "silenced": False,
        "version": 1,
        "seq": 1,
        "head": GENESIS,
        "fields": known,
        "recall": recalling.as_json(recall),
        **record_columns(given.columns),
    }
    return {name: row.get(name) for name in ItemRow._fields[: ItemRow._fields.index("directory")]}


def first_entry(unit: Unit, row: Mapping[str, Any], given: Given, request: str | None = None, kind: str = "created") -> EntryRow:
    """The line that begins an item's trail: everything it was created with, so that replaying the trail gives the row."""
    values = {name: (None, value) for name, value in {**given.columns, **row["fields"]}.items() if value is not None}
    detail = {
        "key": row["key"],
        "workflow": row["workflow_id"],
        "workflow_version": row["workflow_version_id"],
        "phase": row["phase"],
        "parent": row["parent_id"],
        "changes": as_pairs(values),
        "version": 1,
    }
    said = {name: value for name, value in detail.items() if value is not None}
    return seal(GENESIS, row["id"], 1, unit.now, kind, acting_person(unit), target=row["state"], request_key=request, detail=said)


def create_from(unit: Unit, new: NewItem, above: ItemRow | None = None, process: str | None = None) -> str:
    """An item that a decision about the item `above`, or a schedule of `process`, brings about; its key.

    What runs may finish: an item's steps open items of a retired workflow too, a schedule does not (Retired).
    """
    return insert_items(unit, [birth_of(unit, new, above, process)])[0].key


def birth_of(unit: Unit, new: NewItem, above: ItemRow | None = None, process: str | None = None) -> Birth:
    """What `create_from` writes, read and completed. NotFound, Retired, Refused with every problem."""
    version_id, compiled = unit.library.current(unit.session, new.workflow, retired=above is not None)
    title = (
        new.title.get(unit.settings.language)
        if new.title
        else above.title
        if above
        else compiled.workflow.title.get(unit.settings.language)
    )
    parent = above if new.child else None
    place = _inherited(parent) if parent else {"process": process}
    given = read_new(unit, compiled.workflow, title, {**place, **_fitted(unit, compiled.workflow, new)})
    return Birth(version_id, compiled, given, parent.id if parent else None)


def _fitted(unit: Unit, workflow: Workflow, new: NewItem) -> dict[str, Any]:
    """The values of a new item as its own workflow's fields take them: only here are their types known."""
    declared = {name: workflow.fields.get(name) or COLUMN_FIELDS.get(name) for name in new.fields}
    zone = unit.settings.zone
    return {name: fitted(field, value, new.holders, zone) if (field := declared[name]) else value for name, value in new.fields.items()}


def import_key_of(text: str) -> str:
    """What makes one row of one register recognisable when it is imported again."""
    return hashlib.sha256(text.encode()).hexdigest()
