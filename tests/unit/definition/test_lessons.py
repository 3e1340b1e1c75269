"""Docs and checks, held together: every code has a lesson, its bad example is told exactly that, its good one nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pdca_engine.definition.checks.check import check_workflow
from pdca_engine.definition.guards import checks as guard_checks
from pdca_engine.definition.guards import faults as guard_faults
from pdca_engine.definition.guards import guards
from pdca_engine.definition.guards import rules as guard_rules
from pdca_engine.definition.guards import sense as guard_sense
from pdca_engine.definition.learning.lessons import Lesson, lessons, whole
from pdca_engine.definition.paper.sentences import SENTENCES
from tests.unit.definition.corpus import KNOWN, parent

# What no text of a page can show: another encoding, and sheer size. test_reader and test_guard_checks have them.
WITHOUT_EXAMPLE = {"YAML_ENCODING", "YAML_TOO_LARGE", "YAML_TOO_DEEP", "TOO_MANY", "GUARD_TOO_LONG", "GUARD_TOO_DEEP"}
SHOWN = [one for one in lessons().values() if one.bad]


def codes(text: str) -> list[str]:
    return [one.code for one in check_workflow(text, "example.yaml", lambda name: text if name == "loop" else parent(name), KNOWN)[1]]


def every_code() -> set[str]:
    """All codes the checker can give: those with a sentence of their own, and those of guards."""
    sources = [Path(module.__file__ or "").read_text("utf-8") for module in (guards, guard_checks, guard_faults, guard_rules, guard_sense)]
    return {*SENTENCES, *re.findall(r'"(GUARD_[A-Z_]+)"', "".join(sources))}


def test_every_code_has_its_lesson_and_no_other_has() -> None:
    assert set(lessons()) == every_code()
    assert {one.code for one in lessons().values()} - {one.code for one in SHOWN} == WITHOUT_EXAMPLE


@pytest.mark.parametrize("lesson", SHOWN, ids=lambda lesson: lesson.code)
def test_the_bad_example_is_told_exactly_that_and_the_good_one_nothing(lesson: Lesson) -> None:
    assert codes(whole(lesson.bad)) == [lesson.code]
    assert lesson.good != lesson.bad
    assert codes(whole(lesson.good)) == []


@pytest.mark.parametrize("lesson", lessons().values(), ids=lambda lesson: lesson.code)
def test_every_lesson_speaks_both_languages(lesson: Lesson) -> None:
    en, zh = lesson.why
    assert re.search("[\u4e00-\u9fff]", zh) and zh.endswith("。")
    assert not re.search("[\u4e00-\u9fff]", en) and en.endswith((".", "!", ")"))


def test_the_frame_is_a_workflow_without_a_problem() -> None:
    assert codes(whole("")) == []
