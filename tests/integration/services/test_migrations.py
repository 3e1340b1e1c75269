"""Running items go from one version of their workflow to another: a plan, all of them or none, and back."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from pdca_engine.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from pdca_engine.reports.history import history
from pdca_engine.services.advance import advance_item
from pdca_engine.services.creation import create_item
from pdca_engine.services.due import raise_due
from pdca_engine.services.items import edit_item
from pdca_engine.services.migrating.back import plan_revert, revert_migration
from pdca_engine.services.migrating.migrations import Migrated, apply_migration, find_route, plan_migration
from pdca_engine.services.verify import row_of, verify_trail
from pdca_engine.services.workflows import publish_workflow
from pdca_engine.store.rows import ItemRow
from tests.support.jobs import BACK, JOB, JOB_2, NAMES
from tests.support.office import Office


@pytest.fixture
def jobs(office: Office) -> Office:
    """Two versions, and four items on the first: open, doing, paused from doing, done."""
    publish(office, JOB)
    for values, steps in [
        ({"cost": 5, "size": "small"}, ""),
        ({"cost": 7, "size": "large", "gone": "away"}, "start"),
        ({}, "start pause"),
        ({}, "start look end"),
    ]:
        with office.app.unit(office.li) as unit:
            key = create_item(unit, "job", "A job", values).key
        for step in steps.split():
            office.advance(key, step, office.li)
    publish(office, JOB_2)
    return office


def publish(office: Office, text: str) -> None:
    with office.app.unit(office.gu) as unit:
        publish_workflow(unit, text, "job.yaml", "for this test")


def migrate(office: Office, mapping: str | None = NAMES, source: int = 1, target: int = 2, reason: str = "New names") -> Migrated:
    with office.app.unit(office.gu) as unit:
        return apply_migration(unit, find_route(unit, "job", source, target, mapping, "map.yaml"), reason)


def revert(office: Office) -> Migrated:
    with office.app.unit(office.gu) as unit:
        return revert_migration(unit, "job", "A mistake")


def plan(office: Office, mapping: str | None = NAMES) -> dict[str, dict[str, Any]]:
    with office.app.reader(office.gu) as unit:
        return {one.row.key: one.as_data("en") for one in plan_migration(unit, find_route(unit, "job", 1, 2, mapping, "map.yaml"))}


def row(office: Office, number: int) -> ItemRow:
    with office.app.reader(engine=True) as unit:
        found = unit.hot.read_item(key=f"JOB-2026-{number:04d}")
    assert found is not None
    return found


def timers(office: Office, number: int) -> dict[str, Any]:
    """The running timers of an item: name → due instant."""
    with office.app.reader(engine=True) as unit:
        return {one.name: one.due_at for one in unit.hot.timers(row(office, number).id) if one.due_at is not None}


def all_rows(office: Office) -> list[dict[str, Any]]:
    """What the trail tells of every item, but for what only ever grows."""
    return [{**row_of(row(office, number)), "version": None} for number in range(1, 5)]


def assert_proved(office: Office) -> None:
    with office.app.reader(engine=True) as unit:
        report = verify_trail(unit)
    assert report.ok, report.first_broken


def test_the_plan_tells_every_item_and_writes_nothing(jobs: Office) -> None:
    before = all_rows(jobs)
    told = plan(jobs)
    assert {key[-1]: (one["from"], one["to"]) for key, one in told.items()} == {
        "1": ("open", "open"),
        "2": ("doing", "working"),
        "3": ("paused", "paused"),
    }, "the closed one stays where it is"
    assert told["JOB-2026-0001"]["lost"] == []
    assert {one["field"]: one["value"] for one in told["JOB-2026-0002"]["lost"]} == {"size": "large", "gone": "away"}
    assert told["JOB-2026-0002"]["timers"]["stopped"] == ["dropped"]
    assert set(told["JOB-2026-0002"]["timers"]["started"]) == {"slow", "stale"}
    assert told["JOB-2026-0001"]["timers"] == {"stopped": ["dropped"], "started": {}}
    assert all_rows(jobs) == before


def test_all_items_stand_where_the_plan_said(jobs: Office) -> None:
    since = row(jobs, 2).state_since
    jobs.clock.forward(timedelta(days=1))
    done = migrate(jobs)
    assert (done.items, done.source, done.target) == (3, 1, 2)
    second = row(jobs, 2)
    assert (second.state, second.phase, second.state_since) == ("working", "do", since)
    assert second.fields == {"budget": 7.0, "risk": "low"}
    assert row(jobs, 1).fields == {"budget": 5.0, "size": "small", "risk": "low"}
    assert second.recall["fired"] == {"begin": [jobs.li]} and second.recall["times"] == {"begin": 1}
    assert set(second.recall["entered"]) == {"open", "working"}
    assert (row(jobs, 3).recall["previous"], row(jobs, 3).phase) == ("working", "plan")
    assert row(jobs, 4).workflow_version_id != second.workflow_version_id
    assert_proved(jobs)


def test_timers_go_on_change_begin_and_end(jobs: Office) -> None:
    """The same rule keeps its due date, a changed one counts from when the state was entered, a new one begins with the migration."""
    waiting, entered = timers(jobs, 1)["waiting"], timers(jobs, 2)["slow"]
    jobs.clock.forward(timedelta(days=1))
    migrate(jobs)
    assert timers(jobs, 1) == {"waiting": waiting}
    assert timers(jobs, 2)["slow"] == entered - timedelta(days=5)
    assert timers(jobs, 2)["stale"] == entered + timedelta(days=11)
    assert "dropped" not in timers(jobs, 2)
    with jobs.app.unit(engine=True) as unit:  # what other workflows do by themselves is none of this
        unit.session.execute(text("UPDATE schedule SET wake_at = NULL WHERE item_id IS NULL"))
    tick = raise_due(jobs.app, waiting + timedelta(hours=1))
    assert (tick.fired, tick.failed) == (1, 0), "what a timer does stands on the new version's paper"


def test_a_migrated_item_goes_on_under_the_new_version(jobs: Office) -> None:
    migrate(jobs)
    with pytest.raises(Refused):
        jobs.advance("JOB-2026-0001", "start", jobs.li)
    jobs.advance("JOB-2026-0001", "begin", jobs.li)
    jobs.advance("JOB-2026-0003", "go_on", jobs.li)
    assert (row(jobs, 1).state, row(jobs, 3).state) == ("working", "working")
    assert_proved(jobs)


def test_a_form_filled_in_before_is_a_conflict(jobs: Office) -> None:
    seen = row(jobs, 1).version
    migrate(jobs)
    with pytest.raises(Conflict), jobs.app.unit(jobs.li) as unit:
        advance_item(unit, "JOB-2026-0001", "begin", version=seen)


@pytest.mark.parametrize(
    ("mapping", "codes"),
    [
        (None, {"NO_PLACE", "NO_WAY_BACK"}),
        ("states: {doing: done}", {"MIGRATION_CLOSES"}),
        ("states: {doing: checking, paused: open}", set()),
    ],
)
def test_all_or_none(jobs: Office, mapping: str | None, codes: set[str]) -> None:
    """One item that can't go keeps all where they are, and every reason is told."""
    before = all_rows(jobs)
    if not codes:
        assert migrate(jobs, mapping).items == 3
        return
    with pytest.raises(Refused) as refused:
        migrate(jobs, mapping)
    assert {one.code for one in refused.value.refusals()} == codes
    assert all("JOB-2026-" in one.en for one in refused.value.refusals())
    assert {one["code"] for plan_of in plan(jobs, mapping).values() for one in plan_of["refused"]} == codes
    assert all_rows(jobs) == before
    assert_proved(jobs)
    with jobs.app.reader(jobs.gu) as unit, pytest.raises(BadInput):
        plan_revert(unit, "job")


