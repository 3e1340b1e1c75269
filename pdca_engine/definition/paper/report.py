"""Collecting problems: a code and its parameters become a sentence in both languages, with the nearest valid name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pdca_engine.definition.paper.problems import Place, Problem, Severity
from pdca_engine.definition.paper.sentences import SENTENCES, WARNINGS
from pdca_engine.definition.paper.suggest import clip, nearest

Both = tuple[str, str]  # a phrase in English and in Chinese
_LISTED = 16  # valid names shown where none comes close
_ADVISED = 200  # problems that get a suggestion: nobody reads more, and looking names up takes time


class Report:
    """The problems found so far in one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(
        self,
        code: str,
        place: Place,
        /,
        options: Iterable[str] = (),
        within: Both = ("", ""),
        **params: Any,
    ) -> None:
        """Note one problem. A parameter is a string or a (English, Chinese) pair; `options` are the names `word` could have been."""
        names = tuple(options) if len(self.problems) < _ADVISED else ()
        suggestion = nearest(params["word"], names) if names else None
        en, zh = (template.format(**_in(params, language)) for language, template in enumerate(SENTENCES[code]))
        more, more_zh = _ending(suggestion, names)
        severity: Severity = "warning" if code in WARNINGS else "error"
        texts = (en + within[0] + more, zh + within[1] + more_zh)
        self.problems.append(Problem(code, severity, self.file, place.line, place.column, *texts, suggestion, place.length))


def _in(params: dict[str, Any], language: int) -> dict[str, str]:
    texts = {key: value[language] if isinstance(value, tuple) else str(value) for key, value in params.items()}
    return {key: clip(text) if key == "word" else text for key, text in texts.items()}


def _ending(suggestion: str | None, names: tuple[str, ...]) -> Both:
    if suggestion:
        return f"; did you mean `{suggestion}`?", f"；是不是 `{suggestion}`？"
    if names and len(names) <= _LISTED:
        return f"; known: {', '.join(names)}", f"；可用：{'、'.join(names)}"
    return "", ""
