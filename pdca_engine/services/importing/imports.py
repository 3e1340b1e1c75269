"""Write a planned import: every new row as an item with its first trail line and timers, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.deciding.reckoning import timers_entered
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.errors import Refusal, Refused
from pdca_engine.services.creation import counter_of, first_entry, new_row
from pdca_engine.services.facts import gather
from pdca_engine.services.importing.known import mark_known
from pdca_engine.services.importing.plan import Step
from pdca_engine.services.importing.report import NEW, CellProblem, ImportPlan, RowReport
from pdca_engine.services.people import add_person
from pdca_engine.services.timers import start_timer
from pdca_engine.store.rows import ItemRow
from pdca_engine.unit import Unit

CHUNK: Final = 500


def apply_import(unit: Unit, plan: ImportPlan, step: Step = lambda done: None) -> int:
    """Write every new row of the plan as an item with its first trail line and timers; how many. All or nothing: the unit commits or not.

    Refused when a row of the plan is wrong. Persons the plan names must have been created before it was made (`create_people`).
    """
    if not plan.ok:
        raise Refused([_as_refusal(row, one) for row in plan.rows for one in row.problems])
    version_id, compiled = unit.library.current(unit.session, plan.workflow)
    unit.hot.next_keys(f"import-{plan.workflow}")  # one import of a workflow at a time: this row is held until the commit
    fresh = [row for row in plan.rows if row.outcome == NEW]
    mark_known(unit, fresh)  # another import may have been quicker
    fresh = [row for row in fresh if row.outcome == NEW]
    done = 0
    for part in _parts(fresh):
        _write(unit, compiled, version_id, part)
        done += len(part)
        step(done)
    return done


def _parts(rows: Sequence[RowReport]) -> Iterator[Sequence[RowReport]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def _write(unit: Unit, compiled: Compiled, version_id: int, part: Sequence[RowReport]) -> None:
    workflow = compiled.workflow
    numbers = unit.hot.next_keys(counter_of(unit, workflow), len(part))
    rows, entries = [], []
    for report, item_id, number in zip(part, unit.hot.reserve_ids("item", len(part)), numbers, strict=True):
        assert report.given is not None  # a row without it is wrong, and the plan was refused
        row = new_row(unit, workflow, version_id, item_id, number, report.given)
        entry = first_entry(unit, row, report.given, kind="imported")
        row["head"], row["import_key"], report.key = entry.hash, report.import_key, row["key"]
        rows.append(row)
        entries.append(entry)
    unit.hot.insert_items(rows, entries)
    if any(workflow.initial.name in timer.states for timer in workflow.timers.values()):
        for row in rows:
            _start_timers(unit, workflow, ItemRow(**row, directory=unit.directory.counter))


def _start_timers(unit: Unit, workflow: Workflow, row: ItemRow) -> None:
    for start in timers_entered(workflow, gather(unit, row), None, row.state, unit.now):
        start_timer(unit, workflow.timers[start.name], row, start)


def _as_refusal(row: RowReport, one: CellProblem) -> Refusal:
    params = {"row": row.number, "column": one.column, "value": one.value}
    return Refusal(one.code, f"Row {row.number}, {one.column}: {one.en}", f"第 {row.number} 行，{one.column}：{one.zh}", one.column, params)


def create_people(unit: Unit, names: Sequence[str]) -> None:
    """Add the persons a register names and the directory does not know, without a way to sign in. NotAllowed without the admin role."""
    for name in names:
        add_person(unit, name)
    unit.forget_directory()
