"""Workflow files read to be played: the file, its parent, the workflows of its children; nothing of a database."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from pdca_engine.definition.checks.story import Sheet, check_story
from pdca_engine.definition.deciding.compiled import Compiled, compile_workflow
from pdca_engine.definition.language.story import STORY
from pdca_engine.definition.paper.problems import Problem, has_errors, in_order
from pdca_engine.definition.paper.report import Report
from pdca_engine.definition.paper.story import Story
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.reading.build_story import build_story
from pdca_engine.definition.reading.conform import Conform
from pdca_engine.definition.reading.load import load_workflow
from pdca_engine.definition.reading.reader import read_yaml
from pdca_engine.services.workflows import bundled_texts, check_text


@cache
def bundled_papers() -> Mapping[str, Workflow]:
    """The workflows that travel with the program, by id: what a child of a played item can be."""
    texts = bundled_texts()
    loaded = {name: load_workflow(text, name, texts.get).workflow for name, text in texts.items()}
    return MappingProxyType({name: paper for name, paper in loaded.items() if paper is not None})


def read_playable(text: bytes | str, name: str) -> tuple[Compiled | None, tuple[Problem, ...]]:
    """The workflow ready to be played (None: it has errors), and every problem."""
    checked = check_text(text, name)
    return (compile_workflow(checked.workflow) if checked.workflow else None), checked.problems


def papers_for(workflow: Workflow) -> Mapping[str, Workflow]:
    """What children of its items can be: the bundled workflows, and itself."""
    return {**bundled_papers(), workflow.id: workflow}


def read_script(text: bytes | str, name: str, workflow: Workflow) -> tuple[Story | None, tuple[Problem, ...]]:
    """The story a script tells (None: it has errors), and every problem with its place."""
    data, positions, problems = read_yaml(text, name)
    report = Report(name)
    report.problems.extend(problems)
    clean: Any = None if has_errors(problems) else Conform(positions, report, inherits=False).value(STORY, data, ())
    if has_errors(report.problems):
        return None, in_order(report.problems)
    story = build_story(clean)
    check_story(Sheet(workflow, positions, report), story, ())
    return (None if has_errors(report.problems) else story), in_order(report.problems)
