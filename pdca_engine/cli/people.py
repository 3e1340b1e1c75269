"""`pdca people`: who there is, what they may do, how they sign in."""

from __future__ import annotations

from typing import Annotated

import typer

from pdca_engine.cli.acting import administering, reading
from pdca_engine.cli.command import Call, command, noun
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_json, print_table
from pdca_engine.cli.setup import base_address
from pdca_engine.cli.words import read_day
from pdca_engine.errors import NotFound
from pdca_engine.reports.people import PersonLine, people
from pdca_engine.services.people import add_deputy, add_person, disable_account, end_grant, grant_role, make_sign_in_link, make_token

app = noun("People, their roles, deputies and sign-in.", "人员及其角色、代理与登录。")
Who = Annotated[str, typer.Argument(metavar="PERSON", help=say("Login, name, e-mail or number.", "登录名、姓名、邮箱或编号。"))]
FromDay = Annotated[str | None, typer.Option("--from", metavar="DATE", help=say("First day; open if left out.", "起始日；省略为不限。"))]
UntilDay = Annotated[str | None, typer.Option("--until", metavar="DATE", help=say("Last day; open if left out.", "截止日；省略为不限。"))]


@command(app, "add", "新增人员；给出 --login 时可登录。")
def add(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    login: Annotated[str | None, typer.Option(help=say("Login; without one they can't sign in.", "登录名；没有则不能登录。"))] = None,
    email: Annotated[str | None, typer.Option()] = None,
    speaks: Annotated[str | None, typer.Option("--language", metavar="en|zh", help=say("The language they read.", "其阅读语言。"))] = None,
    timezone: Annotated[str | None, typer.Option(help=say("Their time zone, like Europe/Berlin.", "其时区，如 Europe/Berlin。"))] = None,
    manager: Annotated[str | None, typer.Option(metavar="PERSON", help=say("Their line manager.", "其直属上级。"))] = None,
) -> None:
    """Add somebody."""
    with administering(call) as unit:
        above = unit.directory.find_person(manager) if manager else None
        number = add_person(unit, name, login, email, speaks, timezone, above)
    if call.json:
        print_json({"id": number, "name": name, "login": login})
        return
    line(say(f"{name} is person {number}.", f"{name} 的编号为 {number}。"))
    if login:
        line(say(f"Sign-in link: pdca people link {login}", f"登录链接：pdca people link {login}"))


@command(app, "list", "列出人员、登录名与当前角色。")
def list_people(
    call: Call,
    everybody: Annotated[bool, typer.Option("--all", help=say("Those who left, too.", "包括已离职的。"))] = False,
) -> None:
    """List who there is, with logins and the roles held today."""
    with reading(call) as unit:
        lines = people(unit, everybody=everybody)
    if call.json:
        print_json({"people": lines})
        return
    heads = ("#", say("Name", "姓名"), say("Logins", "登录名"), say("Roles today", "当前角色"))
    rows = [(one.id, one.name, ", ".join(one.logins), _roles(one)) for one in lines]
    print_table(heads, rows, empty=say("Nobody yet: run `pdca init`.", "尚无人员：请运行 `pdca init`。"))


def _roles(one: PersonLine) -> str:
    return ", ".join(f"{role.role}({role.process or role.service})" if role.process or role.service else role.role for role in one.roles)


@command(app, "grant", "授予角色：面向组织、某一流程或某一服务。")
def grant(
    call: Call,
    who: Who,
    role: Annotated[
        str, typer.Argument(metavar="ROLE", help=say("Like process_owner or sms_manager.", "如 process_owner 或 sms_manager。"))
    ],
    process: Annotated[str | None, typer.Option(help=say("Only for this process.", "仅限此流程。"))] = None,
    service: Annotated[str | None, typer.Option(help=say("Only for this service.", "仅限此服务。"))] = None,
    from_day: FromDay = None,
    until_day: UntilDay = None,
) -> None:
    """Give a role, for the organisation, one process or one service."""
    with administering(call) as unit:
        person = unit.directory.find_person(who)
        number = grant_role(unit, person, role, process, service, read_day(from_day, "from"), read_day(until_day, "until"))
        name = unit.directory.name(person)
    if call.json:
        print_json({"grant": number, "person": person, "role": role, "process": process, "service": service})
    else:
        line(say(f"{name} holds {role} now.", f"{name} 现担任 {role}。"))


