"""Looks for a workflow file that breaks the checker: `python -m tests.faults.fuzz`, for as long as one likes.

Led by coverage where atheris is installed (`pip install atheris`; its own options, like `-max_total_time=600`, may follow), else by changes
at random to the files at hand. What is found stands in a file `crash-…`. The tests do the same in small with hypothesis.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import random
import sys
import time
from pathlib import Path

from tests.unit.definition.corpus import TINY, broken_files, parent

with contextlib.suppress(ImportError):
    atheris = importlib.import_module("atheris")
with atheris.instrument_imports(include=["pdca_engine", "yaml"]) if "atheris" in globals() else contextlib.nullcontext():
    import yaml

    from pdca_engine.definition.checks.check import check_workflow
    from pdca_engine.definition.paper.problems import as_text
    from pdca_engine.definition.reading.reader import read_yaml

SLOW_S = 1.0
PIECES = (
    *b"{}[]:,#&*!|>'\"%@`?-\n\t~<= ().",
    b"\xff",
    b"\x00",
    b"\\U0010FFFF",
    b"\\ud800",
    b"<<: ",
    b"&a ",
    b"*a",
    b"---\n",
    "中：".encode(),
)


def look(raw: bytes) -> None:
    """Check one file. AssertionError for what must never be, any other exception as it comes."""
    begun = time.process_time()
    workflow, problems = check_workflow(raw, "any.yaml", parent)
    assert time.process_time() - begun < SLOW_S, "too slow"
    assert workflow is not None or problems, "neither a workflow nor a problem"
    assert all(one.line >= 1 and one.column >= 1 and one.length >= 1 for one in problems), "no place"
    as_text(problems, {"any.yaml": raw.decode("utf-8", "replace")}, "zh").encode()
    _compare(raw)


def _compare(raw: bytes) -> None:
    """With and without the parser in C, the same is read."""
    fast = read_yaml(raw, "any.yaml")
    yaml.__with_libyaml__ = False
    try:
        slow = read_yaml(raw, "any.yaml")
    finally:
        yaml.__with_libyaml__ = True
    assert (repr(fast[0]), fast[1].source(), fast[2]) == (repr(slow[0]), slow[1].source(), slow[2]), "the parsers disagree"


def seeds() -> list[bytes]:
    """What to change: a whole workflow, and every broken one."""
    return [TINY.read_bytes(), *(file.text.encode() for file in broken_files())]


def change(raw: bytes, chance: random.Random) -> bytes:
    """A few bytes put in, taken out or doubled."""
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(raw) + 1), chance.randint(0, 12)
        piece = chance.choice(PIECES)
        new = bytes([piece]) if isinstance(piece, int) else piece
        raw = raw[:at] + chance.choice((new, raw[at : at + length] * 2, b"")) + raw[at + chance.randint(0, length) :]
    return raw


def at_random(seconds: float) -> int:
    """Without atheris: changes at random, a seed printed to have the same again."""
    seed = random.randrange(1 << 32)
    chance, known, tried, end = random.Random(seed), seeds(), 0, time.monotonic() + seconds
    print(f"seed {seed}, {seconds:.0f} seconds")
    while time.monotonic() < end:
        raw = change(chance.choice(known), chance)
        try:
            look(raw)
        except Exception:
            Path(f"crash-{hashlib.sha256(raw).hexdigest()[:12]}").write_bytes(raw)
            raise
        tried += 1
    print(f"{tried} files, nothing found")
    return 0


def main() -> int:
    """Look until told to stop."""
    if "atheris" not in globals():
        return at_random(float(sys.argv[1]) if len(sys.argv) > 1 else 60)
    folder = Path("fuzz-corpus")
    folder.mkdir(exist_ok=True)
    for raw in seeds():
        (folder / hashlib.sha256(raw).hexdigest()[:12]).write_bytes(raw)
    atheris.Setup([sys.argv[0], str(folder), *sys.argv[1:]], look)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
