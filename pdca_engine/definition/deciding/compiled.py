"""A checked workflow made ready to run: its machine and its guards, compiled once per version and shared by all threads."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from pdca_engine.definition.deciding.machine import Steps
from pdca_engine.definition.guards.guards import Guard, Value, compile_guard, compile_value, expect
from pdca_engine.definition.paper.walk import cel_values
from pdca_engine.definition.paper.workflow import Transition, Workflow


@dataclass(frozen=True, slots=True)
class Compiled:
    """`guards` by transition, in the order of its conditions; `values` by transition ("" for a timer's or schedule's) and the CEL
    text in its effects; `apart` by transition, in the order of its independence: the condition under which it is asked for
    (None: always)."""

    workflow: Workflow
    steps: Steps
    guards: Mapping[str, tuple[Guard, ...]]
    values: Mapping[tuple[str, str], Value]
    apart: Mapping[str, tuple[Guard | None, ...]]

    def looks_at_children(self, transition: Transition) -> bool:
        """Whether a decision on it must know the item's children, or bring something about in them."""
        people = "implementer" in transition.by or "implementer" in transition.independent_of
        told = any(effect.kind == "fire" and effect.args.get("on") == "children" for effect in transition.then)
        return bool(people or told or transition.needs.children or self._reads(transition, "children"))

    def looks_at_evidence(self, transition: Transition) -> bool:
        """Whether a decision on it must know the item's evidence."""
        return bool(transition.needs.evidence or self._reads(transition, "evidence"))

    def _reads(self, transition: Transition, word: str) -> bool:
        texts = [condition.that for condition in transition.when] + [one.when for one in transition.independence if one.when]
        texts += [value.expression for effect in transition.then for value in cel_values(effect)]
        return any(f"{word}." in text for text in texts)


def compile_workflow(workflow: Workflow) -> Compiled:
    """Machine and guards of a workflow that passed the checks."""
    expect(workflow)
    guards = {
        one.name: tuple(compile_guard(workflow, one, condition.that) for condition in one.when)
        for one in workflow.transitions.values()
        if one.when
    }
    apart = {
        one.name: tuple(compile_guard(workflow, one, rule.when) if rule.when else None for rule in one.independence)
        for one in workflow.transitions.values()
        if one.independence
    }
    return Compiled(workflow, Steps(workflow), guards, _values(workflow), apart)


def _values(workflow: Workflow) -> dict[tuple[str, str], Value]:
    found: dict[tuple[str, str], Value] = {}
    for transition in workflow.transitions.values():
        for effect in transition.then:
            for value in cel_values(effect):
                found[transition.name, value.expression] = compile_value(workflow, transition, value.expression)
    alone = [one.then for one in workflow.timers.values()] + [one.then for one in workflow.schedules.values()]
    for effect in itertools.chain.from_iterable(alone):
        for value in cel_values(effect):
            found["", value.expression] = compile_value(workflow, None, value.expression)
    return found
