"""A terminal in the office, and one in an empty house."""

from __future__ import annotations

import pytest

from pdca_engine.settings import Settings
from tests.support.office import Office
from tests.support.office_fixtures import office, postgres_office, postgres_office_url, sqlite_office
from tests.support.terminal import Terminal, use_settings

__all__ = ["office", "postgres_office", "postgres_office_url", "sqlite_office"]


@pytest.fixture
def pdca(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """The command line of the office."""
    use_settings(monkeypatch, office.app.settings)
    return Terminal(capsys)


@pytest.fixture
def empty_pdca(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """The command line of a migrated database with nothing in it."""
    use_settings(monkeypatch, settings)
    return Terminal(capsys)
