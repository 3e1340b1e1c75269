"""Many items of one workflow version, page by page in bounded memory, held still while they are changed."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from pdca_engine.errors import StoreUnavailable
from pdca_engine.store.connect import PATIENCE
from pdca_engine.store.rows import ItemRow, ScheduleRow
from pdca_engine.store.statements import ENTRY, ENTRY_COLUMNS, ITEM
from pdca_engine.store.timetable import SCHEDULE
from pdca_engine.store.transaction import Transaction
from pdca_engine.trail.entry import EntryRow

PAGE: Final = 500
PAUSE_S: Final = 0.05  # between two attempts to hold both tables
NOT_NOW: Final = "55P03"  # lock_not_available


def iterate_pages(session: Session, workflow_id: str, version_id: int, *, closed: bool = False) -> Iterator[list[ItemRow]]:
    """The items pinned to that version in order of id, `PAGE` at a time; closed ones only with `closed`.

    A page may be written before the next one is asked for.
    """
    pinned = select(ITEM).where(ITEM.c.workflow_id == workflow_id, ITEM.c.workflow_version_id == version_id)
    wanted = (pinned if closed else pinned.where(ITEM.c.closed_at.is_(None))).order_by(ITEM.c.id).limit(PAGE)
    last = 0
    while page := [ItemRow(*tuple[Any, ...](row)) for row in session.execute(wanted.where(ITEM.c.id > last))]:
        yield page
        last = page[-1].id


def timers_of(session: Session, items: Sequence[ItemRow]) -> dict[int, list[ScheduleRow]]:
    """The timers of a page of items by item, stopped ones included."""
    found: dict[int, list[ScheduleRow]] = defaultdict(list)
    for row in session.execute(select(SCHEDULE).where(SCHEDULE.c.item_id.in_([one.id for one in items])).order_by(SCHEDULE.c.id)):
        timer = ScheduleRow(*tuple[Any, ...](row))
        assert timer.item_id is not None
        found[timer.item_id].append(timer)
    return found


def pin_timers(session: Session, items: Sequence[ItemRow], version_id: int) -> None:
    """The timers of a page of items follow the paper of that version from now on."""
    session.execute(update(SCHEDULE).where(SCHEDULE.c.item_id.in_([one.id for one in items])).values(workflow_version_id=version_id))


def last_migrations(session: Session, items: Sequence[ItemRow]) -> dict[int, EntryRow]:
    """The last `migrated` entry of each of a page of items that has one."""
    columns = [ENTRY.c[name] for name in ENTRY_COLUMNS]
    wanted = select(*columns).where(ENTRY.c.item_id.in_([one.id for one in items]), ENTRY.c.kind == "migrated")
    return {row.item_id: EntryRow._make(row) for row in session.execute(wanted.order_by(ENTRY.c.item_id, ENTRY.c.seq))}


def hold_items(transaction: Transaction, dialect: str) -> None:
    """Nobody else changes items or timers until the transaction ends; reading goes on. StoreUnavailable after the usual patience.

    On SQLite a writing transaction is alone anyway. On PostgreSQL the second table is only asked for, never waited for: an advance holds
    items first and timers after, a tick the other way round, and waiting for either while holding the other could wait for ever.
    """
    if dialect != "postgresql":
        return
    for _ in range(int(PATIENCE / PAUSE_S)):
        if _held(transaction):
            return
        time.sleep(PAUSE_S)
    raise StoreUnavailable(
        why="others keep changing items",
        why_zh="其他操作持续更改事项",
        advice="Try again in a quieter moment.",
        advice_zh="请在空闲时重试。",
    )


def _held(transaction: Transaction) -> bool:
    try:
        with transaction.savepoint():
            connection = transaction.session.connection()
            connection.exec_driver_sql("LOCK TABLE item IN EXCLUSIVE MODE")
            connection.exec_driver_sql("LOCK TABLE schedule IN EXCLUSIVE MODE NOWAIT")
    except DBAPIError as refused:
        if getattr(refused.orig, "sqlstate", None) != NOT_NOW:
            raise
        return False
    return True
