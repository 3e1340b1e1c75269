"""A wrong change to a bundled workflow is noticed: by the checker at once, by its stories where it only lets more people or items pass."""

from __future__ import annotations

import pytest

from pdca_engine.definition.deciding.compiled import compile_workflow
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.playing.perform import perform
from pdca_engine.services.playing import papers_for
from tests.faults.mutants import found_by_checker, some_mutants


def noticed(workflow: Workflow | None) -> bool:
    """Whether the checker found it (None), or a story goes otherwise than it tells. The search for paths is left to the long run."""
    if workflow is None:
        return True
    compiled, papers = compile_workflow(workflow), papers_for(workflow)
    return any(perform(compiled, story, papers).surprises for story in workflow.examples)


@pytest.mark.parametrize(
    ("kind", "most", "at_least"),
    [("drop a state", 10, 10), ("rename a target", 10, 10), ("swap a type", 12, 10), ("loosen a guard", 12, 11)],
)
def test_what_a_person_in_a_hurry_does_is_noticed(kind: str, most: int, at_least: int) -> None:
    """A sample by seed; `python -m tests.faults.mutants` takes them all."""
    missed = [one for one in some_mutants(kind, most) if not noticed(found_by_checker(one))]
    assert len(missed) <= most - at_least, [(one.workflow, one.what) for one in missed]
