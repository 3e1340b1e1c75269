"""What a command prints: one JSON document for programs, tables and lines for people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from pdca_engine.cli.language import say

Written = TypeVar("Written")
WIDE = 200  # columns when the output goes to a file or another program: nothing is cut to a terminal that isn't there
MOST_READ = 51 * 1024 * 1024  # bytes of a file, which may have no end; registers, the largest files taken, have 50 MiB


def print_json(document: Any) -> None:
    """One document; dates and moments in ISO form."""
    print(json.dumps(document, default=_plain, ensure_ascii=False, indent=2, allow_nan=False))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


def line(text: str = "") -> None:
    """One line for a person. Nothing that was stored can move the cursor or colour the terminal."""
    print(clean(text))


def clean(text: Any) -> str:
    """Text without control characters (line breaks stay)."""
    return "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in str(text))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str = "") -> None:
    """A table with a heading; the sentence `empty` when there is no row."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=any(columns), pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(clean("" if cell is None else cell)) for cell in row))
    if table.row_count:
        wide = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else WIDE
        console = Console(width=wide, highlight=False)
        with console.capture() as drawn:
            console.print(table)
        print("\n".join(row.rstrip() for row in drawn.get().splitlines()))
    elif empty:
        line(empty)


@contextmanager
def progress(title: str, total: int) -> Iterator[Any]:
    """A bar on a terminal, silence elsewhere; yields `step(done)`."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.update(task, completed=done)


def read_text_file(path: Path) -> str:
    """A file's text as UTF-8 (a byte-order mark is dropped). BadInput says what is the matter."""
    return _decoded(path, read_bytes(path))


def _decoded(path: Path, raw: bytes) -> str:
    from pdca_engine.errors import BadInput

    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not UTF-8 text. Save it as UTF-8.", f"{path} 不是 UTF-8 文本。请另存为 UTF-8。", field="file") from None


def read_bytes(path: Path) -> bytes:
    """A file's bytes, no more than anything here takes; "-" is the standard input. NotFound or BadInput."""
    from pdca_engine.errors import BadInput, NotFound

    try:
        if str(path) == "-":
            return sys.stdin.buffer.read(MOST_READ)
        with path.open("rb") as stream:
            return stream.read(MOST_READ)
    except FileNotFoundError:
        raise NotFound("file", "文件", str(path), "Check the path.", "请检查路径。") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"{path} can't be read: {why}.", f"无法读取 {path}：{why}。", field="file") from None


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole; "-" is the standard output. BadInput where that can't be."""
    from pdca_engine.errors import BadInput

    if str(path) == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        path.write_bytes(content)
    except OSError as error:
        why = error.strerror or str(error)
        raise BadInput(f"{path} can't be written: {why}.", f"无法写入 {path}：{why}。", field="file") from None


def write_whole(file: Path, write: Callable[[BinaryIO], Written]) -> Written:
    """Write beside the file, then put it in place: what fails leaves the old file as it was. Answers what `write` does. BadInput."""
    from pdca_engine.errors import BadInput

    beside = file.with_name(f".{file.name}.part")
    try:
        with beside.open("wb") as target:
            done = write(target)
        beside.replace(file)
    except OSError as error:
        why = error.strerror or str(error)
        raise BadInput(f"{file} can't be written: {why}.", f"无法写入 {file}：{why}。", field="file") from None
    finally:
        beside.unlink(missing_ok=True)
    return done


def yes_no(value: object) -> str:
    """A truth for a person."""
    return say("yes", "是") if value else say("no", "否")
