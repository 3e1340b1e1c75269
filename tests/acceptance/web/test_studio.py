"""An admin changes how the organisation works: writes, sees what is wrong, tries it, compares, publishes, moves what runs. By keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from pdca_engine.services.advance import advance_item
from pdca_engine.services.creation import create_item
from pdca_engine.services.workflows import publish_workflow
from tests.acceptance.web.conftest import PATIENCE, Complaints, House
from tests.acceptance.web.test_looks import findings, unfold
from tests.acceptance.web.test_story import sign_in
from tests.support.jobs import JOB, JOB_2

PANELS = ("diagram", "problems", "form", "try", "changes", "publish")
BROKEN = JOB.replace("to: checking", "to: chekking").replace("workflow: job", "workflow: typed").replace("key: JOB", "key: TYP")


def open_studio(page: Page, house: House, query: str = "", panel: str = "diagram") -> None:
    """The studio with its editor in place."""
    page.goto(f"{house.address}/studio{query}#panel-{panel}")
    expect(page.locator("html")).to_have_attribute("data-studio", "ready")


def write_anew(page: Page, text: str) -> None:
    """Everything in the editor replaced as if pasted."""
    page.locator("#editor .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def complete(page: Page, typed: str, wanted: str) -> None:
    """Type the beginning of a word and take what is suggested."""
    page.keyboard.type(typed)
    expect(page.locator("#editor .cm-tooltip-autocomplete [aria-selected]")).to_have_text(wanted)
    page.wait_for_timeout(100)  # the editor doesn't take Enter for a suggestion that nobody can have seen yet
    page.keyboard.press("Enter")


def two_versions(house: House, name: str, key: str) -> None:
    """A workflow in two versions, with an item on the first."""
    for text in (JOB, JOB_2):
        with house.app.unit(house.people["gu"]) as unit:
            publish_workflow(
                unit, text.replace("workflow: job", f"workflow: {name}").replace("key: JOB", f"key: {key}"), "x.yaml", "To look at"
            )
        if text is JOB:
            with house.app.unit(house.people["bo"]) as unit:
                create_item(unit, name, "To be looked at", {"gone": "away"})


def step_to(page: Page, wanted: str, key: str = "Tab", most: int = 40) -> None:
    """Press a key until what fits `wanted` has the focus."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted} is not reached with {key}")


def test_a_workflow_is_written_mended_tried_and_published_by_keyboard_alone(page: Page, house: House) -> None:
    sign_in(page, house, "gu")
    open_studio(page, house)
    write_anew(page, BROKEN)
    expect(page.locator("#part-verdict")).to_contain_text("1 problem")
    expect(page.locator("#panel-diagram svg")).to_contain_text("Being checked")

    page.keyboard.press("F8")
    expect(page.locator("#here")).to_contain_text("did you mean `checking`?")
    page.keyboard.press("Alt+Enter")
    expect(page.locator("#part-verdict")).to_contain_text("No problems")
    expect(page.locator("#here")).to_have_text("")

    page.keyboard.press("Control+End")
    page.keyboard.type("  paus")
    page.keyboard.press("Escape")
    complete(page, "ed_long: {i", "in")
    complete(page, "pau", "pausedPaused")
    complete(page, ", due: {after: 30 days}, ladder: {0 days: own", "ownerOwner")
    expect(page.locator("#part-verdict")).to_contain_text("No problems")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "editor", "Tab alone indents"
    page.keyboard.press("Control+z")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "tab-diagram"
    step_to(page, "#tab-try", "ArrowRight", 6)
    step_to(page, "button[value='open:start']")
    page.keyboard.press("Enter")
    expect(page.locator(".filling [name=comment]")).to_be_focused()
    page.keyboard.type("Let us see")
    page.keyboard.press("Enter")
    expect(page.locator(".standing")).to_be_focused()
    expect(page.locator(".standing")).to_contain_text("Being done")
    step_to(page, "button[value='timer']")
    page.keyboard.press("Enter")
    expect(page.locator("#part-try ol.line")).to_contain_text("slow: reminder")
    expect(page.locator("#panel-try svg .current")).to_contain_text("Being done")

    step_to(page, "#tab-try", "Shift+Tab")
    step_to(page, "#tab-publish", "ArrowRight", 6)
    step_to(page, "#reason")
    page.keyboard.type("Typed without a mouse")
    step_to(page, "#send-publish")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Version 1 is published.")
    assert page.url.endswith("/workflows/typed?done=published")


