"""Roles and deputies by day, and how people are found."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pdca_engine.directory import Directory
from pdca_engine.errors import BadInput, NotFound
from pdca_engine.services.people import add_deputy, add_person, end_grant, erase_person, grant_role
from tests.support.office import Office

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


def directory(office: Office) -> Directory:
    with office.app.reader() as unit:
        return unit.directory


def test_a_role_is_held_from_its_first_day_to_its_last(office: Office) -> None:
    with office.app.unit(office.gu) as unit:
        grant_role(unit, office.li, "auditor", from_day=TODAY, until_day=TODAY + DAY)
    days = {day: "auditor" in directory(office).roles(office.li, None, day) for day in (TODAY - DAY, TODAY, TODAY + DAY, TODAY + 2 * DAY)}
    assert list(days.values()) == [False, True, True, False]


def test_a_role_for_a_process_counts_there_and_nowhere_else(office: Office) -> None:
    found = directory(office)
    assert found.roles(office.cui, "incident", TODAY) == {"process_owner"}
    assert found.roles(office.cui, "change", TODAY) == found.roles(office.cui, None, TODAY) == frozenset()
    assert found.roles(office.deng, "incident", TODAY) == found.roles(office.deng, None, TODAY) == {"improvement_manager"}
    assert found.holders("incident", TODAY)["process_owner"] == {office.cui}


def test_a_role_for_a_service_counts_for_that_service(office: Office) -> None:
    with office.app.unit(office.gu) as unit:
        grant_role(unit, office.li, "service_owner", service="payment")
    found = directory(office)
    assert found.roles(office.li, "incident", TODAY, "payment") == {"service_owner"}
    assert found.roles(office.li, "incident", TODAY) == frozenset()


def test_an_ended_grant_and_an_erased_person_count_no_more(office: Office) -> None:
    with office.app.unit(office.gu) as unit:
        grant = grant_role(unit, office.li, "auditor")
        end_grant(unit, grant)
        erase_person(unit, office.cui)
    found = directory(office)
    assert "auditor" not in found.roles(office.li, None, TODAY)
    assert "process_owner" not in found.holders("incident", TODAY)


def test_a_deputy_stands_in_on_the_days_named(office: Office) -> None:
    with office.app.unit(office.gu) as unit:
        add_deputy(unit, office.cui, office.li, TODAY, TODAY + DAY)
    found = directory(office)
    assert found.stands_in(office.li, TODAY) == (office.cui,)
    assert found.stands_in(office.li, TODAY + 2 * DAY) == found.stands_in(office.cui, TODAY) == ()


@pytest.mark.parametrize("text", ["li", "Li Hua", " li hua "])
def test_a_person_is_found_by_login_or_name(office: Office, text: str) -> None:
    assert directory(office).find_person(text) == office.li


def test_a_person_is_found_by_number_and_e_mail(office: Office) -> None:
    found = directory(office)
    assert found.find_person(str(office.li)) == office.li
    assert found.find_person("GU@example.org") == office.gu


def test_an_unknown_person_is_answered_with_the_nearest_names(office: Office) -> None:
    with pytest.raises(NotFound, match="Did you mean Deng Bo"):
        directory(office).find_person("Deng Bao")


@pytest.mark.parametrize("text", ["", "  ", "0", "99999999999999999999", "ÄÖ"])
def test_nothing_and_nobody_are_found_under_strange_names(office: Office, text: str) -> None:
    with pytest.raises(NotFound):
        directory(office).find_person(text)


def test_two_people_of_one_name_must_be_told_apart(office: Office) -> None:
    with office.app.unit(office.gu) as unit:
        add_person(unit, "Li Hua", "li.hua2")
    with pytest.raises(BadInput, match=r"li\.hua2"):
        directory(office).find_person("Li Hua")


def test_names_of_the_engine_and_of_the_erased(office: Office) -> None:
    with office.app.unit(office.gu) as unit:
        erase_person(unit, office.li)
    found = directory(office)
    assert found.name(None) == "the engine" and found.name(None, "zh") == "系统引擎"
    assert found.name(office.li) == f"P-{office.li}"
    with pytest.raises(NotFound):
        found.find_person("Li Hua")


def test_a_snapshot_stays_and_a_new_one_follows_each_change(office: Office) -> None:
    before = directory(office)
    assert directory(office) is before
    with office.app.unit(office.gu) as unit:
        grant_role(unit, office.li, "auditor")
    assert "auditor" not in before.roles(office.li, None, TODAY)
    assert "auditor" in directory(office).roles(office.li, None, TODAY)


def test_a_change_that_was_undone_leaves_no_trace(office: Office) -> None:
    with pytest.raises(RuntimeError, match="undone"), office.app.unit(office.gu) as unit:
        grant_role(unit, office.li, "sponsor")
        assert "sponsor" in unit.directory_at(None).roles(office.li, None, TODAY)
        raise RuntimeError("undone")
    with office.app.unit(engine=True) as unit:
        grant_role(unit, office.li, "auditor")
    assert directory(office).roles(office.li, None, TODAY) == {"auditor"}
