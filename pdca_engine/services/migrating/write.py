"""A migrated item's trail entry and its timers."""

from __future__ import annotations

from pdca_engine.records.workflows import WorkflowEvent
from pdca_engine.services.entries import as_pairs, next_entry
from pdca_engine.services.migrating.plan import ItemPlan, Route, as_started
from pdca_engine.services.timers import start_timer
from pdca_engine.trail.entry import EntryRow
from pdca_engine.unit import Unit


def entry_of(unit: Unit, route: Route, event: WorkflowEvent, plan: ItemPlan) -> EntryRow:
    """The line `migrated` of one item: all that is needed to replay it, and to take it back."""
    placing = plan.placing
    stopped = {name: [one.due_at.isoformat(), one.nominal] for name, one in plan.due.items()}
    started = {one.name: as_started(one) for one in plan.timers.start}
    detail = {
        "event": event.id,
        "workflow_version": [route.source_id, route.target_id],
        "comment": event.reason,
        "phase": placing.phase,
        "changes": as_pairs(placing.changes),
        "dropped": list(placing.dropped),
        "recall": as_pairs(placing.remembered),
        "timers": {"stopped": stopped, "started": started} if stopped or started else None,
        "version": plan.row.version + 1,
    }
    return next_entry(unit, plan.row, "migrated", detail, source=plan.row.state, target=placing.state)


def write_timers(unit: Unit, route: Route, plan: ItemPlan) -> None:
    """Stop and start the item's timers as planned; what they do stands on the new version's paper."""
    if plan.timers.stop:
        unit.hot.stop_timers(plan.row.id, plan.timers.stop)
    row = plan.row._replace(workflow_version_id=route.target_id)
    for start in plan.timers.start:
        start_timer(unit, route.new.timers[start.name], row, start)
