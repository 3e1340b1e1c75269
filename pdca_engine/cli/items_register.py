"""`pdca items import|export`: whole registers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shlex import quote
from typing import Annotated, BinaryIO

import typer

from pdca_engine.cli.acting import acting, reading
from pdca_engine.cli.command import Call, command
from pdca_engine.cli.items_look import Everything, Overdue, Owner, Process, State, Text, WorkflowId, wanted_items
from pdca_engine.cli.items_plan import plan_data, tell_plan
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_json, progress, read_bytes, read_text_file, write_whole
from pdca_engine.cli.trouble import and_then
from pdca_engine.errors import BadInput
from pdca_engine.reports.sheet import Sheet, sheet
from pdca_engine.services.exports import write_csv, write_json, write_xlsx
from pdca_engine.services.importing.imports import apply_import, create_people
from pdca_engine.services.importing.map import NO_MAPPING, read_mapping
from pdca_engine.services.importing.plan import plan_import
from pdca_engine.services.importing.report import ImportPlan
from pdca_engine.services.tables_read import read_table
from pdca_engine.unit import Unit


def add_registers(app: typer.Typer) -> None:
    """Add the verbs for whole registers."""
    command(app, "import", "导入电子表格（CSV 或 Excel）。默认仅预演并逐行报告；--apply 全部写入或全不写入。")(import_register)
    command(app, "export", "将事项导出为 CSV、Excel 或 JSON 文件。")(export_register)


def import_register(
    call: Call,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("The register: .csv or .xlsx.", "登记表：.csv 或 .xlsx。"))],
    workflow: Annotated[str, typer.Option(help=say("What the rows become.", "各行成为何种事项。"))] = "improvement",
    mapping: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE", help=say("YAML file that says what the columns are.", "说明各列含义的 YAML 文件。")),
    ] = None,
    page: Annotated[str | None, typer.Option("--sheet", help=say("Sheet of an Excel file.", "Excel 工作表名。"))] = None,
    register: Annotated[
        str, typer.Option(help=say("Name of the register, where two number their rows alike.", "登记表名称（两份表编号相同时用以区分）。"))
    ] = "",
    new_people: Annotated[bool, typer.Option("--create-people", help=say("Add persons nobody knows yet.", "新增尚不存在的人员。"))] = False,
    apply: Annotated[bool, typer.Option("--apply", help=say("Write it: all or nothing.", "写入：全部或全不。"))] = False,
) -> None:
    """Import a register from a spreadsheet. Without --apply nothing is written: a report says what every row would become."""
    table = read_table(read_bytes(file), file.name, page)
    mend = () if mapping else (f"pdca items import {quote(str(file))} --map map.yaml",)

    def plan(unit: Unit, creating: bool) -> ImportPlan:
        with and_then("pdca workflows list"):
            version = unit.library.current(unit.session, workflow)[1].workflow
        said = read_mapping(read_text_file(mapping), str(mapping), version) if mapping else NO_MAPPING
        with and_then(*mend), progress(say("Reading rows", "读取各行"), len(table.rows)) as step:
            return plan_import(unit, table, workflow, said, register=register, create_people=creating, step=step)

    with (acting if apply else reading)(call) as unit:
        made = plan(unit, new_people)
        if apply and made.ok:
            made = _written(unit, made, plan)
    _tell(call, made, apply)
    if not made.ok:
        raise typer.Exit(1)


def _written(unit: Unit, made: ImportPlan, plan: Callable[[Unit, bool], ImportPlan]) -> ImportPlan:
    """The plan as it was carried out, persons first."""
    if made.people:
        create_people(unit, made.people)
        made = plan(unit, False)
    with progress(say("Writing items", "写入事项"), made.counts["new"]) as step:
        apply_import(unit, made, step)
    return made


def _tell(call: Call, made: ImportPlan, apply: bool) -> None:
    applied = apply and made.ok
    if call.json:
        print_json(plan_data(made, call.language, applied))
    else:
        tell_plan(made, call.language, applied)


def export_register(
    call: Call,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=say("File to write: .csv, .xlsx or .json.", "要写入的文件：.csv、.xlsx 或 .json。"))
    ],
    process: Process = None,
    workflow: WorkflowId = None,
    state: State = None,
    owner: Owner = None,
    text: Text = None,
    overdue: Overdue = False,
    everything: Everything = False,
) -> None:
    """Export items to a file, open ones unless --all is given. Import reads it again."""
    write = _writers().get(file.suffix.lower())
    if write is None:
        raise BadInput(
            f"{file} ends in no known kind. Name it .csv, .xlsx or .json.",
            f"{file} 的类型未知。请使用 .csv、.xlsx 或 .json。",
            field="file",
        )
    with and_then("pdca items list"), reading(call) as unit:
        found = sheet(unit, wanted_items(unit, process, workflow, state, owner, text, overdue, everything))
        count = write_whole(file, lambda target: write(target, found))
    if call.json:
        print_json({"file": str(file), "items": count, "columns": [one.name for one in found.columns]})
    else:
        line(say(f"{count} items are in {file}.", f"已将 {count} 个事项写入 {file}。"))


def _writers() -> dict[str, Callable[[BinaryIO, Sheet], int]]:
    return {
        ".csv": lambda target, made: write_csv(target, [one.heading for one in made.columns], made.rows),
        ".json": lambda target, made: write_json(target, [one.name for one in made.columns], made.rows),
        ".xlsx": lambda target, made: write_xlsx(
            target, [one.heading for one in made.columns], [one.type for one in made.columns], made.rows, say("Register", "登记表")
        ),
    }
