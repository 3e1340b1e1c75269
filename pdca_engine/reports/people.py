"""People and what they may do today; processes and services with their owners."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pdca_engine.definition.deciding.refusals import role_text
from pdca_engine.errors import NotFound
from pdca_engine.reports.values import process_title, service_title
from pdca_engine.unit import Unit


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One role held today: for a process, a service, or (neither) the organisation; days inclusive, None open."""

    id: int
    role: str
    title: str
    process: str | None
    process_title: str
    service: str | None
    service_title: str
    from_day: date | None
    until_day: date | None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody: how to reach them, the roles they hold today, whom they stand in for today."""

    id: int
    name: str
    logins: tuple[str, ...]
    email: str | None
    language: str | None
    timezone: str | None
    line_manager: int | None
    active: bool
    roles: tuple[RoleLine, ...]
    stands_in_for: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ProcessLine:
    """A process with the clause it answers and the persons who own it today."""

    id: str
    title: str
    clause: str | None
    active: bool
    owners: tuple[int, ...]
    owner_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service with the persons who own it today."""

    id: str
    title: str
    active: bool
    owners: tuple[int, ...]
    owner_names: tuple[str, ...]


def people(unit: Unit, *, everybody: bool = False) -> tuple[PersonLine, ...]:
    """The active persons by name; with `everybody` those who left too."""
    rows = (row for row in unit.directory.persons.values() if row.active or everybody)
    return tuple(person(unit, row.id) for row in sorted(rows, key=lambda row: (row.name.casefold(), row.id)))


def person(unit: Unit, id: int) -> PersonLine:
    """One person; NotFound when there is none."""
    row = unit.directory.person(id)
    if row is None:
        raise NotFound("person", "人员", str(id))
    return PersonLine(
        id=row.id,
        name=row.name,
        logins=tuple(row.logins),
        email=row.email,
        language=row.language,
        timezone=row.timezone,
        line_manager=row.line_manager_id,
        active=row.active,
        roles=_roles(unit, id),
        stands_in_for=unit.directory.stands_in(id, unit.today),
    )


def processes(unit: Unit) -> tuple[ProcessLine, ...]:
    """Every process by id, with its owners."""
    return tuple(
        ProcessLine(row.id, process_title(unit, row.id), row.clause, row.active, *_owners(unit, "process_owner", process=row.id))
        for row in sorted(unit.directory.processes.values(), key=lambda row: row.id)
    )


def services(unit: Unit) -> tuple[ServiceLine, ...]:
    """Every service by id, with its owners."""
    return tuple(
        ServiceLine(row.id, service_title(unit, row.id), row.active, *_owners(unit, "service_owner", service=row.id))
        for row in sorted(unit.directory.services.values(), key=lambda row: row.id)
    )


def _roles(unit: Unit, id: int) -> tuple[RoleLine, ...]:
    return tuple(
        RoleLine(
            id=grant.id,
            role=grant.role,
            title=role_text(grant.role).get(unit.language),
            process=grant.process_id,
            process_title=process_title(unit, grant.process_id),
            service=grant.service_id,
            service_title=service_title(unit, grant.service_id),
            from_day=grant.from_day,
            until_day=grant.until_day,
        )
        for grant in unit.directory.everywhere(id, unit.today)
    )


def _owners(unit: Unit, role: str, process: str | None = None, service: str | None = None) -> tuple[tuple[int, ...], tuple[str, ...]]:
    held = tuple(sorted(unit.directory.holders(process, unit.today, service).get(role, ())))
    return held, tuple(unit.directory.name(one, unit.language) for one in held)
