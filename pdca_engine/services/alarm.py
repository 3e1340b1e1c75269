"""Tell the people who run the system that something needs them: in their inbox, at most once a day for one matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdca_engine.services.messages import message
from pdca_engine.unit import App, Unit


def alarm(unit: Unit, matter: str, body: Mapping[str, Any]) -> None:
    """A message to every administrator about `matter`, a name for what is wrong, the same each time."""
    admins = unit.directory.holders(None, unit.today).get("admin", frozenset())
    place = f"alarm {matter} {unit.today}"
    unit.hot.insert_messages([message(unit, None, place, "alarm", person, dict(body)) for person in sorted(admins)])


def raise_alarm(app: App, matter: str, sentence: str, sentence_zh: str) -> None:
    """The same by itself, in a transaction of its own, with what is to be said in both languages."""
    with app.unit(engine=True) as unit:
        alarm(unit, matter, {"title": sentence, "title_zh": sentence_zh})
