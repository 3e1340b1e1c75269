"""Move running items from one version of their workflow to another: a plan first, then all of them or none.

All of it is one transaction, page by page in bounded memory: a kill, a refusal or a full disk leaves everything as it was
(docs/decisions/0011).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from pdca_engine.definition.changing.migration import Names
from pdca_engine.definition.deciding.refusals import refusal
from pdca_engine.errors import BadInput, Conflict, Refusal, Refused
from pdca_engine.records.workflows import WorkflowEvent
from pdca_engine.services.migrating.mapping import read_names
from pdca_engine.services.migrating.plan import NO_NAMES, ItemPlan, Route, plan_page
from pdca_engine.services.migrating.write import entry_of, write_timers
from pdca_engine.services.rights import require_role
from pdca_engine.services.workflow_events import find_version, note_event, require_reason
from pdca_engine.store.hot import Advance
from pdca_engine.store.pages import hold_items, iterate_pages, pin_timers
from pdca_engine.unit import Unit

SHOWN: Final = 20  # refusals that are told one by one
Step = Callable[[int], None]  # told how many items are done, after each page


@dataclass(frozen=True, slots=True)
class Migrated:
    """What was done: how many items went from one version to another, and the event under which it is remembered."""

    workflow: str
    source: int
    target: int
    items: int
    event: int


def find_route(unit: Unit, workflow_id: str, source: int, target: int, mapping: str | None = None, name: str = "") -> Route:
    """From version to version, with the text of a mapping file. NotFound, BadInput, Refused with every problem of the mapping."""
    require_role(unit, "admin")
    before, after = find_version(unit.session, workflow_id, source), find_version(unit.session, workflow_id, target)
    if source == target:
        raise BadInput("From and to are the same version.", "起始版本与目标版本相同。", field="to")
    old, new = unit.workflow(before.id).workflow, unit.workflow(after.id).workflow
    if new.abstract:
        raise BadInput(f"Version {target} is abstract: it can't have items.", f"版本 {target} 是抽象工作流，不能有事项。", field="to")
    names = NO_NAMES if mapping is None else read_names(mapping, name, old, new)
    return Route(workflow_id, source, target, before.id, after.id, old, new, names)


def plan_migration(unit: Unit, route: Route) -> Iterator[ItemPlan]:
    """What would become of every running item, in order of their numbers; writes nothing. Memory: one page."""
    for page in iterate_pages(unit.session, route.workflow, route.source_id):
        yield from plan_page(unit, route, page)


def apply_migration(unit: Unit, route: Route, reason: str, told: Step | None = None) -> Migrated:
    """Move every running item, each with a trail entry, or none: Refused with the first reasons where any can't be.

    Raises BadInput (no reason), NotAllowed, StoreUnavailable where others don't stop changing items.
    """
    require_role(unit, "admin")
    require_reason(reason)
    hold_items(unit.transaction, unit.app.store.dialect)
    detail = {"from": route.source, "to": route.target, "names": _as_data(route.names)}
    event = note_event(unit, route.workflow, "migrated", route.target, reason, detail)
    pages = iterate_pages(unit.session, route.workflow, route.source_id)
    planned = (plan_page(unit, route, page) for page in pages)
    return move_all(unit, route, event, planned, told)


def move_all(unit: Unit, route: Route, event: WorkflowEvent, pages: Iterator[list[ItemPlan]], told: Step | None) -> Migrated:
    """Write page after page; from the first refusal on only look, to tell how many there are. Refused undoes everything."""
    done, refused, first = 0, 0, list[Refusal]()
    for page in pages:
        stuck = [plan for plan in page if plan.refusals]
        refused += len(stuck)
        first += [one for plan in stuck for one in plan.told()][: SHOWN - len(first)]
        if not refused:
            _write_page(unit, route, event, page)
        done += len(page)
        if told is not None:
            told(done)
    if refused:
        raise Refused([*first, *_more(refused - len({one.params["key"] for one in first}))])
    event.detail = {**event.detail, "items": done}
    unit.session.flush()
    return Migrated(route.workflow, route.source, route.target, done, event.id)


def _more(count: int) -> list[Refusal]:
    return [refusal("MORE_ITEMS", number=count)] if count else []


def _write_page(unit: Unit, route: Route, event: WorkflowEvent, page: list[ItemPlan]) -> None:
    advances = [_advance(unit, route, event, plan) for plan in page]
    written = unit.hot.write_advances(advances)
    if not all(written):  # nobody else writes meanwhile; a row that is not as it was read was changed by hand
        row = page[written.index(False)].row
        raise Conflict(key=row.key, seen=row.version, version=row.version + 1, state=row.state, fields={})
    pin_timers(unit.session, [plan.row for plan in page], route.target_id)
    for plan in page:
        write_timers(unit, route, plan)


def _advance(unit: Unit, route: Route, event: WorkflowEvent, plan: ItemPlan) -> Advance:
    row = plan.row
    columns = {
        "workflow_version_id": route.target_id,
        "state": plan.placing.state,
        "phase": plan.placing.phase,
        "fields": plan.fields,
        "recall": plan.recall,
    }
    return Advance(row.id, row.version, row.seq, columns, entry_of(unit, route, event, plan))


def _as_data(names: Names) -> dict[str, Any]:
    return {"states": dict(names.states), "fields": dict(names.fields), "transitions": dict(names.transitions)}
