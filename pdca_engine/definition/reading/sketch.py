"""What can be shown of a workflow that is still being written: as much of it as hangs together, however broken the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from pdca_engine.definition.paper.report import Report
from pdca_engine.definition.paper.words import TO_PREVIOUS, TO_SAME
from pdca_engine.definition.paper.workflow import State, Transition, Workflow
from pdca_engine.definition.reading.load import Parents, draft_workflow

MOST_STATES: Final = 40  # a drawing that nobody could read would take long
MOST_TRANSITIONS: Final = 100
TOP: Final = re.compile(r"^(\w+):", re.MULTILINE)
STAND_INS: Final[Mapping[str, str]] = {"workflow": "sketch", "title": "–", "key": "SKE", "states": "{}", "transitions": "{}"}


def sketch_workflow(text: bytes | str, name: str, parents: Parents) -> Workflow | None:
    """The states of a text, the transitions that lead from one of them to another, and its fields; None where nothing hangs together.

    Nothing else of it may be relied on: it did not pass the checks.
    """
    draft = draft_workflow(_completed(text), name, parents)
    if isinstance(draft, Report) or not draft.workflow.states:
        return None
    return replace(draft.workflow, transitions=_hanging_together(draft.workflow.transitions, draft.workflow.states))


def _completed(text: bytes | str) -> str:
    """The text with what every file must have, where it has nothing of the kind yet: a file is written from the top down."""
    known = text if isinstance(text, str) else text.decode("utf-8", "replace")
    written = set(TOP.findall(known))
    if "extends" in written:  # it has all of that from its parent
        return known
    return known + "".join(f"\n{key}: {value}" for key, value in STAND_INS.items() if key not in written)


def can_be_drawn(workflow: Workflow) -> bool:
    """Whether a drawing of it would be ready in a moment."""
    return len(workflow.states) <= MOST_STATES and len(workflow.transitions) <= MOST_TRANSITIONS


def _hanging_together(transitions: Mapping[str, Transition], states: Mapping[str, State]) -> dict[str, Transition]:
    places = {*states, TO_SAME, TO_PREVIOUS}
    known = {name: replace(one, sources=tuple(source for source in one.sources if source in states)) for name, one in transitions.items()}
    return {name: one for name, one in known.items() if one.sources and one.target in places}
