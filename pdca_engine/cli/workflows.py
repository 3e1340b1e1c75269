"""`pdca workflows`: check and draw on paper, publish and look up what is published."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pdca_engine.cli.acting import administering, reading
from pdca_engine.cli.command import Call, command, noun
from pdca_engine.cli.language import language, say
from pdca_engine.cli.output import line, print_json, print_table, read_bytes, write_file
from pdca_engine.cli.trouble import and_then
from pdca_engine.cli.workflow_times import tell_times, times_data
from pdca_engine.cli.workflows_exchange import add_exchange
from pdca_engine.cli.workflows_fix import fix_file, fixed_data, tell_fixed
from pdca_engine.cli.workflows_flow import add_flow
from pdca_engine.cli.workflows_learn import add_lessons
from pdca_engine.cli.workflows_life import add_life
from pdca_engine.cli.workflows_migrate import add_migration
from pdca_engine.cli.workflows_try import add_tries
from pdca_engine.definition.paper.problems import Problem, as_json, as_sarif, as_text, has_errors
from pdca_engine.definition.paper.workflow import Transition, Workflow
from pdca_engine.definition.reading.mend import Mended
from pdca_engine.definition.reading.reader import MOST_BYTES
from pdca_engine.errors import WorkflowBroken
from pdca_engine.services.workflows import check_text, publish_workflow

app = noun("Workflows: check, publish, show, draw.", "工作流：检查、发布、查看、绘图。")


class Report(StrEnum):
    """How problems are shown."""

    text = "text"
    json = "json"
    sarif = "sarif"


class Picture(StrEnum):
    """How a workflow is drawn."""

    svg = "svg"
    mermaid = "mermaid"
    dot = "dot"


@command(app, "check", "检查工作流文件，一次列出全部问题及其行列位置。", acts=False)
def check(
    call: Call,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help=say("YAML files.", "YAML 文件。"))],
    shape: Annotated[Report, typer.Option("--format", help=say("text, json or sarif.", "text、json 或 sarif。"))] = Report.text,
    fix: Annotated[bool, typer.Option("--fix", help=say("Mend what can only be meant one way.", "修正只有一种可能含义的问题。"))] = False,
) -> None:
    """Check workflow files: every problem at once, with line, column and what was probably meant."""
    texts = {str(path): read_bytes(path) for path in files}
    fixed = _fix(texts) if fix else []
    problems = [problem for name, text in texts.items() for problem in check_text(text, name).problems]
    wanted = Report.json if call.json else shape
    if wanted is Report.text:
        tell_fixed(fixed)
        _tell(problems, texts)
    elif wanted is Report.sarif:
        print_json(as_sarif(problems, language()))
    else:
        print_json({**as_json(problems, language()), **({"fixed": fixed_data(fixed)} if fix else {})})
    if has_errors(problems):
        raise typer.Exit(1)


def _fix(texts: dict[str, bytes]) -> list[Mended]:
    """Mend each file; `texts` then holds what they say now."""
    found: list[Mended] = []
    for name, text in texts.items():
        texts[name], done = fix_file(Path(name), text)
        found += done
    return found


def _tell(problems: list[Problem], texts: dict[str, bytes]) -> None:
    sources = {name: _shown(text) for name, text in texts.items()}
    if problems:
        line(as_text(problems, sources, language()))
    errors = sum(one.severity == "error" for one in problems)
    warnings = len(problems) - errors
    line(
        say(
            f"{len(texts)} file(s): {errors} error(s), {warnings} warning(s).",
            f"{len(texts)} 个文件：{errors} 个错误，{warnings} 个警告。",
        )
    )


def _shown(text: bytes) -> str:
    """What of a file is needed to show lines of it."""
    return text[:MOST_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")


@command(app, "schema", "输出工作流文件的 JSON Schema，供编辑器使用。", prints=False, acts=False)
def schema(call: Call) -> None:
    """Print the JSON Schema of workflow files, for editors."""
    from pdca_engine.definition.language.schema import workflow_schema

    print(json.dumps(workflow_schema(), ensure_ascii=False, indent=2))


@command(app, "publish", "将文件发布为新版本；新事项使用新版本，进行中的事项不变。")
def publish(
    call: Call,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    reason: Annotated[str, typer.Option(help=say("Why this version.", "发布此版本的原因。"))],
) -> None:
    """Publish a file as a new version: new items use it, running ones stay on theirs."""
    raw = read_bytes(file)
    with and_then(f"pdca workflows check {file}"), administering(call) as unit:
        checked = check_text(raw, str(file), unit.session)
        if checked.workflow is None:
            if not call.json:
                line(as_text(checked.problems, {str(file): _shown(raw)}, call.language))
            raise WorkflowBroken(name=str(file), count=len(checked.problems), **as_json(checked.problems, call.language))
        done = publish_workflow(unit, raw.decode("utf-8-sig"), str(file), reason)
    if call.json:
        print_json(done)
    elif done.new:
        line(say(f"{done.workflow} version {done.version} is published.", f"已发布 {done.workflow} 版本 {done.version}。"))
    else:
        line(
            say(
                f"{done.workflow} version {done.version} says the same already.",
                f"{done.workflow} 版本 {done.version} 内容相同，未作更改。",
            )
        )


@command(app, "list", "列出已发布的工作流。")
def list_workflows(
    call: Call,
    retired: Annotated[bool, typer.Option("--retired", help=say("Retired ones too.", "包括已停用的。"))] = False,
) -> None:
    """List the published workflows with the number of items that run on each."""
    from pdca_engine.reports.workflows import workflows

    with reading(call) as unit:
        lines = workflows(unit, retired=retired)
    if call.json:
        print_json({"workflows": lines})
        return
    heads = ("ID", say("Title", "标题"), say("Key", "前缀"), say("Version", "版本"), say("Open items", "未结事项"))
    rows = [(one.id, one.title, one.key or "–", one.current, one.running) for one in lines]
    print_table(heads, rows, empty=say("None is published: run `pdca init`.", "尚未发布：请运行 `pdca init`。"))


@command(app, "show", "显示一个工作流的状态、流转、定时器、计划与版本。")
def show(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="ID", help=say("Its id, like improvement.", "标识，如 improvement。"))],
    version: Annotated[int | None, typer.Option(help=say("Version; the current one if left out.", "版本；省略为当前版本。"))] = None,
) -> None:
    """Show a workflow: its states, who may take which step, what it does by itself, its versions."""
    from pdca_engine.reports.workflows import workflow_page

    with and_then("pdca workflows list"), reading(call) as unit:
        page = workflow_page(unit, name, version)
    if call.json:
        print_json({"workflow": page.line, "shown": page.shown, "versions": page.versions, **_paper(page.paper), **times_data(page.paper)})
        return
    line(say(f"{page.line.title} ({page.line.id}), version {page.shown}", f"{page.line.title}（{page.line.id}），版本 {page.shown}"))
    line()
    states = [(one.phase, one.name, one.title.get(call.language), one.final or "") for one in page.paper.states.values()]
    print_table((say("Phase", "阶段"), say("State", "状态"), say("Title", "标题"), say("End", "结束")), states)
    line()
    steps = [(one.name, ", ".join(one.sources), one.target, _who(one, call.language)) for one in page.paper.transitions.values()]
    print_table((say("Transition", "流转"), say("From", "从"), say("To", "到"), say("By", "执行人")), steps)
    line()
    tell_times(page.paper)
    versions = [(one.number, one.published_at.date(), one.published_by, one.reason, one.running) for one in page.versions]
    print_table(
        (say("Version", "版本"), say("Published", "发布"), say("By", "发布人"), say("Why", "原因"), say("Open items", "未结事项")), versions
    )


def _who(one: Transition, language: str) -> str:
    """Who may take a step, or how many must say yes to it."""
    names = ", ".join(one.by)
    return one.approvals.of(names, language) if one.approvals else names


def _paper(paper: Workflow) -> dict[str, object]:
    """The paper's shape, for programs."""
    return {
        "fields": [{"name": one.name, "type": one.type, "title": one.title, "required": one.required} for one in paper.fields.values()],
        "states": [{"name": one.name, "phase": one.phase, "title": one.title, "final": one.final} for one in paper.states.values()],
        "transitions": [
            {"name": one.name, "title": one.title, "from": one.sources, "to": one.target, "by": one.by, "approvals": one.approvals}
            for one in paper.transitions.values()
        ],
    }


