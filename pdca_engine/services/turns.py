"""Taking turns: work that costs seconds of processor time is done for a few people at once, and the others wait a little."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from pdca_engine.errors import Busy

AT_ONCE: Final = BoundedSemaphore(2)  # more would only slow each other down
PATIENCE: Final = 5.0  # seconds somebody waits for a turn


@contextmanager
def turn() -> Iterator[None]:
    """One's turn. Raises Busy where it takes too long to come; never taken twice by one request at a time."""
    if not AT_ONCE.acquire(timeout=PATIENCE):
        raise Busy
    try:
        yield
    finally:
        AT_ONCE.release()
