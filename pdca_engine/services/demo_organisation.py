"""The demo's organisation: its people, roles, processes, services and measures, and schedules that begin with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update

from pdca_engine.records.measures import Measure, Reading
from pdca_engine.records.schedules import ScheduleRecord
from pdca_engine.records.workflows import WorkflowRecord
from pdca_engine.services.demo_story import Days, Step, demo_data
from pdca_engine.services.people import add_deputy, add_person, grant_role
from pdca_engine.services.processes import add_process, add_service
from pdca_engine.services.schedules import sync_schedules
from pdca_engine.services.workflows import publish_bundled
from pdca_engine.unit import Unit

RECORDED = time(8, 30)


def found_organisation(unit: Unit, days: Days) -> dict[str, int]:
    """Write it all, leaving alone what is there already under the same login or id; the persons by login."""
    data = demo_data("organisation")
    for noun, add in (("processes", add_process), ("services", add_service)):
        known = getattr(unit.directory, noun)
        for one in data[noun]:
            if one["id"] not in known:
                add(unit, one["id"], one["en"], one["zh"], *([one["clause"]] if "clause" in one else []))
    people: dict[str, int] = {}
    for one in data["people"]:
        people[one["login"]] = _person(unit, one, people)
    for one in days.told(data["deputies"]):
        add_deputy(unit, people[one["person"]], people[one["deputy"]], date.fromisoformat(one["from"]), date.fromisoformat(one["until"]))
    for one in demo_data("measures")["measures"]:
        _add_measure(unit, one)
    publish_bundled(unit)
    _begin_schedules(unit)
    return people


def _person(unit: Unit, one: Mapping[str, Any], people: Mapping[str, int]) -> int:
    login = one["login"]
    known = unit.directory.by_login(login)
    if known is not None:
        return known.id
    number = add_person(unit, one["name"], login, f"{login}@example.com", one["language"], line_manager=people.get(one.get("manager", "")))
    for role in one.get("roles", ()):
        grant_role(unit, number, role)
    for process in one.get("owns", ()):
        grant_role(unit, number, "process_owner", process=process)
    return number


def _add_measure(unit: Unit, one: Mapping[str, Any]) -> None:
    names = ("id", "unit", "better", "chart", "cadence")
    if unit.session.get(Measure, one["id"]) is None:
        columns = {name: one[name] for name in names}
        unit.session.add(Measure(**columns, title_en=one["en"], title_zh=one["zh"], process_id=one["process"]))


def _begin_schedules(unit: Unit) -> None:
    """Let every recurring schedule count from now: the workflows may have been published later than the story begins."""
    unit.session.execute(update(ScheduleRecord).where(ScheduleRecord.item_id.is_(None)).values(next_nominal=None))
    for workflow_id in unit.session.scalars(select(WorkflowRecord.id).where(WorkflowRecord.retired_at.is_(None))).all():
        version_id, compiled = unit.library.current(unit.session, workflow_id)
        sync_schedules(unit, compiled.workflow, version_id)


def readings(days: Days) -> Iterator[tuple[datetime, Step]]:
    """Every value of every measure, at the moment it is recorded: the morning after its period."""
    for one in demo_data("measures")["measures"]:
        for (period, ends), found in zip(_periods(one, days.today), one["values"], strict=True):
            value, size = found if isinstance(found, list) else (found, None)
            said = {"period": period, "value": value, "size": size}
            yield days.at(ends + timedelta(days=1), RECORDED), Step("record", None, one["id"], said)


def _periods(one: Mapping[str, Any], today: date) -> list[tuple[str, date]]:
    """Each period's name and last day, the oldest first, up to the last whole one."""
    number = len(one["values"])
    if one["cadence"] == "weekly":
        sunday = today - timedelta(days=today.isoweekday())
        return [(f"{day:%G-W%V}", day) for day in (sunday - timedelta(weeks=back) for back in reversed(range(number)))]
    if one["cadence"] == "monthly":
        ends = [today]
        for _ in range(number):
            ends.append(ends[-1].replace(day=1) - timedelta(days=1))
        return [(f"{day:%Y-%m}", day) for day in reversed(ends[1:])]
    return [(day.isoformat(), day) for day in (today - timedelta(days=back) for back in one["days"])]


def add_reading(unit: Unit, measure: str, said: Mapping[str, Any]) -> None:
    """One value of a measure."""
    unit.session.add(Reading(measure_id=measure, recorded_at=unit.now, **said))
