"""`pdca items new|advance|edit|assign|comment|link`: changing, always as a person."""

from __future__ import annotations

from typing import Annotated

import typer

from pdca_engine.cli.acting import acting
from pdca_engine.cli.command import Call, command
from pdca_engine.cli.items_look import Key
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_json
from pdca_engine.cli.trouble import and_then
from pdca_engine.cli.words import read_values
from pdca_engine.services.advance import Advanced, advance_item
from pdca_engine.services.creation import create_item
from pdca_engine.services.items import Edited, assign_item, comment_item, edit_item
from pdca_engine.services.links import link_item

Values = Annotated[
    list[str] | None, typer.Argument(metavar="NAME=VALUE…", help=say("Fields and inputs; NAME= empties.", "字段与输入；“名称=”为清空。"))
]
Version = Annotated[
    int | None, typer.Option(help=say("The version you have seen; another one is a conflict.", "您看到的版本；不一致则为冲突。"))
]
RequestKey = Annotated[str | None, typer.Option("--request-key", help=say("Repeating it changes nothing.", "重复提交不产生第二次效果。"))]
Comment = Annotated[str | None, typer.Option(help=say("Why.", "原因。"))]


def add_changes(app: typer.Typer) -> None:
    """Add the verbs that change items."""
    command(app, "new", "新建事项。")(new_item)
    command(app, "advance", "推进事项：执行一个流转。", signs=True)(advance)
    command(app, "edit", "修改字段，不流转。", signs=True)(edit)
    command(app, "assign", "指派负责人、检查人等。")(assign)
    command(app, "comment", "添加评论。")(comment_on)
    command(app, "link", "关联到另一事项或地址。")(link)


def new_item(
    call: Call,
    workflow: Annotated[
        str, typer.Argument(metavar="WORKFLOW", help=say("Like improvement or nonconformity.", "如 improvement 或 nonconformity。"))
    ],
    title: Annotated[str, typer.Argument(metavar="TITLE")],
    values: Values = None,
    parent: Annotated[str | None, typer.Option(metavar="KEY", help=say("The item it is part of.", "上级事项。"))] = None,
    request_key: RequestKey = None,
) -> None:
    """Make an item; who makes it is its proposer."""
    given = read_values(values or [])
    with and_then(f"pdca workflows show {workflow}"), acting(call) as unit:
        made = create_item(unit, workflow, title, given, parent=parent.upper() if parent else None, request_key=request_key)
    if call.json:
        print_json(made)
        return
    line(say(f"{made.key} is there.", f"已新建 {made.key}。"))
    line(say(f"Next: pdca items next {made.key}", f"下一步：pdca items next {made.key}"))


def advance(
    call: Call,
    key: Key,
    transition: Annotated[str, typer.Argument(metavar="TRANSITION", help=say("Like submit or approve.", "如 submit 或 approve。"))],
    values: Values = None,
    comment: Comment = None,
    version: Version = None,
    request_key: RequestKey = None,
    acting_for: Annotated[
        str | None, typer.Option("--for", metavar="PERSON", help=say("Whom you stand in for as deputy.", "您所代理的人。"))
    ] = None,
    decline: Annotated[
        bool, typer.Option("--decline", help=say("Say no to a step that takes several yeses.", "对需会签的步骤表示不同意。"))
    ] = False,
) -> None:
    """Take a step, or say yes to one that takes several. A refusal lists everything that is missing."""
    key, given = key.upper(), read_values(values or [])
    with and_then(f"pdca items next {key}"), acting(call) as unit:
        absent = unit.directory.find_person(acting_for) if acting_for else None
        done = advance_item(
            unit, key, transition, given, comment, version=version, request_key=request_key, acting_for=absent, decline=decline
        )
        workflow = unit.workflow(unit.hot.read_item(key=key).workflow_version_id).workflow  # type: ignore[union-attr]  # because it was just advanced
        target = workflow.states[done.target].title.get(call.language)
    if call.json:
        print_json(done)
        return
    if done.kind != "advanced":
        line(_voice(done))
        return
    again = say(" (as before: the same request)", "（同一请求，结果如前）") if done.repeated else ""
    line(say(f"{key} is in “{target}” now, version {done.version}.{again}", f"{key} 现处于“{target}”，版本 {done.version}。{again}"))
    if done.created:
        line(say(f"Made: {', '.join(done.created)}", f"已新建：{'、'.join(done.created)}"))


