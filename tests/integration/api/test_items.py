"""An improvement's life over the API, and every way in which it may be refused."""

from __future__ import annotations

import json

from tests.integration.api.conftest import Clients
from tests.support.office import Office

NEW = {
    "workflow": "improvement",
    "title": "Fewer repeats",
    "values": {"process": "incident", "description": "Seen weekly", "source": "incident trend"},
}


def test_an_item_is_opened_found_advanced_and_told(client_of: Clients) -> None:
    li = client_of("li")
    made = li.post("/api/v1/items", json=NEW)
    key = made.json()["key"]
    assert made.status_code == 201 and made.headers["location"] == f"/api/v1/items/{key}" and made.headers["etag"] == '"1"'
    assert [one["key"] for one in li.get("/api/v1/items?process=incident&open=true").json()["items"]] == [key]
    shown = li.get(f"/api/v1/items/{key}")
    assert shown.headers["etag"] == '"1"' and shown.json()["item"]["state"] == "draft"
    steps = {one["transition"]: one for one in li.get(f"/api/v1/items/{key}/next").json()}
    assert steps["submit"]["allowed"] and steps["submit"]["missing"] == []
    done = li.post(f"/api/v1/items/{key}/advance", json={"transition": "submit"}, headers={"If-Match": '"1"'})
    assert done.status_code == 200 and (done.json()["target"], done.json()["version"]) == ("evaluating", 2)
    entries = li.get(f"/api/v1/items/{key}/history").json()["entries"]
    assert [one["kind"] for one in entries] == ["advanced", "created"]


def test_a_refusal_lists_everything_in_the_language_asked_for(office: Office, client_of: Clients) -> None:
    key = office.new_improvement()
    office.advance(key, "submit", office.li)
    for language, name in (("en", "Risk"), ("zh-CN,en;q=0.5", "风险")):
        refused = client_of("cui").post(
            f"/api/v1/items/{key}/advance", json={"transition": "approve"}, headers={"Accept-Language": language}
        )
        problem = refused.json()
        assert refused.status_code == problem["status"] == 422 and refused.headers["content-type"] == "application/problem+json"
        assert problem["code"] == "REFUSED" and len(problem["errors"]) >= 8
        missing = {one["field"]: one for one in problem["errors"] if one["code"] == "NEEDS_FIELD"}
        assert {"risk", "target", "target_date", "owner"} <= set(missing)
        assert name.lower() in missing["risk"]["message"].lower()
    assert len([1 for one in client_of("li").get(f"/api/v1/items/{key}/history").json()["entries"] if one["kind"] == "refused"]) == 2


def test_who_may_not_is_told_so(office: Office, client_of: Clients) -> None:
    key = office.new_improvement()
    office.advance(key, "submit", office.li)
    refused = client_of("li").post(f"/api/v1/items/{key}/advance", json={"transition": "reject", "comment": "no"})
    assert refused.status_code == 403 and refused.json()["code"] == "NOT_ALLOWED"


def test_a_stale_version_is_a_conflict_that_shows_both_values(office: Office, client_of: Clients) -> None:
    key, li = office.new_improvement(), client_of("li")
    first = li.patch(f"/api/v1/items/{key}", json={"changes": {"title": "Theirs"}}, headers={"If-Match": '"1"'})
    assert first.json()["changes"] == {"title": ["Fewer repeat incidents", "Theirs"]} and first.headers["etag"] == '"2"'
    second = li.patch(f"/api/v1/items/{key}", json={"changes": {"title": "Mine"}}, headers={"If-Match": '"1"'})
    assert second.status_code == 412 and second.json()["code"] == "CONFLICT"
    conflict = second.json()["conflict"]
    assert (conflict["seen"], conflict["version"]) == (1, 2)
    assert conflict["fields"]["title"] == {"yours": "Mine", "now": "Theirs"}
    assert li.get(f"/api/v1/items/{key}").json()["item"]["title"] == "Theirs"


def test_an_if_match_that_is_no_version_is_refused(office: Office, client_of: Clients) -> None:
    key, li = office.new_improvement(), client_of("li")
    for header, status in (('"x"', 422), ("-1", 422), ('"99999999999999"', 422), ("é", 422), ("1", 200), ("*", 200)):
        answer = li.patch(
            f"/api/v1/items/{key}", json={"changes": {"title": f"New {header}"}}, headers={"If-Match": header.encode("latin-1")}
        )
        assert answer.status_code == status, header


def test_the_same_request_twice_does_the_thing_once(office: Office, client_of: Clients) -> None:
    li, key = client_of("li"), office.new_improvement()
    posts = {
        "/api/v1/items": NEW,
        f"/api/v1/items/{key}/comments": {"text": "Once"},
        f"/api/v1/items/{key}/assign": {"relation": "owner", "person": "deng"},
        f"/api/v1/items/{key}/links": {"kind": "see", "url": "https://example.org"},
        f"/api/v1/items/{key}/advance": {"transition": "submit"},
    }
    for number, (path, body) in enumerate(posts.items()):
        answers = [li.post(path, json=body, headers={"Idempotency-Key": f"key {number}".replace(" ", "-")}) for _ in range(2)]
        assert [one.status_code for one in answers] in ([200, 200], [201, 201]), path
        assert {**answers[0].json(), "repeated": None} == {**answers[1].json(), "repeated": None}
    assert len(li.get("/api/v1/items").json()["items"]) == 2
    kinds = [one["kind"] for one in li.get(f"/api/v1/items/{key}/history").json()["entries"]]
    assert sorted(kinds) == ["advanced", "assigned", "commented", "created", "linked"]


