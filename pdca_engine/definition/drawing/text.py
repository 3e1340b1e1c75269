"""How wide a text will be, and making it fit. No font is at hand when a diagram is drawn, so widths are estimated a little too wide."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from unicodedata import combining, east_asian_width

# widths in parts of the font size, for the sans-serif faces browsers fall back to
_NARROW: Final = frozenset("iljtfrI.,:;'|!()[]/` ")
_WIDE: Final = frozenset("mwMWQOGCD@%&…—")


@lru_cache(maxsize=4096)
def text_width(text: str, size: float) -> float:
    """The estimated width of one line of `text` in a font of `size` pixels."""
    return size * sum(map(_share, text))


def _share(sign: str) -> float:
    if combining(sign):
        return 0.0
    if east_asian_width(sign) in "WF":
        return 1.02
    if sign in _NARROW:
        return 0.36
    return 0.9 if sign in _WIDE else 0.7 if sign.isupper() else 0.59


def shorten(text: str, size: float, room: float) -> str:
    """`text` cut with an ellipsis where it is wider than `room` pixels."""
    text = " ".join(text.split())
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def fold(text: str, size: float, room: float, lines: int = 2) -> tuple[str, ...]:
    """`text` in at most `lines` lines of `room` pixels, broken between words, or between characters where there are none."""
    folded: list[str] = []
    rest = " ".join(text.split())
    while rest and len(folded) < lines - 1 and text_width(rest, size) > room:
        cut = _cut(rest, size, room)
        folded.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return (*folded, shorten(rest, size, room)) if rest else tuple(folded)


def _cut(text: str, size: float, room: float) -> int:
    fits = next((end for end in range(len(text), 1, -1) if text_width(text[:end], size) <= room), 1)
    space = text.rfind(" ", 0, fits + 1)
    return space if space > 0 else fits
