"""Many rows at once on the scheduler's path: what a batch of due schedules records, and the items it looks at.

PostgreSQL takes arrays in one statement; SQLite, where a statement costs no journey, takes one after the other.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, literal_column, select, update

from pdca_engine.store import statements
from pdca_engine.store.arrays import columns_of, side_by_side
from pdca_engine.store.rows import ItemRow, MessageRow, OccurrenceRow, parsed
from pdca_engine.store.statements import POSTGRESQL, SQLITE, Ordered, Statement
from pdca_engine.store.timetable import OCCURRENCE, SCHEDULE, Timetable


class GoingOn(NamedTuple):
    """Where a schedule or timer goes on, if its row is still at `expect_version`."""

    next_nominal: str | None
    due_at: datetime | None
    wake_at: datetime | None
    step: int
    schedule_id: int
    expect_version: int


_SET = GoingOn._fields[:4]
_KINDS = {name: SCHEDULE.c[name] for name in _SET} | {"schedule_id": SCHEDULE.c.id, "expect_version": SCHEDULE.c.version}
_HIGHER = SCHEDULE.c.version + literal_column("1")


@cache
def _known_occurrences() -> Statement:
    """Those of the (schedule, nominal) in two arrays that are recorded already."""
    new = side_by_side({name: OCCURRENCE.c[name] for name in ("schedule_id", "nominal")})
    here = (OCCURRENCE.c.schedule_id == new.c.schedule_id, OCCURRENCE.c.nominal == new.c.nominal)
    return Statement(select(OCCURRENCE.c.schedule_id, OCCURRENCE.c.nominal).where(*here), POSTGRESQL)


@cache
def _go_on_together() -> Statement:
    new = side_by_side(_KINDS)
    found = update(SCHEDULE).where(SCHEDULE.c.id == new.c.schedule_id, SCHEDULE.c.version == new.c.expect_version)
    return Statement(found.values({**{name: new.c[name] for name in _SET}, "version": _HIGHER}), POSTGRESQL)


@cache
def _go_on_alone() -> Ordered:
    given: dict[str, Any] = {name: bindparam(f"new_{name}", type_=kind.type) for name, kind in _KINDS.items()}
    found = update(SCHEDULE).where(SCHEDULE.c.id == given["schedule_id"], SCHEDULE.c.version == given["expect_version"])
    names = [f"new_{name}" for name in GoingOn._fields]
    return Ordered(found.values({**{name: given[name] for name in _SET}, "version": _HIGHER}), SQLITE, names)


class Batches(Timetable, ABC):
    """What the hot path does with many rows of schedules and items at once."""

    def insert_occurrences(self, occurrences: Sequence[OccurrenceRow]) -> list[bool]:
        """Record them, each as `insert_occurrence`; the answers in their order. The caller has claimed their schedules.

        So nobody else records anything for them meanwhile, and on PostgreSQL the new ones can stream in by COPY.
        """
        if self.dialect is SQLITE or len(occurrences) < 2:
            return [self.insert_occurrence(one) for one in occurrences]
        named = [(one.schedule_id, one.nominal) for one in occurrences]
        known = set(map(tuple, self.all(_known_occurrences(), columns_of(named, ("schedule_id", "nominal")))))
        answers = list[bool]()
        for name in named:
            answers.append(name not in known)
            known.add(name)
        self.insert_rows("occurrence", OccurrenceRow._fields, [one for one, new in zip(occurrences, answers, strict=True) if new])
        return answers

    @abstractmethod
    def insert_rows(self, table: str, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
        """Rows of `table`, each with a value for each of `columns`."""

    def insert_new_messages(self, messages: Sequence[MessageRow]) -> None:
        """Messages whose keys can't be there yet, because what they tell of was recorded in this very transaction."""
        if messages:
            self.insert_rows("message", (*MessageRow._fields, "attempts"), [(*one, 0) for one in messages])

    def go_on(self, schedules: Sequence[GoingOn]) -> None:
        """Say where schedules and timers go on. Rows that are no longer at the version expected stay as they are."""
        if not schedules:
            return
        if self.dialect is SQLITE:
            alone = _go_on_alone()
            self._cursor.executemany(alone.text, map(alone.arrange, schedules))
        else:
            self.run(_go_on_together(), columns_of(schedules, GoingOn._fields))

    def read_items(self, ids: Collection[int]) -> dict[int, ItemRow]:
        """The rows of items by id, with nothing beside them; those that are not there are left out."""
        if self.dialect is SQLITE:
            statement = statements.read_item(SQLITE, "id", False, False, False)
            raws = [raw for one in ids if (raw := self.one(statement, {"wanted": one})) is not None]
        else:
            statement = statements.read_items()
            raws = self._cursor.execute(statement.text, statement.bind({"wanted": list(ids)})).fetchall() if ids else []
        rows = (statement.row(raw) for raw in raws)
        return {values[0]: ItemRow(*values[:-3], *map(parsed, values[-3:])) for values in rows}

    def hold_free(self, ids: Collection[int]) -> set[int]:
        """Hold each of the items with everything above it, until this transaction ends, unless somebody else holds any of that.

        Never waits: whoever is at work on an item may soon want what this transaction holds. Gives the items that are held now.
        """
        if self.dialect is SQLITE or not ids:  # there, a writing transaction is alone anyway
            return set(ids)
        path = defaultdict[int, set[int]](set)
        for wanted, one in self.all(statements.paths(), {"wanted": list(ids)}):
            path[wanted].add(one)
        everything = sorted(set().union(*path.values()))
        held = {row[0] for row in self.all(statements.hold_free(), {"wanted": everything})}
        return {wanted for wanted, ones in path.items() if ones <= held}
