"""What could come next for an item, and what each step still lacks: the very decision of `advance_item`, not written down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pdca_engine.definition.deciding.approvals import Round
from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.deciding.decide import next_steps as decide_steps
from pdca_engine.definition.deciding.decide import standing
from pdca_engine.definition.deciding.given import is_empty
from pdca_engine.definition.deciding.values import COLUMN_FIELDS
from pdca_engine.definition.paper.facts import Facts, ItemFacts, Step
from pdca_engine.definition.paper.workflow import Field, State, Transition, Workflow
from pdca_engine.errors import Refusal
from pdca_engine.services.advance import find_row
from pdca_engine.services.facts import gather, with_kin
from pdca_engine.unit import Unit

ASKED: Final = frozenset({"NEEDS_FIELD", "NEEDS_INPUT", "NEEDS_COMMENT"})
SPOKEN: Final = "ALREADY_AGREED"
PERSONAL: Final = frozenset({"NOT_YOUR_ROLE"})
_READS: Final = re.compile(r"\bitem\.(\w+)")


@dataclass(frozen=True, slots=True)
class NextStep:
    """One possible step. `missing` is all that is unmet; `asks` and `asks_comment` what the step's own form asks for;
    `blockers` what must be mended elsewhere first; `allowed` whether this person may take it at all;
    `round` how many have said yes where several must."""

    transition: Transition
    target: State | None
    missing: tuple[Refusal, ...]
    blockers: tuple[Refusal, ...]
    asks: tuple[Field, ...]
    asks_comment: bool
    allowed: bool
    round: Round | None = None

    @property
    def ready(self) -> bool:
        """Whether only what the form asks for stands between this person and the step."""
        return self.allowed and not self.blockers and not self.spoken

    @property
    def spoken(self) -> bool:
        """Whether this person has said all their yeses, and others are waited for."""
        return any(one.code == SPOKEN for one in self.missing)


def next_steps(unit: Unit, key: str) -> list[NextStep]:
    """The steps from the item's present state, those this person may take first. NotFound."""
    row = find_row(unit, key)
    compiled = unit.workflow(row.workflow_version_id)
    facts = with_kin(unit, compiled, gather(unit, row))
    steps = [_shown(compiled, facts, step, unit.now) for step in decide_steps(compiled, facts, unit.now)]
    return sorted(steps, key=lambda step: (not step.allowed, bool(step.blockers)))


def _shown(compiled: Compiled, facts: Facts, step: Step, now: datetime) -> NextStep:
    workflow, transition = compiled.workflow, compiled.workflow.transitions[step.transition]
    asked = {"NEEDS_COMMENT"} if transition.approvals else ASKED  # a yes comes without values: they are given before
    guarded = [(one, _cures(workflow, transition, facts.item, one)) for one in step.missing if one.code not in asked]
    lacking = {one.field for one in step.missing if one.code in asked and one.code == "NEEDS_FIELD"}
    names = [*(name for name in transition.needs.fields if name in lacking), *(name for _, cures in guarded for name in cures)]
    known = (workflow.fields.get(name) or COLUMN_FIELDS.get(name) for name in dict.fromkeys(names) if not transition.input(name))
    return NextStep(
        transition=transition,
        target=workflow.states.get(step.target),
        missing=step.missing,
        blockers=tuple(one for one, cures in guarded if not cures and one.code != SPOKEN),
        asks=(*transition.inputs, *(field for field in known if field)),
        asks_comment=transition.needs.comment,
        round=standing(compiled, facts, transition, now),
        allowed=not any(one.code in PERSONAL or one.code.startswith("FOUR_EYES") for one in step.missing),
    )


def _cures(workflow: Workflow, transition: Transition, item: ItemFacts, unmet: Refusal) -> tuple[str, ...]:
    """What the step's own form can ask for to meet a guard: the values it misses, or the empty fields a false condition reads."""
    if transition.approvals:
        return ()
    if unmet.code == "GUARD_UNKNOWN":
        names = tuple(unmet.params.get("names", ()))
        known = all(transition.input(name) or name in workflow.fields or name in COLUMN_FIELDS for name in names)
        return names if known else ()
    read = dict.fromkeys(_READS.findall(unmet.params.get("condition", "")))
    return tuple(name for name in read if (name in workflow.fields or name in COLUMN_FIELDS) and is_empty(item, name))
