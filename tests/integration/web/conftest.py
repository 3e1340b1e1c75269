"""The office behind the real server application, seen by a browser that is signed in, without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from pdca_engine.server import build_app
from pdca_engine.services.sign_in import make_sign_in_link, use_sign_in_link
from tests.support.office import Office

Visit = Callable[..., TestClient]


@pytest.fixture
def visit(office: Office) -> Iterator[Visit]:
    """Makes visitors: `visit("gu", "zh")` is signed in as Gu and reads Chinese."""
    server = build_app(office.app)
    made: list[TestClient] = []

    def make(login: str, language: str = "en") -> TestClient:
        with office.app.unit(engine=True) as unit:
            link = make_sign_in_link(unit, login)
        with office.app.unit() as unit:
            token = use_sign_in_link(unit, link).session_token
        client = TestClient(server, base_url="http://localhost", raise_server_exceptions=False)
        client.cookies.set("pdca_session", token)
        client.cookies.set("pdca_language", language)
        client.headers["Origin"] = "http://localhost"
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()
