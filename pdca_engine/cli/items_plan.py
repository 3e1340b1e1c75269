"""The report of an import: for a person and for a program."""

from __future__ import annotations

from typing import Any, Final

from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_table
from pdca_engine.definition.paper.suggest import clip
from pdca_engine.services.importing.headings import Guess
from pdca_engine.services.importing.report import DIFFERS, DUPLICATE, NEW, THERE, WRONG, ImportPlan, RowReport

SHOWN_ROWS: Final = 40


def plan_data(plan: ImportPlan, language: str, applied: bool) -> dict[str, Any]:
    """`{applied, ok, workflow, file, read_as, heading_row, columns, notes, people, counts, rows}`."""
    return {
        "applied": applied,
        "ok": plan.ok,
        "workflow": plan.workflow,
        "file": plan.name,
        "read_as": plan.how,
        "heading_row": plan.heading_row,
        "columns": [{"heading": one.heading, "target": one.target, "how": one.how} for one in plan.columns],
        "notes": [say(*one) for one in plan.notes],
        "people": list(plan.people),
        "counts": plan.counts,
        "rows": [_row_data(one, language) for one in plan.rows],
    }


def _row_data(row: RowReport, language: str) -> dict[str, Any]:
    problems = [{"column": one.column, "value": one.value, "code": one.code, "message": one.sentence(language)} for one in row.problems]
    return {"row": row.number, "title": row.title, "outcome": row.outcome, "key": row.key, "same_as": row.other, "problems": problems}


def tell_plan(plan: ImportPlan, language: str, applied: bool) -> None:
    """Columns, assumptions, what every row becomes, and what to do next."""
    line(say(f"{plan.name}: {plan.how}; headings in row {plan.heading_row}", f"{plan.name}：{plan.how}；标题在第 {plan.heading_row} 行"))
    line()
    print_table((say("Column", "列"), say("becomes", "对应"), ""), [(one.heading, one.target or "–", _how(one)) for one in plan.columns])
    line()
    for note in plan.notes:
        line(f"! {say(*note)}")
    if plan.people:
        verb = say("Persons added", "已新增人员") if applied else say("Persons that would be added", "将新增人员")
        line(f"! {verb}: {', '.join(plan.people)}")
    _tell_rows(plan, language)
    _tell_end(plan, applied)


def _how(one: Guess) -> str:
    return {
        "exact": "",
        "word": say("guessed", "推测"),
        "near": say("guessed by likeness", "按相似推测"),
        "map": say("by the mapping file", "按映射文件"),
        "ignored": say("left out by the mapping file", "按映射文件忽略"),
        "taken": say("left out: another column means the same", "未导入：另一列含义相同"),
        "unknown": say("left out: not known; name it in a mapping file", "未导入：未知；可在映射文件中指明"),
    }[one.how]


def _tell_rows(plan: ImportPlan, language: str) -> None:
    """Wrong rows all; of the others the first few."""
    others = [row for row in plan.rows if row.outcome != WRONG]
    shown = sorted([row for row in plan.rows if row.outcome == WRONG] + others[:SHOWN_ROWS], key=lambda row: row.number)
    rows = [(row.number, _outcome(row), clip(row.title), problem) for row in shown for problem in _problems(row, language)]
    print_table((say("Row", "行"), say("becomes", "结果"), say("Title", "标题"), say("Problem", "问题")), rows)
    if len(others) > SHOWN_ROWS:
        line(
            say(
                f"… and {len(others) - SHOWN_ROWS} more rows; --json lists all.", f"……另有 {len(others) - SHOWN_ROWS} 行；--json 列出全部。"
            )
        )


def _problems(row: RowReport, language: str) -> list[str]:
    return [f"{one.column} “{clip(one.value)}”: {one.sentence(language)}" for one in row.problems] or [""]


def _outcome(row: RowReport) -> str:
    return {
        NEW: row.key or say("new", "新建"),
        THERE: say(f"there: {row.key}", f"已存在：{row.key}"),
        DIFFERS: say(f"there, differs, left alone: {row.key}", f"已存在且内容不同，未更改：{row.key}"),
        DUPLICATE: say(f"same as row {row.other}, left out", f"与第 {row.other} 行相同，未导入"),
        WRONG: say("PROBLEM", "有问题"),
    }[row.outcome]


def _tell_end(plan: ImportPlan, applied: bool) -> None:
    counts = plan.counts
    line()
    numbers = (counts[NEW], counts[THERE], counts[DIFFERS], counts[DUPLICATE], counts[WRONG])
    line(
        say(
            "{} new, {} there already, {} there but different, {} repeated, {} wrong.",
            "新建 {}，已存在 {}，已存在但不同 {}，重复 {}，有问题 {}。",
        ).format(*numbers)
    )
    if applied:
        line(_done(counts[NEW]))
    elif plan.ok:
        line(say("Nothing was written. The same with --apply and --as LOGIN writes it.", "未写入。加上 --apply 与 --as 登录名 即写入。"))
    else:
        line(
            say(
                "Nothing was written. Mend the rows above, or say in a mapping file what they mean.",
                "未写入。请修正上述各行，或在映射文件中说明其含义。",
            )
        )


def _done(new: int) -> str:
    if new:
        return say(f"Imported: {new} new.", f"已导入：新增 {new} 个事项。")
    return say("Nothing was new: nothing was written.", "没有新内容，未写入任何内容。")
