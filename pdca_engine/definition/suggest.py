"""The nearest valid name to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 60  # characters; no valid name is longer, and comparing long words is slow


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The one of `names` most like `word`, or None when nothing comes close."""
    if len(word) > _LONGEST:
        return None
    by_letters = {name.lower(): name for name in names}
    found = get_close_matches(word.lower().replace("-", "_").replace(" ", "_"), by_letters, n=1, cutoff=0.6)
    return by_letters[found[0]] if found else None


def clip(word: str) -> str:
    """`word` short enough to be quoted in a sentence."""
    return word if len(word) <= _LONGEST else word[: _LONGEST - 1] + "…"
