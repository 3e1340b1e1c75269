"""`pdca trail`: prove that nothing was changed afterwards."""

from __future__ import annotations

import typer

from pdca_engine.cli.acting import reading
from pdca_engine.cli.command import Call, command, noun
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_json
from pdca_engine.cli.trail_export import add_export
from pdca_engine.services.verify import verify_trail

app = noun("Prove that nothing was changed afterwards.", "证明记录未被事后更改。")


@command(app, "verify", "重新计算每条哈希链，并将各列与文本、事项与其记录相比对；有断点时退出码为 1。", acts=False)
def verify(call: Call) -> None:
    """Recompute every hash chain, and compare columns with texts and items with their trails. Ends with 1 at a break."""
    with reading(call) as unit:
        report = verify_trail(unit)
    broken = report.first_broken
    if call.json:
        first = broken and {"item": broken.item, "seq": broken.seq, "code": broken.code, "what": say(broken.en, broken.zh)}
        print_json({"ok": report.ok, "items": report.items, "entries": report.entries, "first_broken": first})
    elif broken is None:
        line(
            say(
                f"{report.entries} entries of {report.items} items: nothing was changed.",
                f"{report.items} 个事项的 {report.entries} 条记录：未被更改。",
            )
        )
    else:
        line(say(f"{broken.item}, entry {broken.seq}: {broken.en}", f"{broken.item} 第 {broken.seq} 条：{broken.zh}"))
    if not report.ok:
        raise typer.Exit(1)


add_export(app)
