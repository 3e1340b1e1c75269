"""How long definitions take: a thousand files of 120 lines checked, compiled, and got from the cache of a running process.

`python -m benchmarks.definitions` prints the figures, `--json` one document. The files are one workflow told a thousand times under other
names and with other numbers (`definitions.yaml`, where `@` is the number), so that nothing learnt of one helps with the next.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TEMPLATE = Path(__file__).with_suffix(".yaml")
WORST = 5


def texts(count: int) -> dict[str, str]:
    """Name → text of every file; all are long alike."""
    template = TEMPLATE.read_text(encoding="utf-8")
    return {f"improvement_{number}": template.replace("@", str(number)) for number in range(1000, 1000 + count)}


@contextmanager
def timed(found: dict[str, Any], name: str) -> Iterator[None]:
    """Note wall and processor time, and what the process holds afterwards."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    found[name] = {
        "seconds": round(time.perf_counter() - wall, 4),
        "cpu_seconds": round(time.process_time() - cpu, 4),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def each(files: dict[str, str], do: Callable[[str, str], object]) -> list[float]:
    """Seconds for each file."""
    times = []
    for name, text in files.items():
        before = time.perf_counter()
        do(name, text)
        times.append(time.perf_counter() - before)
    return sorted(times)


def measure(count: int) -> dict[str, Any]:
    """Check, compile and look up `count` files."""
    from pdca_engine.definition.checks.check import check_workflow
    from pdca_engine.library import compile_text

    files = texts(count)
    found: dict[str, Any] = {"files": count, "lines": TEMPLATE.read_text(encoding="utf-8").count("\n")}

    def check(name: str, text: str) -> None:
        problems = check_workflow(text, name, lambda _: None)[1]
        if problems:
            raise SystemExit(f"{name}: {problems[0].code} at {problems[0].line}:{problems[0].column}, but it should be whole")

    with timed(found, "checked"):
        slowest = each(files, check)[-WORST:]
    found["checked"]["slowest_ms"] = [round(one * 1000, 1) for one in slowest]
    with timed(found, "compiled"):
        first = [compile_text(text, name, {}) for name, text in files.items()]
    with timed(found, "from_cache"):
        again = [compile_text(text, name, {}) for name, text in files.items()]
    found["from_cache"]["same"] = all(one is other for one, other in zip(first, again, strict=True))
    return found


def printed(found: dict[str, Any]) -> str:
    """The table people read."""
    rows = [f"{found['files']} files of {found['lines']} lines", f"{'':12}{'seconds':>10}{'CPU':>10}{'peak MB':>10}"]
    for name in ("checked", "compiled", "from_cache"):
        one = found[name]
        rows.append(f"{name.replace('_', ' '):12}{one['seconds']:10.3f}{one['cpu_seconds']:10.3f}{one['peak_mb']:10}")
    return "\n".join([*rows, f"slowest to check, ms: {', '.join(map(str, found['checked']['slowest_ms']))}"])


def main() -> int:
    """Measure, print; 1 when the cache gave something else than what was compiled."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.definitions", description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    options = parser.parse_args()
    found = measure(options.files)
    print(json.dumps(found, indent=2) if options.json else printed(found))
    return 0 if found["from_cache"]["same"] else 1


if __name__ == "__main__":
    sys.exit(main())
