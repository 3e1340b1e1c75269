"""The scheduler as it runs: it wakes up, does what is due once, survives what goes wrong, and stops when it is told."""

from __future__ import annotations

import datetime as real
import os
import signal
import subprocess
import sys
import threading

import apscheduler.schedulers.base
import pytest
from sqlalchemy import text

import pdca_engine.clock
from pdca_engine.scheduler.runtime import run_scheduler, start_in_background
from pdca_engine.settings import Settings
from pdca_engine.unit import open_app
from tests.integration.scheduler.conftest import Pulse, wait_for


def test_what_is_due_happens_until_it_is_told_to_stop(pulse: Pulse) -> None:
    pulse.publish()
    stop = threading.Event()
    running = threading.Thread(target=run_scheduler, args=(pulse.app, stop))
    running.start()
    wait_for(lambda: pulse.items() and pulse.nodes() == 1)
    stop.set()
    running.join()
    before = pulse.items()
    pulse.publish("another", "ANO")
    assert (pulse.items(), pulse.items("another"), pulse.nodes()) == (before, 0, 0)


def test_two_nodes_on_one_database_do_everything_once(pulse: Pulse, settings: Settings) -> None:
    pulse.publish(schedules=40)
    other = open_app(settings)
    nodes = [start_in_background(pulse.app), start_in_background(other)]
    wait_for(lambda: pulse.items() >= 40 and pulse.nodes() == 2)
    for node in nodes:
        node.stop()
    other.close()
    assert pulse.items() == pulse.fired()
    assert pulse.nodes() == 0


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_that_is_set_stops_nothing(pulse: Pulse, hours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shift = real.timedelta(0)

    class Shifted(real.datetime):
        @classmethod
        def now(cls, tz: real.tzinfo | None = None) -> real.datetime:
            return real.datetime.now(tz) + shift

    monkeypatch.setattr(pdca_engine.clock, "datetime", Shifted)
    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Shifted)
    pulse.publish("before", "BEF")
    running = start_in_background(pulse.app)
    try:
        wait_for(lambda: pulse.items("before"))
        shift = real.timedelta(hours=hours)
        pulse.publish("after", "AFT")
        wait_for(lambda: pulse.items("after"))
    finally:
        running.stop()
    assert pulse.items("before") + pulse.items("after") == pulse.fired()


def test_trouble_is_told_once_and_survived(pulse: Pulse, caplog: pytest.LogCaptureFixture) -> None:
    pulse.publish()
    _rename(pulse, "schedule", "hidden")
    running = start_in_background(pulse.app)
    try:
        wait_for(lambda: "can't do its tick" in caplog.text)
        silent = pulse.nodes()
        _rename(pulse, "hidden", "schedule")
        wait_for(lambda: pulse.items() and "tick works again" in caplog.text)
    finally:
        running.stop()
    assert silent == 0  # who does nothing doesn't say that all is well
    assert caplog.text.count("can't do its tick") == 1


def _rename(pulse: Pulse, table: str, name: str) -> None:
    with pulse.app.unit(engine=True) as unit:
        unit.session.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))


def test_a_signal_ends_the_command_in_order(pulse: Pulse, settings: Settings) -> None:
    pulse.publish()
    environment = {**os.environ, "PDCA_DATA_DIR": str(settings.data_dir), "PDCA_DATABASE_URL": settings.database_url}
    node = subprocess.Popen([sys.executable, "-m", "pdca_engine.cli.main", "scheduler", "run"], env=environment, stderr=subprocess.PIPE)
    wait_for(lambda: pulse.items() and pulse.nodes())
    node.send_signal(signal.SIGTERM)
    _, printed = node.communicate()
    assert (node.returncode, pulse.nodes()) == (0, 0), printed