def test_every_problem_of_a_mapping_at_once(jobs: Office) -> None:
    wrong = "states: {doin: working, doing: wroking}\nfields: {cost: budgt, gone: size}\nstats: {}\ntransitions: [start]\n"
    with pytest.raises(Refused) as refused:
        plan(jobs, wrong)
    told = [one.en for one in refused.value.refusals()]
    expected = [
        "did you mean doing?",
        "did you mean working?",
        "did you mean budget?",
        "both 'size' and 'gone'",
        "did you mean states?",
        "must be",
    ]
    assert len(told) == len(expected)
    assert all(any(part in one for one in told) for part in expected), told
    assert {one.split(":")[1] for one in told} == {"1", "2", "3", "4"}


def test_the_way_back(jobs: Office) -> None:
    """State, values, recall and due dates are what they were; the trail tells both ways."""
    before, due = all_rows(jobs), [timers(jobs, number) for number in range(1, 5)]
    migrate(jobs)
    assert all_rows(jobs) != before
    done = revert(jobs)
    assert (done.items, done.source, done.target) == (3, 2, 1)
    assert all_rows(jobs) == before
    assert [timers(jobs, number) for number in range(1, 5)] == due
    assert_proved(jobs)
    with pytest.raises(BadInput):
        revert(jobs)
    assert migrate(jobs).items == 3, "and forth again"
    assert_proved(jobs)


