"""Where the wake-up waits: APScheduler's memory store, led by the monotonic clock instead of the wall clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from apscheduler.jobstores.memory import MemoryJobStore

from pdca_engine.clock import SystemClock


class MonotonicStore(MemoryJobStore):  # type: ignore[misc]  # because APScheduler ships no types
    """Jobs with an interval, each due so long after its last start, whatever was done to the wall clock meanwhile.

    APScheduler itself compares wall times: two hours back, and a job waits two hours more.
    """

    def __init__(self) -> None:
        super().__init__()
        self._due: dict[str, float] = {}

    def add_job(self, job: Any) -> None:
        """A new job is due at once."""
        super().add_job(job)
        self._due[job.id] = monotonic()

    def update_job(self, job: Any) -> None:
        """A job that was started is due again after its interval."""
        super().update_job(job)
        self._due[job.id] = monotonic() + job.trigger.interval.total_seconds()

    def get_due_jobs(self, now: datetime) -> list[Any]:
        """Those whose time has come, dated `now`, so that APScheduler starts them."""
        due = [job for job in self.get_all_jobs() if self._due[job.id] <= monotonic()]
        for job in due:
            job.next_run_time = now
        return due

    def get_next_run_time(self) -> datetime | None:
        """When to look again, told in the wall time of this very moment: APScheduler subtracts it at once."""
        waits = [self._due[job.id] - monotonic() for job in self.get_all_jobs()]
        return SystemClock().now() + timedelta(seconds=max(min(waits), 0)) if waits else None
