"""The nearest valid name to a misspelt one."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

_LONGEST = 60  # characters; no valid name is longer, and comparing long words is slow
_COMPARED = 48  # names compared letter by letter: of more, those that share the most pairs of letters


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The one of `names` most like `word`, or None when nothing comes close."""
    if len(word) > _LONGEST:
        return None
    by_letters = {name.lower(): name for name in names}
    wanted = word.lower().replace("-", "_").replace(" ", "_")
    likely: Iterable[str] = by_letters
    if len(by_letters) > _COMPARED:
        pairs = _pairs(wanted)
        likely = heapq.nlargest(_COMPARED, by_letters, key=lambda name: len(pairs & _pairs(name)))
    found = get_close_matches(wanted, likely, n=1, cutoff=0.6)
    return by_letters[found[0]] if found else None


@lru_cache(8192)
def _pairs(name: str) -> frozenset[str]:
    return frozenset(name[at : at + 2] for at in range(len(name) - 1))


def clip(word: str) -> str:
    """`word` short enough to be quoted in a sentence."""
    return word if len(word) <= _LONGEST else word[: _LONGEST - 1] + "…"
