"""What a process owner does all week: sign in, look, see what is missing, fill it in, move on, prove it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from pdca_engine.services.advance import advance_item
from pdca_engine.services.items import edit_item
from tests.acceptance.web.conftest import Complaints, House


def sign_in(page: Page, house: House, login: str, language: str = "en") -> None:
    """Follow a fresh one-time link, and read in `language`."""
    page.goto(house.link(login))
    page.goto(f"{house.address}/?lang={language}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def open_step(page: Page, name: str) -> None:
    """Unfold one of the steps, if it is not open."""
    step = page.locator(f"#move-{name}")
    if step.get_attribute("open") is None:
        step.locator("summary").click()


def fill_approval(page: Page) -> None:
    """Everything that `approve` asks for."""
    for name in ("value", "urgency", "effort", "alignment"):
        page.locator(f"#for-approve\\.{name}").get_by_label("4").check()
    page.get_by_label("Risk").select_option(label="Low")
    page.get_by_label("Target value").fill("2")
    page.get_by_label("Target date").fill("2027-06-30")
    page.get_by_label(re.compile("What is measured")).fill("repeat P1 incidents, number a month")
    page.get_by_label(re.compile("Which direction is better")).select_option(index=1)
    page.get_by_label(re.compile("Why there is no baseline")).fill("Counted since this month only")


def test_an_improvement_goes_from_draft_to_approved(page: Page, house: House) -> None:
    key = house.new_item("Tell callers what happens next")
    sign_in(page, house, "ana")
    page.get_by_role("link", name="Tell callers what happens next").click()
    expect(page.locator(".wheel [aria-current=step]")).to_contain_text("Plan")
    open_step(page, "submit")
    page.locator("#move-submit").get_by_role("button", name="Submit").click()
    expect(page.get_by_role("status")).to_contain_text("Submit")
    expect(page.locator("#history")).to_contain_text("Ana Keller")
    page.get_by_role("button", name="Sign out").click()

    sign_in(page, house, "cui")
    page.goto(f"{house.address}/items/{key}?move=approve")
    expect(page.locator("#move-approve summary")).to_contain_text("asks for 9 things")
    fill_approval(page)
    page.locator("#move-approve").get_by_role("button", name="Approve").click()
    expect(page.locator("#history .line li").first).to_contain_text("Approve")
    expect(page.locator("#facts")).to_contain_text("Approved")
    assert page.url.endswith(f"/items/{key}?done=advanced")


def test_a_refusal_says_why_and_keeps_what_was_typed(page: Page, house: House) -> None:
    key = house.new_item("Refused at first")
    with house.app.unit(house.people["bo"]) as unit:
        advance_item(unit, key, "submit")
    sign_in(page, house, "cui")
    page.goto(f"{house.address}/items/{key}?move=approve")
    page.get_by_label("Target value").fill("not a number")
    page.get_by_label("Target date").fill("2027-06-30")
    page.locator("#move-approve").get_by_role("button", name="Approve").click()
    problems = page.locator("#problems")
    expect(problems).to_be_visible()
    expect(problems).to_be_focused()
    expect(page.get_by_label("Target value")).to_have_value("not a number")
    expect(page.get_by_label("Target value")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Target date")).to_have_value("2027-06-30")
    problems.get_by_role("link", name=re.compile("Urgency")).click()
    assert page.url.endswith("#in-approve.urgency")
    expect(page.locator("#history")).to_contain_text("was refused")


def test_a_field_is_changed_in_place_and_the_trail_says_so(page: Page, house: House) -> None:
    key = house.new_item("Change one field")
    sign_in(page, house, "ana")
    page.goto(f"{house.address}/items/{key}")
    page.locator("#field-priority").get_by_role("link", name="Change Priority").click()
    page.get_by_label("Priority").select_option("critical")
    page.locator("#field-priority").get_by_role("button", name="Save").click()
    expect(page.locator("#field-priority")).to_contain_text("Critical")
    expect(page.locator("#history .line li").first).to_contain_text("Priority: High → Critical")


def test_two_people_change_the_same_field_and_both_values_are_shown(page: Page, house: House) -> None:
    key = house.new_item("Both want this")
    sign_in(page, house, "ana")
    page.goto(f"{house.address}/items/{key}?edit=source")
    with house.app.unit(house.people["bo"]) as unit:
        edit_item(unit, key, {"source": "from Bo"})
    page.get_by_label("Source").fill("from Ana")
    page.get_by_role("button", name="Save").click()
    conflict = page.get_by_role("alert")
    expect(conflict).to_contain_text("from Bo")
    expect(conflict).to_contain_text("from Ana")
    expect(page.get_by_label("Source")).to_have_value("from Ana")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#field-source")).to_contain_text("from Ana")


def test_evidence_is_dropped_in_and_comes_back_byte_for_byte(page: Page, house: House, tmp_path: Path) -> None:
    key = house.new_item("Prove it")
    proof = tmp_path / "<b>minutes & more.txt"
    proof.write_bytes(b"decided: \xe6\x98\xaf")
    sign_in(page, house, "ana")
    page.goto(f"{house.address}/items/{key}")
    page.locator("#evidence summary").first.click()
    page.locator("#evidence input[type=file]").set_input_files(proof)
    page.get_by_label("What it shows", exact=True).fill("Minutes of the board")
    page.locator("#evidence").get_by_role("button", name="Add evidence").click()
    link = page.get_by_role("link", name="Minutes of the board")
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    assert Path(download.value.path()).read_bytes() == proof.read_bytes()
    expect(page.locator("#history .line li").first).to_contain_text("Minutes of the board")


def test_an_empty_piece_of_evidence_is_refused_with_its_reason(page: Page, house: House) -> None:
    key = house.new_item("Nothing to prove")
    sign_in(page, house, "ana")
    page.goto(f"{house.address}/items/{key}")
    page.locator("#evidence summary").first.click()
    page.get_by_label("What it shows", exact=True).fill("Nothing at all")
    page.locator("#evidence").get_by_role("button", name="Add evidence").click()
    expect(page.locator("#problems")).to_be_visible()
    expect(page.get_by_label("What it shows", exact=True)).to_have_value("Nothing at all")


def test_a_file_that_is_too_large_is_refused_and_the_rest_of_the_form_kept(page: Page, house: House, tmp_path: Path) -> None:
    key = house.new_item("Too much proof")
    video = tmp_path / "all of it.bin"
    video.write_bytes(b"0" * 1_500_000)
    sign_in(page, house, "ana")
    page.goto(f"{house.address}/items/{key}")
    page.locator("#evidence summary").first.click()
    page.locator("#evidence input[type=file]").set_input_files(video)
    page.get_by_label("What it shows", exact=True).fill("Everything")
    page.locator("#evidence").get_by_role("button", name="Add evidence").click()
    expect(page.locator("#problems")).to_contain_text("larger than the limit of 1 MiB")
    expect(page.get_by_label("What it shows", exact=True)).to_have_value("Everything")


def test_sending_a_form_twice_does_it_once(page: Page, house: House) -> None:
    key = house.new_item("Clicked twice")
    sign_in(page, house, "ana")
    page.goto(f"{house.address}/items/{key}")
    form = page.locator("#move-submit form input")
    sent = {one.get_attribute("name"): one.get_attribute("value") for one in form.all()}
    for _ in range(2):
        answer = page.request.post(f"{house.address}/items/{key}/advance", form=sent, headers={"Origin": house.address})  # type: ignore[arg-type]  # because every hidden input has name and value
        assert answer.status == 200
        assert answer.url.endswith("?done=advanced")
    page.reload()
    assert page.locator("#history .line li", has_text="Submit").count() == 1


def test_an_action_is_added_and_a_comment_left(page: Page, house: House) -> None:
    key = house.new_item("Has parts")
    sign_in(page, house, "ana")
    page.goto(f"{house.address}/items/{key}")
    page.locator("#children summary").click()
    page.locator("#children").get_by_label("Title").fill("Write the escalation path")
    page.locator("#children").get_by_label("Due").fill("2027-01-15")
    page.locator("#children").get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#children").get_by_role("link", name="Write the escalation path")).to_be_visible()
    page.get_by_label("Say something about it").fill("The numbers are <i>mine</i>.")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator("#history blockquote").first).to_have_text("The numbers are <i>mine</i>.")


def test_something_is_written_down_with_a_title_only(page: Page, house: House) -> None:
    sign_in(page, house, "bo")
    page.get_by_role("link", name="New item").click()
    page.get_by_role("link", name="Improvement", exact=True).click()
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("#problems")).to_contain_text("Title")
    page.get_by_label("Title").fill("Queue times at lunch")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue times at lunch")
    expect(page).to_have_url(re.compile(r"/items/IMP-\d{4}-\d+\?done=created$"))


def test_the_board_filters_as_one_types_and_the_address_remembers(page: Page, house: House) -> None:
    house.new_item("Printer on the third floor")
    sign_in(page, house, "ana")
    page.get_by_label("Key or words of the title").press_sequentially("third floor")
    expect(page.locator(".item")).to_have_count(1)
    assert "text=third+floor" in page.url
    page.reload()
    expect(page.locator(".item")).to_have_count(1)
    page.get_by_label("Key or words of the title").fill("nothing is called this")
    expect(page.locator("#board")).to_contain_text("No open item fits this filter")


def test_a_reader_sees_everything_and_no_dead_buttons(page: Page, house: House) -> None:
    sign_in(page, house, "lee")
    expect(page.get_by_role("link", name="New item")).to_have_count(0)
    page.goto(f"{house.address}/items/{house.keys[0]}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Reduce repeat P1 incidents")
    assert [one.inner_text() for one in page.locator("main button").all()] == []


def test_without_javascript_one_still_reads_and_advances(browser: Browser, house: House) -> None:
    key = house.new_item("No script needed")
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(house.link("ana"))
    page.goto(f"{house.address}/items/{key}?lang=en")
    open_step(page, "submit")
    page.locator("#move-submit").get_by_role("button", name="Submit").click()
    expect(page.get_by_role("status")).to_contain_text("Submit")
    page.goto(f"{house.address}/?text=No+script")
    expect(page.get_by_role("button", name="Show")).to_be_visible()
    expect(page.locator(".item")).to_have_count(1)
    context.close()


def test_chinese_stays_chinese_and_switching_keeps_the_page(page: Page, house: House) -> None:
    sign_in(page, house, "fang", "zh")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.get_by_role("heading", level=1)).to_have_text("改进看板")
    page.goto(f"{house.address}/?overdue=1")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url == f"{house.address}/?overdue=1"
    page.get_by_role("link", name="中文").click()
    page.goto(f"{house.address}/items/{house.keys[2]}")
    expect(page.locator("#next")).to_contain_text("下一步")


def test_nobody_gets_in_uninvited(page: Page, house: House) -> None:
    answer = page.goto(f"{house.address}/items/{house.keys[0]}")
    assert answer is not None and answer.status == 401
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert house.keys[0] not in page.locator("main").inner_text()
    link = house.link("ana")
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Improvement board")
    page.get_by_role("button", name="Sign out").click()
    page.goto(link)
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto(f"{house.address}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_on_a_phone_one_phase_at_a_time(browser: Browser, house: House, complaints: Complaints) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, locale="en-GB")
    complaints.listen(context)
    page = context.new_page()
    sign_in(page, house, "ana")
    tabs = page.get_by_role("navigation", name="Phases")
    expect(page.locator(".column:visible")).to_have_count(1)
    tabs.get_by_role("link", name="Check").click()
    expect(page.locator(".column:visible")).to_contain_text("Check")
    for path in ("/", "/today", "/workflows", "/workflows/improvement", "/people", "/items/new", f"/items/{house.keys[0]}"):
        page.goto(house.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, f"{path} is wider than a phone"
    context.close()
