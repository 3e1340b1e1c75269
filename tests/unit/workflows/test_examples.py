"""The bundled workflows' own examples: each goes as it tells, tells what is refused, and speaks of an item that moves."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdca_engine.definition.deciding.compiled import compile_workflow
from pdca_engine.definition.playing.cover import cover
from pdca_engine.definition.playing.perform import perform
from pdca_engine.definition.reading.load import load_workflow
from pdca_engine.paths import bundled
from pdca_engine.services.playing import papers_for
from tests.unit.workflows.playing import compiled, text_of

FILES = sorted(bundled("workflows").rglob("*.yaml"))
FIRST = ("improvement", "action", "nonconformity", "review", "process_cycle", "incident")


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_example_goes_as_it_is_told_and_every_transition_is_reached(path: Path) -> None:
    workflow = load_workflow(path.read_text("utf-8"), path.name, text_of).workflow
    assert workflow is not None
    if not any(state.initial for state in workflow.states.values()):
        pytest.skip("a pattern without a beginning")
    paper = compile_workflow(workflow)
    papers = papers_for(workflow)
    surprises = {story.name.en: [one.en for one in perform(paper, story, papers).surprises] for story in workflow.examples}
    assert {name: found for name, found in surprises.items() if found} == {}
    assert [one.transition for one in cover(paper, papers) if not (one.covered or one.excused)] == []


@pytest.mark.parametrize("name", FIRST)
def test_a_few_stories_with_what_is_refused(name: str) -> None:
    stories = compiled(name).workflow.examples
    assert 2 <= len(stories) <= 6
    assert any(step.refused for story in stories for step in story.steps)
    assert all(story.ends for story in stories)
