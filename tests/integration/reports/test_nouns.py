"""Workflows, people, processes and schedules in lists."""

from __future__ import annotations

import pytest

from pdca_engine.errors import NotFound
from pdca_engine.reports.people import people, person, processes, services
from pdca_engine.reports.schedules import schedules
from pdca_engine.reports.workflows import workflow_page, workflows
from pdca_engine.services.people import erase_person
from pdca_engine.services.workflows import publish_workflow
from tests.support.notes import NOTE, publish_note
from tests.support.office import Office


def test_workflows_tell_version_and_running_items(office: Office) -> None:
    office.new_improvement()
    closed = office.new_improvement()
    office.advance(closed, "submit", office.li)
    office.advance(closed, "reject", office.cui, "no use")
    with office.app.reader(office.li, language="zh") as unit:
        found = {line.id: line for line in workflows(unit)}
    assert {"improvement", "action", "nonconformity", "review", "process_cycle", "incident"} <= set(found)
    assert (found["improvement"].title, found["improvement"].running, found["improvement"].current) == ("改进项", 1, 1)
    assert found["process_cycle"].abstract and not found["incident"].abstract


def test_a_new_version_is_used_by_new_items_and_old_ones_stay(office: Office) -> None:
    publish_note(office)
    with office.app.unit(office.gu) as unit:
        publish_workflow(unit, NOTE.replace("en: Note,", "en: Memo,"), "note.yaml", "a better name")
    with office.app.reader(office.li) as unit:
        page = workflow_page(unit, "note")
        assert [(one.number, one.reason, one.published_by) for one in page.versions] == [
            (2, "a better name", "Gu Wei"),
            (1, "for a test", "Gu Wei"),
        ]
        assert page.paper.title.en == "Memo" and workflow_page(unit, "note", 1).paper.title.en == "Note"
        with pytest.raises(NotFound, match="There are: 2, 1"):
            workflow_page(unit, "note", 3)
        with pytest.raises(NotFound, match="improvement"):
            workflow_page(unit, "notes")


def test_people_tell_their_roles_of_today(office: Office) -> None:
    with office.app.unit(office.gu) as unit:
        erase_person(unit, office.li)
    with office.app.reader(office.gu) as unit:
        listed = people(unit)
        assert [one.name for one in listed] == ["Cui Na", "Deng Bo", "Gu Wei", "Rui An"]
        assert f"P-{office.li}" in [one.name for one in people(unit, everybody=True)]
        cui = person(unit, office.cui)
        with pytest.raises(NotFound):
            person(unit, 4711)
    assert [(role.role, role.title, role.process_title) for role in cui.roles] == [
        ("process_owner", "Process owner", "Incident management")
    ]
    assert (cui.line_manager, cui.logins) == (office.gu, ("cui",))


def test_processes_and_services_tell_their_owners(office: Office) -> None:
    with office.app.reader(office.gu, language="zh") as unit:
        found = {one.id: one for one in processes(unit)}
        assert found["incident"].owner_names == ("Cui Na",) and found["change"].owners == ()
        assert found["incident"].title == "事件管理" and found["incident"].clause == "8.6.1"
        assert [one.id for one in services(unit)] == ["payment"]


def test_schedules_tell_what_comes_next(office: Office) -> None:
    with office.app.reader(office.gu) as unit:
        listed = schedules(unit)
    assert listed and all(one.title and one.error is None for one in listed)
    wakes = [one.wake_at for one in listed if one.wake_at]
    assert wakes == sorted(wakes)
    assert "board" in {one.name for one in listed if one.workflow == "improvement"}
