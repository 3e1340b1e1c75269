"""What a foreign file draws: states and the steps between them, and nothing else. Both readers end here, both writers begin here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from pdca_engine.definition.exchange.notes import Note
from pdca_engine.definition.exchange.plain import Data
from pdca_engine.definition.paper.words import TO_PREVIOUS, TO_SAME
from pdca_engine.errors import BadInput

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
MOST_STEPS: Final = 10_000
RESERVED: Final = (TO_SAME, TO_PREVIOUS)


@dataclass(frozen=True, slots=True)
class DrawnState:
    """A state: its name, what it is called, whether items end in it."""

    name: str
    title: str = ""
    final: bool = False
    phase: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class DrawnStep:
    """One arrow. `target` is a state, or "previous"; where it equals `source`, nothing is left. `by` are roles the drawing names."""

    name: str
    source: str
    target: str
    title: str = ""
    condition: str = ""
    by: tuple[str, ...] = ()
    line: int = 0


@dataclass(slots=True)
class Drawing:
    """A whole file: its id and title, states and steps in the order of the file, what else there was."""

    id: str
    title: str
    initial: str
    states: dict[str, DrawnState]
    steps: list[DrawnStep]
    notes: list[Note] = field(default_factory=list)


def arrows(entry: Data) -> set[tuple[str, str]]:
    """The (source, target) pairs that a transition of the workflow language draws; none where the entry does not conform."""
    said, target = entry.get("from"), entry.get("to")
    sources = [one for one in (said if isinstance(said, list) else [said]) if isinstance(one, str)]
    if not isinstance(target, str):
        return set()
    return {(source, source if target == TO_SAME else target) for source in sources}


def pairs(steps: Collection[DrawnStep]) -> set[tuple[str, str]]:
    """The same of drawn steps."""
    return {(one.source, one.target) for one in steps}


def within(steps: Iterator[DrawnStep], file: str) -> list[DrawnStep]:
    """The steps, as long as they are no more than anybody draws. BadInput."""
    found = list(islice(steps, MOST_STEPS + 1))
    if len(found) > MOST_STEPS:
        raise too_large(file, found[-1].line)
    return found


def too_large(file: str, line: int) -> BadInput:
    """The refusal of what would take longer than anybody waits."""
    en, zh = f"{file}:{line}:1: more states or steps than a workflow can have", f"{file}:{line}:1：状态或步骤数量超出工作流上限"
    return BadInput(f"{en}.", f"{zh}。", field="file")


def grouped(steps: Collection[DrawnStep]) -> Iterator[tuple[str, list[DrawnStep]]]:
    """Steps of one name that lead to one place (or each nowhere else): one transition each, with a name of its own.

    Two transitions of one name with different targets become `name` and `name_2`.
    """
    used: set[str] = set()
    by_name: dict[str, dict[str, list[DrawnStep]]] = {}
    for one in steps:
        by_name.setdefault(one.name, {}).setdefault(TO_SAME if one.source == one.target else one.target, []).append(one)
    for name, targets in by_name.items():
        for group in targets.values():
            own = unused(name, used | (set(by_name) - {name}))
            used.add(own)
            yield own, group


def unused(name: str, taken: Collection[str]) -> str:
    """The name, with a number behind it where it is taken."""
    number, own = 1, name
    while own in taken:
        number += 1
        own = f"{name[: 60 - len(str(number)) - 1]}_{number}"
    return own


def named(*wishes: str, otherwise: str, taken: Collection[str] = ()) -> str:
    """A name of the workflow language made of the first wish that gives one."""
    for wish in wishes:
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", wish)
        made = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:60].rstrip("_")
        if NAME.fullmatch(made) and made not in RESERVED:
            return unused(made, taken)
    return unused(otherwise, taken)
