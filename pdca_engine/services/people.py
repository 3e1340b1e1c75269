"""Persons, what they may do, who stands in for them. How they sign in is told in `sign_in`."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select, update

from pdca_engine.definition.paper.suggest import clip, nearest
from pdca_engine.definition.paper.words import GRANTED_ROLES
from pdca_engine.errors import NotFound
from pdca_engine.records.organisation import Process, Service
from pdca_engine.records.people import Account, Deputy, Grant, Person
from pdca_engine.services.inputs import EMAIL, Problems
from pdca_engine.services.rights import require_role
from pdca_engine.services.sign_in import (
    SignedIn,
    add_account,
    disable_account,
    end_secrets,
    judge_account,
    make_sign_in_link,
    make_token,
    sign_in_password,
    sign_out,
    use_sign_in_link,
    who_has_token,
    who_is,
)
from pdca_engine.store.directory import bump_directory
from pdca_engine.unit import Unit

# The faces find people and their sign-in under one name.
__all__ = [
    "SignedIn",
    "add_account",
    "add_deputy",
    "add_person",
    "deactivate_person",
    "disable_account",
    "end_deputy",
    "end_grant",
    "erase_person",
    "grant_role",
    "make_sign_in_link",
    "make_token",
    "require_role",
    "set_language",
    "sign_in_password",
    "sign_out",
    "use_sign_in_link",
    "who_has_token",
    "who_is",
]


def add_person(
    unit: Unit,
    name: str,
    login: str | None = None,
    email: str | None = None,
    language: str | None = None,
    timezone: str | None = None,
    line_manager: int | None = None,
    password: str | None = None,
) -> int:
    """Add somebody, with an account where a login is given; answers their number. Raises Refused (all problems), NotAllowed."""
    require_role(unit, "admin")
    problems = Problems()
    problems.text("name", name, 200)
    problems.text("email", email, 320, needed=False)
    problems.pattern("email", email, EMAIL, "li.hua@example.org")
    problems.language("language", language)
    problems.zone("timezone", timezone)
    _judge_person(unit, problems, "line_manager", line_manager)
    if login is not None or password is not None:
        judge_account(unit, problems, login or "", password)
    problems.raise_any()
    person = Person(name=name.strip(), email=email, language=language, timezone=timezone, line_manager_id=line_manager, created_at=unit.now)
    unit.session.add(person)
    unit.session.flush()
    if login is not None:
        add_account(unit, person.id, login, password)
    bump_directory(unit.transaction)
    return person.id


def set_language(unit: Unit, language: str) -> None:
    """The language the acting person reads from now on. Nobody's but one's own."""
    problems = Problems()
    problems.language("language", language)
    problems.raise_any()
    if unit.person is not None:
        person_record(unit, unit.person).language = language
        bump_directory(unit.transaction)


def grant_role(
    unit: Unit,
    person: int,
    role: str,
    process: str | None = None,
    service: str | None = None,
    from_day: date | None = None,
    until_day: date | None = None,
) -> int:
    """Give a role for the organisation, one process or one service, days inclusive (None: open); answers the grant's number.

    Raises Refused (all problems), NotFound for an unknown person, NotAllowed.
    """
    require_role(unit, "admin")
    person_record(unit, person)
    problems = Problems()
    _judge_role(problems, role)
    if process is not None and unit.session.get(Process, process) is None:
        problems.add("NOT_FOUND", "process", f"There is no process {process}.", f"没有流程 {process}。")
    if service is not None and unit.session.get(Service, service) is None:
        problems.add("NOT_FOUND", "service", f"There is no service {service}.", f"没有服务 {service}。")
    problems.days(from_day, until_day)
    problems.raise_any()
    grant = Grant(person_id=person, role=role, process_id=process, service_id=service, from_day=from_day, until_day=until_day)
    return _added(unit, grant)


def end_grant(unit: Unit, grant: int, last_day: date | None = None) -> None:
    """The role is held until `last_day`, at latest until yesterday when none is given. The grant stays on record."""
    require_role(unit, "admin")
    record = unit.session.get(Grant, grant)
    if record is None:
        raise NotFound("grant", "授权", str(grant))
    record.until_day = _earlier(record.until_day, last_day or unit.today - timedelta(days=1))
    bump_directory(unit.transaction)


def add_deputy(unit: Unit, person: int, deputy: int, from_day: date | None, until_day: date | None) -> int:
    """`deputy` may act for `person` in those days, inclusive; answers the row's number. Raises Refused (all problems), NotAllowed."""
    require_role(unit, "admin")
    problems = Problems()
    _judge_person(unit, problems, "person", person)
    _judge_person(unit, problems, "deputy", deputy)
    if person == deputy:
        problems.add("SAME_PERSON", "deputy", "Nobody can be their own deputy.", "不能由本人担任自己的代理人。")
    problems.days(from_day, until_day)
    problems.raise_any()
    return _added(unit, Deputy(person_id=person, deputy_id=deputy, from_day=from_day, until_day=until_day))