@command(app, "diagram", "绘制工作流（文件或已发布的标识）。", prints=False)
def diagram(
    call: Call,
    source: Annotated[str, typer.Argument(metavar="FILE|ID")],
    shape: Annotated[Picture, typer.Option("--format", help=say("svg, mermaid or dot.", "svg、mermaid 或 dot。"))] = Picture.svg,
    output: Annotated[Path, typer.Option("--output", "-o", help=say("File to write; - prints it.", "写入的文件；- 为标准输出。"))] = Path(
        "-"
    ),
) -> None:
    """Draw a workflow, from a file or as it is published."""
    workflow = _of_file(Path(source)) if Path(source).suffix in (".yaml", ".yml") else _published(call, source)
    write_file(output, _drawers()[shape](workflow, call.language).encode())


def _of_file(path: Path) -> Workflow:
    text = read_bytes(path)
    checked = check_text(text, str(path))
    if checked.workflow is None:
        with and_then(f"pdca workflows check {path}"):
            raise WorkflowBroken(name=str(path), count=len(checked.problems))
    return checked.workflow


def _published(call: Call, name: str) -> Workflow:
    from pdca_engine.reports.workflows import workflow_page

    with and_then("pdca workflows list"), reading(call) as unit:
        return workflow_page(unit, name).paper


def _drawers() -> dict[Picture, Callable[[Workflow, str], str]]:
    from pdca_engine.cli.diagram_text import as_dot, as_mermaid
    from pdca_engine.definition.drawing.diagram import diagram_svg

    return {Picture.svg: diagram_svg, Picture.mermaid: as_mermaid, Picture.dot: as_dot}


add_life(app)
add_migration(app)
add_tries(app)
add_lessons(app)
add_exchange(app)
add_flow(app)
