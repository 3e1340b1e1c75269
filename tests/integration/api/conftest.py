"""The office these tests work in, behind the real server application."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from pdca_engine.server import build_app
from pdca_engine.services.sign_in import make_token
from tests.support.office import Office

Clients = Callable[..., TestClient]


@pytest.fixture
def client_of(office: Office) -> Iterator[Clients]:
    """Makes clients: `client_of("li")` acts for Li with a writing token, `client_of(None)` for nobody."""
    server = build_app(office.app)
    made: list[TestClient] = []

    def make(login: str | None, scope: str = "write") -> TestClient:
        client = TestClient(server, base_url="http://localhost", raise_server_exceptions=False)
        if login is not None:
            with office.app.unit(engine=True) as unit:
                client.headers["Authorization"] = f"Bearer {make_token(unit, login, f'test {len(made)}', scope)}"
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()
