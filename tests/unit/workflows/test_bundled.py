"""Every bundled workflow file: no problem at all, both languages everywhere, valid against the schema beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pdca_engine.definition.checks.check import check_workflow
from pdca_engine.definition.checks.known import Known
from pdca_engine.definition.paper.workflow import Effect, Field, Text, Workflow
from pdca_engine.definition.reading.load import load_workflow
from pdca_engine.paths import bundled
from pdca_engine.services.workflows import bundled_texts
from tests.unit.workflows.playing import compiled, loaded, text_of

FILES = sorted(path for folder in ("", "processes") for path in (bundled("workflows") / folder).glob("*.yaml"))
NAMES = [path.stem for path in FILES]
PROCESSES = frozenset(path.stem for path in FILES if path.parent.name == "processes")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def papers() -> dict[str, Workflow]:
    found = {name: loaded(name).workflow for name in NAMES}
    return {name: paper for name, paper in found.items() if paper is not None}


def test_the_workflows_are_there() -> None:
    assert set(NAMES) >= {"improvement", "action", "nonconformity", "review", "process_cycle", "incident"}


def test_each_is_published_under_its_own_name() -> None:
    texts = bundled_texts()
    assert {name: load_workflow(text, name, texts.get).workflow.id for name, text in texts.items()} == {name: name for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_the_checker_finds_nothing(name: str) -> None:
    known = Known(workflows=frozenset(NAMES), processes=PROCESSES, papers=papers())
    workflow, problems = check_workflow(text_of(name) or "", f"{name}.yaml", text_of, known)
    assert [(one.code, one.line, one.message) for one in problems] == []
    assert workflow is not None
    assert workflow.id == name


@pytest.mark.parametrize("name", NAMES)
def test_every_expression_compiles(name: str) -> None:
    conditions = sum(len(one.when) for one in compiled(name).workflow.transitions.values())
    assert sum(len(guards) for guards in compiled(name).guards.values()) == conditions


@pytest.mark.parametrize("name", NAMES)
def test_everything_people_see_is_in_both_languages(name: str) -> None:
    workflow = compiled(name).workflow
    wrong = [
        (where, text) for where, text in texts(workflow) if text.en == text.zh or not CHINESE.search(text.zh) or CHINESE.search(text.en)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_every_condition_says_what_to_do(name: str) -> None:
    silent = [
        (one.name, condition.that)
        for one in compiled(name).workflow.transitions.values()
        for condition in one.when
        if not condition.otherwise
    ]
    assert silent == []


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_the_first_line_names_the_schema(path: Path) -> None:
    first = path.read_text("utf-8").splitlines()[0]
    schema = first.removeprefix("# yaml-language-server: $schema=")
    assert schema != first
    assert (path.parent / schema).resolve() == bundled("workflows") / "workflow.schema.json"


def texts(workflow: Workflow) -> Iterator[tuple[str, Text]]:
    """Every text of the workflow, with where it stands."""
    yield "title", workflow.title
    if workflow.help:
        yield "help", workflow.help
    for field in workflow.fields.values():
        yield from of_field("fields", field)
    for state in workflow.states.values():
        yield from titled("states", state.name, state.title, state.help)
    for one in workflow.transitions.values():
        yield from titled("transitions", one.name, one.title, one.help)
        for given in one.inputs:
            yield from of_field(one.name, given)
        yield from ((one.name, condition.otherwise) for condition in one.when if condition.otherwise)
        yield from of_effects(one.name, one.then)
    for timer in workflow.timers.values():
        yield timer.name, timer.title
        yield from of_effects(timer.name, timer.then)
    for schedule in workflow.schedules.values():
        yield schedule.name, schedule.title
        yield from of_effects(schedule.name, schedule.then)


def titled(section: str, name: str, title: Text, help_: Text | None) -> Iterator[tuple[str, Text]]:
    yield f"{section}.{name}", title
    if help_:
        yield f"{section}.{name}.help", help_


def of_field(section: str, field: Field) -> Iterator[tuple[str, Text]]:
    yield from titled(section, field.name, field.title, field.help)
    yield from ((f"{section}.{field.name}.{choice.value}", choice.title) for choice in field.of)


def of_effects(where: str, effects: tuple[Effect, ...]) -> Iterator[tuple[str, Text]]:
    yield from ((where, effect.args["title"]) for effect in effects if effect.kind == "create" and effect.args["title"])
