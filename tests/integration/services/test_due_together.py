"""What is due in the same moment for the same item or the same people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from pdca_engine.services.alarm import alarm
from pdca_engine.services.creation import create_item
from pdca_engine.services.due import raise_due
from pdca_engine.services.messages import LONGEST_KEY
from pdca_engine.services.people import grant_role
from pdca_engine.services.workflows import publish_workflow
from tests.support.company import Company

LETTER = """
workflow: letter
title: {en: Letter, zh: 信件}
key: LET
states:
  open: {phase: plan, initial: true, title: {en: Open, zh: 打开}}
  lost: {phase: act, final: ended, title: {en: Lost, zh: 遗失}}
transitions:
  lose: {from: open, to: lost, by: scheduler, title: {en: Lose, zh: 遗失}}
timers:
  gone:
    title: {en: Gone, zh: 丢失}
    in: open
    due: {after: 2 days}
    then: [{fire: lose}]
  loud:
    title: {en: Loud, zh: 催告}
    in: open
    due: {after: 2 days}
    then: [{escalate: [sms_manager]}]
"""


def rows(company: Company, query: str) -> list[tuple[object, ...]]:
    with company.app.reader() as unit:
        return [tuple(row) for row in unit.session.execute(text(query))]


@pytest.fixture(autouse=True)
def nothing_else(company: Company) -> None:
    with company.app.unit(engine=True) as unit:
        unit.session.execute(text("UPDATE schedule SET wake_at = NULL"))


def test_a_timer_says_nothing_of_an_item_that_was_moved_on_in_the_same_second(company: Company) -> None:
    with company.app.unit(engine=True) as unit:
        publish_workflow(unit, LETTER, "letter.yaml", "to be lost")
    with company.app.unit(company.ana) as unit:
        key = create_item(unit, "letter", "Letter", {"process": "incident"}).key
    late = company.clock.at + timedelta(days=4)
    tick = raise_due(company.app, late)
    assert (company.item(key).state, tick.fired, tick.skipped, tick.failed) == ("lost", 1, 1, 0)
    assert rows(company, "SELECT count(*) FROM message WHERE kind = 'escalate'") == [(0,)]
    again = raise_due(company.app, late)
    assert (again.fired, again.skipped) == (0, 0)


def test_however_long_the_names_each_administrator_gets_an_alarm_a_day(company: Company) -> None:
    with company.app.unit(engine=True) as unit:
        for person in (company.fang, company.gu):
            grant_role(unit, person, "admin")
    for hours in (0, 1, 24):
        with company.app.at(company.clock.at + timedelta(hours=hours)).unit(engine=True) as unit:
            alarm(unit, f"{'w' * 60} {'n' * 60}", {"error": "broken"})
    query = "SELECT person_id, count(*), max(length(unique_key)) FROM message WHERE kind = 'alarm' GROUP BY person_id ORDER BY 1"
    assert rows(company, query) == [(company.fang, 2, LONGEST_KEY), (company.gu, 2, LONGEST_KEY)]
