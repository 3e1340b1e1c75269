"""A terminal in the office, and one in an empty house."""

from __future__ import annotations

import pytest

from pdca_engine.settings import Settings
from tests.support.office import Office
from tests.support.terminal import Terminal, use_settings


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
