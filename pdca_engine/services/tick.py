"""What one look at the clock came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Tick:
    """How many occurrences fired, were missed, were skipped; how many schedules failed.

    `waiting`: timers whose items somebody was just at work on; the next tick does them. `next_wake`: when something waits next.
    """

    fired: int = 0
    missed: int = 0
    skipped: int = 0
    failed: int = 0
    waiting: int = 0
    next_wake: datetime | None = None
    created: list[str] = field(default_factory=list)

    def count(self, state: str, number: int = 1) -> None:
        """Count occurrences that ended as `state`: fired, missed or skipped."""
        setattr(self, state, getattr(self, state) + number)

    def add(self, other: Tick) -> None:
        """Count what another tick did."""
        self.fired += other.fired
        self.missed += other.missed
        self.skipped += other.skipped
        self.failed += other.failed
        self.waiting += other.waiting
        self.created += other.created
