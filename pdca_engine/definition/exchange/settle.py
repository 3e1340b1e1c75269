"""From what a file draws, and what of ours it carries, to the data of a workflow, with a note for everything that was guessed or left."""

from __future__ import annotations

import re
from typing import Any, Final

from pdca_engine.definition.exchange.carried import Carried
from pdca_engine.definition.exchange.drawn import Drawing, DrawnState, DrawnStep, arrows, grouped, pairs
from pdca_engine.definition.exchange.notes import Note
from pdca_engine.definition.exchange.plain import Data
from pdca_engine.definition.paper.words import EVERYBODY, TO_SAME

GIVEN_UP: Final = re.compile(r"cancel|reject|abort|fail|drop|refus|declin|withdraw|terminat|取消|拒绝|终止|放弃|失败|撤")
CHECKING: Final = re.compile(r"check|verif|review|test|inspect|evaluat|audit|检查|核实|评审|测试|验证|审核")


def settled(drawing: Drawing, carried: Carried | None) -> tuple[Data, list[Note]]:
    """The data of the workflow, and everything that has to be looked at."""
    notes = list(drawing.notes)
    return (_stranger(drawing, notes) if carried is None else _ours(drawing, carried, notes)), notes


# --- a file of another program


def _stranger(drawing: Drawing, notes: list[Note]) -> Data:
    notes.append(Note("GUESSED_PHASES", "The file knows no phases: they were guessed from names.", "文件中没有阶段：已根据名称推测。"))
    if not any(one.by for one in drawing.steps):
        notes.append(
            Note("GUESSED_ROLES", "Who may take a step was not said: any_staff may.", "未说明谁可执行各步骤：已设为任何已登录人员。")
        )
    return {
        "workflow": drawing.id,
        "title": drawing.title or drawing.id,
        "key": _key(drawing.id),
        "states": {name: _state(one, name == drawing.initial) for name, one in drawing.states.items()},
        "transitions": {name: _transition(steps, notes) for name, steps in grouped(drawing.steps)},
    }


def _key(name: str) -> str:
    letters = re.sub("[^A-Z0-9]", "", name.upper())
    return letters[:3] if letters[:1].isalpha() else "WF"


def _state(one: DrawnState, initial: bool) -> Data:
    words = f"{one.name} {one.title}".lower()
    guessed = "plan" if initial else "check" if CHECKING.search(words) else "act" if one.final else "none"
    said: Data = {"phase": one.phase or guessed}
    if initial:
        said["initial"] = True
    if one.final:
        said["final"] = "ended" if GIVEN_UP.search(words) else "achieved"
    return said | ({"title": one.title} if one.title else {})


def _transition(steps: list[DrawnStep], notes: list[Note]) -> Data:
    first = steps[0]
    said: Data = {"title": first.title} if first.title else {}
    conditions = list(dict.fromkeys(one.condition for one in steps if one.condition))
    if conditions:
        said["help"] = f"Where it came from, this had the condition: {'; '.join(conditions)}"[:500]
        for condition in conditions:
            en, zh = (
                f"The condition of {first.name} is only kept as its help: {condition}",
                f"{first.name} 的条件仅作为说明保留：{condition}",
            )
            notes.append(Note("CONDITION", en, zh, first.line))
    roles = list(dict.fromkeys(role for one in steps for role in one.by))
    return said | {
        "from": _one_or_all(list(dict.fromkeys(one.source for one in steps))),
        "to": _target(steps),
        "by": _one_or_all(roles or [EVERYBODY]),
    }


def _target(steps: list[DrawnStep]) -> str:
    return TO_SAME if steps[0].source == steps[0].target else steps[0].target


def _one_or_all(words: list[str]) -> Any:
    return words[0] if len(words) == 1 else words


# --- a file of ours, perhaps changed by another program


def _ours(drawing: Drawing, carried: Carried, notes: list[Note]) -> Data:
    data = dict(carried.data)
    data["states"] = _states(drawing, carried, notes)
    data["transitions"] = _transitions(drawing, carried, notes)
    return data


def _states(drawing: Drawing, carried: Carried, notes: list[Note]) -> Data:
    known: Data = carried.data.get("states") or {}
    for name in known.keys() - drawing.states.keys():
        notes.append(Note("REMOVED", f"The state {name} was removed in the other program.", f"状态 {name} 已在其他程序中删除。"))
    states = {name: dict(entry) for name, entry in known.items() if name in drawing.states}
    for name, one in drawing.states.items():
        if name not in states:
            notes.append(
                Note(
                    "ADDED",
                    f"The state {name} was added in the other program; look at its phase.",
                    f"状态 {name} 在其他程序中新增；请检查其阶段。",
                    one.line,
                )
            )
            states[name] = _state(one, initial=False)
        elif one.final and not states[name].get("final"):
            notes.append(Note("CHANGED", f"The state {name} became a final one.", f"状态 {name} 已改为最终状态。", one.line))
            states[name]["final"] = "achieved"
        if one.title:
            _retitle(states[name], name, one.title, carried.language)
    _begin(states, drawing, notes)
    return states


def _begin(states: Data, drawing: Drawing, notes: list[Note]) -> None:
    before = [name for name, entry in states.items() if entry.get("initial")]
    if drawing.initial in states and before != [drawing.initial]:
        for name in before:
            states[name].pop("initial")
        states[drawing.initial]["initial"] = True
        notes.append(Note("CHANGED", f"Items begin in {drawing.initial} now.", f"事项现从 {drawing.initial} 开始。"))


def _retitle(entry: Data, name: str, title: str, language: str) -> None:
    """Another title, in the language of the export; where it is the same, the entry stays as it was written."""
    said = entry.get("title", name.replace("_", " ").capitalize())
    shown = said.get(language) if isinstance(said, dict) else said
    if " ".join(str(shown).split()) != title:
        entry["title"] = {**said, language: title} if isinstance(said, dict) else title


def _transitions(drawing: Drawing, carried: Carried, notes: list[Note]) -> Data:
    by_name: dict[str, list[DrawnStep]] = {}
    for one in drawing.steps:
        by_name.setdefault(one.name, []).append(one)
    known: Data = carried.data.get("transitions") or {}
    transitions: Data = {}
    for name, entry in known.items():
        steps = by_name.pop(name, [])
        if not steps:
            notes.append(Note("REMOVED", f"The transition {name} was removed in the other program.", f"流转 {name} 已在其他程序中删除。"))
            continue
        transitions |= _kept(name, entry, steps, carried.language, notes)
    for name, group in grouped([one for steps in by_name.values() for one in steps]):
        notes.append(
            Note(
                "ADDED",
                f"The transition {name} was added in the other program; say who may do it.",
                f"流转 {name} 在其他程序中新增；请指定执行人。",
                group[0].line,
            )
        )
        transitions[name] = _transition(group, notes)
    return transitions


def _kept(name: str, entry: Data, steps: list[DrawnStep], language: str, notes: list[Note]) -> Data:
    """The entry as it was written, with other ends where they were drawn anew."""
    kept = dict(entry)
    titled = [one.title for one in steps if one.title]
    if titled:
        _retitle(kept, name, titled[0], language)
    if pairs(steps) == arrows(entry):
        return {name: kept}
    notes.append(Note("CHANGED", f"The transition {name} was drawn anew.", f"流转 {name} 已重新连线。", steps[0].line))
    ends: Data = {}
    for own, group in grouped(steps):
        ends[own] = {**kept, "from": _one_or_all(list(dict.fromkeys(one.source for one in group))), "to": _target(group)}
    return ends
