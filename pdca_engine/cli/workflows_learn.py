"""`pdca workflows explain` and `new`: the language looked up, and a first file written."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from textwrap import indent
from typing import Annotated

import typer

from pdca_engine.cli.command import Call, command
from pdca_engine.cli.language import language, say
from pdca_engine.cli.output import line, print_json, write_file
from pdca_engine.definition.learning.explain import Meaning, explain, nearest_word
from pdca_engine.errors import BadInput, NotFound
from pdca_engine.services.beginnings import APPROVERS, TEMPLATES, Answers, id_of, write_workflow


def add_lessons(app: typer.Typer) -> None:
    """Put the verbs on the noun."""
    command(app, "explain", "解释工作流语言中的任何词：键、效果、字段类型、角色、代码。", acts=False)(explain_word)
    command(app, "new", "回答五个问题，写出一个带注释且通过检查的工作流文件。", acts=False)(new)


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
    if one.why[0]:
        line(f"    {say(*one.why)}")
    _tell_example(say("Wrong:", "错误："), one.bad)
    _tell_example(say("Right:", "正确："), one.good)
    if one.example:
        line(say(f"    Example: {one.example}", f"    示例：{one.example}"))
    line(say(f"    Where: {one.where[0]}", f"    位置：{one.where[1]}"))


def _tell_example(head: str, example: str) -> None:
    if example:
        shown = "".join(char if char.isprintable() or char == "\n" else f"\\u{ord(char):04x}" for char in example)
        line(f"    {head}")
        line(indent(shown.rstrip(), " " * 8))


def new(
    call: Call,
    title: Annotated[str | None, typer.Option(help=say("What it is called, in English.", "英文名称。"))] = None,
    title_zh: Annotated[str | None, typer.Option(help=say("What it is called, in Chinese.", "中文名称。"))] = None,
    key: Annotated[str | None, typer.Option(help=say("Prefix of its items' keys: ACC.", "事项编号前缀：ACC。"))] = None,
    template: Annotated[str | None, typer.Option(help=", ".join(TEMPLATES))] = None,
    approver: Annotated[str | None, typer.Option(help=say("The role that approves.", "批准的角色。"))] = None,
    period: Annotated[str | None, typer.Option(help=say("How often, or in how long: 3 months.", "周期或期限：3 months。"))] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=say("File to write; - prints it.", "写入的文件；- 为标准输出。"))
    ] = None,
) -> None:
    """Ask five questions and write a commented workflow file that passes check and test. Options answer beforehand."""
    title = title or _ask(say("1  What is it called, in English", "1  英文名称"))
    title_zh = title_zh or _ask(say("   and in Chinese", "   中文名称"), title)
    key = key or _ask(say("2  Prefix of its items' keys", "2  事项编号前缀"), _initials(title))
    template = template or _ask_template()
    approver = approver or _ask(say(f"4  Who approves ({', '.join(APPROVERS)})", f"4  由谁批准（{'、'.join(APPROVERS)}）"), "process_owner")
    period = period or _ask(say("5  How often, or in how long", "5  周期或期限"), TEMPLATES.get(template, ("", "", "10 days"))[2])
    text = write_workflow(Answers(title, title_zh, key, template, approver, period))
    path = output or Path(f"{id_of(title)}.yaml")
    if str(path) != "-" and path.exists():
        raise BadInput(f"{path} is there already; nothing was written.", f"{path} 已存在，未写入。", field="output")
    write_file(path, text.encode())
    if call.json and str(path) != "-":
        print_json({"workflow": id_of(title), "file": str(path), "template": template})
    elif str(path) != "-":
        line(say(f"{path} is written. Try it: pdca workflows test {path}", f"已写入 {path}。试一试：pdca workflows test {path}"))


def _ask(question: str, default: str | None = None) -> str:
    """One answer from whoever sits there; questions go to standard error, so that the file can go to standard output."""
    return str(typer.prompt(question, default=default, err=True)).strip()


def _ask_template() -> str:
    for name, (en, zh, _) in TEMPLATES.items():
        typer.echo(f"   {name}: {say(en, zh)}", err=True)
    return _ask(say("3  Which template", "3  哪个模板"), "blank")


def _initials(title: str) -> str:
    """A key to begin with: "Access request" → ACC."""
    letters = "".join(char for char in title.upper() if char.isascii() and char.isalpha())
    return letters[:3] or "NEW"
