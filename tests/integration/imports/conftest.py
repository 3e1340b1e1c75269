"""A terminal in the office, where registers are imported."""

from __future__ import annotations

import pytest

from tests.support.office import Office
from tests.support.terminal import Terminal, use_settings


@pytest.fixture
def pdca(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """The command line of the office."""
    use_settings(monkeypatch, office.app.settings)
    return Terminal(capsys)
