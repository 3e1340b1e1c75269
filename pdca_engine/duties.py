"""What a node does beside the ticks: each duty runs in a thread of its own, as often as it says."""

from __future__ import annotations

from typing import Final

from pdca_engine.scheduler.runtime import Duty

DUTIES: Final[tuple[Duty, ...]] = ()
