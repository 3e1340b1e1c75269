"""Little stories about one item: `examples:` of a workflow, and the script of `pdca workflows simulate`. Plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from pdca_engine.cadence.durations import Duration
from pdca_engine.definition.paper.text import Text

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class StoryEvidence:
    """A piece of evidence that somebody adds; `dated` None: on the day it is added."""

    kind: str | None = None
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class StoryChild:
    """A child that appears, or (under the `name` of an earlier one) changes; None and nothing leave what was there."""

    name: str | None = None
    workflow: str | None = None
    state: str | None = None
    owner: str | None = None
    due: str | None = None
    evidence: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoryStep:
    """Time passes, children, evidence and facts arrive, somebody does something; and what is expected of it.

    `by` and `as_deputy_for` are roles, relations or persons' names. `refused` empty: it must be allowed; `fires` None: nobody looks.
    """

    by: str | None = None
    do: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    comment: str | None = None
    as_deputy_for: str | None = None
    wait: Duration | None = None
    evidence: tuple[StoryEvidence, ...] = ()
    children: tuple[StoryChild, ...] = ()
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    fires: tuple[str, ...] | None = None
    decline: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """One story. `people` gives persons roles, `deputies` whom somebody stands in for; `begins` None: the simulator's usual day."""

    name: Text
    steps: tuple[StoryStep, ...]
    start: Mapping[str, Any] = field(default_factory=dict)
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    deputies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    begins: date | None = None
    ends: str | None = None
