"""What could come next for an item, and what each step still lacks: the very decision of `advance_item`, not written down."""

from __future__ import annotations

from dataclasses import dataclass

from pdca_engine.definition.decide import next_steps as decide_steps
from pdca_engine.definition.facts import Step
from pdca_engine.definition.values import COLUMN_FIELDS
from pdca_engine.definition.workflow import Field, State, Transition, Workflow
from pdca_engine.errors import Refusal
from pdca_engine.services.advance import find_row
from pdca_engine.services.facts import gather
from pdca_engine.unit import Unit

ASKED = frozenset({"NEEDS_FIELD", "NEEDS_INPUT", "NEEDS_COMMENT"})
PERSONAL = frozenset({"NOT_YOUR_ROLE"})


@dataclass(frozen=True, slots=True)
class NextStep:
    """One possible step. `missing` is all that is unmet; `asks` and `asks_comment` what the step's own form asks for;
    `blockers` what must be mended elsewhere first; `allowed` whether this person may take it at all."""

    transition: Transition
    target: State | None
    missing: tuple[Refusal, ...]
    blockers: tuple[Refusal, ...]
    asks: tuple[Field, ...]
    asks_comment: bool
    allowed: bool

    @property
    def ready(self) -> bool:
        """Whether only what the form asks for stands between this person and the step."""
        return self.allowed and not self.blockers


def next_steps(unit: Unit, key: str) -> list[NextStep]:
    """The steps from the item's present state, those this person may take first. NotFound."""
    row = find_row(unit, key)
    compiled = unit.workflow(row.workflow_version_id)
    facts = gather(unit, row)
    steps = [_shown(compiled.workflow, step) for step in decide_steps(compiled, facts, unit.now)]
    return sorted(steps, key=lambda step: (not step.allowed, bool(step.blockers)))


def _shown(workflow: Workflow, step: Step) -> NextStep:
    transition = workflow.transitions[step.transition]
    lacking = {one.field for one in step.missing if one.code == "NEEDS_FIELD"}
    needed = (workflow.fields.get(name) or COLUMN_FIELDS.get(name) for name in transition.needs.fields if name in lacking)
    guarded = tuple(one for one in step.missing if one.code == "GUARD_UNKNOWN" and _asked(transition, workflow, one))
    asks = (*transition.inputs, *(field for field in needed if field), *_of_guards(workflow, guarded, lacking))
    return NextStep(
        transition=transition,
        target=workflow.states.get(step.target),
        missing=step.missing,
        blockers=tuple(one for one in step.missing if one.code not in ASKED and one not in guarded),
        asks=asks,
        asks_comment=transition.needs.comment,
        allowed=not any(one.code in PERSONAL or one.code.startswith("FOUR_EYES") for one in step.missing),
    )


def _asked(transition: Transition, workflow: Workflow, unknown: Refusal) -> bool:
    """Whether the values a guard misses are ones the form can ask for."""
    names = unknown.params.get("names", ())
    return all(transition.input(name) or name in workflow.fields or name in COLUMN_FIELDS for name in names)


def _of_guards(workflow: Workflow, unknown: tuple[Refusal, ...], asked: set[str | None]) -> tuple[Field, ...]:
    names = dict.fromkeys(name for one in unknown for name in one.params["names"] if name not in asked)
    return tuple(field for name in names if (field := workflow.fields.get(name) or COLUMN_FIELDS.get(name)))
