"""The words, numbers and texts of the workflow language."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any, Final

from pdca_engine.cadence.durations import parse_duration
from pdca_engine.definition.language.kinds import Scalar

_NAME: Final = r"^[a-z][a-z0-9_]{0,59}$"
_KEY: Final = r"^[A-Z][A-Z0-9]{0,9}$"
_CODE: Final = r"^[A-Z][A-Z0-9_]{0,59}$"
_DURATION: Final = r"^\+?[0-9]{1,7} (minutes?|hours?|days?|working days?|weeks?|months?|years?)$"
_OFFSET: Final = r"^[+-]?[0-9]{1,7} (minutes?|hours?|days?|working days?|weeks?|months?|years?)$"
_DATE: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_TIME: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


def _matching(pattern: str, en: str, zh: str, code: str = "BAD_NAME") -> Scalar:
    form = re.compile(pattern)
    return Scalar(
        (en, zh), lambda value: isinstance(value, str) and form.fullmatch(value) is not None, {"type": "string", "pattern": pattern}, code
    )


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and re.fullmatch(_DATE, value) is not None and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_duration(value: Any, sign: bool = False) -> bool:
    try:
        return isinstance(value, str) and (parse_duration(value).amount >= 0 or sign)
    except ValueError:
        return False


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Whether a value read from a file is a number (true and false are not)."""
    return isinstance(value, float) or _is_integer(value)


NAME: Final = _matching(_NAME, "small letters, digits and _, beginning with a letter", "小写字母、数字和 _，以字母开头")
ITEM_KEY: Final = _matching(_KEY, "up to 10 capital letters and digits, beginning with a letter", "最多 10 个大写字母和数字，以字母开头")
CODE: Final = _matching(_CODE, "capital letters, digits and _, like MAX_CYCLES", "大写字母、数字和 _，如 MAX_CYCLES")
TEXT_LINE: Final = Scalar(
    ("a text (in quotes if it looks like a number)", "文本（看似数字时请加引号）"),
    lambda value: isinstance(value, str) and bool(value.strip()),
    {"type": "string", "pattern": r"\S"},
)
LINE: Final = TEXT_LINE
VALUE: Final = TEXT_LINE
DURATION: Final = Scalar(
    ("a duration like `10 working days`", "时长，如 `10 working days`"),
    _is_duration,
    {"type": "string", "pattern": _DURATION},
    "BAD_DURATION",
)
OFFSET: Final = Scalar(
    ("a duration like `-2 days`", "时长，如 `-2 days`"),
    lambda value: _is_duration(value, True),
    {"type": "string", "pattern": _OFFSET},
    "BAD_DURATION",
)
DATE: Final = Scalar(("a date like 2026-01-31", "日期，如 2026-01-31"), _is_date, {"type": "string", "pattern": _DATE}, "BAD_DATE")
TIME: Final = _matching(_TIME, 'a time of day like "09:00"', '时刻，如 "09:00"', "BAD_TIME")
TRUE: Final = Scalar(("true", "true"), lambda value: value is True, {"enum": [True]})
FLAG: Final = Scalar(("true or false", "true 或 false"), lambda value: isinstance(value, bool), {"type": "boolean"})
NUMBER: Final = Scalar(("a number", "数"), is_number, {"type": "number"})
INTEGER: Final = Scalar(("a whole number", "整数"), _is_integer, {"type": "integer"})
WHOLE: Final = Scalar(
    ("a whole number from 0", "从 0 起的整数"), lambda value: _is_integer(value) and value >= 0, {"type": "integer", "minimum": 0}
)
POSITIVE: Final = Scalar(
    ("a whole number from 1", "从 1 起的整数"), lambda value: _is_integer(value) and value > 0, {"type": "integer", "minimum": 1}
)
SEVERAL: Final = Scalar(
    ("a whole number from 2", "从 2 起的整数"), lambda value: _is_integer(value) and value > 1, {"type": "integer", "minimum": 2}
)


def as_time(text: str) -> time:
    """The time of day of a TIME."""
    return time.fromisoformat(text)
