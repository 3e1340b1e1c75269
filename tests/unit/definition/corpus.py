"""The corpus of broken files: what each one must be told, and how one change mends it.

Each begins with comments: `# expect: CODE line:column`, one for each problem, and `# mend: [first, last, lines]`, what to put in place
of those lines.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pdca_engine.definition.checks.known import Known

HERE = Path(__file__).parent
TINY = HERE / "tiny_improvement.yaml"
KNOWN = Known(workflows=frozenset({"action", "review"}), processes=frozenset({"incident"}))


@dataclass(frozen=True)
class Broken:
    """One file of the corpus."""

    name: str
    text: str

    @property
    def expected(self) -> list[tuple[str, int, int]]:
        """(code, line, column) of each problem it must be told."""
        words = [line.split() for line in self.text.splitlines() if line.startswith("# expect:")]
        return sorted((code, *map(int, place.split(":"))) for _, _, code, place in words)

    @property
    def mended(self) -> str:
        """The file with its fault put right."""
        lines = self.text.split("\n")
        first, last, instead = json.loads(next(line for line in lines if line.startswith("# mend:")).removeprefix("# mend:"))
        return "\n".join(lines[: first - 1] + instead + lines[last:])


def broken_files() -> list[Broken]:
    """The whole corpus."""
    return [Broken(path.stem, path.read_text(encoding="utf-8")) for path in sorted((HERE / "broken").glob("*.yaml"))]


def parent(name: str) -> str | None:
    """The text of a workflow to extend."""
    path = HERE / "parents" / f"{name}.yaml"
    return path.read_text(encoding="utf-8") if path.is_file() else None
