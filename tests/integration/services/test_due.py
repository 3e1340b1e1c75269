"""Schedules and timers of the bundled workflows fire once in effect (acceptance 16 first half, 28; domain 2.5, 2.6)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from pdca_engine.services.due import Tick, raise_due
from pdca_engine.services.people import grant_role
from pdca_engine.services.verify import verify_trail
from tests.support.company import Company, days

MONDAY = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


@pytest.fixture(autouse=True)
def only_the_board(company: Company) -> None:
    """Other workflows have schedules too; here the weekly board is enough."""
    with company.app.unit(engine=True) as unit:
        unit.session.execute(text("UPDATE schedule SET wake_at = NULL WHERE name <> 'board' OR workflow_id <> 'improvement'"))


def rows(company: Company, query: str) -> list[tuple[object, ...]]:
    with company.app.reader() as unit:
        return [tuple(row) for row in unit.session.execute(text(query))]


def test_nothing_is_due_before_its_time(company: Company) -> None:
    tick = raise_due(company.app, MONDAY.replace(hour=0, minute=59))
    assert (tick.fired, tick.missed) == (0, 0)
    assert tick.next_wake == MONDAY


def test_monday_nine_opens_one_board_review_whoever_ticks(company: Company) -> None:
    company.clock.at = MONDAY
    ticks: list[Tick] = []
    engines = [threading.Thread(target=lambda: ticks.append(raise_due(company.app))) for _ in range(2)]
    for engine in engines:
        engine.start()
    for engine in engines:
        engine.join()
    assert sum(tick.fired for tick in ticks) == 1
    boards = rows(company, "SELECT key, title, owner_id FROM item WHERE workflow_id = 'review' AND title = 'Improvement board'")
    assert boards == [("REV-2026-0001", "Improvement board", company.fang)]


def test_a_clock_set_back_creates_nothing_twice(company: Company) -> None:
    assert raise_due(company.app, MONDAY).fired == 1
    for hours in (0, 23):
        tick = raise_due(company.app, MONDAY.replace(day=8, hour=hours))
        assert (tick.fired, tick.missed, tick.skipped) == (0, 0, 0)
    assert raise_due(company.app, MONDAY).fired == 0
    assert rows(company, "SELECT count(*) FROM occurrence") == [(1,)]


def test_after_three_weeks_down_the_newest_opens_and_the_others_are_kept_as_missed(company: Company) -> None:
    raise_due(company.app, MONDAY + days(21))
    states = rows(
        company,
        "SELECT nominal, state FROM occurrence o JOIN schedule s ON s.id = o.schedule_id "
        "WHERE s.name = 'board' AND s.workflow_id = 'improvement' ORDER BY nominal",
    )
    assert [state for _, state in states] == ["missed", "missed", "missed", "fired"]
    assert states[-1][0] == "2026-03-30T09:00:00"


def test_a_decision_that_is_late_is_escalated_once_a_step(company: Company) -> None:
    key = company.propose()
    company.do(company.ana, key, "submit")  # due 10 working days later: 2026-03-16
    told: list[tuple[int, int]] = []
    for day in (12, 13, 16, 17, 17, 21, 31):
        raise_due(company.app, company.clock.at.replace(day=day))
        told.append((day, _count(company)))
    assert told == [(12, 0), (13, 0), (16, 2), (17, 3), (17, 3), (21, 4), (31, 4)]


def _count(company: Company) -> int:
    (row,) = rows(
        company, "SELECT count(*) FROM message m JOIN item i ON i.id = m.item_id WHERE i.workflow_id = 'improvement' AND m.kind = 'remind'"
    )
    number = row[0]
    assert isinstance(number, int)
    return number


def test_after_down_time_only_the_highest_step_reached_is_told(company: Company) -> None:
    key = company.propose()
    company.do(company.ana, key, "submit")
    raise_due(company.app, company.clock.at + days(60))
    assert rows(company, "SELECT person_id FROM message WHERE kind = 'remind'") == [(company.fang,)]
    assert rows(company, "SELECT state, count(*) FROM occurrence WHERE item_id IS NOT NULL GROUP BY state ORDER BY state") == [
        ("fired", 1),
        ("skipped", 2),
    ]


def test_leaving_the_state_ends_its_reminders(company: Company) -> None:
    key = company.propose()
    company.do(company.ana, key, "submit")
    company.do(company.cui, key, "reject", "not now")
    raise_due(company.app, company.clock.at + days(40))
    assert rows(company, "SELECT count(*) FROM message WHERE kind = 'remind'") == [(0,)]


def test_an_item_on_hold_comes_back_by_itself_and_is_not_reminded_meanwhile(company: Company) -> None:
    key = company.approved()
    company.do(company.cui, key, "hold", "no people", given={"resume_on": "2026-04-24"})
    raise_due(company.app, datetime(2026, 4, 23, 15, 59, tzinfo=UTC))
    assert company.item(key).state == "on_hold"
    assert rows(company, "SELECT count(*) FROM message WHERE kind = 'remind'") == [(0,)]
    raise_due(company.app, datetime(2026, 4, 23, 16, 0, tzinfo=UTC))  # 24 April begins in Shanghai
    assert company.item(key).state == "approved"
    entry = rows(company, "SELECT person_id, text FROM entry WHERE transition = 'resume'")[0]
    assert entry[0] is None and '"comment":"come_back_from_hold"' in str(entry[1])
    with company.app.reader() as unit:
        assert verify_trail(unit).ok


def test_a_poisoned_schedule_is_set_aside_and_the_others_run(company: Company) -> None:
    key = company.approved()
    company.do(company.cui, key, "hold", "no people", given={"resume_on": "2026-04-05"})
    with company.app.unit(engine=True) as unit:
        unit.session.execute(text("UPDATE schedule SET name = 'gone' WHERE name = 'board' AND workflow_id = 'improvement'"))
    tick = raise_due(company.app, datetime(2026, 4, 7, 1, 0, tzinfo=UTC))
    assert (tick.failed, tick.fired) == (1, 1)
    ((error,),) = rows(company, "SELECT error FROM schedule WHERE name = 'gone'")
    assert "gone" in str(error)
    assert raise_due(company.app, datetime(2026, 4, 7, 1, 1, tzinfo=UTC)).failed == 0


def test_a_refused_effect_undoes_its_occurrence_and_raises_an_alarm(company: Company) -> None:
    with company.app.unit(engine=True) as unit:
        unit.session.execute(text("UPDATE workflow SET retired_at = :now WHERE id = 'review'"), {"now": "2026-01-01T00:00:00.000000Z"})
    tick = raise_due(company.app, MONDAY)
    assert (tick.fired, tick.failed) == (0, 1)
    assert rows(company, "SELECT count(*) FROM occurrence") == [(0,)]
    ((error,),) = rows(company, "SELECT error FROM schedule WHERE name = 'board' AND workflow_id = 'improvement'")
    assert "review" in str(error)


def _as_many_targets(company: Company, number: int, last: str = "''") -> None:
    """The board's schedule once more for each of `number` made-up targets, as `for_each` would; `last` spoils their names."""
    columns = "kind, workflow_id, workflow_version_id, rule, timezone, next_nominal, due_at, wake_at, step, version"
    with company.app.unit(engine=True) as unit:
        for place in range(number):
            unit.session.execute(
                text(
                    f"INSERT INTO schedule (name, target, {columns}) SELECT name || {last}, 't{place}', {columns} "
                    "FROM schedule WHERE name = 'board' AND workflow_id = 'improvement' AND target = ''"
                )
            )


