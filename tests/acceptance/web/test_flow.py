"""From a workflow's page to how it really flows, in both languages."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.acceptance.web.conftest import House


def test_how_it_really_flows(page: Page, house: House) -> None:
    """The link beside the diagram; numbers on the arrows; the table; the same in Chinese on a phone, without a bar to scroll sideways."""
    page.goto(house.link("cui"))
    page.goto(f"{house.address}/workflows/improvement?lang=en")
    page.get_by_role("link", name="How it really flows").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How it really flows: Improvement")
    expect(page.locator(".diagram svg")).to_contain_text("× Submit")
    expect(page.get_by_role("row", name="Draft").first).to_contain_text("×")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{house.address}/workflows/improvement/flow?lang=zh")
    expect(page.get_by_role("heading", level=1)).to_have_text("实际流动情况：改进项")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
