"""Dates as people write them: which comes first, day or month, is decided for a whole column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from pdca_engine.definition.deciding.values import BadValue
from pdca_engine.services.tables import Cell

SERIALS: Final = (20_000, 80_000)  # Excel's day numbers of 1954 to 2119
FIRST_SERIAL: Final = date(1899, 12, 30)
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar",
            "feb february februar",
            "mar march mär märz mrz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        1,
    )
    for name in names.split()
}
YEAR_FIRST: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
NUMERIC: Final = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})")
DAY_MONTH: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s.\-/]+([^\W\d]{3,9})\.?[\s,.\-/]+(\d{4}|\d{2})")
MONTH_DAY: Final = re.compile(r"([^\W\d]{3,9})\.?[\s.\-/]+(\d{1,2})(?:st|nd|rd|th)?[\s,.\-/]+(\d{4}|\d{2})")
CLOCK: Final = re.compile(r"(.+?)[\sT]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp]\.?[Mm]\.?)?")


def date_order(cells: Iterable[Cell], said: str | None) -> tuple[str, bool]:
    """(order, sure): how a column writes its dates. One date above the twelfth decides; where none does, day first, and not sure."""
    if said is not None:
        return said, True
    first = second = dotted = numeric = False
    for cell in cells:
        found = NUMERIC.match(cell.strip()) if isinstance(cell, str) else None
        if found:
            numeric = True
            dotted |= found[2] == "."
            first |= int(found[1]) > 12
            second |= int(found[3]) > 12
    if second and not first:
        return "month_first", True
    return "day_first", first or dotted or not numeric


def read_moment(cell: Cell, order: str) -> datetime:
    """A day, with its time of day where one is written. Raises BadValue."""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and SERIALS[0] < cell < SERIALS[1]:
        return datetime(FIRST_SERIAL.year, FIRST_SERIAL.month, FIRST_SERIAL.day) + timedelta(days=float(cell))
    text = str(cell).strip()
    try:
        return _written(text, order)
    except ValueError:
        raise BadValue(f"{text!r} is not a date that can be told", f"{text!r} 不是可识别的日期") from None


def _written(text: str, order: str) -> datetime:
    clock = CLOCK.fullmatch(text)
    if clock and "T" in text and text[:4].isdigit():
        return datetime.fromisoformat(text)
    day = _day((clock[1] if clock else text).strip().rstrip(","), order)
    hour, minute, second = (int(part or 0) for part in clock.group(2, 3, 4)) if clock else (0, 0, 0)
    half = (clock[5] or "").lower() if clock else ""
    hour = hour % 12 + (12 if half.startswith("p") else 0) if half else hour
    return datetime(day.year, day.month, day.day, hour, minute, second)


def _day(text: str, order: str) -> date:
    if text.isdigit() and SERIALS[0] < int(text) < SERIALS[1]:
        return FIRST_SERIAL + timedelta(days=int(text))
    if re.fullmatch(r"\d{8}", text):
        return date.fromisoformat(text)
    if found := YEAR_FIRST.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if order != "iso" and (found := NUMERIC.fullmatch(text)):
        first, second = int(found[1]), int(found[3])
        day, month = (second, first) if order == "month_first" and found[2] != "." else (first, second)
        return date(_year(found[4]), month, day)
    if (found := DAY_MONTH.fullmatch(text)) and found[2].lower() in MONTHS:
        return date(_year(found[3]), MONTHS[found[2].lower()], int(found[1]))
    if (found := MONTH_DAY.fullmatch(text)) and found[1].lower() in MONTHS:
        return date(_year(found[3]), MONTHS[found[1].lower()], int(found[2]))
    raise ValueError(text)


def _year(text: str) -> int:
    """Two digits are of this century."""
    return int(text) + (2000 if len(text) == 2 else 0)
