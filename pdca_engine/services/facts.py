"""From the row of one query to the facts of a decision."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pdca_engine.definition.compiled import Compiled
from pdca_engine.definition.facts import Actor, ChildFacts, EvidenceFacts, Facts, ItemFacts, LinkFacts
from pdca_engine.definition.recalling import from_json
from pdca_engine.definition.workflow import Text
from pdca_engine.definition.written import checked
from pdca_engine.directory import Directory
from pdca_engine.errors import NotFound
from pdca_engine.store.rows import ItemRow
from pdca_engine.unit import Unit


def item_facts(row: ItemRow) -> ItemFacts:
    """The item's row as the rules see it."""
    return ItemFacts(
        id=row.id,
        key=row.key,
        title=row.title,
        state=row.state,
        state_since=row.state_since,
        version=row.version,
        created_at=row.created_at,
        cycle=row.cycle,
        attempt=row.attempt,
        seq=row.seq,
        head=row.head,
        description=row.description,
        owner=row.owner_id,
        proposer=row.proposer_id,
        checker=row.checker_id,
        process=row.process_id,
        service=row.service_id,
        requirements=tuple(row.requirements),
        priority=row.priority,
        source=row.source,
        due=row.due,
        closed_at=row.closed_at,
        parent=row.parent_id,
        tags=tuple(row.tags),
        silenced=bool(row.silenced),
        fields=row.fields,
        recall=from_json(row.recall),
    )


def gather(unit: Unit, row: ItemRow) -> Facts:
    """Everything one decision looks at."""
    directory = unit.directory_at(row.directory)
    return Facts(
        item=item_facts(row),
        actor=_actor(unit, directory, row),
        zone=unit.settings.zone,
        calendar=unit.app.calendar,
        holders=directory.holders(row.process_id, unit.today, row.service_id),
        children=tuple(_child(one) for one in row.children),
        evidence=tuple(EvidenceFacts(one["kind"], one["dated"], one["added_at"]) for one in row.evidence),
        links=tuple(LinkFacts(one["kind"], one["to_item_id"]) for one in row.links),
        named={"check": checked(row.fields)},
    )


def with_kin(unit: Unit, compiled: Compiled, facts: Facts) -> Facts:
    """The facts with the titles of every workflow whose items are asked for as children, for sentences people read."""
    asked = {need.workflow for one in compiled.workflow.transitions.values() for need in one.needs.children if need.workflow}
    kin = dict[str, Text]()
    for name in sorted(asked):
        try:
            paper = unit.library.current(unit.session, name)[1].workflow
        except NotFound:  # not published here: its bare name has to do
            continue
        kin |= {name: paper.title, **{f"{name}.{state.name}": state.title for state in paper.states.values()}}
    return replace(facts, kin=kin)


def _actor(unit: Unit, directory: Directory, row: ItemRow) -> Actor:
    if unit.engine or unit.person is None:
        return Actor(person=None, engine=unit.engine)
    day = unit.today
    return Actor(
        person=unit.person,
        roles=directory.roles(unit.person, row.process_id, day, row.service_id),
        stands_in={
            absent: directory.roles(absent, row.process_id, day, row.service_id) for absent in directory.stands_in(unit.person, day)
        },
    )


def _child(data: dict[str, Any]) -> ChildFacts:
    owners = (data["recall"].get("held") or {}).get("owner", ())
    return ChildFacts(
        id=data["id"],
        key=data["key"],
        workflow=data["workflow_id"],
        state=data["state"],
        final=data["final"],
        owner=data["owner_id"],
        owners=tuple(owners),
        due=data["due"],
        evidence=data["evidence"],
        fields=data["fields"],
    )
