"""Schedules that rest while nothing of their workflow is open: a process the organisation doesn't have, or has not begun with."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text

from pdca_engine.paths import bundled
from pdca_engine.services.creation import create_item
from pdca_engine.services.due import Tick, raise_due
from pdca_engine.services.people import grant_role
from pdca_engine.services.processes import add_process
from tests.support.company import Company, days

CYCLES = sorted(path.stem for path in (bundled("workflows") / "processes").glob("*.yaml"))
MONDAY = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


def rows(company: Company, query: str) -> list[tuple[object, ...]]:
    with company.app.reader() as unit:
        return [tuple(row) for row in unit.session.execute(text(query))]


def tick(company: Company, moment: datetime) -> Tick:
    company.clock.at = moment
    return raise_due(company.app)


def states(company: Company, workflow: str, schedule: str) -> list[object]:
    query = f"SELECT o.state FROM occurrence o JOIN schedule s ON s.id = o.schedule_id WHERE s.workflow_id = '{workflow}'"
    return [state for (state,) in rows(company, f"{query} AND s.name = '{schedule}' ORDER BY o.nominal")]


def test_a_year_without_any_cycle_opens_nothing_and_alarms_nobody(company: Company) -> None:
    """Nineteen of the twenty processes do not exist here; nobody runs a cycle of the one that does."""
    with company.app.unit(engine=True) as unit:
        unit.session.execute(text(f"UPDATE schedule SET wake_at = NULL WHERE workflow_id NOT IN ({', '.join(map(repr, CYCLES))})"))
    ticks = [tick(company, MONDAY + days(week * 7)) for week in range(52)]
    assert (sum(one.fired for one in ticks), sum(one.failed for one in ticks)) == (0, 0)
    assert sum(one.skipped for one in ticks) > 500
    assert rows(company, "SELECT count(*) FROM message") == rows(company, "SELECT count(*) FROM item") == [(0,)]


def test_a_cycle_wakes_the_schedules_of_its_process_and_retiring_it_lets_them_rest(company: Company) -> None:
    tick(company, MONDAY)
    with company.app.unit(company.cui) as unit:
        key = create_item(unit, "incident", "This year's turn", {"process": "incident", "owner": company.cui}).key
    tick(company, MONDAY + days(7))
    company.do(company.fang, key, "retire", "Out of scope", given={"scope_changed": True})
    tick(company, MONDAY + days(14))
    assert states(company, "incident", "weekly_figures") == ["skipped", "fired", "skipped"]
    assert set(states(company, "change", "weekly_board")) == {"skipped"}
    told = rows(company, "SELECT count(*) FROM message WHERE person_id = " + str(company.cui) + " AND item_id IS NULL AND kind = 'notify'")
    assert told == [(1,)]


def test_a_cycle_whose_process_does_not_exist_waits_for_it(company: Company) -> None:
    with company.app.unit(company.cui) as unit:
        create_item(unit, "change", "A cycle before its process", {"owner": company.cui})
    first = tick(company, MONDAY)
    with company.app.unit(engine=True) as unit:
        add_process(unit, "change", "Change management", "变更管理", "8.5.1")
        grant_role(unit, company.cui, "process_owner", process="change")
    second = tick(company, MONDAY + days(7))
    assert (first.failed, second.failed) == (0, 0)
    assert states(company, "change", "weekly_figures") == ["skipped", "fired"]
    assert rows(company, "SELECT count(*) FROM message WHERE kind = 'alarm'") == [(0,)]


def test_a_check_tells_what_to_look_at(company: Company) -> None:
    with company.app.unit(company.cui) as unit:
        create_item(unit, "incident", "This year's turn", {"process": "incident", "owner": company.cui})
    tick(company, datetime(2026, 4, 7, 1, 0, tzinfo=UTC))  # the 5th is a Sunday, the 6th a holiday
    found = rows(company, "SELECT process_id, owner_id, description FROM item WHERE title = 'Monthly check of incident management'")
    ((process, owner, description),) = found
    assert (process, owner) == ("incident", company.cui)
    assert str(description).startswith("- Resolved in target") and "升级" in str(description)
