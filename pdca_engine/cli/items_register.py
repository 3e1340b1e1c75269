"""`pdca items import|export`: whole registers."""

from __future__ import annotations

import typer


def add_registers(app: typer.Typer) -> None:
    """Add the verbs for whole registers."""
