"""A workflow's page: versions with their items, used again, retired, compared; running items moved and moved back."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from pdca_engine.services.creation import create_item
from pdca_engine.services.workflows import publish_workflow
from tests.integration.web.conftest import Visit
from tests.support.jobs import JOB, JOB_2
from tests.support.office import Office

PLAN = "/workflows/job/migrate"
NAMES = {"states.doing": "working", "fields.cost": "budget", "transitions.start": "begin"}
SENT = {"planned": "1", "from": "1", "to": "2", **NAMES}


@pytest.fixture
def jobs(office: Office) -> Office:
    """Two versions; on the first an open item, one being done, one paused."""
    publish(office, JOB)
    for values, steps in (({"cost": 5}, ""), ({"size": "large"}, "start"), ({}, "start pause")):
        with office.app.unit(office.li) as unit:
            key = create_item(unit, "job", "A job", values).key
        for step in steps.split():
            office.advance(key, step, office.li)
    publish(office, JOB_2)
    return office


def publish(office: Office, text: str) -> None:
    with office.app.unit(office.gu) as unit:
        publish_workflow(unit, text, "job.yaml", "for this test")


def shown(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def states(office: Office) -> list[str]:
    with office.app.reader(office.gu) as unit:
        rows = (unit.hot.read_item(key=f"JOB-2026-{number:04}") for number in (1, 2, 3))
        return [row.state for row in rows if row is not None]


@pytest.mark.parametrize(("language", "words"), [("en", "3 on version 1"), ("zh", "版本 1：3 项")])
def test_the_list_tells_how_many_items_run_on_which_version(jobs: Office, visit: Visit, language: str, words: str) -> None:
    assert words in shown(visit("li", language).get("/workflows"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_two_versions_are_compared(jobs: Office, visit: Visit, language: str) -> None:
    page = visit("li", language).get("/workflows/job/compare")
    assert 'class="state removed"' in page.text and 'class="arrow added"' in page.text
    said = shown(page)
    assert ("移除状态 doing" if language == "zh" else "state doing (Being done) is gone") in said
    assert "JOB-2026-0002" in said, "whom it would strand"
    same = visit("li", language).get("/workflows/job/compare?old=1&new=1")
    assert ("两者内容相同" if language == "zh" else "Both say the same") in shown(same)
    assert visit("li").get("/workflows/job/compare?old=1&new=7").status_code == 404


SUMS = {"en": ("3 items.", "0 can't go.", "1 would lose"), "zh": ("共 3 项。", "0 项无法迁移。", "1 项会丢失")}


@pytest.mark.parametrize(("language", "words"), SUMS.items())
def test_the_plan_begins_with_a_guess_and_moves_nothing(jobs: Office, visit: Visit, language: str, words: tuple[str, ...]) -> None:
    page = visit("gu", language).get(PLAN)
    for name, guess in NAMES.items():
        assert re.search(rf'name="{name}">.*?<option value="{guess}" selected>', page.text), name
    assert all(one in shown(page) for one in words)
    assert states(jobs) == ["open", "doing", "paused"]


def seen(page: Any) -> dict[str, str]:
    """What a form carries of the plan that its page shows."""
    return {"shown": re.findall(r'name="shown" value="(\w+)"', page.text)[0]}


def test_items_move_all_or_none_and_come_back(jobs: Office, visit: Visit) -> None:
    gu = visit("gu")
    stuck = gu.get(PLAN, params={**SENT, "states.doing": ""})
    assert "2 can't go." in shown(stuck) and "Move 3 items" not in shown(stuck)
    refused = gu.post(PLAN, data={**SENT, **seen(stuck), "states.doing": "", "reason": "Try"})
    assert refused.status_code == 422 and "JOB-2026-0002" in shown(refused)
    plan = gu.get(PLAN, params=SENT)
    unsaid = gu.post(PLAN, data={**SENT, **seen(plan), "reason": " "})
    assert unsaid.status_code == 422 and "Say why" in shown(unsaid)
    assert states(jobs) == ["open", "doing", "paused"]
    done = gu.post(PLAN, data={**SENT, **seen(plan), "reason": "Better names"})
    assert "Every running item was moved" in shown(done)
    assert states(jobs) == ["open", "working", "paused"]
    assert "Take the last migration back" in shown(done)
    back = gu.post("/workflows/job/migrate-back", data={"reason": "A mistake"})
    assert "The migration was taken back" in shown(back) and states(jobs) == ["open", "doing", "paused"]
    assert gu.post("/workflows/job/migrate-back", data={"reason": "Again"}).status_code == 422


def test_nobody_moves_what_they_have_not_seen(jobs: Office, visit: Visit) -> None:
    """Names chosen after the plan was worked out make another plan: it comes back to be looked at."""
    gu = visit("gu")
    sent = {**SENT, **seen(gu.get(PLAN, params=SENT)), "states.doing": "open", "reason": "In a hurry"}
    refused = gu.post(PLAN, data=sent)
    assert refused.status_code == 422 and "The names were changed after this plan was worked out." in shown(refused)
    assert states(jobs) == ["open", "doing", "paused"]
    assert "In a hurry" in refused.text, "what was typed is still there"
    assert gu.post(PLAN, data={**sent, **seen(refused)}).status_code == 200
    assert states(jobs) == ["open", "open", "paused"]


def test_what_has_moved_on_stays_and_the_page_says_so(jobs: Office, visit: Visit) -> None:
    gu = visit("gu")
    gu.post(PLAN, data={**SENT, **seen(gu.get(PLAN, params=SENT)), "reason": "Better names"})
    jobs.advance("JOB-2026-0001", "begin", jobs.li)
    refused = gu.post("/workflows/job/migrate-back", data={"reason": "Too late"})
    assert refused.status_code == 422 and "JOB-2026-0001" in shown(refused)
    assert states(jobs) == ["working", "working", "paused"]


def test_a_version_is_used_again_and_the_workflow_rests(jobs: Office, visit: Visit) -> None:
    gu = visit("gu")
    assert "New items use version 1 now." in shown(gu.post("/workflows/job/use", data={"version": "1", "reason": "Wrong names"}))
    assert gu.post("/workflows/job/use", data={"version": "1", "reason": "Again"}).status_code == 422
    retired = gu.post("/workflows/job/retire", data={"reason": "Not needed"})
    assert "It takes no new items; running ones go on." in shown(retired) and "Not needed" in shown(retired)
    assert "retired" in shown(gu.get("/workflows"))
    assert "It takes new items again." in shown(gu.post("/workflows/job/restore", data={"reason": "Needed"}))


@pytest.mark.parametrize("login", ["li", "rui"])
def test_others_see_no_dead_buttons_and_change_nothing(jobs: Office, visit: Visit, login: str) -> None:
    other = visit(login)
    page = other.get("/workflows/job")
    assert "Retire it" not in shown(page) and "/migrate" not in page.text
    assert other.get(PLAN).status_code == 403
    for path, sent in (("migrate", SENT), ("migrate-back", {}), ("use", {"version": "1"}), ("retire", {}), ("restore", {})):
        assert other.post(f"/workflows/job/{path}", data={**sent, "reason": "Mine"}).status_code == 403, path
    assert states(jobs) == ["open", "doing", "paused"]
    assert str(other.get("/workflows/job/use").url).endswith("/workflows/job")
