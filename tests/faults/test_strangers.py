"""No workflow file, however hostile, gets more than its problem told: within a second, within 100 MB, in a process that lives on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.faults.strangers import STRANGERS, Cost
from tests.house.source import ROOT


@pytest.fixture(scope="module")
def measured() -> tuple[int, Mapping[str, Cost]]:
    """All of them checked one after the other in one process: its memory in MB before, and what each cost."""
    command = [sys.executable, "-m", "tests.faults.strangers", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    return found["before_mb"], {one["name"]: Cost(**one) for one in found["costs"]}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_is_told_its_problem_within_a_second(name: str, measured: tuple[int, Mapping[str, Cost]]) -> None:
    """The processor's second, whatever else the machine does."""
    cost = measured[1][name]
    wanted = STRANGERS[name].told
    assert (None if cost.told is None else tuple(cost.told)) == wanted
    assert cost.seconds < 1.0


def test_all_strangers_together_need_less_than_100_megabytes(measured: tuple[int, Mapping[str, Cost]]) -> None:
    """What the process held at most, the memory of libraries in C included."""
    before, costs = measured
    assert max(cost.peak_mb for cost in costs.values()) - before < 100
