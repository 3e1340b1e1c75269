"""The studio's pages and answers, in both languages, with a script and without one."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pdca_engine.definition.deciding.compiled import compile_workflow
from pdca_engine.definition.reading.load import load_workflow
from pdca_engine.errors import Busy
from pdca_engine.services import turns
from pdca_engine.services.trying import begin_story, play_story
from pdca_engine.services.workflows import publish_workflow
from tests.integration.web.conftest import Visit
from tests.support.jobs import JOB, JOB_2
from tests.support.office import Office
from tests.support.plans import PLAN

AS_PARTS = {"Accept": "application/json"}
BROKEN = JOB.replace("to: doing", "to: doign")
SENTENCES = {
    "en": {
        "problem": "did you mean `doing`?",
        "none": "No problems",
        "state": "The item is in",
        "publish": "Version 2 is published",
        "new": "New workflow",
    },
    "zh": {"problem": "是不是 `doing`？", "none": "没有问题", "state": "事项处于", "publish": "版本 2 已发布", "new": "新建工作流"},
}


@pytest.fixture
def job(office: Office) -> Office:
    """The office with one version of `job`."""
    with office.app.unit(office.gu) as unit:
        publish_workflow(unit, JOB, "job.yaml", "for this test")
    return office


def shown(answer: Any) -> str:
    """A page's words, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def check(client: TestClient, text: str) -> Any:
    answer = client.post("/studio/check", data={"text": text, "workflow": "job", "seen": "1"}, headers=AS_PARTS)
    assert answer.status_code == 200, answer.text
    return answer.json()


def try_out(client: TestClient, act: str, story: str = "", text: str = JOB, **more: str) -> tuple[str, str]:
    """What the panel says after a button was pressed, and the story then."""
    sent = {"text": text, "workflow": "job", "seen": "1", "act": act, "story": story, "role": "owner", **more}
    part = client.post("/studio/try", data=sent, headers=AS_PARTS).json()["parts"]["part-try"]
    found = re.search(r'name="story"[^>]*>\n?(.*?)</textarea>', part, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split()), unescape(found[1]) if found else ""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_studio_opens_with_what_is_in_use(job: Office, visit: Visit, language: str) -> None:
    client = visit("gu", language)
    page = client.get("/studio?workflow=job")
    assert page.status_code == 200
    for words in ("doing: {phase: do", SENTENCES[language]["none"], SENTENCES[language]["state"]):
        assert words in shown(page)
    assert SENTENCES[language]["new"] in shown(client.get("/studio"))
    assert 'id="send-publish"' in client.get("/studio").text, "what a new one begins as has no problems"
    assert client.get("/studio?workflow=nothing").status_code == 404
    assert client.get("/studio?workflow=job&version=9").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh"])
def test_problems_come_with_their_place_and_the_diagram_goes_on(job: Office, visit: Visit, language: str) -> None:
    client = visit("gu", language)
    found = check(client, BROKEN)
    (problem,) = found["problems"]
    line = BROKEN.split("\n")[problem["line"] - 1]
    assert line[problem["column"] - 1 :][: problem["length"]] == "doign"
    assert (problem["code"], problem["suggestion"]) == ("UNKNOWN_STATE", "doing")
    assert SENTENCES[language]["problem"] in problem["message"]
    assert "<svg" in found["parts"]["part-diagram"] and "disabled" in found["parts"]["part-publish"]
    assert found["names"]["states"]["doing"] == ("进行中" if language == "zh" else "Being done")
    assert "<svg" not in check(client, "workflow: [")["parts"]["part-diagram"]
    assert SENTENCES[language]["none"] in check(client, JOB)["parts"]["part-verdict"]


def test_changes_are_told_and_drawn_against_the_version_in_use(job: Office, visit: Visit) -> None:
    client = visit("gu")
    changes = check(client, JOB_2)["parts"]["part-changes"]
    assert "state doing (Being done) is gone" in changes and 'class="arrow added"' in changes
    assert "It says the same as version 1" in check(client, JOB)["parts"]["part-changes"]
    assert "would be its first version" in check(client, JOB.replace("workflow: job", "workflow: other"))["parts"]["part-changes"]


