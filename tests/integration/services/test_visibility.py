"""A field that names who may see it is unknown to everybody else: they can neither read nor write it."""

from __future__ import annotations

import pytest

from pdca_engine.errors import Conflict, Refused
from pdca_engine.services.creation import create_item
from pdca_engine.services.items import edit_item
from pdca_engine.services.workflows import publish_workflow
from tests.support.company import Company

WHISTLE = """
workflow: tip
title: {en: Tip, zh: 线索}
key: TIP
fields:
  colour: {type: text}
  informant: {type: text, visible_to: [sms_manager]}
states:
  open: {phase: plan, initial: true}
  closed: {phase: act, final: ended}
transitions:
  close: {from: open, to: closed, by: any_staff}
"""


def test_a_hidden_field_is_closed_to_writing_and_to_conflicts(company: Company) -> None:
    with company.app.unit(engine=True) as unit:
        publish_workflow(unit, WHISTLE, "tip.yaml", "try")
        key = create_item(unit, "tip", "A tip", {"informant": "Zhou", "colour": "red"}).key
    with pytest.raises(Refused) as no, company.app.unit(company.bo) as unit:
        edit_item(unit, key, {"informant": "Wu"})
    assert [one.code for one in no.value.refusals()] == ["UNKNOWN_FIELD"]
    assert "informant" not in str(no.value.refusals()[0].params["known"])
    company.edit(company.fang, key, informant="Qian")
    with pytest.raises(Conflict) as stale, company.app.unit(company.bo) as unit:
        edit_item(unit, key, {"informant": "Wu", "colour": "blue"}, version=1)
    assert stale.value.params["fields"] == {"colour": {"yours": "blue", "now": "red"}}
    assert "Qian" not in str(stale.value.params)
