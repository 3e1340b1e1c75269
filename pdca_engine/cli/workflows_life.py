"""`pdca workflows diff|versions|use|retire`: what changed, who changed it and why, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pdca_engine.cli.acting import administering, reading
from pdca_engine.cli.command import Call, command
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_json, print_table, read_text_file
from pdca_engine.cli.trouble import and_then
from pdca_engine.definition.changing.diff import as_data, diff_workflows
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.errors import BadInput, WorkflowBroken
from pdca_engine.reports.workflow_life import Stranded, stranded, workflow_life
from pdca_engine.reports.workflows import workflow_page
from pdca_engine.services.workflow_life import restore_workflow, retire_workflow, use_version
from pdca_engine.services.workflows import check_text
from pdca_engine.unit import Unit

WorkflowName = Annotated[str, typer.Argument(metavar="ID", help=say("Its id, like improvement.", "标识，如 improvement。"))]
Reason = Annotated[str, typer.Option(help=say("Why.", "原因。"))]


def add_life(app: typer.Typer) -> None:
    """Give the noun these verbs."""
    command(app, "diff", "比较两个版本（或版本与文件），并指出会滞留的进行中事项。")(diff)
    command(app, "versions", "列出各版本及其经历：何人、何时、为何。")(versions)
    command(app, "use", "改用较早的版本；进行中的事项不变。")(use)
    command(app, "retire", "停用工作流：不再接受新事项，进行中的事项继续；--restore 恢复。")(retire)


def diff(
    call: Call,
    name: WorkflowName,
    old: Annotated[int, typer.Argument(metavar="V1", help=say("The older version.", "旧版本。"))],
    new: Annotated[str, typer.Argument(metavar="V2|FILE", help=say("The newer version, or a file.", "新版本，或文件。"))],
) -> None:
    """Compare two versions, or a version and a file, and name the running items that would be stranded."""
    with and_then(f"pdca workflows versions {name}"), reading(call) as unit:
        before = workflow_page(unit, name, old).paper
        after = workflow_page(unit, name, int(new)).paper if new.isdecimal() else _of_file(unit, name, Path(new))
        left = stranded(unit, name, old, after.states)
    changes = diff_workflows(before, after)
    if call.json:
        print_json({"workflow": name, "from": old, "to": new, "changes": as_data(changes, call.language), "stranded": left})
        return
    for change in changes:
        line(f"{ {'added': '+', 'removed': '-', 'changed': '~'}[change.kind] } {change.sentence(call.language)}")
    if not changes:
        line(say("Both say the same.", "两者内容相同。"))
    _tell_stranded(left)


def _of_file(unit: Unit, name: str, path: Path) -> Workflow:
    checked = check_text(read_text_file(path), str(path), unit.session)
    if checked.workflow is None:
        raise WorkflowBroken(name=str(path), count=len(checked.problems))
    if checked.workflow.id != name:
        raise BadInput(
            f"{path} is the workflow {checked.workflow.id}, not {name}.", f"{path} 是工作流 {checked.workflow.id}，不是 {name}。"
        )
    return checked.workflow


def _tell_stranded(left: tuple[Stranded, ...]) -> None:
    if not left:
        line(say("No running item would be stranded.", "没有进行中的事项会滞留。"))
        return
    line(say("Running items whose state would be gone:", "状态将消失的进行中事项："))
    for one in left:
        keys = ", ".join(one.keys) + (", …" if one.count > len(one.keys) else "")
        line(f"  {one.state} ({one.title}): {one.count} · {keys}")


def versions(call: Call, name: WorkflowName) -> None:
    """List a workflow's versions and everything that happened to it: who, when and why."""
    with and_then("pdca workflows list"), reading(call) as unit:
        life = workflow_life(unit, name)
    if call.json:
        print_json({"workflow": life.page.line, "versions": life.page.versions, "events": life.lines})
        return
    current = life.page.line.current
    heads = (say("Version", "版本"), say("Open items", "未结事项"), say("Published", "发布"), say("By", "发布人"), say("Why", "原因"))
    rows = [
        (f"{one.number}{' *' if one.number == current else ''}", one.running, one.published_at.date(), one.published_by, one.reason)
        for one in life.page.versions
    ]
    print_table(heads, rows)
    line(say("* new items use it", "* 新事项使用此版本"))
    if life.page.line.retired_at:
        line(say("Retired: it takes no new items.", "已停用：不接受新事项。"))
    line()
    told = [(one.at.date(), one.who, one.sentence, one.reason) for one in life.lines]
    print_table((say("When", "时间"), say("Who", "人员"), say("What", "内容"), say("Why", "原因")), told)


def use(
    call: Call,
    name: WorkflowName,
    number: Annotated[int, typer.Argument(metavar="N", help=say("The version.", "版本。"))],
    reason: Reason,
) -> None:
    """Go back to an earlier version: new items and schedules use it, running items stay on theirs."""
    with and_then(f"pdca workflows versions {name}"), administering(call) as unit:
        done = use_version(unit, name, number, reason)
    if call.json:
        print_json(done)
    else:
        en = f"New items of {done.workflow} use version {done.version} now (before: {done.before})."
        line(say(en, f"{done.workflow} 的新事项现使用版本 {done.version}（之前为 {done.before}）。"))


def retire(
    call: Call,
    name: WorkflowName,
    reason: Reason,
    restore: Annotated[bool, typer.Option("--restore", help=say("Take new items again.", "重新接受新事项。"))] = False,
) -> None:
    """Retire a workflow: it takes no new items and its schedules rest, running items go on; --restore takes it back."""
    with and_then("pdca workflows list"), administering(call) as unit:
        done = (restore_workflow if restore else retire_workflow)(unit, name, reason)
    if call.json:
        print_json(done)
    elif done.retired:
        line(say(f"{name} is retired: it takes no new items, running ones go on.", f"{name} 已停用：不再接受新事项，进行中的事项继续。"))
    else:
        line(say(f"{name} takes new items again, on version {done.version}.", f"{name} 已恢复，新事项使用版本 {done.version}。"))
