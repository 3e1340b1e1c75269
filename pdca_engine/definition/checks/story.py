"""Names in examples and scripts: transitions, states, timers, values, persons and refusal codes that exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pdca_engine.definition.deciding.refusals import SENTENCES
from pdca_engine.definition.language.scalars import NAME
from pdca_engine.definition.paper.named_facts import NAMED_FACTS
from pdca_engine.definition.paper.positions import Path, Positions
from pdca_engine.definition.paper.report import Both, Report
from pdca_engine.definition.paper.story import Story, StoryStep
from pdca_engine.definition.paper.words import EDITABLE_COLUMNS, ROLES
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.playing.cast import holds_persons, introduced
from pdca_engine.definition.reading.load import Draft

_WHO: Final[Both] = ("role, or person the story names", "角色或故事中命名的人员")
_TIMER: Final[Both] = ("timer", "定时器")
_FACT: Final[Both] = ("named fact", "具名事实")
_CODE: Final[Both] = ("refusal code", "拒绝代码")
_VALUE: Final[Both] = ("input, field or column", "输入、字段或通用列")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where stories stand: the file's positions and the report of what is wrong in it."""

    workflow: Workflow
    positions: Positions
    report: Report

    def judge(self, code: str, path: Path, word: str, options: Collection[str], *, key: bool = False, **params: Any) -> None:
        """Note a problem unless `word` is one of `options`."""
        if word not in options:
            place = self.positions.of_key(path) if key else self.positions.of_word(path, word)
            self.report.add(code, place, options, word=word, **params)


def check_examples(draft: Draft) -> None:
    """Note every unknown name in the workflow's own examples."""
    sheet = Sheet(draft.workflow, draft.positions, draft.report)
    for number, story in enumerate(draft.workflow.examples):
        check_story(sheet, story, ("examples", str(number)))


def check_story(sheet: Sheet, story: Story, path: Path) -> None:
    """Note every unknown name in one story, which stands at `path`."""
    workflow = sheet.workflow
    people = (*ROLES, *introduced(workflow, story))
    _values(sheet, story.start, (), (*path, "start"))
    _facts(sheet, story.facts, (*path, "facts"))
    if story.ends is not None:
        sheet.judge("UNKNOWN_STATE", (*path, "ends"), story.ends, workflow.states)
    codes = tuple(known_codes(workflow))
    for number, step in enumerate(story.steps):
        below = (*path, "steps", str(number))
        _step(sheet, step, below, people)
        for code in step.refused:
            sheet.judge("UNKNOWN_VALUE", (*below, "refused"), code, codes, noun=_CODE)


def _step(sheet: Sheet, step: StoryStep, path: Path, people: Collection[str]) -> None:
    workflow = sheet.workflow
    for key, word in (("by", step.by), ("for", step.as_deputy_for)):
        if word is not None:
            sheet.judge("UNKNOWN_ROLE", (*path, key), word, people, noun=_WHO)
    if step.do is not None:
        sheet.judge("UNKNOWN_TRANSITION", (*path, "do"), step.do, workflow.transitions, where="")
        transition = workflow.transitions.get(step.do)
        _values(sheet, step.values, [one.name for one in transition.inputs] if transition else step.values, (*path, "with"))
    _facts(sheet, step.facts, (*path, "facts"))
    for timer in step.fires or ():
        sheet.judge("UNKNOWN_VALUE", (*path, "fires"), timer, workflow.timers, noun=_TIMER)


def _facts(sheet: Sheet, facts: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    for group, values in facts.items():
        for name in values:
            if f"{group}.{name}" not in NAMED_FACTS:
                place = sheet.positions.of_key((*path, group, name))
                sheet.report.add("UNKNOWN_FIELD", place, NAMED_FACTS, word=f"{group}.{name}", noun=_FACT)


def _values(sheet: Sheet, values: Mapping[str, Any], inputs: Collection[str], path: Path) -> None:
    options = (*inputs, *sheet.workflow.fields, *EDITABLE_COLUMNS)
    for name, value in values.items():
        sheet.judge("UNKNOWN_FIELD", (*path, name), name, options, key=True, noun=_VALUE)
        _persons(sheet, name, value, path)


def _persons(sheet: Sheet, name: str, value: Any, path: Path) -> None:
    """Whoever a value names must be called like a person of a story: a sentence there means that the field is none for persons."""
    transition = next((one for one in sheet.workflow.transitions.values() if one.input(name)), None)
    if transition is not None or not holds_persons(sheet.workflow, name, None):
        return
    for word in value if isinstance(value, list) else (value,):
        if isinstance(word, str) and not NAME.fits(word):
            sheet.report.add("BAD_NAME", sheet.positions.of_word((*path, name), word), word=word, wanted=NAME.says)


def known_codes(workflow: Workflow) -> Iterator[str]:
    """Every code with which a transition of the workflow can be refused."""
    yield from SENTENCES
    for one in workflow.transitions.values():
        yield from (condition.code for condition in one.when)
        for name in one.independent_of:
            yield from (f"FOUR_EYES_{name.upper()}", f"FOUR_EYES_{name.upper()}_HISTORY")