def end_deputy(unit: Unit, deputy: int, last_day: date | None = None) -> None:
    """The deputising of that number ends with `last_day`, at latest yesterday when none is given."""
    require_role(unit, "admin")
    record = unit.session.get(Deputy, deputy)
    if record is None:
        raise NotFound("deputy", "代理", str(deputy))
    record.until_day = _earlier(record.until_day, last_day or unit.today - timedelta(days=1))
    bump_directory(unit.transaction)


def erase_person(unit: Unit, person: int) -> None:
    """Replace the name by a pseudonym and forget address and logins; what the person decided stays (acceptance 30). Cannot be undone."""
    require_role(unit, "admin")
    record = person_record(unit, person)
    record.name = f"P-{person}"
    record.email = record.language = record.timezone = record.line_manager_id = None
    record.active, record.erased_at = False, record.erased_at or unit.now
    for account in unit.session.scalars(select(Account).where(Account.person_id == person)).all():
        disable_account(unit, account.login)
        account.login, account.password_hash = f"erased-{account.id}", None
    yesterday = unit.today - timedelta(days=1)
    for table in (Grant, Deputy):
        open_ones = update(table).where(table.person_id == person, (table.until_day.is_(None)) | (table.until_day > yesterday))
        unit.session.execute(open_ones.values(until_day=yesterday))
    unit.session.execute(update(Person).where(Person.line_manager_id == person).values(line_manager_id=None))
    bump_directory(unit.transaction)


def deactivate_person(unit: Unit, person: int) -> None:
    """The person has left: no role counts any more, every session and token ends. The name stays."""
    require_role(unit, "admin")
    person_record(unit, person).active = False
    for account in unit.session.scalars(select(Account).where(Account.person_id == person)).all():
        end_secrets(unit, account.id)
    bump_directory(unit.transaction)


def person_record(unit: Unit, person: int) -> Person:
    """The person's row; NotFound when there is none."""
    record = unit.session.get(Person, person)
    if record is None:
        raise NotFound("person", "人员", str(person))
    return record


def _added(unit: Unit, record: Grant | Deputy) -> int:
    unit.session.add(record)
    unit.session.flush()
    bump_directory(unit.transaction)
    return record.id


def _judge_person(unit: Unit, problems: Problems, name: str, person: int | None) -> None:
    if person is not None and unit.session.get(Person, person) is None:
        problems.add("NOT_FOUND", name, f"There is no person {person}.", f"没有编号为 {person} 的人员。")


def _judge_role(problems: Problems, role: str) -> None:
    if role in GRANTED_ROLES:
        return
    near = nearest(role, GRANTED_ROLES)
    hint = f"Did you mean {near}?" if near else f"Roles that can be granted: {', '.join(GRANTED_ROLES)}."
    hint_zh = f"您是否指 {near}？" if near else f"可授予的角色：{'、'.join(GRANTED_ROLES)}。"
    problems.add("UNKNOWN_ROLE", "role", f"There is no role {clip(role)} to grant. {hint}", f"没有可授予的角色 {clip(role)}。{hint_zh}")


def _earlier(now: date | None, wanted: date) -> date:
    return wanted if now is None else min(now, wanted)