def test_forms_are_shown_as_people_will_see_them_and_under_names_of_their_own(job: Office, visit: Visit) -> None:
    form = check(visit("gu"), JOB.replace("by: any_staff}", "by: any_staff, needs: {fields: [cost], comment: true}}", 1))["parts"][
        "part-form"
    ]
    assert 'id="in-preview.start.preview.cost"' in form and "It also asks why." in form
    assert set(re.findall(r'name="(f\.\w+)', form)) == {"f.preview"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_workflow_is_tried_step_by_step(job: Office, visit: Visit, language: str) -> None:
    client = visit("gu", language)
    said, story = try_out(client, "do:start", comment="Let us see")
    assert ("进行中" if language == "zh" else "Being done") in said
    assert "do: start" in story and "comment: Let us see" in story
    said, story = try_out(client, "wait", story, wait="11 days")
    assert ("slow：提醒" if language == "zh" else "slow: reminder") in said
    said, story = try_out(client, "do:end", story)
    assert "refused: [NOT_FROM_THIS_STATE]" in story, "as an example would tell it"
    said, story = try_out(client, "back", story)
    assert "do: end" not in story
    said, story = try_out(client, "do:look", story)
    said, story = try_out(client, "do:end", story)
    assert ("此处没有后续步骤" if language == "zh" else "From here nothing leads on") in said
    assert "steps: []" in try_out(client, "again", story)[1]


def test_several_say_yes_or_no_in_a_trial(job: Office, visit: Visit) -> None:
    """What a form asks for goes into the item, since a yes comes without values; a no has a reason."""
    client = visit("gu")
    said, _ = try_out(client, "open:adopt", text=PLAN, role="sponsor")
    assert "Yes: Adopt" in said and "No, with a reason" in said
    said, story = try_out(client, "do:adopt", text=PLAN, role="sponsor", **{"f.cost": "5"})
    assert "yes, the others are waited for" in said and "start: {cost: '5'}" in story
    said, story = try_out(client, "no:adopt", story, text=PLAN, role="sms_manager", comment="Too dear")
    assert "no, the round is over" in said and "decline: true" in story
    for role in ("sponsor", "sms_manager"):
        said, story = try_out(client, "do:adopt", story, text=PLAN, role=role)
    assert "The item is in Adopted" in said


def test_a_step_that_can_not_be_played_leaves_the_story_as_it_was(job: Office, visit: Visit) -> None:
    client = visit("gu")
    _, story = try_out(client, "do:start")
    said, after = try_out(client, "wait", story, wait="eleven days")
    assert after.strip() == story.strip() and "is no duration" in said
    said, _ = try_out(client, "look", "steps: [{by: owner, do: strat}]\nname: x")
    assert "no transition `strat`" in said
    said, _ = try_out(client, "do:start", text=BROKEN)
    assert "mend these first" in said
    long = "name: x\nsteps:\n" + "- {at: 1 days}\n" * 101
    assert client.post("/studio/try", data={"text": JOB, "act": "look", "story": long}, headers=AS_PARTS).status_code == 422


def test_evidence_time_and_parts_are_added_by_a_button(job: Office, visit: Visit) -> None:
    client = visit("gu")
    needs = "needs: {evidence: {at_least: 1}, children: {at_least: 1, workflow: action, all_in: [done]}}"
    text = JOB.replace("to: checking, by: any_staff", f"to: checking, by: any_staff, {needs}")
    _, story = try_out(client, "do:start", text=text)
    said, story = try_out(client, "timer", story, text=text)
    assert "⏰" in said
    for act in ("evidence", "child"):
        said, story = try_out(client, act, story, text=text, child="action/done")
    said, story = try_out(client, "do:look", story, text=text)
    assert "Being checked" in said and "refused" not in story


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_version_is_published_with_its_reason(job: Office, visit: Visit, language: str) -> None:
    client = visit("gu", language)
    sent = {"text": JOB_2.replace("\n", "\r\n"), "workflow": "job", "seen": "1", "reason": ""}
    bare = client.post("/studio/publish", data=sent)
    assert bare.status_code == 422 and "working: {phase: do" in bare.text, "the text is still there"
    assert 'id="tab-publish" aria-controls="panel-publish" aria-selected="true"' in bare.text, "it opens where the reason is written"
    done = client.post("/studio/publish", data={**sent, "reason": "Better names"})
    assert SENTENCES[language]["publish"] in shown(done) and str(done.url).endswith("/workflows/job?done=published")
    assert "Better names" in shown(done)
    again = client.post("/studio/publish", data={**sent, "seen": "2", "reason": "Once more"})
    assert str(again.url).endswith("?done=same"), "the same text is the same version, whatever the line ends"


def test_nobody_takes_back_unseen_what_somebody_else_published(job: Office, visit: Visit) -> None:
    client = visit("gu")
    with job.app.unit(job.gu) as unit:
        publish_workflow(unit, JOB_2, "job.yaml", "Meanwhile")
    sent = {"text": JOB.replace("2 days", "3 days"), "workflow": "job", "seen": "1", "reason": "Mine"}
    refused = client.post("/studio/publish", data=sent)
    assert refused.status_code == 422 and "Version 2 is in use now" in shown(refused)
    assert 'name="seen" value="2"' in refused.text
    assert 'id="tab-changes" aria-controls="panel-changes" aria-selected="true"' in refused.text
    assert client.post("/studio/publish", data={**sent, "seen": "2"}).status_code == 200


def test_a_new_text_under_a_name_in_use_is_not_published_unseen(job: Office, visit: Visit) -> None:
    """Of the workflow that the text names, nothing was seen on a page opened for a new one."""
    client = visit("gu")
    answer = client.post("/studio/publish", data={"text": JOB_2, "workflow": "", "seen": "0", "reason": "Mine"})
    assert answer.status_code == 422
    assert 'name="workflow" value="job"' in answer.text and 'name="seen" value="1"' in answer.text
    done = client.post("/studio/publish", data={"text": JOB_2, "workflow": "job", "seen": "1", "reason": "Seen"}, follow_redirects=False)
    assert done.status_code == 303


def test_only_an_admin_publishes_and_a_text_with_errors_is_never_published(job: Office, visit: Visit) -> None:
    li, gu = visit("li"), visit("gu")
    sent = {"text": JOB_2, "workflow": "job", "seen": "1", "reason": "Mine"}
    assert "send-publish" not in li.get("/studio?workflow=job").text
    assert li.post("/studio/publish", data=sent).status_code == 403
    assert visit("rui").post("/studio/publish", data=sent).status_code == 403
    broken = gu.post("/studio/publish", data={**sent, "text": BROKEN})
    assert broken.status_code == 422 and "doign" in broken.text
    foreign = gu.post("/studio/publish", data=sent, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert "version 1" in shown(gu.get("/workflows/job")) and "version 2" not in shown(gu.get("/workflows/job"))


def test_without_a_script_every_button_answers_a_page(job: Office, visit: Visit) -> None:
    client = visit("gu")
    sent = {"text": BROKEN, "workflow": "job", "seen": "1", "reason": "Kept"}
    checked = client.post("/studio/check", data=sent)
    assert "did you mean `doing`?" in shown(checked) and ">Kept</textarea>" in checked.text
    tried = client.post("/studio/try", data={**sent, "text": JOB, "act": "do:start", "role": "owner"})
    assert "▶ now here" in shown(tried) and "do: start" in tried.text
    assert str(client.get("/studio/check").url).endswith("/studio")


TYPED = ["", "a" * 900_000, "[" * 50_000, "workflow: &a [*a]", "\ufffe", "states: {<<: x}", "'", "key: 😀"]


@pytest.mark.parametrize("text", TYPED, ids=range(len(TYPED)))
def test_whatever_is_typed_gets_an_answer(job: Office, visit: Visit, text: str) -> None:
    found = check(visit("li"), text)
    assert found["problems"] and set(found["parts"]) > {"part-diagram", "part-form"}


def test_the_editor_completes_from_the_schema_and_what_is_published(job: Office, visit: Visit) -> None:
    words = visit("li", "zh").get("/studio/words").json()
    assert words["schema"]["$defs"]["transition"] and words["roles"]["owner"] == "负责人"
    assert words["workflows"]["job"] == "工作" and "due" in words["columns"]


def test_who_comes_while_too_much_is_checked_is_told_to_try_again(job: Office, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0)
    client = visit("gu", "zh")
    with turns.AT_ONCE, turns.AT_ONCE:
        busy = client.post("/studio/check", data={"text": JOB}, headers=AS_PARTS)
    assert busy.status_code == 503 and "请稍候几秒重试" in shown(busy)
    assert check(client, JOB)["problems"] == [], "and then there is room again"


def test_the_flow_and_a_trial_take_turns_too(job: Office, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0)
    client = visit("li")
    compiled = compile_workflow(load_workflow(JOB, "job.yaml", {}.get).workflow)
    with turns.AT_ONCE, turns.AT_ONCE:
        assert client.get("/workflows/job/flow").status_code == 503
        with job.app.reader(job.li) as unit, pytest.raises(Busy):
            play_story(unit, compiled, begin_story())
    assert client.get("/workflows/job/flow").status_code == 200
