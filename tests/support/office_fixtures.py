"""The office as a fixture: founded once a session and database, copied for every test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from pdca_engine.settings import Settings
from tests.support.office import Office, found_office, open_office
from tests.support.postgres import create_database, drop_database

_numbers = count(1)


@pytest.fixture(scope="session")
def sqlite_office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that holds the office."""
    file = tmp_path_factory.mktemp("office") / "pdca.db"
    shutil.copyfile(sqlite_template, file)
    found_office(Settings(data_dir=file.parent, database_url=f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def postgres_office(postgres_server: str, postgres_template: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a PostgreSQL database that holds the office."""
    url = create_database(postgres_server, "pdca_office", postgres_template)
    found_office(Settings(data_dir=tmp_path_factory.mktemp("office"), database_url=url))
    return "pdca_office"


@pytest.fixture
def postgres_office_url(postgres_server: str, postgres_office: str) -> Iterator[str]:
    """The address of a copy."""
    name = f"pdca_office_{next(_numbers)}"
    yield create_database(postgres_server, name, postgres_office)
    drop_database(postgres_server, name)


@pytest.fixture
def office(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """A small organisation, on SQLite and on PostgreSQL."""
    if database == "sqlite":
        file = tmp_path / "pdca.db"
        shutil.copyfile(request.getfixturevalue("sqlite_office"), file)
        url = f"sqlite:///{file}"
    else:
        url = request.getfixturevalue("postgres_office_url")
    with open_office(Settings(data_dir=tmp_path, database_url=url)) as opened:
        yield opened
