"""The time a node's ticks go by, and whether it can be believed.

On PostgreSQL it is the database's clock, so that nodes whose clocks differ agree; on SQLite the machine's. Either is held against a clock
that nobody can set, which goes on while the machine sleeps.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pdca_engine.unit import App

FORWARD: Final = timedelta(days=1)
"""A clock that leaps forward by more fires nothing: what is opened and escalated years too early can't be taken back."""
LEAPT: Final = (
    "The clock has leapt forward by more than a day, so the scheduler fires nothing. Set the clock right, or restart the scheduler."
)
LEAPT_ZH: Final = "时钟向前跳了一天以上，调度器已停止触发。请校正时钟；若新时间正确，请重启调度器。"


@dataclass(frozen=True, slots=True)
class Sight:
    """What a look at the clock gave. `doubt`: how far it has leapt forward since it was last believed; None: it is believed."""

    now: datetime
    doubt: timedelta | None


class Watch:
    """Believes the first time it sees, and any that does not leap forward by more than a day; back it may go as it likes.

    A leap is believed when the clock comes back, or by a new Watch: so restarting the scheduler says that the new time is right.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._believed: tuple[datetime, float] | None = None

    def look(self) -> Sight:
        """The time now."""
        now, steady = self._app.store.server_time() or self._app.clock.now(), _steady()
        if self._believed is not None:
            then, at = self._believed
            leapt = now - then - timedelta(seconds=steady - at)
            if leapt > FORWARD:
                return Sight(now, leapt)
        self._believed = (now, steady)
        return Sight(now, None)


def _steady() -> float:
    """Seconds by the clock that nobody sets. Where the system has one, the one that counts sleep too."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
