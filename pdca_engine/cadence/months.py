"""Month arithmetic that starts from the anchor, never from an already shortened result."""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date

from pdca_engine.cadence.problem import BadTime


def add_months(anchor: date, n: int) -> date:
    """The same day `n` months after `anchor` (before it when negative), or the last day of a month that is too short.

    31 January plus 1 is 28 February, plus 2 is 31 March (domain rule 2.4). Raises BadTime outside the years 1 to 9999.
    """
    year, month0 = divmod(anchor.year * 12 + anchor.month - 1 + n, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise BadTime(
            f"{n} months from {anchor} leaves the years 1 to 9999; use a smaller number",
            f"从 {anchor} 起 {n} 个月超出了公元 1 至 9999 年；请改用较小的数",
        )
    return date(year, month0 + 1, min(anchor.day, monthrange(year, month0 + 1)[1]))
