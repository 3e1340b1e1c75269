"""What somebody sees who looks at the demo: an organisation at work, and nothing that did not happen by the rules."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from datetime import datetime, time

from sqlalchemy import func, select

from pdca_engine.records.items import Entry, Evidence, Item
from pdca_engine.records.measures import Baseline, Reading
from pdca_engine.records.schedules import Message, Occurrence
from pdca_engine.reports.board import board
from pdca_engine.reports.filters import BoardFilter
from pdca_engine.services.demo import fill_demo
from pdca_engine.services.evidence import evidence_file
from pdca_engine.services.people import make_sign_in_link, use_sign_in_link
from pdca_engine.services.verify import verify_trail
from pdca_engine.unit import Unit
from tests.integration.demo.conftest import Demo

OWNERS = {"wang", "liu", "zhao", "david", "sun", "james", "ma", "tom"}


def of(unit: Unit, workflow: str) -> list[Item]:
    """Its items."""
    return list(unit.session.scalars(select(Item).where(Item.workflow_id == workflow)))


def test_every_state_of_improvements_and_nonconformities_is_there(demo: Demo) -> None:
    with demo.app.reader(engine=True) as unit:
        for workflow in ("improvement", "nonconformity"):
            _, compiled = unit.library.current(unit.session, workflow)
            assert {one.state for one in of(unit, workflow)} == set(compiled.workflow.states)
        assert {one.workflow_id for one in unit.session.scalars(select(Item))} == {
            "action",
            "improvement",
            "incident",
            "management_review",
            "nonconformity",
            "review",
        }


def test_the_board_is_alive(demo: Demo) -> None:
    with demo.app.reader(unit_person(demo, "emma")) as unit:
        shown = {column.phase: column.cards for column in board(unit, BoardFilter()).columns}
    assert all(shown[phase] for phase in ("plan", "do", "check", "act"))
    assert any(card.overdue for cards in shown.values() for card in cards)
    titles = [card.title for cards in shown.values() for card in cards]
    assert any(title.isascii() for title in titles)
    assert any(not title.isascii() for title in titles)


def unit_person(demo: Demo, login: str) -> int:
    """The number of somebody."""
    with demo.app.reader(engine=True) as unit:
        return unit.directory.find_person(login)


def test_it_tells_of_refusals_a_second_cycle_a_pause_and_a_deputy(demo: Demo) -> None:
    with demo.app.reader(engine=True) as unit:
        kinds = Counter(unit.session.scalars(select(Entry.kind)))
        details = list(unit.session.scalars(select(Entry.text).where(Entry.kind == "advanced")))
        improvements = of(unit, "improvement")
    assert kinds["refused"] >= 10
    assert kinds["commented"] >= 5
    assert {2} <= {one.cycle for one in improvements}
    assert any(one.state == "on_hold" and one.silenced for one in improvements)
    wang = unit_person(demo, "wang")
    assert any(f'"for":{wang}' in text for text in details)


def test_the_closed_improvement_can_be_proved(demo: Demo) -> None:
    with demo.app.reader(engine=True) as unit:
        (closed,) = (one for one in of(unit, "improvement") if one.state == "closed")
        family = select(Item.id).where((Item.id == closed.id) | (Item.parent_id == closed.id))
        pieces = list(unit.session.scalars(select(Evidence).where(Evidence.item_id.in_(family))))
        files = {name: (path.read_bytes(), kind) for path, name, kind in (evidence_file(unit, one.id) for one in pieces)}
        (baseline,) = unit.session.scalars(select(Baseline).where(Baseline.item_id == closed.id, Baseline.cycle == 1))
        readings = unit.session.scalar(select(func.count()).where(Reading.measure_id == baseline.measure_id))
    assert {hashlib.sha256(content).hexdigest() for content, _ in files.values()} == {one.sha256 for one in pieces}
    assert len(files) == 5
    content, kind = files["desk-handbook-3.1.pdf"]
    assert (content[:5], kind) == (b"%PDF-", "application/pdf")
    rows = list(csv.reader(files["known-errors.csv"][0].decode("utf-8-sig").splitlines()))
    assert {len(row) for row in rows} == {4}
    assert 0 < len(baseline.points) < 26 == readings  # what was measured later is not in it


def test_its_schedules_opened_the_reviews(demo: Demo) -> None:
    with demo.app.reader(engine=True) as unit:
        reviews = of(unit, "review")
        begun = {item: person for item, person in unit.session.execute(select(Entry.item_id, Entry.person_id).where(Entry.seq == 1))}
        fired = unit.session.scalar(select(func.count()).where(Occurrence.state == "fired"))
    assert {begun[one.id] for one in reviews} == {None}  # the engine itself
    assert {"closed", "missed"} <= {one.state for one in reviews}
    assert {"board", "process_check", "programme_review", "trend_review"} <= {one.fields["kind"] for one in reviews}
    assert fired > len(reviews)


def test_it_ends_as_today_begins_with_nothing_left_undone(demo: Demo) -> None:
    with demo.app.reader(engine=True) as unit:
        midnight = datetime.combine(unit.today, time.min, unit.settings.zone)
        assert unit.session.scalar(select(func.max(Entry.at))) < midnight
        assert unit.hot.earliest_wake() > midnight
        assert unit.session.scalar(select(func.count()).select_from(Message).where(Message.sent_at.is_(None))) == 0


def test_the_trail_verifies(demo: Demo) -> None:
    with demo.app.reader(engine=True) as unit:
        report = verify_trail(unit)
    assert (report.ok, report.items) == (True, demo.report.items)


def test_the_process_owners_can_sign_in(demo: Demo) -> None:
    assert {"admin"} | OWNERS <= set(demo.report.logins)
    for login in ("admin", "wang"):
        with demo.app.unit(engine=True) as unit:
            assert use_sign_in_link(unit, make_sign_in_link(unit, login)).person == unit.directory.find_person(login)
    with demo.app.reader(engine=True) as unit:
        holders = {process: unit.directory.holders(process, unit.today)["process_owner"] for process in unit.directory.processes}
    assert all(len(owners) == 1 for owners in holders.values())


def test_a_second_time_nothing_is_added(demo: Demo) -> None:
    again = fill_demo(demo.app)
    assert demo.report.filled
    assert not again.filled
    assert (again.items, again.people, again.logins) == (demo.report.items, demo.report.people, demo.report.logins)
