"""Names to what they stand for, before the rules read them: persons by login or name, processes, services, measures that exist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdca_engine.definition.deciding.values import COLUMN_FIELDS, BadValue, clean_text
from pdca_engine.definition.paper.workflow import Field, Transition, Workflow
from pdca_engine.errors import BadInput, NotFound
from pdca_engine.records.measures import Measure
from pdca_engine.unit import Unit


def resolve(unit: Unit, workflow: Workflow, transition: Transition | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values with persons as numbers and names checked. What does not exist becomes a `BadValue`, told with all other problems."""
    return {name: _resolve(unit, _declared(workflow, transition, name), raw) for name, raw in values.items()}


def _declared(workflow: Workflow, transition: Transition | None, name: str) -> Field | None:
    return (transition.input(name) if transition else None) or workflow.fields.get(name) or COLUMN_FIELDS.get(name)


def _resolve(unit: Unit, field: Field | None, raw: Any) -> Any:
    if field is None or raw is None or raw == "" or isinstance(raw, BadValue):
        return raw
    if field.type == "person":
        return _person(unit, raw)
    if field.type == "persons":
        return _persons(unit, raw)
    if field.type in ("process", "service", "measure"):
        return _known(unit, field.type, str(raw).strip())
    if field.type == "table" and isinstance(raw, list | tuple):
        return [_row(unit, field, one) for one in raw]
    return raw


def _row(unit: Unit, table: Field, raw: Any) -> Any:
    columns = {column.name: column for column in table.columns}
    return {name: _resolve(unit, columns.get(name), value) for name, value in raw.items()} if isinstance(raw, Mapping) else raw


def _person(unit: Unit, raw: Any) -> Any:
    try:
        return unit.directory.find_person(str(raw))
    except (NotFound, BadInput) as unknown:
        return BadValue(unknown.sentence("en"), unknown.sentence("zh"))


def _persons(unit: Unit, raw: Any) -> Any:
    names = raw.replace(",", ",").replace("、", ",").split(",") if isinstance(raw, str) else raw
    if not isinstance(names, list | tuple):
        return raw
    found = [_person(unit, one) for one in names if str(one).strip()]
    return next((one for one in found if isinstance(one, BadValue)), found)


def _known(unit: Unit, kind: str, name: str) -> Any:
    if kind == "measure":
        exists, known = _is_measure(unit, name), ""
    else:
        rows = unit.directory.processes if kind == "process" else unit.directory.services
        exists, known = name in rows, ", ".join(rows)
    if exists:
        return name
    kind_zh = {"process": "流程", "service": "服务", "measure": "指标"}[kind]
    hint, hint_zh = (f"; known: {known}", f"；已有：{known}") if known else ("", "")
    return BadValue(f"there is no {kind} {name!r}{hint}", f"没有名为 {name!r} 的{kind_zh}{hint_zh}")


def _is_measure(unit: Unit, name: str) -> bool:
    """Asked of the database only where it can read the name: no NUL, no half of a pair."""
    try:
        readable = clean_text(name, 200)
    except BadValue:
        return False
    return unit.session.get(Measure, readable) is not None
