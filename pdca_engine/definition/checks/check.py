"""The checker: everything that is wrong with a workflow file, in one run, before anything is stored."""

from __future__ import annotations

from typing import Final

from pdca_engine.definition.checks.engine import check_engine, check_idle_independence
from pdca_engine.definition.checks.known import Known
from pdca_engine.definition.checks.names import check_names
from pdca_engine.definition.checks.people import check_fired, check_people
from pdca_engine.definition.checks.shape import check_begin_and_end, check_shape
from pdca_engine.definition.checks.story import check_examples
from pdca_engine.definition.checks.time import check_time
from pdca_engine.definition.checks.values import check_values
from pdca_engine.definition.guards.checks import GuardProblem, check_guards
from pdca_engine.definition.paper.problems import Problem, in_order
from pdca_engine.definition.paper.report import Report
from pdca_engine.definition.paper.sentences import WARNINGS
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.reading.load import Draft, Parents, draft_workflow

MOST_NAMES: Final = 500  # entries in one section
MOST_CONDITIONS: Final = 1_000
_NO_PARENT: Final = ("UNKNOWN_PARENT", "BROKEN_PARENT", "EXTENDS_LOOP")


def check_workflow(
    text: bytes | str, name: str, parents: Parents, known: Known | None = None
) -> tuple[Workflow | None, tuple[Problem, ...]]:
    """The workflow in `text` (None when it has errors), and every problem in the order of the file. Raises nothing.

    `name` is the file's name in problems; `parents` gives the text of the workflow that `extends` names, or None; `known` says what
    exists outside the file. The way from state to state and what is fired are judged once all names are right: before that, they would
    only repeat the same mistake in other words.
    """
    draft = draft_workflow(text, name, parents)
    if isinstance(draft, Report):
        return None, in_order(draft.problems)
    _judge(draft, known or Known())
    return (draft.workflow if draft.sound else None), in_order(draft.report.problems)


def _judge(draft: Draft, known: Known) -> None:
    if _too_large(draft):
        return
    check_names(draft, known)
    named = draft.sound
    check_values(draft, known)
    check_people(draft)
    check_time(draft, known)
    check_examples(draft)
    for problem in check_guards(draft.workflow, draft.declared):
        draft.report.problems.append(_from_guard(draft, problem))
    if _states_are_whole(draft):
        check_begin_and_end(draft)
    if named:
        check_shape(draft)
        check_fired(draft, known)
        check_engine(draft)
        check_idle_independence(draft)


def _states_are_whole(draft: Draft) -> bool:
    """Whether no problem was found among the states: else what is missing there may be no more than misspelt, or the parent's."""
    if any(problem.code in _NO_PARENT for problem in draft.report.problems):
        return False
    lines = [line for path, (line, _) in draft.workflow.source.items() if path[:1] == ("states",)]
    touched = any(min(lines) <= problem.line <= max(lines) for problem in draft.report.problems) if lines else False
    return not touched and len(draft.workflow.states) == len(draft.declared["states"])


def _too_large(draft: Draft) -> bool:
    """Whether judging it would take longer than anybody waits; that is then the problem to be told."""
    for section, names in draft.declared.items():
        if len(names) > MOST_NAMES:
            draft.add_key("TOO_MANY", (section,), count=str(len(names)), noun=(section, section), most=str(MOST_NAMES))
    conditions = sum(len(one.when) for one in draft.workflow.transitions.values())
    if conditions > MOST_CONDITIONS:
        noun = ("conditions", "条件")
        draft.add_key("TOO_MANY", ("transitions",), count=str(conditions), noun=noun, most=str(MOST_CONDITIONS))
    return any(problem.code == "TOO_MANY" for problem in draft.report.problems)


def _from_guard(draft: Draft, found: GuardProblem) -> Problem:
    inside = draft.positions.inside(found.path, found.offset_line, found.offset_column, found.length)
    line, column, length = draft.place(found.path) if draft.inherited(found.path) else inside
    en, zh = draft.within(found.path)
    return Problem(
        code=found.code,
        severity="warning" if found.code in WARNINGS else "error",
        file=draft.report.file,
        line=line,
        column=column,
        message=found.message + en,
        message_zh=found.message_zh + zh,
        suggestion=found.suggestion,
        length=length,
    )
