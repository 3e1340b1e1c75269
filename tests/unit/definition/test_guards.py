"""Guards and computed values: what they see, what they answer, and that a missing value is never a yes."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdca_engine.definition.guards.guards import GuardError, Unknown, ValueUnknown, compile_guard, compile_value
from pdca_engine.definition.paper.facts import ENGINE_ACTOR, Actor, ChildFacts, EvidenceFacts, Facts, Recall
from tests.unit.definition.making import NOW, SHANGHAI, facts, field, workflow

COST = 'item.cost <= 50000.0 || "sponsor" in actor.roles'


def answer(expression: str, known: Facts, inputs: dict[str, Any] | None = None) -> bool | Unknown:
    one = workflow(expression, inputs=[field("shift", "boolean"), field("new_end", "date")])
    return compile_guard(one, one.transitions["go"], expression).holds(known, inputs or {}, NOW)


@pytest.mark.parametrize(
    ("fields", "roles", "expected"),
    [
        ({"cost": 50000}, [], True),
        ({"cost": 50000.01}, [], False),
        ({"cost": 60000}, ["sponsor"], True),
        ({}, ["sponsor"], True),  # one side is enough
        ({}, [], Unknown(("item.cost",))),
        ({"cost": None}, ["reader"], Unknown(("item.cost",))),
    ],
)
def test_only_a_yes_is_a_yes(fields: dict[str, Any], roles: list[str], expected: bool | Unknown) -> None:
    assert answer(COST, facts(fields, roles=roles)) == expected


@pytest.mark.parametrize(
    ("expression", "fields", "expected"),
    [
        ("item.risky", {"risky": True}, True),
        ("item.risky", {"risky": False}, False),
        ("item.risky", {}, Unknown(("item.risky",))),
        ("!item.risky", {}, Unknown(("item.risky",))),
        ("item.risky != null", {}, False),
        ("item.cost != null", {"cost": 0}, True),
        ('item.verdict == "effective"', {"verdict": "effective"}, True),
        ('item.verdict == "effective"', {}, False),
        ('item.verdict in ["effective", "worse"]', {"verdict": "worse"}, True),
        ('"desk" in item.areas', {"areas": ["network"]}, False),
        ('"desk" in item.areas', {}, False),  # a list nobody filled in is empty
        ("item.areas.size() == 2", {"areas": ["network", "desk"]}, True),
        ('item.areas.exists(one, one == "desk")', {"areas": ["desk"]}, True),
        ("actor.id in item.team", {"team": [3, 7]}, True),
        ("item.assessor == actor.id", {"assessor": 7}, True),
        ("item.points * 2 > 15", {"points": 8}, True),
        ("item.points / 0 == 1", {"points": 8}, Unknown(())),  # every value is there, yet there is no answer
        ("item.cost / double(item.points) < 3.0", {"points": 8, "cost": 20}, True),
        ('item.target_date == timestamp("2026-01-30T16:00:00Z")', {"target_date": "2026-01-31"}, True),  # midnight in Shanghai
        ("item.target_date < now", {}, Unknown(("item.target_date",))),
        ("item.target_date == null", {}, True),
        ("item.target_date == null || item.target_date < now", {"target_date": "2026-05-04"}, True),
        ("item.met_at < now", {"met_at": "2026-05-04T07:59:59+00:00"}, True),
        ("item.met_at < now", {"met_at": "2026-05-04T16:00:01+08:00"}, False),
        ("item.met_at < now", {"met_at": "never"}, Unknown(("item.met_at",))),  # not a moment: as good as missing
        ("item.cost > 1.0", {"cost": "much"}, Unknown(("item.cost",))),
        ('item.note == "a"', {"note": "a\0b"}, False),
        ('item.note == "a"', {"note": "\ud800"}, Unknown(())),
        ("item.points > 0", {"points": 2**70}, Unknown(())),
    ],
)
def test_fields_are_seen_by_their_types(expression: str, fields: dict[str, Any], expected: bool | Unknown) -> None:
    assert answer(expression, facts(fields)) == expected


@pytest.mark.parametrize(
    ("expression", "known", "expected"),
    [
        ('item.key == "TIN-2026-0001" && item.workflow == "tiny"', facts(), True),
        ('item.state == "open" && item.phase == "plan"', facts(), True),
        ("item.cycle < 5", facts(cycle=5), False),
        ("item.owner == null", facts(), True),
        ("item.owner == actor.id", facts(owner=7), True),
        ("item.parent == null", facts(parent=3), False),
        ('"8.6.1" in item.requirements', facts(requirements=("8.6.1",)), True),
        ("now - item.closed_at < duration('8760h')", facts(closed_at=NOW - timedelta(days=364)), True),
        ("now - item.closed_at < duration('8760h')", facts(closed_at=NOW - timedelta(days=366)), False),
        ("now - item.closed_at < duration('8760h')", facts(), Unknown(("item.closed_at",))),
        ("item.due <= item.target_date", facts({"target_date": "2026-06-01"}, due=date(2026, 6, 1)), True),
        ("item.due <= item.target_date", facts(), Unknown(("item.due", "item.target_date"))),
        ("times.go < 2", facts(), True),
        ("times.go < 2", facts(recall=Recall(times={"go": 2}, times_ever={"go": 3})), False),
        ("times_ever.go == 3", facts(recall=Recall(times={"go": 2}, times_ever={"go": 3})), True),
        ("actor.id == null && actor.roles == ['scheduler']", facts(actor=ENGINE_ACTOR), True),
        ("'auditor' in actor.roles", facts(actor=Actor(7, frozenset({"auditor"}))), True),
        ('check.verdict == "effective" && check.points >= 8', facts(named={"check": {"verdict": "effective", "points": 8}}), True),
        ("check.trial_mean < check.baseline_mean", facts(named={"check": {"trial_mean": 3, "baseline_mean": 4.5}}), True),
        ("check.points >= 8", facts(), Unknown(("check.points",))),
        ("evidence.count == 0 && evidence.newest == null", facts(), True),
    ],
)
def test_what_surrounds_the_fields_is_seen(expression: str, known: Facts, expected: bool | Unknown) -> None:
    assert answer(expression, known) == expected


def test_children_and_evidence_are_counted() -> None:
    children = (
        ChildFacts(1, "ACT-1", "action", "open", None, due=date(2026, 6, 1)),
        ChildFacts(2, "ACT-2", "action", "done", "achieved", due=date(2026, 7, 1)),
        ChildFacts(3, "ACT-3", "action", "dropped", "ended"),
    )
    evidence = (EvidenceFacts("report", date(2026, 1, 1), NOW), EvidenceFacts("log", date(2026, 2, 1), NOW))
    known = facts({"target_date": "2026-07-01"}, children=children, evidence=evidence)
    assert answer("children.open == 1 && children.done == 1 && children.total == 3", known) is True
    assert answer("children.latest_due <= item.target_date", known) is True
    assert answer('evidence.count == 2 && evidence.newest > timestamp("2026-01-15T00:00:00Z")', known) is True
    assert answer("children.latest_due <= item.target_date", facts()) == Unknown(("children.latest_due", "item.target_date"))


def test_inputs_are_typed_like_fields() -> None:
    assert answer("input.shift", facts(), {"shift": True}) is True
    assert answer("input.shift", facts(), {}) == Unknown(("input.shift",))
    assert answer("input.new_end > now", facts(), {"new_end": "2026-05-05"}) is True


def test_our_functions_use_the_items_zone_and_calendar() -> None:
    assert answer("months_before(now, 12) == timestamp('2025-05-04T08:00:00Z')", facts()) is True
    friday_to_monday = facts({"target_date": "2026-05-08", "met_at": "2026-05-10T16:30:00+00:00"})  # Monday 00:30 in Shanghai
    assert answer("working_days_between(item.target_date, item.met_at) == 1", friday_to_monday) is True
    assert answer('plus(now, "5 working days") == timestamp("2026-05-11T08:00:00Z")', facts()) is True
    assert answer('plus(item.target_date, "1 day") > now', facts()) == Unknown(("item.target_date",))
    far = facts({"target_date": "9999-01-01"})
    assert answer("working_days_between(now, item.target_date) > 1", far) == Unknown(())


def test_values_are_computed_as_python_values() -> None:
    one = workflow()

    def value(expression: str, known: Facts) -> Any:
        return compile_value(one, None, expression).value(known, {}, NOW)

    assert value('plus(item.target_date, "1 month")', facts({"target_date": "2026-01-31"})) == datetime(2026, 2, 28, tzinfo=SHANGHAI)
    assert value("item.cost * 2.0", facts({"cost": 3})) == 6.0
    assert value("item.target_date", facts()) is None
    assert value("[item.note, 'b']", facts()) == [None, "b"]
    assert value("item.areas", facts({"areas": ["desk"]})) == ["desk"]
    with pytest.raises(ValueUnknown) as caught:
        value("item.cost * 2.0", facts())
    assert caught.value.names == ("item.cost",)


@pytest.mark.parametrize(("rows", "answer"), [(None, False), ([], False), ([{"title": "A second shift"}], True)])
def test_a_guard_counts_the_rows_of_a_table(rows: object, answer: bool) -> None:
    assert compile_guard(workflow(), None, "size(item.lines) >= 1").holds(facts({"lines": rows}), {}, NOW) is answer


def test_a_guard_says_what_it_reads() -> None:
    one = workflow()
    assert compile_guard(one, None, COST).names == {"item.cost", "actor.roles"}
    assert compile_guard(one, None, 'item.areas.exists(item, item == "desk") && item.note.size() > 0').names == {"item.areas", "item.note"}


@pytest.mark.parametrize(
    ("expression", "code", "line", "column"),
    [
        ("item.cost >", "GUARD_SYNTAX", 0, 11),
        ("item.cost\n  > 'much'", "GUARD_TYPE", 1, 2),
        ("item.cozt > 1.0", "GUARD_UNKNOWN_NAME", 0, 0),
        ("item.lines == null", "GUARD_TYPE", 0, 11),  # a table is a list, empty where nothing was filled in
        ('item.lines[0].owner == "ana"', "GUARD_TYPE", 0, 13),  # and its rows can't be looked into
        ("input.new_end < now", "GUARD_UNKNOWN_NAME", 0, 0),  # no such input outside its transition
        ("item.cost", "GUARD_NOT_BOOLEAN", 0, 0),
        ("\ud800", "GUARD_SYNTAX", 0, 0),
        ("(" * 40 + "true" + ")" * 40, "GUARD_TOO_DEEP", 0, 0),
        ("true" + " || true" * 300, "GUARD_TOO_LONG", 0, 2000),
    ],
)
def test_what_is_no_guard_is_refused_with_its_place(expression: str, code: str, line: int, column: int) -> None:
    with pytest.raises(GuardError) as caught:
        compile_guard(workflow(), None, expression)
    error = caught.value
    assert (error.faults[0].code, error.line, error.column) == (code, line, column)
    assert error.message and error.message_zh and error.message != error.message_zh


def test_nulls_can_be_answered_for_ever() -> None:
    """The library's own null loses a reference each time it is read; thousands of them must not take the process's only None away."""
    one = workflow()
    guard, value, known = compile_guard(one, None, "item.risky"), compile_value(one, None, "item.note"), facts()
    before = sys.getrefcount(None)
    for _ in range(3000):
        assert guard.holds(known, {}, NOW) == Unknown(("item.risky",))
        assert value.value(known, {}, NOW) is None
    assert abs(sys.getrefcount(None) - before) < 1000


def test_threads_share_a_guard() -> None:
    one = workflow()
    guard = compile_guard(one, None, 'item.target_date < now && item.cost < 10.0 && plus(now, "1 day") > now')
    cases = [
        (facts({"target_date": "2026-01-01", "cost": 1}), True),
        (facts({"target_date": "2026-01-01", "cost": 11}), False),
        (facts({"cost": 1}), Unknown(("item.target_date",))),
    ]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: guard.holds(cases[number % 3][0], {}, NOW), range(6000)))
    assert answers == [cases[number % 3][1] for number in range(6000)]


def test_the_library_is_imported_late() -> None:
    script = "import sys, pdca_engine.definition.guards.checks; sys.exit('cel_expr_python' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


SIGNS = ["(", ")", "[", "]", "&&", "<", "==", "!", "?", ":", ",", ".", "in"]
words = st.sampled_from(["item.cost", "item.note", "now", "times.go", "has", "1", "2.5", '"a"', *SIGNS])


@given(st.one_of(st.text(max_size=60), st.lists(words, max_size=12).map(" ".join)))
def test_any_text_is_a_guard_or_a_guard_error(expression: str) -> None:
    try:
        guard = compile_guard(workflow(), None, expression)
    except GuardError as error:
        assert error.message and error.message_zh
        assert all(0 <= fault.at <= len(expression) for fault in error.faults)
    else:
        assert isinstance(guard.holds(facts({"cost": 1}), {}, datetime(2026, 1, 1, tzinfo=UTC)), bool | Unknown)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(a*)*b", "(.*a){20}$"])
def test_a_pattern_that_explodes_elsewhere_takes_its_time_from_the_text_alone(pattern: str) -> None:
    """RE2 reads a text once; an engine that goes back and tries again would be at this for longer than there is time."""
    begun = process_time()
    assert answer(f'item.note.matches("{pattern}")', facts({"note": "a" * 100_000 + "!"})) in (True, False)
    assert process_time() - begun < 1