@command(app, "revoke", "收回角色：自今日起不再有效；授权记录保留。")
def revoke(
    call: Call,
    who: Who,
    role: Annotated[str, typer.Argument(metavar="ROLE")],
    process: Annotated[str | None, typer.Option(help=say("Only for this process.", "仅限此流程。"))] = None,
    service: Annotated[str | None, typer.Option(help=say("Only for this service.", "仅限此服务。"))] = None,
    until_day: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help=say("Last day; yesterday if left out.", "截止日；省略为昨天。"))
    ] = None,
) -> None:
    """Take a role back, from today on or after --until. The grant stays on record."""
    with administering(call) as unit:
        person = unit.directory.find_person(who)
        held = [
            one
            for one in unit.directory.everywhere(person, unit.today)
            if (one.role, one.process_id, one.service_id) == (role, process, service)
        ]
        if not held:
            raise NotFound("grant", "授权", role, "`pdca people list` shows who holds what.", "`pdca people list` 列出当前角色。")
        for one in held:
            end_grant(unit, one.id, read_day(until_day, "until"))
        name = unit.directory.name(person)
    if call.json:
        print_json({"ended": [one.id for one in held]})
    else:
        line(say(f"{name} gives back {role}.", f"已收回 {name} 的 {role}。"))


@command(app, "deputy", "指定代理人：在此期间可代其操作。")
def deputy(
    call: Call,
    who: Who,
    stands_in: Annotated[str, typer.Argument(metavar="DEPUTY", help=say("Who stands in.", "代理人。"))],
    from_day: FromDay = None,
    until_day: UntilDay = None,
) -> None:
    """Let somebody stand in for a person in those days. For independence both count as one (four eyes)."""
    with administering(call) as unit:
        absent, present = unit.directory.find_person(who), unit.directory.find_person(stands_in)
        number = add_deputy(unit, absent, present, read_day(from_day, "from"), read_day(until_day, "until"))
        names = (unit.directory.name(present), unit.directory.name(absent))
    if call.json:
        print_json({"deputy": number, "person": absent, "stands_in": present})
    else:
        line(say("{} stands in for {}.", "{} 代理 {}。").format(*names))


@command(app, "link", "生成一次性登录链接。")
def link(
    call: Call,
    login: Annotated[str, typer.Argument(metavar="LOGIN")],
    minutes: Annotated[int, typer.Option(min=1, max=10080, help=say("How long it is good for.", "有效分钟数。"))] = 60,
) -> None:
    """Make a link that signs the account in once."""
    with administering(call) as unit:
        address = f"{base_address(unit.settings)}/sign-in/{make_sign_in_link(unit, login, minutes)}"
    if call.json:
        print_json({"login": login, "link": address, "minutes": minutes})
    else:
        line(address)


@command(app, "disable", "停用账号：立即结束其全部会话、链接与令牌。")
def disable(call: Call, login: Annotated[str, typer.Argument(metavar="LOGIN")]) -> None:
    """Disable an account; its sessions, links and tokens end now."""
    with administering(call) as unit:
        disable_account(unit, login)
    if call.json:
        print_json({"login": login, "disabled": True})
    else:
        line(say(f"{login} signs nobody in any more.", f"{login} 已停用。"))


@command(app, "token", "生成 API 与命令行使用的令牌（仅显示一次）。")
def token(
    call: Call,
    login: Annotated[str, typer.Argument(metavar="LOGIN")],
    name: Annotated[str, typer.Option(help=say("What it is for.", "用途。"))],
    scope: Annotated[str, typer.Option(metavar="read|write", help=say("read or write.", "read 或 write。"))] = "read",
    days: Annotated[int, typer.Option(min=1, max=3660, help=say("Days it is good for.", "有效天数。"))] = 90,
) -> None:
    """Make a token for the API and the command line (PDCA_TOKEN). It is shown once."""
    with administering(call) as unit:
        secret = make_token(unit, login, name, scope, days)
    if call.json:
        print_json({"login": login, "name": name, "scope": scope, "days": days, "token": secret})
    else:
        line(secret)
