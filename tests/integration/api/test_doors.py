"""Every route: closed to nobody, open to readers for reading only; and what protects the server as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from pdca_engine.api.routes import described
from pdca_engine.server import allowed_hosts, build_app
from pdca_engine.services.sign_in import disable_account, make_sign_in_link, use_sign_in_link
from pdca_engine.services.workflows import bundled_texts
from pdca_engine.settings import Settings
from pdca_engine.unit import open_app
from tests.integration.api.conftest import Clients
from tests.support.office import Office

TEXT = bundled_texts()["improvement"]
OPEN = {"/livez", "/readyz", "/api/v1/openapi.json"}
BODIES = {
    "/api/v1/items": {"workflow": "improvement", "title": "x"},
    "/api/v1/items/advance": {"moves": [{"key": "K", "transition": "submit"}]},
    "/api/v1/items/{item}": {"changes": {"title": "x"}},
    "/api/v1/items/{item}/advance": {"transition": "submit"},
    "/api/v1/items/{item}/assign": {"relation": "owner", "person": 1},
    "/api/v1/items/{item}/comments": {"text": "x"},
    "/api/v1/items/{item}/links": {"url": "https://example.org"},
    "/api/v1/workflows": {"text": "workflow: x", "reason": "x"},
    "/api/v1/workflows/check": {"text": "workflow: x"},
    "/api/v1/workflows/simulate": {"text": TEXT, "script": "name: x\nsteps: []"},
    "/api/v1/workflows/{workflow}/diff": {"text": TEXT},
    "/api/v1/workflows/{workflow}/use": {"version": 1, "reason": "x"},
    "/api/v1/workflows/{workflow}/retire": {"reason": "x"},
    "/api/v1/workflows/{workflow}/restore": {"reason": "x"},
    "/api/v1/workflows/{workflow}/migration": {"from": 1, "to": 2, "reason": "x"},
    "/api/v1/workflows/{workflow}/migration/plan": {"from": 1, "to": 2},
    "/api/v1/workflows/{workflow}/migration/revert": {"reason": "x"},
}
READS = {("POST", f"/api/v1/workflows/{path}") for path in ("check", "simulate", "{workflow}/diff")}
LOOKS = {("POST", "/api/v1/workflows/{workflow}/migration/plan")}  # what only an admin may look at, with whatever token
QUERIES = {"/api/v1/workflows/{workflow}/diff": {"from": 1, "to": 1}}


def routes() -> Iterator[tuple[str, str]]:
    """Every method and path of the API."""
    for path, methods in described().openapi()["paths"].items():
        for method in methods:
            yield method.upper(), path


def call(client: TestClient, method: str, path: str, key: str) -> int:
    where = re.sub(r"\{number\}", "1", path.replace("{item}", key).replace("{workflow}", "improvement"))
    form = method == "POST" and path.endswith("/evidence")
    sent = {"data": {"title": "x", "url": "https://example.org"}, "files": {}} if form else {"json": BODIES.get(path)}
    asked = {"params": QUERIES.get(path)} if method == "GET" else sent
    return client.request(method, where, **asked).status_code  # type: ignore[arg-type]  # because two forms of a request are told apart above


def test_nobody_gets_in_anywhere_but_where_health_is_told(office: Office, client_of: Clients) -> None:
    key, nobody = office.new_improvement(), client_of(None)
    wrong = client_of(None)
    wrong.headers["Authorization"] = "Bearer nonsense"
    for method, path in routes():
        expected = {200} if path in OPEN else {401}
        assert {call(nobody, method, path, key), call(wrong, method, path, key)} == expected, (method, path)
    assert nobody.get("/api/v1/openapi.json").status_code == 200


def test_who_is_disabled_while_signed_in_is_out_at_once(office: Office, client_of: Clients) -> None:
    li = client_of("li")
    assert li.get("/api/v1/me").status_code == 200
    with office.app.unit(office.gu) as unit:
        disable_account(unit, "li")
    assert li.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(("login", "scope"), [("rui", "write"), ("gu", "read")])
def test_a_reader_and_a_reading_token_read_everything_and_write_nothing(office: Office, client_of: Clients, login: str, scope: str) -> None:
    key, reader = office.new_improvement(), client_of(login, scope)
    before = reader.get("/api/v1/items").json(), reader.get(f"/api/v1/items/{key}/history").json()
    for method, path in routes():
        status = call(reader, method, path, key)
        if method == "GET" or (method, path) in READS:
            assert status == 200 or (status == 404 and "{number}" in path), (method, path, status)
        elif (method, path) in LOOKS:
            assert status == (404 if login == "gu" else 403), (method, path, status)
        else:
            assert status == 403, (method, path, status)
    assert before == (reader.get("/api/v1/items").json(), reader.get(f"/api/v1/items/{key}/history").json())


def test_no_route_that_writes_is_forgotten() -> None:
    writing = {path for method, path in routes() if method != "GET"}
    assert writing == {*BODIES, "/api/v1/items/{item}/evidence"}


def session_of(office: Office, login: str) -> str:
    with office.app.unit(engine=True) as unit:
        link = make_sign_in_link(unit, login)
    with office.app.unit() as unit:
        return use_sign_in_link(unit, link).session_token


ORIGINS: list[tuple[dict[str, str], int]] = [
    ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 201),
    ({"Sec-Fetch-Site": "same-origin"}, 201),
    ({"Origin": "http://localhost"}, 201),
    ({}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
    ({"Sec-Fetch-Site": "same-site", "Origin": "http://other.localhost"}, 403),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "http://localhost.evil.example"}, 403),
]


def test_a_cookie_writes_only_from_pages_of_this_server(office: Office, client_of: Clients) -> None:
    browser = client_of(None)
    browser.cookies.set("pdca_session", session_of(office, "li"))
    for headers, status in ORIGINS:
        answer = browser.post("/api/v1/items", json={"workflow": "improvement", "title": "By cookie"}, headers=headers)
        assert answer.status_code == status, headers
    assert browser.get("/api/v1/me").json()["id"] == office.li
    assert len(browser.get("/api/v1/items").json()["items"]) == len([1 for _, status in ORIGINS if status == 201])


def test_a_wrong_token_is_not_mended_by_a_good_cookie(office: Office, client_of: Clients) -> None:
    browser = client_of(None)
    browser.cookies.set("pdca_session", session_of(office, "li"))
    for header in ("Bearer nonsense", "Basic bGk6bGk=", "", "Bearer"):
        assert browser.post("/api/v1/items", json=BODIES["/api/v1/items"], headers={"Authorization": header}).status_code == 401


def test_an_unknown_host_is_refused(client_of: Clients) -> None:
    li = client_of("li")
    for host in ("evil.example", "localhost.evil.example", "127.0.0.1.nip.example", "", "[", "localhost@evil.example", "x/localhost"):
        assert li.get("/api/v1/me", headers={"Host": host}).status_code in (400, 403), host
    assert [li.get("/api/v1/me", headers={"Host": host}).status_code for host in ("localhost:8000", "127.0.0.1", "[::1]:8000")] == [200] * 3


def test_the_hosts_that_count() -> None:
    settings = Settings(host="0.0.0.0", public_url="https://pdca.example.org", allowed_hosts=" intranet , PDCA.local ")
    assert allowed_hosts(settings) == {"localhost", "127.0.0.1", "::1", "pdca.example.org", "intranet", "pdca.local"}


def test_every_answer_is_protected(client_of: Clients) -> None:
    client = client_of("li")
    for path in ("/api/v1/me", "/api/v1/nothing", "/livez", "/", "/nothing", "/static/app.css", "/static/nothing"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy and "frame-ancestors 'none'" in policy and "default-src 'none'" in policy, path
        assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY"), path


def test_what_is_not_there_and_what_is_not_done_are_problems(client_of: Clients) -> None:
    li = client_of("li")
    for answer, status in ((li.get("/api/v1/nothing"), 404), (li.delete("/api/v1/me"), 405), (li.put("/api/v1/items"), 405)):
        assert answer.status_code == status and answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["errors"]
    assert li.delete("/api/v1/me").headers["allow"] == "GET"
    assert li.put("/api/v1/items").headers["allow"] == "GET, POST"
    assert li.put("/api/v1/items/IMP-2026-0001").headers["allow"] == "GET, PATCH"


def test_a_body_that_is_too_large_is_refused_before_it_is_read(client_of: Clients) -> None:
    li = client_of("li")
    assert li.post("/api/v1/items", content=b"x" * (2 * 1024 * 1024 + 1), headers={"Content-Type": "application/json"}).status_code == 413
    huge = li.post("/api/v1/items", content=iter([b"{}"]), headers={"Content-Length": str(5 * 1024**3), "Content-Type": "application/json"})
    assert huge.status_code == 413 and huge.json()["code"] == "TOO_LARGE"
    endless = li.post("/api/v1/items", content=(b"x" * 65536 for _ in range(64)), headers={"Content-Type": "application/json"})
    assert endless.status_code == 413 and endless.json()["code"] == "TOO_LARGE"


def test_a_fault_inside_is_a_sentence_with_a_reference_and_no_traceback(
    office: Office, client_of: Clients, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("the very inside")

    li = client_of("li")
    monkeypatch.setattr("pdca_engine.api.organisation.schedules", broken)
    answer = li.get("/api/v1/schedules")
    assert answer.status_code == 500 and answer.json()["code"] == "UNEXPECTED"
    assert answer.json()["reference"] in answer.json()["detail"] and answer.json()["reference"] in caplog.text
    assert "inside" not in answer.text.replace("wrong inside", "") and "Traceback" not in answer.text


def test_a_database_that_is_gone_is_said_so(office: Office, tmp_path_factory: pytest.TempPathFactory) -> None:
    office.app.store.close()
    folder = tmp_path_factory.mktemp("gone")
    lost = open_app(Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'pdca.db'}"), check_schema=False)
    client = TestClient(build_app(lost), base_url="http://localhost", raise_server_exceptions=False)
    assert client.get("/livez").status_code == 200
    unready = client.get("/readyz")
    assert unready.status_code == 503 and unready.json()["code"] == "WRONG_SCHEMA" and "Run `pdca" in unready.json()["detail"]
    lost.close()
