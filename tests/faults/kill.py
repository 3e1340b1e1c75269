"""`python -m tests.faults.kill --database sqlite|postgresql --kills 500 [--seed N] [--what advance|ticks]`: kill -9, and see what is left.

Prints one line of JSON; exit code 1 when anything was lost, doubled or half-done.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from pdca_engine.settings import Settings
from tests.faults.audit import Findings, audit
from tests.faults.errands import run_errands
from tests.faults.killing import Ready, kill_often
from tests.faults.ledger import read_ledger
from tests.faults.parcels import send_off, settle_in
from tests.faults.ticks import audit_ticks, run_ticks
from tests.support.postgres import create_database, running_postgres

ITEMS = 8


@contextmanager
def database(kind: str, folder: Path) -> Iterator[Settings]:
    """A fresh database that keeps what it promises: fsync on, as an installation has it."""
    if kind == "sqlite":
        yield Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'pdca.db'}")
        return
    with running_postgres(durable=True) as address:
        yield Settings(data_dir=folder, database_url=create_database(address, "pdca_faults"))


def kill_advances(settings: Settings, folder: Path, kills: int, luck: Random) -> Findings:
    """Clients are killed while they advance, edit, comment and create."""
    settle_in(settings)
    items = send_off(settings, ITEMS)

    def work(slot: int, seed: int, ready: Ready) -> None:
        run_errands(settings, folder, items, slot, seed, ready)

    kill_often(work, kills, luck)
    return audit(settings, [record for path in sorted(folder.glob("ledger-*")) for record in read_ledger(path)])


def kill_ticks(settings: Settings, folder: Path, kills: int, luck: Random) -> Findings:
    """Two engines are killed while they raise what is due."""
    settle_in(settings)

    def work(slot: int, seed: int, ready: Ready) -> None:
        run_ticks(settings, folder, slot, ready)

    kill_often(work, kills, luck)
    return audit_ticks(settings, folder)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.kill", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], required=True)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--what", choices=["advance", "ticks"], default="advance")
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pdca-kill-") as name, database(asked.database, Path(name)) as settings:
        kill = kill_advances if asked.what == "advance" else kill_ticks
        found = kill(settings, Path(name), asked.kills, Random(asked.seed))
    told: dict[str, Any] = {**vars(asked), **found.counted, "wrong": found.wrong[:20], "seconds": round(time.monotonic() - began)}
    print(json.dumps(told, ensure_ascii=False))
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
