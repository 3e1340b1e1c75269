"""What the page of one workflow shows beyond states and transitions: measures with targets, checks, and what happens by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pdca_engine.definition.paper.workflow import Effect, Field, Schedule, Workflow

Table = Callable[[tuple[str, ...], list[tuple[str, ...]]], str]


def tables(workflow: Workflow, table: Table) -> Iterator[str]:
    """Those of the three tables that have rows."""
    measures = [one for one in workflow.fields.values() if one.type == "measure"]
    checks = [one for one in workflow.fields.values() if one.name.startswith("check_")]
    if measures and workflow.extends:
        yield table(("Measure", "", "Meaning", "Target to begin with"), [_measure(workflow, one) for one in measures])
    if checks:
        yield table(("Looked at", "", "Question and evidence"), [(one.title.en, one.title.zh, _help(one)) for one in checks])
    if workflow.schedules:
        rows = [(one.title.en, one.title.zh, _when(one), "; ".join(map(_what, one.then))) for one in workflow.schedules.values()]
        yield table(("By itself", "", "When", "What"), rows)


def _measure(workflow: Workflow, one: Field) -> tuple[str, ...]:
    held = [field for field in workflow.fields.values() if field.name.startswith(f"{one.name}_") and field.default is not None]
    targets = [f"{field.title.en.removeprefix('Target: ')}: {field.default}" for field in held]
    return one.title.en, one.title.zh, _help(one), "; ".join(targets)


def _help(one: Field) -> str:
    return one.help.en if one.help else ""


def _when(one: Schedule) -> str:
    rule = f"`{one.cron}`" if one.cron else f"every {one.every} from {one.anchor}"
    return f"{rule}, while one is open" if one.while_open else rule


def _what(effect: Effect) -> str:
    if effect.kind == "create":
        return f"{effect.args['workflow']}: {str(effect.args['fields'].get('kind', '')).replace('_', ' ')}"
    return f"{effect.kind} {', '.join(effect.args['who']).replace('_', ' ')}" if "who" in effect.args else effect.kind
