"""A workflow text in the making: what the checker says of it and as much of it as can be shown. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass

from pdca_engine.definition.paper.problems import Problem
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.reading.sketch import sketch_workflow
from pdca_engine.services.turns import turn
from pdca_engine.services.workflows import check_text
from pdca_engine.unit import Unit


@dataclass(frozen=True, slots=True)
class Glance:
    """A text looked at: `workflow` is None where it has errors, `shown` the workflow or what hangs together of it."""

    text: str
    workflow: Workflow | None
    shown: Workflow | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """How many problems keep it from being published."""
        return sum(one.severity == "error" for one in self.problems)


def glance(unit: Unit, text: str, name: str) -> Glance:
    """Look at a text. Raises Busy where too many are being looked at; whatever is wrong with the text is in the answer."""
    with turn():
        checked = check_text(text, name, unit.session)
        shown = checked.workflow or sketch_workflow(text, name, checked.parents.get)
    return Glance(text, checked.workflow, shown, checked.problems)
