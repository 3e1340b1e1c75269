"""The reference page of the checker's problems, made from what `pdca workflows explain` tells."""

from __future__ import annotations

import yaml

from pdca_engine.definition.learning.lessons import Lesson, lessons
from pdca_engine.definition.paper.sentences import WARNINGS

# The headings of the page, each with the code its part begins with.
PARTS = {
    "YAML_ENCODING": "The file",
    "UNKNOWN_KEY": "Keys and values",
    "UNKNOWN_PARENT": "Inheritance",
    "UNKNOWN_STATE": "Names",
    "NO_INITIAL": "Shape",
    "NOBODY": "People and the engine",
    "BAD_CRON": "Time",
    "GUARD_SYNTAX": "Guards",
}


def problems_page() -> str:
    """Every code under its part: why it matters, the bad example, the good one."""
    parts = []
    for code, lesson in lessons().items():
        if code in PARTS:
            parts.append(f"## {PARTS[code]}")
        parts.append(_lesson(lesson))
    return "\n\n".join(parts)


def _lesson(lesson: Lesson) -> str:
    warning = "Warning. " if lesson.code in WARNINGS else ""
    shown = [f"### `{lesson.code}`", f"{warning}{lesson.why[0]}", lesson.why[1]]
    return "\n\n".join([*shown, _block(lesson.bad), "Instead:", _block(lesson.good)] if lesson.bad else shown)


def _block(example: str) -> str:
    visible = "".join(char if char.isprintable() or char == "\n" else f"\\u{ord(char):04x}" for char in example)
    return f"```{_language(visible)}\n{visible.rstrip()}\n```"


def _language(example: str) -> str:
    try:
        return "yaml" if yaml.safe_load(example) else "text"
    except yaml.YAMLError:
        return "text"
