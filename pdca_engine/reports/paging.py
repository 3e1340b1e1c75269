"""Keyset paging: a cursor names the last row seen, so that a page costs the same wherever it lies and none is shown twice."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import orjson

from pdca_engine.errors import BadInput

Row = TypeVar("Row", covariant=True)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows in order, and where the next page begins (None: this was the last)."""

    rows: Sequence[Row]
    next_cursor: str | None = None


def write_cursor(*values: Any) -> str:
    """A cursor from plain values (text, number, None), fit for a URL."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def read_cursor(cursor: str, *kinds: type) -> list[Any]:
    """The values a cursor was written from, each of its kind or None; BadInput for anything else."""
    try:
        values = orjson.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        values = None
    fits = isinstance(values, list) and len(values) == len(kinds)
    if not fits or any(value is not None and type(value) is not kind for value, kind in zip(values, kinds, strict=True)):
        raise BadInput(
            "The cursor is none that this list gave out. Begin again without one.", "游标无效。请不带游标重新开始。", field="cursor"
        )
    return list(values)
