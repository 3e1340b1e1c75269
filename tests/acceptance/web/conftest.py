"""A real server with real data, and a real browser that fails a test on any console error or broken content rule."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from pdca_engine.server import build_app
from pdca_engine.services.creation import create_item
from pdca_engine.services.people import add_person, grant_role
from pdca_engine.services.processes import add_process
from pdca_engine.services.sign_in import make_sign_in_link
from pdca_engine.services.workflows import publish_bundled
from pdca_engine.settings import Settings
from pdca_engine.store.engine import open_store
from pdca_engine.store.migrate import upgrade
from pdca_engine.unit import App, open_app

PEOPLE = (
    ("ana", "Ana Keller", "en"),
    ("bo", "Bo Svensson", "en"),
    ("cui", "崔敏", "zh"),
    ("fang", "方丽", "zh"),
    ("gu", "Gu Wei", "en"),
    ("lee", "Lee Reader", "en"),
)
PATIENCE = 10_000  # milliseconds until a story gives up on something that never comes
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"]


@dataclass
class House:
    """A running installation: where it listens, its people's numbers, and the keys of some items."""

    app: App
    address: str
    people: dict[str, int] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)

    def link(self, login: str) -> str:
        """A fresh one-time link for that login."""
        with self.app.unit(engine=True) as unit:
            return f"{self.address}/sign-in/{make_sign_in_link(unit, login)}"

    def today(self) -> date:
        """The organisation's today."""
        with self.app.reader(engine=True) as unit:
            return unit.today

    def new_item(self, title: str, **values: str) -> str:
        """An improvement that Bo wrote down and Ana owns; its key."""
        given = {
            "process": "incident",
            "owner": "ana",
            "description": "Five of seven were repeats.",
            "source": "incident trend",
            "priority": "high",
        }
        with self.app.unit(self.people["bo"]) as unit:
            return create_item(unit, "improvement", title, {**given, **values}).key


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One installation for all stories; each story makes its own items."""
    settings = _settings(tmp_path_factory.mktemp("house"))
    store = open_store(settings)
    upgrade(store)
    store.close()
    app = open_app(settings)
    server = uvicorn.Server(uvicorn.Config(build_app(app), host="127.0.0.1", port=settings.port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    made = House(app, f"http://127.0.0.1:{settings.port}")
    _fill(made)
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    yield made
    server.should_exit = True
    thread.join(10)
    app.close()


def _settings(folder: Path) -> Settings:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return Settings(data_dir=folder, port=free.getsockname()[1], max_upload_mb=1)


def _fill(house: House) -> None:
    with house.app.unit(engine=True) as unit:
        publish_bundled(unit)
        add_process(unit, "incident", "Incident management", "事件管理", "8.6.1")
        house.people = {login: add_person(unit, name, login, f"{login}@example.org", language) for login, name, language in PEOPLE}
    with house.app.unit(engine=True) as unit:
        today = unit.today
        for login, role in (("ana", "improvement_manager"), ("gu", "admin"), ("lee", "reader")):
            grant_role(unit, house.people[login], role)
        grant_role(unit, house.people["cui"], "process_owner", "incident")
    for title, days in (("Reduce repeat P1 incidents", 30), ("The SLA report is late every month", -4), ("供应商评审频率未达标", 9)):
        house.keys.append(house.new_item(title, due=(today + timedelta(days=days)).isoformat(), priority="high"))


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all stories."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        expect.set_options(timeout=PATIENCE)
        yield opened
        opened.close()


class Complaints(list[str]):
    """What the browser complained about."""

    def listen(self, context: BrowserContext) -> None:
        """Note every console error and every error thrown on any page of the context."""
        context.on("console", self._note)
        context.on("weberror", lambda thrown: self.append(str(thrown.error)))

    def _note(self, said: ConsoleMessage) -> None:
        """A refusal's own status (4xx) is no complaint; everything else is."""
        if said.type in ("error", "warning") and "status of 4" not in said.text:
            self.append(said.text)


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Fails the test that made the browser complain."""
    heard = Complaints()
    yield heard
    assert not heard


@pytest.fixture
def page(browser: Browser, complaints: Complaints) -> Iterator[Page]:
    """A fresh page in a fresh context, English, light, 1360 by 860."""
    context = browser.new_context(viewport={"width": 1360, "height": 860}, locale="en-GB", color_scheme="light")
    context.set_default_timeout(PATIENCE)
    complaints.listen(context)
    yield context.new_page()
    context.close()
