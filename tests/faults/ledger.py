"""What a client knows for certain, whatever happens to it: each request is on disk before it is sent, each answer once it came."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Errand:
    """One request: who wants what of which item, under which request key."""

    request: str
    what: str  # advance | edit | comment | create
    item: str
    transition: str = ""
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """An errand and the answer it got (None: none came)."""

    errand: Errand
    answer: dict[str, Any] | None


class Ledger:
    """A file of requests and answers, of one client at a time."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def begin(self, errand: Errand) -> None:
        """The request is about to be sent."""
        self._write({"errand": asdict(errand)})

    def answer(self, errand: Errand, answer: dict[str, Any]) -> None:
        """Its answer has come."""
        self._write({"errand": asdict(errand), "answer": answer})

    def _write(self, line: dict[str, Any]) -> None:
        os.write(self._file, json.dumps(line).encode() + b"\n")  # one write: a killed client leaves whole lines
        os.fsync(self._file)


def read_ledger(path: Path) -> Iterator[Record]:
    """Every errand in the order it was first begun, with its last answer."""
    found: dict[str, Record] = {}
    for line in path.read_text().splitlines() if path.exists() else ():
        said = json.loads(line)
        errand = Errand(**said["errand"])
        found[errand.request] = Record(errand, said.get("answer"))
    yield from found.values()