def test_more_than_a_batch_happens_once_each_with_all_it_causes(company: Company) -> None:
    _as_many_targets(company, 600)
    tick = raise_due(company.app, MONDAY)
    assert (tick.fired, tick.missed, tick.failed, len(set(tick.created))) == (601, 0, 0, 601)
    kept = "SELECT count(*), count(DISTINCT key) FROM item WHERE workflow_id = 'review' AND title = 'Improvement board'"
    assert rows(company, kept) == [(601, 601)]
    assert rows(
        company, "SELECT count(*) FROM entry WHERE kind = 'created' AND item_id IN (SELECT id FROM item WHERE workflow_id = 'review')"
    )[0] == (601,)
    assert raise_due(company.app, MONDAY).fired == 0
    with company.app.reader() as unit:
        assert verify_trail(unit).ok


def test_what_is_recorded_already_is_not_done_again_among_others(company: Company) -> None:
    _as_many_targets(company, 3)
    with company.app.unit(engine=True) as unit:
        unit.session.execute(
            text(
                "INSERT INTO occurrence (schedule_id, nominal, due_at, state, count, created_at) "
                "SELECT id, next_nominal, due_at, 'fired', 1, due_at FROM schedule WHERE target IN ('t0', 't2')"
            )
        )
    tick = raise_due(company.app, MONDAY)
    assert (tick.fired, len(tick.created)) == (2, 2)
    assert rows(company, "SELECT count(*) FROM occurrence") == [(4,)]


def test_many_of_one_name_that_fail_raise_one_alarm_a_day(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    with company.app.unit(engine=True) as unit:
        grant_role(unit, company.fang, "admin")
    _as_many_targets(company, 40, last="'_gone'")
    tick = raise_due(company.app, MONDAY)
    assert (tick.failed, tick.fired) == (40, 1)
    assert rows(company, "SELECT count(*) FROM schedule WHERE error IS NOT NULL AND wake_at IS NULL") == [(40,)]
    alarms = rows(company, "SELECT person_id, body FROM message WHERE kind = 'alarm'")
    assert [person for person, _ in alarms] == [company.fang]
    assert "board_gone" in str(alarms[0][1])
    assert "Traceback" not in caplog.text


def test_a_timer_waits_while_somebody_is_at_work_on_its_item(company: Company) -> None:
    """Whoever works on an item wants its timers next: an engine that waited for the item would wait in a circle."""
    key = company.approved()
    company.do(company.cui, key, "hold", "no people", given={"resume_on": "2026-04-24"})
    late = datetime(2026, 4, 23, 16, 0, tzinfo=UTC)
    if company.app.store.dialect == "sqlite":
        pytest.skip("there is one writer at a time on SQLite")
    with company.app.unit(company.cui) as unit:
        unit.hot.read_item(key=key, lock=True)
        assert raise_due(company.app, late).waiting == 1
        assert company.item(key).state == "on_hold"
    assert raise_due(company.app, late).fired == 1
    assert company.item(key).state == "approved"
