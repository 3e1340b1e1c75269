"""A register as a file: CSV and Excel that a spreadsheet can't take for formulas, and that import reads again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO, Final

import orjson

DANGEROUS: Final = re.compile(r"[\s\u00a0\u3000]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")  # full-width signs, too
NO_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST_CELL: Final = 32_000  # Excel's own limit is 32 767
WIDEST: Final = 60


def harmless(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe before what would begin a formula, after leading blanks too (OWASP, CSV injection)."""
    return f"'{text}" if DANGEROUS.match(text) else text


def cell_text(value: Any) -> str:
    """A value as one cell of text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{int(value) if float(value).is_integer() else value}"
    if isinstance(value, list | tuple) and all(isinstance(one, str | int | float) for one in value):
        return harmless(", ".join(str(one) for one in value))
    if isinstance(value, dict | list | tuple):
        return harmless(orjson.dumps(value, default=str).decode())
    return harmless(str(value))


def write_csv(target: BinaryIO, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """UTF-8 with the mark that makes Excel read Chinese; how many rows."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", errors="replace")
    writer = csv.writer(text)
    writer.writerow([harmless(one) for one in headings])
    count = 0
    for row in rows:
        writer.writerow([cell_text(value) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


def write_json(target: BinaryIO, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """`{"items": [{name: value}]}`, values as they are kept; how many rows."""
    count = 0
    target.write(b'{"items": [')
    for row in rows:
        target.write(b",\n" if count else b"\n")
        target.write(orjson.dumps(dict(zip(names, row, strict=True)), default=str))
        count += 1
    target.write(b"\n]}\n")
    return count


def write_xlsx(target: BinaryIO, headings: Sequence[str], types: Sequence[str], rows: Iterable[Sequence[Any]], title: str) -> int:
    """One sheet with real dates and numbers, a fixed heading row and a filter; how many rows."""
    import xlsxwriter  # late: every other command would wait for it

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target, {**options, "in_memory": False})
    page = book.add_worksheet(title[:31])
    day, bold = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True})
    for place, heading in enumerate(headings):
        page.set_column(place, place, min(WIDEST, max(10, len(heading) + 2)))
        page.write_string(0, place, harmless(heading), bold)
    count = 0
    for count, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            _write_cell(page, count, place, value, types[place], day)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, count, max(0, len(headings) - 1))
    book.close()
    return count


def _write_cell(page: Any, row: int, column: int, value: Any, kind: str, day: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        page.write_number(row, column, value)
    elif kind == "date" and isinstance(value, str):
        page.write_datetime(row, column, datetime.combine(date.fromisoformat(value), datetime.min.time()), day)
    else:
        page.write_string(row, column, NO_XML.sub("\ufffd", cell_text(value))[:LONGEST_CELL])
