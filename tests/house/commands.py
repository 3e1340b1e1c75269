"""Prints the reference of the command line, walking the program's own commands: `python -m tests.house.commands`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer.main

from pdca_engine.cli.main import app
from tests.house.reference import table


def commands() -> Iterator[tuple[str, Any, Any]]:
    """(words, command, context) of every command that can be called, as `pdca --help` would find them."""
    root: Any = typer.main.get_command(app)
    todo = [("pdca", root, root.context_class(root, info_name="pdca"))]
    while todo:
        words, command, context = todo.pop(0)
        if not hasattr(command, "list_commands"):
            yield words, command, context
            continue
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if not child.hidden:
                todo.append((f"{words} {name}", child, child.context_class(child, info_name=name, parent=context)))


def section(words: str, command: Any, context: Any) -> str:
    """What one command does, its arguments and options."""
    usage = " ".join([words, *command.collect_usage_pieces(context)])
    parts = [f"## {words}", (command.help or "").strip(), f"```text\n{usage}\n```"]
    options = [record for parameter in command.get_params(context) if (record := parameter.get_help_record(context))]
    if options:
        parts.append(table(("Option", "Meaning"), [(f"`{name}`", text) for name, text in options]))
    return "\n\n".join(parts)


if __name__ == "__main__":
    print("\n\n".join(section(*found) for found in sorted(commands(), key=lambda found: found[0])))
