"""What a step creates takes its values as its own workflow's fields want them: a person for a role, a day for a moment."""

from __future__ import annotations

from pdca_engine.services.creation import create_item
from pdca_engine.services.workflows import publish_workflow
from tests.support.company import Company

MEETING = """
workflow: meeting
title: {en: Meeting, zh: 会议}
key: MEE
fields:
  chair: {type: person}
  held_on: {type: date}
  begins_at: {type: datetime}
states:
  open: {phase: plan, initial: true}
  closed: {phase: act, final: ended}
transitions:
  close: {from: open, to: closed, by: any_staff}
"""
CALL = """
workflow: call
title: {en: Call, zh: 召集}
key: CAL
states:
  open: {phase: plan, initial: true}
  called: {phase: act, final: ended}
transitions:
  call:
    from: open
    to: called
    by: any_staff
    input: {on: {type: date, required: true}}
    then:
      - create: {workflow: meeting, fields: {chair: sponsor, held_on: "= now", begins_at: {field: on, plus: 1 day}}}
"""


def test_the_new_item_has_a_person_a_day_and_a_moment(company: Company) -> None:
    with company.app.unit(engine=True) as unit:
        publish_workflow(unit, MEETING, "meeting.yaml", "try")
        publish_workflow(unit, CALL, "call.yaml", "try")
        key = create_item(unit, "call", "A call").key
    company.do(company.bo, key, "call", given={"on": "2026-06-01"})
    with company.app.unit(engine=True) as unit:
        item = unit.hot.read_item(key=f"MEE-{unit.today.year}-0001")
        assert item is not None
        today = unit.today.isoformat()
    assert item.fields == {"chair": company.gu, "held_on": today, "begins_at": "2026-06-01T16:00:00+00:00"}
