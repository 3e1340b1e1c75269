"""25 times kill -9 in the midst of work, on each database. The long run: `python -m tests.faults.kill`."""

from __future__ import annotations

import subprocess
import sys

import orjson
import pytest

from tests.house.source import ROOT

KILLS = 25
PATIENCE_S = 300


@pytest.mark.parametrize("what", ["advance", "ticks"])
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_is_lost_doubled_or_half_done(database: str, what: str) -> None:
    """In a process of its own: whoever forks may have no threads, and pytest's neighbours have."""
    asked = ["--database", database, "--kills", str(KILLS), "--what", what, "--seed", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.kill", *asked], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = orjson.loads(done.stdout)
    assert told["wrong"] == []
    counted = ("entries", "acknowledged", "messages") if what == "advance" else ("ticks", "round", "lost")
    assert all(told[name] > 0 for name in counted), told
