"""What differs between two versions of a workflow, as lines people can read and programs can count. Pure: two values in, lines out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

from pdca_engine.definition.changing.diff_words import ATTRIBUTES, PARTS, said
from pdca_engine.definition.paper.workflow import Condition, Needs, Workflow

Kind = Literal["added", "removed", "changed"]

# Under which heading a transition's attribute is told; what is not here is told as the transition's own.
HEADINGS: Final[Mapping[str, str]] = {
    "when": "guard",
    "not_before": "guard",
    "needs": "needs",
    "by": "people",
    "independence": "people",
    "approvals": "people",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `what` is the attribute ("" where the whole thing came or went); `old` and `new` are what it said, or None.

    `part`: workflow, state, transition, guard, needs, people, field, timer or schedule; `name` whose.
    """

    kind: Kind
    part: str
    name: str
    what: str
    old: str | None
    new: str | None
    en: str
    zh: str

    def sentence(self, language: str = "en") -> str:
        """The line in `language` ("en" or "zh")."""
        return self.zh if language == "zh" else self.en


def diff_workflows(old: Workflow, new: Workflow) -> tuple[Change, ...]:
    """Everything `new` says otherwise than `old`, in the order of a file; empty where both mean the same."""
    found = list(_attributes("workflow", new.id, old, new, skip=("fields", "states", "transitions", "timers", "schedules")))
    for part in ("field", "state", "transition", "timer", "schedule"):
        found += _things(part, getattr(old, f"{part}s"), getattr(new, f"{part}s"))
    return tuple(found)


def _things(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """What came, went and changed among things with names."""
    for name in [one for one in old if one not in new]:
        yield _whole("removed", part, name, old[name])
    for name, thing in new.items():
        if name not in old:
            yield _whole("added", part, name, thing)
        elif old[name] != thing:
            yield from _attributes(part, name, old[name], thing)


def _whole(kind: Kind, part: str, name: str, thing: Any) -> Change:
    part_en, part_zh = PARTS[part]
    ending = {"added": ("is new", "新增"), "removed": ("is gone", "移除")}[kind]
    en = f"{part_en} {name} ({thing.title.en}) {ending[0]}"
    zh = f"{ending[1]}{part_zh} {name}（{thing.title.zh}）"
    return Change(kind, part, name, "", name if kind == "removed" else None, name if kind == "added" else None, en, zh)


def _attributes(part: str, name: str, old: Any, new: Any, skip: Sequence[str] = ()) -> Iterator[Change]:
    """The attributes in which two things of one kind differ."""
    for field in fields(new):
        if field.compare and field.name not in skip:
            before, after = getattr(old, field.name), getattr(new, field.name)
            if before != after:
                yield from _attribute(HEADINGS.get(field.name, part), part, name, field.name, before, after)


def _attribute(heading: str, part: str, name: str, what: str, old: Any, new: Any) -> Iterator[Change]:
    if isinstance(old, Needs) and isinstance(new, Needs):
        for field in fields(Needs):
            before, after = getattr(old, field.name), getattr(new, field.name)
            if before != after:
                yield from _attribute(heading, part, name, f"needs.{field.name}", before, after)
    elif isinstance(old, tuple) and isinstance(new, tuple):
        yield from _members(heading, part, name, what, old, new)
    else:
        yield _line("changed", heading, part, name, what, old, new)


def _members(heading: str, part: str, name: str, what: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[Change]:
    """What joined or left a list; a member that is recognisably the same changed; the same members in another order are a change too."""
    lost, gained = [one for one in old if one not in new], [one for one in new if one not in old]
    for before in list(lost):
        after = next((one for one in gained if _identity(one) == _identity(before)), None)
        if after is not None:
            lost.remove(before)
            gained.remove(after)
            yield _line("changed", heading, part, name, what, _worded(before, after), _worded(after, before))
    yield from (_line("removed", heading, part, name, what, one, None) for one in lost)
    yield from (_line("added", heading, part, name, what, None, one) for one in gained)
    names = list(map(_identity, old)), list(map(_identity, new))
    if not lost and not gained and sorted(names[0], key=str) == sorted(names[1], key=str) and names[0] != names[1]:
        yield _line("changed", heading, part, name, what, old, new)


def _identity(one: Any) -> Any:
    """By what a member of a list is recognised: a guard by its expression, a choice by its value, a column or input by its name."""
    if isinstance(one, Condition):
        return one.that
    for attribute in ("value", "name", "offset"):
        if hasattr(one, attribute):
            return getattr(one, attribute)
    return repr(one)


def _worded(one: Any, other: Any) -> Any:
    """A member by what differs from the other: its name alone would say the same twice."""
    different = {field.name: getattr(one, field.name) for field in fields(one) if getattr(one, field.name) != getattr(other, field.name)}
    return {str(_identity(one)): different}


def _line(kind: Kind, heading: str, part: str, name: str, what: str, old: Any, new: Any) -> Change:
    part_en, part_zh = PARTS[part]
    what_en, what_zh = ATTRIBUTES.get(what, (what, what))
    before, after = (said(old, "en"), _spaced(said(old, "zh"))), (said(new, "en"), _spaced(said(new, "zh")))
    texts = {
        "added": (f"{what_en}: now also {after[0]}", f"{what_zh}新增{after[1]}"),
        "removed": (f"{what_en}: no longer {before[0]}", f"{what_zh}去掉{before[1]}"),
        "changed": (f"{what_en}: was {before[0]}, is {after[0]}", f"{what_zh}原为{before[1]}，现为{after[1]}"),
    }
    en, zh = texts[kind]
    gone, come = (None if kind == "added" else before[0]), (None if kind == "removed" else after[0])
    return Change(kind, heading, name, what, gone, come, f"{part_en} {name}, {en}", f"{part_zh} {name}：{zh}")


def _spaced(text: str) -> str:
    """A Latin word stands apart from the Chinese before it."""
    return f" {text}" if text[:1].isascii() else text


def as_data(changes: Sequence[Change], language: str) -> list[dict[str, Any]]:
    """The lines for programs."""
    return [
        {
            "kind": one.kind,
            "part": one.part,
            "name": one.name,
            "what": one.what,
            "old": one.old,
            "new": one.new,
            "message": one.sentence(language),
        }
        for one in changes
    ]
