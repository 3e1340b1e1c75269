"""The cycles of the clause-8 processes: who is there, what each measures, what it looks at, and when."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.paths import bundled
from tests.unit.workflows.playing import CUI, ENGINE, EVA, FANG, Play, compiled

KPIS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "kpis.yaml").read_text("utf-8"))
CLAUSES = {
    "service_delivery": "8.2.1",
    "party_control": "8.2.3",
    "catalogue": "8.2.4",
    "asset": "8.2.5",
    "configuration": "8.2.6",
    "brm": "8.3.2",
    "slm": "8.3.3",
    "supplier": "8.3.4",
    "budgeting": "8.4.1",
    "demand": "8.4.2",
    "capacity": "8.4.3",
    "change": "8.5.1",
    "design_transition": "8.5.2",
    "release": "8.5.3",
    "incident": "8.6.1",
    "request": "8.6.2",
    "problem": "8.6.3",
    "availability": "8.7.1",
    "continuity": "8.7.2",
    "security": "8.7.3",
}
CYCLES = sorted(CLAUSES)
DIRECTIONS = {"up": "Higher is better.", "down": "Lower is better."}
CHARTS = {"—": "No chart.", "see note": "No chart of its own."}
FIGURES = {"weekly": "0 9 * * MON", "monthly": "1 month", "quarterly": "3 months", "half-yearly": "6 months"}
OWN = [
    ("service_delivery", "weekly_coordination", "0 10 * * MON"),
    ("party_control", "quarterly_parties", "3 months"),
    ("catalogue", "quarterly_verification", "3 months"),
    ("asset", "half_yearly_audit", "6 months"),
    ("configuration", "quarterly_verification", "3 months"),
    ("brm", "half_yearly_survey", "6 months"),
    ("slm", "yearly_agreements", "12 months"),
    ("supplier", "monthly_supplier_review", "1 month"),
    ("supplier", "half_yearly_alignment", "6 months"),
    ("budgeting", "yearly_budget", "12 months"),
    ("demand", "quarterly_forecast", "3 months"),
    ("capacity", "yearly_capacity_plan", "12 months"),
    ("change", "weekly_board", "0 14 * * TUE"),
    ("design_transition", "quarterly_outcomes", "3 months"),
    ("release", "quarterly_analysis", "3 months"),
    ("incident", "yearly_major_procedure", "12 months"),
    ("request", "half_yearly_instructions", "6 months"),
    ("problem", "monthly_trends", "1 month"),
    ("availability", "yearly_requirements", "12 months"),
    ("continuity", "yearly_test", "12 months"),
    ("security", "quarterly_controls", "3 months"),
]
OPEN_ENDED = ("capacity", "change", "design_transition", "incident", "security", "supplier")


def cycle(name: str) -> Workflow:
    return compiled(name).workflow


def words(name: str, measure: str) -> str:
    """What the help of a measure says, in English."""
    said = cycle(name).fields[measure].help
    assert said is not None
    return said.en


def measures(name: str) -> list[str]:
    return [one.name for one in cycle(name).fields.values() if one.type == "measure"]


def checks(name: str) -> list[str]:
    return [one for one in cycle(name).fields if one.startswith("check_")]


def targets(name: str, measure: str) -> dict[str, Any]:
    """The numbers a measure is held against, by what follows its name."""
    found = [one for one in cycle(name).fields.values() if one.name.startswith(f"{measure}_") and one.default is not None]
    return {one.name.removeprefix(f"{measure}_"): one.default for one in found}


def test_each_process_of_clause_8_has_its_cycle() -> None:
    assert sorted(path.stem for path in (bundled("workflows") / "processes").glob("*.yaml")) == CYCLES
    for name, clause in CLAUSES.items():
        assert (cycle(name).extends, cycle(name).process) == ("process_cycle", name)
        assert clause in (bundled("workflows") / "processes" / f"{name}.yaml").read_text("utf-8").splitlines()[2]


def test_no_two_workflows_share_a_key() -> None:
    names = [path.stem for path in bundled("workflows").glob("*.yaml")] + CYCLES
    keys = Counter(cycle(name).key for name in names if cycle(name).key)
    assert [key for key, number in keys.items() if number > 1] == []
    assert all(re.fullmatch(r"[A-Z]{3}", cycle(name).key or "") for name in CYCLES)


@pytest.mark.parametrize("kpi", KPIS, ids=[one["id"] for one in KPIS])
def test_a_measure_is_in_one_cycle_as_the_table_has_it(kpi: dict[str, Any]) -> None:
    named = [(name, one) for name in CYCLES for one in measures(name) if f"{kpi['id']}." in words(name, one)]
    assert named == [(kpi["process"], kpi["measure"])]
    said = words(*named[0])
    assert cycle(kpi["process"]).fields[kpi["measure"]].title.en == kpi["name"]
    assert f"Unit: {kpi['unit']}." in said
    assert DIRECTIONS.get(kpi["better"].partition(" (")[0], "Best within the range.") in said
    assert CHARTS.get(kpi["chart"], f"{kpi['chart'].removesuffix(' chart')} chart.") in said
    first, _, then = kpi["cadence"].partition(" / ")
    assert f"{first}, reviewed {then}" in said or f" {first} or {then}" in said or f" {first}." in said


@pytest.mark.parametrize("kpi", KPIS, ids=[one["id"] for one in KPIS])
def test_its_target_is_a_number_with_a_direction(kpi: dict[str, Any]) -> None:
    workflow, found = cycle(kpi["process"]), targets(kpi["process"], kpi["measure"])
    assert found == kpi["targets"]
    wanted = {"up": {"at_least"}, "down": {"at_most"}}.get(kpi["better"].partition(" (")[0], {"at_least", "at_most"})
    directions = {"_".join(name.split("_")[-2:]) for name in found if name != "days"}
    assert directions == wanted
    for name in found:
        field = workflow.fields[f"{kpi['measure']}_{name}"]
        assert field.type in ("percent", "number", "integer")
        assert field.help is not None and kpi["example"] in field.help.en
        assert {field.name, kpi["measure"]} <= set(workflow.transitions["propose_plan"].needs.fields)


@pytest.mark.parametrize("name", CYCLES)
def test_every_measure_has_a_target_and_a_way_to_be_entered(name: str) -> None:
    assert len(measures(name)) >= 2
    asked = {found[1] for one in measures(name) if (found := re.search(r"Collected ([a-z-]+)", words(name, one)))}
    schedules = cycle(name).schedules
    figures = {one: schedules[f"{one.replace('-', '_')}_figures"] for one in asked}
    assert {one: found.cron or str(found.every) for one, found in figures.items()} == {one: FIGURES[one] for one in asked}
    assert {one for one in schedules if one.endswith("_figures")} == {f"{one.replace('-', '_')}_figures" for one in asked}
    assert all(targets(name, one) for one in measures(name))
    assert all("Collected " in words(name, one) or "Entered " in words(name, one) for one in measures(name))


@pytest.mark.parametrize(("name", "schedule", "rule"), OWN)
def test_what_a_process_does_by_itself(name: str, schedule: str, rule: str) -> None:
    one = cycle(name).schedules[schedule]
    assert (one.cron or str(one.every)) == rule
    assert [effect.args["workflow"] for effect in one.then] == ["review"]


@pytest.mark.parametrize("name", CYCLES)
def test_the_parents_schedules_are_replaced_and_not_doubled(name: str) -> None:
    schedules = cycle(name).schedules
    assert set(cycle("process_cycle").schedules) <= set(schedules)
    titles = [one.title.en for one in schedules.values()]
    assert len(set(titles)) == len(titles)
    assert {one.title.en for one in cycle("process_cycle").schedules.values()}.isdisjoint(titles)
    assert [one.name for one in schedules.values() if not one.while_open] == []
    assert str(cycle(name).transitions["agree"].then[0].args["turn_ends"].after) == "12 months"


def test_no_two_processes_have_a_schedule_of_the_same_title() -> None:
    titles = Counter(one.title.get(language) for name in CYCLES for one in cycle(name).schedules.values() for language in ("en", "zh"))
    assert [title for title, number in titles.items() if number > 1] == []


def said_of(line: str) -> list[str]:
    """A line of an agenda as its English and its Chinese, where it holds both."""
    return line.removeprefix("- ").split(" / ") if line.startswith("- ") else [line]


@pytest.mark.parametrize("name", CYCLES)
def test_a_review_says_what_to_look_at_in_both_languages(name: str) -> None:
    created = [effect.args["fields"] for one in cycle(name).schedules.values() for effect in one.then if effect.kind == "create"]
    assert created
    for fields in created:
        lines = [said_of(line) for line in fields["description"].splitlines()]
        pairs = lines if len(lines[0]) == 2 else [[line for (line,) in lines]]
        assert all(en.isascii() and not zh.isascii() for en, zh in pairs)


@pytest.mark.parametrize("name", CYCLES)
def test_figures_are_gathered_before_the_quarterly_trend(name: str) -> None:
    trend = cycle(name).schedules["quarterly_trend"]
    (effect,) = trend.then
    assert (effect.args["fields"]["kind"], str(trend.lead)) == ("trend_review", "5 days")
    assert len(effect.args["fields"]["description"].splitlines()) >= 4


def plan_of(name: str) -> dict[str, Any]:
    """What a plan needs beside its targets."""
    asked = [one for one in cycle(name).fields.values() if one.type == "boolean"]
    stated = {"objectives": "Better", "risks": "Few", "resources": "Two"}
    return stated | {one: one for one in measures(name)} | {one.name: True for one in asked}


def evaluation_of(name: str, **changed: Any) -> dict[str, Any]:
    """An evaluation that finds nothing wrong."""
    fine = {
        "evaluation": "Met",
        "population": 9,
        "sample": 3,
        "conformity": "conforms",
        "conformity_statement": "Conforms",
        "deviations": 0,
    }
    return fine | dict.fromkeys(checks(name), "conforms") | changed


def checking(name: str) -> Play:
    play = Play(name, owner=CUI, proposer=CUI, process=name)
    play.do("propose_plan", CUI, **plan_of(name))
    play.do("agree", FANG)
    play.do("begin_check", ENGINE, "turn")
    play.prove()
    return play


@pytest.mark.parametrize("name", CYCLES)
def test_a_turn_goes_round_and_the_next_one_asks_everything_anew(name: str) -> None:
    play = checking(name)
    missing = [f"NEEDS_FIELD:{one}" for one in checks(name)]
    assert set(missing) <= set(play.codes("evaluate", CUI))
    play.do("evaluate", CUI, **evaluation_of(name))
    play.do("confirm", EVA)
    play.do("next_turn", CUI, lessons="Go on")
    assert (play.item.state, play.item.cycle) == ("planning", 2)
    assert play.codes("propose_plan", CUI) == ["GUARD_FALSE"] * 3
    play.do("propose_plan", CUI, **plan_of(name))
    play.do("agree", FANG)
    play.do("begin_check", ENGINE, "turn")
    play.prove()
    assert set(missing) <= set(play.codes("evaluate", CUI))


@pytest.mark.parametrize("name", CYCLES)
def test_a_check_that_fails_is_a_deviation(name: str) -> None:
    for one in checks(name):
        play = checking(name)
        assert play.codes("evaluate", CUI, **evaluation_of(name, **{one: "does_not"})) == ["CHECK_NOT_CONFORMING"]
        wrong = {one: "does_not", "conformity": "partly", "deviations": 1}
        assert play.do("evaluate", CUI, **evaluation_of(name, **wrong)).target == "check_review"


def open_ended_checks(name: str) -> list[str]:
    """The checks of what may not have happened at all in a turn."""
    return [one for one in checks(name) if any(choice.value == "no_instance" for choice in cycle(name).fields[one].of)]


def test_only_what_may_not_happen_at_all_may_have_no_instance() -> None:
    assert [one for one in CYCLES if open_ended_checks(one)] == sorted(OPEN_ENDED)


@pytest.mark.parametrize("name", OPEN_ENDED)
def test_no_instance_is_explained(name: str) -> None:
    open_ended = open_ended_checks(name)
    answers = evaluation_of(name, **dict.fromkeys(open_ended, "no_instance"))
    assert checking(name).codes("evaluate", CUI, **answers) == ["NO_INSTANCE_UNEXPLAINED"]
    assert checking(name).do("evaluate", CUI, **answers, no_instance_because="None this year").target == "check_review"
