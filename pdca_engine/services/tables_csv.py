"""CSV as it comes from spreadsheets: any usual encoding, any usual separator."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import Final

from pdca_engine.errors import BadInput
from pdca_engine.services.tables import MOST_COLUMNS, MOST_ROWS, Row, Table, table_of, too_many

SEPARATORS: Final = (",", ";", "\t", "|")
LOOKED_AT: Final = 60  # rows; enough to tell the separator
LONGEST_CELL: Final = 200_000
BETWEEN_LETTERS: Final = re.compile(r"(?<=[A-Za-z])[\u4e00-\u9fff](?=[a-z])")
CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")


def read_csv(raw: bytes, name: str) -> Table:
    """The rows of a CSV file. BadInput when it is no text, or not a table."""
    text, encoding = _decoded(raw, name)
    separator, text = _separator(text)
    rows: list[Row] = []
    try:
        csv.field_size_limit(LONGEST_CELL)
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1):
            if len(rows) > MOST_ROWS:
                raise too_many(name, rows=True)
            if len(cells) > MOST_COLUMNS:
                raise too_many(name, rows=False)
            rows.append(Row(number, cells))
    except csv.Error as broken:
        where, where_zh = f"after row {len(rows)}", f"第 {len(rows)} 行之后"
        raise BadInput(f"{name} is not a table {where}: {broken}.", f"{name} {where_zh}不是表格：{broken}。", field="file") from None
    shown = {"\t": "tab"}.get(separator, separator)
    return table_of(name, rows, f"CSV, {encoding}, {shown}")


def _decoded(raw: bytes, name: str) -> tuple[str, str]:
    """Text and the encoding it was in: by its mark, UTF-8, UTF-16, else Chinese or Western by what makes sense."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(raw, "utf-16", name), "UTF-16"
    try:
        return raw.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    if raw[:2000].count(0) > len(raw[:2000]) // 4:
        return _strictly(raw, "utf-16-le" if raw[1:2] == b"\0" else "utf-16-be", name), "UTF-16"
    try:
        chinese = raw.decode("gb18030")
    except UnicodeDecodeError:
        return _strictly(raw, "cp1252", name), "Windows-1252"
    if _western(chinese):
        return raw.decode("cp1252", "replace"), "Windows-1252"
    return chinese, "GB18030"


def _western(text: str) -> bool:
    """Whether the Chinese letters stand singly inside words, as umlauts and accents read by mistake do."""
    letters = len(CHINESE.findall(text))
    return letters == 0 or 2 * len(BETWEEN_LETTERS.findall(text)) > letters


def _strictly(raw: bytes, encoding: str, name: str) -> str:
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise BadInput(
            f"{name} is not text. Save it as CSV in UTF-8, or as .xlsx.", f"{name} 不是文本。请另存为 UTF-8 的 CSV 或 .xlsx。", field="file"
        ) from None


def _separator(text: str) -> tuple[str, str]:
    """The separator that cuts most rows into the same number of cells; Excel's own first line `sep=;` decides by itself."""
    first, _, rest = text.partition("\n")
    said = re.fullmatch(r'"?sep=(.)"?\r?', first.strip("\r"))
    if said and said[1] in SEPARATORS:
        return said[1], "\n" + rest
    return max(SEPARATORS, key=lambda one: _evenness(text, one)), text


def _evenness(text: str, separator: str) -> tuple[int, int]:
    widths: Counter[int] = Counter()
    try:
        for place, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator)):
            if place >= LOOKED_AT:
                break
            if len(cells) > 1:
                widths[len(cells)] += 1
    except csv.Error:
        return 0, 0
    return (widths.most_common(1)[0][1], max(widths)) if widths else (0, 0)
