"""`pdca schedules`: what recurs, what is due now, and what a rule would do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from pdca_engine.cadence.calendars import BUNDLED, load_calendar
from pdca_engine.cadence.rules import Occurrence
from pdca_engine.cadence.rules import preview as preview_rule
from pdca_engine.cli.acting import load_settings, opened, reading
from pdca_engine.cli.command import Call, command, noun
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_json, print_table, read_bytes
from pdca_engine.cli.words import read_moment
from pdca_engine.definition.checks.schedules import load_schedules
from pdca_engine.definition.paper.workflow import Schedule
from pdca_engine.errors import Refusal, Refused
from pdca_engine.reports.schedules import schedules as schedule_lines
from pdca_engine.services.due import raise_due
from pdca_engine.services.schedules import rule_of
from pdca_engine.settings import Settings

app = noun("Recurring schedules and what is due.", "周期计划与到期事项。")


@command(app, "list", "列出全部周期计划：下一次、上一次、已暂停或出错的。")
def list_schedules(call: Call) -> None:
    """List recurring schedules: what comes next, what came last, what is paused or set aside."""
    with reading(call) as unit:
        lines = schedule_lines(unit)
    if call.json:
        print_json({"schedules": lines})
        return
    heads = (
        say("Workflow", "工作流"),
        say("Schedule", "计划"),
        say("For", "对象"),
        say("Next", "下一次"),
        say("Zone", "时区"),
        say("Last", "上一次"),
    )
    rows = [
        (
            one.workflow,
            one.title,
            one.target,
            one.error or one.next_nominal,
            one.timezone,
            f"{one.last_nominal or ''} {one.last_state or ''}",
        )
        for one in lines
    ]
    print_table(heads, rows, empty=say("No schedules: publish a workflow that has some.", "没有周期计划：请发布带有计划的工作流。"))


@command(app, "tick", "立即执行全部到期的计划与定时器（调度器所做的同一件事）。", acts=False)
def tick(
    call: Call,
    at: Annotated[str | None, typer.Option(metavar="MOMENT", help=say("As if it were this moment.", "按此时刻执行。"))] = None,
) -> None:
    """Do now what is due, exactly as the scheduler does."""
    with opened() as app:
        done = raise_due(app, read_moment(at, "at", app.settings.zone) if at else None)
    if call.json:
        print_json(done)
        return
    counts = (done.fired, done.missed, done.skipped, done.failed)
    line(say("{} fired, {} missed, {} skipped, {} failed.", "触发 {}，错过 {}，跳过 {}，失败 {}。").format(*counts))
    line(say(f"Next wake-up: {done.next_wake or '–'}", f"下次唤醒：{done.next_wake or '–'}"))


@command(app, "preview", "仅在纸面上显示规则会在何时触发；不使用数据库。", acts=False)
def preview(
    call: Call,
    rule: Annotated[Path, typer.Option(help=say("YAML file with a `schedules:` map.", "含 `schedules:` 映射的 YAML 文件。"))],
    start: Annotated[str, typer.Option("--from", metavar="MOMENT", help=say("First moment, inclusive.", "起始时刻（含）。"))],
    until: Annotated[str, typer.Option(metavar="MOMENT", help=say("Last moment, exclusive.", "结束时刻（不含）。"))],
    calendar: Annotated[
        str | None, typer.Option(help=say("Calendar for rules that name none: cn, de, none, or a file.", "未指定日历的规则所用日历。"))
    ] = None,
) -> None:
    """Show on paper when rules would fire; no database. Moments without an offset are meant in each rule's own zone."""
    settings = load_settings()
    found = list(_previewed(_read(rule), settings, calendar or settings.calendar, start, until))
    found.sort(key=lambda pair: (pair[1].utc, pair[0]))
    shown = [
        {"schedule": name, "nominal": one.nominal.isoformat(), "zone": one.zone, "utc": one.utc.isoformat(), "note": one.note}
        for name, one in found
    ]
    if call.json:
        print_json({"occurrences": shown})
        return
    heads = (say("Schedule", "计划"), say("Nominal", "名义时间"), say("Zone", "时区"), "UTC", say("Note", "备注"))
    print_table(heads, [tuple(row.values()) for row in shown], empty=say("Nothing fires in that period.", "该时段内不触发。"))


def _read(path: Path) -> list[Schedule]:
    schedules, problems = load_schedules(read_bytes(path), str(path), frozenset(BUNDLED))
    errors = [one for one in problems if one.severity == "error"]
    if errors:
        raise Refused([_refusal(one) for one in errors])
    return list(schedules.values())


def _refusal(one: Any) -> Refusal:
    place = f"{one.file}:{one.line}:{one.column}: "
    return Refusal(one.code, place + one.message, place + one.message_zh, None, {"line": one.line, "column": one.column})


def _previewed(rules: list[Schedule], settings: Settings, calendar: str, start: str, until: str) -> Iterator[tuple[str, Occurrence]]:
    for one in rules:
        zone = ZoneInfo(one.timezone) if one.timezone else settings.zone
        worked = load_calendar(one.calendar or calendar)
        first, last = _wall(start, "from", zone), _wall(until, "until", zone)
        for occurrence in preview_rule(rule_of(one), zone, worked, one.on_holiday, first, last):
            yield one.name, occurrence


def _wall(text: str, field: str, zone: ZoneInfo) -> datetime:
    """Wall-clock time in the rule's zone, where no offset says otherwise."""
    try:
        naive = datetime.fromisoformat(text.strip())
    except ValueError:
        naive = read_moment(text, field, zone)
    return naive if naive.tzinfo is None else naive.astimezone(zone).replace(tzinfo=None)