def test_a_key_used_for_something_else_is_refused(office: Office, client_of: Clients) -> None:
    li, first, second = client_of("li"), office.new_improvement(), office.new_improvement()
    sent = {"json": {"transition": "submit"}, "headers": {"Idempotency-Key": "one"}}
    assert li.post(f"/api/v1/items/{first}/advance", **sent).status_code == 200
    answer = li.post(f"/api/v1/items/{second}/advance", **sent)
    assert answer.status_code == 422 and answer.json()["code"] == "REQUEST_KEY_REUSED"


def test_many_moves_succeed_or_are_refused_each_for_itself(office: Office, client_of: Clients) -> None:
    key = office.new_improvement()
    moves = [{"key": key, "transition": "submit"}, {"key": key, "transition": "submit"}, {"key": "IMP-2026-9999", "transition": "submit"}]
    outcomes = client_of("li").post("/api/v1/items/advance", json={"moves": moves}).json()
    assert outcomes[0]["advanced"]["target"] == "evaluating" and outcomes[0]["problem"] is None
    assert [one["problem"]["code"] for one in outcomes[1:]] == ["REFUSED", "NOT_FOUND"]


def test_assigning_finds_people_by_name_and_names_the_nearest(office: Office, client_of: Clients) -> None:
    li, key = client_of("li"), office.new_improvement()
    done = li.post(f"/api/v1/items/{key}/assign", json={"relation": "owner", "person": "Deng Bo"})
    assert done.json()["changes"] == {"owner": [None, office.deng]}
    wrong = li.post(f"/api/v1/items/{key}/assign", json={"relation": "owner", "person": "Deng Bao"})
    assert wrong.status_code == 422 and "Deng Bo" in wrong.text
    wrong = li.post(f"/api/v1/items/{key}/assign", json={"relation": "boss", "person": office.li})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "relation"


BAD_BODIES = [
    ({**NEW, "titel": "x"}, "titel"),
    ({**NEW, "title": "NUL \x00"}, "title"),
    ({**NEW, "title": "half \ud83d"}, "title"),
    ({**NEW, "title": ""}, "title"),
    ({**NEW, "title": "x" * 501}, "title"),
    ({**NEW, "values": {"description": "NUL \x00"}}, "values.description"),
    ({**NEW, "values": {"tags": ["fine", "half \udc00"]}}, "values.tags.1"),
    ({**NEW, "values": {"na\x00me": 1}}, "values"),
    ({**NEW, "values": {"cost": 10**400}}, "values.cost"),
    ({**NEW, "values": {"cost": float("inf")}}, "values.cost"),
    ({**NEW, "values": {"cost": [[[[[[[[[[[[[[1]]]]]]]]]]]]]]}}, "values"),
    ({**NEW, "values": {"nonsense": 1}}, "nonsense"),
    ({**NEW, "values": {"owner": "nobody at all"}}, "owner"),
    ({**NEW, "values": {"cost": "much"}}, "cost"),
    ({**NEW, "workflow": "process_cycle"}, "workflow"),
    ({"title": "No workflow"}, "workflow"),
    ([], "body"),
    ("text", "body"),
]


def test_bad_bodies_are_refused_with_the_field(client_of: Clients) -> None:
    li = client_of("li")
    for body, field in BAD_BODIES:
        answer = li.post("/api/v1/items", content=json.dumps(body), headers={"Content-Type": "application/json", "Accept-Language": "zh"})
        assert answer.status_code == 422, answer.text
        assert field in [one["field"] for one in answer.json()["errors"]], answer.text
        assert all(one["message"] and not one["message"].isascii() for one in answer.json()["errors"])
    assert li.get("/api/v1/items").json()["items"] == []


def test_what_is_no_json_is_refused(client_of: Clients) -> None:
    li = client_of("li")
    for body in (b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 5_000, b"nul\x00l"):
        answer = li.post("/api/v1/items", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422) and answer.headers["content-type"] == "application/problem+json", body[:10]


BAD_QUERIES = [
    "text=%00",
    "process=%00",
    "limit=0",
    "limit=201",
    "limit=x",
    "owner=99999999999999999999999",
    "owner=0",
    "cursor=nonsense",
    "cursor=%00",
    "sort=nothing",
    "open=perhaps",
    "nonsense=1",
]


def test_bad_queries_are_refused(client_of: Clients) -> None:
    li = client_of("li")
    for query in BAD_QUERIES:
        answer = li.get(f"/api/v1/items?{query}")
        assert answer.status_code == 422 and answer.json()["errors"], query


def test_unknown_keys_are_not_found(client_of: Clients) -> None:
    li = client_of("li")
    for path in ("IMP-2026-9999", "%00", "%F0%9F", "x" * 500, "..%2F..", "'; DROP TABLE item"):
        for tail in ("", "/next", "/history", "/children", "/evidence"):
            assert li.get(f"/api/v1/items/{path}{tail}").status_code in (404, 422), path
