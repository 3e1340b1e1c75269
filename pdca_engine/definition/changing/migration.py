"""Where a running item comes to stand when it goes on under another version of its workflow. Pure: paper and facts in, an answer out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pdca_engine.definition.deciding import recalling
from pdca_engine.definition.deciding.refusals import refusal
from pdca_engine.definition.deciding.values import BadValue, read_value
from pdca_engine.definition.paper.facts import ItemFacts, Recall
from pdca_engine.definition.paper.words import TO_PREVIOUS
from pdca_engine.definition.paper.workflow import Field, State, Text, Workflow
from pdca_engine.errors import Refusal

# Values that point to something: the same number or word means nothing under another type.
POINTERS: Final = frozenset({"person", "persons", "process", "service", "requirement", "measure", "item", "table"})
RENAMED: Final = ("previous", "times", "times_ever", "entered", "fired", "agreed")  # the parts of a recall that names of paper stand in

Pairs = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Names:
    """What has another name in the new version: old → new. What is not here keeps its name."""

    states: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    transitions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loss:
    """A value that has no place in the new version, and why in both languages."""

    field: str
    value: Any
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Placing:
    """The item under the new version. `refusals`: why it can't be; the rest is then not to be used.

    `changes` are values by name (old, new); `dropped` the names that leave the item's fields; `remembered` the parts of its recall that
    change because names do (old, new).
    """

    state: str
    phase: str = "none"
    changes: Pairs = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    lost: tuple[Loss, ...] = ()
    remembered: Pairs = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()


def place_item(old: Workflow, new: Workflow, names: Names, item: ItemFacts) -> Placing:
    """The item as it stands in `new`: by the mapping, else in the state of the same name. Its values follow where they fit."""
    state = new.states.get(names.states.get(item.state, item.state))
    recall = renamed(item.recall, names)
    refused = tuple(_refusals(new, item.state, state, recall.previous))
    if state is None or refused:
        return Placing(item.state, refusals=refused)
    kept, lost = _values(old, new, names, item.fields)
    changes = {name: (item.fields.get(name), kept.get(name)) for name in {**item.fields, **kept}}
    return Placing(
        state=state.name,
        phase=state.phase,
        changes={name: pair for name, pair in changes.items() if pair[0] != pair[1]},
        dropped=tuple(sorted(name for name in item.fields if name not in kept)),
        lost=(*lost, *_yeses_lost(old, item.recall)),
        remembered=_remembered(item.recall, recall),
    )


def _yeses_lost(old: Workflow, recall: Recall) -> Iterable[Loss]:
    """Yeses that were said under the old rules: the round begins again."""
    for name, said in recall.agreed.items():
        title = old.transitions[name].title if name in old.transitions else Text(name, name)
        yield Loss(
            name,
            len(said),
            f"yeses to “{title.en}” were said under the old rules; the round begins again",
            f"对“{title.zh}”的同意是按旧规则作出的，须重新征求",
        )


def _refusals(new: Workflow, was: str, state: State | None, previous: str | None) -> Iterable[Refusal]:
    if state is None:
        yield refusal("NO_PLACE", state=was)
    elif state.final:
        yield refusal("MIGRATION_CLOSES", state=was, target=state.title.en, target_zh=state.title.zh)
    elif previous not in new.states and any(one.target == TO_PREVIOUS for one in new.leaving(state.name)):
        yield refusal("NO_WAY_BACK", state=state.title.en, state_zh=state.title.zh, previous=previous or "–")


def _values(old: Workflow, new: Workflow, names: Names, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Loss]]:
    """The fields in the new version, and what has no place there. New fields with a default get it, as new items do."""
    kept: dict[str, Any] = {}
    lost: list[Loss] = []
    for name, value in values.items():
        target = new.fields.get(names.fields.get(name, name))
        if target is None and name not in old.fields:
            kept[name] = value  # never was on paper: not for a version to take away
        elif value is None:
            kept |= {target.name: None} if target else {}
        else:
            try:
                kept[target.name if target else name] = _carried(old.fields.get(name), target, value)
            except BadValue as misfit:
                lost.append(Loss(name, value, misfit.en, misfit.zh))
    arriving = (one for one in new.fields.values() if one.default is not None and one.name not in old.fields)
    return {**{one.name: one.default for one in arriving}, **kept}, lost


def _carried(source: Field | None, target: Field | None, value: Any) -> Any:
    """The value as the new field keeps it. BadValue where it can't. Limits that became narrower hold from the next edit on."""
    if target is None:
        raise BadValue("the new version has no such field", "新版本没有此字段")
    if source is not None and source.type == target.type and target.type not in ("choice", "choices"):
        return value
    if source is not None and source.type != target.type and {source.type, target.type} & POINTERS:
        if (source.type, target.type) == ("person", "persons"):
            return [value]
        raise BadValue(f"a {source.type} can't become a {target.type}", f"类型 {source.type} 不能转为 {target.type}")
    return read_value(target, value)


def renamed(recall: Recall, names: Names) -> Recall:
    """What is remembered, under the new names: two that become one are added up, and of two entries the later counts.

    Yeses are not taken over: they were said under other rules.
    """
    if not names.states and not names.transitions:
        return recalling.edited(recall)
    entered: dict[str, str] = {}
    for name, at in recall.entered.items():
        place = names.states.get(name, name)
        entered[place] = max(at, entered.get(place, at))
    fired: dict[str, list[int]] = {}
    for name, persons in recall.fired.items():
        place = names.transitions.get(name, name)
        fired[place] = list(dict.fromkeys((*fired.get(place, ()), *persons)))
    previous = names.states.get(recall.previous, recall.previous) if recall.previous else None
    times, ever = _summed(recall.times, names), _summed(recall.times_ever, names)
    return Recall(previous, times, ever, entered, recall.held, fired, recall.due_moved)


def _summed(times: Mapping[str, int], names: Names) -> dict[str, int]:
    total: dict[str, int] = {}
    for name, count in times.items():
        place = names.transitions.get(name, name)
        total[place] = total.get(place, 0) + count
    return total


def _remembered(old: Recall, new: Recall) -> Pairs:
    before, after = recalling.as_json(old), recalling.as_json(new)
    pairs = {name: (before.get(name, {}), after.get(name, {})) for name in RENAMED}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def fields_after(fields: Mapping[str, Any], changes: Mapping[str, Any], dropped: Iterable[str]) -> dict[str, Any]:
    """An item's fields once changes (name → new value) are made and names are dropped: what is written, and what a replay gives."""
    gone = frozenset(dropped)
    return {name: value for name, value in {**fields, **changes}.items() if name not in gone}
