"""Hostile workflow files: each with the problem it must be told, and what telling it costs.

`python -m tests.faults.strangers` checks them one after the other, and says how long each took and how much memory the process held at
most; `--json` gives one document.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

from pdca_engine.definition.checks.check import check_workflow
from pdca_engine.definition.paper.problems import as_text
from pdca_engine.definition.reading.reader import MOST_BYTES

FULL = MOST_BYTES - 100  # as large as a file may be, and a little room for what stands around
TWO_STATES = "states: {a: {phase: plan, initial: true}, b: {phase: none, final: ended}}\n"
TEN_MEGABYTES = 10 * 1024 * 1024


class Stranger(NamedTuple):
    """A file that is made when it is needed, and a problem it must be told (None: it has none)."""

    text: Callable[[], str | bytes]
    told: tuple[str, int, int] | None


class Cost(NamedTuple):
    """What checking one took: seconds of the processor, and the most memory the process had so far in MB.

    `told` is the problem it must be told, if it was, else the first one.
    """

    name: str
    seconds: float
    peak_mb: int
    told: tuple[str, int, int] | None


def guarded(expression: str) -> str:
    """A small workflow with this guard, at line 10, column 12."""
    head = "workflow: a\nkey: A\nfields: {note: {type: text}}\n"
    return f"{head}{TWO_STATES}transitions:\n  t:\n    from: a\n    to: b\n    by: owner\n    when: '{expression}'\n"


def many(section: str, entry: Callable[[int], str], count: int, rest: str = "") -> str:
    """A workflow with `count` entries in one section."""
    return f"workflow: a\nkey: A\n{TWO_STATES}{rest}{section}:\n{''.join(map(entry, range(count)))}"


def laughs() -> str:
    """A bomb of anchors: nine of nine of nine."""
    rows = [f"{new}: &{new} [{','.join(['*' + old] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    return "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(rows)


def misnamed(number: int) -> str:
    """Fields, conditions and values with names that nobody gave."""
    return f"  t{number}: {{from: a, to: b, by: owner, when: itm.f{number} < 1.0, then: [{{set: {{f{number}: = y{number}}}}}]}}\n"


ONE_WAY = "transitions: {t: {from: a, to: b, by: owner}}\n"
ALL_FROM = f"from: [{','.join(f's{number}' for number in range(60))}]"
STRANGERS: dict[str, Stranger] = {
    "50 000 brackets": Stranger(lambda: "[" * 50_000, ("YAML_TOO_DEEP", 1, 33)),
    "brackets to the limit": Stranger(lambda: "[" * FULL, ("YAML_TOO_DEEP", 1, 33)),
    "braces to the limit": Stranger(lambda: "{" * FULL, ("YAML_KEY", 1, 2)),
    "question marks": Stranger(lambda: "? " * 50_000, ("YAML_KEY", 1, 3)),
    "stairs": Stranger(lambda: "".join(" " * step + f"a{step}:\n" for step in range(600)), ("YAML_TOO_DEEP", 33, 33)),
    "a billion laughs": Stranger(laughs, ("YAML_TOO_LARGE", 5, 8)),
    "merge bomb": Stranger(lambda: "a: &a {x: 1}\n" + "<<: *a\n" * 2000, ("YAML_MERGE", 2001, 1)),
    "anchor to itself": Stranger(lambda: "&a {a: *a}", ("YAML_ALIAS", 1, 8)),
    "huge anchor": Stranger(lambda: f"a: &{'x' * FULL} 1", ("MISSING_KEY", 1, 1)),
    "huge key": Stranger(lambda: "x" * FULL + ": 1", ("YAML_SYNTAX", 1, FULL + 1)),
    "huge text": Stranger(lambda: "workflow: " + "x " * (FULL // 2 - 5), ("BAD_NAME", 1, 11)),
    "huge quoted text with a tab": Stranger(lambda: f'a: "{"x" * FULL}"\n\tb: c', ("YAML_TAB", 2, 1)),
    "backslashes": Stranger(lambda: 'a: "' + "\\" * FULL, ("YAML_SYNTAX", 1, 4)),
    "colons": Stranger(lambda: ":" * FULL, ("YAML_SYNTAX", 1, FULL)),
    "hashes": Stranger(lambda: "#" * FULL, ("YAML_EMPTY", 1, 1)),
    "many documents": Stranger(lambda: "a\n--- " * 9000, ("YAML_DOCUMENTS", 2, 1)),
    "same key again and again": Stranger(lambda: "a: 1\n" * 5900, ("MISSING_KEY", 1, 1)),
    "dense, and wrong at the end": Stranger(
        lambda: "".join(f"k{line}: {'x ' * 40}\n" for line in range(2900)) + "\tz", ("YAML_TAB", 2901, 1)
    ),
    "a list never closed": Stranger(lambda: "a: [" + "x, " * 11_900, ("YAML_SYNTAX", 1, 4)),
    "ten megabytes": Stranger(lambda: "a: x\n" * (TEN_MEGABYTES // 5), ("YAML_TOO_LARGE", 1, 1)),
    "ten megabytes of UTF-16": Stranger(lambda: ("a: x\n" * (TEN_MEGABYTES // 10)).encode("utf-16"), ("YAML_TOO_LARGE", 1, 1)),
    "UTF-16": Stranger(lambda: "workflow: a".encode("utf-16"), ("YAML_ENCODING", 1, 1)),
    "UTF-32": Stranger(lambda: "workflow: a".encode("utf-32-be"), ("YAML_ENCODING", 1, 1)),
    "NUL by escape": Stranger(lambda: 'workflow: "a\\0b"', ("YAML_CHARACTER", 1, 11)),
    "half a character by escape": Stranger(lambda: 'title: "\\ud800"', ("YAML_CHARACTER", 1, 8)),
    "no character by escape": Stranger(lambda: 'title: "\\UFFFFFFFF"', ("YAML_SYNTAX", 1, 11)),
    "number of 100 000 digits": Stranger(lambda: "workflow: " + "9" * 100_000, ("BAD_NAME", 1, 11)),
    "guard of depth 1 000": Stranger(lambda: guarded("(" * 999 + "true" + ")" * 997), ("GUARD_TOO_DEEP", 10, 12)),
    "guard of 1 000 members": Stranger(lambda: guarded("item" + ".a" * 990), ("GUARD_TOO_DEEP", 10, 12)),
    "guard of 1 000 sums": Stranger(lambda: guarded("+".join(["1"] * 990) + " < item.cycle"), ("GUARD_TOO_DEEP", 10, 12)),
    "guard of 200 000 characters": Stranger(lambda: guarded("+".join(["1"] * 100_000)), ("GUARD_TOO_LONG", 10, 2012)),
    "loops in loops": Stranger(lambda: guarded("item.tags.map(a, " * 20 + "a" + ")" * 20 + " == []"), ("GUARD_LOOPS", 10, 374)),
    "pattern that explodes elsewhere": Stranger(lambda: guarded('"' + "a" * 900 + '!".matches("(a|aa)+$") || item.cycle < 5'), None),
    "pattern too large": Stranger(lambda: guarded('item.note.matches("((a{99}){99}){99}")'), ("GUARD_SYNTAX", 10, 30)),
    "pattern never closed": Stranger(lambda: guarded('item.note.matches("(a")'), ("GUARD_SYNTAX", 10, 30)),
    "names nobody gave": Stranger(
        lambda: many("transitions", misnamed, 499, "fields:\n" + "".join(f"  f{number}: {{type: number}}\n" for number in range(499))),
        ("GUARD_UNKNOWN_NAME", 505, 41),
    ),
    "zones that are none": Stranger(
        lambda: many("schedules", lambda n: f"  s{n}: {{cron: '0 9 * * *', timezone: Asia/S{n}, then: [next_cycle]}}\n", 400, ONE_WAY),
        ("UNKNOWN_ZONE", 6, 37),
    ),
    "every way from everywhere": Stranger(
        lambda: (
            f"workflow: a\nkey: A\nstates:\n{''.join(f'  s{n}: {{phase: plan}}' + chr(10) for n in range(60))}transitions:\n"
            + "".join(f"  t{n}: {{{ALL_FROM}, to: {'previous' if n < 60 else f's{n - 60}'}, by: owner}}\n" for n in range(120))
        ),
        ("NO_FINAL", 3, 1),
    ),
    "a cron line of 100 000 minutes": Stranger(
        lambda: many("schedules", lambda n: f"  s: {{cron: '{'1,' * 99_999}61 9 1 1 *', then: [next_cycle]}}\n", 1, ONE_WAY),
        ("BAD_CRON", 6, 14),
    ),
}


def costs() -> list[Cost]:
    """Check every one; the first check of a process, which loads libraries, is not counted."""
    check_workflow(guarded("item.cycle < 5"), "small.yaml", lambda _: None)
    return [cost(name, stranger.text()) for name, stranger in STRANGERS.items()]


def cost(name: str, text: str | bytes) -> Cost:
    """Check one, and show what was found as a person would see it."""
    begun = time.process_time()
    problems = check_workflow(text, name, lambda _: None)[1]
    seconds = time.process_time() - begun
    shown = text[:MOST_BYTES]
    as_text(problems[:20], {name: shown if isinstance(shown, str) else shown.decode("utf-8", "replace")})
    told = [(one.code, one.line, one.column) for one in problems]
    first = STRANGERS[name].told if STRANGERS[name].told in told else next(iter(told), None)
    return Cost(name, round(seconds, 3), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, first)


def main() -> None:
    """Print what each cost."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.strangers", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    wanted = parser.parse_args()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found = costs()
    if wanted.json:
        json.dump({"before_mb": before, "costs": [one._asdict() for one in found]}, sys.stdout)
        return
    for one in sorted(found, key=lambda one: -one.seconds):
        print(f"{one.seconds:7.3f} s  {one.name:34} {one.told}")
    print(f"memory: {before} MB before, {found[-1].peak_mb} MB at most")


if __name__ == "__main__":
    main()
