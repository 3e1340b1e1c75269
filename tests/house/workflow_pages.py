"""The tables of the pages about the bundled workflows, made from the workflows themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from pdca_engine.definition.drawing.export import diagram_mermaid
from pdca_engine.definition.paper.words import COLUMN_TEXTS, ROLE_TEXTS
from pdca_engine.definition.paper.workflow import Transition, Workflow
from pdca_engine.definition.reading.load import load_workflow
from pdca_engine.paths import bundled
from tests.house import cycle_pages

Table = Callable[[tuple[str, ...], list[tuple[str, ...]]], str]


def files() -> list[Path]:
    """The bundled workflow files."""
    return sorted(path for folder in ("", "processes") for path in (bundled("workflows") / folder).glob("*.yaml"))


def pages(table: Table) -> dict[str, Callable[[], str]]:
    """Page name → what makes its tables."""
    return {f"reference/workflows/{path.stem}.md": partial(page, path, table) for path in files()}


def read(path: Path) -> Workflow:
    """The workflow of a bundled file."""
    workflow = load_workflow(path.read_bytes(), path.name, lambda name: (bundled("workflows") / f"{name}.yaml").read_text("utf-8")).workflow
    assert workflow is not None
    return workflow


def page(path: Path, table: Table) -> str:
    """Diagram, states and transitions of one workflow, and what else it has. Of what it takes over, only what it changes is told again."""
    workflow = read(path)
    above = read(bundled("workflows") / f"{workflow.extends}.yaml") if workflow.extends else None
    states: list[tuple[str, ...]] = [
        (f"`{one.name}`", one.title.en, one.title.zh, one.phase + (f", {one.final}" if one.final else ""), one.help.en if one.help else "")
        for one in workflow.states.values()
        if above is None or above.states.get(one.name) != one
    ]
    transitions: list[tuple[str, ...]] = [
        (f"`{one.name}`", f"{one.title.en} · {one.title.zh}", way(one), named(workflow, one.by), "; ".join(asked(workflow, one)))
        for one in workflow.transitions.values()
        if above is None or above.transitions.get(one.name) != one
    ]
    parts = [f"```mermaid\n{diagram_mermaid(workflow)}```"]
    parts += [table(("State", "English", "中文", "Phase", "Meaning"), states)] if states else []
    parts += [table(("Transition", "", "Way", "Who", "Asks for"), transitions)] if transitions else []
    return "\n\n".join([*parts, *cycle_pages.tables(workflow, table)])


def way(one: Transition) -> str:
    """From where to where."""
    return f"{', '.join(one.sources)} → {one.target}"


def named(workflow: Workflow, names: Sequence[str]) -> str:
    """Roles, relations, transitions, fields and columns as people read them."""
    return ", ".join(_name(workflow, name) for name in names)


def _name(workflow: Workflow, name: str) -> str:
    if name in ROLE_TEXTS:
        return ROLE_TEXTS[name][0].lower().replace("sms", "SMS")
    found = workflow.fields.get(name) or workflow.transitions.get(name)
    return f"“{found.title.en}”" if found else COLUMN_TEXTS[name][0].lower()


def asked(workflow: Workflow, one: Transition) -> Iterator[str]:
    """What a person has to bring, in the order a refusal lists it."""
    if one.inputs and (required := [given.title.en for given in one.inputs if given.required]):
        yield ", ".join(f"“{title}”" for title in required)
    if one.needs.fields:
        yield named(workflow, one.needs.fields)
    if one.needs.comment:
        yield "a comment"
    for evidence in one.needs.evidence:
        yield f"{evidence.at_least} piece of {'new ' if evidence.in_state else ''}evidence"
    for children in one.needs.children:
        yield f"{children.at_least} {children.workflow}" + (f", all {' or '.join(children.all_in)}" if children.all_in else "")
    if one.independent_of:
        yield f"not by {named(workflow, one.independent_of)}"
    if one.not_before:
        yield (
            f"not before {one.not_before.plus} in {one.not_before.entered}"
            if one.not_before.entered
            else f"not before {named(workflow, [one.not_before.field or ''])}"
        )
