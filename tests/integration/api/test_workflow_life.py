"""The life of a definition over the API: checked, compared, published, used again, retired; its items moved and moved back."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from pdca_engine.services.creation import create_item
from tests.integration.api.conftest import Clients
from tests.support.jobs import JOB, JOB_2
from tests.support.office import Office

LIFE = "/api/v1/workflows"
RENAMED = {"states": {"doing": "working"}, "fields": {"cost": "budget"}, "transitions": {"start": "begin"}}
STORY = (
    "name: a story\nsteps:\n- {by: owner, do: start}\n- {at: 11 days}\n- {by: owner, do: end, refused: NOT_FROM_THIS_STATE}\nends: doing\n"
)


@pytest.fixture
def gu(office: Office, client_of: Clients) -> TestClient:
    """The admin, with two published versions of `job` and two items on the first."""
    client = client_of("gu")
    publish(client, JOB)
    for values, step in (({"cost": 5}, None), ({"gone": "away"}, "start")):
        with office.app.unit(office.li) as unit:
            key = create_item(unit, "job", "A job", values).key
        if step:
            office.advance(key, step, office.li)
    publish(client, JOB_2)
    return client


def publish(client: TestClient, text: str) -> None:
    assert client.post(LIFE, json={"text": text, "reason": "for this test"}).status_code == 201


def post(client: TestClient, path: str, status: int = 200, **body: Any) -> Any:
    answer = client.post(f"{LIFE}/job/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def states(client: TestClient) -> list[str]:
    return [one["state"] for one in client.get("/api/v1/items?workflow=job&sort=key").json()["items"]]


def test_two_versions_and_a_text_are_compared(gu: TestClient) -> None:
    found = gu.get(f"{LIFE}/job/diff?from=1&to=2").json()
    assert (found["from"], found["to"], len(found["changes"])) == (1, 2, 20)
    assert found["stranded"] == [{"state": "doing", "title": "Being done", "count": 1, "keys": ["JOB-2026-0002"]}]
    same = post(gu, "diff", text=JOB_2)
    assert (same["from"], same["to"], same["changes"]) == (2, None, [])
    back = post(gu, "diff", text=JOB, version=2)
    assert {one["kind"] for one in back["changes"]} == {"added", "removed", "changed"}
    assert post(gu, "diff", 422, text=JOB.replace("workflow: job", "workflow: other"))["code"] == "BAD_INPUT"
    assert post(gu, "diff", 422, text="workflow: job")["code"] == "WORKFLOW_BROKEN"
    assert gu.get(f"{LIFE}/job/diff?from=1&to=9").status_code == 404


def test_items_are_planned_moved_and_moved_back(gu: TestClient) -> None:
    bare = post(gu, "migration/plan", **{"from": 1, "to": 2})
    assert (bare["total"], bare["refused"]) == (2, 1)
    assert {"state": "doing", "becomes": None, "items": 1} in bare["ways"]
    told = post(gu, "migration", 422, reason="Too early", **{"from": 1, "to": 2})
    assert [one["code"] for one in told["errors"]] == ["NO_PLACE"]
    plan = post(gu, "migration/plan", names=RENAMED, limit=1, **{"from": 1, "to": 2})
    assert (plan["refused"], plan["with_losses"], len(plan["items"])) == (0, 1, 1)
    assert states(gu) == ["open", "doing"]
    done = post(gu, "migration", names=RENAMED, reason="Better names", **{"from": 1, "to": 2})
    assert (done["items"], states(gu)) == (2, ["open", "working"])
    assert post(gu, "migration/revert", reason="A mistake")["items"] == 2
    assert states(gu) == ["open", "doing"]
    life = gu.get(f"{LIFE}/job/life", headers={"Accept-Language": "zh"}).json()
    assert [(one["kind"], one["reason"]) for one in life[:2]] == [("reverted", "A mistake"), ("migrated", "Better names")]
    assert "撤回迁移" in life[0]["sentence"]


def test_wrong_names_are_told_as_those_of_a_file_are(gu: TestClient) -> None:
    told = post(gu, "migration/plan", 422, names={"states": {"doin": "wroking"}}, **{"from": 1, "to": 2})
    assert {one["code"] for one in told["errors"]} == {"BAD_MAPPING"} and len(told["errors"]) == 2
    assert post(gu, "migration/plan", 422, **{"from": 1, "to": 1})["code"] == "BAD_INPUT"


def test_an_earlier_version_is_used_again_and_the_workflow_rests(gu: TestClient, client_of: Clients) -> None:
    assert post(gu, "use", version=1, reason="The new one was wrong") == {"workflow": "job", "version": 1, "before": 2}
    assert post(gu, "use", 422, version=1, reason="Again")["code"] == "BAD_INPUT"
    assert post(gu, "retire", reason="Not needed")["retired"] is True
    li = client_of("li")
    assert li.post("/api/v1/items", json={"workflow": "job", "title": "No more"}).json()["code"] == "RETIRED"
    assert post(gu, "restore", reason="Needed after all")["retired"] is False
    assert post(gu, "retire", 422, reason=" ")["errors"][0]["field"] == "reason"
    for path, body in (
        ("use", {"version": 2}),
        ("retire", {}),
        ("migration", {"from": 1, "to": 2}),
        ("migration/plan", {"from": 1, "to": 2}),
    ):
        sent = body if path.endswith("plan") else {**body, "reason": "Mine"}
        assert post(li, path, 403, **sent)["errors"][0]["code"] == "NOT_YOUR_ROLE"


def test_a_story_is_played_and_nothing_is_kept(gu: TestClient) -> None:
    before = gu.get("/api/v1/items?workflow=job").json()
    played = gu.post(f"{LIFE}/simulate", json={"text": JOB, "script": STORY}).json()
    assert (played["passed"], played["ends"]) == (True, "doing")
    assert [one["kind"] for step in played["steps"] for one in step["happened"]] == ["moved", "reminded", "refused"]
    wrong = gu.post(f"{LIFE}/simulate", json={"text": JOB, "script": "name: x\nsteps: [{by: owner, do: strat}]"})
    assert wrong.status_code == 422 and wrong.json()["code"] == "WORKFLOW_BROKEN"
    assert gu.get("/api/v1/items?workflow=job").json() == before
