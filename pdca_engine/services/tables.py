"""A spreadsheet as rows of cells: what people keep as CSV or Excel, whichever way it was saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from pdca_engine.errors import BadInput

Cell = str | int | float | bool | date | datetime | None
MOST_BYTES: Final = 50 * 1024 * 1024
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 300


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as the spreadsheet shows it, and its cells."""

    number: int
    cells: Sequence[Cell]

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """All rows that hold something, in order, and how the file was read (encoding, separator, sheet)."""

    name: str
    rows: tuple[Row, ...]
    how: str


def not_readable(name: str) -> BadInput:
    """For a file that is damaged, encrypted, or something else than its name says."""
    return BadInput(
        f"{name} can't be read as an Excel file: it is damaged, encrypted or something else. Save it again as .xlsx or .csv.",
        f"{name} 无法作为 Excel 文件读取：可能已损坏、加密或并非 Excel 文件。请重新另存为 .xlsx 或 .csv。",
        field="file",
    )


def too_many(name: str, rows: bool) -> BadInput:
    """For a file beyond the limits."""
    limit, what, what_zh = (MOST_ROWS, "rows", "行") if rows else (MOST_COLUMNS, "columns", "列")
    return BadInput(f"{name} has more than {limit} {what}. Split it.", f"{name} 超过 {limit} {what_zh}。请拆分。", field="file")


def too_big(name: str) -> BadInput:
    """For a file beyond what is read into memory: a limit of the program's, no setting raises it."""
    limit = MOST_BYTES // 1024 // 1024
    return BadInput(
        f"{name} is larger than {limit} MiB, the most that is read. Split it, or leave out pictures and sheets that aren't needed.",
        f"{name} 超过可读取的上限 {limit} MiB。请拆分，或删除不需要的图片与工作表。",
        field="file",
    )


def table_of(name: str, rows: Sequence[Row], how: str) -> Table:
    """The rows that hold something, without the blanks at their ends. BadInput when none does."""
    kept = tuple(row for row in rows if not row.blank)
    if not kept:
        raise BadInput(f"{name} is empty.", f"{name} 为空。", field="file")
    return Table(name, kept, how)
