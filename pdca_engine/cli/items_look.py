"""`pdca items list|show|next|history`: looking, nothing changes."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pdca_engine.cli.acting import reading
from pdca_engine.cli.command import Call, command
from pdca_engine.cli.items_next import as_data, tell_steps
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_json, print_table
from pdca_engine.cli.trouble import PersonNeeded, and_then
from pdca_engine.definition.paper.suggest import clip
from pdca_engine.reports.filters import ItemFilter
from pdca_engine.reports.history import HistoryLine, history
from pdca_engine.reports.items import ItemPage, item_page
from pdca_engine.reports.register import count_items, register
from pdca_engine.services.steps import next_steps
from pdca_engine.unit import Unit

Key = Annotated[str, typer.Argument(metavar="KEY", help=say("The item's key, like IMP-2026-0001.", "事项编号，如 IMP-2026-0001。"))]
Process = Annotated[str | None, typer.Option(help=say("Only of this process.", "仅此流程。"))]
WorkflowId = Annotated[str | None, typer.Option("--workflow", help=say("Only of this workflow.", "仅此工作流。"))]
State = Annotated[str | None, typer.Option(help=say("Only in this state.", "仅此状态。"))]
Owner = Annotated[str | None, typer.Option(metavar="PERSON", help=say("Only this person's.", "仅此人负责的。"))]
Text = Annotated[str | None, typer.Option(help=say("Only with this text in key or title.", "编号或标题含此文本。"))]
Overdue = Annotated[bool, typer.Option("--overdue", help=say("Only what is overdue.", "仅逾期的。"))]
Everything = Annotated[bool, typer.Option("--all", help=say("Closed ones, too.", "包括已关闭的。"))]


def wanted_items(
    unit: Unit,
    process: str | None,
    workflow: str | None,
    state: str | None,
    owner: str | None,
    text: str | None,
    overdue: bool,
    everything: bool,
) -> ItemFilter:
    """The filter that the options of `list` and `export` describe."""
    person = unit.directory.find_person(owner) if owner else None
    return ItemFilter(
        process=process, workflow=workflow, state=state, owner=person, text=text, overdue=overdue, open=None if everything else True
    )


def add_looks(app: typer.Typer) -> None:
    """Add the verbs that only look."""
    command(app, "list", "列出事项（默认仅未关闭的）。")(list_items)
    command(app, "show", "显示一个事项的全部内容。")(show_item)
    command(app, "next", "待办清单：每一步还缺什么，以及补上它的命令。")(show_next)
    command(app, "history", "显示事项的记录，最新的在前。")(show_history)


def list_items(
    call: Call,
    process: Process = None,
    workflow: WorkflowId = None,
    state: State = None,
    owner: Owner = None,
    text: Text = None,
    overdue: Overdue = False,
    everything: Everything = False,
    sort: Annotated[
        str,
        typer.Option(
            help=say(
                "created, due, state_since, title or key; -created: newest first.",
                "created、due、state_since、title 或 key；前加 - 为倒序。",
            )
        ),
    ] = "-created",
    limit: Annotated[int, typer.Option(min=1, max=200, help=say("How many at most.", "最多条数。"))] = 50,
    cursor: Annotated[str | None, typer.Option(help=say("Go on after the last page.", "从上一页之后继续。"))] = None,
) -> None:
    """List items, open ones unless --all is given."""
    with reading(call) as unit:
        wanted = wanted_items(unit, process, workflow, state, owner, text, overdue, everything)
        page, total = register(unit, wanted, cursor, limit, sort), count_items(unit, wanted)
    if call.json:
        print_json({"items": page.rows, "total": total, "next_cursor": page.next_cursor})
        return
    heads = (
        say("Key", "编号"),
        say("Title", "标题"),
        say("State", "状态"),
        say("Owner", "负责人"),
        say("Process", "流程"),
        say("Due", "到期日"),
    )
    rows = [
        (one.key, clip(one.title), one.state_title, one.owner_name, one.process_title, f"{one.due or ''}{' !' if one.overdue else ''}")
        for one in page.rows
    ]
    print_table(
        heads,
        rows,
        empty=say(
            "No items. Make one: pdca items new improvement TITLE --as LOGIN", "没有事项。新建：pdca items new improvement 标题 --as 登录名"
        ),
    )
    if page.next_cursor:
        line(
            say(f"{len(rows)} of {total}. Next: --cursor {page.next_cursor}", f"{len(rows)} / {total}。下一页：--cursor {page.next_cursor}")
        )


def show_item(call: Call, key: Key) -> None:
    """Show everything about one item."""
    with and_then("pdca items list"), reading(call) as unit:
        page = item_page(unit, key)
    if call.json:
        print_json(_page_data(page))
        return
    _tell_page(page)


def _page_data(page: ItemPage) -> dict[str, Any]:
    """The page for a program: values by name, no form descriptions."""
    return {
        **{name: getattr(page.card, name) for name in page.card.__slots__},
        "description": page.description,
        "workflow_version": page.paper.version,
        "columns": {one.name: one.value for one in page.columns},
        "fields": {one.name: one.value for one in page.fields},
        "evidence": page.evidence,
        "children": [one.key for one in page.children],
        "parent": page.parent.key if page.parent else None,
        "links": page.links,
        "timers": page.timers,
        "history": page.history.rows,
        "silenced": page.silenced,
        "seq": page.seq,
        "head": page.head,
    }


def _tell_page(page: ItemPage) -> None:
    card = page.card
    line(f"{card.key}  {card.title}")
    line(
        say(
            f"{card.workflow_title}: {card.state_title}, version {card.version}, cycle {card.cycle}",
            f"{card.workflow_title}：{card.state_title}，版本 {card.version}，循环 {card.cycle}",
        )
    )
    shown = [(one.title, one.text) for one in (*page.columns, *page.fields) if one.text and one.name != "title"]
    line()
    print_table(("", ""), shown)
    parts = [(one.key, one.title, one.state_title) for one in page.children]
    proofs = [(str(one.id), one.title, str(one.dated)) for one in page.evidence if not one.superseded]
    for title, rows in ((say("Parts", "下级事项"), parts), (say("Evidence", "证据"), proofs)):
        if rows:
            line()
            line(title)
            print_table(("", "", ""), rows)
    line()
    line(say(f"Next: pdca items next {card.key}", f"下一步：pdca items next {card.key}"))


def show_next(call: Call, key: Key) -> None:
    """A to-do list: for each possible step, what is missing and the command that mends it."""
    with and_then("pdca items list"), reading(call) as unit:
        if unit.person is None:
            raise PersonNeeded
        page, steps = item_page(unit, key), next_steps(unit, key.upper())
        who = unit.directory.person(unit.person)
    if call.json:
        print_json(
            {
                "key": page.card.key,
                "state": page.card.state,
                "version": page.card.version,
                "steps": [as_data(one, page, call) for one in steps],
            }
        )
        return
    line(f"{page.card.key}  {page.card.title} ({page.card.state_title})")
    tell_steps(page, steps, (who.logins or (str(who.id),))[0] if who else "", call.language)


def show_history(
    call: Call,
    key: Key,
    limit: Annotated[int, typer.Option(min=1, max=200, help=say("How many at most.", "最多条数。"))] = 50,
    cursor: Annotated[str | None, typer.Option(help=say("Go on after the last page.", "从上一页之后继续。"))] = None,
) -> None:
    """Show the item's trail, newest first."""
    with and_then("pdca items list"), reading(call) as unit:
        page = history(unit, key, cursor, limit)
    if call.json:
        print_json({"key": key.upper(), "history": page.rows, "next_cursor": page.next_cursor})
        return
    for one in page.rows:
        _tell_line(one)
    if page.next_cursor:
        line(say(f"Older: --cursor {page.next_cursor}", f"更早：--cursor {page.next_cursor}"))


def _tell_line(one: HistoryLine) -> None:
    line(f"{one.seq:>4}  {one.at:%Y-%m-%d %H:%M}Z  {one.sentence}")
    for text in (*one.details, *([f"“{one.comment}”"] if one.comment else [])):
        line(f"      {text}")
