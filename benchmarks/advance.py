"""How fast one advance is: raw drivers, this program, and the libraries people would pick, side by side in one run.

`python -m benchmarks.advance` prints a table, `--json` one document. README.md beside this file says how to read it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any, TypedDict

from benchmarks.job import Accounts
from benchmarks.verify import shortcomings

ROOT = Path(__file__).resolve().parents[1]
PEERS_PYTHON = Path(__file__).parent / ".venv" / "bin" / "python"
LIMIT, LEAST, OURS = "raw", "least", "ours"
PEERS = ("django_history", "statemachine_orm", "spiff")
SIDE_BY_SIDE = (LIMIT, LEAST, OURS, "django_history")
"""Who also runs with several connections."""


class Line(TypedDict):
    """One contender's result; CPU is that of its own process per advance."""

    contender: str
    per_second: float
    of_raw: float
    cpu_us: float
    cpu_of_raw: float
    wrong: list[str]


@dataclass
class Running:
    """A contender in a process of its own, and what it has done so far."""

    name: str
    database: str
    process: subprocess.Popen[str]
    walls: list[float] = field(default_factory=list)
    cpus: list[float] = field(default_factory=list)
    items: int = 0
    advances: int = 0
    created: int = 0

    def tell(self, **told: Any) -> dict[str, Any]:
        """Send one line and wait for its answer."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.name} ended; what it said stands above")
        return dict(json.loads(answer))

    def round(self, items: int, threads: int, *, counts: bool) -> None:
        """Fresh items, all advanced to the end; the first round only warms up."""
        self.created += self.tell(do="prepare", items=items)["created"]
        done = self.tell(do="advance", threads=threads)
        self.items += items
        self.advances += done["advances"]
        if counts:
            self.walls.append(done["wall"] / done["advances"])
            self.cpus.append(done["cpu"] / done["advances"])

    def end(self) -> list[str]:
        """End it, then look whether the work was done."""
        accounts = Accounts(**self.tell(do="accounts"))
        self.process.communicate()
        return shortcomings(self.database, accounts, self.items, self.advances, self.created)


@contextmanager
def contender(name: str, python: Path, database: str) -> Iterator[Running]:
    """A started contender, ended at the latest with the block."""
    command = [str(python), "-m", f"benchmarks.peers.{name}", database]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Running(name, database, process)
        finally:
            process.kill()


def turns(names: Sequence[Running], place: int) -> list[Running]:
    """Everybody once, another one first in each round."""
    return list(islice(cycle(names), place % len(names), place % len(names) + len(names)))


def measure(names: Sequence[str], options: argparse.Namespace, threads: int, database: Callable[[str], str]) -> list[Line]:
    """Rounds in turn, so that whatever else the machine does meets all alike."""
    with ExitStack() as stack:
        pythons = {name: options.peers_python if name in PEERS else Path(sys.executable) for name in names}
        running = [stack.enter_context(contender(name, pythons[name], database(name))) for name in names]
        for place in range(options.rounds + 1):
            for one in turns(running, place):
                one.round(options.items, threads, counts=place > 0)
        return [line(one, running[0]) for one in running]


def line(one: Running, limit: Running) -> Line:
    """Medians; a ratio is the median of the ratios round by round."""
    return Line(
        contender=one.name,
        per_second=1 / median(one.walls),
        of_raw=median(raw / own for raw, own in zip(limit.walls, one.walls, strict=True)),
        cpu_us=median(one.cpus) * 1e6,
        cpu_of_raw=median(own / raw for raw, own in zip(limit.cpus, one.cpus, strict=True)),
        wrong=one.end(),
    )


def on_sqlite(options: argparse.Namespace) -> Iterator[tuple[str, list[Line]]]:
    """One file a contender, on the same disk."""
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        yield "SQLite, synchronous=FULL, WAL, one thread", measure(options.only, options, 1, lambda name: f"{folder}/{name}.db")


def on_postgresql(options: argparse.Namespace) -> Iterator[tuple[str, list[Line]]]:
    """One database a contender, on one server started for this."""
    from tests.support.postgres import create_database, running_postgres  # only who measures on PostgreSQL needs one

    with running_postgres(durable=True) as server:
        title = "PostgreSQL, synchronous commit, 1 connection"
        yield title, measure(options.only, options, 1, lambda name: create_database(server, f"{name}_1"))
        several = [name for name in options.only if name in SIDE_BY_SIDE]
        title = f"PostgreSQL, synchronous commit, {options.connections} connections"
        yield title, measure(several, options, options.connections, lambda name: create_database(server, f"{name}_n"))


def printed(title: str, lines: Sequence[Line]) -> str:
    """The table people read."""
    head = f"\n{title}\n{'':18}{'advances/s':>12}{'of raw':>9}{'CPU µs':>9}{'of raw':>9}   rows and chains"
    body = [
        f"{one['contender']:18}{one['per_second']:12.0f}{one['of_raw']:9.2f}{one['cpu_us']:9.0f}{one['cpu_of_raw']:9.2f}"
        f"   {'; '.join(one['wrong']) or 'all there'}"
        for one in lines
    ]
    return "\n".join([head, *body, *against_best_peer(lines)])


def against_best_peer(lines: Sequence[Line]) -> list[str]:
    """How many times the best peer we are."""
    ours = [one for one in lines if one["contender"] == OURS]
    peers = [one for one in lines if one["contender"] in PEERS]
    if not ours or not peers:
        return []
    best = max(peers, key=lambda one: one["of_raw"])
    return [f"ours is {ours[0]['of_raw'] / best['of_raw']:.1f} times the best peer ({best['contender']})"]


def chosen() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.advance", description=__doc__)
    everybody = (LIMIT, LEAST, OURS, *PEERS)
    parser.add_argument("--only", nargs="+", choices=everybody, default=list(everybody), help="contenders; raw is always among them")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--rounds", type=int, default=9, help="timed rounds, after one that warms up")
    parser.add_argument("--items", type=int, default=80, help="items a round; each is advanced five times")
    parser.add_argument("--connections", type=int, default=8, help="of the last table")
    parser.add_argument("--peers-python", type=Path, default=PEERS_PYTHON, help="the Python that has the peers (README.md)")
    parser.add_argument("--folder", help="where the SQLite files lie while measuring (a real disk, not memory)")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of tables")
    options = parser.parse_args()
    options.only = [LIMIT, *(name for name in everybody[1:] if name in options.only)]
    if set(options.only) & set(PEERS) and not options.peers_python.exists():
        parser.error(f"there is no {options.peers_python}: make it as benchmarks/README.md says, or say --only raw ours")
    return options


def main() -> int:
    """Measure, print; 1 when somebody's rows or chains are wrong."""
    options = chosen()
    found: dict[str, list[Line]] = {}
    for name, tables in (("sqlite", on_sqlite), ("postgresql", on_postgresql)):
        if options.database in (name, "both"):
            for title, lines in tables(options):
                found[title] = lines
                print("" if options.json else printed(title, lines), end="" if options.json else "\n", flush=True)
    if options.json:
        print(json.dumps(found, indent=2))
    return 1 if any(one["wrong"] for lines in found.values() for one in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
