"""Files and cells: whatever comes in is read or told, never a fault."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdca_engine.definition.deciding.values import BadValue
from pdca_engine.errors import PdcaError
from pdca_engine.services.exports import DANGEROUS, harmless
from pdca_engine.services.importing.dates import date_order, read_moment
from pdca_engine.services.importing.values import read_number, unquoted
from pdca_engine.services.tables_read import read_table

CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "gb18030"]


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_a_clear_sentence(raw: bytes) -> None:
    """No file can make it fall over."""
    try:
        table = read_table(raw, "register.csv")
    except PdcaError as error:
        assert error.sentence("en") and error.sentence("zh")
    else:
        assert all(not row.blank for row in table.rows)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_what_a_spreadsheet_wrote_is_read(encoding: str, separator: str) -> None:
    """Separators, quotes and line breaks inside cells; Chinese in every encoding."""
    rows = [["标题", "负责人", "说明"], ["减少重复事件", "李华", 'a "quoted"; cell, with | and\tmore'], ["第二", "", "two\nlines 两行"]]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    table = read_table(text.getvalue().encode(encoding), "register.csv")
    assert [list(row.cells) for row in table.rows] == rows
    assert [row.number for row in table.rows] == [1, 2, 3]


def test_excels_own_first_line_names_the_separator() -> None:
    """`sep=;` is no row, but counts as one."""
    table = read_table(b"sep=;\r\nTitle;Owner\r\na, b;c\r\n", "register.csv")
    assert [(row.number, list(row.cells)) for row in table.rows] == [(2, ["Title", "Owner"]), (3, ["a, b", "c"])]


@given(st.text(max_size=20))
def test_harmless_text_is_no_formula_and_comes_back(text: str) -> None:
    """What an export writes, import reads as it was."""
    written = harmless(text)
    assert not DANGEROUS.match(written)
    assert unquoted(written) == text or text.startswith("'")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1,234.50", 1234.5),
        ("1.234,50", 1234.5),
        ("1 234,5", 1234.5),
        ("12'000", 12000),
        ("12,000", 12000),
        ("12,5", 12.5),
        ("1.234.567", 1234567),
        ("CNY 12 000", 12000),
        ("¥1,200", 1200),
        ("3.5 days", 3.5),
        ("85 %", 85),
        ("85%", 85),
        ("1.2万", 12000),
        ("-5", -5),
        ("−5", -5),
        ("0", 0),
        (7, 7),
    ],
)
def test_numbers_as_written(written: str | int, number: float) -> None:
    """Thousands, decimals, currencies, units, myriads."""
    assert read_number(written) == number


@pytest.mark.parametrize("written", ["about 3", "3-5", "1.2.3,4,5", "three", "--", "1e999", "5 " + "x" * 40])
def test_what_is_no_number(written: str) -> None:
    """Told, not guessed."""
    with pytest.raises(BadValue):
        read_number(written)


@given(st.text(max_size=30) | st.integers() | st.floats())
def test_any_cell_is_a_number_or_a_clear_sentence(cell: str | int | float) -> None:
    """Nothing else is raised."""
    try:
        read_number(cell)
    except BadValue as bad:
        assert bad.en and bad.zh


@given(st.text(max_size=30) | st.integers() | st.floats() | st.booleans())
def test_any_cell_is_a_date_or_a_clear_sentence(cell: str | int | float) -> None:
    """Nothing else is raised."""
    try:
        assert isinstance(read_moment(cell, "day_first"), datetime)
    except BadValue as bad:
        assert bad.en and bad.zh


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_comes_back_however_it_was_written(day: date) -> None:
    """In each order with its own punctuation."""
    forms = {
        "day_first": [
            "%d/%m/%Y",
            "%d.%m.%Y",
            "%d-%m-%Y",
            "%d/%m/%y",
            "%d %b %Y",
            "%d-%b-%y",
            "%B %d, %Y",
            "%Y-%m-%d",
            "%Y/%m/%d",
            "%Y年%m月%d日",
        ],
        "month_first": ["%m/%d/%Y", "%m-%d-%y", "%b %d %Y", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S"],
        "iso": ["%Y-%m-%d", "%Y%m%d", "%Y-%m-%dT%H:%M:%S"],
    }
    for order, written in forms.items():
        for form in written:
            assert read_moment(day.strftime(form), order).date() == day, (order, form)


@pytest.mark.parametrize(
    ("cells", "order", "sure"),
    [
        (["31/12/2025", "01/02/2026"], "day_first", True),
        (["12/31/2025", "01/02/2026"], "month_first", True),
        (["01/02/2026", "03/04/2026"], "day_first", False),
        (["01.02.2026"], "day_first", True),
        (["31/12/2025", "12/31/2025"], "day_first", True),
        (["2026-01-02", None, "-", 46000, date(2026, 1, 2)], "day_first", True),
        ([], "day_first", True),
    ],
)
def test_one_date_decides_for_its_column(cells: list[str | int | date | None], order: str, sure: bool) -> None:
    """Where none does, it is said that day first was assumed."""
    assert date_order(cells, None) == (order, sure)


@pytest.mark.parametrize(
    "written", ["31/02/2026", "30.02.2026", "2026-13-01", "00/01/2026", "99999", "5 Foo 2026", "someday", "12/31/2026"]
)
def test_days_that_are_none(written: str) -> None:
    """Told with what stands there."""
    with pytest.raises(BadValue, match="is not a date"):
        read_moment(written, "day_first")
