"""Registers as people keep them, each of another shape: what is read, what is guessed, what is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.office import Office
from tests.support.terminal import Terminal

REGISTERS = Path(__file__).parent / "registers"


def planned(pdca: Terminal, name: str, *more: str, code: int = 0) -> Any:
    """The dry run of a register."""
    return pdca.json("items", "import", str(REGISTERS / name), *more, code=code)


def imported(pdca: Terminal, name: str, *more: str) -> list[Any]:
    """The items a register has become, in its order."""
    done = planned(pdca, name, "--apply", "--as", "li", *more)
    assert done["applied"] is True
    return [pdca.json("items", "show", row["key"]) for row in done["rows"] if row["outcome"] == "new"]


def targets(plan: Any) -> dict[str, str | None]:
    """Heading → what it was taken for."""
    return {one["heading"]: one["target"] for one in plan["columns"]}


def column(items: list[Any], name: str) -> list[Any]:
    """One column or field of all items."""
    return [item["columns"].get(name, item["fields"].get(name)) for item in items]


def test_a_plain_register(pdca: Terminal, office: Office) -> None:
    """Ids, a line break in a cell, persons by name, login and e-mail, a process by title, the status as a tag."""
    items = imported(pdca, "plain.csv")
    assert [item["title"] for item in items] == ["Fewer repeat incidents", "Faster standard changes", "Clearer service reports"]
    assert column(items, "owner") == [office.li, office.deng, office.gu]
    assert column(items, "process") == ["incident", "change", None]
    assert column(items, "due") == ["2026-06-30", "2026-09-30", None]
    assert column(items, "priority") == ["high", "medium", "low"]
    assert column(items, "tags") == [["was:Open"], ["was:In progress"], ["was:Closed"]]
    assert "week 9" in items[0]["columns"]["description"]
    assert {item["state"] for item in items} == {"draft"} and column(items, "proposer") == [office.li] * 3
    assert {line["kind"] for item in items for line in item["history"]} == {"imported"}
    assert pdca.json("trail", "verify") == {"ok": True, "items": 3, "entries": 3, "first_broken": None}


def test_a_german_register(pdca: Terminal) -> None:
    """Semicolons, Windows-1252, dotted dates, decimal commas, words in German."""
    plan = planned(pdca, "german.csv")
    assert plan["read_as"] == "CSV, Windows-1252, ;"
    items = imported(pdca, "german.csv")
    assert items[0]["title"] == "Weniger Störungen" and items[0]["columns"]["description"] == "Größere Ausfälle überprüfen"
    assert column(items, "due") == ["2026-12-31", "2026-06-05", None]
    assert column(items, "priority") == ["high", "medium", "low"]
    assert column(items, "cost") == [1234.5, 12000, None]


def test_a_chinese_register(pdca: Terminal, office: Office) -> None:
    """GB18030, Chinese headings, dates and words; a person known only by a Chinese name is told, or created."""
    plan = planned(pdca, "chinese.csv", code=1)
    assert plan["read_as"] == "CSV, GB18030, ,"
    assert targets(plan) == {
        "编号": "id",
        "改进项名称": "title",
        "问题描述": "description",
        "负责人": "owner",
        "截止日期": "due",
        "优先级": "priority",
        "所属流程": "process",
        "来源": "source",
        "当前状态": "status",
    }
    (wrong,) = [row for row in plan["rows"] if row["problems"]]
    assert (wrong["row"], wrong["problems"][0]["column"], wrong["problems"][0]["value"]) == (2, "负责人", "崔娜")
    done = planned(pdca, "chinese.csv", "--apply", "--as", "gu", "--create-people")
    items = [pdca.json("items", "show", row["key"]) for row in done["rows"]]
    assert done["people"] == [] and items[0]["owner_name"] == "崔娜"
    assert column(items, "due") == ["2026-06-30", "2026-09-05", None]
    assert column(items, "priority") == ["high", "medium", "low"]
    assert column(items, "process") == ["incident", "change", None]


def test_only_the_admin_creates_people(pdca: Terminal) -> None:
    """Exit code 5, and nothing is written; the dry run says who would be added."""
    plan = planned(pdca, "chinese.csv", "--create-people")
    assert plan["people"] == ["崔娜"]
    assert pdca("items", "import", str(REGISTERS / "chinese.csv"), "--apply", "--create-people", "--as", "li").code == 5
    assert pdca.json("items", "list")["total"] == 0


def test_excels_unicode_text(pdca: Terminal) -> None:
    """UTF-16 with tabs; dates that could be either are read day first, and it is said so."""
    plan = planned(pdca, "excel_text.csv")
    assert plan["read_as"] == "CSV, UTF-16, tab"
    assert any("day first" in note for note in plan["notes"])
    items = imported(pdca, "excel_text.csv")
    assert column(items, "due") == ["2026-04-03", "2026-06-05"]
    assert column(items, "tags") == [["gateway", "repeat"], []] or column(items, "tags") == [["gateway", "repeat"], None]


@pytest.mark.parametrize(
    ("name", "due"),
    [
        ("american.csv", ["2026-03-04", "2026-12-31"]),
        ("day_first.csv", ["2026-04-03", "2026-12-31"]),
        ("month_names.csv", ["2026-03-05"] * 7),
    ],
)
def test_dates_are_understood_by_column(pdca: Terminal, name: str, due: list[str]) -> None:
    """One date above the twelfth decides for its whole column; months have names; Excel has numbers."""
    plan = planned(pdca, name)
    assert plan["ok"] and not any("first" in note for note in plan["notes"])
    assert column(imported(pdca, name), "due") == due


def test_times_are_of_the_organisations_zone(pdca: Terminal) -> None:
    """A time of day without a zone."""
    assert column(imported(pdca, "day_first.csv"), "trial_start") == ["2016-02-28T17:16:00+00:00", "2016-03-01T05:05:00+00:00"]


def test_an_excel_file_with_a_logo(pdca: Terminal, office: Office) -> None:
    """Rows above the headings are skipped, hidden sheets too; real dates and numbers are kept."""
    plan = planned(pdca, "logo.xlsx")
    assert (plan["read_as"], plan["heading_row"]) == ("Excel, Register 2026", 4)
    items = imported(pdca, "logo.xlsx")
    assert [item["title"] for item in items] == ["Fewer repeats", "Faster changes", "Serial date", "Percent"]
    assert column(items, "due") == ["2026-06-30", "2026-07-31", "2026-07-31", None]
    assert column(items, "cost") == [12000, 1500.5, 0, 50]
    assert column(items, "on_sip") == [True, False, False, False]
    assert column(items, "owner") == [office.li, office.deng, office.cui, None]
    assert [item["title"] for item in imported(pdca, "logo.xlsx", "--sheet", "Old")] == ["From the other sheet"]
    assert pdca("items", "import", str(REGISTERS / "logo.xlsx"), "--sheet", "None").code == 4


def test_repeated_rows_are_left_out(pdca: Terminal) -> None:
    """The same row again, blanks apart, is no second item."""
    plan = planned(pdca, "repeated.csv")
    assert [(row["outcome"], row["same_as"]) for row in plan["rows"]] == [("new", None), ("new", None), ("duplicate", 2), ("duplicate", 2)]
    assert len(imported(pdca, "repeated.csv")) == 2


def test_one_number_for_two_things_is_a_problem(pdca: Terminal) -> None:
    """Which of the two is right can't be known."""
    plan = planned(pdca, "same_number.csv", code=1)
    assert [row["outcome"] for row in plan["rows"]] == ["new", "new", "wrong", "duplicate"]
    assert plan["rows"][2]["problems"][0]["code"] == "SAME_NUMBER"


