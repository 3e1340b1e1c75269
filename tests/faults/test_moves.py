"""A migration killed in the middle leaves nothing half-migrated, on each database. The long run: `python -m tests.faults.moves`."""

from __future__ import annotations

import subprocess
import sys

import orjson
import pytest

from tests.house.source import ROOT

PATIENCE_S = 300


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_killed_in_the_middle_nothing_has_moved(database: str) -> None:
    """In a process of its own: whoever forks may have no threads, and pytest's neighbours have."""
    asked = ["--database", database, "--items", "1600", "--kills", "2"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.moves", *asked], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert orjson.loads(done.stdout)["wrong"] == []
