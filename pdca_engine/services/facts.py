"""From the row of one query to the facts of a decision."""

from __future__ import annotations

from datetime import date, datetime
from operator import itemgetter
from typing import Any

from pdca_engine.definition.deciding.compiled import Compiled
from pdca_engine.definition.deciding.recalling import from_json
from pdca_engine.definition.paper.facts import Actor, ChildFacts, EvidenceFacts, Facts, ItemFacts, LinkFacts
from pdca_engine.definition.paper.workflow import Text
from pdca_engine.definition.playing.written import checked
from pdca_engine.directory import Directory
from pdca_engine.errors import NotFound
from pdca_engine.store.rows import ItemRow
from pdca_engine.unit import Unit

RECORD_NAMES = {name: f"{name}_id" for name in ("owner", "proposer", "checker", "process", "service", "parent")}
REFORMED = ("requirements", "tags", "recall")  # the last fields of ItemFacts
_as_it_is = itemgetter(*(ItemRow._fields.index(RECORD_NAMES.get(name, name)) for name in ItemFacts._fields[: -len(REFORMED)]))


def item_facts(row: ItemRow) -> ItemFacts:
    """The item's row as the rules see it. Taken in one go: twenty-seven times by name would cost as much as a statement."""
    reformed: tuple[Any, ...] = (tuple(row.requirements), tuple(row.tags), from_json(row.recall))
    return ItemFacts(*_as_it_is(row), *reformed)


def gather(unit: Unit, row: ItemRow) -> Facts:
    """Everything one decision looks at."""
    directory, day = unit.directory_at(row.directory), unit.today
    return Facts(
        item=item_facts(row),
        actor=_actor(unit, directory, row, day),
        zone=unit.settings.zone,
        calendar=unit.app.calendar,
        holders=directory.holders(row.process_id, day, row.service_id),
        held_since=directory.held_since(row.process_id, _day(unit, row.created_at), day, row.service_id),
        line_manager=_line_manager(directory, row.owner_id),
        children=tuple(map(_child, row.children)),
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
            paper = unit.library.current(unit.session, name, retired=True)[1].workflow
        except NotFound:  # not published here: its bare name has to do
            continue
        kin |= {name: paper.title, **{f"{name}.{state.name}": state.title for state in paper.states.values()}}
    return facts._replace(kin=kin)


def _day(unit: Unit, moment: datetime) -> date:
    return moment.astimezone(unit.settings.zone).date()


def _line_manager(directory: Directory, owner: int | None) -> int | None:
    person = directory.person(owner) if owner is not None else None
    return person.line_manager_id if person else None


def _actor(unit: Unit, directory: Directory, row: ItemRow, day: date) -> Actor:
    if unit.engine or unit.person is None:
        return Actor(person=None, engine=unit.engine)
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
