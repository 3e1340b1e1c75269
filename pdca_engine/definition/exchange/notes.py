"""What an exported or imported file could not carry, in both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


class Note(NamedTuple):
    """One thing that was not carried over, or was guessed. `line` is where it stands in the file that was read (0: nowhere)."""

    code: str
    en: str
    zh: str
    line: int = 0

    def sentence(self, language: str) -> str:
        """The sentence in `language` ("en" or "zh")."""
        return self.zh if language == "zh" else self.en

    def as_data(self, language: str) -> dict[str, object]:
        """`{code, line, message}`, for programs."""
        return {"code": self.code, "line": self.line or None, "message": self.sentence(language)}


MOST_ALIKE = 20


def shortened(notes: Iterable[Note]) -> list[Note]:
    """The notes without repetition, and at most twenty of one code: a report is there to be read."""
    seen: Counter[str] = Counter()
    kept = []
    for note in dict.fromkeys(notes):
        seen[note.code] += 1
        if seen[note.code] <= MOST_ALIKE:
            kept.append(note)
    for code, count in seen.items():
        if count > MOST_ALIKE:
            more = count - MOST_ALIKE
            kept.append(Note(code, f"… and {more} more of this kind.", f"……另有 {more} 处同类情况。"))
    return kept
