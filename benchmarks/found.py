"""What a checker finds before anything runs: thirty broken files, ours and the same faults in the formats of three libraries.

`python -m benchmarks.found` prints the table of docs/explanation/broken-files.md, `--said` also what each library said. README.md says how
to install them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from benchmarks.advance import PEERS_PYTHON, ROOT
from benchmarks.found_base import BPMN, SCXML, SISMIC
from benchmarks.found_faults import FAULTS
from pdca_engine.definition.checks.check import check_workflow
from tests.unit.definition.corpus import KNOWN, broken_files, parent

LIBRARIES = {"statemachine": "python-statemachine", "sismic": "sismic", "spiff": "SpiffWorkflow"}
SHOWN = {"load": "found", "run": "only when run", "": "not found"}


class Row(NamedTuple):
    """One fault: what we said with its place, and for each library (when it was found, what was said); None: it can't be said there."""

    what: str
    ours: str
    others: dict[str, tuple[str, str] | None]


def ours(name: str) -> str:
    """Code and place, as the checker tells them."""
    file = next(one for one in broken_files() if one.name == name)
    problems = check_workflow(file.text, name, parent, KNOWN)[1]
    return ", ".join(f"`{one.code}` {one.line}:{one.column}" for one in problems) or "not found"


def asked(python: Path, texts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What the libraries say, in one process of theirs."""
    command = [str(python), "-m", "benchmarks.peers.finders"]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(texts), capture_output=True, text=True, check=True, timeout=300)
    return [(when, said) for when, said in json.loads(done.stdout)]


def compare(python: Path) -> list[Row]:
    """Every fault; before, the whole files, in which nothing may be found."""
    whole = asked(python, [("statemachine", SCXML), ("sismic", SISMIC), ("spiff", BPMN)])
    if any(when for when, _ in whole):
        raise SystemExit(f"a library finds something in a whole file: {whole}")
    texts = [(name, text) for fault in FAULTS for name, text in fault.texts().items() if text is not None]
    answers = dict(zip(texts, asked(python, texts), strict=True))
    return [
        Row(fault.what, ours(fault.ours), {name: answers[name, text] if text else None for name, text in fault.texts().items()})
        for fault in FAULTS
    ]


def table(rows: list[Row]) -> str:
    """The Markdown table, and a last line with the sums."""
    lines = [("Fault", "pdca_engine", *LIBRARIES.values()), ("---",) * (2 + len(LIBRARIES))]
    for row in rows:
        lines.append((row.what, row.ours, *("–" if (one := row.others[name]) is None else SHOWN[one[0]] for name in LIBRARIES)))
    lines.append(
        (
            "**found before it runs**",
            f"**{sum(row.ours != 'not found' for row in rows)} of {len(rows)}**",
            *map(_sum, [rows] * 3, LIBRARIES),
        )
    )
    return "\n".join(f"| {' | '.join(one)} |" for one in lines)


def _sum(rows: list[Row], name: str) -> str:
    said = [one[0] for row in rows if (one := row.others[name]) is not None]
    return f"**{said.count('load')} of {len(said)}**, {said.count('run')} when run"


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.found", description=__doc__)
    parser.add_argument("--peers-python", type=Path, default=PEERS_PYTHON, help="the Python that has the libraries")
    parser.add_argument("--said", action="store_true", help="what each library said, too")
    options = parser.parse_args()
    rows = compare(options.peers_python)
    print(table(rows))
    for row in rows if options.said else ():
        for name, one in row.others.items():
            print(f"{row.what} · {LIBRARIES[name]}: {one[1][:300] if one else '–'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
