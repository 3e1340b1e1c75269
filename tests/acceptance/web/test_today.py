"""Today: what I owe with the step I may take, what waits for me, what I was told."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from pdca_engine.services.advance import advance_item
from tests.acceptance.web.conftest import House
from tests.acceptance.web.test_story import sign_in


def test_what_i_owe_offers_the_step_i_may_take(page: Page, house: House) -> None:
    due = (house.today() - timedelta(days=3)).isoformat()
    key = house.new_item("Mine and late", due=due)
    sign_in(page, house, "ana")
    page.goto(f"{house.address}/today")
    mine = page.locator(".tasks li", has_text="Mine and late")
    expect(mine).to_contain_text("overdue")
    mine.get_by_role("link", name="Submit").click()
    expect(page.locator("#move-submit").get_by_role("button", name="Submit")).to_be_visible()
    assert page.url.endswith(f"/items/{key}?move=submit#move-submit")


def test_an_approval_waits_for_whoever_may_give_it_and_for_nobody_else(page: Page, house: House) -> None:
    key = house.new_item("Waits for approval")
    with house.app.unit(house.people["bo"]) as unit:
        advance_item(unit, key, "submit")
    own = house.new_item("Proposed by the approver", proposer="cui", owner="bo")
    with house.app.unit(house.people["bo"]) as unit:
        advance_item(unit, own, "submit")
    sign_in(page, house, "cui")
    page.goto(f"{house.address}/today")
    waiting = page.get_by_role("region", name="What waits for me")
    expect(waiting.locator("li", has_text=key).get_by_role("link", name="Approve", exact=True)).to_be_visible()
    expect(waiting.locator("li", has_text=own).get_by_role("link", name="Approve", exact=True)).to_have_count(0)
    sign_in(page, house, "fang")
    page.goto(f"{house.address}/today")
    expect(page.get_by_role("region", name="What waits for me")).to_contain_text("Nobody waits for a step of yours")
    expect(page.get_by_role("region", name="What I owe")).to_contain_text("You own nothing that is open")


def test_i_am_told_in_words_what_happened(page: Page, house: House) -> None:
    key = house.new_item("Told about")
    with house.app.unit(house.people["bo"]) as unit:
        advance_item(unit, key, "submit")
    with house.app.unit(house.people["cui"]) as unit:
        advance_item(unit, key, "reject", comment="Not now")
    sign_in(page, house, "bo")
    page.goto(f"{house.address}/today")
    message = page.locator(".told li", has_text=key).first
    expect(message).to_contain_text("崔敏: Reject → Rejected")
    expect(message.get_by_role("link", name="Told about")).to_have_attribute("href", f"/items/{key}")
