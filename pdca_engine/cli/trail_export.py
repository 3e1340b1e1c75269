"""`pdca trail export`: the trail for process-mining tools, and line by line for whoever verifies it elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from pdca_engine.cli.acting import reading
from pdca_engine.cli.command import Call, command
from pdca_engine.cli.language import say
from pdca_engine.cli.output import write_whole
from pdca_engine.cli.trouble import and_then
from pdca_engine.reports.mining_formats import json_lines, ocel_json, ocel_xml, xes
from pdca_engine.reports.mining_log import MiningLog
from pdca_engine.reports.workflows import workflow_page
from pdca_engine.services.rights import require_role
from pdca_engine.unit import Unit

Output = Annotated[Path, typer.Option("--output", "-o", help=say("File to write; - prints it.", "写入的文件；- 为标准输出。"))]


class Log(StrEnum):
    """What the trail is written as."""

    ocel = "ocel"
    ocel_json = "ocel-json"
    ocel_xml = "ocel-xml"
    xes = "xes"
    jsonl = "jsonl"


class Persons(StrEnum):
    """How persons appear."""

    number = "number"
    role = "role"
    name = "name"


def add_export(app: typer.Typer) -> None:
    """Give the noun this verb."""
    command(app, "export", "导出轨迹供流程挖掘使用（OCEL 2.0、XES），或逐行 JSON；默认不含人员姓名。", prints=False)(export)


def export(
    call: Call,
    shape: Annotated[
        Log,
        typer.Option(
            "--format",
            help=say(
                "ocel (XML if the file ends so, else JSON), ocel-json, ocel-xml, xes or jsonl.",
                "ocel（文件扩展名为 .xml 则为 XML，否则为 JSON）、ocel-json、ocel-xml、xes 或 jsonl。",
            ),
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help=say("File to write; - prints it.", "写入的文件；- 为标准输出。"))] = Path(
        "-"
    ),
    workflow: Annotated[str | None, typer.Option(metavar="ID", help=say("Only this workflow.", "仅此工作流。"))] = None,
    persons: Annotated[
        Persons, typer.Option(help=say("Persons as number, role or name.", "人员显示为编号、角色或姓名。"))
    ] = Persons.number,
    titles: Annotated[bool, typer.Option("--titles", help=say("Titles of items too.", "包括事项标题。"))] = False,
) -> None:
    """Export the trail for process mining (OCEL 2.0, XES), or as lines of JSON; without names of persons unless asked."""
    with and_then("pdca workflows list"), reading(call) as unit:
        require_role(unit, "admin")
        if workflow is not None:
            workflow_page(unit, workflow)
        log = MiningLog(unit, workflow, persons.value, titles=titles)
        _write(output, _pieces(unit, log, _exact(shape, output)))


def _exact(shape: Log, output: Path) -> Log:
    if shape is not Log.ocel:
        return shape
    return Log.ocel_xml if output.suffix.lower() in (".xml", ".xmlocel") else Log.ocel_json


def _pieces(unit: Unit, log: MiningLog, shape: Log) -> Iterator[str]:
    if shape is Log.jsonl:
        return json_lines(unit, log.workflow)
    return {Log.ocel_json: ocel_json, Log.ocel_xml: ocel_xml, Log.xes: xes}[shape](log)


def _write(output: Path, pieces: Iterator[str]) -> None:
    """Piece by piece, so that no log is too long for memory."""
    if str(output) == "-":
        _pour(sys.stdout.buffer, pieces)
    else:
        write_whole(output, lambda file: _pour(file, pieces))


def _pour(file: BinaryIO, pieces: Iterator[str]) -> None:
    for piece in pieces:
        file.write(piece.encode())
