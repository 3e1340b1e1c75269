"""Every effect of a step written down together with it, or not at all, for a workflow made to use them all."""

from __future__ import annotations

from typing import Any

import pytest

from pdca_engine.errors import NotFound, Refused
from pdca_engine.services.creation import create_item
from pdca_engine.services.verify import verify_trail
from pdca_engine.services.workflows import publish_workflow
from tests.support.company import Company

TEXT = """
workflow: parcel
key: PAR
title: {en: Parcel, zh: 包裹}
fields:
  cause: {type: item, title: {en: Cause, zh: 原因}}
  team: {type: persons, title: {en: Team, zh: 团队}}
  lines:
    type: table
    title: {en: Lines, zh: 明细}
    columns:
      title: {type: text, title: {en: What, zh: 内容}}
      owner: {type: person, required: true, title: {en: Who, zh: 负责人}}
      due: {type: date, title: {en: Until, zh: 截止}}
  until: {type: date, title: {en: Until, zh: 截止}}
  back: {type: boolean, title: {en: Back, zh: 返回}}
states:
  open: {phase: plan, initial: true, title: {en: Open, zh: 开放}}
  sent: {phase: do, title: {en: Sent, zh: 已发出}}
  seen: {phase: check, title: {en: Seen, zh: 已查看}}
  done: {phase: act, final: achieved, title: {en: Done, zh: 完成}}
  lost: {phase: none, final: ended, title: {en: Lost, zh: 丢失}}
transitions:
  send:
    from: open
    to: sent
    by: any_staff
    input: {like: {type: item}}
    then:
      - link: {to: like, as: like}
      - link: {to: cause, as: caused_by}
      - create: {workflow: parcel, title: {en: Part, zh: 部件}, for_each: team}
      - create: {workflow: action, child: false, title: Tell them, fields: {owner: process_owner, due: {after: 3 working days}}}
      - create: {workflow: action, title: {en: Line, zh: 明细}, for_each: lines}
      - notify: [process_owner, owner]
      - escalate: sponsor
      - webhook: courier
      - set: {back: true}
  see: {from: sent, to: seen, by: [any_staff, scheduler], needs: {children: {all_in: [done, lost]}}}
  arrive:
    from: [open, seen]
    to: done
    by: any_staff
    then: [{fire: {transition: see, on: parent}}]
  lose:
    from: [open, sent]
    to: lost
    by: [any_staff, scheduler]
    then: [{fire: {transition: lose, on: children}}]
timers:
  late: {in: sent, due: {field: until}, ladder: {0 days: owner}, then: [{fire: lose}]}
"""


@pytest.fixture
def parcels(company: Company) -> Company:
    """The company with the workflow published."""
    with company.app.unit(engine=True) as unit:
        publish_workflow(unit, TEXT, "parcel.yaml", "for the test")
    return company


def new(company: Company, title: str = "Parcel", parent: str | None = None, **values: Any) -> str:
    """A new parcel of Ana's; its key."""
    with company.app.unit(company.ana) as unit:
        return create_item(unit, "parcel", title, {"process": "incident", "owner": company.ana, **values}, parent=parent).key


def rows(company: Company, query: str) -> list[tuple[Any, ...]]:
    """What the database holds."""
    with company.app.reader() as unit:
        return [tuple(row) for row in unit.session.connection().exec_driver_sql(query)]


def test_one_step_writes_links_items_messages_and_timers(parcels: Company) -> None:
    first, second = new(parcels, "First"), new(parcels, "Second")
    key = new(parcels, cause=first, team=[parcels.bo, parcels.deng], until="2026-04-01")
    done = parcels.do(parcels.ana, key, "send", given={"like": second})
    assert len(done.created) == 3
    ids = {name: parcels.item(name).id for name in (first, second, key)}
    assert rows(parcels, "SELECT item_id, to_item_id, kind FROM link ORDER BY kind") == [
        (ids[key], ids[first], "caused_by"),
        (ids[key], ids[second], "like"),
    ]
    assert [child["owner_id"] for child in parcels.item(key).children] == [parcels.bo, parcels.deng]
    alone = parcels.item(done.created[2])
    assert (alone.parent_id, alone.owner_id, str(alone.due), alone.process_id) == (None, parcels.cui, "2026-03-05", None)
    told = rows(parcels, "SELECT kind, person_id FROM message ORDER BY kind, person_id")
    assert told == [("escalate", parcels.gu), ("notify", parcels.ana), ("notify", parcels.cui), ("webhook", None)]
    timers = rows(parcels, f"SELECT name, next_nominal FROM schedule WHERE item_id = {ids[key]}")
    assert timers == [("late", "2026-04-01")]
    with parcels.app.reader() as unit:
        assert verify_trail(unit).ok


def test_each_row_of_a_table_becomes_an_item_of_its_own_person(parcels: Company) -> None:
    key = new(parcels)
    line = {"title": "Weigh it", "owner": "bo", "due": "2026-03-20"}
    with pytest.raises(Refused) as refused:
        parcels.do(parcels.ana, key, "send", given={"lines": [line, {"title": "Stamp it", "owner": "nobody"}]})
    assert "row 2, Who" in refused.value.refusals()[0].sentence("en")
    done = parcels.do(parcels.ana, key, "send", given={"lines": [line, {"owner": "deng"}]})
    made = [parcels.item(one) for one in done.created if one.startswith("ACT")]
    assert [(one.title, one.owner_id, str(one.due)) for one in made if one.parent_id] == [
        ("Weigh it", parcels.bo, "2026-03-20"),
        ("Line", parcels.deng, "None"),
    ]


def test_a_link_to_nothing_undoes_the_whole_step(parcels: Company) -> None:
    key = new(parcels, team=[parcels.bo])
    with pytest.raises(NotFound, match="PAR-1999-0001"):
        parcels.do(parcels.ana, key, "send", given={"like": "PAR-1999-0001"})
    assert (parcels.item(key).state, parcels.item(key).seq) == ("open", 1)
    assert rows(parcels, "SELECT count(*) FROM message") == [(0,)]
    assert rows(parcels, "SELECT count(*) FROM item") == [(1,)]


def test_a_step_of_the_last_child_moves_the_parent_on(parcels: Company) -> None:
    key = new(parcels, team=[parcels.bo, parcels.deng])
    one, two, _ = parcels.do(parcels.ana, key, "send").created
    with pytest.raises(Refused) as no:
        parcels.do(parcels.bo, one, "arrive")
    assert [refusal.code for refusal in no.value.refusals()] == ["NEEDS_CHILDREN"]  # the parent's: all of it is undone
    assert parcels.item(one).state == "open"
    parcels.do(parcels.bo, two, "lose")
    parcels.do(parcels.bo, one, "arrive")
    assert parcels.item(key).state == "seen"


def test_losing_a_parcel_loses_its_parts_and_theirs(parcels: Company) -> None:
    key = new(parcels)
    part = new(parcels, "Part", key)
    inner = [new(parcels, f"Inner {number}", part) for number in range(3)]
    parcels.do(parcels.ana, inner[0], "arrive")
    parcels.do(parcels.ana, key, "lose")
    states = [parcels.item(name).state for name in (key, part, *inner)]
    assert states == ["lost", "lost", "done", "lost", "lost"]
    by = rows(parcels, "SELECT person_id, count(*) FROM entry WHERE transition = 'lose' GROUP BY person_id ORDER BY count(*)")
    assert by == [(parcels.ana, 1), (None, 3)]
    with parcels.app.reader() as unit:
        assert verify_trail(unit).ok
