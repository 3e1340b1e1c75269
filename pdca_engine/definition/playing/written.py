"""An item's facts before and after a decision, in memory: as the services write them, without any database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pdca_engine.definition.deciding.given import column_fact
from pdca_engine.definition.deciding.recalling import begun
from pdca_engine.definition.paper.facts import Decision, Facts, ItemFacts
from pdca_engine.definition.paper.workflow import Workflow


def begun_item(workflow: Workflow, now: datetime, columns: Mapping[str, Any], fields: Mapping[str, Any], state: str = "") -> ItemFacts:
    """An item just created (in `state`; the initial one if empty) with these columns, as facts hold them, and fields, as JSON does."""
    where = state or workflow.initial.name
    values = {one.name: one.default for one in workflow.fields.values() if one.default is not None} | dict(fields)
    known = {"key": f"{workflow.key or 'X'}-{now.year}-0001", "recall": begun(where, now, {**columns, **values}), **columns}
    return ItemFacts(id=1, state=where, state_since=now, version=1, created_at=now, fields=values, **{"title": "", **known})


def written(facts: Facts, decision: Decision, now: datetime) -> Facts:
    """The facts once `decision` is written down."""
    if decision.kind != "advanced":
        return facts._replace(item=facts.item._replace(recall=decision.recall))
    columns = {name: column_fact(name, value) for name, value in decision.columns.items()}
    item = facts.item._replace(
        state=decision.target,
        state_since=facts.item.state_since if decision.source == decision.target else now,
        version=facts.item.version + 1,
        cycle=decision.cycle,
        attempt=decision.attempt,
        closed_at=decision.closed_at,
        silenced=decision.silenced,
        recall=decision.recall,
        fields={**facts.item.fields, **decision.fields},
        **columns,
    )
    return facts._replace(item=item)


def holders_of(granted: Mapping[int, frozenset[str]]) -> dict[str, frozenset[int]]:
    """Role → everybody who holds it."""
    roles = sorted({role for held in granted.values() for role in held})
    return {role: frozenset(person for person, held in granted.items() if role in held) for role in roles}


def checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The named fact `check`: until the statistics come, what the checker recorded in the item's own fields."""
    return {
        "verdict": fields.get("verdict"),
        "points": fields.get("trial_points"),
        "trial_mean": fields.get("trial_mean"),
        "baseline_mean": fields.get("baseline_mean"),
    }
