"""The checker: everything that is wrong with a workflow file, in one run, before anything is stored."""

from __future__ import annotations

from pdca_engine.definition.check_names import check_names
from pdca_engine.definition.check_people import check_fired, check_people
from pdca_engine.definition.check_shape import check_shape
from pdca_engine.definition.check_time import check_time
from pdca_engine.definition.check_values import check_values
from pdca_engine.definition.guard_checks import GuardProblem, check_guards
from pdca_engine.definition.known import Known
from pdca_engine.definition.load import Draft, Parents, draft_workflow
from pdca_engine.definition.problems import Problem, in_order
from pdca_engine.definition.report import Report
from pdca_engine.definition.workflow import Workflow


def check_workflow(
    text: bytes | str, name: str, parents: Parents, known: Known | None = None
) -> tuple[Workflow | None, tuple[Problem, ...]]:
    """The workflow in `text` (None when it has errors), and every problem in the order of the file. Raises nothing.

    `name` is the file's name in problems; `parents` gives the text of the workflow that `extends` names, or None; `known` says what
    exists outside the file. Shape and what is fired are judged once all names are right, guards once the file conforms: before that,
    they would only repeat the same mistake in other words.
    """
    draft = draft_workflow(text, name, parents)
    if isinstance(draft, Report):
        return None, in_order(draft.problems)
    _judge(draft, known or Known())
    return (draft.workflow if draft.sound else None), in_order(draft.report.problems)


def _judge(draft: Draft, known: Known) -> None:
    conforms = draft.sound
    check_names(draft, known)
    named = draft.sound
    check_values(draft, known)
    check_people(draft)
    check_time(draft, known)
    if conforms:
        for problem in check_guards(draft.workflow):
            draft.report.problems.append(_from_guard(draft, problem))
    if named:
        check_shape(draft)
        check_fired(draft, known)


def _from_guard(draft: Draft, found: GuardProblem) -> Problem:
    path = found.path
    place = (
        draft.place(path) if draft.inherited(path) else draft.positions.inside(path, found.offset_line, found.offset_column, found.length)
    )
    return Problem(
        found.code, "error", draft.report.file, place.line, place.column, found.message, found.message_zh, found.suggestion, place.length
    )
