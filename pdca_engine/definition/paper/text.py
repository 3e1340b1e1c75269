"""A text that people read, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence or title in both languages; a plain string in the file stands for both."""

    en: str
    zh: str

    def get(self, language: str) -> str:
        """The text in `language` ("en" or "zh")."""
        return self.zh if language == "zh" else self.en
