"""`pdca workflows flow`: how items really went through a workflow, from the trail."""

from __future__ import annotations

from typing import Annotated

import typer

from pdca_engine.cli.acting import reading
from pdca_engine.cli.command import Call, command
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_json, print_table
from pdca_engine.cli.trouble import and_then
from pdca_engine.reports.flow_page import FlowPage, deviation_text, flow_page, span_text


def add_flow(app: typer.Typer) -> None:
    """Give the noun this verb."""
    command(app, "flow", "由轨迹显示工作流的实际流动：次数、时间、返工与偏离。")(flow)


def flow(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="ID", help=say("Its id, like improvement.", "标识，如 improvement。"))],
    version: Annotated[
        int | None, typer.Option(help=say("The version it is held against; the current one if left out.", "对照的版本；省略为当前版本。"))
    ] = None,
) -> None:
    """Show how a workflow really flows, from the trail: counts, times, rework, and what is not on the paper."""
    with and_then("pdca workflows list"), reading(call) as unit:
        found = flow_page(unit, name, version)
    if call.json:
        told = [deviation_text(found, one, call.language) for one in found.flow.deviations]
        print_json({"workflow": name, "version": found.page.shown, "open": found.flow.open, "flow": found.flow, "told": told})
        return
    _tell_whole(found, call.language)
    _tell_tables(found, call.language)
    _tell_deviations(found, call.language)


def _tell_whole(found: FlowPage, spoken: str) -> None:
    seen, title, through = found.flow, found.page.line.title, span_text(found.flow.through, spoken)
    line(say(f"{title}, held against version {found.page.shown}", f"{title}，对照版本 {found.page.shown}"))
    line(
        say(
            f"{seen.items} item(s): {seen.open} open, {seen.achieved} achieved, {seen.ended} given up. "
            f"Median from start to end: {through}. Went back at least once: {seen.reworked}.",
            f"{seen.items} 个事项：{seen.open} 个未结，{seen.achieved} 个已达成，{seen.ended} 个已终止。"
            f"从开始到结束的中位时间：{through}。至少返回过一次：{seen.reworked} 个。",
        )
    )
    line()


def _tell_tables(found: FlowPage, spoken: str) -> None:
    steps = [
        (
            found.step_title(one.transition, spoken),
            f"{found.state_title(one.source, spoken)} → {found.state_title(one.target, spoken)}",
            one.count,
            one.items,
            one.returns or "",
        )
        for one in found.flow.steps
    ]
    nothing = say("No step was taken yet.", "尚未执行任何步骤。")
    heads = (say("Step", "步骤"), say("From → to", "从 → 到"), say("Times", "次数"), say("Items", "事项"), say("Back", "返回"))
    print_table(heads, steps, empty=nothing)
    line()
    stays = [
        (found.state_title(one.state, spoken), one.visits, one.here, span_text(one.median, spoken), span_text(one.slow, spoken))
        for one in found.flow.stays
    ]
    slow = say("9 in 10 within", "九成不超过")
    print_table((say("State", "状态"), say("Visits", "进入次数"), say("There now", "目前在此"), say("Median", "中位时间"), slow), stays)
    line()


def _tell_deviations(found: FlowPage, spoken: str) -> None:
    if not found.flow.deviations:
        line(say("Everything is on the paper of this version.", "全部与此版本相符。"))
    for one in found.flow.deviations:
        keys = ", ".join(one.keys) + (", …" if one.items > len(one.keys) else "")
        line(f"! {deviation_text(found, one, spoken)} · {one.count}× · {keys}")
