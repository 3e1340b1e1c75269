"""Importing is harmless: twice adds nothing, all or nothing, a mapping file decides, exports come back."""

from __future__ import annotations

import csv
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from pdca_engine.services.importing.imports import apply_import
from pdca_engine.services.importing.plan import plan_import
from pdca_engine.services.tables_read import read_table
from pdca_engine.services.verify import verify_trail
from tests.support.office import Office
from tests.support.terminal import Terminal

REGISTERS = Path(__file__).parent / "registers"
APPLY = ("--apply", "--as", "li")


def counts(pdca: Terminal, path: Path, *more: str) -> dict[str, int]:
    """What an import came to, without the zeros."""
    found: dict[str, int] = pdca.json("items", "import", str(path), *more)["counts"]
    return {name: count for name, count in found.items() if count}


@pytest.mark.parametrize("name", ["plain.csv", "repeated.csv", "logo.xlsx", "german.csv"])
def test_importing_twice_adds_nothing(pdca: Terminal, name: str) -> None:
    """Numbered rows and unnumbered ones."""
    first = counts(pdca, REGISTERS / name, *APPLY)
    second = counts(pdca, REGISTERS / name, *APPLY)
    assert second["there"] == first["new"] and "new" not in second
    assert pdca.json("items", "list")["total"] == first["new"]


def test_ten_thousand_rows_with_a_bar_and_the_second_time_nothing(
    pdca: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, office: Office
) -> None:
    """The bar reaches its end on a terminal; elsewhere nothing is drawn. The second time it says that nothing was new."""
    path = tmp_path / "register.csv"
    path.write_text(
        "No,Improvement,Due\n" + "".join(f"{number},Title {number},{1 + number % 28:02d}/06/2026\n" for number in range(10_000))
    )
    first = pdca.watched(monkeypatch, "items", "import", str(path), *APPLY)
    assert first.code == 0 and "Imported: 10000 new." in first.out
    assert "Reading rows" in first.err and "Writing items" in first.err and "100%" in first.err
    second = pdca("items", "import", str(path), *APPLY)
    assert "0 new, 10000 there already" in second.out and "Nothing was new" in second.out and second.err == ""
    with office.app.reader(engine=True) as unit:
        report = verify_trail(unit)
    assert (report.ok, report.items) == (True, 10_000)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("untitled.csv",), "Next: pdca items import {folder}/untitled.csv --map map.yaml"),
        (("good.csv", "--workflow", "improvment"), "Next: pdca workflows list"),
        (("good.csv", "--map", "{folder}/bad.yaml"), None),
        (("good.csv", "--sheet", "two"), None),
    ],
)
def test_what_to_type_next_fits_what_went_wrong(pdca: Terminal, tmp_path: Path, words: tuple[str, ...], told: str | None) -> None:
    """A mapping file where headings can't be guessed, the list where a workflow is unknown, else what the sentence says."""
    (tmp_path / "untitled.csv").write_text("Colour,Shape\nred,round\n")
    (tmp_path / "good.csv").write_text("Title\nx\n")
    (tmp_path / "bad.yaml").write_text("colums: {}")
    said = pdca("items", "import", f"{tmp_path}/{words[0]}", *(one.format(folder=tmp_path) for one in words[1:]))
    assert said.code != 0
    assert [line for line in said.err.splitlines() if line.startswith("Next:")] == ([told.format(folder=tmp_path)] if told else [])


