"""Workflows, evidence, people and the trail over the API."""

from __future__ import annotations

import hashlib
import json
from xml.etree import ElementTree

import pytest

from tests.integration.api.conftest import Clients
from tests.support.notes import NOTE
from tests.support.office import Office

BROKEN = NOTE.replace("to: checked", "to: chekced")


def test_a_workflow_is_checked_published_and_shown(client_of: Clients) -> None:
    gu = client_of("gu")
    assert gu.post("/api/v1/workflows/check", json={"text": NOTE}).json() == {"problems": []}
    sent = {"text": NOTE, "name": "note.yaml", "reason": "first"}
    first, again = gu.post("/api/v1/workflows", json=sent), gu.post("/api/v1/workflows", json=sent)
    assert (first.status_code, first.json()) == (201, {"workflow": "note", "version": 1, "new": True})
    assert (again.status_code, again.json()) == (200, {"workflow": "note", "version": 1, "new": False})
    shown = gu.get("/api/v1/workflows/note", headers={"Accept-Language": "zh"}).json()
    assert [one["title"] for one in shown["states"]] == ["打开", "已检查", "完成"]
    assert {one["name"]: one["by"] for one in shown["transitions"]} == {"look": ["any_staff"], "end": ["any_staff"]}
    assert gu.get("/api/v1/workflows/note/text").text == NOTE
    assert [one["number"] for one in gu.get("/api/v1/workflows/note/versions").json()] == [1]
    assert "note" in [one["id"] for one in gu.get("/api/v1/workflows").json()]


def test_a_broken_workflow_is_refused_with_every_problem_and_its_place(client_of: Clients) -> None:
    gu = client_of("gu")
    found = gu.post("/api/v1/workflows/check", json={"text": BROKEN, "name": "n.yaml"}).json()["problems"]
    line = BROKEN.splitlines().index("    to: chekced") + 1
    assert ("UNKNOWN_STATE", line, "n.yaml") in [(one["code"], one["line"], one["file"]) for one in found]
    refused = gu.post("/api/v1/workflows", json={"text": BROKEN, "reason": "x"})
    assert refused.status_code == 422 and refused.json()["code"] == "WORKFLOW_BROKEN"
    assert "UNKNOWN_STATE" in [one["code"] for one in refused.json()["errors"]]
    assert gu.get("/api/v1/workflows/note").status_code == 404


HOSTILE = ('workflow: "a\\0b"', 'title: "\\ud800"', "[" * 50_000, "&a {a: *a}", "a: x\n" * 110_000)


def test_hostile_workflows_are_told_their_places_and_never_stored(client_of: Clients) -> None:
    gu = client_of("gu")
    gu.headers["Content-Type"] = "application/json"
    for text in HOSTILE:
        checked = gu.post("/api/v1/workflows/check", content=json.dumps({"text": text}))
        refused = gu.post("/api/v1/workflows", content=json.dumps({"text": text, "reason": "x"}))
        assert (checked.status_code, refused.status_code) == (200, 422), text[:20]
        assert [one["line"] for one in checked.json()["problems"]] == [one["params"]["line"] for one in refused.json()["errors"]] != []


def test_only_the_admin_publishes(client_of: Clients) -> None:
    assert client_of("deng").post("/api/v1/workflows", json={"text": NOTE, "reason": "x"}).status_code == 403


@pytest.mark.parametrize(("format", "media_type"), [("svg", "image/svg+xml"), ("mermaid", "text/plain"), ("dot", "text/vnd.graphviz")])
def test_a_diagram_is_drawn(client_of: Clients, format: str, media_type: str) -> None:
    answer = client_of("li").get(f"/api/v1/workflows/improvement/diagram?format={format}", headers={"Accept-Language": "zh"})
    assert answer.headers["content-type"].startswith(media_type) and "评估中" in answer.text
    if format == "svg":
        assert ElementTree.fromstring(answer.text).tag.endswith("svg")


