"""Excel files, read cell by cell without running anything, with limits before a byte is unpacked."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from typing import Any, Final

from pdca_engine.errors import BadInput, NotFound
from pdca_engine.services.tables import MOST_COLUMNS, MOST_ROWS, Cell, Row, Table, not_readable, table_of, too_many

MOST_UNPACKED: Final = 300 * 1024 * 1024
MOST_PARTS: Final = 2_000


def read_xlsx(raw: bytes, name: str, sheet: str | None = None) -> Table:
    """The rows of one sheet: `sheet`, or the first visible one that holds something. BadInput, NotFound."""
    from openpyxl import load_workbook

    _refuse_bomb(raw, name)
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    except Exception:  # whatever a broken file makes the library raise
        raise not_readable(name) from None
    try:
        for title in _wanted(book, sheet, name):
            rows = _rows(book[title], name)
            if any(not row.blank for row in rows):
                return table_of(name, rows, f"Excel, {title}")
    finally:
        book.close()
    return table_of(name, [], "Excel")


def _refuse_bomb(raw: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            listed = parts.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise not_readable(name) from None
    if sum(part.file_size for part in listed) > MOST_UNPACKED or len(listed) > MOST_PARTS:
        en = f"{name} unpacks to more than {MOST_UNPACKED // 1024 // 1024} MiB. Save only the register's sheet, as CSV."
        raise BadInput(en, f"{name} 解压后超过 {MOST_UNPACKED // 1024 // 1024} MiB。请仅将登记表所在工作表另存为 CSV。", field="file")


def _wanted(book: Any, sheet: str | None, name: str) -> list[str]:
    titles = [one.title for one in book.worksheets if one.sheet_state == "visible"] or [one.title for one in book.worksheets]
    if sheet is None:
        return titles
    if sheet not in book.sheetnames:
        known = ", ".join(book.sheetnames)
        raise NotFound("sheet", "工作表", sheet, f"{name} has: {known}.", f"{name} 中有：{known}。")
    return [sheet]


def _rows(sheet: Any, name: str) -> list[Row]:
    sheet.reset_dimensions()  # what a file says of its own size is often wrong
    rows: list[Row] = []
    try:
        for number, cells in enumerate(sheet.iter_rows(), 1):
            if number > MOST_ROWS + 1:
                raise too_many(name, rows=True)
            if len(cells) > MOST_COLUMNS and any(cell.value is not None for cell in cells[MOST_COLUMNS:]):
                raise too_many(name, rows=False)
            rows.append(Row(number, [_value(cell) for cell in cells[:MOST_COLUMNS]]))
    except BadInput:
        raise
    except Exception:  # whatever a broken sheet makes the library raise
        raise not_readable(name) from None
    return rows


def _value(cell: Any) -> Cell:
    """What a person sees: 85 % is "85%", a midnight is a day."""
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in (cell.number_format or ""):
        return f"{round(value * 100, 10):g}%"
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float | bool | date | datetime) else None if value is None else str(value)
