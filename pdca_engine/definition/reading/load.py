"""From a file's text to a `Workflow`: read, check against the grammar, merge with the parent it extends, build."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pdca_engine.definition.language.grammar import SECTIONS, WORKFLOW
from pdca_engine.definition.paper.positions import Path, Positions
from pdca_engine.definition.paper.problems import Place, Problem, has_errors, in_order
from pdca_engine.definition.paper.report import Both, Report
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.reading.build import build_workflow
from pdca_engine.definition.reading.conform import BROKEN, Conform
from pdca_engine.definition.reading.reader import read_yaml

Parents = Callable[[str], "str | None"]  # a workflow's id → its text
Data = dict[str, Any]
LONGEST_LINE: Final = 8  # generations
_INHERITED: Final = ("title", "help", "process")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a text came to: the workflow (None when it has errors) and what is wrong with it."""

    workflow: Workflow | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A workflow in the making: what conforms is built, so that the checks can look at it even where something else is broken.

    `declared` holds the names each section gives, broken entries included.
    """

    workflow: Workflow
    declared: Mapping[str, tuple[str, ...]]
    positions: Positions
    report: Report

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong so far that keeps it from being used."""
        return not has_errors(self.report.problems)

    def inherited(self, path: Path) -> bool:
        """Whether the entry at `path` comes from the parent and not from this file."""
        return self.workflow.extends is not None and len(path) > 1 and not self.positions.has(path[:2])

    def place(self, path: Path) -> Place:
        """Where `path` stands in this file; what is inherited stands where the parent is named."""
        return self.positions.of(("extends",) if self.inherited(path) else path)

    def within(self, path: Path) -> Both:
        """What to add to a sentence about something inherited: which entry of which parent."""
        if not self.inherited(path):
            return "", ""
        entry = f"`{self.workflow.extends}`, {path[0]}: {path[1]}"
        return f" (inherited from {entry})", f"（继承自 {entry}）"

    def add(self, code: str, path: Path, /, **params: Any) -> None:
        """Note a problem at `path`."""
        self.report.add(code, self.place(path), within=self.within(path), **params)

    def add_word(self, code: str, path: Path, word: str, /, **params: Any) -> None:
        """Note a problem with `word`, which stands at `path` or in the list there."""
        place = self.place(path) if self.inherited(path) else self.positions.of_word(path, word)
        self.report.add(code, place, within=self.within(path), **{"word": word, **params})

    def add_key(self, code: str, path: Path, /, **params: Any) -> None:
        """Note a problem with the key of the entry at `path`."""
        place = self.place(path) if self.inherited(path) else self.positions.of_key(path)
        self.report.add(code, place, within=self.within(path), **params)


def load_workflow(text: bytes | str, name: str, parents: Parents) -> Loaded:
    """Read a workflow without judging its sense (`check.check_workflow` does): for texts that were checked when they were published.

    `name` is the file's name in problems, `parents` gives the text of the workflow that `extends` names, or None. Raises nothing.
    """
    draft = draft_workflow(text, name, parents)
    if isinstance(draft, Report):
        return Loaded(None, in_order(draft.problems))
    return Loaded(draft.workflow if draft.sound else None, in_order(draft.report.problems))


def draft_workflow(text: bytes | str, name: str, parents: Parents) -> Draft | Report:
    """The draft of a workflow; only the report where the text isn't even a mapping."""
    report = Report(name)
    data, positions = _merged(text, report, parents, ())
    if data is None:
        return report
    entries = {section: data.get(section, {}) for section in SECTIONS}
    declared = {section: tuple(names) for section, names in entries.items()}
    for section in SECTIONS:
        data[section] = {name: entry for name, entry in entries[section].items() if entry is not BROKEN}
    return Draft(build_workflow(data, positions.source()), declared, positions, report)


def _merged(text: bytes | str, report: Report, parents: Parents, children: tuple[str, ...]) -> tuple[Data | None, Positions]:
    """The file's data with its parent's; entries that don't conform are BROKEN."""
    data, positions, problems = read_yaml(text, report.file)
    report.problems.extend(problems)
    if data is None and not problems:
        report.add("YAML_EMPTY", Place(1, 1))
    if data is None:
        return None, positions
    inherits = isinstance(data, dict) and isinstance(data.get("extends"), str)
    clean = Conform(positions, report, inherits).value(WORKFLOW, data, ())
    if not isinstance(data, dict):
        return None, positions
    own = {} if clean is BROKEN else clean
    whole = own | {section: _with_broken(data.get(section), own.get(section)) for section in SECTIONS}
    if inherits:
        parent = _parent(data["extends"], positions, report, parents, (*children, str(data.get("workflow"))))
        return _join(parent, whole, positions, report), positions
    return whole, positions


def _with_broken(raw: Any, clean: Any) -> Data:
    return {name: (clean or {}).get(name, BROKEN) for name in raw} if isinstance(raw, dict) else {}


def _parent(name: str, positions: Positions, report: Report, parents: Parents, children: tuple[str, ...]) -> Data | None:
    """The merged data of the workflow called `name`, None (and a problem) when it can't be had."""
    place = positions.of(("extends",))
    if name in children or len(children) > LONGEST_LINE:
        report.add("EXTENDS_LOOP", place, word=name)
        return None
    text = parents(name)
    if text is None:
        report.add("UNKNOWN_PARENT", place, word=name)
        return None
    theirs = Report(name)
    data, _ = _merged(text, theirs, parents, children)
    if has_errors(theirs.problems):
        first = in_order(theirs.problems)[0]
        report.add("BROKEN_PARENT", place, word=name, code=first.code, line=str(first.line))
        return None
    return data


def _join(parent: Data | None, child: Data, positions: Positions, report: Report) -> Data:
    """The parent's maps with the child's entries in their place; null removes one."""
    taken = {key: parent[key] for key in _INHERITED if parent and key in parent}
    return taken | child | {section: _join_section(section, parent, child[section], positions, report) for section in SECTIONS}


def _join_section(section: str, parent: Data | None, entries: Data, positions: Positions, report: Report) -> Data:
    theirs = parent[section] if parent else {}
    for name, entry in entries.items():
        if entry is None and parent and name not in theirs:
            report.add("NOTHING_TO_REMOVE", positions.of_key((section, name)), theirs, word=name)
    return {name: entry for name, entry in (theirs | entries).items() if entry is not None}
