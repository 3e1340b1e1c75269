"""Real input: a service desk's export of 2016 becomes one nonconformity per breached SLA, imported and led through its whole life.

The data set (UCI Machine Learning Repository 498, CC BY 4.0) is not part of the project: the test looks for it beside the checkout and says
so when it isn't there.
"""

from __future__ import annotations

import csv
import gzip
import io
from datetime import timedelta
from typing import Any

import pytest

from pdca_engine.errors import Refused
from pdca_engine.reports.items import item_page
from pdca_engine.services.advance import advance_item
from pdca_engine.services.creation import create_item
from pdca_engine.services.due import raise_due
from pdca_engine.services.evidence import add_evidence
from pdca_engine.services.importing.imports import apply_import
from pdca_engine.services.importing.map import read_mapping
from pdca_engine.services.importing.plan import plan_import
from pdca_engine.services.importing.report import ImportPlan
from pdca_engine.services.tables_read import read_table
from pdca_engine.services.verify import verify_trail
from tests.house.source import ROOT
from tests.support.office import Office

EXPORT = ROOT.parent / "shared" / "data" / "servicenow_incidents_2016.csv.gz"
COLUMNS = ("number", "category", "priority", "assignment_group", "u_symptom", "cmdb_ci", "opened_at", "resolved_at", "closed_code")
MAPPING = """
columns: {number: id, priority: grade, resolved_at: corrected_on, summary: title, u_symptom: description, category: tags}
values: {grade: {1 - Critical: major, 2 - High: major, 3 - Moderate: minor, 4 - Low: minor}}
defaults: {origin: service, requirements: 8.6.1, process: incident, owner: li}
ignore: [opened_at, assignment_group, cmdb_ci, closed_code]
"""


@pytest.fixture(scope="module")
def breached() -> bytes:
    """The last line of every incident that missed its SLA, as a register."""
    if not EXPORT.exists():
        pytest.skip(f"the real incidents are not beside the checkout: {EXPORT}")
    with gzip.open(EXPORT, "rt", encoding="utf-8", newline="") as stream:
        last = {row["number"]: row for row in csv.DictReader(stream)}
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ["summary", *COLUMNS], extrasaction="ignore")
    writer.writeheader()
    for row in last.values():
        if row["made_sla"] == "FALSE":
            writer.writerow({**row, "summary": f"SLA missed: {row['number']} ({row['assignment_group']})"})
    return text.getvalue().encode()


def bring_in(office: Office, register: bytes) -> ImportPlan:
    """Plan and write."""
    table = read_table(register, "breached.csv")
    with office.app.unit(office.gu) as unit:
        version = unit.library.current(unit.session, "nonconformity")[1].workflow
        plan = plan_import(unit, table, "nonconformity", read_mapping(MAPPING, "map.yaml", version))
        apply_import(unit, plan)
    return plan


def test_breached_incidents_become_nonconformities_once(office: Office, breached: bytes) -> None:
    """As exported: `?` for nothing, day-first dates with a time. The second import adds nothing."""
    plan = bring_in(office, breached)
    assert plan.ok and plan.counts["new"] == breached.count(b"SLA missed") > 50
    assert not plan.notes
    again = bring_in(office, breached)
    assert again.counts == {"new": 0, "there": plan.counts["new"], "differs": 0, "duplicate": 0, "wrong": 0}
    with office.app.reader(engine=True) as unit:
        pages = [item_page(unit, str(row.key)) for row in plan.rows]
        assert verify_trail(unit).ok
    fields = [{one.name: one.value for one in page.fields} for page in pages]
    assert {one["grade"] for one in fields} == {"major", "minor"}
    assert all(str(one["corrected_on"]).startswith(("2016-", "2017-")) for one in fields if one["corrected_on"])
    assert [page.card.key for page in pages if page.card.process != "incident" or not page.timers] == []


def one_of_each_group(plan: ImportPlan) -> list[str]:
    """The first nonconformity of every assignment group; its title ends with the group's name in brackets."""
    first: dict[str, str] = {}
    for row in plan.rows:
        first.setdefault(row.title.rpartition("(")[2], str(row.key))
    return list(first.values())


def test_one_of_each_group_is_led_through_its_whole_life(office: Office, breached: bytes) -> None:
    """By the people who may, to a closed item whose trail verifies; the others stay where they are."""
    keys = one_of_each_group(bring_in(office, breached))
    assert len(keys) > 40
    for key in keys:
        lead_to_the_wait(office, key)
    office.clock.forward(timedelta(days=91))
    raise_due(office.app)
    for key in keys:
        prove(office, key, office.gu)
        found = {"outcome": "met", "conclusion": "No repeat", "sms_changes": "Roster document 4", "lesson": "Two on each shift"}
        office.advance(key, "effective", office.gu, **found)
    with office.app.reader(engine=True) as unit:
        pages = [item_page(unit, key) for key in keys]
        assert {page.card.final for page in pages} == {"achieved"}
        assert len({field.value for page in pages for field in page.fields if field.name == "grade"}) == 2
        assert verify_trail(unit).ok


def lead_to_the_wait(office: Office, key: str) -> None:
    """From raised to the wait that shows whether the cause is gone."""
    prove(office, key, office.li)
    office.advance(key, "acknowledge", office.li, **described(office, key))
    office.clock.forward(timedelta(hours=2))
    prove(office, key, office.li)
    today = office.clock.now().date().isoformat()
    office.advance(key, "correct", office.li, correction="Restored", consequences="None further", corrected_on=today)
    action = plan_an_action(office, key)
    cause = {"method": "five_whys", "cause": "No second person on the night shift", "similar_cases": "Three in the same group"}
    office.advance(key, "propose_actions", office.li, criterion="No repeat", criterion_date="2026-06-30", **cause)
    office.advance(key, "approve_plan", office.cui)
    office.advance(action, "start", office.deng)
    prove(office, action, office.deng)
    office.advance(action, "finish", office.deng)
    office.advance(key, "actions_done", office.li)
    office.advance(key, "verify_ok", office.gu, evidence_seen="Roster of March", sample_size=5)


def described(office: Office, key: str) -> dict[str, Any]:
    """A description, where the export had none (`?`)."""
    with office.app.reader(engine=True) as unit:
        return {} if item_page(unit, key).description else {"description": "No symptom was recorded"}


def plan_an_action(office: Office, key: str) -> str:
    """A part that Deng carries out."""
    with office.app.unit(office.li) as unit:
        return create_item(unit, "action", "Second person on the night shift", {"owner": "deng", "due": "2026-04-30"}, parent=key).key


def prove(office: Office, key: str, person: int) -> None:
    """A piece of evidence."""
    with office.app.unit(person) as unit:
        add_evidence(unit, key, title="Ticket", url="https://desk.example.org/ticket")


def test_the_transitions_used_are_the_workflows_own(office: Office, breached: bytes) -> None:
    """A step that is not possible yet is refused, and the item stays."""
    key = str(bring_in(office, breached).rows[0].key)
    with office.app.unit(office.li) as unit, pytest.raises(Refused):
        advance_item(unit, key, "effective")
