"""Whatever is sent, a page with a sentence comes back: never a fault, never somewhere else."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from pdca_engine.web.shell import own_path
from tests.acceptance.web.conftest import House


@pytest.fixture
def client(house: House) -> Iterator[httpx.Client]:
    """Cui, signed in, as a program that says which site it comes from."""
    with httpx.Client(base_url=house.address, headers={"Origin": house.address}, follow_redirects=True) as made:
        made.get(house.link("cui"))
        yield made


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/?text=%00", 422),
        ("/?owner=99999999999999999999", 200),
        ("/?phase=nowhere&after=rubbish", 200),
        ("/?phase=plan&after=rubbish", 422),
        ("/items/%00", 422),
        ("/items/NO-2026-0001", 404),
        ("/items/NO-2026-0001/history", 404),
        ("/items/%E6%94%B9%F0%9F%98%80", 404),
        ("/items/new?workflow=nothing", 404),
        ("/workflows/nothing", 404),
        ("/workflows/improvement?version=77", 404),
        ("/evidence/99999999999999999999", 422),
        ("/evidence/12345", 404),
        ("/nowhere/at/all", 404),
        ("/static/../pages.py", 404),
    ],
)
def test_a_strange_address_gets_a_page(client: httpx.Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    if not path.startswith("/static"):
        assert "<h1>" in answer.text


@pytest.mark.parametrize("form", ["advance", "edit", "comment", "children", "evidence"])
@pytest.mark.parametrize(
    "typed", [{}, {"f.title": "\x00"}, {"version": "-1", "transition": "nothing", "field": "nothing", "workflow": "nothing"}]
)
def test_a_strange_form_gets_a_page(client: httpx.Client, house: House, form: str, typed: dict[str, str]) -> None:
    answer = client.post(f"/items/{house.keys[0]}/{form}", data=typed)
    assert 400 <= answer.status_code < 500
    assert "<h1>" in answer.text


def test_a_form_that_is_no_form_gets_a_page(client: httpx.Client, house: House) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post(f"/items/{house.keys[0]}/evidence", content=b"--x\r\nrubbish\xff\xfe", headers=headers)
    assert 400 <= answer.status_code < 500
    assert "<h1>" in answer.text


def test_a_title_with_markup_is_text(client: httpx.Client, house: House) -> None:
    key = house.new_item("<script>alert(1)</script>")
    text = client.get(f"/items/{key}").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_another_site_can_not_send_a_form(house: House) -> None:
    with httpx.Client(base_url=house.address) as other:
        other.get(house.link("cui"))
        answer = other.post(f"/items/{house.keys[0]}/comment", data={"comment": "x"}, headers={"Origin": "https://example.org"})
        assert answer.status_code == 403


@pytest.mark.parametrize("wanted", ["https://example.org", "//example.org", "/\\example.org", "", None, "javascript:alert(1)", "/\nx"])
def test_nobody_is_sent_elsewhere_after_signing_in(wanted: str | None) -> None:
    assert own_path(wanted) == "/"


def test_one_goes_where_one_wanted_to_after_signing_in() -> None:
    assert own_path("/items/IMP-2026-0001?edit=owner") == "/items/IMP-2026-0001?edit=owner"
