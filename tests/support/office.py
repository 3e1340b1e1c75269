"""A small organisation with the bundled workflows, ready for work: who is who, a frozen clock, and items through the public services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pdca_engine.clock import FrozenClock
from pdca_engine.services.advance import advance_item
from pdca_engine.services.creation import create_item
from pdca_engine.services.people import add_person, grant_role
from pdca_engine.services.processes import add_process, add_service
from pdca_engine.services.workflows import publish_bundled
from pdca_engine.settings import Settings
from pdca_engine.unit import App, open_app

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday, 09:00 in Shanghai
PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Office:
    """The program and its people by number."""

    app: App
    clock: FrozenClock
    gu: int  # admin
    cui: int  # owner of the process incident
    deng: int  # improvement manager
    li: int  # staff
    rui: int  # only a reader

    def new_improvement(self, title: str = "Fewer repeat incidents", person: int | None = None, **values: Any) -> str:
        """An improvement of `person` (Li) for the process incident; its key."""
        given = {"process": "incident", "description": "Seen in the weekly report", "source": "incident trend", **values}
        with self.app.unit(person or self.li) as unit:
            return create_item(unit, "improvement", title, given).key

    def advance(self, key: str, transition: str, person: int, comment: str | None = None, **values: Any) -> None:
        """Fire a transition as somebody."""
        with self.app.unit(person) as unit:
            advance_item(unit, key, transition, values, comment)


def found_office(settings: Settings) -> None:
    """Write the organisation into a migrated, empty database."""
    app = open_app(settings, FrozenClock(MORNING))
    with app.unit(engine=True) as unit:
        add_process(unit, "incident", "Incident management", "事件管理", "8.6.1")
        add_process(unit, "change", "Change management", "变更管理", "8.5.1")
        add_service(unit, "payment", "Payment gateway", "支付网关")
        gu = add_person(unit, "Gu Wei", "gu", "gu@example.org", password=PASSWORD)
        cui = add_person(unit, "Cui Na", "cui", language="zh", line_manager=gu)
        deng, _, rui = (add_person(unit, name, login) for name, login in (("Deng Bo", "deng"), ("Li Hua", "li"), ("Rui An", "rui")))
        grant_role(unit, gu, "admin")
        grant_role(unit, cui, "process_owner", process="incident")
        grant_role(unit, deng, "improvement_manager")
        grant_role(unit, rui, "reader")
        publish_bundled(unit)
    app.close()


@contextmanager
def open_office(settings: Settings) -> Iterator[Office]:
    """The organisation in a database that `found_office` wrote, or a copy of it."""
    clock = FrozenClock(MORNING)
    app = open_app(settings, clock)
    with app.reader() as unit:
        people = {login: unit.directory.find_person(login) for login in ("gu", "cui", "deng", "li", "rui")}
    yield Office(app, clock, **people)
    app.close()
