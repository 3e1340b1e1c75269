"""`pdca`: the nouns, each imported only when it is called for, and the one place where every error ends."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from pdca_engine.cli.language import choose_language, say

# Name → (module, English, Chinese). A static table, so that `pdca --help` imports none of them.
COMMANDS: Final[dict[str, tuple[str, str, str]]] = {
    "init": (
        "init",
        "Make the database, publish the bundled workflows, create the first administrator.",
        "建立数据库，发布内置工作流，创建首位管理员。",
    ),
    "upgrade": (
        "upgrade",
        "Bring the database and the bundled workflows to this program's version.",
        "将数据库与内置工作流升级到本程序版本。",
    ),
    "serve": ("serve", "Run the web pages, the API and the scheduler in one process.", "在一个进程中运行网页、API 与调度器。"),
    "doctor": ("doctor", "Look whether everything is as it should be.", "检查一切是否正常。"),
    "items": ("items", "Items: list, show, create, advance, import, export.", "事项：列出、查看、创建、推进、导入、导出。"),
    "evidence": ("evidence", "Evidence of an item.", "事项的证据。"),
    "workflows": ("workflows", "Workflows: check, publish, show, draw.", "工作流：检查、发布、查看、绘图。"),
    "people": ("people", "People, their roles, deputies and sign-in.", "人员及其角色、代理与登录。"),
    "processes": ("processes", "The organisation's processes.", "组织的流程。"),
    "schedules": ("schedules", "Recurring schedules and what is due.", "周期计划与到期事项。"),
    "scheduler": ("scheduler", "The scheduler alone, for several nodes.", "单独运行调度器（多节点）。"),
    "calendar": ("calendar", "Working-day arithmetic.", "工作日计算。"),
    "trail": ("trail", "Prove that nothing was changed afterwards.", "证明记录未被事后更改。"),
}


class Commands(TyperGroup):
    """The root: knows what there is without importing it."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command or noun of that name, imported now; None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        return typer.main.get_command(import_module(f"pdca_engine.cli.{COMMANDS[cmd_name][0]}").app)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The table, without importing anything."""
        with formatter.section(say("Commands", "命令")):
            formatter.write_dl([(name, say(en, zh)) for name, (_, en, zh) in COMMANDS.items()])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command meant; an unknown one names the nearest."""
        if args[0] in COMMANDS or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        near = get_close_matches(args[0], COMMANDS, n=1)
        hint = say(f" Did you mean {near[0]}?", f"是否指 {near[0]}？") if near else ""
        return ctx.fail(say(f"There is no command {args[0]!r}.{hint}", f"没有命令 {args[0]!r}。{hint}"))


choose_language(sys.argv[1:])
app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from pdca_engine import __version__

        typer.echo(f"pdca_engine {__version__}")
        raise typer.Exit


@app.callback(
    help=say(
        "Continual improvement for ISO/IEC 20000. Most commands take --json, --as PERSON and --lang en|zh.",
        "ISO/IEC 20000 持续改进。多数命令支持 --json、--as PERSON 与 --lang en|zh。",
    )
)
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=say("Print the version.", "显示版本。"))
    ] = False,
    lang: Annotated[str | None, typer.Option("--lang", metavar="en|zh", help=say("Language: en or zh.", "语言：en 或 zh。"))] = None,
) -> None:
    pass


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 refused, problems or no usable database, 2 usage, 3 conflict, 4 not found, 5 not allowed,
    70 internal."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    choose_language(words)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:  # a terminal that can't show a character must not end in a traceback
            reconfigure(errors="backslashreplace")
    try:
        return int(app(words, prog_name="pdca", standalone_mode=False) or 0)
    except BaseException as error:
        from pdca_engine.cli.trouble import end_with

        return end_with(error, as_json="--json" in words)


if __name__ == "__main__":
    sys.exit(run())
