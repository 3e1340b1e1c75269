"""People, processes, services, schedules, the trail's proof, and oneself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from pdca_engine.api import payloads, shapes, shaping
from pdca_engine.api.caller import Calling
from pdca_engine.reports import people as persons
from pdca_engine.reports.inbox import Inbox, inbox
from pdca_engine.reports.schedules import ScheduleLine, schedules
from pdca_engine.services.verify import verify_trail

router = APIRouter()


@router.get("/me", tags=["people"])
def show_me(caller: Calling) -> shapes.Me:
    """Who is calling, with the roles held today."""
    with caller.reading() as unit:
        line = persons.person(unit, caller.person)
        today, now = unit.today.isoformat(), unit.now
    roles = sorted({one.role for one in line.roles})
    return shapes.Me(id=line.id, name=line.name, language=caller.language, scope=caller.scope, roles=roles, today=today, now=now)


@router.get("/me/inbox", tags=["people"])
def show_inbox(caller: Calling) -> Inbox:
    """What the caller owes, what waits for a role of theirs, what they were told."""
    with caller.reading() as unit:
        return inbox(unit)


@router.get("/people", tags=["people"])
def list_people(caller: Calling) -> list[persons.PersonLine]:
    """The active persons by name, with the roles they hold today."""
    with caller.reading() as unit:
        return list(persons.people(unit))


@router.get("/people/{number}", tags=["people"])
def show_person(caller: Calling, number: Annotated[int, Path(ge=1, le=payloads.LARGEST)]) -> persons.PersonLine:
    """One person."""
    with caller.reading() as unit:
        return persons.person(unit, number)


@router.get("/processes", tags=["processes"])
def list_processes(caller: Calling) -> list[persons.ProcessLine]:
    """Every process with its owners today."""
    with caller.reading() as unit:
        return list(persons.processes(unit))


@router.get("/services", tags=["processes"])
def list_services(caller: Calling) -> list[persons.ServiceLine]:
    """Every service with its owners today."""
    with caller.reading() as unit:
        return list(persons.services(unit))


@router.get("/schedules", tags=["schedules"])
def list_schedules(caller: Calling) -> list[ScheduleLine]:
    """Recurring schedules: what comes next, what came last, what was missed."""
    with caller.reading() as unit:
        return list(schedules(unit))


@router.get("/trail/verify", tags=["trail"])
def verify_all(caller: Calling) -> shapes.TrailShape:
    """Recompute every chain and replay every item; names the first broken entry."""
    with caller.reading() as unit:
        report = verify_trail(unit)
    return shaping.trail_shape(report, caller.language)
