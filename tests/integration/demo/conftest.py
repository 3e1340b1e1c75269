"""The filled demo, once a database: it takes some seconds, and the tests only look at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pdca_engine.services.demo import DemoReport, fill_demo
from pdca_engine.settings import Settings
from pdca_engine.unit import App, open_app
from tests.integration.conftest import DATABASES
from tests.support.postgres import create_database


@dataclass(frozen=True)
class Demo:
    """The program with the demo in its database, and what filling it said."""

    app: App
    report: DemoReport


@pytest.fixture(scope="module", params=DATABASES)
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """On SQLite and on PostgreSQL."""
    folder = tmp_path_factory.mktemp("demo")
    app = open_app(Settings(data_dir=folder, database_url=_database(request, folder)))
    yield Demo(app, fill_demo(app))
    app.close()


def _database(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        return create_database(server, "pdca_demo", request.getfixturevalue("postgres_template"))
    shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "pdca.db")
    return f"sqlite:///{folder / 'pdca.db'}"
