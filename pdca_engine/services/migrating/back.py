"""Take the last migration of a workflow back, while none of its items has moved since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from pdca_engine.definition.changing.migration import Placing
from pdca_engine.definition.changing.timers import Running, TimerChanges, started
from pdca_engine.definition.deciding.refusals import refusal
from pdca_engine.definition.paper.facts import TimerStart
from pdca_engine.errors import BadInput, Refused
from pdca_engine.records.workflows import WorkflowEvent
from pdca_engine.services.entries import detail_of
from pdca_engine.services.migrating.migrations import Migrated, Step, move_all
from pdca_engine.services.migrating.plan import ItemPlan, Route, running_timers, with_timers
from pdca_engine.services.rights import require_role
from pdca_engine.services.workflow_events import find_version, note_event, require_reason
from pdca_engine.store.pages import hold_items, iterate_pages, last_migrations, timers_of
from pdca_engine.store.rows import ItemRow, ScheduleRow
from pdca_engine.trail.entry import EntryRow
from pdca_engine.unit import Unit


def plan_revert(unit: Unit, workflow_id: str) -> tuple[Route, Iterator[ItemPlan]]:
    """The way back, and every item of it; writes nothing. NotFound, BadInput where there is nothing to take back."""
    require_role(unit, "admin")
    migration = _last_migration(unit, workflow_id)
    route = _way_back(unit, migration)
    return route, (plan for page in _pages(unit, route, migration.id) for plan in page)


def revert_migration(unit: Unit, workflow_id: str, reason: str, told: Step | None = None) -> Migrated:
    """Bring every item of the last migration back: state, values, recall, timers; all of them, or none where one was changed since.

    Raises NotFound, BadInput (no reason, nothing to take back), Refused with the first items that were changed, NotAllowed.
    """
    require_role(unit, "admin")
    require_reason(reason)
    migration = _last_migration(unit, workflow_id)
    route = _way_back(unit, migration)
    hold_items(unit.transaction, unit.app.store.dialect)
    detail = {"event": migration.id, "from": route.source, "to": route.target}
    event = note_event(unit, workflow_id, "reverted", route.target, reason, detail)
    done = move_all(unit, route, event, _pages(unit, route, migration.id), told)
    if done.items != migration.detail["items"]:
        raise Refused([refusal("MOVED_ON", number=migration.detail["items"] - done.items)])
    return done


def _last_migration(unit: Unit, workflow_id: str) -> WorkflowEvent:
    """The last one that was not taken back yet."""
    wanted = select(WorkflowEvent).where(WorkflowEvent.workflow_id == workflow_id, WorkflowEvent.kind.in_(("migrated", "reverted")))
    events = unit.session.scalars(wanted.order_by(WorkflowEvent.id.desc())).all()
    undone = {one.detail["event"] for one in events if one.kind == "reverted"}
    found = next((one for one in events if one.kind == "migrated" and one.id not in undone), None)
    if found is None:
        raise BadInput(f"{workflow_id} has no migration to take back.", f"{workflow_id} 没有可撤回的迁移。", field="workflow")
    return found


def _way_back(unit: Unit, migration: WorkflowEvent) -> Route:
    source = find_version(unit.session, migration.workflow_id, migration.detail["to"])
    target = find_version(unit.session, migration.workflow_id, migration.detail["from"])
    old, new = unit.workflow(source.id).workflow, unit.workflow(target.id).workflow
    return Route(migration.workflow_id, source.number, target.number, source.id, target.id, old, new)


def _pages(unit: Unit, route: Route, event: int) -> Iterator[list[ItemPlan]]:
    """The items of that migration; others on the same version were born there, or came another way."""
    for page in iterate_pages(unit.session, route.workflow, route.source_id, closed=True):
        entries = last_migrations(unit.session, page)
        came = [(row, entries[row.id]) for row in page if row.id in entries and detail_of(entries[row.id])["event"] == event]
        if came:
            timers = timers_of(unit.session, [row for row, _ in came])
            yield [_plan(unit, row, entry, timers.get(row.id, ()), route) for row, entry in came]


def _plan(unit: Unit, row: ItemRow, entry: EntryRow, timers: Sequence[ScheduleRow], route: Route) -> ItemPlan:
    said = detail_of(entry)
    if row.version != said["version"]:
        return ItemPlan(row, Placing(row.state, refusals=(refusal("MOVED_SINCE"),)))
    changes = {name: (new, old) for name, (old, new) in said.get("changes", {}).items()}
    state = entry.source or ""
    placing = Placing(
        state=state,
        phase=route.new.states[state].phase,
        changes=changes,
        dropped=tuple(sorted(name for name, (_, value) in changes.items() if value is None)),
        remembered=_remembered(row, said.get("recall", {})),
    )
    return with_timers(unit, row, placing, running_timers(timers), _timers_back(said.get("timers", {})))


def _remembered(row: ItemRow, changed: Mapping[str, Any]) -> dict[str, Any]:
    """The recall as it was, save yeses: those from before were ended by the migration, and those since were said under other rules."""
    back = {name: (new, old) for name, (old, new) in changed.items() if name != "agreed"}
    return back | ({"agreed": (row.recall["agreed"], {})} if row.recall.get("agreed") else {})


def _timers_back(said: Mapping[str, Any]) -> TimerChanges:
    """What the migration stopped goes on with its due date; what it started stops."""
    stopped, begun = said.get("stopped", {}), said.get("started", {})
    return TimerChanges(
        stop=tuple(name for name in begun if name not in stopped),
        start=tuple(_again(name, due_at, nominal) for name, (due_at, nominal) in stopped.items()),
    )


def _again(name: str, due_at: str, nominal: str) -> TimerStart:
    return started(name, Running(datetime.fromisoformat(due_at), nominal))
