"""`pdca evidence`: what shows that something was done."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pdca_engine.cli.acting import acting, load_settings, reading
from pdca_engine.cli.command import Call, command, noun
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_json, print_table
from pdca_engine.cli.trouble import and_then
from pdca_engine.cli.words import read_day
from pdca_engine.errors import BadInput, NotFound
from pdca_engine.reports.find import find_item
from pdca_engine.reports.items import evidence_lines
from pdca_engine.services.evidence import KeptFile, add_evidence, keep_file

app = noun("Evidence of an item.", "事项的证据。")
Key = Annotated[str, typer.Argument(metavar="KEY", help=say("The item's key, like IMP-2026-0001.", "事项编号，如 IMP-2026-0001。"))]


@command(app, "add", "为事项添加证据：文件或地址。")
def add(
    call: Call,
    key: Key,
    file: Annotated[Path | None, typer.Option(help=say("The file.", "文件。"))] = None,
    url: Annotated[str | None, typer.Option(help=say("Or an address, https://…", "或地址 https://…"))] = None,
    title: Annotated[str | None, typer.Option(help=say("What it shows; the file's name if left out.", "说明；省略为文件名。"))] = None,
    kind: Annotated[str | None, typer.Option(help=say("Kind, as a workflow may ask for it.", "类型（工作流可能要求）。"))] = None,
    dated: Annotated[
        str | None,
        typer.Option(metavar="DATE", help=say("When what it shows happened; today if left out.", "所示事情发生的日期；省略为今天。")),
    ] = None,
    period_from: Annotated[str | None, typer.Option("--period-from", metavar="DATE")] = None,
    period_until: Annotated[str | None, typer.Option("--period-until", metavar="DATE")] = None,
    requirement: Annotated[str | None, typer.Option(help=say("Requirement it answers, like 10.2.", "对应的条款，如 10.2。"))] = None,
    supersedes: Annotated[int | None, typer.Option(metavar="NUMBER", help=say("The piece it replaces.", "被替代证据的编号。"))] = None,
    request_key: Annotated[
        str | None, typer.Option("--request-key", help=say("Repeating it changes nothing.", "重复提交不产生第二次效果。"))
    ] = None,
) -> None:
    """Add a file or an address as evidence of an item."""
    days = {name: read_day(text, name) for name, text in {"dated": dated, "period_from": period_from, "period_until": period_until}.items()}
    with and_then(f"pdca evidence list {key.upper()}"), acting(call) as unit:
        find_item(unit, key)  # before the file is copied
        kept = _kept(file) if file else None
        shown = title or (kept.file_name if kept else url or "")
        done = add_evidence(
            unit,
            key.upper(),
            title=shown,
            file=kept,
            url=url,
            kind=kind,
            requirement=requirement,
            supersedes=supersedes,
            request_key=request_key,
            **days,
        )
    if call.json:
        print_json(done)
    else:
        line(
            say(
                f"Evidence {done.id} (version {done.version}) is with {done.key}.",
                f"证据 {done.id}（版本 {done.version}）已归入 {done.key}。",
            )
        )


def _kept(file: Path) -> KeptFile:
    try:
        with file.open("rb") as stream:
            return keep_file(load_settings(), stream, file.name)
    except FileNotFoundError:
        raise NotFound("file", "文件", str(file), "Check the path.", "请检查路径。") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"{file} can't be read: {why}.", f"无法读取 {file}：{why}。", field="file") from None


@command(app, "list", "列出事项的证据，最新的在前。")
def list_evidence(call: Call, key: Key) -> None:
    """List an item's evidence, newest first."""
    with and_then("pdca items list"), reading(call) as unit:
        lines = evidence_lines(unit, find_item(unit, key).id)
    if call.json:
        print_json({"evidence": lines})
        return
    heads = ("#", say("Title", "标题"), say("Kind", "类型"), say("Dated", "日期"), say("Added by", "添加人"), say("What", "内容"), "")
    rows = [
        (
            one.id,
            one.title,
            one.kind,
            one.dated,
            one.added_by_name,
            one.url or f"{one.file_name} {(one.sha256 or '')[:12]}",
            say("superseded", "已替代") if one.superseded else "",
        )
        for one in lines
    ]
    print_table(
        heads, rows, empty=say("No evidence yet: pdca evidence add KEY --file FILE", "尚无证据：pdca evidence add 编号 --file 文件")
    )
