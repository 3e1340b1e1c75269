"""The program's own source as data: which modules there are, what they import, how long things are."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "pdca_engine"


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root, its module name, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def module(self) -> str:
        """Dotted name; a package is named like its folder."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def room(self) -> str:
        """The part after `pdca_engine`: a folder or a single module; empty for the package itself."""
        return self.module.split(".")[1] if "." in self.module else ""

    @property
    def package(self) -> str:
        """What a relative import starts from."""
        return self.module if self.path.endswith("__init__.py") else self.module.rpartition(".")[0]

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree: walking costs more than all that is asked of them."""
        return tuple(ast.walk(self.tree))

    def imports(self) -> Iterator[tuple[int, str, str]]:
        """(line, module, name) of every import, those for type checking and inside functions too; name is empty for `import module`."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name, "") for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    start = self.package.split(".")[: len(self.package.split(".")) - node.level + 1]
                    base = ".".join([*start, base] if base else start)
                yield from ((node.lineno, base, alias.name) for alias in node.names)

    def functions(self) -> Iterator[tuple[str, int, int]]:
        """(name, line, length in lines) of every function."""
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1

    def calls(self) -> Iterator[tuple[int, str]]:
        """(line, dotted name) of every call whose callee is written as a plain dotted name."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and (name := dotted(node.func)):
                yield node.lineno, name


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute chain that starts at a name; else empty."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def files(*patterns: str) -> list[Path]:
    """Files that are part of the project (known to git or new, not ignored), sorted; every file below when there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = (
        listed.stdout.split("\n") if listed.returncode == 0 else [str(path) for pattern in patterns for path in ROOT.glob(f"**/{pattern}")]
    )
    return sorted(ROOT / name for name in names if name and (ROOT / name).is_file() and ".venv" not in name)


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Every Python file of the project, or of these folders."""
    found = []
    for path in files("*.py"):
        name = path.relative_to(ROOT).as_posix()
        if not folders or name.startswith(tuple(f"{folder}/" for folder in folders)):
            found.append(source_at(path))
    return tuple(found)


@cache
def source_at(path: Path) -> Source:
    """One file, read and parsed once."""
    name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    return Source(name, text, ast.parse(text, name))
