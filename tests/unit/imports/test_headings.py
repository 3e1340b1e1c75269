"""Headings: what people call the columns."""

from __future__ import annotations

import pytest

from pdca_engine.definition.reading.load import load_workflow
from pdca_engine.services.importing.headings import dictionary, find_heading_row, guess_columns
from tests.house.source import ROOT

TEXT = (ROOT / "workflows/improvement.yaml").read_text(encoding="utf-8")
WORKFLOW = load_workflow(TEXT, "improvement.yaml", lambda _: None).workflow
assert WORKFLOW is not None
WORDS = dictionary(WORKFLOW)


def guessed(*headings: str) -> list[str | None]:
    """What each heading is taken for."""
    return [one.target for one in guess_columns(headings, WORDS)]


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("Title", "title"),
        (" TITLE: ", "title"),
        ("Improvement_Title", "title"),
        ("标题", "title"),
        ("改进项名称", "title"),
        ("Due Date*", "due"),
        ("due-date", "due"),
        ("截止日期", "due"),
        ("Deadline", "due"),
        ("Responsible person", "owner"),
        ("责任人", "owner"),
        ("Raised by", "proposer"),
        ("提出人", "proposer"),
        ("Prio.", "priority"),
        ("优先级", "priority"),
        ("No.", "id"),
        ("编号", "id"),
        ("Status", "status"),
        ("当前状态", "status"),
        ("Expected cost", "cost"),
        ("预计成本", "cost"),
        ("Way back", "way_back"),
        ("way_back", "way_back"),
        ("Descripton", "description"),
        ("Owner / 负责人", "owner"),
        ("负责人(姓名)", "owner"),
        ("Due date\n(planned)", "due"),
        ("Ownership model", None),
        ("Created", None),
        ("Colour", None),
        ("X", None),
    ],
)
def test_a_heading_is_recognised(heading: str, target: str | None) -> None:
    """Case, blanks, punctuation, two languages, a slip of the pen; never by mere likeness to something else."""
    assert guessed(heading) == [target]


def test_each_target_is_taken_once_by_its_strongest_heading() -> None:
    """And a title is found before all else."""
    assert guessed("Name", "Title", "Summary") == [None, "title", None]
    assert guessed("Problem", "Title") == ["description", "title"]
    assert guessed("Problem", "Owner") == ["title", "owner"]
    assert guessed("问题", "负责人") == ["title", "owner"]
    assert guessed("Target date", "Due date") == ["target_date", "due"]


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([["Title", "Owner"], ["a", "b"]], 0),
        ([["Our register"], ["As of", "March"], [], ["Title", "Owner", "Due"], ["a", "b", "c"]], 3),
        ([["Title", "of", "things"], ["Title", "Owner", "Due date"]], 1),
        ([["only"], ["Foo", "Bar"], ["a", "b"]], 1),
        ([[1, 2]], 0),
    ],
)
def test_the_heading_row_is_found(rows: list[list[object]], place: int) -> None:
    """Below titles and logos."""
    assert find_heading_row(rows, WORDS) == place
