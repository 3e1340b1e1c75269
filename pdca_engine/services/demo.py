"""`serve --demo`: an organisation that has worked with the program for five months, told by the program itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from sqlalchemy import func, select, update

from pdca_engine.records.items import Item
from pdca_engine.records.schedules import Message
from pdca_engine.services.demo_organisation import found_organisation, readings
from pdca_engine.services.demo_stage import Stage
from pdca_engine.services.demo_story import BEGINS, Days, timeline
from pdca_engine.unit import App

FOUNDED = time(8, 0)


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What there is now: how many items and people, and the logins. `filled` is False where there were items already: nothing was done."""

    items: int
    people: int
    logins: tuple[str, ...]
    filled: bool


def fill_demo(app: App) -> DemoReport:
    """Fill a migrated database with the demo's organisation and its last five months, up to the beginning of today.

    Everything goes through the services on a moving clock, so histories, timers and reviews are as the rules make them. In a database that
    has any item nothing is done. Not to be interrupted: what is half filled counts as filled.
    """
    if _has_items(app):
        return _report(app, filled=False)
    with app.reader(engine=True) as unit:
        days = Days(unit.today, unit.settings.zone, app.calendar)
    stage = Stage(app, days.at(days.day(BEGINS), FOUNDED), days)
    with stage.app.unit(engine=True) as unit:
        stage.people = found_organisation(unit, days)
    stage.play([*readings(days), *timeline(days)], until=days.at(days.today, time.min))
    with stage.app.unit(engine=True) as unit:  # what was to be told by now has been told: no mail goes out about the past
        unit.session.execute(update(Message).where(Message.sent_at.is_(None)).values(sent_at=Message.created_at))
    return _report(app, filled=True)


def _has_items(app: App) -> bool:
    with app.reader(engine=True) as unit:
        return unit.session.scalar(select(Item.id).limit(1)) is not None


def _report(app: App, *, filled: bool) -> DemoReport:
    with app.reader(engine=True) as unit:
        items = unit.session.scalar(select(func.count()).select_from(Item)) or 0
        people = unit.directory.persons.values()
        return DemoReport(items, len(people), tuple(login for one in people for login in one.logins), filled)
