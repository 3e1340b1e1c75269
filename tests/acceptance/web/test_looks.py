"""Every page, in light and dark, in both languages, on a phone and on a desk: axe finds nothing, and the page stays small."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request

from tests.acceptance.web.conftest import Complaints, House

AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text(encoding="utf-8")
RULES = "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
PATHS = (
    "/",
    "/today",
    "/workflows",
    "/workflows/improvement",
    "/workflows/improvement/flow",
    "/people",
    "/items/new",
    "/items/new?workflow=nonconformity",
)
LOOKS = [("en", "light", 1360), ("zh", "dark", 1360), ("zh", "light", 390), ("en", "dark", 390)]
PAGE_LIMIT = 100_000  # bytes on the wire, font included
TARGET = 44  # pixels a finger needs


def paths(house: House) -> list[str]:
    """Every kind of page; an item with everything unfolded is looked at on its own."""
    flow = "/workflows/improvement/flow"
    return [*PATHS, flow, f"/items/{house.keys[0]}", f"/items/{house.keys[1]}?edit=owner", f"/items/{house.keys[0]}/history", "/nowhere"]


def unfold(page: Page) -> None:
    """Open everything that is folded."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.removeAttribute('name'); one.open = true })")


def findings(page: Page) -> list[tuple[str, str]]:
    """What axe finds: the rule and the place."""
    page.evaluate(AXE)
    violations: list[dict[str, Any]] = page.evaluate(RULES)["violations"]
    return [(one["id"], node["html"][:200]) for one in violations for node in one["nodes"]]


def findings_at(page: Page, address: str) -> list[tuple[str, str]]:
    """The same for an address, everything unfolded."""
    page.goto(address)
    unfold(page)
    return findings(page)


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_axe_finds_nothing(browser: Browser, house: House, complaints: Complaints, language: str, scheme: Any, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme, locale="en-GB", bypass_csp=True)
    complaints.listen(context)
    page = context.new_page()
    page.goto(f"{house.address}/sign-in")
    assert findings(page) == []
    page.goto(house.link("cui"))
    page.goto(f"{house.address}/?lang={language}")
    found = {path: findings_at(page, house.address + path) for path in paths(house)}
    assert {path: some for path, some in found.items() if some} == {}
    context.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_finger_can_hit_everything(browser: Browser, house: House, language: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, locale="en-GB")
    page = context.new_page()
    page.goto(house.link("cui"))
    page.goto(f"{house.address}/?lang={language}")
    for path in ("/", "/items/new", f"/items/{house.keys[0]}"):
        page.goto(house.address + path)
        unfold(page)
        small = page.evaluate(
            """least => [...document.querySelectorAll('button, summary, select, textarea, nav.nav a, .tabs a, .button, .quiet, .edit')]
            .filter(one => one.checkVisibility() && Math.min(one.offsetHeight, one.offsetWidth) < least)
            .map(one => one.outerHTML.slice(0, 120))""",
            TARGET,
        )
        assert small == [], path
    context.close()


def test_a_page_with_its_font_is_small(browser: Browser, house: House) -> None:
    for path in ("/", f"/items/{house.keys[0]}"):
        context = browser.new_context()  # nothing kept from an earlier page
        page = context.new_page()
        page.goto(house.link("cui"), wait_until="commit")
        page.goto("about:blank")
        fetched: list[Request] = []
        page.on("requestfinished", lambda request, seen=fetched: seen.append(request))
        page.goto(house.address + path, wait_until="networkidle")
        sizes = {one.url: one.sizes()["responseBodySize"] for one in fetched}
        assert any("woff2" in url for url in sizes)
        assert sum(sizes.values()) < PAGE_LIMIT, (path, sizes)
        context.close()


def test_the_focus_can_be_seen_and_skips_to_the_content(page: Page, house: House) -> None:
    page.goto(house.link("cui"))
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.get_attribute("href") == "#main"
    assert focused.bounding_box()["y"] >= 0  # type: ignore[index]  # because a focused link has a box
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
