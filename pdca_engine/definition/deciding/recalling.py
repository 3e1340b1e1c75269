"""How an item's recall grows with each thing that happens. Replaying the trail through these functions gives the same recall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pdca_engine.definition.paper.facts import Recall
from pdca_engine.definition.paper.words import COLUMN_RELATIONS, FIELD_RELATIONS, RELATIONS

HELD = (*COLUMN_RELATIONS, *FIELD_RELATIONS)


def begun(state: str, at: datetime, values: Mapping[str, Any]) -> Recall:
    """The recall of an item just created with `values` (columns and fields)."""
    return holding(Recall(None, {}, {}, {state: at.isoformat()}, {}, {}, 0, {}), values)


def holding(recall: Recall, values: Mapping[str, Any]) -> Recall:
    """Remember everybody whom `values` name in a relation."""
    named = {name: persons for name in HELD if name in values and (persons := _persons(values[name]))}
    if not named:
        return recall
    held = dict(recall.held)
    for relation, persons in named.items():
        held[relation] = _union(held.get(relation, ()), persons)
    return recall._replace(held=held)


def lent(recall: Recall, role: str, deputy: int) -> Recall:
    """Remember a deputy who used somebody's relation to the item: from now on they count as both (domain 2.2)."""
    if role not in RELATIONS:
        return recall
    return recall._replace(held={**recall.held, role: _union(recall.held.get(role, ()), (deputy,))})


def _persons(value: Any) -> tuple[int, ...]:
    values = value if isinstance(value, list | tuple) else (value,)
    return tuple(one for one in values if isinstance(one, int) and not isinstance(one, bool))


def _union(known: Iterable[int], more: Iterable[int]) -> list[int]:
    return list(dict.fromkeys((*known, *more)))


def due_moved(recall: Recall, old: Any, new: Any) -> Recall:
    """Count a due date that a person moved: it was there and is another now (domain 2.5). What a transition sets by rule does not count."""
    return recall._replace(due_moved=recall.due_moved + 1) if old and new and old != new else recall


def said_yes(recall: Recall, transition: str, yes: tuple[int, int]) -> Recall:
    """Keep a yes: who said it, for whom."""
    said = [*recall.agreed.get(transition, ()), list(yes)]
    return recall._replace(agreed={**recall.agreed, transition: said})


def declined(recall: Recall, transition: str) -> Recall:
    """A no: the yeses so far count no more."""
    return recall._replace(agreed={name: said for name, said in recall.agreed.items() if name != transition})


def edited(recall: Recall) -> Recall:
    """What was agreed to is no longer what stands there."""
    return recall._replace(agreed={}) if recall.agreed else recall


def advanced(
    recall: Recall, transition: str, source: str, target: str, at: datetime, persons: Iterable[int], *, same: bool, next_cycle: bool
) -> Recall:
    """Remember one transition: who fired it (the deputised person too, and whoever said yes before), how often, from where, when its
    target was entered. Every step ends the rounds of yeses."""
    if recall.agreed:
        persons = (*(one for yes in recall.agreed.get(transition, ()) for one in yes), *persons)
    return Recall(
        previous=recall.previous if same else source,
        times={} if next_cycle else {**recall.times, transition: recall.times.get(transition, 0) + 1},
        times_ever={**recall.times_ever, transition: recall.times_ever.get(transition, 0) + 1},
        entered=recall.entered if same else {**recall.entered, target: at.isoformat()},
        held=recall.held,
        fired={**recall.fired, transition: _union(recall.fired.get(transition, ()), persons)},
        due_moved=recall.due_moved,
        agreed={},
    )


def as_json(recall: Recall) -> dict[str, Any]:
    """The recall as the item's row keeps it; without yeses where there are none, as rows were kept before there were any."""
    said = recall._asdict()
    if not recall.agreed:
        del said["agreed"]
    return said


def from_json(data: Mapping[str, Any]) -> Recall:
    """The recall that a row keeps."""
    return Recall(**data)
