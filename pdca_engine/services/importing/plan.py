"""Plan the import of a register, row by row; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import orjson

from pdca_engine.definition.deciding.values import COLUMN_FIELDS, BadValue
from pdca_engine.definition.paper.workflow import Field, Workflow
from pdca_engine.errors import Refusal, Refused
from pdca_engine.services.creation import import_key_of, read_new
from pdca_engine.services.importing.dates import date_order
from pdca_engine.services.importing.headings import Guess, dictionary, find_heading_row, guess_columns
from pdca_engine.services.importing.known import mark_known
from pdca_engine.services.importing.map import NO_MAPPING, MappingFile, with_mapping
from pdca_engine.services.importing.report import DUPLICATE, WRONG, Both, CellProblem, ImportPlan, RowReport
from pdca_engine.services.importing.values import CellReader, is_blank, unquoted
from pdca_engine.services.importing.words import ID, STATUS
from pdca_engine.services.tables import Cell, Row, Table
from pdca_engine.unit import Unit

CHUNK: Final = 500
LONGEST_TAG: Final = 200
STATUS_KEPT: Final = (
    "Items begin in their first state; the register's status is kept as a tag, like was:Closed.",
    "事项从初始状态开始；登记表中的状态保留为标签，如 was:Closed。",
)
Step = Callable[[int], None]


def plan_import(
    unit: Unit,
    table: Table,
    workflow: str,
    mapping: MappingFile = NO_MAPPING,
    *,
    register: str = "",
    create_people: bool = False,
    step: Step = lambda done: None,
) -> ImportPlan:
    """What importing `table` as items of `workflow` would do. Nothing is written.

    `register` tells registers apart that number their rows alike; `step` hears how many rows are done. Raises NotFound, BadInput, Refused
    (headings or mapping file); what is wrong with rows stands in the plan.
    """
    _, compiled = unit.library.current(unit.session, workflow)
    heading, columns = _columns(table, compiled.workflow, mapping)
    body = table.rows[heading + 1 :]
    orders, notes = _date_orders(compiled.workflow, columns, body, mapping)
    unknown: dict[str, str] | None = {} if create_people else None
    planner = _Planner(unit, compiled.workflow, columns, mapping, CellReader(unit, unit.settings.zone, orders, mapping.values, unknown))
    rows = []
    for done, row in enumerate(body, 1):
        rows.append(planner.plan(row, register))
        if done % CHUNK == 0:
            step(done)
    _mark_duplicates(rows)
    mark_known(unit, rows)
    if any(one.target == STATUS for one in columns):
        notes.append(
            (
                "Items begin in their first state; the register's status is kept as a tag, like was:Closed.",
                "事项从初始状态开始；登记表中的状态保留为标签，如 was:Closed。",
            )
        )
    people = tuple(unknown.values()) if unknown else ()
    return ImportPlan(table.name, workflow, table.how, table.rows[heading].number, tuple(columns), tuple(rows), tuple(notes), people)


def _columns(table: Table, workflow: Workflow, mapping: MappingFile) -> tuple[int, list[Guess]]:
    """The place of the heading row, and what each column is. Refused when no column is the title."""
    words = dictionary(workflow)
    for heading in mapping.columns:
        words.setdefault("".join(char for char in heading.casefold() if char.isalnum()), [])
    place = find_heading_row([row.cells for row in table.rows], words)
    headings = [_text(cell) for cell in table.rows[place].cells]
    columns = with_mapping(guess_columns(headings, words), mapping, table.name)
    if not any(one.target == "title" for one in columns) and "title" not in mapping.defaults:
        there = ", ".join(one.heading for one in columns)
        en = f"No column of {table.name} is the title. It has: {there}. Name it in a mapping file: columns: {{HEADING: title}}."
        zh = f"{table.name} 中没有可作标题的列。现有：{there}。请在映射文件中指明：columns：{{列名：title}}。"
        raise Refused([Refusal("NO_TITLE_COLUMN", en, zh, "title")])
    return place, columns


def _text(cell: Cell) -> str:
    return "" if cell is None else _evened(str(cell))


def _evened(value: Any) -> Any:
    """Text with its blanks evened out: a second blank makes no other row."""
    return " ".join(value.split()) if isinstance(value, str) else value


def _field(workflow: Workflow, target: str) -> Field | None:
    return COLUMN_FIELDS.get(target) or workflow.fields.get(target)


def _date_orders(
    workflow: Workflow, columns: Sequence[Guess], body: Sequence[Row], mapping: MappingFile
) -> tuple[dict[str, str], list[Both]]:
    """How each column of dates is written, and a note for each that did not decide it."""
    orders: dict[str, str] = {}
    notes: list[Both] = []
    for one in columns:
        field = _field(workflow, one.target) if one.target else None
        if field is None or field.type not in ("date", "datetime"):
            continue
        order, sure = date_order((row.cells[one.column] for row in body if one.column < len(row.cells)), mapping.dates)
        orders[field.name] = order
        if not sure:
            en = f"“{one.heading}”: no date decides which comes first; read as day first (dates: month_first in a mapping file changes it)."
            notes.append((en, f"“{one.heading}”：无法判断日、月先后，按日在前读取（可在映射文件中设 dates: month_first）。"))
    return orders, notes


class _Planner:
    """Plans one row after the other."""

    def __init__(self, unit: Unit, workflow: Workflow, columns: Sequence[Guess], mapping: MappingFile, reader: CellReader) -> None:
        self._unit, self._workflow, self._mapping, self._reader = unit, workflow, mapping, reader
        self._columns = [one for one in columns if one.target is not None]
        self._headings = {one.target: one.heading for one in self._columns}

    def plan(self, row: Row, register: str) -> RowReport:
        """What becomes of one row."""
        cells = {one.target: row.cells[one.column] for one in self._columns if one.target and one.column < len(row.cells)}
        number = "" if is_blank(cells.get(ID)) else _text(unquoted(cells.get(ID)))
        values = self._values(cells)
        source = {name: _evened(value) for name, value in values.items() if value is not None and not isinstance(value, BadValue)}
        report = RowReport(row.number, _text(cells.get("title")), source={**source, ID: number})
        said = orjson.dumps(number or source, option=orjson.OPT_SORT_KEYS, default=str).decode()
        report.import_key = import_key_of("\n".join((self._workflow.id, register, said)))
        try:
            title = values.pop("title", None)
            report.given = read_new(self._unit, self._workflow, title if title is not None else "", values)
        except Refused as refused:
            report.outcome, report.problems = WRONG, tuple(self._problem(one, cells) for one in refused.refusals())
        return report

    def _values(self, cells: dict[str, Cell]) -> dict[str, Any]:
        values: dict[str, Any] = dict(self._mapping.defaults)
        for target, cell in cells.items():
            field = _field(self._workflow, target)
            value = self._reader.read(field, cell) if field is not None else None
            if value is not None or (field is not None and field.name not in values):
                values[target] = value
        status = cells.get(STATUS)
        if not is_blank(status):
            values["tags"] = [*(values.get("tags") or ()), f"was:{_text(unquoted(status))}"[:LONGEST_TAG]]
        return {name: value for name, value in values.items() if name not in (ID, STATUS)}

    def _problem(self, one: Refusal, cells: dict[str, Cell]) -> CellProblem:
        name = one.field or ""
        return CellProblem(self._headings.get(name, name), _text(cells.get(name)), one.code, one.en, one.zh)


def _mark_duplicates(rows: Sequence[RowReport]) -> None:
    """The same row again is left out; the same number with something else in it is a problem, for which of the two is right?"""
    first: dict[str, RowReport] = {}
    for row in rows:
        earlier = first.setdefault(row.import_key, row)
        if earlier is row or row.outcome == WRONG:
            continue
        row.other = earlier.number
        if row.source == earlier.source:
            row.outcome = DUPLICATE
            continue
        told = _same_number(str(row.source[ID]), earlier.number)
        row.outcome, row.problems = WRONG, (told,)


def _same_number(number: str, other: int) -> CellProblem:
    """Two rows claim the same number and say different things."""
    en = f"row {other} has the same number and says something else"
    return CellProblem(ID, number, "SAME_NUMBER", en, f"第 {other} 行编号相同但内容不同")
