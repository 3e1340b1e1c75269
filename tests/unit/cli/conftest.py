"""A terminal without any database."""

from __future__ import annotations

import pytest

from tests.support.terminal import Terminal


@pytest.fixture
def pdca(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """The command line; commands on paper need nothing else."""
    monkeypatch.setenv("LANG", "C.UTF-8")
    return Terminal(capsys)
