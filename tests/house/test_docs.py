"""The documentation is true: what a page shows is run here, and links lead somewhere (docs/how-to/write-docs.md has the convention)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.house.source import ROOT, files

FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=ticks)\s*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!`)\[[^\]\n]+\]\((?P<target>[^)\s]+)\)")
RUN = {"sh", "python"}
SHOWN = {"text", "console", "cel", "svg", "html", "sql", "csv", "mermaid"}
PATIENCE_S = 120


@dataclass(frozen=True)
class Block:
    """One fenced block: the language, the words after it, the text, and the line it starts on."""

    language: str
    words: tuple[str, ...]
    body: str
    line: int

    @property
    def exit_code(self) -> int:
        """What the block promises to end with: `exit=1`, else 0."""
        return next((int(word.removeprefix("exit=")) for word in self.words if word.startswith("exit=")), 0)

    @property
    def file(self) -> str | None:
        """The name a data block is saved under."""
        return next((word for word in self.words if "=" not in word), None)


def pages() -> list[str]:
    """Every Markdown page of the project."""
    return [path.relative_to(ROOT).as_posix() for path in files("*.md")]


def blocks(text: str) -> list[Block]:
    """All fenced blocks of a page."""
    found = []
    for match in FENCE.finditer(text):
        language, *words = match["info"].split() or [""]
        found.append(Block(language, tuple(words), match["body"], text.count("\n", 0, match.start()) + 1))
    return found


def run(block: Block, folder: Path) -> str:
    """Run a block in the page's folder and return all it printed; fails when it doesn't end as promised."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "PDCA_DATA_DIR": str(folder / "data"),
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "COLUMNS": "200",
    }
    command = ["bash", "-euo", "pipefail", "-c", block.body] if block.language == "sh" else [sys.executable, "-c", block.body]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    printed = done.stdout + done.stderr
    assert done.returncode == block.exit_code, f"line {block.line} ended with {done.returncode}:\n{printed}"
    return printed


def promised(printed: str, shown: str) -> bool:
    """Whether the shown lines come in that order in what was printed; `…` stands for anything."""
    lines = [re.escape(line.strip()).replace("…", ".*") for line in shown.strip().splitlines() if line.strip() != "…"]
    return re.search(r"[\s\S]*?".join(rf"^\s*{line}\s*$" for line in lines), printed, re.MULTILINE) is not None


@pytest.mark.parametrize(
    "page", [page for page in pages() if any(b.language in RUN | {"yaml", "json"} for b in blocks((ROOT / page).read_text()))]
)
def test_page_runs(page: str, tmp_path: Path) -> None:
    """Blocks run from top to bottom in one folder; a `text` block right after one is what it prints."""
    printed: str | None = None
    for block in blocks((ROOT / page).read_text(encoding="utf-8")):
        if block.language == "text" and printed is not None:
            assert promised(printed, block.body), f"{page}:{block.line} isn't what was printed:\n{printed}"
        printed = run(block, tmp_path) if block.language in RUN else None
        if block.language in {"yaml", "json"}:
            yaml.safe_load(block.body)
            if block.file:
                (tmp_path / block.file).write_text(block.body, encoding="utf-8")


@pytest.mark.parametrize("page", pages())
def test_page_uses_only_known_blocks(page: str) -> None:
    """A block says what it is, so that nothing escapes being run by having no language."""
    known = RUN | SHOWN | {"yaml", "json"}
    wrong = [
        f"{page}:{block.line} {block.language!r}"
        for block in blocks((ROOT / page).read_text(encoding="utf-8"))
        if block.language not in known
    ]
    assert wrong == []


@pytest.mark.parametrize("page", pages())
def test_links_lead_somewhere(page: str) -> None:
    """Every relative link names a file of the project."""
    text = FENCE.sub("", (ROOT / page).read_text(encoding="utf-8"))
    targets = [match["target"].partition("#")[0] for match in LINK.finditer(text) if "://" not in match["target"]]
    wrong = [target for target in targets if target and not ((ROOT / page).parent / target).exists()]
    assert wrong == []
