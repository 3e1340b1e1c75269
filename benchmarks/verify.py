"""Whether a contender did the work: its rows counted, its chains computed anew, over a connection of our own after it has ended."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from benchmarks.job import GENESIS, STATES, Accounts


def rows(database: str, sql: str) -> list[Any]:
    """All rows of a query."""
    if "://" not in database:
        with closing(sqlite3.connect(database)) as connection:
            return connection.execute(sql).fetchall()
    import psycopg  # only who measures on PostgreSQL needs its driver

    with psycopg.connect(database) as connection:
        return connection.execute(sql).fetchall()


def broken_chains(entries: Iterable[tuple[int, int, str, bytes]]) -> list[str]:
    """What is wrong with the chains; entries come in order of item and seq."""
    wrong, last, seq, head = [], None, 0, GENESIS
    for item, number, text, stored in entries:
        if item != last:
            last, seq, head = item, 0, GENESIS
        head = hashlib.sha256(head + text.encode()).digest()
        if number != seq + 1 or head != bytes(stored):
            wrong.append(f"item {item}, entry {number}: not the hash of what stands before it")
        seq, head = number, bytes(stored)
    return wrong


def shortcomings(database: str, accounts: Accounts, items: int, advances: int, created: int) -> list[str]:
    """Everything that isn't as it should be after so many items were advanced so many times in all; empty when all is there."""
    entries = rows(database, accounts.entries)
    counts = {
        "trail entries": (len(entries), advances + created),
        "messages": (rows(database, accounts.messages)[0][0], advances),
        f"items {STATES[-1]}": (dict(rows(database, accounts.states)).get(STATES[-1], 0), items),
    }
    wrong = [f"{found} {what} instead of {wanted}" for what, (found, wanted) in counts.items() if found != wanted]
    return wrong + broken_chains(entries)[:3]
