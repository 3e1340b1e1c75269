"""`pdca doctor`: is everything as it should be?"""

from __future__ import annotations

import typer

from pdca_engine.cli.acting import load_settings
from pdca_engine.cli.command import Call, command, verb
from pdca_engine.cli.findings import Finding, examine
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_json, print_table

app = verb()
MARKS = {True: "✓", False: "✗", None: "·"}


@command(app, "doctor", "检查程序、数据库、数据文件夹、日历与内置工作流是否正常；有问题时退出码为 1。", acts=False)
def doctor(call: Call) -> None:
    """Look at program, database, data folder, calendar and bundled workflows. Ends with 1 when something is wrong."""
    findings = examine(load_settings())
    wrong = [one for one in findings if one.ok is False]
    if call.json:
        print_json({"ok": not wrong, "findings": [_data(one, call.language) for one in findings]})
    else:
        print_table(("", "", ""), [(MARKS[one.ok], one.name(call.language), one.says(call.language)) for one in findings])
        line()
        line(
            say("Everything is as it should be.", "一切正常。") if not wrong else say(f"{len(wrong)} problem(s).", f"{len(wrong)} 个问题。")
        )
    if wrong:
        raise typer.Exit(1)


def _data(one: Finding, language: str) -> dict[str, object]:
    return {"check": one.check, "ok": one.ok, "says": one.says(language), "data": one.data}
