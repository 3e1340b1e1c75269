"""The language of the command line: `--lang`, else PDCA_LANGUAGE, else the terminal's own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Final

LANGUAGES: Final = ("en", "zh")
_language: ContextVar[str] = ContextVar("language", default="en")


def language() -> str:
    """The language in use, "en" or "zh"."""
    return _language.get()


def use_language(wanted: str) -> None:
    """Speak `wanted` from now on; anything unknown leaves it as it is."""
    if wanted in LANGUAGES:
        _language.set(wanted)


def say(en: str, zh: str) -> str:
    """The sentence in the language in use."""
    return zh if _language.get() == "zh" else en


def choose_language(arguments: Sequence[str]) -> None:
    """Decide before anything is parsed: help and usage errors are read by the same person as everything else."""
    use_language(_given(arguments) or os.environ.get("PDCA_LANGUAGE") or _of_terminal())


def _given(arguments: Sequence[str]) -> str:
    words = [*arguments, ""]
    for place, word in enumerate(words[:-1]):
        if word == "--lang":
            return words[place + 1]
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return ""


def _of_terminal() -> str:
    """The first of the three variables that is set counts, as POSIX has it."""
    name = next((value for key in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(key))), "")
    return "zh" if name.lower().startswith("zh") else "en"
