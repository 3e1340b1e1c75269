"""`pdca workflows export|import`: to and from the formats of other programs, always with a report of what could not be carried over."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pdca_engine.cli.acting import reading
from pdca_engine.cli.command import Call, command
from pdca_engine.cli.language import say
from pdca_engine.cli.output import clean, print_json, read_bytes, write_file
from pdca_engine.cli.trouble import and_then
from pdca_engine.definition.exchange.formats import Exchanged, export_workflow, import_workflow
from pdca_engine.definition.exchange.notes import Note
from pdca_engine.definition.paper.problems import Problem
from pdca_engine.errors import BadInput, WorkflowBroken
from pdca_engine.reports.workflow_source import workflow_source
from pdca_engine.services.workflows import bundled_texts, check_text


class Target(StrEnum):
    """What a workflow is exported to."""

    scxml = "scxml"
    bpmn = "bpmn"
    mermaid = "mermaid"
    yaml = "yaml"


class Origin(StrEnum):
    """What a workflow is imported from."""

    scxml = "scxml"
    bpmn = "bpmn"


Output = Annotated[Path, typer.Option("--output", "-o", help=say("File to write; - prints it.", "写入的文件；- 为标准输出。"))]


def add_exchange(app: typer.Typer) -> None:
    """Give the noun these verbs."""
    command(app, "export", "导出工作流为 SCXML、BPMN、Mermaid 或 YAML，并报告无法表达的内容。")(export)
    command(app, "import", "由 SCXML 或 BPMN 文件生成工作流 YAML，并报告未导入的内容。", acts=False)(import_file)


def export(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="ID|FILE", help=say("A published workflow, or a file.", "已发布的工作流，或文件。"))],
    shape: Annotated[Target, typer.Option("--format", help=say("scxml, bpmn, mermaid or yaml.", "scxml、bpmn、mermaid 或 yaml。"))],
    version: Annotated[int | None, typer.Option(help=say("Version; the current one if left out.", "版本；省略为当前版本。"))] = None,
    flat: Annotated[bool, typer.Option("--flat", help=say("YAML that extends nothing.", "展开继承的 YAML。"))] = False,
    output: Output = Path("-"),
) -> None:
    """Export a workflow as SCXML, BPMN, Mermaid or YAML, and report what that format can't say."""
    if flat and shape is not Target.yaml:
        raise BadInput("--flat goes with --format yaml.", "--flat 仅用于 --format yaml。", field="flat")
    is_file = Path(name).suffix in (".yaml", ".yml")
    done = (_export_file if is_file else _export_published)(call, name, version, shape, flat)
    if call.json:
        print_json({"format": shape, "text": done.text, "report": [one.as_data(call.language) for one in done.notes]})
        return
    write_file(output, done.text.encode())
    _tell(done.notes, call.language, name)


def _export_file(call: Call, name: str, version: int | None, shape: Target, flat: bool) -> Exchanged:
    if version is not None:
        raise BadInput("A file has no versions.", "文件没有版本。", field="version")
    text = read_bytes(Path(name))
    checked = check_text(text, name)
    if checked.workflow is None:
        with and_then(f"pdca workflows check {name}"):
            raise WorkflowBroken(name=name, count=len(checked.problems))
    return export_workflow(checked.workflow, text.decode("utf-8-sig"), checked.parents.get, shape, call.language, flat=flat)


def _export_published(call: Call, name: str, version: int | None, shape: Target, flat: bool) -> Exchanged:
    with and_then("pdca workflows list"), reading(call) as unit:
        found = workflow_source(unit, name, version)
    return export_workflow(found.paper, found.text, found.parents.get, shape, call.language, flat=flat)


def import_file(
    call: Call,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    shape: Annotated[
        Origin | None,
        typer.Option("--format", help=say("scxml or bpmn; the file's ending if left out.", "scxml 或 bpmn；省略则依文件扩展名。")),
    ] = None,
    output: Output = Path("-"),
) -> None:
    """Make a workflow file of an SCXML or BPMN file, check it, and report what was not carried over."""
    wanted = shape or _by_ending(file)
    done = import_workflow(read_bytes(file), str(file), wanted, bundled_texts().get)
    shown = str(file.with_suffix(".yaml") if str(output) == "-" else output)
    problems = check_text(done.text, shown).problems
    if call.json:
        found = [{"code": one.code, "line": one.line, "column": one.column, "message": one.sentence(call.language)} for one in problems]
        print_json({"text": done.text, "report": [one.as_data(call.language) for one in done.notes], "problems": found})
        return
    write_file(output, done.text.encode())
    _tell(done.notes, call.language, str(file))
    _tell_problems(problems, shown, call.language)


def _by_ending(file: Path) -> Origin:
    ending = file.suffix.removeprefix(".").lower()
    if ending in tuple(Origin):
        return Origin(ending)
    raise BadInput("Say what it is: --format scxml or --format bpmn.", "请指明格式：--format scxml 或 --format bpmn。", field="format")


def _tell(notes: Sequence[Note], spoken: str, file: str) -> None:
    """To the error output, so that the file itself can be printed."""
    for one in notes:
        place = f"{file}:{one.line}: " if one.line else "· "
        print(clean(place + one.sentence(spoken)), file=sys.stderr)


def _tell_problems(problems: Sequence[Problem], file: str, spoken: str) -> None:
    for one in problems:
        print(clean(f"{file}:{one.line}:{one.column}: {one.severity} {one.code}: {one.sentence(spoken)}"), file=sys.stderr)
    count = sum(one.severity == "error" for one in problems)
    said = (
        (f"{count} thing(s) to mend before it can be published.", f"发布前还需修正 {count} 处。")
        if count
        else ("It passes the checks.", "已通过检查。")
    )
    print(say(*said), file=sys.stderr)
