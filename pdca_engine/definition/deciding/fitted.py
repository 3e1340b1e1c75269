"""What effects give, made to fit the type of the field that takes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from pdca_engine.definition.paper.workflow import Field

_DAY: Final = len("2026-01-31")


def fitted(declared: Field, value: Any, holders: Mapping[str, tuple[int, ...]], zone: ZoneInfo) -> Any:
    """What an effect gives, as a field of that type keeps it: whoever holds a role as a person, a moment as a day, a day as a moment."""
    if declared.type == "person" and isinstance(value, str):
        return next(iter(holders.get(value, ())), None)
    if declared.type == "persons" and value is not None:
        named = value if isinstance(value, list | tuple) else [value]
        return list(dict.fromkeys(one for word in named for one in (holders.get(word, ()) if isinstance(word, str) else (word,))))
    if declared.type in ("date", "datetime") and isinstance(value, str):
        return _fitted_date(declared.type, value, zone)
    return value


def _fitted_date(kind: str, value: str, zone: ZoneInfo) -> str:
    if kind == "date" and len(value) > _DAY:
        return datetime.fromisoformat(value).astimezone(zone).date().isoformat()
    if kind == "datetime" and len(value) == _DAY:
        return datetime.combine(date.fromisoformat(value), time.min, zone).astimezone(UTC).isoformat()
    return value
