"""What the checker finds in the expressions of a workflow: every code, with its place and what to write instead."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from pdca_engine.cadence.durations import parse_duration
from pdca_engine.definition.guards import checks as guard_checks
from pdca_engine.definition.guards import faults as guard_faults
from pdca_engine.definition.guards import guards
from pdca_engine.definition.guards import rules as guard_rules
from pdca_engine.definition.guards import sense as guard_sense
from pdca_engine.definition.guards import types as guard_types
from pdca_engine.definition.guards.checks import GuardProblem, check_guards
from pdca_engine.definition.guards.guards import compile_guard
from pdca_engine.definition.paper.workflow import Cel, Due, Effect, Schedule, Timer
from tests.unit.definition.making import field, text, workflow

WHEN = ("transitions", "go", "when")
THEN = ("transitions", "go", "then")


def found(expression: str) -> list[tuple[str, int, int, int, str | None]]:
    problems = check_guards(workflow(expression))
    assert all(one.path == WHEN and one.message and one.message_zh != one.message for one in problems)
    return [(one.code, one.offset_line, one.offset_column, one.length, one.suggestion) for one in problems]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("item.cost >", ("GUARD_SYNTAX", 0, 11, 1, None)),
        ("item.cost > 1.0 1", ("GUARD_SYNTAX", 0, 16, 1, None)),
        ('"a', ("GUARD_SYNTAX", 0, 0, 1, None)),
        ("", ("GUARD_SYNTAX", 0, 0, 1, None)),
        ("成本 > 1", ("GUARD_SYNTAX", 0, 0, 2, None)),
        ("item.cozt > 1.0", ("GUARD_UNKNOWN_NAME", 0, 0, 9, "item.cost")),
        ('item.note == "中" &&\n  item.cozt > 1.0', ("GUARD_UNKNOWN_NAME", 1, 2, 9, "item.cost")),
        ("Item{cost: 1} == null", ("GUARD_UNKNOWN_NAME", 0, 0, 4, None)),
        ("months_befor(now, 3) < now", ("GUARD_UNKNOWN_FUNCTION", 0, 0, 12, "months_before")),
        ('item.areas.exist(one, one == "desk")', ("GUARD_UNKNOWN_FUNCTION", 0, 11, 5, "exists")),
        ('item.cost > "much"', ("GUARD_TYPE", 0, 10, 1, None)),
        ("item.cost > item.points", ("GUARD_TYPE", 0, 10, 1, None)),
        ("item.note && item.risky", ("GUARD_TYPE", 0, 10, 2, None)),
        ("item.cost", ("GUARD_NOT_BOOLEAN", 0, 0, 9, None)),
        ("item.cost <= 50000", ("GUARD_INTEGER", 0, 13, 5, "50000.0")),
        ("5 < item.cost", ("GUARD_INTEGER", 0, 0, 1, "5.0")),
        ("times.go < 2.0", ("GUARD_INTEGER", 0, 11, 3, "2")),
        ("1 == 1", ("GUARD_CONSTANT", 0, 0, 6, None)),
        ("item.risky || true", ("GUARD_CONSTANT", 0, 0, 18, None)),
        ("1 / 0 == 1", ("GUARD_CONSTANT", 0, 0, 10, None)),
        ('item.verdict == "efective"', ("GUARD_UNKNOWN_CHOICE", 0, 16, 10, "effective")),
        ('"wors" != item.verdict', ("GUARD_UNKNOWN_CHOICE", 0, 0, 6, "worse")),
        ('item.verdict in ["effective", "wors"]', ("GUARD_UNKNOWN_CHOICE", 0, 30, 6, "worse")),
        ('"des" in item.areas', ("GUARD_UNKNOWN_CHOICE", 0, 0, 5, "desk")),
        ('"sponser" in actor.roles', ("GUARD_UNKNOWN_CHOICE", 0, 0, 9, "sponsor")),
        ('item.state == "opn"', ("GUARD_UNKNOWN_CHOICE", 0, 14, 5, "open")),
        ("times.goo < 2", ("GUARD_UNKNOWN_TRANSITION", 0, 6, 3, "go")),
        ("times_ever.goo < 2", ("GUARD_UNKNOWN_TRANSITION", 0, 11, 3, "go")),
        ("has(item.note)", ("GUARD_HAS", 0, 0, 3, "item.note != null")),
        ("item.areas.all(a, item.areas.exists(b, a == b))", ("GUARD_LOOPS", 0, 14, 1, None)),
        ('plus(now, "3 dayz") > item.met_at', ("GUARD_TIME", 0, 10, 8, None)),
        ("plus(now, item.note) > item.met_at", ("GUARD_TIME", 0, 14, 1, None)),
        ('now - item.met_at > duration("1 day")', ("GUARD_TIME", 0, 29, 7, None)),
        ('item.met_at > timestamp("yesterday")', ("GUARD_TIME", 0, 24, 11, None)),
        ("(" * 40 + "item.risky" + ")" * 40, ("GUARD_TOO_DEEP", 0, 0, 90, None)),
        ("item.risky" + " || item.risky" * 150, ("GUARD_TOO_LONG", 0, 2000, 110, None)),
    ],
)
def test_each_fault_is_found_at_its_place(expression: str, expected: tuple[str, int, int, int, str | None]) -> None:
    assert found(expression) == [expected]


@pytest.mark.parametrize(
    "expression",
    [
        'item.cost <= 50000.0 || "sponsor" in actor.roles',
        "times.go < 2 && times_ever.go < 5",
        'item.verdict == "effective" && item.state != "done" && item.priority in ["low", "high"]',
        'now - item.closed_at < duration("8760h")',
        "item.closed_at > months_before(now, 12)",
        'plus(item.target_date, "10 working days") >= now && working_days_between(now, item.met_at) <= 10',
        "children.open == 0 && children.latest_due <= item.target_date && evidence.count > 0",
        'check.verdict == "no_evidence" && check.points >= 8 && check.trial_mean < check.baseline_mean',
        'item.areas.exists(one, one == "desk")',
        "item.owner != actor.id || item.assessor in item.team",
        "double(item.points) < item.cost",
        "item.met_at != null && item.met_at.getHours() < 12",
    ],
)
def test_what_is_right_passes_and_compiles(expression: str) -> None:
    assert found(expression) == []
    one = workflow(expression)
    assert compile_guard(one, one.transitions["go"], expression).names


def test_everything_wrong_is_said_at_once() -> None:
    assert [code for code, *_ in found('has(item.note) && item.cozt > 1.0 && times.goo < 2 && item.verdict == "x"')] == [
        "GUARD_HAS",
        "GUARD_UNKNOWN_NAME",
        "GUARD_UNKNOWN_TRANSITION",
        "GUARD_UNKNOWN_CHOICE",
    ]
    assert [code for code, *_ in found('item.cost > "a" && item.points > "b"')] == ["GUARD_TYPE", "GUARD_TYPE"]


def test_the_sentences_say_what_to_do() -> None:
    (problem,) = check_guards(workflow("item.cost <= 50000"))
    assert problem.message == "a number has decimals: write 50000.0 instead of 50000"
    assert problem.message_zh == "数值带小数：请写 50000.0，不要写 50000"
    (problem,) = check_guards(workflow('item.verdict == "efective"'))
    assert problem.message == "item.verdict is never `efective`; did you mean `effective`?"


def test_listed_conditions_are_found_by_their_number() -> None:
    listed = workflow("item.cost > 1", "item.cozt > 1.0", source={(*WHEN, "0", "that"): (9, 7)})
    assert [one.path for one in check_guards(listed)] == [(*WHEN, "0", "that"), (*WHEN, "1", "that")]


def test_inputs_are_known_only_in_their_transition() -> None:
    assert check_guards(workflow("input.new_end > now", inputs=[field("new_end", "date")])) == []
    assert [one.code for one in check_guards(workflow("input.new_end > now"))] == ["GUARD_UNKNOWN_NAME"]


def values(*effects: Effect) -> list[GuardProblem]:
    return check_guards(workflow(then=effects))


def test_computed_values_are_checked_against_their_field() -> None:
    good = {"target_date": Cel('plus(now, "3 months")'), "cost": Cel("item.points + 1"), "note": Cel("item.title"), "points": 3}
    assert values(Effect("set", good)) == []
    assert values(Effect("set", {"note": Cel("null")})) == []
    assert values(Effect("set", {"areas": Cel("item.areas + [item.title]")})) == []
    (problem,) = values(Effect("notify", {"who": ("owner",)}), Effect("set", {"note": Cel("item.cost")}))
    assert (problem.code, problem.path) == ("GUARD_TYPE", (*THEN, "1", "set", "note"))
    assert problem.message == "note takes a text, this gives a number"
    (problem,) = values(Effect("create", {"workflow": "action", "fields": {"cost": Cel("item.cozt"), "note": "= plain"}}))
    assert (problem.code, problem.path) == ("GUARD_UNKNOWN_NAME", (*THEN, "0", "create", "fields", "cost"))
    assert (problem.offset_line, problem.offset_column) == (0, 2)  # the text in the file begins with `= `


def test_timers_see_the_item_and_schedules_only_the_time() -> None:
    effect = Effect("create", {"workflow": "review", "fields": {"due": Cel('plus(now, "1 week")'), "note": Cel("item.title")}})
    timer = Timer("decide", ("open",), Due(after=parse_duration("1 day")), text("Decide"), then=(effect,))
    assert check_guards(replace(workflow(), timers={"decide": timer})) == []
    schedule = Schedule("board", text("Board"), cron="0 9 * * MON", then=(effect,))
    (problem,) = check_guards(replace(workflow(), schedules={"board": schedule}))
    assert (problem.code, problem.path) == ("GUARD_UNKNOWN_NAME", ("schedules", "board", "then", "0", "create", "fields", "note"))


def test_the_reference_page_is_true() -> None:
    """Every example of the page passes, every code, name and function is on it, and it names none that does not exist."""
    page = (Path(__file__).parents[3] / "docs/reference/guards.md").read_text("utf-8")
    examples = page.split("```cel\n")[1].split("```")[0].splitlines()
    assert len(examples) > 5
    assert check_guards(workflow(*examples, source={(*WHEN, "0", "that"): (1, 1)})) == []
    sources = [Path(module.__file__ or "").read_text("utf-8") for module in (guards, guard_checks, guard_faults, guard_rules, guard_sense)]
    assert set(re.findall(r"GUARD_[A-Z_]+", page)) == set(re.findall(r'"(GUARD_[A-Z_]+)"', "".join(sources)))
    for word in (*guard_rules.FUNCTIONS, *guard_rules.MACROS):
        assert f"`{word}`" in page or f"`{word}(" in page, word
    for name in guard_types.guard_names(workflow(), None):
        assert f"`{name}`" in page or name.split(".")[0] in ("item", "times", "times_ever"), name
