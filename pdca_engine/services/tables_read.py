"""Which kind of spreadsheet a file is, by its bytes."""

from __future__ import annotations

from pathlib import PurePath

from pdca_engine.errors import BadInput
from pdca_engine.services.tables import MOST_BYTES, Table, not_readable, too_big
from pdca_engine.services.tables_csv import read_csv
from pdca_engine.services.tables_xlsx import read_xlsx


def read_table(raw: bytes, name: str, sheet: str | None = None) -> Table:
    """Read a CSV or Excel file by what it is, not by what it is called. BadInput, NotFound (sheet)."""
    if len(raw) > MOST_BYTES:
        raise too_big(name)
    if raw.startswith(b"PK\x03\x04"):
        return read_xlsx(raw, name, sheet)
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadInput(
            f"{name} is an old Excel file (.xls). Open it and save it as .xlsx or .csv.",
            f"{name} 是旧版 Excel 文件（.xls）。请另存为 .xlsx 或 .csv。",
            field="file",
        )
    if sheet is not None:
        raise BadInput(f"{name} has no sheets: leave --sheet out.", f"{name} 没有工作表：请去掉 --sheet。", field="sheet")
    if PurePath(name).suffix.lower() in (".xlsx", ".xlsm"):
        raise not_readable(name)
    return read_csv(raw, name)
