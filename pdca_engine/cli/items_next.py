"""A step's list of what is missing, each with the command that mends it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from pdca_engine.cli.command import Call
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line
from pdca_engine.definition.paper.workflow import Field
from pdca_engine.errors import Refusal
from pdca_engine.reports.items import ItemPage
from pdca_engine.services.steps import NextStep


def as_data(step: NextStep, page: ItemPage, call: Call) -> dict[str, Any]:
    """A step for a program."""
    return {
        "transition": step.transition.name,
        "title": step.transition.title.get(call.language),
        "target": step.target.name if step.target else None,
        "allowed": step.allowed,
        "ready": step.ready,
        "missing": [one.as_data(call.language) for one in step.missing],
        "asks": [{"name": one.name, "title": one.title.get(call.language), "type": one.type} for one in step.asks],
        "asks_comment": step.asks_comment,
        "round": step.round._asdict() | {"open_to": sorted(step.round.open_to)} if step.round else None,
        "commands": [*_cures(step, page), advance_command(step, page)],
    }


def tell_steps(page: ItemPage, steps: Sequence[NextStep], login: str, language: str) -> None:
    """The list for a person: what they can do now, then what others have to do first."""
    if not steps:
        line(say("Nothing leads on from here.", "此处没有后续步骤。"))
    for step in steps:
        line()
        mark = "✓" if step.ready and not step.asks and not step.asks_comment else "▸" if step.allowed else "✗"
        target = f" → {step.target.title.get(language)}" if step.target else ""
        line(f"{mark} {step.transition.title.get(language)} ({step.transition.name}){target}")
        if step.round:
            said = len(step.round.said)
            line(f"    {say(f'{said} said yes, {step.round.still} more needed', f'已有 {said} 人同意，还需 {step.round.still} 人')}")
        for one in step.missing:
            line(f"    - {one.sentence(language)}")
        if step.allowed:
            no = (f"pdca items advance {page.card.key} {step.transition.name} --decline --comment …",) if step.round else ()
            for text in (*_cures(step, page), advance_command(step, page), *no):
                line(f"    $ {text} --as {shlex.quote(login)}")


def _cures(step: NextStep, page: ItemPage) -> Iterator[str]:
    """Commands for what the step's own form does not ask for."""
    cures = (_cure(one, step, page) for one in step.blockers)
    return iter(dict.fromkeys(cure for cure in cures if cure))


def _cure(missing: Refusal, step: NextStep, page: ItemPage) -> str | None:
    key = page.card.key
    if missing.code == "NEEDS_EVIDENCE":
        return f"pdca evidence add {key} --file FILE{_kind(step)}"
    if missing.code == "NEEDS_CHILDREN" and missing.params.get("name"):
        return f"pdca items edit {missing.params['keys'][0]} {missing.params['name']}=…"
    if missing.code == "NEEDS_CHILDREN" and missing.params.get("keys"):
        return f"pdca items next {missing.params['keys'][0]}"
    if missing.code == "NEEDS_CHILDREN":
        return f"pdca items new {_part(step)} TITLE --parent {key}"
    if missing.code == "NEEDS_LINK":
        return f"pdca items link {key} --to KEY"
    if missing.field is not None and not missing.code.startswith("FOUR_EYES"):
        return f"pdca items edit {key} {missing.field}=…"
    return None


def _kind(step: NextStep) -> str:
    """The kind of evidence the step asks for, as an option."""
    kinds = [need.kind for need in step.transition.needs.evidence if need.kind]
    return f" --kind {shlex.quote(kinds[0])}" if kinds else ""


def _part(step: NextStep) -> str:
    """The workflow of the parts the step asks for."""
    return next((need.workflow for need in step.transition.needs.children if need.workflow), "WORKFLOW")


def advance_command(step: NextStep, page: ItemPage) -> str:
    """The command that takes the step, with a place for each value it asks for."""
    values = "".join(f" {one.name}={_example(one)}" for one in step.asks)
    comment = " --comment …" if step.asks_comment else ""
    return f"pdca items advance {page.card.key} {step.transition.name}{values}{comment}"


def _example(field: Field) -> str:
    """What a value of that field looks like."""
    if field.of:
        return "/".join(choice.value for choice in field.of)
    return {"date": "2026-01-31", "person": "LOGIN", "boolean": "yes", "number": "1.5", "integer": "1"}.get(field.type, "…")
