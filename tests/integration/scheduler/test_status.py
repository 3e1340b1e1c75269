"""What `pdca scheduler status` shows."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from pdca_engine.records.schedules import ScheduleRecord
from pdca_engine.scheduler.runtime import start_in_background
from pdca_engine.scheduler.status import Status, scheduler_status
from pdca_engine.services.due import raise_due
from pdca_engine.services.people import add_person, grant_role
from tests.integration.scheduler.conftest import Pulse, wait_for


def status(pulse: Pulse, later: timedelta = timedelta(0)) -> Status:
    """As it is some time from now."""
    with pulse.app.at(pulse.app.clock.now() + later).reader(engine=True) as unit:
        return scheduler_status(unit)


def test_nothing_runs_and_nothing_waits(pulse: Pulse) -> None:
    assert status(pulse) == Status((), 0, 0.0, (), 0, 0.0)


def test_what_is_due_and_for_how_long(pulse: Pulse) -> None:
    pulse.publish(schedules=3)
    found = status(pulse, timedelta(hours=1))
    assert found.due == 3
    assert 3600 <= found.lag_seconds <= 3600 + 65 + 30


def test_a_node_that_is_silent_is_not_alive(pulse: Pulse) -> None:
    running = start_in_background(pulse.app)
    wait_for(pulse.nodes)
    (now,), (later,) = status(pulse).nodes, status(pulse, timedelta(minutes=1)).nodes
    running.stop()
    assert (now.alive, later.alive, later.pid) == (True, False, now.pid)
    assert "silent since" in str(later)


def test_what_was_set_aside_and_who_was_told(pulse: Pulse) -> None:
    with pulse.app.unit(engine=True) as unit:
        grant_role(unit, add_person(unit, "Gu Wei", "gu"), "admin")
    pulse.publish()
    with pulse.app.unit(engine=True) as unit:  # a text that no version of the program wrote
        unit.session.execute(update(ScheduleRecord).values(next_nominal="yesterday"))
    raise_due(pulse.app)
    found = status(pulse, timedelta(hours=1))
    assert [(one.workflow, one.name) for one in found.set_aside] == [("pulse", "beat_0")]
    assert "yesterday" in str(found.set_aside[0])
    assert (found.due, found.messages_waiting) == (0, 1)
    assert found.outbox_age_seconds >= 3600
