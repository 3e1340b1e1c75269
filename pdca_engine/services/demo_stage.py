"""Play the demo's story through the services, on a clock that moves: every line of its trail came about by the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, time
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any, Final

from pdca_engine.clock import FrozenClock
from pdca_engine.errors import Refused
from pdca_engine.services.advance import advance_item
from pdca_engine.services.creation import create_item
from pdca_engine.services.demo_files import demo_file
from pdca_engine.services.demo_organisation import add_reading
from pdca_engine.services.demo_story import Days, Step, demo_data
from pdca_engine.services.due import raise_due
from pdca_engine.services.evidence import add_evidence, keep_file
from pdca_engine.services.items import comment_item, edit_item
from pdca_engine.services.links import link_item
from pdca_engine.unit import App, Unit

MEETING_HOURS: Final = {"begin": time(13, 31), "conclude": time(14, 47), "close": time(16, 12)}


class Stage:
    """The program at the story's moment, with who is who and which item has which key."""

    def __init__(self, app: App, begins: datetime, days: Days) -> None:
        self._clock = FrozenClock(begins)
        self.app = app.at(begins)
        self.app.clock = self._clock
        self.days = days
        self.people: dict[str, int] = {}
        self.keys: dict[str, str] = {}
        self._opened: Counter[str] = Counter()
        self._order = count()
        self._ahead: list[tuple[datetime, int, Step]] = []

    def play(self, steps: Iterable[tuple[datetime, Step]], until: datetime) -> None:
        """Everything in its order, and between the steps whatever is due by then."""
        self._ahead = [(max(moment, self._clock.at), next(self._order), step) for moment, step in steps]
        heapify(self._ahead)
        while self._ahead and self._ahead[0][0] <= until:
            moment = self._ahead[0][0]
            self._let_time_pass(moment)  # may open reviews, whose steps come first
            moment, _, step = heappop(self._ahead)
            self._clock.at = moment
            self._take(step)
        self._let_time_pass(until)

    def _let_time_pass(self, until: datetime) -> None:
        """Raise what is due at the very moments it is due."""
        while (wake := self._next_wake()) is not None and wake <= until:
            self._clock.at = max(wake, self._clock.at)
            for key in raise_due(self.app).created:
                self._expect(key)
        self._clock.at = until

    def _next_wake(self) -> datetime | None:
        with self.app.reader(engine=True) as unit:
            return unit.hot.earliest_wake()

    def _expect(self, key: str) -> None:
        """A schedule opened something: where `reviews.yaml` tells of its kind, it is held like that; the rest waits as it is."""
        with self.app.reader(engine=True) as unit:
            row = unit.hot.read_item(key=key)
        assert row is not None
        kind = str(row.fields.get("kind", ""))
        course = demo_data("reviews").get(kind)
        if course is None or row.owner_id is None:
            return
        told = course[self._opened[kind] % len(course)]
        self._opened[kind] += 1
        self.keys[key] = key
        owner = next(login for login, number in self.people.items() if number == row.owner_id)
        for moment, step in _meeting(self, key, owner, told):
            heappush(self._ahead, (max(moment, self._clock.at), next(self._order), step))

    def _take(self, step: Step) -> None:
        """One step in a unit of its own. An attempt must be refused, anything else must not."""
        person = self.people[step.by] if step.by else None
        refused = False
        try:
            with self.app.unit(person, engine=person is None) as unit:
                ACTS[step.act](self, unit, step)
        except Refused as no:
            no.add_note(f"{step} at {self._clock.at}: {[one.en for one in no.refusals()]}")
            if step.act != "try":
                raise
            refused = True
        assert refused == (step.act == "try"), f"{step} was not refused"

    def values(self, step: Step) -> dict[str, Any]:
        """What a step gives, its days as dates."""
        found: dict[str, Any] = self.days.told(step.said.get("with", {}))
        return found


def _meeting(stage: Stage, key: str, owner: str, told: Mapping[str, Any]) -> Iterator[tuple[datetime, Step]]:
    """The steps of one review: its owner begins and concludes it, somebody closes it."""
    if told.get("missed"):
        return
    days = stage.days
    today = stage.app.clock.now().astimezone(days.zone).date()
    written = {name: value for name, value in told.items() if name not in (*MEETING_HOURS, "closes")}
    for verb, clock in MEETING_HOURS.items():
        day = days.calendar.add(today, told[verb])[0] if told[verb] else today
        said = {"do": verb, "with": written if verb == "conclude" else {}}
        yield days.at(day, clock), Step("do", told["closes"] if verb == "close" else owner, key, said)


def _new(stage: Stage, unit: Unit, step: Step) -> None:
    """The story's own item, or a child of it under a name of its own."""
    name = step.said["as"]
    parent = stage.keys[step.item] if name != step.item else None
    stage.keys[name] = create_item(unit, step.said["new"], step.said["title"], stage.values(step), parent=parent).key


def _do(stage: Stage, unit: Unit, step: Step) -> None:
    absent = stage.people.get(step.said.get("for", ""))
    verb = step.said[step.act]
    advance_item(unit, stage.keys[step.item], verb, stage.values(step), step.said.get("comment"), acting_for=absent)


def _set(stage: Stage, unit: Unit, step: Step) -> None:
    edit_item(unit, stage.keys[step.item], stage.days.told(step.said["set"]))


def _say(stage: Stage, unit: Unit, step: Step) -> None:
    comment_item(unit, stage.keys[step.item], step.said["say"])


def _show(stage: Stage, unit: Unit, step: Step) -> None:
    said = step.said
    file = keep_file(unit.settings, demo_file(said["file"], said["text"]), said["file"]) if "file" in said else None
    key = stage.keys[step.item]
    add_evidence(unit, key, title=said["show"], file=file, url=said.get("url"), kind=said["kind"], requirement=said.get("requirement"))


def _link(stage: Stage, unit: Unit, step: Step) -> None:
    link_item(unit, stage.keys[step.item], to=stage.keys[step.said["link"]])


def _record(stage: Stage, unit: Unit, step: Step) -> None:
    add_reading(unit, step.item, step.said)


ACTS: Final[Mapping[str, Callable[[Stage, Unit, Step], None]]] = {
    "new": _new,
    "do": _do,
    "try": _do,
    "set": _set,
    "say": _say,
    "show": _show,
    "link": _link,
    "record": _record,
}
