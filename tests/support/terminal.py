"""The command line as somebody at a terminal meets it: words in; exit code, standard output and standard error out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from pdca_engine.cli.main import run
from pdca_engine.settings import Settings


@dataclass(frozen=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


class Terminal:
    """Calls commands of one installation."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *words: str) -> Said:
        self._capture.readouterr()
        code = run(words)
        out, err = self._capture.readouterr()
        assert "Traceback" not in out + err
        return Said(code, out, err)

    def watched(self, patch: pytest.MonkeyPatch, *words: str) -> Said:
        """The same where the standard error is a terminal of 100 columns that can move its cursor: bars are drawn."""
        with patch.context() as here:
            here.setenv("TERM", "xterm")
            here.setenv("COLUMNS", "100")
            here.setattr("sys.stderr.isatty", lambda: True, raising=False)
            return self(*words)

    def json(self, *words: str, code: int = 0) -> Any:
        """The document of a command that must end with `code`."""
        said = self(*words, "--json")
        assert said.code == code, said
        return said.data


def use_settings(patch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Let the command line work on that installation."""
    patch.setenv("PDCA_DATABASE_URL", settings.database_url)
    patch.setenv("PDCA_DATA_DIR", str(settings.data_dir))
    patch.setenv("LANG", "C.UTF-8")