def _voice(done: Advanced) -> str:
    """What came of one yes or no."""
    if done.kind == "declined":
        return say(f"{done.key}: your no is kept; the round is over.", f"{done.key}：已记录您的不同意，本轮结束。")
    return say(
        f"{done.key}: your yes is kept; {done.still} more needed before it goes on.", f"{done.key}：已记录您的同意，还需 {done.still} 人。"
    )


def edit(
    call: Call,
    key: Key,
    values: Annotated[list[str], typer.Argument(metavar="NAME=VALUE…", help=say("Fields; NAME= empties.", "字段；“名称=”为清空。"))],
    comment: Comment = None,
    version: Version = None,
    request_key: RequestKey = None,
) -> None:
    """Change fields without a step."""
    with and_then(f"pdca items show {key.upper()}"), acting(call) as unit:
        done = edit_item(unit, key.upper(), read_values(values), version=version, comment=comment, request_key=request_key)
    _tell_edited(call, done)


def _tell_edited(call: Call, done: Edited) -> None:
    if call.json:
        changes = {name: {"old": old, "new": new} for name, (old, new) in done.changes.items()}
        print_json({"key": done.key, "version": done.version, "changes": changes})
    elif done.changes:
        names = ", ".join(done.changes)
        line(say(f"{done.key}: {names} changed, version {done.version}.", f"{done.key}：已修改 {names}，版本 {done.version}。"))
    else:
        line(say(f"{done.key} says the same already; nothing changed.", f"{done.key} 内容相同，未作更改。"))


def assign(
    call: Call,
    key: Key,
    person: Annotated[
        str,
        typer.Argument(
            metavar="PERSON", help=say("Login, name, e-mail or number; - for nobody.", "登录名、姓名、邮箱或编号；- 表示无人。")
        ),
    ],
    role: Annotated[str, typer.Option("--role", help=say("owner, proposer, checker …", "owner、proposer、checker 等。"))] = "owner",
    version: Version = None,
) -> None:
    """Make somebody owner, checker … of the item."""
    with and_then(f"pdca items show {key.upper()}", "pdca people list"), acting(call) as unit:
        done = assign_item(unit, key.upper(), role, None if person == "-" else person, version=version)
    _tell_edited(call, done)


def comment_on(call: Call, key: Key, text: Annotated[str, typer.Argument(metavar="TEXT")], request_key: RequestKey = None) -> None:
    """Add a comment."""
    with and_then("pdca items list"), acting(call) as unit:
        seq = comment_item(unit, key.upper(), text, request_key=request_key)
    if call.json:
        print_json({"key": key.upper(), "seq": seq})
    else:
        line(say(f"Comment {seq} is with {key.upper()}.", f"评论已归入 {key.upper()}（第 {seq} 条）。"))


def link(
    call: Call,
    key: Key,
    to: Annotated[str | None, typer.Option(metavar="KEY", help=say("The other item.", "另一事项。"))] = None,
    url: Annotated[str | None, typer.Option(help=say("Or an address, https://…", "或地址 https://…"))] = None,
    kind: Annotated[str, typer.Option(help=say("Kind of link.", "关联类型。"))] = "related",
) -> None:
    """Link the item to another one, or to an address."""
    with and_then("pdca items list"), acting(call) as unit:
        link_item(unit, key.upper(), kind, to=to.upper() if to else None, url=url)
    if call.json:
        print_json({"key": key.upper(), "kind": kind, "to": to, "url": url})
    else:
        line(say(f"{key.upper()} is linked to {to or url}.", f"{key.upper()} 已关联 {to or url}。"))
