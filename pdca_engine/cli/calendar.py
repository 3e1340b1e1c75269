"""`pdca calendar`: working-day arithmetic on paper; no database."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from pdca_engine.cadence.calendars import load_calendar
from pdca_engine.cadence.durations import Unit, add_to_date, parse_duration
from pdca_engine.cli.acting import load_settings
from pdca_engine.cli.command import Call, command, noun
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_json
from pdca_engine.cli.words import read_date

app = noun("Working-day arithmetic.", "工作日计算。")


@command(app, "add", "日期加时长。工作日从次日起数；允许负数。", acts=False, signs=True)
def add(
    call: Call,
    day: Annotated[str, typer.Argument(metavar="DATE", help=say("A date like 2026-01-31.", "日期，如 2026-01-31。"))],
    duration: Annotated[
        str, typer.Argument(help=say("Like '10 working days', '1 month', '-3 days'.", "如“10 working days”“1 month”“-3 days”。"))
    ],
    calendar: Annotated[
        str | None,
        typer.Option(
            help=say("cn, de, none, or a YAML file; PDCA_CALENDAR if left out.", "cn、de、none 或 YAML 文件；省略为 PDCA_CALENDAR。")
        ),
    ] = None,
) -> None:
    """Add a duration to a date. Working days count from the next day on; a minus counts back."""
    start, wanted, worked = read_date(day, "date"), parse_duration(duration), load_calendar(calendar or load_settings().calendar)
    counted: tuple[date, ...] = worked.add(start, wanted.amount)[1] if wanted.unit is Unit.working_days else ()
    result = add_to_date(start, wanted, worked)
    if call.json:
        print_json({"date": result, "counted": counted})
    else:
        line(f"{result}")
