"""Which rows of a register are items already: imported before, or exported from here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import select

from pdca_engine.records.items import Entry, Item
from pdca_engine.services.importing.report import DIFFERS, NEW, THERE, RowReport
from pdca_engine.services.importing.words import ID
from pdca_engine.trail.canonical import plain
from pdca_engine.unit import Unit

ASKED_AT_ONCE: Final = 500


def mark_known(unit: Unit, rows: Sequence[RowReport]) -> None:
    """Mark the new rows whose items exist; one that says something else than when it was imported is told apart, and left alone."""
    for part in _parts([row for row in rows if row.outcome == NEW]):
        imported, own = _imported(unit, part), _own(unit, part)
        for row in part:
            if row.import_key in imported:
                row.key, said = imported[row.import_key]
                row.outcome = THERE if _same(row, said) else DIFFERS
            elif row.source.get(ID) in own:
                row.key, row.outcome = row.source[ID], THERE


def _parts(rows: Sequence[RowReport]) -> Iterator[Sequence[RowReport]]:
    return (rows[start : start + ASKED_AT_ONCE] for start in range(0, len(rows), ASKED_AT_ONCE))


def _imported(unit: Unit, rows: Sequence[RowReport]) -> Mapping[str, tuple[str, Mapping[str, Any]]]:
    """Import key → (item's key, what it was created with), from the first line of its trail."""
    keys = [row.import_key for row in rows]
    wanted = select(Item.import_key, Item.key, Entry.text).join(Entry, (Entry.item_id == Item.id) & (Entry.seq == 1))
    found = unit.session.execute(wanted.where(Item.import_key.in_(keys)))
    return {str(import_key): (key, orjson.loads(text)["detail"].get("changes", {})) for import_key, key, text in found}


def _own(unit: Unit, rows: Sequence[RowReport]) -> set[str]:
    """Numbers in the register that are keys of items here: somebody exported it from this program."""
    numbers = [row.source[ID] for row in rows if row.source.get(ID)]
    return set(unit.session.scalars(select(Item.key).where(Item.key.in_(numbers)))) if numbers else set()


def _same(row: RowReport, said: Mapping[str, Any]) -> bool:
    """Whether the row still says what it said when it was imported."""
    given = {**row.given.columns, **row.given.fields} if row.given else {}
    now = {name: plain(value) for name, value in given.items() if value is not None and name in row.source}
    then = {name: pair[1] for name, pair in said.items() if name in row.source}
    return now == then
