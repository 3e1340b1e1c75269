"""What follows from a decision, in the same transaction: timers, new items, transitions of other items, links, baselines."""

from __future__ import annotations

from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.deciding.decide import decide
from pdca_engine.definition.paper.facts import Command, Decision, Follow
from pdca_engine.definition.paper.facts import Refused as No
from pdca_engine.errors import Conflict
from pdca_engine.services.baselines import freeze_baseline
from pdca_engine.services.creation import create_from
from pdca_engine.services.facts import gather
from pdca_engine.services.links import item_id_of, link_rows
from pdca_engine.services.timers import set_timers
from pdca_engine.services.writing import advance_entry, refused, write_decision
from pdca_engine.store.rows import ItemRow
from pdca_engine.unit import Unit


def bring_about(unit: Unit, compiled: Compiled, row: ItemRow, decision: Decision) -> tuple[str, ...]:
    """Write everything the decision brings about beside the item itself; the keys of the items it created."""
    set_timers(unit, compiled.workflow, row, decision)
    for link in decision.links:
        link_rows(unit, row.id, link.kind, to=item_id_of(unit, link.to))
    for name in decision.baselines:
        freeze_baseline(unit, row, decision.fields.get(name, row.fields.get(name)), decision.cycle)
    created = tuple(create_from(unit, new, row) for new in decision.creates)
    for follow in decision.follows:
        fire_follow(unit, row, follow, decision.transition)
    return created


def fire_follow(unit: Unit, row: ItemRow, follow: Follow, because: str) -> None:
    """Fire a transition of the item itself, its parent or its children, as the engine; `because` becomes its comment."""
    if follow.on == "self":
        fire(unit, row.id, follow.transition, because, if_possible=True)
    elif follow.on == "parent" and row.parent_id is not None:
        fire(unit, row.parent_id, follow.transition, because)
    elif follow.on == "children":
        for child in row.children:
            if follow.workflow in (None, child["workflow_id"]) and child["final"] is None:
                fire(unit, child["id"], follow.transition, because)


def fire(unit: Unit, item_id: int, transition: str, because: str, *, if_possible: bool = False) -> bool:
    """Let the engine fire `transition` where the item's state has it; False where it has not. Refused with all reasons otherwise.

    `if_possible`: a step that only goes on where it can (an action passes by itself unless somebody has to check it); False where it can't.
    """
    engine = unit.as_engine()
    row = unit.hot.read_item(id=item_id, lock=True, children=True, evidence=True, links=True)
    if row is None:
        return False
    compiled = unit.workflow(row.workflow_version_id)
    if row.state not in getattr(compiled.workflow.transitions.get(transition), "sources", ()):
        return False
    answer = decide(compiled, gather(engine, row), Command(transition, comment=because), unit.now)
    if isinstance(answer, No) and if_possible:
        return False
    if isinstance(answer, No):
        raise refused(answer.refusals)
    if not write_decision(engine, row, answer, advance_entry(engine, row, answer)):
        raise Conflict(key=row.key, seen=row.version, version=row.version + 1, state=row.state, fields={})
    bring_about(engine, compiled, row, answer)
    return True
