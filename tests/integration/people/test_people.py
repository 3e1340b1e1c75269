"""Changes of people: who may make them, what is refused, and that all problems are told at once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from pdca_engine.errors import NotAllowed, NotFound, Refused, SignInNeeded
from pdca_engine.records.people import Account, Grant, Person
from pdca_engine.services.people import add_deputy, add_person, erase_person, grant_role
from pdca_engine.services.processes import add_process, add_service
from tests.support.office import Office


def codes(refused: Refused) -> list[tuple[str, str | None]]:
    return [(one.code, one.field) for one in refused.refusals()]


def test_every_problem_of_a_new_person_is_told_at_once(office: Office) -> None:
    with pytest.raises(Refused) as refused, office.app.unit(office.gu) as unit:
        add_person(unit, "", "No Spaces", "nowhere", "fr", "Mars/Olympus", 4711, "short")
    assert codes(refused.value) == [
        ("NEEDS_FIELD", "name"),
        ("BAD_FORM", "email"),
        ("BAD_FORM", "language"),
        ("BAD_FORM", "timezone"),
        ("NOT_FOUND", "line_manager"),
        ("BAD_FORM", "login"),
        ("PASSWORD_LENGTH", "password"),
    ]
    assert all(one.sentence("zh") != one.sentence("en") for one in refused.value.refusals())


@pytest.mark.parametrize("name", ["NUL\x00", "half \ud83d pair", "x" * 201])
def test_names_that_no_database_keeps_are_refused(office: Office, name: str) -> None:
    with pytest.raises(Refused) as refused, office.app.unit(office.gu) as unit:
        add_person(unit, name)
    assert codes(refused.value) == [("BAD_VALUE", "name")]


def test_a_login_is_taken_once(office: Office) -> None:
    with pytest.raises(Refused) as refused, office.app.unit(office.gu) as unit:
        add_person(unit, "Another Li", "li")
    assert codes(refused.value) == [("LOGIN_TAKEN", "login")]


def test_every_problem_of_a_grant_is_told_at_once(office: Office) -> None:
    with pytest.raises(Refused) as refused, office.app.unit(office.gu) as unit:
        grant_role(unit, office.li, "proces_owner", "incidents", "pay", date(2026, 2, 1), date(2026, 1, 1))
    assert codes(refused.value) == [
        ("UNKNOWN_ROLE", "role"),
        ("NOT_FOUND", "process"),
        ("NOT_FOUND", "service"),
        ("BAD_PERIOD", "until_day"),
    ]
    assert "process_owner" in refused.value.refusals()[0].en


def test_relations_to_an_item_and_the_engine_can_not_be_granted(office: Office) -> None:
    for role in ("owner", "any_staff", "scheduler"):
        with pytest.raises(Refused), office.app.unit(office.gu) as unit:
            grant_role(unit, office.li, role)


def test_nobody_is_their_own_deputy(office: Office) -> None:
    with pytest.raises(Refused) as refused, office.app.unit(office.gu) as unit:
        add_deputy(unit, office.li, office.li, None, None)
    assert codes(refused.value) == [("SAME_PERSON", "deputy")]


@pytest.mark.parametrize("who", ["cui", "deng", "li", "rui"])
def test_only_the_admin_changes_people(office: Office, who: str) -> None:
    person = getattr(office, who)
    with pytest.raises(NotAllowed), office.app.unit(person) as unit:
        grant_role(unit, person, "admin")
    with pytest.raises(NotAllowed), office.app.unit(person) as unit:
        add_person(unit, "Somebody")
    with pytest.raises(NotAllowed), office.app.unit(person) as unit:
        add_process(unit, "mine", "Mine", "我的")


def test_nobody_at_all_must_sign_in(office: Office) -> None:
    with pytest.raises(SignInNeeded), office.app.unit() as unit:
        add_person(unit, "Somebody")


def test_unknown_people_are_not_found(office: Office) -> None:
    with pytest.raises(NotFound), office.app.unit(office.gu) as unit:
        grant_role(unit, 4711, "admin")


def test_a_process_has_one_id_and_two_titles(office: Office) -> None:
    with pytest.raises(Refused) as refused, office.app.unit(office.gu) as unit:
        add_process(unit, "Incident Management", "", "")
    assert codes(refused.value) == [("BAD_FORM", "id"), ("NEEDS_FIELD", "title_en"), ("NEEDS_FIELD", "title_zh")]
    with pytest.raises(Refused) as refused, office.app.unit(office.gu) as unit:
        add_service(unit, "payment", "Payment", "支付")
    assert codes(refused.value) == [("ID_TAKEN", "id")]


def test_erasing_leaves_decisions_and_takes_the_name(office: Office) -> None:
    with office.app.unit(office.gu) as unit:
        erase_person(unit, office.cui)
    with office.app.reader() as unit:
        person = unit.session.get(Person, office.cui)
        assert person is not None and (person.name, person.email, person.active) == (f"P-{office.cui}", None, False)
        account = unit.session.scalars(select(Account).where(Account.person_id == office.cui)).one()
        assert account.login == f"erased-{account.id}" and account.disabled_at is not None
        grant = unit.session.scalars(select(Grant).where(Grant.person_id == office.cui)).one()
        assert (grant.role, grant.until_day) == ("process_owner", date(2026, 3, 1))
