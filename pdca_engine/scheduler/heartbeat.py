"""The sign of life of one running scheduler: a row that others can read."""

from __future__ import annotations

import os
import secrets
import socket
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from sqlalchemy import delete

from pdca_engine import __version__
from pdca_engine.records.schedules import Node
from pdca_engine.unit import App

EVERY_S: Final = 10
"""Not at every tick: a write costs a journey to the disk."""
FORGOTTEN: Final = timedelta(days=1)
"""A node that was killed leaves its row; after this long others remove it."""


class Heartbeat:
    """Says every ten seconds, after a tick that went well, that this node is alive."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._last: float | None = None
        self._doubt: timedelta | None = None
        host = socket.gethostname()
        self._node = {
            "id": f"{host[:50]}-{os.getpid()}-{secrets.token_hex(4)}",
            "host": host[:200],
            "pid": os.getpid(),
            "program_version": __version__,
            "started_at": app.clock.now(),
        }

    def beat(self, now: datetime, doubt: timedelta | None = None) -> None:
        """Call after every good tick with its time. `doubt`: the node fires nothing, because its clock has leapt forward by so much."""
        if self._last is not None and monotonic() - self._last < EVERY_S and (doubt is None) == (self._doubt is None):
            return
        with self._app.at(now).unit(engine=True) as unit:
            if self._last is None:
                unit.session.execute(delete(Node).where(Node.last_tick < unit.now - FORGOTTEN))
            unit.session.merge(Node(**self._node, last_tick=unit.now, doubt_s=doubt.total_seconds() if doubt else None))
        self._last, self._doubt = monotonic(), doubt

    def end(self) -> None:
        """This node stops on purpose: nobody has to wonder where it is."""
        with self._app.unit(engine=True) as unit:
            unit.session.execute(delete(Node).where(Node.id == self._node["id"]))
