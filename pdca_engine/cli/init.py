"""`pdca init`: from nothing to an installation somebody can sign in to."""

from __future__ import annotations

from typing import Annotated

import typer

from pdca_engine.cli.command import Call, command, verb
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_json
from pdca_engine.cli.setup import ensure_admin, prepare, sign_in_address
from pdca_engine.store.faults import where_is

app = verb()


@command(app, "init", "建立数据库，发布内置工作流，创建首位管理员，并输出一次性登录链接。可重复执行。", acts=False)
def init(
    call: Call,
    admin: Annotated[
        str | None, typer.Option(metavar="LOGIN", help=say("Login of the first administrator.", "首位管理员的登录名。"))
    ] = None,
    name: Annotated[str | None, typer.Option(help=say("Their name.", "其姓名。"))] = None,
) -> None:
    """Make the database, publish the bundled workflows, create the first administrator, and print a link that signs in once.

    Safe to run again: what is there stays.
    """
    ready = prepare()
    try:
        login = ensure_admin(ready.app, admin, name)
        link = sign_in_address(ready.app, login)
        place = where_is(ready.app.settings)
    finally:
        ready.app.close()
    published = [f"{one.workflow} {one.version}" for one in ready.published]
    if call.json:
        print_json({"database": place, "found": ready.found, "published": published, "admin": login, "link": link})
        return
    line(say(f"The database is ready: {place}", f"数据库已就绪：{place}"))
    line(say(f"Workflows published: {', '.join(published) or 'all were current'}", f"已发布工作流：{'、'.join(published) or '均为最新'}"))
    line(
        say(
            f"Start `pdca serve`, then sign in as {login} with this link, once, within 24 hours:",
            f"运行 `pdca serve` 后，以 {login} 身份用此链接登录（一次有效，24 小时内）：",
        )
    )
    line(link)