def test_a_new_version_is_compared_published_and_the_running_items_follow(page: Page, house: House) -> None:
    with house.app.unit(house.people["gu"]) as unit:
        publish_workflow(unit, JOB, "job.yaml", "The first")
    for steps in ((), ("start",)):
        with house.app.unit(house.people["bo"]) as unit:
            key = create_item(unit, "job", "A job to follow", {"cost": 5}).key
        for step in steps:
            with house.app.unit(house.people["bo"]) as unit:
                advance_item(unit, key, step)
    sign_in(page, house, "gu")
    open_studio(page, house, "?workflow=job", "changes")
    write_anew(page, JOB.replace("doing", "working"))
    expect(page.locator("#part-changes svg .removed").first).to_be_attached()
    expect(page.locator("#part-changes")).to_contain_text("state working (Being done) is new")
    expect(page.locator("#part-changes")).to_contain_text(f"1 item ({key})")
    page.get_by_role("tab", name="Forms").click()
    expect(page.locator("#panel-form")).to_contain_text("New item")
    page.get_by_role("tab", name="Publish").click()
    page.get_by_label("Why this version?").fill("A better name")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("link", name="Items still run on version 1").click()
    expect(page.get_by_label("Being done doing")).to_have_value("working")
    expect(page.locator("#plan")).to_contain_text("2 items. 0 can't go. 0 would lose values.")
    page.get_by_label("Why? (needed)").fill("Nobody stays behind")
    page.get_by_role("button", name="Move 2 items").click()
    expect(page.get_by_role("status")).to_contain_text("Every running item was moved")
    page.goto(f"{house.address}/items/{key}")
    expect(page.locator("#history")).to_contain_text("Nobody stays behind")
    page.goto(f"{house.address}/workflows/job")
    page.get_by_text("Take the last migration back").click()
    page.get_by_label("Why? (needed)").and_(page.locator("#why-back")).fill("Only looking")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("status")).to_contain_text("The migration was taken back")


