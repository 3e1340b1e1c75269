"""`pdca workflows migrate`: running items to another version; a plan first, then all or none, and back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from pdca_engine.cli.acting import administering, reading
from pdca_engine.cli.command import Call, command
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_json, print_table, progress, read_text_file
from pdca_engine.cli.trouble import and_then
from pdca_engine.cli.workflows_life import WorkflowName
from pdca_engine.errors import BadInput
from pdca_engine.reports.workflows import workflow_page
from pdca_engine.services.migrating.back import plan_revert, revert_migration
from pdca_engine.services.migrating.migrations import Migrated, apply_migration, find_route, plan_migration
from pdca_engine.services.migrating.plan import ItemPlan, Route
from pdca_engine.unit import Unit

FEW: Final = 20  # items told one by one to a person; --json tells all


def add_migration(app: typer.Typer) -> None:
    """Give the noun this verb."""
    command(app, "migrate", "将进行中的事项迁移到另一版本：先看计划，--apply 执行（全部或全不），--revert 撤回。")(migrate)


def migrate(
    call: Call,
    name: WorkflowName,
    source: Annotated[int | None, typer.Option("--from", help=say("The version they are on.", "现版本。"))] = None,
    target: Annotated[int | None, typer.Option("--to", help=say("The version they go to.", "目标版本。"))] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--map",
            help=say("YAML file {states, fields, transitions: {old: new}}.", "YAML 映射文件 {states, fields, transitions: {旧: 新}}。"),
        ),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help=say("Do it, all or none.", "执行，全部或全不。"))] = False,
    revert: Annotated[bool, typer.Option("--revert", help=say("Take the last migration back.", "撤回上一次迁移。"))] = False,
    reason: Annotated[str, typer.Option(help=say("Why; needed with --apply.", "原因；--apply 时必填。"))] = "",
) -> None:
    """Move running items to another version. Without --apply it only shows the plan: every item, its states, losses, refusals."""
    if not revert and (source is None or target is None):
        raise BadInput("Say from which version to which: --from 1 --to 2.", "请指明起止版本：--from 1 --to 2。", field="from")
    text = read_text_file(mapping) if mapping else None
    with and_then(f"pdca workflows versions {name}"):
        if apply:
            with administering(call) as unit:
                done = _done(unit, name, source, target, text, str(mapping), revert, reason)
            _tell_done(call, done, revert)
        else:
            with reading(call) as unit:
                route, plans = _planned(unit, name, source, target, text, str(mapping), revert)
                stuck = (_print_plan if call.json else _tell_plan)(route, plans, call.language)
            if stuck:
                raise typer.Exit(1)


def _planned(
    unit: Unit, name: str, source: int | None, target: int | None, text: str | None, file: str, revert: bool
) -> tuple[Route, Iterator[ItemPlan]]:
    if revert:
        return plan_revert(unit, name)
    route = find_route(unit, name, source or 0, target or 0, text, file)
    return route, plan_migration(unit, route)


def _done(
    unit: Unit, name: str, source: int | None, target: int | None, text: str | None, file: str, revert: bool, reason: str
) -> Migrated:
    running = sum(one.running for one in workflow_page(unit, name).versions if revert or one.number == source)
    with progress(say("Items", "事项"), running) as told:
        if revert:
            return revert_migration(unit, name, reason, told)
        return apply_migration(unit, find_route(unit, name, source or 0, target or 0, text, file), reason, told)


def _tell_done(call: Call, done: Migrated, revert: bool) -> None:
    if call.json:
        print_json(done)
        return
    en = f"{done.items} item(s) of {done.workflow} went from version {done.source} to version {done.target}."
    line(say(en, f"{done.workflow} 的 {done.items} 个事项已从版本 {done.source} 转到版本 {done.target}。"))
    if not revert:
        back = f"pdca workflows migrate {done.workflow} --revert --apply --reason …"
        line(say(f"Back, while none of them has moved: {back}", f"在事项尚未变动前可撤回：{back}"))


def _print_plan(route: Route, plans: Iterable[ItemPlan], language: str) -> int:
    """One document, written as it is reckoned: a hundred thousand items need no more memory than one page."""
    print(json.dumps({"workflow": route.workflow, "from": route.source, "to": route.target})[:-1] + ', "items": [')
    count = stuck = lossy = 0
    for plan in plans:
        print(("," if count else "") + json.dumps(plan.as_data(language), ensure_ascii=False))
        count, stuck, lossy = count + 1, stuck + bool(plan.refusals), lossy + bool(plan.placing.lost)
    print(f'], "total": {count}, "refused": {stuck}, "with_losses": {lossy}}}')
    return stuck


def _tell_plan(route: Route, plans: Iterable[ItemPlan], language: str) -> int:
    ways: Counter[tuple[str, str]] = Counter()
    notable: list[ItemPlan] = []
    stuck = lossy = 0
    for plan in plans:
        ways[plan.row.state, plan.placing.state if not plan.refusals else "–"] += 1
        stuck, lossy = stuck + bool(plan.refusals), lossy + bool(plan.placing.lost)
        if (plan.refusals or plan.placing.lost) and len(notable) < FEW:
            notable.append(plan)
    heads = (say("State", "状态"), say("Becomes", "变为"), say("Items", "事项"))
    rows = [(*way, count) for way, count in sorted(ways.items())]
    print_table(heads, rows, empty=say(f"No item runs on version {route.source}.", f"没有事项运行在版本 {route.source}。"))
    for plan in notable:
        for sentence in _sentences(plan, language):
            line(f"{plan.row.key}: {sentence}")
    total = ways.total()
    en = f"{total} item(s); {lossy} would lose values, {stuck} can't go. Nothing was changed."
    line(say(en, f"共 {total} 个事项；{lossy} 个会丢失字段值，{stuck} 个无法迁移。未作任何更改。"))
    return stuck


def _sentences(plan: ItemPlan, language: str) -> Iterator[str]:
    yield from (one.sentence(language) for one in plan.refusals)
    for one in plan.placing.lost:
        why = one.zh if language == "zh" else one.en
        yield say(f"loses {one.field} = {one.value}: {why}", f"丢失 {one.field} = {one.value}：{why}")
