"""What an import would do, row by row, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pdca_engine.definition.deciding.given import Given
from pdca_engine.services.importing.headings import Guess

NEW, THERE, DIFFERS, DUPLICATE, WRONG = "new", "there", "differs", "duplicate", "wrong"
OUTCOMES: Final = (NEW, THERE, DIFFERS, DUPLICATE, WRONG)
Both = tuple[str, str]  # a sentence in English and in Chinese


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with one cell: the heading of its column, what stands there, and why it can't be taken."""

    column: str
    value: str
    code: str
    en: str
    zh: str

    def sentence(self, language: str) -> str:
        """The reason in `language`."""
        return self.zh if language == "zh" else self.en


@dataclass(slots=True)
class RowReport:
    """One row: new, there (imported before), differs (imported before, changed in the file since), duplicate, or wrong.

    `key` is the item it is or has become; `other` the row it repeats. `given` is what will be written.
    """

    number: int
    title: str
    outcome: str = NEW
    key: str | None = None
    other: int | None = None
    problems: tuple[CellProblem, ...] = ()
    import_key: str = ""
    given: Given | None = field(default=None, repr=False)
    source: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The whole plan. `notes` say what was assumed; `people` are the unknown persons that would be created."""

    name: str
    workflow: str
    how: str
    heading_row: int
    columns: Sequence[Guess]
    rows: Sequence[RowReport]
    notes: Sequence[Both]
    people: Sequence[str] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many rows come to what."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @property
    def ok(self) -> bool:
        """Whether it can be applied."""
        return not any(row.outcome == WRONG for row in self.rows)
