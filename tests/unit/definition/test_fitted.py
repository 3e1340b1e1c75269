"""What effects give fits the field that takes it: persons for roles, days for moments, dates from an input."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pdca_engine.definition.checks.check import check_workflow
from pdca_engine.definition.deciding.compiled import compile_workflow
from pdca_engine.definition.deciding.decide import decide
from pdca_engine.definition.deciding.fitted import fitted
from pdca_engine.definition.paper.facts import Actor, Command, Decision
from pdca_engine.definition.paper.workflow import Field, Text
from tests.unit.definition.making import NOW, SHANGHAI, facts

TEXT = """
workflow: tiny
key: TIN
fields:
  chair: {type: person}
  board: {type: persons}
  ends: {type: date}
  met_at: {type: datetime}
states: {open: {phase: plan, initial: true}, done: {phase: act, final: ended}}
transitions:
  go:
    from: open
    to: done
    by: any_staff
    input: {until: {type: date}}
    then: [%s]
"""


def after(effect: str, inputs: dict[str, Any] | None = None) -> Decision:
    """What comes of the step with this effect."""
    workflow, problems = check_workflow(TEXT % effect, "tiny.yaml", lambda name: None)
    assert workflow is not None and problems == ()
    given = facts(actor=Actor(7, frozenset()), holders={"sponsor": frozenset({9}), "auditor": frozenset({4, 5})})
    answer = decide(compile_workflow(workflow), given, Command("go", inputs or {}), NOW)
    assert isinstance(answer, Decision)
    return answer


def test_a_date_is_reckoned_from_an_input() -> None:
    found = after("{set: {ends: {field: until, plus: 3 days}, due: {field: until}}}", {"until": "2026-06-01"})
    assert (found.fields["ends"], found.columns["due"]) == ("2026-06-04", "2026-06-01")
    (new,) = after("{create: {workflow: action, fields: {due: {field: until, less: 1 day}}}}", {"until": "2026-06-01"}).creates
    assert new.fields["due"] == "2026-05-31"


def test_a_role_is_whoever_holds_it_also_in_a_field_that_is_no_relation() -> None:
    found = after("{set: {chair: sponsor, board: [auditor, actor], owner: sponsor}}")
    assert (found.fields["chair"], found.fields["board"], found.columns["owner"]) == (9, [4, 5, 7], 9)
    (own,) = after("{create: {workflow: tiny, fields: {chair: sponsor}}}").creates
    assert own.fields["chair"] == 9
    (other,) = after("{create: {workflow: review, fields: {chair: sponsor}}}").creates
    assert (other.fields["chair"], other.holders["sponsor"]) == ("sponsor", (9,))  # whoever creates it knows the field's type


def test_a_moment_becomes_a_day_and_a_day_a_moment() -> None:
    found = after('{set: {ends: "= now", met_at: {after: 1 day}}}')
    assert (found.fields["ends"], found.fields["met_at"]) == ("2026-05-04", "2026-05-04T16:00:00+00:00")


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("date", datetime(2026, 5, 3, 20, tzinfo=UTC).isoformat(), "2026-05-04"),
        ("date", "2026-05-03", "2026-05-03"),
        ("datetime", "2026-05-04", "2026-05-03T16:00:00+00:00"),
        ("person", "sponsor", 9),
        ("person", "auditor", None),
        ("person", 3, 3),
        ("persons", ["sponsor", 3, 9], [9, 3]),
        ("persons", None, None),
        ("text", "sponsor", "sponsor"),
    ],
)
def test_fitted(kind: str, value: Any, expected: Any) -> None:
    assert fitted(Field("x", kind, Text("X", "X")), value, {"sponsor": (9,)}, SHANGHAI) == expected
