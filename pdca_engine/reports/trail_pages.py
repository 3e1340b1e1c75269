"""Trail entries page by page, item by item, each in the order of its trail: any length in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from pdca_engine.records.items import Entry


def trail_pages(session: Session, query: Select[*tuple[Any, ...]], size: int) -> Iterator[Sequence[Any]]:
    """The rows of `query`, which selects `Entry.item_id` and `Entry.seq` among others, `size` at a time.

    Each page begins behind the last row of the one before, so that no page costs more than the first.
    """
    wanted = query.order_by(Entry.item_id, Entry.seq).limit(size)
    item = seq = 0
    while rows := session.execute(wanted.where((Entry.item_id > item) | ((Entry.item_id == item) & (Entry.seq > seq)))).all():
        item, seq = rows[-1].item_id, rows[-1].seq
        yield rows