def test_a_register_that_is_too_large_is_told_what_helps(pdca: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is the program's own: a setting for uploads would not help."""
    monkeypatch.setattr("pdca_engine.services.tables_read.MOST_BYTES", 1000)
    (tmp_path / "register.csv").write_text("Title\n" + "x\n" * 600)
    said = pdca("items", "import", str(tmp_path / "register.csv"))
    assert said.code == 1 and "Split it" in said.err and "PDCA_MAX_UPLOAD_MB" not in said.err


def test_a_changed_row_is_told_and_left_alone(pdca: Terminal, tmp_path: Path) -> None:
    """The item may have moved on since; the register is not its master any more."""
    path = tmp_path / "register.csv"
    path.write_text("No,Improvement,Status\n1,Fewer repeats,Open\n2,Faster changes,Open\n", encoding="utf-8")
    counts(pdca, path, *APPLY)
    path.write_text("No,Improvement,Status\n1,Fewer repeats,Open\n2,Slower changes,Open\n3,New,Open\n", encoding="utf-8")
    plan = pdca.json("items", "import", str(path), *APPLY)
    assert [row["outcome"] for row in plan["rows"]] == ["there", "differs", "new"]
    assert pdca.json("items", "show", plan["rows"][1]["key"])["title"] == "Faster changes"


def test_an_item_that_moved_on_is_still_the_same_row(pdca: Terminal, tmp_path: Path) -> None:
    """Edits here don't make the register's row another one."""
    path = tmp_path / "register.csv"
    path.write_text("No,Improvement,Due\n1,Fewer repeats,2026-05-06\n", encoding="utf-8")
    key = pdca.json("items", "import", str(path), *APPLY)["rows"][0]["key"]
    pdca.json("items", "edit", key, "title=Fewer repeat incidents", "due=", "--as", "li")
    assert counts(pdca, path, *APPLY) == {"there": 1}


def test_two_registers_with_the_same_numbers(pdca: Terminal, tmp_path: Path) -> None:
    """Told apart by name."""
    for name in ("network", "desk"):
        path = tmp_path / f"{name}.csv"
        path.write_text(f"No,Improvement\n1,Better {name}\n", encoding="utf-8")
        assert counts(pdca, path, *APPLY, "--register", name) == {"new": 1}


def test_a_mapping_file_decides(pdca: Terminal, tmp_path: Path, office: Office) -> None:
    """Headings nobody could guess, words, dates, defaults, columns to leave out."""
    path = tmp_path / "register.csv"
    path.write_text("Thema,Wer,Bis,Wichtig,Owner\nRuhe,der Neue,03/04/2026,sehr,ignored\n", encoding="utf-8")
    said = tmp_path / "map.yaml"
    said.write_text(
        "columns: {Thema: title, Wer: owner, Bis: due, Wichtig: priority}\n"
        "values: {priority: {sehr: high}, owner: {der Neue: deng}}\n"
        "dates: month_first\n"
        "defaults: {process: incident, source: audit}\n"
        "ignore: [Owner]\n",
        encoding="utf-8",
    )
    plan = pdca.json("items", "import", str(path), "--map", str(said), *APPLY)
    assert [(one["target"], one["how"]) for one in plan["columns"]][-1] == (None, "ignored")
    columns = pdca.json("items", "show", plan["rows"][0]["key"])["columns"]
    wanted = {"title": "Ruhe", "owner": office.deng, "due": "2026-03-04", "priority": "high", "process": "incident", "source": "audit"}
    assert {name: columns[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("columns: {Title: titel}", "did you mean title?"),
        ("colums: {}", "no key 'colums'"),
        ("columns: [a]", "must be a mapping"),
        ("dates: sideways", "dates is one of"),
        ("columns: {Colour: title}", "has no column 'Colour'"),
        ("values: {priority: high}", "must be a mapping of words"),
        ("columns: {", "map.yaml:1"),
    ],
)
def test_a_wrong_mapping_file_is_told(pdca: Terminal, tmp_path: Path, text: str, told: str) -> None:
    """With what to write instead; exit code 1."""
    (tmp_path / "map.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "register.csv").write_text("Title,Owner\nx,li\n", encoding="utf-8")
    said = pdca("items", "import", str(tmp_path / "register.csv"), "--map", str(tmp_path / "map.yaml"))
    assert said.code == 1 and told in said.err


def bomb() -> bytes:
    """An Excel file of a few kilobytes that unpacks to more than the limit."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as parts:
        for number in range(40):
            parts.writestr(f"xl/worksheets/sheet{number}.xml", b"\0" * 8_000_000)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n,,\n", "is empty"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "old Excel file"),
        ("false.xlsx", b"Title,Owner\n", "can't be read as an Excel file"),
        ("broken.xlsx", b"PK\x03\x04 and then nothing", "can't be read as an Excel file"),
        ("bomb.xlsx", bomb(), "unpacks to more than"),
        ("noise.csv", bytes(range(128, 256)) * 9, "noise.csv is not text"),
        ("untitled.csv", b"Colour,Shape\nred,round\n", "No column of untitled.csv is the title. It has: Colour, Shape."),
        ("endless.csv", b'Title\n"' + b"x" * 300_000 + b'"\n', "is not a table after row 1"),
    ],
)
def test_files_that_are_no_registers(pdca: Terminal, tmp_path: Path, name: str, content: bytes, told: str) -> None:
    """One sentence each, exit code 1."""
    (tmp_path / name).write_bytes(content)
    said = pdca("items", "import", str(tmp_path / name))
    assert said.code == 1 and told in said.err, said


def test_a_register_beyond_the_limits(pdca: Terminal, tmp_path: Path) -> None:
    """Too many rows, too many columns."""
    (tmp_path / "long.csv").write_text("Title\n" + "x\n" * 50_002, encoding="utf-8")
    assert "more than 50000 rows" in pdca("items", "import", str(tmp_path / "long.csv")).err
    (tmp_path / "wide.csv").write_text("Title" + ",x" * 400 + "\n", encoding="utf-8")
    assert "more than 300 columns" in pdca("items", "import", str(tmp_path / "wide.csv")).err


def test_cells_no_database_keeps_are_problems_of_their_rows(pdca: Terminal, tmp_path: Path) -> None:
    """NUL, over-long text."""
    (tmp_path / "register.csv").write_bytes(b"Title,Description\nnul \x00 here,\n" + b"y" * 501 + b",\n")
    plan = pdca.json("items", "import", str(tmp_path / "register.csv"), code=1)
    assert [row["outcome"] for row in plan["rows"]] == ["wrong", "wrong"]


def test_imports_at_the_same_moment_make_each_row_once(office: Office) -> None:
    """Two people import the same register; the database decides."""
    raw = ("No,Improvement\n" + "".join(f"{number},Title {number}\n" for number in range(300))).encode()

    def import_once(person: int) -> int:
        table = read_table(raw, "register.csv")
        with office.app.reader(person) as unit:
            plan = plan_import(unit, table, "improvement")
        with office.app.unit(person) as unit:
            return apply_import(unit, plan)

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(import_once, [office.li, office.deng, office.gu, office.cui]))
    assert sorted(made) == [0, 0, 0, 300]


def test_a_failure_in_the_middle_writes_nothing(pdca: Terminal, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The five hundredth row is written when the connection breaks."""
    raw = ("Improvement\n" + "".join(f"Title {number}\n" for number in range(900))).encode()
    table = read_table(raw, "register.csv")
    parts: list[int] = []

    def break_off(done: int) -> None:
        parts.append(done)
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError), office.app.unit(office.li) as unit:
        apply_import(unit, plan_import(unit, table, "improvement"), break_off)
    assert parts == [500] and pdca.json("items", "list")["total"] == 0


def test_timers_of_the_first_state_run(pdca: Terminal, tmp_path: Path) -> None:
    """A nonconformity that is imported is due like one that was raised by hand."""
    path = tmp_path / "findings.csv"
    path.write_text("Finding,Grade,Where it was found,Requirement\nNo record of review,Major,Internal audit,9.3\n", encoding="utf-8")
    key = pdca.json("items", "import", str(path), "--workflow", "nonconformity", *APPLY)["rows"][0]["key"]
    by_hand = pdca.json(
        "items", "new", "nonconformity", "By hand", "grade=major", "origin=internal_audit", "requirements=9.3", "--as", "li"
    )
    timers = [pdca.json("items", "show", one)["timers"] for one in (key, by_hand["key"])]
    assert [one["name"] for one in timers[0]] == [one["name"] for one in timers[1]] != []


def exported(pdca: Terminal, path: Path, *more: str) -> Any:
    """Export to a file, and what the command said."""
    return pdca.json("items", "export", str(path), *more)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_exported_is_known_when_it_comes_back(pdca: Terminal, tmp_path: Path, ending: str) -> None:
    """Into the same house nothing is added."""
    counts(pdca, REGISTERS / "plain.csv", *APPLY)
    path = tmp_path / f"out.{ending}"
    assert exported(pdca, path)["items"] == 3
    assert counts(pdca, path, *APPLY) == {"there": 3}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_export_is_read_in_another_house(pdca: Terminal, tmp_path: Path, ending: str, language: str) -> None:
    """Under another register's name, as if the keys were foreign: the same values come back."""
    counts(pdca, REGISTERS / "formulas.csv", *APPLY)
    counts(pdca, REGISTERS / "german.csv", *APPLY)
    path = tmp_path / f"out.{ending}"
    exported(pdca, path, "--lang", language)
    before = pdca.json("items", "list", "--sort", "key")["items"]
    raw = path.read_bytes()
    table = read_table(raw, path.name)
    assert len(table.rows) == len(before) + 1
    foreign = tmp_path / "foreign.csv"
    with foreign.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        for number, row in enumerate(table.rows):
            writer.writerow(["" if number and place == 0 else cell for place, cell in enumerate(row.cells)])
    plan = pdca.json("items", "import", str(foreign), *APPLY)
    assert plan["counts"]["new"] == len(before)
    after = [pdca.json("items", "show", row["key"]) for row in plan["rows"]]
    for old, new in zip([pdca.json("items", "show", one["key"]) for one in before], after, strict=True):
        for name in ("title", "description", "owner", "due", "priority"):
            assert old["columns"][name] == new["columns"][name]
        assert old["fields"] == new["fields"]


DANGEROUS = ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\tx", "  =1", "\u3000=1", "\uff1d1", "\r=1"]


def test_nothing_exported_is_a_formula(pdca: Terminal, tmp_path: Path, office: Office) -> None:
    """Whatever begins like one gets an apostrophe, in CSV and Excel, after leading blanks too."""
    for text in DANGEROUS:
        office.new_improvement(f"{text} x", description=f"{text} y", tags=[text, "b"])
    exported(pdca, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    exported(pdca, tmp_path / "out.xlsx")
    page = load_workbook(tmp_path / "out.xlsx").active
    assert page is not None
    cells += [cell.value for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    assert [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d")) or (cell[:1] in "\t\r" and cell)] == []
    assert sum("=1+1 x" in cell for cell in cells) == 2


def test_export_as_json_and_to_bad_places(pdca: Terminal, tmp_path: Path) -> None:
    """Values as they are kept; an unknown ending and a folder that isn't there are told; the old file stays."""
    counts(pdca, REGISTERS / "plain.csv", *APPLY)
    exported(pdca, tmp_path / "out.json", "--process", "incident")
    import json

    (item,) = json.loads((tmp_path / "out.json").read_bytes())["items"]
    assert (item["title"], item["owner"], item["tags"]) == ("Fewer repeat incidents", "li", ["was:Open"])
    assert pdca("items", "export", str(tmp_path / "out.pdf")).code == 1
    assert pdca("items", "export", str(tmp_path / "no" / "out.csv")).code == 1
    assert sorted(path.name for path in tmp_path.glob("*.part")) == []


def test_an_excel_file_with_formulas_is_not_run(pdca: Terminal, tmp_path: Path) -> None:
    """What was last computed counts; where nothing was, the cell is empty."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["Title", "Description"])
    page.append(["Calculated", "=1+1"])
    book.save(tmp_path / "f.xlsx")
    done = pdca.json("items", "import", str(tmp_path / "f.xlsx"), *APPLY)
    assert pdca.json("items", "show", done["rows"][0]["key"])["columns"]["description"] in (None, "")
