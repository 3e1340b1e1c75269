"""What happened in a simulation, told: sentences for a person in either language, plain data for a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from pdca_engine.definition.playing.perform import Played
from pdca_engine.definition.playing.simulate import Happening

# Effect → how its line reads; the words in braces come from the effect's data.
EFFECTS: Final[Mapping[str, tuple[str, str]]] = {
    "set": ("set {values}", "设置 {values}"),
    "notify": ("tell {who}: {persons}", "通知 {who}：{persons}"),
    "escalate": ("escalate to {who}: {persons}", "升级给 {who}：{persons}"),
    "remind": ("remind {who}: {persons}", "提醒 {who}：{persons}"),
    "create": ("create an item of {workflow}: {values}", "创建 {workflow} 事项：{values}"),
    "fire": ("fire {transition} on {on}", "对 {on} 执行 {transition}"),
    "timer": ("timer {name}, due {due}", "定时器 {name}，到期 {due}"),
    "freeze_baseline": ("freeze the baseline of {name}", "冻结 {name} 的基线"),
    "webhook": ("call the webhook {name}", "调用 webhook {name}"),
    "link": ("link to {to} as {as}", "以 {as} 关联到 {to}"),
    "moved_up": ("decided one level up, as {role}", "上移一级，由 {role} 决定"),
}
# Kind of happening → how its line reads.
HEADS: Final[Mapping[str, tuple[str, str]]] = {
    "moved": ("✓ {name} ({who}): {source} → {target}", "✓ {name} ({who}): {source} → {target}"),
    "agreed": ("✓ {name} ({who}): yes, the others are waited for", "✓ {name}（{who}）：同意，等待其他人"),
    "declined": ("✗ {name} ({who}): no, the round is over", "✗ {name}（{who}）：不同意，本轮结束"),
    "refused": ("✗ {name} ({who}) is refused", "✗ {name}（{who}）被拒绝"),
    "reminded": ("⏰ {name}: reminder {offset}", "⏰ {name}：提醒 {offset}"),
    "silent": ("⏰ {name}: reminder {offset}, silenced", "⏰ {name}：提醒 {offset}，已静默"),
    "due": ("⏰ {name} is due", "⏰ {name} 到期"),
}


def played_data(played: Played, language: str) -> dict[str, Any]:
    """A story as it went, for a program."""
    zone = played.scene.place.zone
    return {
        "name": played.story.name.get(language),
        "passed": not played.surprises,
        "ends": played.scene.state,
        "steps": [
            {"step": number, "happened": [_data(one, zone, language) for one in found]} for number, found in enumerate(played.steps, 1)
        ],
        "surprises": [{"step": one.step, "message": one.says(language)} for one in played.surprises],
    }


def _data(one: Happening, zone: ZoneInfo, language: str) -> dict[str, Any]:
    shown = {"at": one.at.astimezone(zone), "kind": one.kind, "name": one.name, "who": one.who}
    more = {"from": one.source, "to": one.target, "offset": one.offset, "effects": list(one.effects)}
    refusals = [refusal.as_data(language) for refusal in one.refusals]
    return {**shown, **{name: value for name, value in more.items() if value}, **({"refusals": refusals} if refusals else {})}


def head_of(one: Happening, language: str) -> str:
    """The line that says what happened."""
    words = {"name": one.name, "who": one.who, "source": one.source, "target": one.target, "offset": one.offset}
    return HEADS[one.kind][language == "zh"].format(**words)


def effects_of(one: Happening, language: str) -> Iterator[str]:
    """A line for each of its effects."""
    for effect in one.effects:
        shown = {name: _shown(value) for name, value in effect.items()}
        yield EFFECTS[effect["effect"]][language == "zh"].format(**shown)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} = {'–' if one is None else one}" for name, one in value.items()) or "–"
    return ", ".join(map(str, value)) or "–" if isinstance(value, list | tuple) else str(value)
