"""The people of the acceptance scenarios, the bundled workflows, and improvements driven through their real life by public services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pdca_engine.clock import FrozenClock
from pdca_engine.errors import Refused
from pdca_engine.records.items import Evidence
from pdca_engine.services.advance import Advanced, advance_item
from pdca_engine.services.creation import create_item
from pdca_engine.services.items import edit_item
from pdca_engine.services.lines import add_line
from pdca_engine.services.people import add_person, grant_role
from pdca_engine.services.processes import add_process
from pdca_engine.services.workflows import publish_bundled
from pdca_engine.settings import Settings
from pdca_engine.store.rows import ItemRow
from pdca_engine.unit import App, open_app

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday, 09:00 in Shanghai
SCORES = {"value": 4, "urgency": 3, "effort": 2, "alignment": 4, "risk": "low", "priority": "high"}
APPROVAL = {
    **SCORES,
    "target": 8.0,
    "target_date": "2026-09-30",
    "metric": "Mean time to restore",
    "better": "down",
    "no_baseline": "first measurement",
}
PLAN = {"measurement_plan": "weekly", "min_points": 8, "way_back": "old rota", "affected": "rota", "change_needed": False}
CHECK = {"trial_points": 12, "trial_mean": 7.85, "side_effects": "none", "conclusion": "faster"}


@dataclass(frozen=True, slots=True)
class Company:
    """The program, its clock and its people: Ana owns, Bo implements, Cui owns the process, Deng and Eva are independent, Fang manages
    the system, Gu sponsors."""

    app: App
    clock: FrozenClock
    ana: int
    bo: int
    cui: int
    deng: int
    eva: int
    fang: int
    gu: int

    def do(
        self, person: int, key: str, transition: str, comment: str | None = None, *, given: dict[str, Any] | None = None, **how: Any
    ) -> Advanced:
        """Fire a transition as somebody."""
        with self.app.unit(person) as unit:
            return advance_item(unit, key, transition, given or {}, comment, **how)

    def refusals(
        self, person: int, key: str, transition: str, comment: str | None = None, *, given: dict[str, Any] | None = None, **how: Any
    ) -> list[str]:
        """The codes with which a transition is refused; fails when it is not."""
        try:
            self.do(person, key, transition, comment, given=given, **how)
        except Refused as no:
            return [one.code for one in no.refusals()]
        raise AssertionError(f"{transition} was not refused")

    def edit(self, person: int, key: str, **changes: Any) -> None:
        """Change an item's values as somebody."""
        with self.app.unit(person) as unit:
            edit_item(unit, key, changes)

    def item(self, key: str) -> ItemRow:
        """The item's row as it is."""
        with self.app.reader() as unit:
            row = unit.hot.read_item(key=key, children=True, evidence=True)
            assert row is not None
            return row

    def show(self, key: str, person: int | None = None, dated: date | None = None) -> None:
        """Put a piece of evidence to an item, straight into the record."""
        with self.app.unit(person or self.bo) as unit:
            row = unit.hot.read_item(key=key)
            assert row is not None
            piece = Evidence(
                item_id=row.id,
                title="proof",
                dated=dated or unit.today,
                added_at=unit.now,
                added_by=person or self.bo,
                version=1,
                superseded=False,
            )
            unit.session.add(piece)
            add_line(unit, row, "evidence", {"evidence": {"title": "proof"}})

    def propose(self, title: str = "Restore faster", person: int | None = None) -> str:
        """A new improvement for incident management; its key."""
        with self.app.unit(person or self.ana) as unit:
            values = {"process": "incident", "description": "Restoring takes too long", "source": "trend"}
            return create_item(unit, "improvement", title, values).key

    def approved(self, title: str = "Restore faster") -> str:
        """An improvement that Deng proposed, Ana owns and Cui approved."""
        key = self.propose(title, self.deng)
        self.do(self.deng, key, "submit")
        self.do(self.cui, key, "approve", given={**APPROVAL, "owner": self.ana})
        return key

    def planned(self) -> tuple[str, str]:
        """The same, planned with one action of Bo's; keys of both."""
        key = self.approved()
        with self.app.unit(self.ana) as unit:
            action = create_item(unit, "action", "New rota", {"owner": self.bo, "due": "2026-06-30"}, parent=key).key
        self.do(self.ana, key, "plan", given=PLAN)
        self.do(self.cui, key, "confirm_plan")
        return key, action

    def checking(self, verdict: str | None = "effective") -> tuple[str, str]:
        """The same, carried out and waiting for its check; the verdict and its numbers recorded."""
        key, action = self.planned()
        self.do(self.ana, key, "start")
        self.finish_action(action)
        self.do(self.ana, key, "start_trial", given={"trial_end": "2026-06-01", "wash_in": 1})
        self.do(self.ana, key, "end_trial", given={"trial_points": 12})
        if verdict:
            self.edit(self.fang, key, verdict=verdict, **CHECK)
        return key, action

    def finish_action(self, action: str) -> None:
        """Bo does his action, with evidence."""
        self.do(self.bo, action, "start")
        self.show(action)
        self.do(self.bo, action, "finish")


@contextmanager
def open_company(settings: Settings, at: datetime = START) -> Iterator[Company]:
    """The company on a fresh migrated database."""
    clock = FrozenClock(at)
    app = open_app(settings, clock)
    with app.unit(engine=True) as unit:
        add_process(unit, "incident", "Incident management", "事件管理", "8.6.1")
        names = ("Ana", "Bo", "Cui", "Deng", "Eva", "Fang", "Gu")
        ana, bo, cui, deng, eva, fang, gu = (add_person(unit, name, name.lower()) for name in names)
        grant_role(unit, cui, "process_owner", process="incident")
        grant_role(unit, eva, "auditor")
        grant_role(unit, fang, "sms_manager")
        grant_role(unit, fang, "improvement_manager")
        grant_role(unit, gu, "sponsor")
        publish_bundled(unit)
    yield Company(app, clock, ana, bo, cui, deng, eva, fang, gu)
    app.close()


def days(number: int) -> timedelta:
    """So many days."""
    return timedelta(days=number)
