"""Headings as people write them, in English and Chinese: which of them is the title, the owner, the due date …"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.services.importing.words import WORDS

HEADING_ROWS: Final = 25  # how far down the headings may stand, below titles and logos
NEAR: Final = 0.9
PARTS: Final = re.compile(r"[\u4e00-\u9fff]+|[^\u4e00-\u9fff/|\n\r()()\[\]【】::]+")


@dataclass(frozen=True, slots=True)
class Guess:
    """What becomes of one heading: `target` None is left out. `how`: exact, word, near, map; or why not: unknown, taken, ignored."""

    column: int
    heading: str
    target: str | None
    how: str


def squeeze(text: str) -> str:
    """A heading without case, blanks, punctuation and width: " Due-Date: " is "duedate"."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())


def dictionary(workflow: Workflow) -> dict[str, list[tuple[int, str]]]:
    """Squeezed word → [(rank, target)]: names and titles of columns and fields rank 0, synonyms by their place."""
    found: dict[str, list[tuple[int, str]]] = {}

    def add(word: str, rank: int, target: str) -> None:
        known = found.setdefault(squeeze(word), [])
        if all(target != other for _, other in known):
            known.append((rank, target))

    for field in (*COLUMN_FIELDS.values(), *workflow.fields.values()):
        for word in (field.name, field.title.en, field.title.zh):
            add(word, 0, field.name)
    for target, words in WORDS.items():
        for place, word in enumerate(words):
            add(word, place + 1, target)
    return found


def find_heading_row(rows: Sequence[Sequence[object]], known: Iterable[str]) -> int:
    """Which of the first rows holds the headings: the one with most known words, else the first with two texts."""
    words = set(known)
    scores = [sum(bool(words & _forms(str(cell))) for cell in row if isinstance(cell, str)) for row in rows[:HEADING_ROWS]]
    if max(scores, default=0) > 0:
        return scores.index(max(scores))
    return next(
        (place for place, row in enumerate(rows[:HEADING_ROWS]) if sum(isinstance(cell, str) and bool(cell.strip()) for cell in row) > 1), 0
    )


def _forms(heading: str) -> set[str]:
    """The heading whole, and its parts: "Owner / 负责人", "Due date (planned)", "Expected cost 预计成本"."""
    parts = PARTS.findall(heading)
    return {form for form in map(squeeze, (heading, *parts)) if form}


def guess_columns(headings: Sequence[str], words: Mapping[str, list[tuple[int, str]]]) -> list[Guess]:
    """For each heading what it means. Each target is taken once, by its strongest heading; a title is found before all else."""
    wishes = sorted(
        (rank, column, target, how) for column, heading in enumerate(headings) for rank, target, how in _meanings(heading, words)
    )
    chosen: dict[int, tuple[str, str]] = {}
    taken: set[str] = set()
    for _, column, target, how in sorted(wishes, key=lambda wish: wish[2] != "title"):
        if column not in chosen and target not in taken:
            chosen[column] = (target, how)
            taken.add(target)
    unsure = {column for _, column, _, _ in wishes}
    return [
        Guess(column, heading, *chosen.get(column, (None, "taken" if column in unsure else "unknown")))
        for column, heading in enumerate(headings)
        if heading.strip()
    ]


def _meanings(heading: str, words: Mapping[str, list[tuple[int, str]]]) -> list[tuple[int, str, str]]:
    whole = squeeze(heading)
    if whole in words:
        return [(rank, target, "exact" if rank == 0 else "word") for rank, target in words[whole]]
    parts = [(rank + 100, target, "word") for form in sorted(_forms(heading)) for rank, target in words.get(form, ())]
    if parts or len(whole) < 4:
        return parts
    return [(rank + 1000, target, "near") for form in get_close_matches(whole, words, n=1, cutoff=NEAR) for rank, target in words[form]]
