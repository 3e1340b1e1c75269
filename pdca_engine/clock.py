"""Time is handed in: nothing else in the program asks the machine what time it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that can say what time it is."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class FrozenClock:
    """A clock that moves only when told to: for simulation, `--at`, and tests."""

    at: datetime

    def now(self) -> datetime:
        """The instant the clock was last set to, in UTC."""
        return self.at.astimezone(UTC)

    def forward(self, step: timedelta) -> None:
        """Move on by `step` (negative: back)."""
        self.at = self.at + step