def test_the_schema_is_served(client_of: Clients) -> None:
    assert client_of("li").get("/api/v1/schemas/workflow").json()["$schema"].endswith("2020-12/schema")


def test_evidence_goes_up_and_comes_down_as_it_was(office: Office, client_of: Clients) -> None:
    li, key = client_of("li"), office.new_improvement()
    content = b"<script>alert(1)</script>" * 1000
    sent = {"data": {"title": "Report", "dated": "2026-02-27"}, "files": {"file": ("../../r\u00e9port.html", content)}}
    added = [li.post(f"/api/v1/items/{key}/evidence", headers={"Idempotency-Key": "up"}, **sent) for _ in range(2)]  # type: ignore[arg-type]  # because the dictionary holds two kinds of argument
    assert [one.status_code for one in added] == [201, 201] and added[0].json()["id"] == added[1].json()["id"]
    (line,) = li.get(f"/api/v1/items/{key}/evidence").json()
    assert (line["dated"], line["sha256"], line["size"]) == ("2026-02-27", hashlib.sha256(content).hexdigest(), len(content))
    down = li.get(f"/api/v1/evidence/{line['id']}/file")
    assert down.content == content and down.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in down.headers["content-security-policy"] and ".." not in down.headers["content-disposition"]


def test_evidence_mistakes_are_told_together(office: Office, client_of: Clients) -> None:
    li, key = client_of("li"), office.new_improvement()
    both = li.post(f"/api/v1/items/{key}/evidence", data={"title": "x", "dated": "yesterday", "nonsense": "1"})
    assert both.status_code == 422 and {one["field"] for one in both.json()["errors"]} == {"dated", "nonsense"}
    for data in ({"title": "x"}, {"title": "x", "url": "javascript:alert(1)"}, {"title": "nul \x00", "url": "https://example.org"}):
        assert li.post(f"/api/v1/items/{key}/evidence", data=data).status_code == 422, data
    assert li.get(f"/api/v1/items/{key}/evidence").json() == []


def test_a_file_over_the_limit_is_refused_and_nothing_is_kept(office: Office, client_of: Clients) -> None:
    limit = office.app.settings.max_upload_mb * 1024 * 1024
    li, key = client_of("li"), office.new_improvement()
    for size in (limit + 1, limit + 3 * 1024 * 1024):
        answer = li.post(f"/api/v1/items/{key}/evidence", data={"title": "Big"}, files={"file": ("big.bin", b"x" * size)})
        assert answer.status_code == 413 and answer.json()["code"] == "TOO_LARGE"
    assert li.get(f"/api/v1/items/{key}/evidence").json() == []
    assert not [one for one in office.app.settings.evidence_dir.rglob("*") if one.is_file()]


def test_people_processes_and_oneself_are_told(office: Office, client_of: Clients) -> None:
    cui = client_of("cui")
    me = cui.get("/api/v1/me").json()
    assert (me["id"], me["language"], me["roles"], me["today"]) == (office.cui, "zh", ["process_owner"], "2026-03-02")
    assert cui.get("/api/v1/people").json()[0]["name"] == "Cui Na"
    assert cui.get(f"/api/v1/people/{office.gu}").json()["logins"] == ["gu"]
    assert cui.get("/api/v1/people/4711").status_code == 404
    assert {one["id"]: one["title"] for one in cui.get("/api/v1/processes").json()} == {"change": "变更管理", "incident": "事件管理"}
    assert cui.get("/api/v1/services").json()[0]["id"] == "payment"
    assert cui.get("/api/v1/schedules").json() and cui.get("/api/v1/me/inbox").json()["owed"] == []


def test_the_trail_is_verified(office: Office, client_of: Clients) -> None:
    office.new_improvement()
    assert client_of("li").get("/api/v1/trail/verify").json() == {"ok": True, "items": 1, "entries": 1, "first_broken": None}
