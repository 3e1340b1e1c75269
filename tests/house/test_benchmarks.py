"""The benchmark measures work that was really done: it runs, and it finds out who cheats. Nothing here looks at the clock."""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.definitions import texts
from benchmarks.found import ours
from benchmarks.found_faults import FAULTS
from benchmarks.job import GENESIS, STEPS, entry_hash, entry_text
from benchmarks.verify import broken_chains
from tests.house.source import ROOT


def chain(length: int) -> list[tuple[int, int, str, bytes]]:
    """The trail of one item."""
    head, entries = GENESIS, []
    for seq in range(1, length + 1):
        text = entry_text(1, seq, STEPS[0])
        head = entry_hash(head, text)
        entries.append((1, seq, text, head))
    return entries


def test_the_raw_driver_and_we_do_all_of_the_work() -> None:
    """Both sides write every row, and both chains hold."""
    command = [sys.executable, "-m", "benchmarks.advance", "--only", "raw", "ours", "--rounds", "1", "--items", "3", "--json"]
    done = subprocess.run([*command, "--database", "sqlite"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line for lines in json.loads(done.stdout).values() for line in lines]
    assert [(line["contender"], line["wrong"]) for line in lines] == [("raw", []), ("ours", [])]


def test_a_whole_chain_is_whole() -> None:
    """Nothing is found where nothing is wrong, with several items too."""
    other = [(2, 1, "{}", entry_hash(GENESIS, "{}"))]
    assert broken_chains(chain(4) + other) == []


def test_a_changed_missing_or_uncommitted_entry_is_found() -> None:
    """A contender that skips, edits or never writes an entry can't be counted as fast."""
    good = chain(4)
    edited = [(item, seq, text.replace("draft", "drift") if seq == 2 else text, hash_) for item, seq, text, hash_ in good]
    assert broken_chains(edited)
    assert broken_chains(good[:1] + good[2:])
    assert broken_chains(good[1:])


def test_every_fault_is_found_by_us_and_really_made_in_the_formats_of_others() -> None:
    """Thirty files of the corpus; a change that changes nothing would be no fault."""
    assert [fault.ours for fault in FAULTS if ours(fault.ours) == "not found"] == []
    assert len({fault.ours for fault in FAULTS}) == 30
    made = [text for fault in FAULTS for text in fault.texts().values() if text is not None]
    assert len(set(made)) == len(made)


def test_the_files_to_be_checked_are_whole_and_share_nothing() -> None:
    """A hundred and twenty lines each."""
    command = [sys.executable, "-m", "benchmarks.definitions", "--files", "2", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["lines"] == 120
    one, other = texts(2).values()
    assert one != other
