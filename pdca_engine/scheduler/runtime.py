"""The runtime: APScheduler wakes up every second and calls one service. It knows no rule and keeps nothing; the truth is in our tables."""

from __future__ import annotations

import logging
from threading import Event
from typing import Final

from apscheduler.schedulers.background import BackgroundScheduler

from pdca_engine.scheduler.heartbeat import Heartbeat
from pdca_engine.scheduler.waiting import MonotonicStore
from pdca_engine.services.due import raise_due
from pdca_engine.unit import App

PERIOD_S: Final = 1
log = logging.getLogger(__name__)


class Background:
    """A scheduler that runs in threads of its own until `stop`."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._heartbeat = Heartbeat(app)
        self._in_trouble = False
        # A tick that takes longer than a second is no news: of APScheduler's own log only errors are kept.
        quiet = logging.getLogger(f"{__name__}.apscheduler")
        quiet.setLevel(logging.ERROR)
        self._scheduler = BackgroundScheduler(jobstores={"default": MonotonicStore()}, timezone="UTC", logger=quiet)
        once_at_a_time = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        self._scheduler.add_job(self._tick, "interval", seconds=PERIOD_S, **once_at_a_time)
        self._scheduler.start()

    def stop(self) -> None:
        """Let the tick that is under way end, then take leave. Returns when nothing runs any more."""
        self._scheduler.shutdown(wait=True)
        try:
            self._heartbeat.end()
        except Exception:
            log.exception("the scheduler stopped, but could not say so in the database")

    def _tick(self) -> None:
        """Whatever goes wrong ends this tick and no other; it is told once, until it goes well again."""
        try:
            raise_due(self._app)
            self._heartbeat.beat()
        except Exception:
            if not self._in_trouble:
                log.exception("the scheduler can't do what is due; it tries again every second")
            self._in_trouble = True
            return
        if self._in_trouble:
            log.warning("the scheduler works again")
        self._in_trouble = False


def start_in_background(app: App) -> Background:
    """Begin to raise what is due, beside whatever else this process does."""
    return Background(app)


def run_scheduler(app: App, stop: Event) -> None:
    """Raise what is due until `stop` is set; the tick that is under way then still ends. Any number of nodes may run on one database."""
    running = start_in_background(app)
    try:
        stop.wait()
    finally:
        running.stop()
