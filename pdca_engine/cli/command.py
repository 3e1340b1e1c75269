"""How a command is declared: one function, and what every command understands besides (`--json`, `--as`, `--lang`)."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from inspect import Parameter
from typing import Annotated, Any

import typer

from pdca_engine.cli.language import language, say, use_language


@dataclass(frozen=True, slots=True)
class Call:
    """How a command was called: for a program or a person, for whom it acts, in which language."""

    json: bool = False
    person: str | None = None
    language: str = "en"


def _options() -> dict[str, Any]:
    return {
        "as_json": Annotated[bool, typer.Option("--json", help=say("Print one JSON document.", "输出一个 JSON 文档。"))],
        "acting_as": Annotated[
            str | None,
            typer.Option(
                "--as",
                metavar="PERSON",
                help=say("Act for this person: login, name, e-mail or number.", "以此人身份操作：登录名、姓名、邮箱或编号。"),
            ),
        ],
        "lang": Annotated[str | None, typer.Option("--lang", metavar="en|zh", help=say("Language: en or zh.", "语言：en 或 zh。"))],
    }


def noun(en: str, zh: str) -> typer.Typer:
    """A noun with its verbs."""
    app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False, help=say(en, zh))
    app.callback()(_nothing)
    return app


def _nothing() -> None:
    """A noun by itself does nothing."""


def verb() -> typer.Typer:
    """A command that stands by itself."""
    return typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


def command(
    app: typer.Typer, name: str, zh: str, *, prints: bool = True, acts: bool = True, signs: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a command of `function(call, …)`. Its docstring is the English help, `zh` the Chinese.

    `prints`: it prints data, so it takes `--json`; `acts`: it takes `--as`; `signs`: an argument may begin with a minus.
    """

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        wanted = {"as_json": prints, "acting_as": acts, "lang": True}
        common = {option: kind for option, kind in _options().items() if wanted[option]}

        @functools.wraps(function)
        def run(**values: Any) -> None:
            given = {option: values.pop(option, None) for option in wanted}
            use_language(given["lang"] or "")
            function(Call(bool(given["as_json"]), given["acting_as"], language()), **values)

        signature = _signature(function, common)
        run.__dict__["__signature__"] = signature
        run.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
        settings = {"ignore_unknown_options": True} if signs else None
        app.command(name, help=say(inspect.getdoc(function) or "", zh), context_settings=settings)(run)
        return function

    return declare


def _signature(function: Callable[..., None], common: dict[str, Any]) -> inspect.Signature:
    """The function's own parameters without the call, then the common options."""
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    more = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=False if name == "as_json" else None, annotation=kind)
        for name, kind in common.items()
    ]
    return inspect.Signature([one.replace(kind=Parameter.KEYWORD_ONLY) for one in own] + more)
