"""Board, register, inbox: what they show, in which order, and that paging shows everything once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from pdca_engine.errors import BadInput
from pdca_engine.reports.board import board, column_page
from pdca_engine.reports.filters import ItemFilter
from pdca_engine.reports.inbox import inbox
from pdca_engine.reports.register import SORTINGS, count_items, register
from pdca_engine.services.items import assign_item, edit_item
from tests.support.notes import publish_note
from tests.support.office import Office

DUES = ("2026-03-01", "2026-03-02", "2026-02-20", None, "2026-04-01", None, "2026-03-01")


@pytest.fixture
def keys(office: Office) -> list[str]:
    """Seven improvements, one a minute, some due, some not."""
    made = []
    for number, due in enumerate(DUES):
        office.clock.forward(timedelta(minutes=1))
        made.append(office.new_improvement(f"Item {number}", **({"due": due} if due else {})))
    return made


def test_the_board_shows_open_items_by_phase_the_soonest_due_first(office: Office, keys: list[str]) -> None:
    publish_note(office)
    with office.app.reader(office.li) as unit:
        shown = board(unit)
    assert [column.phase for column in shown.columns] == ["plan", "do", "check", "act"]
    assert [column.count for column in shown.columns] == [7, 0, 0, 0] and shown.total == 7
    assert [card.key for card in shown.columns[0].cards] == [keys[n] for n in (2, 0, 6, 1, 4, 3, 5)]
    assert [card.overdue for card in shown.columns[0].cards] == [True, True, True, False, False, False, False]


def test_what_is_due_today_is_overdue_tomorrow_in_the_organisations_zone(office: Office, keys: list[str]) -> None:
    def overdue() -> set[str]:
        with office.app.reader(office.li) as unit:
            return {card.key for column in board(unit, ItemFilter(overdue=True)).columns for card in column.cards}

    office.clock.at = office.clock.at.replace(hour=15, minute=59, second=59)  # 23:59:59 in Shanghai
    assert keys[1] not in overdue()
    office.clock.forward(timedelta(seconds=1))
    assert keys[1] in overdue()


def test_a_column_pages_through_every_card_once(office: Office, keys: list[str]) -> None:
    seen, cursor = [], None
    with office.app.reader(office.li) as unit:
        while True:
            page = column_page(unit, "plan", None, cursor, 2)
            seen += [card.key for card in page.rows]
            cursor = page.next_cursor
            if cursor is None:
                break
    assert seen == [keys[n] for n in (2, 0, 6, 1, 4, 3, 5)]


@pytest.mark.parametrize("sort", [f"{sign}{name}" for name in SORTINGS for sign in ("", "-")])
@pytest.mark.parametrize("limit", [1, 3])
def test_the_register_pages_through_every_item_once_in_every_order(office: Office, keys: list[str], sort: str, limit: int) -> None:
    with office.app.reader(office.li) as unit:
        whole = [card.key for card in register(unit, sort=sort, limit=200).rows]
        seen, cursor = [], None
        for _ in range(len(keys)):
            page = register(unit, cursor=cursor, limit=limit, sort=sort)
            seen += [card.key for card in page.rows]
            cursor = page.next_cursor
            if cursor is None:
                break
    assert seen == whole and sorted(whole) == sorted(keys)
    expected = keys if sort in ("created", "key", "title", "state_since") else list(reversed(keys))
    assert whole == expected if "due" not in sort else {whole[-1], whole[-2]} == {keys[3], keys[5]}


@pytest.mark.parametrize("cursor", ["nonsense", "", "W10", "bnVsbA", "WzEsMl0", "é"])
def test_a_foreign_cursor_is_refused(office: Office, cursor: str) -> None:
    with office.app.reader(office.li) as unit, pytest.raises(BadInput):
        register(unit, cursor=cursor)
    with office.app.reader(office.li) as unit, pytest.raises(BadInput):
        column_page(unit, "plan", None, cursor)


def test_an_unknown_order_names_the_known_ones(office: Office) -> None:
    with office.app.reader(office.li) as unit, pytest.raises(BadInput, match="created, due"):
        register(unit, sort="-; DROP TABLE item")


def test_filters_keep_what_they_say(office: Office, keys: list[str]) -> None:
    office.advance(keys[0], "submit", office.li)
    office.advance(keys[0], "reject", office.cui, "no use")
    with office.app.unit(office.li) as unit:
        assign_item(unit, keys[1], "owner", office.deng)
    everything = ItemFilter()

    def shown(person: int, **wanted: object) -> set[str]:
        with office.app.reader(person) as unit:
            kept = replace(everything, **wanted)  # type: ignore[arg-type]  # because each test names one of the filter's fields
            rows = register(unit, kept, limit=200).rows
            assert count_items(unit, kept) == len(rows)
            return {card.key for card in rows}

    assert shown(office.li, open=False) == {keys[0]}
    assert shown(office.li, open=True) == set(keys[1:])
    assert shown(office.li, state="rejected") == {keys[0]}
    assert shown(office.deng, mine=True) == shown(office.li, owner=office.deng) == {keys[1]}
    assert shown(office.li, process="incident") == set(keys)
    assert shown(office.li, process="change") == shown(office.li, service="payment") == shown(office.li, workflow="action") == set()
    assert shown(office.li, text="iTEM 3") == {keys[3]}
    assert shown(office.li, text=keys[4].lower()) == {keys[4]}
    assert shown(office.li, text="%") == shown(office.li, text="_") == shown(office.li, text="'") == set()
    assert shown(office.li, overdue=True) == {keys[2], keys[6]}


def test_titles_are_in_the_readers_language(office: Office) -> None:
    key = office.new_improvement(priority="high")
    with office.app.reader(office.cui, language="zh") as unit:
        card = register(unit).rows[0]
    assert (card.key, card.state_title, card.process_title, card.priority_title) == (key, "草稿", "事件管理", "高")


def test_a_list_costs_the_same_number_of_queries_whatever_its_length(office: Office, keys: list[str]) -> None:
    asked: list[str] = []
    event.listen(office.app.store.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    with office.app.reader(office.li) as unit:
        register(unit, limit=1)
        asked.clear()
        register(unit, limit=1)
        one = len(asked)
        asked.clear()
        register(unit, limit=200)
    assert len(asked) == one <= 2


def test_the_inbox_tells_what_is_owed_what_waits_and_what_was_told(office: Office, keys: list[str]) -> None:
    office.advance(keys[0], "submit", office.li)
    with office.app.unit(office.li) as unit:
        edit_item(unit, keys[1], {"owner": office.cui})
    with office.app.reader(office.cui) as unit:
        today = inbox(unit)
    assert [card.key for card in today.owed] == [keys[1]]
    assert [card.key for card in today.waiting] == [keys[0]]
    with office.app.reader(office.deng) as unit:
        today = inbox(unit)
    assert [(told.kind, told.key) for told in today.told] == [("notify", keys[0])]
    assert keys[0] in {card.key for card in today.waiting}
    with office.app.reader(office.li) as unit:
        assert inbox(unit).waiting == inbox(unit).told == ()
