"""Words typed on the command line, read into values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from pdca_engine.errors import BadInput


def read_date(text: str, field: str) -> date:
    """A date like 2026-01-31; BadInput."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(
            f"{text!r} is not a date. Write it like 2026-01-31.", f"{text!r} 不是日期，请写成 2026-01-31 的形式。", field=field
        ) from None


def read_day(text: str | None, field: str) -> date | None:
    """A date where one was given."""
    return None if text is None else read_date(text, field)


def read_moment(text: str, field: str, zone: ZoneInfo) -> datetime:
    """A moment in UTC, from a date or a time like 2026-01-31T09:00; without an offset it is meant in `zone`. BadInput."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(
            f"{text!r} is not a moment. Write it like 2026-01-31T09:00.",
            f"{text!r} 不是时刻，请写成 2026-01-31T09:00 的形式。",
            field=field,
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def read_values(words: Sequence[str]) -> dict[str, str | None]:
    """`name=value` words; `name=` empties. BadInput for a word without `=`."""
    values: dict[str, str | None] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name.strip():
            raise BadInput(f"{word!r} is not name=value.", f"{word!r} 不是 名称=值 的形式。", field="values")
        values[name.strip()] = value or None
    return values
