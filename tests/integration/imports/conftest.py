"""A terminal in the office, where registers are imported."""

from __future__ import annotations

import pytest

from tests.support.office import Office
from tests.support.office_fixtures import office, postgres_office, postgres_office_url, sqlite_office
from tests.support.terminal import Terminal, use_settings

__all__ = ["office", "postgres_office", "postgres_office_url", "sqlite_office"]


@pytest.fixture
def pdca(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """The command line of the office."""
    use_settings(monkeypatch, office.app.settings)
    return Terminal(capsys)
