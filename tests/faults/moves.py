"""`python -m tests.faults.moves --database sqlite|postgresql [--items N] [--kills N]`: migrations, killed in the middle or measured.

With kills: each migration is killed with SIGKILL at another page; afterwards nothing may have moved, and the trail must be proved. Then one
runs to its end and is taken back. Prints one line of JSON: seconds, items a second, the process's peak memory; exit code 1 when anything is
wrong.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pdca_engine.clock import FrozenClock
from pdca_engine.services.creation import insert_item, read_new
from pdca_engine.services.migrating.back import revert_migration
from pdca_engine.services.migrating.migrations import apply_migration, find_route, plan_migration
from pdca_engine.services.verify import verify_trail
from pdca_engine.services.workflows import publish_workflow
from pdca_engine.settings import Settings
from pdca_engine.unit import App, open_app
from tests.faults.kill import database
from tests.faults.killing import Ready, start
from tests.faults.parcels import ANA, START, settle_in
from tests.support.jobs import JOB, JOB_2, NAMES

PAGE = 500  # items in one transaction while the table is filled


def fill(settings: Settings, items: int) -> None:
    """Two versions of a workflow, and so many items on the first, each with two running timers."""
    app = open_app(settings, FrozenClock(START))
    publish(app, JOB)
    for begin in range(0, items, PAGE):
        with app.unit(ANA) as unit:
            version, compiled = unit.library.current(unit.session, "job")
            for number in range(begin, min(begin + PAGE, items)):
                given = read_new(unit, compiled.workflow, f"Job {number}", {"cost": number, "size": "small", "gone": "away"})
                insert_item(unit, version, compiled, given)
    publish(app, JOB_2)
    app.close()


def publish(app: App, text: str) -> None:
    with app.unit(engine=True) as unit:
        publish_workflow(unit, text, "job.yaml", "for this test")


def migrate(settings: Settings, told: Callable[[int], None] | None = None) -> None:
    """All of them to the second version."""
    app = open_app(settings, FrozenClock(START))
    with app.unit(engine=True) as unit:
        apply_migration(unit, find_route(unit, "job", 1, 2, NAMES, "names.yaml"), "Better words", told)
    app.close()


def kill_in_the_middle(settings: Settings, done: int) -> None:
    """A process of its own migrates, and is killed once so many items are written."""

    def work(_slot: int, _seed: int, ready: Ready) -> None:
        def wait(count: int) -> None:
            if count >= done:
                ready.tell()
                time.sleep(600)

        migrate(settings, wait)

    child = start(work, 0, 0)
    child.wait_ready()
    child.kill()


def state_of(settings: Settings) -> dict[str, Any]:
    """How many items stand on which version, how many entries, events and timers there are, and whether the trail is proved."""
    app = open_app(settings)
    with app.reader(engine=True) as unit:
        connection = unit.session.connection()
        report = verify_trail(unit)
        pinned = connection.exec_driver_sql(
            "SELECT v.number, i.state, count(*) FROM item i JOIN workflow_version v ON v.id = i.workflow_version_id "
            "WHERE i.workflow_id = 'job' GROUP BY v.number, i.state ORDER BY 1, 2"
        ).fetchall()
        counted = {
            name: connection.exec_driver_sql(f"SELECT count(*) FROM {place}").scalar()
            for name, place in (("events", "workflow_event"), ("timers", "schedule WHERE due_at IS NOT NULL AND item_id IS NOT NULL"))
        }
    app.close()
    return {"pinned": [list(row) for row in pinned], **counted, "entries": report.entries, "proved": report.ok}


def try_kills(settings: Settings, items: int, kills: int) -> list[str]:
    """What was wrong: nothing, if each killed migration left everything as it was, and one that ends moves all and can be taken back."""
    before, wrong = state_of(settings), []
    for number in range(kills):
        kill_in_the_middle(settings, max(1, items * (number + 1) // (kills + 1)))
        if (after := state_of(settings)) != before:
            wrong.append(f"kill {number}: {before} became {after}")
    migrate(settings)
    moved = state_of(settings)
    if moved["pinned"] != [[2, "open", items]] or not moved["proved"] or moved["entries"] != before["entries"] + items:
        wrong.append(f"migrated: {moved}")
    revert(settings)
    back = state_of(settings)
    if (back["pinned"], back["timers"]) != (before["pinned"], before["timers"]) or not back["proved"]:
        wrong.append(f"taken back: {back}")
    return wrong


def revert(settings: Settings) -> None:
    app = open_app(settings, FrozenClock(START))
    with app.unit(engine=True) as unit:
        revert_migration(unit, "job", "A mistake")
    app.close()


def plan(settings: Settings) -> None:
    app = open_app(settings, FrozenClock(START))
    with app.reader(engine=True) as unit:
        for _ in plan_migration(unit, find_route(unit, "job", 1, 2, NAMES, "names.yaml")):
            pass
    app.close()


def measured(settings: Settings) -> dict[str, Any]:
    """Seconds (on the clock, and of this process) and peak memory (MiB, of it so far) of plan, deed and way back; the state after."""
    told: dict[str, Any] = {}
    for name, work in (("plan", plan), ("apply", migrate), ("revert", revert)):
        began, used = time.perf_counter(), time.process_time()
        work(settings)
        told[f"{name}_s"], told[f"{name}_cpu_s"] = round(time.perf_counter() - began, 1), round(time.process_time() - used, 1)
        told[f"{name}_peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {**told, **state_of(settings)}


def main(arguments: list[str] | None = None) -> int:
    """Run the command; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.moves", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], required=True)
    parser.add_argument("--items", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=0)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="pdca-moves-") as name, database(asked.database, Path(name)) as settings:
        settle_in(settings)
        fill(settings, asked.items)
        told: dict[str, Any] = (
            {"wrong": try_kills(settings, asked.items, asked.kills)} if asked.kills else {**measured(settings), "wrong": []}
        )
    print(json.dumps({**vars(asked), **told}))
    return 1 if told["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