def test_nothing_is_lost_and_nothing_stored_by_accident(page: Page, house: House) -> None:
    sign_in(page, house, "gu")
    open_studio(page, house, "?workflow=action")
    page.locator("#editor .cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("# a thought\n")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.locator("#kept")).to_be_visible()
    page.get_by_role("button", name="Go on with the draft").click()
    expect(page.locator("#editor .cm-line").first).to_have_text("# a thought")
    expect(page.locator("#kept")).to_be_hidden()
    page.keyboard.press("Control+z")
    page.goto(f"{house.address}/workflows/action")
    open_studio(page, house, "?workflow=action")
    expect(page.locator("#kept")).to_be_hidden()
    assert "version 2" not in page.request.get(f"{house.address}/workflows/action").text()


@pytest.mark.parametrize(("language", "scheme", "width"), [("en", "light", 1360), ("zh", "dark", 390)])
def test_every_panel_is_accessible_and_fits(
    browser: Browser, house: House, complaints: Complaints, language: str, scheme: Any, width: int
) -> None:
    two_versions(house, f"looked_{language}", f"LO{language.upper()}")
    context = browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme, locale="en-GB", bypass_csp=True)
    context.set_default_timeout(PATIENCE)
    complaints.listen(context)
    page = context.new_page()
    sign_in(page, house, "gu", language)
    for path in (f"/workflows/looked_{language}/compare", f"/workflows/looked_{language}/migrate", f"/workflows/looked_{language}"):
        page.goto(house.address + path)
        unfold(page)
        assert findings(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    open_studio(page, house, f"?workflow=looked_{language}&version=1", "changes")
    expect(page.locator("#part-changes svg .added").first).to_be_attached()
    page.locator("#tab-try").click()
    page.locator("button[value='open:start']").click()
    page.locator("button[value='do:start']").click()
    expect(page.locator("#part-try ol.line > li")).to_have_count(1)
    for panel in PANELS:
        page.locator(f"#tab-{panel}").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, panel
    page.evaluate("document.querySelectorAll('.panel').forEach(one => { one.hidden = false })")
    assert findings(page) == []
    context.close()


COMPLETED = [  # the text with ¦ for the cursor, some of what is suggested, something that is not
    ("¦", {"workflow", "states", "timers"}, "phase"),
    ("states:\n  a:\n    ¦", {"phase", "initial", "final"}, "from"),
    ("states:\n  a: {phase: ¦", {"plan", "check", "none"}, "phase"),
    ("states:\n  a: {phase: plan, i¦", {"initial", "title"}, "plan"),
    ("states:\n  alpha: {}\ntransitions:\n  go: {from: ¦", {"alpha"}, "owner"),
    ("states:\n  alpha: {}\ntransitions:\n  go:\n    to: ¦", {"alpha", "same", "previous"}, "go"),
    ("states:\n  alpha: {}\ntransitions:\n  go:\n    from: [alpha, ¦", {"alpha"}, "from"),
    ("transitions:\n  go:\n    by: [owner, ¦", {"process_owner", "any_staff"}, "go"),
    ("transitions:\n  go:\n    needs: {fields: [¦", {"title", "due"}, "owner_id"),
    ("fields:\n  cost: {type: number}\ntransitions:\n  go:\n    when: item.c¦", {"item.cost", "actor.roles", "times.go"}, "cost"),
    ("transitions:\n  go:\n    then:\n      - ¦", {"notify", "create", "next_cycle"}, "from"),
    ("transitions:\n  go:\n    then:\n      - notify: ¦", {"owner", "sms_manager"}, "go"),
    ("transitions:\n  go: {}\ntimers:\n  t:\n    then:\n      - fire: ¦", {"go"}, "t"),
    ("transitions:\n  go:\n    independent_of:\n      - ¦", {"owner", "go"}, "from"),
    ("transitions:\n  go:\n    then:\n      - create: {workflow: ¦", {"improvement", "action"}, "go"),
    ("# a comment ¦", set(), "workflow"),
    ("states:\n  a: {phase: plan}\n  ¦", set(), "workflow"),
    ("states: {}\nfields:\n  x:\n    type: ¦", {"choice", "person", "date"}, "plan"),
]
COMPLETE = """async (cases) => {
  const { placeAt, optionsAt, namesIn } = await import("/static/studio/complete.js");
  const words = await (await fetch("/studio/words")).json();
  return cases.map((text) => {
    const before = text.split("¦")[0].split("\\n"), lines = text.replace("¦", "").split("\\n");
    const place = placeAt(lines, before.length - 1, before.at(-1).length);
    return place ? optionsAt(place, words, namesIn(lines), "en").map((one) => one.label) : [];
  });
}"""


def test_what_can_stand_at_the_cursor_is_suggested(page: Page, house: House) -> None:
    sign_in(page, house, "gu")
    suggested: list[list[str]] = page.evaluate(COMPLETE, [text for text, _, _ in COMPLETED])
    for (text, wanted, wrong), found in zip(COMPLETED, suggested, strict=True):
        assert wanted <= set(found), (text, wanted - set(found))
        assert wrong not in found, (text, wrong)


def test_without_a_script_the_studio_still_works(browser: Browser, house: House) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(house.link("gu"))
    page.goto(f"{house.address}/studio?lang=en")
    page.get_by_role("textbox", name="Text", exact=True).fill(BROKEN.replace("typed", "plain").replace("TYP", "PLA"))
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#panel-problems")).to_contain_text("did you mean `checking`?")
    page.get_by_role("textbox", name="Text", exact=True).fill(
        JOB.replace("workflow: job", "workflow: plain").replace("key: JOB", "key: PLA")
    )
    page.get_by_label("Why this version?").fill("Plain, but it works")
    page.get_by_role("button", name="Check").click()
    page.locator("button[value='open:start']").click()
    page.locator("button[value='do:start']").click()
    expect(page.locator(".standing")).to_contain_text("Being done")
    page.locator("#send-publish").click()
    expect(page.get_by_role("status")).to_contain_text("Version 1 is published.")
    context.close()
