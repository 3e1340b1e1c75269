"""`--fix` mends what can only be meant one way, in place, and leaves everything else alone."""

from __future__ import annotations

import pytest

from pdca_engine.definition.checks.check import check_workflow
from pdca_engine.definition.reading.mend import MENDED, mend
from tests.unit.definition.corpus import KNOWN, Broken, broken_files, parent

FRAME = """workflow: small # stays
key: SML
fields:
  cost: {type: number}   # stays,  as it is
  note: {type: text}
states:
  one: {phase: plan, initial: true}
  two: {phase: plan, final: ended}
transitions:
%s"""
END = "  end: {from: one, to: two, by: owner%s} # why\n"


def mended(text: str) -> str:
    return mend(text, check_workflow(text, "small.yaml", parent, KNOWN)[1])[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (", when: item.cost <= 50000", ", when: item.cost <= 50000.0"),
        (", when: times.end < 2.0", ", when: times.end < 2"),
        (", when: '!has(item.note)'", ", when: '!(item.note != null)'"),
        (", reopens: true", ""),
        (", reopens: true, needs: {comment: true}", ", needs: {comment: true}"),
        (", by: owner", ""),
        (", Needs: {comment: true}", ", needs: {comment: true}"),
        (", not_before: {entered: one, plus: 3days}", ", not_before: {entered: one, plus: 3 days}"),
        (", not_before: {entered: one, plus: 3 Working_Days}", ", not_before: {entered: one, plus: 3 working days}"),
    ],
)
def test_mends_in_place(before: str, after: str) -> None:
    text, wanted = FRAME % END % before, FRAME % END % after
    assert mended(text) == wanted
    assert check_workflow(wanted, "small.yaml", parent, KNOWN)[1] == ()


@pytest.mark.parametrize(
    "more",
    [
        ", need: {comment: true}",  # near, but perhaps something else is meant
        ", by: sponsor",  # which of the two?
        ", when: item.cost > 10.0 && item.cost < 5.0",
        ", not_before: {entered: one, plus: 3 dayz}",
        ", needs: {fields: [coost]}",
    ],
)
def test_never_guesses(more: str) -> None:
    text = FRAME % END % more
    assert check_workflow(text, "small.yaml", parent, KNOWN)[1] != ()
    assert mended(text) == text


def test_times_and_dates_of_schedules() -> None:
    text = FRAME % END % "" + "schedules:\n  look: {every: 1 month, from: 2026/1/5, at: 9:00, then: [{notify: sponsor}]}\n"
    assert mended(text) == text.replace("2026/1/5", "2026-01-05").replace("9:00", "09:00")


def test_a_second_line_and_a_second_condition_are_taken_out_whole() -> None:
    block = "  end:\n    from: one\n    to: two\n    by: owner\n    by: owner\n    reopens: true\n    when:\n"
    conditions = (
        "      - {that: item.cost > 1.0, code: LOW}\n      - {that: item.cost > 1.0}\n      # kept\n      - that: item.cost  >  1.0\n"
    )
    left = "  end:\n    from: one\n    to: two\n    by: owner\n    when:\n      - {that: item.cost > 1.0, code: LOW}\n      # kept\n"
    text = mended(FRAME % block + conditions)
    assert mended(text) == FRAME % left


def test_an_alias_and_an_inherited_entry_are_left_alone() -> None:
    text = (
        FRAME % "  end: {from: one, to: two, by: owner, when: &low item.cost > 1}\n  stay: {from: one, to: same, by: owner, when: *low}\n"
    )
    assert mended(text) == text.replace("> 1}", "> 1.0}")


@pytest.mark.parametrize("file", broken_files(), ids=lambda file: file.name)
def test_no_file_of_the_corpus_gets_worse(file: Broken) -> None:
    """What was mended is gone, and nothing new has come."""
    before = check_workflow(file.text, file.name, parent, KNOWN)[1]
    text, done = mend(file.text, before)
    after = check_workflow(text, file.name, parent, KNOWN)[1]
    assert text != file.text if done else text == file.text
    assert all(one.problem.code in MENDED for one in done)
    assert len(after) <= len(before) - len(done) or not done
