"""Everybody and everything a decision looks up: one reading, kept by its user until the counter "directory" has moved."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from pdca_engine.records.organisation import Counter, Process, Service
from pdca_engine.records.people import Account, Deputy, Grant, Person
from pdca_engine.store.engine import Transaction

DIRECTORY = "directory"


class PersonRow(NamedTuple):
    """A person; `logins` of the accounts that are not disabled, in alphabetical order."""

    id: int
    name: str
    email: str | None
    language: str | None
    timezone: str | None
    line_manager_id: int | None
    active: bool
    logins: tuple[str, ...] = ()


class GrantRow(NamedTuple):
    """A role held from a day until a day, both inclusive; None leaves that side open."""

    person_id: int
    role: str
    process_id: str | None
    service_id: str | None
    from_day: date | None
    until_day: date | None
    id: int = 0


class DeputyRow(NamedTuple):
    """`deputy_id` may act for `person_id` from a day until a day, both inclusive."""

    person_id: int
    deputy_id: int
    from_day: date | None
    until_day: date | None
    id: int = 0


class ProcessRow(NamedTuple):
    """A process with its titles."""

    id: str
    title_en: str
    title_zh: str
    clause: str | None
    active: bool


class ServiceRow(NamedTuple):
    """A service with its titles."""

    id: str
    title_en: str
    title_zh: str
    active: bool


class DirectoryRows(NamedTuple):
    """One reading; `counter` tells when it is out of date."""

    counter: int
    persons: tuple[PersonRow, ...]
    grants: tuple[GrantRow, ...]
    deputies: tuple[DeputyRow, ...]
    processes: tuple[ProcessRow, ...]
    services: tuple[ServiceRow, ...]


def directory_counter(session: Session) -> int:
    """How often the directory has changed; 0 when it never has."""
    return session.scalar(select(Counter.value).where(Counter.name == DIRECTORY)) or 0


def read_directory(session: Session) -> DirectoryRows:
    """The whole directory, each list in order of id. The counter is read first, so that a change meanwhile only costs another reading."""
    counter = directory_counter(session)
    logins: dict[int, list[str]] = defaultdict(list)
    accounts = select(Account.person_id, Account.login).where(Account.disabled_at.is_(None)).order_by(Account.login)
    for person, login in session.execute(accounts):
        logins[person].append(login)
    who = select(Person.id, Person.name, Person.email, Person.language, Person.timezone, Person.line_manager_id, Person.active).order_by(
        Person.id
    )
    held = (Grant.person_id, Grant.role, Grant.process_id, Grant.service_id, Grant.from_day, Grant.until_day, Grant.id)
    grants = select(*held).order_by(Grant.id)
    deputies = select(Deputy.person_id, Deputy.deputy_id, Deputy.from_day, Deputy.until_day, Deputy.id).order_by(Deputy.id)
    processes = select(Process.id, Process.title_en, Process.title_zh, Process.clause, Process.active).order_by(Process.id)
    services = select(Service.id, Service.title_en, Service.title_zh, Service.active).order_by(Service.id)
    return DirectoryRows(
        counter,
        tuple(PersonRow(*row, tuple(logins[row.id])) for row in session.execute(who)),
        tuple(GrantRow(*row) for row in session.execute(grants)),
        tuple(DeputyRow(*row) for row in session.execute(deputies)),
        tuple(ProcessRow(*row) for row in session.execute(processes)),
        tuple(ServiceRow(*row) for row in session.execute(services)),
    )


def bump_directory(transaction: Transaction) -> int:
    """Call in every transaction that changes people, roles, deputies, processes or services; answers the counter's new value."""
    return transaction.hot.next_keys(DIRECTORY)[0]
