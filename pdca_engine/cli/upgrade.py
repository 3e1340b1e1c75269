"""`pdca upgrade`: a new version of the program, the same data."""

from __future__ import annotations

from pdca_engine.cli.command import Call, command, verb
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_json
from pdca_engine.cli.setup import prepare
from pdca_engine.store.migrate import schema_state

app = verb()


@command(app, "upgrade", "将数据库与内置工作流升级到本程序版本；全部成功或毫无更改。", acts=False)
def upgrade(call: Call) -> None:
    """Bring the database's schema and the bundled workflows to this program's version, all or nothing."""
    ready = prepare()
    try:
        now = schema_state(ready.app.store)[0]
    finally:
        ready.app.close()
    published = [f"{one.workflow} {one.version}" for one in ready.published]
    if call.json:
        print_json({"found": ready.found, "schema": now, "published": published})
        return
    line(say(f"Schema: {ready.found} → {now}", f"数据库结构：{ready.found} → {now}"))
    line(say(f"Workflows published: {', '.join(published) or 'all were current'}", f"已发布工作流：{'、'.join(published) or '均为最新'}"))
