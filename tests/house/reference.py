"""Reference tables that are made from the program itself, so that they can't go stale.

`python -m tests.house.reference` writes them into `docs/`, between the two marker lines of each page; a test compares.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec

import pdca_engine
from pdca_engine.definition.guards.types import KINDS
from pdca_engine.definition.paper.named_facts import NAMED_FACTS
from pdca_engine.errors import PdcaError
from pdca_engine.settings import Settings
from tests.house import problem_pages, workflow_pages
from tests.house.source import ROOT, files

BEGIN, END = "<!-- made by: python -m tests.house.reference -->", "<!-- end -->"


def all_errors() -> list[type[PdcaError]]:
    """Every error of the program, wherever it is defined, by code."""
    for module in pkgutil.walk_packages(pdca_engine.__path__, f"{pdca_engine.__name__}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)

    def below(kind: type[PdcaError]) -> Iterator[type[PdcaError]]:
        yield kind
        for child in kind.__subclasses__():
            yield from below(child)

    return sorted({kind for kind in below(PdcaError) if kind.__module__.startswith("pdca_engine")}, key=lambda kind: kind.code)


def cell(text: str) -> str:
    """Text that can stand in a table's cell."""
    return " ".join(text.split()).replace("|", "\\|")


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    return "\n".join("| " + " | ".join(map(cell, row)) + " |" for row in [head, tuple("---" for _ in head), *rows])


def settings_page() -> str:
    """One row a setting."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default_factory else str(field.default)
        shown = f"`{default}`" if default else "`~/.local/share/pdca_engine`" if name == "data_dir" else "empty"
        rows.append((f"`PDCA_{name.upper()}`", shown, field.description or ""))
    return table(("Variable", "Default", "Meaning"), rows)


def errors_page() -> str:
    """One row an error."""
    rows = [
        (f"`{kind.code}`", str(kind.status), str(kind.exit_code), f"{(kind.__doc__ or '').strip()}<br>{kind.zh}") for kind in all_errors()
    ]
    return table(("Code", "HTTP", "Exit", "Sentence"), rows)


def facts_page() -> str:
    """One row a named fact."""
    rows = [(f"`{name}`", str(KINDS[fact.type]), f"{fact.title.en} · {fact.title.zh}") for name, fact in NAMED_FACTS.items()]
    return table(("Name", "Kind", "Meaning"), rows)


def commands_page() -> str:
    """One section a command, in a process of its own: help texts are in the language chosen when they were imported."""
    if find_spec("pdca_engine.cli.main") is None:
        return ""
    command = [sys.executable, "-m", "tests.house.commands"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PDCA_LANGUAGE": "en"}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


SHELVES = {"tutorial": "Tutorial", "how-to": "How-to", "reference": "Reference", "explanation": "Explanation", "decisions": "Decisions"}


def index_page() -> str:
    """Every page under its shelf, by its title; a shelf without pages isn't shown."""
    parts = []
    for shelf, title in SHELVES.items():
        paths = [path for path in files("docs/*.md") if path.relative_to(ROOT / "docs").parts[0] == shelf]
        links = [
            f"- [{path.read_text(encoding='utf-8').splitlines()[0].lstrip('# ')}]({path.relative_to(ROOT / 'docs')})" for path in paths
        ]
        if links:
            parts.append("\n".join([f"## {title}", "", *links]))
    return "\n\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "index.md": index_page,
    "reference/settings.md": settings_page,
    "reference/errors.md": errors_page,
    "reference/cli.md": commands_page,
    "reference/guards.md": facts_page,
    "reference/problems.md": problem_pages.problems_page,
    **workflow_pages.pages(table),
}


def with_table(page: str, made: str) -> str:
    """The page with what stands between its markers replaced."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page needs the two lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{made}\n\n{END}{after}"


def main() -> None:
    """Write every page anew."""
    for name, made in PAGES.items():
        path = ROOT / "docs" / name
        path.write_text(with_table(path.read_text(encoding="utf-8"), made()), encoding="utf-8")


if __name__ == "__main__":
    main()
