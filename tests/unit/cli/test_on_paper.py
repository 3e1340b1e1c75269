"""Commands that need no database: working days, rules, workflow files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.strangers import STRANGERS
from tests.house.source import ROOT
from tests.support.terminal import Terminal

RULES = """schedules:
  board: {cron: "0 9 * * MON", on_holiday: next, calendar: cn, timezone: Asia/Shanghai}
  night: {every: 1 day, from: 2026-03-28, at: "02:30", timezone: Europe/Berlin, calendar: none}
"""
BROKEN = """workflow: tiny
title: Tiny
key: TNY
states:
  open: {phase: plan, initial: true}
  done: {phase: act, final: ended}
transitions:
  finish: {from: opne, to: done, by: owner}
"""


def test_working_days_count_from_the_next_day_and_use_the_calendar(pdca: Terminal) -> None:
    """The Chinese New Year of 2026 is passed over, the worked Saturday before it counts."""
    said = pdca.json("calendar", "add", "2026-02-10", "5 working days", "--calendar", "cn")
    assert said == {"date": "2026-02-24", "counted": ["2026-02-11", "2026-02-12", "2026-02-13", "2026-02-14", "2026-02-24"]}


@pytest.mark.parametrize(
    ("day", "duration", "calendar", "date", "counted"),
    [
        ("2026-01-31", "1 month", "none", "2026-02-28", []),
        ("2026-03-02", "-3 days", "none", "2026-02-27", []),
        ("2026-03-02", "-1 working day", "de", "2026-02-27", ["2026-02-27"]),
        ("2026-03-02", "0 working days", "de", "2026-03-02", []),
    ],
)
def test_add(pdca: Terminal, day: str, duration: str, calendar: str, date: str, counted: list[str]) -> None:
    """Months clamp to the month's end; a minus counts back."""
    assert pdca.json("calendar", "add", day, duration, "--calendar", calendar) == {"date": date, "counted": counted}


def test_a_calendar_of_ones_own(pdca: Terminal, tmp_path: Path) -> None:
    """A file with weekend, holidays and make-up days."""
    own = tmp_path / "own.yaml"
    own.write_text("{weekend: [FRI, SAT], holidays: [2026-03-02], working: [2026-03-06]}")
    said = pdca.json("calendar", "add", "2026-03-01", "4 working days", "--calendar", str(own))
    assert said["counted"] == ["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"]


def test_without_json_the_date_alone(pdca: Terminal) -> None:
    """A script can use it as it is."""
    assert pdca("calendar", "add", "2026-02-10", "1 week", "--calendar", "cn").out == "2026-02-17\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("2026-02-30", "1 day"), "Write it like 2026-01-31"),
        (("2026-02-03", "10 moons"), "is not a duration"),
        (("2026-02-03", "3 hours"), "use days, working days"),
        (("2026-02-03", "1 day", "--calendar", "mars"), "there is no calendar"),
        (("2026-02-03", "9999999 years"), "leaves the years"),
    ],
)
def test_bad_time_is_told(pdca: Terminal, words: tuple[str, ...], told: str) -> None:
    """One clear sentence, exit code 1."""
    said = pdca("calendar", "add", *words)
    assert (said.code, said.out) == (1, "")
    assert told in said.err


def test_preview_names_every_occurrence(pdca: Terminal, tmp_path: Path) -> None:
    """From inclusive, until exclusive; holidays shift, the spring gap moves on by an hour."""
    (tmp_path / "rules.yaml").write_text(RULES)
    said = pdca.json(
        "schedules", "preview", "--rule", str(tmp_path / "rules.yaml"), "--from", "2026-03-28T02:30", "--until", "2026-03-30T09:00"
    )
    assert said["occurrences"] == [
        {"schedule": "night", "nominal": "2026-03-28T02:30:00", "zone": "Europe/Berlin", "utc": "2026-03-28T01:30:00+00:00", "note": None},
        {"schedule": "night", "nominal": "2026-03-29T02:30:00", "zone": "Europe/Berlin", "utc": "2026-03-29T01:30:00+00:00", "note": "gap"},
        {"schedule": "night", "nominal": "2026-03-30T02:30:00", "zone": "Europe/Berlin", "utc": "2026-03-30T00:30:00+00:00", "note": None},
    ]
    holidays = pdca.json("schedules", "preview", "--rule", str(tmp_path / "rules.yaml"), "--from", "2026-02-16", "--until", "2026-02-17")
    board = next(one for one in holidays["occurrences"] if one["schedule"] == "board")
    assert (board["nominal"], board["utc"], board["note"]) == ("2026-02-16T09:00:00", "2026-02-24T01:00:00+00:00", "shifted")


def test_preview_reads_a_whole_workflow_too(pdca: Terminal) -> None:
    """The schedules of a bundled workflow, looked at on paper."""
    said = pdca.json(
        "schedules", "preview", "--rule", str(ROOT / "workflows/improvement.yaml"), "--from", "2026-03-02", "--until", "2026-03-03"
    )
    assert [one["nominal"] for one in said["occurrences"]] == ["2026-03-02T09:00:00"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("schedules: {a: {cron: '0 9 30 2 *'}}", "BAD_CRON"),
        ("schedules: {a: {crn: '0 9 * * *'}}", "UNKNOWN_KEY"),
        ("schedules: {a: {every: 1 month}}", "NO_ANCHOR"),
        ("rules: {}", "MISSING_KEY"),
        ("", "YAML_EMPTY"),
        ("schedules: [", "YAML"),
    ],
)
def test_a_broken_rule_is_told_with_its_place(pdca: Terminal, tmp_path: Path, text: str, code: str) -> None:
    """Every problem with file, line and column; exit code 1."""
    (tmp_path / "rules.yaml").write_text(text)
    said = pdca.json(
        "schedules", "preview", "--rule", str(tmp_path / "rules.yaml"), "--from", "2026-01-01", "--until", "2027-01-01", code=1
    )
    assert any(one["code"].startswith(code) for one in said["errors"]), said
    assert "rules.yaml:1:" in said["errors"][0]["message"]


