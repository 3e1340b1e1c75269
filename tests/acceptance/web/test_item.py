"""An item's page: what it tells of refusals, evidence, links and parts, and that it offers nobody what they may not do."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Page, expect

from pdca_engine.errors import Refused
from pdca_engine.reports.history import history
from pdca_engine.services.advance import advance_item
from pdca_engine.services.creation import create_item
from pdca_engine.services.due import raise_due
from pdca_engine.services.evidence import add_evidence
from pdca_engine.services.items import comment_item, edit_item
from tests.acceptance.web.conftest import House
from tests.acceptance.web.test_story import fill_approval, open_step, sign_in


def submitted(house: House, title: str) -> str:
    """An improvement that waits for approval."""
    key = house.new_item(title)
    with house.app.unit(house.people["bo"]) as unit:
        advance_item(unit, key, "submit")
    return key


def test_the_history_says_who_was_refused_and_why(page: Page, house: House) -> None:
    key = submitted(house, "Refused by word")
    with pytest.raises(Refused), house.app.unit(house.people["bo"]) as unit:
        advance_item(unit, key, "approve")
    sign_in(page, house, "cui")
    page.goto(f"{house.address}/items/{key}")
    entry = page.locator("#history .is-refused")
    expect(entry).to_contain_text("Bo Svensson was refused: Approve")
    for reason in (
        "somebody else than the proposer must decide",
        "only Process owner",
        "Urgency was missing",
        "Choose a registered measure, or write what is measured",
    ):
        expect(entry.locator(".why")).to_contain_text(reason)
    assert not re.search("[A-Z]{4,}_[A-Z]+", entry.inner_text())
    page.goto(f"{house.address}/items/{key}?lang=zh")
    expect(entry.locator(".why")).to_contain_text("缺少“紧迫性”")


def test_a_long_history_is_folded_and_comments_are_read_as_written(page: Page, house: House) -> None:
    key = house.new_item("Much talked about")
    for number in range(12):
        with house.app.unit(house.people["bo"]) as unit:
            comment_item(unit, key, f"Comment **{number}**\n\n- with\n- points")
    sign_in(page, house, "ana")
    page.goto(f"{house.address}/items/{key}")
    expect(page.locator("#history .line > li:visible")).to_have_count(6)
    first = page.locator("#history .is-commented").first
    expect(first.locator("strong").first).to_have_text("Bo Svensson")
    expect(first.locator("blockquote strong")).to_have_text("11")
    expect(first.locator("blockquote li")).to_have_count(2)
    page.get_by_text("7 earlier entries").click()
    expect(page.locator("#history .line > li:visible")).to_have_count(13)


def test_what_the_engine_did_is_marked(page: Page, house: House) -> None:
    key = submitted(house, "Comes back by itself")
    with house.app.unit(house.people["cui"]) as unit:
        advance_item(unit, key, "defer", {"return_on": (unit.today + timedelta(days=1)).isoformat()}, "Not this month")
        later = unit.now + timedelta(days=3)
    raise_due(house.app, later)
    with house.app.reader(engine=True) as unit:
        assert history(unit, key).rows[0].person is None
    sign_in(page, house, "ana")
    page.goto(f"{house.address}/items/{key}")
    expect(page.locator("#history .by-engine").first).to_contain_text("automatic")


def test_nothing_is_red_before_it_was_tried(page: Page, house: House) -> None:
    key = submitted(house, "Approved in one go")
    sign_in(page, house, "cui")
    page.goto(f"{house.address}/items/{key}?move=approve")
    step = page.locator("#move-approve")
    group = step.get_by_role("group", name=re.compile("Choose a registered measure"))
    expect(group.get_by_label("What is measured")).to_be_visible()
    expect(step.locator(".is-wrong, .wrong, [aria-invalid]")).to_have_count(0)
    step.get_by_role("button", name="Approve").click()
    expect(page.locator("#move-approve .is-wrong")).to_have_count(2)
    page.locator("#problems").get_by_role("link", name=re.compile("Choose a registered measure")).click()
    assert page.url.endswith("#in-approve.metric")
    fill_approval(page)
    page.locator("#move-approve").get_by_role("button", name="Approve").click()
    expect(page.locator("#facts")).to_contain_text("Approved")


def test_evidence_shows_its_own_date_beside_the_upload_and_what_replaced_it(page: Page, house: House) -> None:
    key = house.new_item("Proved twice")
    with house.app.unit(house.people["bo"]) as unit:
        add_evidence(unit, key, title="Minutes, draft", url="https://example.org/draft", dated=unit.today - timedelta(days=50))
    sign_in(page, house, "ana")
    page.goto(f"{house.address}/items/{key}")
    piece = page.locator(".pieces tbody tr")
    expect(piece).to_contain_text("50 days later")
    expect(piece).to_contain_text("Bo Svensson")
    page.get_by_text("Add evidence").first.click()
    page.get_by_label("What it shows", exact=True).fill("Minutes, final")
    page.get_by_label("Or a link").fill("https://example.org/final")
    page.get_by_text("More: what it replaces").click()
    page.get_by_label("Replaces").select_option(label="Minutes, draft")
    page.get_by_label("First day it covers").fill("2026-01-01")
    page.get_by_label("Last day it covers").fill("2026-03-31")
    page.get_by_label("Clause it is proof of").fill("8.6.1")
    page.locator("#evidence").get_by_role("button", name="Add evidence").click()
    expect(piece.first).to_contain_text("covers Jan 1, 2026 – Mar 31, 2026")
    expect(piece.first).to_contain_text("8.6.1")
    expect(piece.first).to_contain_text("version 2")
    expect(page.locator(".pieces tr.replaced")).to_contain_text("Minutes, draft")


def test_a_period_the_wrong_way_round_is_refused_with_all_that_was_typed(page: Page, house: House) -> None:
    key = house.new_item("Wrong way round")
    sign_in(page, house, "ana")
    page.goto(f"{house.address}/items/{key}")
    page.get_by_text("Add evidence").first.click()
    page.get_by_label("Or a link").fill("https://example.org/x")
    page.get_by_text("More: what it replaces").click()
    page.get_by_label("First day it covers").fill("2026-03-31")
    page.get_by_label("Last day it covers").fill("2026-01-01")
    page.locator("#evidence").get_by_role("button", name="Add evidence").click()
    expect(page.locator("#problems")).to_be_visible()
    expect(page.get_by_label("First day it covers")).to_have_value("2026-03-31")
    expect(page.get_by_label("First day it covers")).to_be_visible()


def test_an_item_is_linked_by_a_key_that_is_suggested(page: Page, house: House) -> None:
    key, other = house.new_item("Has a cause"), house.new_item("Is the common cause of it")
    sign_in(page, house, "ana")
    page.goto(f"{house.address}/items/{key}")
    page.get_by_text("Link to another item or address").click()
    page.get_by_label("Key of an item, or an address").press_sequentially("common cause")
    expect(page.locator("#links datalist option")).to_have_attribute("value", other)
    page.get_by_label("Key of an item, or an address").fill(other.lower())
    page.get_by_label("How they belong together").fill("caused by")
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.locator("#facts").get_by_role("link", name=other)).to_be_visible()
    expect(page.locator("#facts")).to_contain_text("caused by")
    expect(page.locator("#history .line li").first).to_contain_text(f"linked {other}")
    assert page.url.split("#")[0].endswith(f"/items/{key}?done=linked")


@pytest.mark.parametrize(("typed", "sentence"), [("IMP-1999-0001", "no item IMP-1999-0001"), ("javascript://x", "https://"), ("", "Give")])
def test_a_link_to_nothing_is_refused_and_kept(page: Page, house: House, typed: str, sentence: str) -> None:
    sign_in(page, house, "ana")
    page.goto(f"{house.address}/items/{house.keys[0]}")
    page.get_by_text("Link to another item or address").click()
    page.get_by_label("Key of an item, or an address").fill(typed)
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.locator("#problems")).to_contain_text(sentence)
    expect(page.get_by_label("Key of an item, or an address")).to_have_value(typed)


def test_each_part_says_what_it_still_needs(page: Page, house: House) -> None:
    key = house.new_item("In two parts")
    with house.app.unit(house.people["ana"]) as unit:
        part = create_item(
            unit, "action", "Write it", {"owner": "ana", "due": (unit.today + timedelta(days=9)).isoformat()}, parent=key
        ).key
        advance_item(unit, part, "start")
    sign_in(page, house, "ana")
    page.goto(f"{house.address}/items/{key}")
    expect(page.locator("#children .list li")).to_contain_text("Finish needs: 1 piece(s) of evidence needed, 0 there")


def test_a_missing_piece_of_evidence_leads_to_its_form_even_on_a_closed_item(page: Page, house: House) -> None:
    key = submitted(house, "Rejected, then proved")
    with house.app.unit(house.people["cui"]) as unit:
        advance_item(unit, key, "reject", comment="Not worth it")
    sign_in(page, house, "cui")
    page.goto(f"{house.address}/items/{key}#in-evidence.title")
    expect(page.get_by_label("What it shows", exact=True)).to_be_visible()
    expect(page.locator("a.edit")).to_have_count(0)


def test_who_may_not_change_an_item_sees_no_pencils(page: Page, house: House) -> None:
    key = house.new_item("Not of their business")
    sign_in(page, house, "fang")
    page.goto(f"{house.address}/items/{key}?edit=source")
    expect(page.locator("a.edit")).to_have_count(0)
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    expect(page.get_by_role("button", name="Comment")).to_be_visible()


def test_a_description_is_shown_with_its_lists(page: Page, house: House) -> None:
    key = house.new_item("Described")
    with house.app.unit(house.people["ana"]) as unit:
        edit_item(unit, key, {"description": "Because:\n\n- it is **late**\n- <img src=x onerror=alert(1)>"})
    sign_in(page, house, "ana")
    page.goto(f"{house.address}/items/{key}")
    value = page.locator("#field-description .prose")
    expect(value.locator("li")).to_have_count(2)
    expect(value.locator("img")).to_have_count(0)
    expect(value).to_contain_text("<img src=x onerror=alert(1)>")


@pytest.mark.parametrize("form", ["advance", "edit", "comment", "children", "evidence", "link"])
def test_a_reader_who_sends_a_form_by_hand_changes_nothing(house: House, form: str) -> None:
    typed = {
        "comment": "x",
        "transition": "submit",
        "field": "source",
        "f.source": "x",
        "f.title": "x",
        "f.url": "https://e.org",
        "f.to": "x",
    }
    key = house.new_item("Only to be read")
    with house.app.reader(engine=True) as unit:
        before = history(unit, key).rows[0].hash
    with httpx.Client(base_url=house.address, headers={"Origin": house.address}, follow_redirects=True) as lee:
        lee.get(house.link("lee"))
        answer = lee.post(f"/items/{key}/{form}", data=typed)
        assert answer.status_code == 403
        assert "ask the admin for another role" in answer.text
        assert lee.get("/items/new?workflow=action").status_code == 403
    with house.app.reader(engine=True) as unit:
        assert history(unit, key).rows[0].hash == before


def test_steps_that_only_set_aside_are_not_opened_unasked(page: Page, house: House) -> None:
    sign_in(page, house, "cui")
    page.goto(f"{house.address}/items/{house.new_item('Set aside')}")
    open_step(page, "cancel")
    expect(page.locator("#move-cancel").get_by_role("button", name="Cancel")).to_be_visible()