def test_blanks_in_every_disguise(pdca: Terminal) -> None:
    """Empty rows are passed over; `none` is a choice where it is one."""
    items = imported(pdca, "blanks.csv")
    assert [item["title"] for item in items] == ["Nothing known", "Spaces"]
    for name in ("owner", "due", "priority", "value", "risk"):
        assert column(items, name) == [None, None]
    assert column(items, "side_effects") == ["none", "none"]


def test_every_problem_of_every_row_is_told(pdca: Terminal) -> None:
    """Row, column, value, reason; and nothing at all is written."""
    plan = planned(pdca, "wrong.csv", code=1)
    told = {row["row"]: [(one["column"], one["value"]) for one in row["problems"]] for row in plan["rows"]}
    assert told == {
        2: [("Owner", "Deng Bao")],
        3: [("Due Date", "31.02.2026")],
        4: [("Priority", "sehr")],
        5: [("Value", "9")],
        6: [("Value", "about three")],
        7: [("Process", "astrology")],
        8: [("Improvement", "")],
        9: [("Owner", "Nobody"), ("Due Date", "someday"), ("Priority", "whatever"), ("Value", "#REF!"), ("Process", "nothing")],
        10: [],
    }
    assert "Deng Bo" in plan["rows"][0]["problems"][0]["message"]
    assert pdca("items", "import", str(REGISTERS / "wrong.csv"), "--apply", "--as", "li").code == 1
    assert pdca.json("items", "list")["total"] == 0


def test_headings_in_two_languages(pdca: Terminal, office: Office) -> None:
    """Parts of a heading are enough; persons with their address or department; units and myriads."""
    items = imported(pdca, "bilingual.csv")
    assert column(items, "owner") == [office.li, office.deng]
    assert column(items, "cost") == [12000, 12000]
    assert column(items, "due") == ["2026-06-30", "2026-07-31"]


def test_the_report_speaks_both_languages(pdca: Terminal) -> None:
    """For a person: columns, rows, what to do next."""
    english = pdca("items", "import", str(REGISTERS / "wrong.csv"))
    assert "PROBLEM" in english.out and "1 new" in english.out and "Nothing was written" in english.out
    chinese = pdca("items", "import", str(REGISTERS / "wrong.csv"), "--lang", "zh")
    assert "有问题" in chinese.out and "没有名为" in chinese.out and "未写入" in chinese.out
