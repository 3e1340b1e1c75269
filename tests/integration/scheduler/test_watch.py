"""Whose clock a scheduler goes by, and what it does when that clock can't be believed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pdca_engine.clock import SystemClock
from pdca_engine.records.schedules import Message
from pdca_engine.scheduler import watch
from pdca_engine.scheduler.runtime import start_in_background
from pdca_engine.scheduler.status import scheduler_status
from pdca_engine.scheduler.watch import Watch
from pdca_engine.services.people import add_person, grant_role
from pdca_engine.store.engine import Store
from tests.integration.scheduler.conftest import Pulse, wait_for

TEN_YEARS = timedelta(days=3650)


class Shifting:
    """A clock that can be set."""

    def __init__(self) -> None:
        self.shift = timedelta(0)

    def now(self) -> datetime:
        return SystemClock().now() + self.shift


@pytest.fixture
def clock(pulse: Pulse, monkeypatch: pytest.MonkeyPatch) -> Shifting:
    """The clock the ticks go by: the machine's on SQLite, the server's on PostgreSQL."""
    made = Shifting()
    if pulse.app.store.dialect == "sqlite":
        pulse.app.clock = made
    else:
        monkeypatch.setattr(Store, "server_time", lambda _: made.now())
    return made


def test_a_clock_ten_years_ahead_fires_nothing_says_so_and_goes_on_when_it_is_back(pulse: Pulse, clock: Shifting) -> None:
    with pulse.app.unit(engine=True) as unit:
        grant_role(unit, add_person(unit, "Gu Wei", "gu"), "admin")
    running = start_in_background(pulse.app)
    try:
        wait_for(pulse.nodes)
        clock.shift = TEN_YEARS
        pulse.publish()
        wait_for(lambda: _doubts(pulse))
        assert (pulse.items(), pulse.fired(), _alarms(pulse)) == (0, 0, 1)
        clock.shift = timedelta(0)
        pulse.publish("after", "AFT")
        wait_for(lambda: pulse.items("after") and not _doubts(pulse))
    finally:
        running.stop()
    assert _alarms(pulse) == 1


def _doubts(pulse: Pulse) -> list[float]:
    with pulse.app.reader(engine=True) as unit:
        return [one.doubt_seconds for one in scheduler_status(unit).nodes if one.doubt_seconds]


def _alarms(pulse: Pulse) -> int:
    with pulse.app.reader(engine=True) as unit:
        return unit.session.query(Message).filter_by(kind="alarm").count()


def test_a_leap_is_believed_by_whoever_starts_after_it_and_going_back_always(pulse: Pulse, clock: Shifting) -> None:
    looking = Watch(pulse.app)
    assert looking.look().doubt is None
    clock.shift = TEN_YEARS
    doubt = looking.look().doubt
    assert doubt is not None and abs(doubt - TEN_YEARS) < timedelta(seconds=10)
    assert Watch(pulse.app).look().doubt is None
    clock.shift = -TEN_YEARS
    assert looking.look().doubt is None
    clock.shift = timedelta(hours=2) - TEN_YEARS
    assert looking.look().doubt is None


def test_sleep_is_no_leap(pulse: Pulse, clock: Shifting, monkeypatch: pytest.MonkeyPatch) -> None:
    looking = Watch(pulse.app)
    looking.look()
    asleep = watch._steady() + TEN_YEARS.total_seconds()
    monkeypatch.setattr(watch, "_steady", lambda: asleep)
    clock.shift = TEN_YEARS
    assert looking.look().doubt is None


def test_a_node_an_hour_off_goes_by_the_servers_clock(pulse: Pulse) -> None:
    if pulse.app.store.dialect == "sqlite":
        pytest.skip("SQLite has no clock of its own")
    fast = Shifting()
    fast.shift = timedelta(hours=1)
    pulse.app.clock = fast
    now = Watch(pulse.app).look().now
    assert abs(now - SystemClock().now()) < timedelta(minutes=1)
