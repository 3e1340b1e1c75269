"""What to do with the occurrences that became due since the last time anybody looked (domain rule 2.6).

An occurrence is *ready* when it is due (with a lead: when it opens), but not before those named earlier: occurrences are handled in the
order of their nominal times, so that one remembered time says what is done. It is *doable* until its window has passed, the last instant
included.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from pdca_engine.cadence.durations import Duration, add
from pdca_engine.cadence.problem import BadTime
from pdca_engine.cadence.rules import LATEST, Occurrence, OnHoliday, Rule, grounded, occurrences
from pdca_engine.cadence.working_days import WorkingCalendar
from pdca_engine.cadence.zones import wall

Policy = Literal["latest", "all", "none"]
MOST_ROWS = 1000  # occurrences told one by one; further ones only as a range
RIGHT_NOW = timedelta(seconds=60)  # so late an occurrence still counts as on time
_MOMENT = timedelta(microseconds=1)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Range(NamedTuple):
    """A run of occurrences too long to tell one by one."""

    first: Occurrence
    last: Occurrence
    number: int


@dataclass(frozen=True, slots=True)
class CatchUp:
    """What to write down now, each in nominal order, and where to go on.

    `fire` have their effect; `missed` came too late or gave way to a newer one; `skipped` fell on a holiday. Of the last two the first
    1 000 are told one by one and the rest as a range. `next` is the first one not handled, `wake_at` when to look at it (with a lead: when
    it opens; already past when `all` had more than 1 000 to fire). `last_nominal`: hand it back the next time.
    """

    fire: tuple[Occurrence, ...]
    missed: tuple[Occurrence, ...]
    missed_range: Range | None
    skipped: tuple[Occurrence, ...]
    skipped_range: Range | None
    next: Occurrence
    wake_at: datetime
    last_nominal: datetime | None


@dataclass(slots=True)
class _Tally:
    """Occurrences one by one up to MOST_ROWS, then only first, last and number: memory stays bounded however long the gap."""

    rows: list[Occurrence] = field(default_factory=list)
    rest: Range | None = None

    def add(self, found: Iterable[Occurrence]) -> None:
        for one in found:
            if len(self.rows) < MOST_ROWS:
                self.rows.append(one)
            else:
                self.rest = Range(self.rest.first, one, self.rest.number + 1) if self.rest else Range(one, one, 1)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at a schedule: when, in which zone and calendar, with which window, policy and lead."""

    zone: ZoneInfo
    calendar: WorkingCalendar
    now: datetime
    window: Duration | None
    policy: Policy
    lead: Duration | None

    def opens(self, one: Occurrence) -> datetime:
        """When the task of an occurrence opens: `lead` before it is due."""
        return add(one.utc, -self.lead, self.zone, self.calendar) if self.lead else one.utc

    def doable(self, one: Occurrence, ready: datetime) -> bool:
        """Whether its window is still open; it opens at the due time, so a lead makes it no shorter."""
        return self.window is None or self.now <= add(max(one.utc, ready), self.window, self.zone, self.calendar)

    def fires(self, one: Occurrence, ready: datetime) -> bool:
        """Whether the policy lets it have its effect, should it be the newest."""
        return self.doable(one, ready) and (self.policy != "none" or self.now - ready <= RIGHT_NOW)


@dataclass(slots=True)
class _Plan:
    """A CatchUp in the making."""

    look: _Look
    last_nominal: datetime | None
    fire: list[Occurrence] = field(default_factory=list)
    missed: _Tally = field(default_factory=_Tally)
    skipped: _Tally = field(default_factory=_Tally)
    ready: datetime = _LONG_AGO

    @property
    def full(self) -> bool:
        """Whether `all` has enough to fire for one time; the rest stays due."""
        return self.look.policy == "all" and len(self.fire) >= MOST_ROWS

    def take(self, one: Occurrence, opens: datetime) -> None:
        """Handle the next due occurrence."""
        self.last_nominal = one.nominal
        if one.note == "skipped":
            self.skipped.add([one])
            return
        if self.look.policy == "latest" and opens > self.ready:
            self._give_way()
        self.ready = max(self.ready, opens)
        if self.look.fires(one, self.ready):
            self.fire.append(one)
        else:
            self.missed.add([one])

    def _give_way(self) -> None:
        """Under `latest`, what was to fire gives way to a newer one. Those that a holiday put on one instant stay together."""
        self.missed.add(self.fire)
        self.fire.clear()

    def done(self, following: Occurrence, wake_at: datetime) -> CatchUp:
        """The finished plan."""
        missed, skipped = self.missed, self.skipped
        return CatchUp(
            fire=tuple(self.fire),
            missed=tuple(missed.rows),
            missed_range=missed.rest,
            skipped=tuple(skipped.rows),
            skipped_range=skipped.rest,
            next=following,
            wake_at=wake_at,
            last_nominal=self.last_nominal,
        )


def plan_catch_up(
    rule: Rule,
    zone: ZoneInfo,
    calendar: WorkingCalendar,
    on_holiday: OnHoliday,
    last_nominal: datetime | None,
    now: datetime,
    window: Duration | None,
    policy: Policy,
    *,
    lead: Duration | None = None,
) -> CatchUp:
    """Sort everything due by `now` (aware) and named after `last_nominal` (naive, as `Occurrence.nominal`) into fire, missed and skipped.

    `latest`: the newest fires if it is doable; older ones are missed. `all`: every doable one fires, at most 1 000 at a time. `none`: only
    what became ready within the last 60 seconds fires. Nothing is missed while its window is open, save what gave way. Without a window an
    occurrence stays doable for ever. `last_nominal` None: a rule that was never looked at has no past, it begins at `now`.
    Raises BadTime when the rule never fires again or the calendar has no working day to move to.
    """
    frame = grounded(rule, zone)[1]
    look = _Look(zone, calendar, now.astimezone(UTC), window, policy, lead)
    plan = _Plan(look, last_nominal)
    after = wall(now, frame) - _MOMENT if last_nominal is None else last_nominal
    for one in occurrences(rule, zone, calendar, on_holiday, after, LATEST):
        opens = look.opens(one)
        if opens > look.now or plan.full:
            return plan.done(one, opens)
        plan.take(one, opens)
    raise BadTime(
        f"the rule does not fire again after {plan.last_nominal}; check its anchor and duration",
        f"该规则在 {plan.last_nominal} 之后不再触发；请检查起始日期与时长",
    )
