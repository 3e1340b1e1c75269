"""What the fault tests work on: two small workflows whose every step has effects, their people, and what each step must leave behind."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from pdca_engine.clock import Clock, FrozenClock
from pdca_engine.services.creation import create_item
from pdca_engine.services.people import add_person, grant_role
from pdca_engine.services.processes import add_process
from pdca_engine.services.workflows import publish_workflow
from pdca_engine.settings import Settings
from pdca_engine.store.engine import open_store
from pdca_engine.store.migrate import upgrade
from pdca_engine.unit import open_app

START: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday, 09:00 in Shanghai
ANA, CUI = 1, 2
PART: Final = """
workflow: part
key: PRT
states: {open: {phase: plan, initial: true}, dropped: {phase: none, final: ended}}
transitions:
  drop: {from: open, to: dropped, by: scheduler, then: [{notify: owner}]}
timers:
  mend: {in: open, due: {after: 1 week}, ladder: {0 days: owner}}
"""
PARCEL: Final = """
workflow: parcel
key: PAR
fields:
  until: {type: date}
  note: {type: text}
states:
  open: {phase: plan, initial: true}
  sent: {phase: do}
  seen: {phase: check}
  done: {phase: act, final: achieved}
  lost: {phase: none, final: ended}
transitions:
  send:
    from: open
    to: sent
    by: any_staff
    then:
      - create: {workflow: part, title: Part, fields: {owner: owner}}
      - set: {until: {after: 3 working days}}
      - notify: [owner, process_owner]
  see:
    from: sent
    to: seen
    by: any_staff
    then: [{fire: {transition: drop, on: children}}, {notify: owner}]
  again: {from: seen, to: open, by: any_staff, then: [next_cycle, {notify: process_owner}]}
  finish: {from: seen, to: done, by: any_staff, needs: {comment: true}}
  lose: {from: sent, to: lost, by: scheduler, then: [{escalate: process_owner}, {fire: {transition: drop, on: children}}]}
timers:
  waiting: {in: open, due: {after: 2 days}, ladder: {0 days: owner}}
  late: {in: sent, due: {field: until}, ladder: {-1 day: owner}, then: [{fire: lose}]}
# Simulated days pass in milliseconds while PostgreSQL still holds a killed engine's rows: nothing may be too late to be caught up.
schedules:
  round:
    cron: "0 9 * * *"
    window: 60 days
    catch_up: all
    then: [{create: {workflow: part, title: Daily round, fields: {owner: sponsor}}}, {notify: sponsor}]
  monday:
    cron: "0 9 * * MON"
    window: 60 days
    catch_up: all
    then: [{create: {workflow: part, title: Weekly round}}, {notify: sponsor}]
"""
# How many messages a step writes, and which timers wait in each state: what "no half-done effects" means here.
MESSAGES: Final = {"send": 2, "see": 1, "again": 1, "finish": 0, "lose": 1}
TIMERS: Final = {"open": {"waiting"}, "sent": {"late"}, "seen": set(), "done": set(), "lost": set()}


def settle_in(settings: Settings, clock: Clock | None = None) -> None:
    """Migrate an empty database, and write people, process and workflows into it."""
    store = open_store(settings)
    upgrade(store)
    store.close()
    app = open_app(settings, clock or FrozenClock(START))
    with app.unit(engine=True) as unit:
        add_process(unit, "incident", "Incident management", "事件管理", "8.6.1")
        assert [add_person(unit, "Ana", "ana"), add_person(unit, "Cui", "cui")] == [ANA, CUI]
        grant_role(unit, CUI, "process_owner", process="incident")
        grant_role(unit, CUI, "sponsor")
        for name, text in (("part", PART), ("parcel", PARCEL)):
            publish_workflow(unit, text, f"{name}.yaml", "for the fault tests")
    app.close()


def send_off(settings: Settings, number: int, clock: Clock | None = None) -> list[str]:
    """So many new parcels of Ana's; their keys."""
    app = open_app(settings, clock)
    with app.unit(ANA) as unit:
        keys = [create_item(unit, "parcel", f"Parcel {place}", {"process": "incident", "owner": ANA}).key for place in range(number)]
    app.close()
    return keys
