"""What a message to a person says, in the words of the workflow it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.records.items import Item
from pdca_engine.reports.inbox import Told
from pdca_engine.reports.values import show_day
from pdca_engine.unit import Unit

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "moved": ("{who}: {step} → {target}", "{who}：{step} → {target}"),
    "kept": ("{who}: {step}", "{who}：{step}"),
    "declined": ("{who} said no to: {step}. {comment}", "{who}否决了“{step}”。{comment}"),
    "ended": ("{who} changed it: your yes to {step} no longer counts", "{who}修改了该事项，您对“{step}”的同意不再有效"),
    "timer": ("{timer}: {day}", "{timer}：{day}"),
    "schedule": ("{title}: {day}", "{title}：{day}"),
    "alarm": ("The schedule {schedule} has stopped: {error}", "计划 {schedule} 已停止：{error}"),
    "other": ("{title}", "{title}"),
}


def told_sentences(unit: Unit, messages: Sequence[Told]) -> dict[int, str]:
    """Each message's sentence by its number, in the reader's language; one query for all of them."""
    keys = {one.key for one in messages if one.key}
    versions = select(Item.key, Item.workflow_version_id).where(Item.key.in_(keys))
    papers = {key: unit.workflow(version).workflow for key, version in unit.session.execute(versions)} if keys else {}
    return {one.id: _sentence(unit, papers.get(one.key or ""), one) for one in messages}


def _sentence(unit: Unit, paper: Workflow | None, message: Told) -> str:
    body, language = message.body, unit.language
    en, zh = SENTENCES[_form(body)]
    step = paper.transitions.get(body.get("transition", "")) if paper else None
    target = paper.states.get(body.get("target", "")) if paper else None
    timer = paper.timers.get(body.get("timer", "")) if paper else None
    who = unit.directory.name(body.get("by"), language)
    return (zh if language == "zh" else en).format(
        who=who[:1].upper() + who[1:],
        step=step.title.get(language) if step else body.get("transition"),
        target=target.title.get(language) if target else body.get("target"),
        timer=timer.title.get(language) if timer else body.get("timer"),
        day=_day(body.get("due") or body.get("nominal"), language),
        title=body.get(f"title_{language}") or body.get("title", message.kind),
        schedule=body.get("schedule"),
        error=body.get("error"),
        comment=body.get("comment") or "",
    )


def _form(body: Mapping[str, Any]) -> str:
    """Which sentence fits: by what the message carries."""
    if body.get("kind") in ("declined", "ended"):
        return str(body["kind"])
    if body.get("transition"):
        return "kept" if body.get("source") == body.get("target") else "moved"
    if body.get("timer"):
        return "timer"
    if body.get("error"):
        return "alarm"
    return "schedule" if body.get("schedule") else "other"


def _day(written: str | None, language: str) -> str:
    return show_day(date.fromisoformat(written[:10]), language) if written else ""
