"""What the checker may take for granted about the world outside the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pdca_engine.definition.paper.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Known:
    """Names that exist elsewhere. None: not known here, so nothing is said about them.

    `papers` holds those workflows whose states, fields and transitions can be looked at as well; `calendars` the organisation's own ones.
    """

    workflows: frozenset[str] | None = None
    processes: frozenset[str] | None = None
    calendars: frozenset[str] = frozenset()
    papers: Mapping[str, Workflow] = field(default_factory=dict)