def test_no_way_back_once_one_has_moved(jobs: Office) -> None:
    migrate(jobs)
    with jobs.app.unit(jobs.li) as unit:
        edit_item(unit, "JOB-2026-0001", {"budget": 9})
    before = all_rows(jobs)
    with pytest.raises(Refused) as refused:
        revert(jobs)
    assert [(one.code, one.params["key"]) for one in refused.value.refusals()] == [("MOVED_SINCE", "JOB-2026-0001")]
    assert all_rows(jobs) == before


def test_items_born_on_the_new_version_stay_there(jobs: Office) -> None:
    with jobs.app.unit(jobs.li) as unit:
        create_item(unit, "job", "Born later")
    migrate(jobs)
    revert(jobs)
    assert row(jobs, 5).workflow_version_id != row(jobs, 1).workflow_version_id


def test_two_migrations_are_taken_back_one_after_the_other(jobs: Office) -> None:
    """The later one first; then the earlier one is refused, since its items have been elsewhere."""
    migrate(jobs)
    publish(jobs, JOB_2.replace("en: Job,", "en: Work,"))
    migrate(jobs, None, 2, 3)
    assert revert(jobs).target == 2
    with pytest.raises(Refused) as refused:
        revert(jobs)
    assert [one.code for one in refused.value.refusals()] == ["MOVED_ON"]


def test_only_the_admin_and_only_with_a_reason(jobs: Office) -> None:
    with pytest.raises(NotAllowed), jobs.app.unit(jobs.cui) as unit:
        find_route(unit, "job", 1, 2)
    with pytest.raises(NotAllowed), jobs.app.unit(jobs.cui) as unit:
        revert_migration(unit, "job", "x")
    with pytest.raises(BadInput):
        migrate(jobs, reason=" ")
    for numbers, error in [((1, 1), BadInput), ((1, 9), NotFound), ((9, 1), NotFound)]:
        with pytest.raises(error), jobs.app.reader(jobs.gu) as unit:
            find_route(unit, "job", *numbers)


def test_the_history_tells_it_in_the_words_of_each_version(jobs: Office) -> None:
    jobs.clock.forward(timedelta(days=1))
    migrate(jobs)
    with jobs.app.reader(jobs.li) as unit:
        lines = {one.kind: one for one in history(unit, "JOB-2026-0002").rows}
    moved = lines["migrated"]
    assert moved.sentence == "Gu Wei moved the item from version 1 of the workflow to version 2"
    assert "Being done → Being worked on" in moved.details
    assert any("large" in one.lower() for one in moved.details) and moved.comment == "New names"
    assert "Being done" in lines["advanced"].sentence, "what happened before is told as it was"


def test_while_others_work(jobs: Office) -> None:
    """People advance and edit, an engine ticks, all the while items go there and back: nobody meets a deadlock, nothing is lost."""
    ended, troubles = threading.Event(), list[BaseException]()

    def go_on(work: Callable[[], object]) -> None:
        while not ended.is_set():
            try:
                work()
            except (Refused, Conflict):
                pass  # the step or the field has another name meanwhile, or somebody came first
            except BaseException as trouble:
                troubles.append(trouble)
                return

    def pause_and_go_on() -> None:
        jobs.advance("JOB-2026-0003", "go_on", jobs.li)
        jobs.advance("JOB-2026-0003", "pause", jobs.li)

    def edit() -> None:
        with jobs.app.unit(jobs.li) as unit:
            edit_item(unit, "JOB-2026-0001", {"until": f"2026-05-{secrets.randbelow(28) + 1:02d}"})

    threads = [threading.Thread(target=go_on, args=(one,)) for one in (pause_and_go_on, edit, lambda: raise_due(jobs.app))]
    for thread in threads:
        thread.start()
    try:
        for there, back, names in [(1, 2, NAMES), (2, 1, BACK), (1, 2, NAMES), (2, 1, BACK)]:
            assert migrate(jobs, names, there, back).items == 3
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert troubles == []
    assert_proved(jobs)
