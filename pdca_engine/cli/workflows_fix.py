"""`pdca workflows check --fix`: files mended where there is one certain remedy, each change told."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, write_file
from pdca_engine.definition.reading.mend import Mended, mend
from pdca_engine.services.workflows import check_text

_ROUNDS: Final = 10  # mending one thing can bring another to light
_BOM: Final = "\ufeff"


def fix_file(path: Path, raw: bytes) -> tuple[bytes, list[Mended]]:
    """The file with what could be mended, written back where anything was; a file that is no UTF-8 stays as it is. BadInput."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw, []
    mark, text = (_BOM, text[1:]) if text.startswith(_BOM) else ("", text)
    done: list[Mended] = []
    for _ in range(_ROUNDS):
        text, more = mend(text, check_text(text, str(path)).problems)
        done += more
        if not more:
            break
    mended = (mark + text).encode()
    if done and str(path) != "-":
        write_file(path, mended)
    return mended, done


def tell_fixed(done: Iterable[Mended]) -> None:
    """One line a change."""
    for one in done:
        place = f"{one.problem.file}:{one.problem.line}:{one.problem.column}: {one.problem.code}"
        gone = say("removed", "已删除")
        line(f"{place}: {one.before} → {one.after}" if one.after else f"{place}: {one.before} {gone}")


def fixed_data(done: Iterable[Mended]) -> list[dict[str, Any]]:
    """The changes for programs."""
    return [
        {"file": one.problem.file, "line": one.problem.line, "column": one.problem.column, "code": one.problem.code}
        | {"before": one.before, "after": one.after}
        for one in done
    ]
