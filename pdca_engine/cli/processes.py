"""`pdca processes`: the organisation's processes."""

from __future__ import annotations

from typing import Annotated

import typer

from pdca_engine.cli.acting import administering, reading
from pdca_engine.cli.command import Call, command, noun
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_json, print_table
from pdca_engine.reports.people import processes
from pdca_engine.services.processes import add_process

app = noun("The organisation's processes.", "组织的流程。")


@command(app, "add", "新增流程。")
def add(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="ID", help=say("Like incident or service_desk.", "如 incident 或 service_desk。"))],
    title: Annotated[str, typer.Option(help=say("Title in English.", "英文标题。"))],
    title_zh: Annotated[str | None, typer.Option("--title-zh", help=say("Title in Chinese.", "中文标题。"))] = None,
    clause: Annotated[
        str | None, typer.Option(help=say("Clause of ISO/IEC 20000-1, like 8.6.1.", "ISO/IEC 20000-1 条款，如 8.6.1。"))
    ] = None,
) -> None:
    """Add a process."""
    with administering(call) as unit:
        add_process(unit, name, title, title_zh or title, clause)
    if call.json:
        print_json({"id": name})
    else:
        line(
            say(
                f"Process {name} is there. Its owner: pdca people grant PERSON process_owner --process {name}",
                f"已添加流程 {name}。指定负责人：pdca people grant 人员 process_owner --process {name}",
            )
        )


@command(app, "list", "列出流程及其负责人。")
def list_processes(call: Call) -> None:
    """List the processes with their owners."""
    with reading(call) as unit:
        lines = processes(unit)
    if call.json:
        print_json({"processes": lines})
        return
    heads = ("ID", say("Title", "标题"), say("Clause", "条款"), say("Owner", "负责人"))
    rows = [(one.id, one.title, one.clause, ", ".join(one.owner_names)) for one in lines]
    print_table(
        heads, rows, empty=say("There is none: pdca processes add ID --title TITLE", "尚无流程：pdca processes add ID --title 标题")
    )
