"""One suite, both databases: every test that asks for `store` runs on SQLite and on PostgreSQL, on a fresh migrated database each.

PostgreSQL starts once a session and must start: PDCA_SKIP_POSTGRES=1, set by hand, leaves its half out.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from pdca_engine.settings import Settings
from pdca_engine.store.engine import Store, open_store
from pdca_engine.store.migrate import upgrade
from tests.support.office_fixtures import office, postgres_office, postgres_office_url, sqlite_office
from tests.support.postgres import create_database, drop_database, running_postgres

# Here once for all rooms: fixtures of a session are founded once per place they are declared in.
__all__ = ["office", "postgres_office", "postgres_office_url", "sqlite_office"]

DATABASES = ("sqlite", "postgresql")
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a running PostgreSQL's maintenance database."""
    if os.environ.get("PDCA_SKIP_POSTGRES") == "1":
        pytest.skip("PDCA_SKIP_POSTGRES=1")
    with running_postgres() as address:
        yield address


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    file = tmp_path_factory.mktemp("template") / "pdca.db"
    _migrate(f"sqlite:///{file}", file.parent)
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated, empty PostgreSQL database to copy."""
    _migrate(create_database(postgres_server, "pdca_template"), tmp_path_factory.mktemp("template"))
    return "pdca_template"


def _migrate(url: str, data_dir: Path) -> None:
    store = open_store(Settings(data_dir=data_dir, database_url=url))
    upgrade(store)
    store.close()


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on."""
    name: str = request.param
    return name


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """The address of a fresh migrated PostgreSQL database."""
    name = f"pdca_{next(_numbers)}"
    yield create_database(postgres_server, name, postgres_template)
    drop_database(postgres_server, name)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh migrated SQLite file."""
    file = tmp_path / "pdca.db"
    shutil.copyfile(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def database_url(database: str, request: pytest.FixtureRequest) -> str:
    """The address of a fresh migrated database, on SQLite or PostgreSQL."""
    url: str = request.getfixturevalue("sqlite_url" if database == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """An installation of its own: its database, its data folder."""
    return Settings(data_dir=tmp_path, database_url=database_url)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """A store on a fresh migrated database, on SQLite and on PostgreSQL."""
    opened = open_store(settings)
    yield opened
    opened.close()
