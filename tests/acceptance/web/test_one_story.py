"""One improvement through all faces of one installation: set up and opened at the terminal, submitted by a program, approved in a browser,
looked up and proved at the terminal again."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from pdca_engine.settings import Settings
from tests.acceptance.test_serve import PATIENCE_S, document, start
from tests.acceptance.web.test_story import fill_approval, open_step
from tests.support.terminal import Terminal, use_settings

PEOPLE = (("Ana Keller", "ana"), ("Bo Svensson", "bo"), ("Cui Min", "cui"))


@pytest.fixture
def pdca(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal on a machine where the program never ran."""
    use_settings(monkeypatch, Settings(data_dir=tmp_path))
    return Terminal(capsys)


@pytest.fixture
def key(pdca: Terminal) -> str:
    """An improvement that Bo wrote down and Ana owns, in an installation made from nothing."""
    assert pdca.json("init", "--admin", "gu", "--name", "Gu Wei")["found"] == "nothing"
    pdca.json("processes", "add", "incident", "--title", "Incident management", "--title-zh", "事件管理", "--clause", "8.6.1")
    for name, login in PEOPLE:
        pdca.json("people", "add", name, "--login", login)
    pdca.json("people", "grant", "cui", "process_owner", "--process", "incident")
    made = pdca.json("items", "new", "improvement", "Fewer repeat incidents", "process=incident", "owner=ana", "--as", "bo")
    return str(made["key"])


@pytest.fixture
def address(key: str, tmp_path: Path) -> Iterator[str]:
    """Where `pdca serve` listens; it ends with 0 when it is told to."""
    server = start(tmp_path, "serve", "--port", "0", "--json")
    assert server.stdout is not None
    yield str(document(server.stdout)["url"])
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=PATIENCE_S)
    assert server.returncode == 0


def test_one_improvement_through_terminal_program_and_browser(pdca: Terminal, key: str, address: str, page: Page) -> None:
    (submit,) = [step for step in pdca.json("items", "next", key, "--as", "bo")["steps"] if step["transition"] == "submit"]
    assert [one["field"] for one in submit["missing"]] == ["description", "source"]

    a_program_submits(f"{address}/api/v1/items/{key}", pdca.json("people", "token", "bo", "--name", "desk", "--scope", "write")["token"])

    secret = pdca.json("people", "link", "cui")["link"].rsplit("/", 1)[1]
    page.goto(f"{address}/sign-in/{secret}")
    the_owner_approves(page, address, key)

    shown = pdca.json("items", "show", key)
    assert (shown["state"], shown["version"], shown["fields"]["target"]) == ("approved", 3, 2)
    history = [(one["kind"], one["who"]) for one in reversed(pdca.json("items", "history", key)["history"])]
    assert history == [
        ("created", "Bo Svensson"),
        ("refused", "Bo Svensson"),
        ("advanced", "Bo Svensson"),
        ("refused", "Cui Min"),
        ("advanced", "Cui Min"),
    ]
    assert pdca.json("items", "next", key, "--as", "ana")["steps"][0]["transition"] == "plan"
    assert pdca.json("trail", "verify") == {"ok": True, "items": 1, "entries": 5, "first_broken": None}
    assert pdca("doctor").code == 0


def a_program_submits(item: str, token: str) -> None:
    """Refused at first; then once, however often it is sent; and not at all by one that saw an older version."""
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE_S) as client:
        seen = client.get(item).headers["ETag"]
        wanted: dict[str, Any] = {"transition": "submit"}
        refused = client.post(f"{item}/advance", json=wanted, headers={"If-Match": seen})
        assert refused.status_code == 422 and {one["field"] for one in refused.json()["errors"]} == {"description", "source"}

        wanted["values"] = {"description": "Five of seven were repeats", "source": "incident trend"}
        both = [client.post(f"{item}/advance", json=wanted, headers={"If-Match": seen, "Idempotency-Key": "desk-1"}) for _ in range(2)]
        first, second = (one.json() for one in both)
        assert [one.status_code for one in both] == [200, 200] and (first["target"], first["version"]) == ("evaluating", 2)
        assert second == {**first, "repeated": True} and both[0].headers["ETag"] == both[1].headers["ETag"] == '"2"'

        stale = client.post(f"{item}/advance", json=wanted, headers={"If-Match": seen, "Idempotency-Key": "desk-2"})
        assert (stale.status_code, stale.json()["code"]) == (412, "CONFLICT")


def the_owner_approves(page: Page, address: str, key: str) -> None:
    """She finds it on the board, sees what is missing, is told again when she presses on without it, and gives it."""
    page.goto(f"{address}/?lang=en")
    page.get_by_role("link", name="Fewer repeat incidents").click()
    open_step(page, "approve")
    step = page.locator("#move-approve")
    expect(step.locator("summary")).to_contain_text("asks for 10 things")
    step.get_by_role("button", name="Approve").click()
    expect(page.locator("#problems")).to_contain_text("Target date")
    fill_approval(page)
    page.locator("#move-approve").get_by_label("Priority").select_option("high")
    page.locator("#move-approve").get_by_role("button", name="Approve").click()
    expect(page.locator("#facts")).to_contain_text("Approved")
    expect(page.locator("#history .line li").first).to_contain_text("Cui Min")
    assert page.url == f"{address}/items/{key}?done=advanced"