def test_check_ends_with_0_on_the_bundled_workflows(pdca: Terminal) -> None:
    """All of them at once."""
    said = pdca("workflows", "check", *map(str, sorted((ROOT / "workflows").rglob("*.yaml"))))
    assert (said.code, said.err) == (0, "")


def test_check_tells_place_and_nearest_name(pdca: Terminal, tmp_path: Path) -> None:
    """As text with the word underlined, as JSON, as SARIF; exit code 1 each time."""
    path = tmp_path / "tiny.yaml"
    path.write_text(BROKEN)
    text = pdca("workflows", "check", str(path))
    assert text.code == 1
    assert "tiny.yaml:8:18: error UNKNOWN_STATE" in text.out and "did you mean `open`?" in text.out and "^^^^" in text.out
    found = pdca.json("workflows", "check", str(path), code=1)["problems"]
    state = next(one for one in found if one["code"] == "UNKNOWN_STATE")
    assert set(state) == {"code", "severity", "file", "line", "column", "message", "suggestion"}
    assert (state["line"], state["column"], state["suggestion"]) == (8, 18, "open")
    sarif = pdca("workflows", "check", str(path), "--format", "sarif")
    assert (sarif.code, sarif.data["version"]) == (1, "2.1.0")


def test_check_speaks_chinese(pdca: Terminal, tmp_path: Path) -> None:
    """The same problems in the other language."""
    (tmp_path / "tiny.yaml").write_text(BROKEN)
    assert "没有状态" in pdca("workflows", "check", str(tmp_path / "tiny.yaml"), "--lang", "zh").out


@pytest.mark.parametrize(("shape", "start"), [("svg", "<svg"), ("mermaid", "stateDiagram-v2"), ("dot", "digraph review {")])
def test_diagram(pdca: Terminal, tmp_path: Path, shape: str, start: str) -> None:
    """Drawn from a file, into a file."""
    target = tmp_path / "drawn"
    assert pdca("workflows", "diagram", str(ROOT / "workflows/review.yaml"), "--format", shape, "-o", str(target)).code == 0
    assert target.read_text(encoding="utf-8").startswith(start)


def test_schema_describes_workflow_files(pdca: Terminal) -> None:
    """For editors."""
    assert "transitions" in pdca("workflows", "schema").data["properties"]


def test_a_missing_file_is_told(pdca: Terminal) -> None:
    """Exit code 4, the name of the file."""
    said = pdca("workflows", "check", "nowhere.yaml")
    assert said.code == 4 and "nowhere.yaml" in said.err


def test_hostile_files_are_told_their_problems_one_and_all(pdca: Terminal, tmp_path: Path) -> None:
    """Every one in one run, with its place; what is no text at all and what never ends among them."""
    names = [name for name, stranger in STRANGERS.items() if stranger.told]
    paths = {name: tmp_path / f"{number}.yaml" for number, name in enumerate(names)}
    for name, path in paths.items():
        text = STRANGERS[name].text()
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    said = pdca.json("workflows", "check", *map(str, paths.values()), "/dev/zero", code=1)
    told = {(one["file"], one["code"], one["line"], one["column"]) for one in said["problems"]}
    assert {(str(path), *(STRANGERS[name].told or ())) for name, path in paths.items()} <= told
    assert ("/dev/zero", "YAML_TOO_LARGE", 1, 1) in told


def test_a_character_brought_in_by_an_escape_does_not_reach_the_terminal(pdca: Terminal, tmp_path: Path) -> None:
    """A title that would colour the terminal, and half a character, which no terminal can print."""
    path = tmp_path / "escape.yaml"
    path.write_text('workflow: "a\\ud800"\ntitle: "\\e[31mred"\n')
    said = pdca("workflows", "check", str(path))
    assert said.code == 1
    assert said.out.count("YAML_CHARACTER") == 2
    assert "\x1b" not in said.out


def test_check_mends_what_can_only_be_meant_one_way(pdca: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    text = (
        "# A note\nworkflow: small\nkey: SML\nfields: {cost: {type: number}}\nstates:\n  one: {phase: plan, initial: true}\n"
        "  two: {phase: plan, final: ended}\ntransitions:\n"
        "  end: {from: one, to: two, by: Owner, reopens: true, when: item.cost < 5} # why\n"
    )
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    said = pdca("workflows", "check", str(path), "--fix")
    assert (said.code, "Owner → owner" in said.out, "reopens: true removed" in said.out, "5 → 5.0" in said.out) == (0, True, True, True)
    wanted = text.replace("Owner", "owner").replace(", reopens: true", "").replace("< 5", "< 5.0")
    assert path.read_bytes() == b"\xef\xbb\xbf" + wanted.replace("\n", "\r\n").encode()
    assert pdca.json("workflows", "check", str(path), "--fix") == {"problems": [], "fixed": []}
