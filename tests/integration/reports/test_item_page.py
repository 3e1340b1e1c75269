"""An item's page and its history: everything there, readable, and nothing that the reader may not see."""

from __future__ import annotations

from datetime import date

import pytest

from pdca_engine.errors import BadInput, NotFound, Refused
from pdca_engine.reports.history import HistoryLine, history
from pdca_engine.reports.items import ItemPage, children, item_page
from pdca_engine.services.creation import create_item
from pdca_engine.services.items import assign_item, comment_item, edit_item
from pdca_engine.services.links import link_item
from pdca_engine.services.people import add_deputy, erase_person
from tests.support.notes import publish_note
from tests.support.office import Office


def page_of(office: Office, key: str, person: int, language: str = "en") -> ItemPage:
    with office.app.reader(person, language=language) as unit:
        return item_page(unit, key)


def lines_of(office: Office, key: str, person: int, language: str = "en") -> list[HistoryLine]:
    with office.app.reader(person, language=language) as unit:
        return list(history(unit, key).rows)


@pytest.fixture
def note(office: Office) -> str:
    """A note owned by Li with a value of every type."""
    publish_note(office)
    values = {
        "owner": office.li,
        "amount": 12500.5,
        "share": 7,
        "agreed": True,
        "on_day": "2026-12-03",
        "at": "2026-12-03T01:30:00+00:00",
        "colour": "red",
        "colours": ["red", "blue"],
        "helpers": [office.li, office.deng],
        "salary": 4200,
    }
    with office.app.unit(office.li) as unit:
        return create_item(unit, "note", "A note", values).key


def test_values_are_shown_in_both_languages(office: Office, note: str) -> None:
    english = {one.name: one.text for one in page_of(office, note, office.li).fields}
    chinese = {one.name: one.text for one in page_of(office, note, office.li, "zh").fields}
    assert english["amount"] == chinese["amount"] == "12,500.5 CNY"
    assert english["share"] == "7 %"
    assert (english["agreed"], chinese["agreed"]) == ("yes", "是")
    assert (english["on_day"], chinese["on_day"]) == ("Dec 3, 2026", "2026年12月3日")
    assert english["at"] == "Dec 3, 2026, 09:30"  # in Shanghai, where the organisation is
    assert (english["colour"], chinese["colour"]) == ("Red", "红")
    assert (english["colours"], chinese["colours"]) == ("Red, Blue", "红、蓝")
    assert english["helpers"] == "Li Hua, Deng Bo"


def test_a_field_is_shown_to_those_it_names_and_to_nobody_else(office: Office, note: str) -> None:
    with office.app.unit(office.li) as unit:
        edit_item(unit, note, {"salary": 4300})
    office.advance(note, "look", office.gu, secret="under the mat")
    for person, sees in ((office.li, True), (office.gu, True), (office.deng, False), (office.rui, False)):
        assert ("salary" in {one.name for one in page_of(office, note, person).fields}) is sees
        told = " ".join(f"{line.sentence} {line.details}" for line in lines_of(office, note, person))
        assert ("Salary" in told) is sees and ("4,300" in told) is sees
        assert ("under the mat" in told) is (person == office.gu)


def test_a_deputy_sees_what_the_person_sees(office: Office, note: str) -> None:
    assert "salary" not in {one.name for one in page_of(office, note, office.deng).fields}
    with office.app.unit(office.gu) as unit:
        add_deputy(unit, office.li, office.deng, date(2026, 3, 1), date(2026, 3, 2))
    assert "salary" in {one.name for one in page_of(office, note, office.deng).fields}


def test_the_history_tells_what_happened(office: Office) -> None:
    key, other = office.new_improvement(), office.new_improvement("Another")
    with office.app.unit(office.li) as unit:
        comment_item(unit, key, "Look at this")
        edit_item(unit, key, {"title": "Far fewer repeats"})
        assign_item(unit, key, "owner", office.deng)
        link_item(unit, key, "related", to=other)
    office.advance(key, "submit", office.li)
    with pytest.raises(Refused):
        office.advance(key, "approve", office.li)
    lines = lines_of(office, key, office.li)
    told = [(line.kind, line.sentence) for line in reversed(lines)]
    assert told == [
        ("created", "Li Hua created the item"),
        ("commented", "Li Hua commented"),
        ("edited", "Li Hua changed Title"),
        ("assigned", "Li Hua assigned Owner"),
        ("linked", f"Li Hua linked {other}"),
        ("advanced", "Li Hua: Submit, Draft → Being evaluated"),
        ("refused", told[-1][1]),
    ]
    assert told[-1][1] == "Li Hua was refused: Approve" and "NOT_YOUR_ROLE" in lines[0].codes
    assert "only Process owner, Sponsor may do this" in lines[0].details
    assert "Urgency was missing" in lines[0].details
    assert lines[-2].comment == "Look at this"
    assert lines[-3].details == ("Title: Fewer repeat incidents → Far fewer repeats",)
    assert lines[-4].details == ("Owner: (nothing) → Deng Bo",)
    assert [line.seq for line in lines] == [7, 6, 5, 4, 3, 2, 1]
    assert page_of(office, key, office.li).head == lines[0].hash
    assert lines_of(office, key, office.li, "zh")[-3].sentence == "Li Hua修改了标题"


def test_the_history_pages_through_every_line_once(office: Office) -> None:
    key = office.new_improvement()
    with office.app.unit(office.li) as unit:
        for number in range(6):
            comment_item(unit, key, f"Comment {number}")
    seen, cursor = [], None
    with office.app.reader(office.li) as unit:
        for _ in range(4):
            page = history(unit, key, cursor, 2)
            seen += [line.seq for line in page.rows]
            cursor = page.next_cursor
        assert seen == [7, 6, 5, 4, 3, 2, 1] and cursor is None
        with pytest.raises(BadInput):
            history(unit, key, "nonsense")


def test_an_erased_person_is_a_pseudonym_in_the_history(office: Office) -> None:
    key = office.new_improvement()
    with office.app.unit(office.gu) as unit:
        erase_person(unit, office.li)
    line = lines_of(office, key, office.gu)[0]
    assert line.sentence == f"P-{office.li} created the item" and "Li Hua" not in str(line)


def test_children_parent_links_and_timers_are_there(office: Office) -> None:
    key = office.new_improvement()
    with office.app.unit(office.li) as unit:
        action = create_item(unit, "action", "Write the script", {"owner": office.li}, parent=key).key
        link_item(unit, action, "see", to=key)
        link_item(unit, key, "dashboard", url="https://example.org/d")
    office.advance(key, "submit", office.li)
    page = page_of(office, key, office.li)
    assert [card.key for card in page.children] == [action]
    assert [(link.kind, link.key, link.url, link.incoming) for link in page.links] == [
        ("dashboard", None, "https://example.org/d", False),
        ("see", action, None, True),
    ]
    parent = page_of(office, action, office.li).parent
    assert parent is not None and parent.key == key
    assert "decide" in {timer.name for timer in page.timers} and all(timer.due_at for timer in page.timers)
    assert (page.paper.id, page.paper.version, page.paper.current) == ("improvement", 1, 1)
    with office.app.reader(office.li) as unit:
        assert [card.key for card in children(unit, key)] == [action]


@pytest.mark.parametrize("key", ["IMP-2026-9999", "", "'; --", "x" * 500])
def test_an_unknown_key_is_not_found(office: Office, key: str) -> None:
    with office.app.reader(office.li) as unit, pytest.raises(NotFound):
        item_page(unit, key)
