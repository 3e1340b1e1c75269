"""What happened in a simulation, told: lines for a person, plain data for a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from pdca_engine.cli.language import language, say
from pdca_engine.cli.output import line
from pdca_engine.definition.perform import Played, Surprise
from pdca_engine.definition.simulate import Happening

# Effect → how its line reads; the words in braces come from the effect's data.
_EFFECTS: Final[Mapping[str, tuple[str, str]]] = {
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


def played_data(played: Played) -> dict[str, Any]:
    """A story as it went, for a program."""
    zone = played.scene.place.zone
    return {
        "name": played.story.name.get(language()),
        "passed": not played.surprises,
        "ends": played.scene.state,
        "steps": [{"step": number, "happened": [_data(one, zone) for one in found]} for number, found in enumerate(played.steps, 1)],
        "surprises": [{"step": one.step, "message": one.says(language())} for one in played.surprises],
    }


def _data(one: Happening, zone: ZoneInfo) -> dict[str, Any]:
    shown = {"at": one.at.astimezone(zone), "kind": one.kind, "name": one.name, "who": one.who}
    more = {"from": one.source, "to": one.target, "offset": one.offset, "effects": list(one.effects)}
    refusals = [refusal.as_data(language()) for refusal in one.refusals]
    return {**shown, **{name: value for name, value in more.items() if value}, **({"refusals": refusals} if refusals else {})}


def tell_played(played: Played) -> None:
    """A story as it went, for a person."""
    line(played.story.name.get(language()))
    for number, happened in enumerate(played.steps, 1):
        for one in happened:
            line(f"{number:>3}  {one.at.astimezone(played.scene.place.zone):%Y-%m-%d %H:%M}  {_head(one)}")
            for text in _below(one):
                line(f"        {text}")
    line(say(f"     ends in {played.scene.state}", f"     结束于 {played.scene.state}"))
    tell_surprises(played.surprises)


def tell_surprises(surprises: tuple[Surprise, ...]) -> None:
    """What came out otherwise."""
    for one in surprises:
        where = _where(one.step)
        line(say(f"  ✗  {where}: {one.en}", f"  ✗  {where}：{one.zh}"))


def _where(step: int | None) -> str:
    if step is None:
        return say("at the end", "结束时")
    return say(f"step {step}", f"第 {step} 步") if step else say("at the start", "开始时")


def _head(one: Happening) -> str:
    match one.kind:
        case "moved":
            return f"✓ {one.name} ({one.who}): {one.source} → {one.target}"
        case "agreed":
            return say(f"✓ {one.name} ({one.who}): yes, the others are waited for", f"✓ {one.name}（{one.who}）：同意，等待其他人")
        case "declined":
            return say(f"✗ {one.name} ({one.who}): no, the round is over", f"✗ {one.name}（{one.who}）：不同意，本轮结束")
        case "refused":
            return say(f"✗ {one.name} ({one.who}) is refused", f"✗ {one.name}（{one.who}）被拒绝")
        case "reminded":
            return say(f"⏰ {one.name}: reminder {one.offset}", f"⏰ {one.name}：提醒 {one.offset}")
        case "silent":
            return say(f"⏰ {one.name}: reminder {one.offset}, silenced", f"⏰ {one.name}：提醒 {one.offset}，已静默")
    return say(f"⏰ {one.name} is due", f"⏰ {one.name} 到期")


def _below(one: Happening) -> Iterator[str]:
    for refusal in one.refusals:
        yield f"{refusal.code}: {refusal.sentence(language())}"
    for effect in one.effects:
        yield _effect(effect)


def _effect(effect: Mapping[str, Any]) -> str:
    shown = {name: _shown(value) for name, value in effect.items()}
    return say(*_EFFECTS[effect["effect"]]).format(**shown)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} = {'–' if one is None else one}" for name, one in value.items()) or "–"
    return ", ".join(map(str, value)) or "–" if isinstance(value, list | tuple) else str(value)
