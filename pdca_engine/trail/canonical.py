"""The one text a set of facts has: what is hashed, and what another program can write again byte by byte.

JSON with sorted keys and no blanks, printable ASCII only (everything else as \\uXXXX), numbers with a fraction as strings ("0.1", never
a binary float), moments in UTC as 2026-01-31T08:00:00.000000Z, dates as 2026-01-31.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from json.encoder import encode_basestring_ascii
from typing import Any

import orjson

from pdca_engine.records.base import moment_text

_UNPRINTED = re.compile(r"[^\x00-\x7e]+")
_AS_IT_IS = frozenset((str, int, bool, type(None)))


def plain(value: Any) -> Any:
    """`value` as the trail writes it: fractions, moments and dates as strings, tuples as lists, sets sorted."""
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    if kind is dict:
        return {key: inner if type(inner) in _AS_IT_IS else plain(inner) for key, inner in value.items()}
    if kind is list or kind is tuple:
        return [inner if type(inner) in _AS_IT_IS else plain(inner) for inner in value]
    return _rare(value)


def _rare(value: Any) -> Any:
    """What comes less often."""
    if isinstance(value, float | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return [plain(inner) for inner in sorted(value)]
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def entry_text(data: Mapping[str, Any]) -> str:
    """The canonical text of `data` (see the module). ValueError where JSON has none: other types, lone surrogates, huge integers."""
    try:
        text = orjson.dumps(plain(data), option=orjson.OPT_SORT_KEYS).decode()
    except TypeError as broken:
        raise ValueError(f"no canonical text: {broken}") from broken
    return text if text.isascii() and "\x7f" not in text else _UNPRINTED.sub(_escaped, text)


def _escaped(run: re.Match[str]) -> str:
    """A run of other characters (they occur only inside strings) as \\uXXXX; control characters already are."""
    return encode_basestring_ascii(run.group())[1:-1]
