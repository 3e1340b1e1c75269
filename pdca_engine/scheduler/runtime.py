"""The runtime: APScheduler wakes up every second and calls one service. It knows no rule and keeps nothing; the truth is in our tables."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import Final

from apscheduler.schedulers.background import BackgroundScheduler

from pdca_engine.scheduler.heartbeat import Heartbeat
from pdca_engine.scheduler.waiting import MonotonicStore
from pdca_engine.scheduler.watch import LEAPT, LEAPT_ZH, Watch
from pdca_engine.services.alarm import raise_alarm
from pdca_engine.services.due import raise_due
from pdca_engine.unit import App

PERIOD_S: Final = 1
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something else to be done again and again, in a thread of its own so that it never holds up a tick: `run` every `every_s` seconds."""

    name: str
    every_s: int
    run: Callable[[App], object]


class Background:
    """A scheduler that runs in threads of its own until `stop`, with the further `duties` of this node."""

    def __init__(self, app: App, duties: Sequence[Duty] = ()) -> None:
        self._app = app
        self._heartbeat = Heartbeat(app)
        self._watch = Watch(app)
        self._doubted = False
        self._in_trouble: set[str] = set()
        # A tick that takes longer than a second is no news: of APScheduler's own log only errors are kept.
        quiet = logging.getLogger(f"{__name__}.apscheduler")
        quiet.setLevel(logging.ERROR)
        self._scheduler = BackgroundScheduler(jobstores={"default": MonotonicStore()}, timezone="UTC", logger=quiet)
        for duty in (Duty("tick", PERIOD_S, self._tick), *duties):
            once_at_a_time = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
            self._scheduler.add_job(partial(self._do, duty), "interval", seconds=duty.every_s, id=duty.name, **once_at_a_time)
        self._scheduler.start()

    def stop(self) -> None:
        """Let what is under way end, then take leave. Returns when nothing runs any more."""
        self._scheduler.shutdown(wait=True)
        try:
            self._heartbeat.end()
        except Exception:
            log.exception("the scheduler stopped, but could not say so in the database")

    def _tick(self, app: App) -> None:
        sight = self._watch.look()
        if sight.doubt is None:
            raise_due(app, sight.now)
        elif not self._doubted:
            log.error("the clock has leapt forward by %s: nothing fires until it is set back or the scheduler is restarted", sight.doubt)
            raise_alarm(app, "clock", LEAPT, LEAPT_ZH)
        self._doubted = sight.doubt is not None
        self._heartbeat.beat(sight.now, sight.doubt)

    def _do(self, duty: Duty) -> None:
        """Whatever goes wrong ends this turn of the duty and no other; it is told once, until it goes well again."""
        try:
            duty.run(self._app)
        except Exception:
            if duty.name not in self._in_trouble:
                log.exception("the scheduler can't do its %s; it tries again every %s s", duty.name, duty.every_s)
            self._in_trouble.add(duty.name)
            return
        if duty.name in self._in_trouble:
            log.warning("the scheduler's %s works again", duty.name)
        self._in_trouble.discard(duty.name)


def start_in_background(app: App, duties: Sequence[Duty] = ()) -> Background:
    """Begin to raise what is due, beside whatever else this process does."""
    return Background(app, duties)


def run_scheduler(app: App, stop: Event, duties: Sequence[Duty] = ()) -> None:
    """Raise what is due until `stop` is set; the tick that is under way then still ends. Any number of nodes may run on one database."""
    running = start_in_background(app, duties)
    try:
        stop.wait()
    finally:
        running.stop()
