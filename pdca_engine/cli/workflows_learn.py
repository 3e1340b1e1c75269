"""`pdca workflows explain` and `new`: the language looked up, and a first file written."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from pdca_engine.cli.command import Call, command
from pdca_engine.cli.language import language, say
from pdca_engine.cli.output import line, print_json
from pdca_engine.definition.explain import Meaning, explain, nearest_word
from pdca_engine.errors import NotFound


def add_lessons(app: typer.Typer) -> None:
    """Put the verbs on the noun."""
    command(app, "explain", "解释工作流语言中的任何词：键、效果、字段类型、角色、代码。", acts=False)(explain_word)


def explain_word(
    call: Call,
    word: Annotated[
        str, typer.Argument(metavar="WORD", help=say("A key, effect, field type, role or code.", "键、效果、字段类型、角色或代码。"))
    ],
) -> None:
    """Explain any word of the workflow language: what it is, an example, where it may stand."""
    found = explain(word)
    if not found:
        near = nearest_word(word)
        hint, hint_zh = (f"Did you mean {near}?", f"是不是 {near}？") if near else ("", "")
        raise NotFound("word", "词", word, hint, hint_zh)
    if call.json:
        print_json({"word": found[0].word, "meanings": [_as_data(one) for one in found]})
        return
    for one in found:
        _tell(one)


def _as_data(one: Meaning) -> dict[str, object]:
    chosen = 1 if language() == "zh" else 0
    return {name: value[chosen] if isinstance(value, tuple) else value for name, value in asdict(one).items() if name != "word"}


def _tell(one: Meaning) -> None:
    line(f"{one.word} · {say(*one.sort)}")
    line(f"    {say(*one.text)}")
    if one.example:
        line(say(f"    Example: {one.example}", f"    示例：{one.example}"))
    line(say(f"    Where: {one.where[0]}", f"    位置：{one.where[1]}"))
