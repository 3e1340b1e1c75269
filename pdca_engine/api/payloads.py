"""What comes in: nothing unknown, nothing that a database can't keep."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final

from fastapi import UploadFile
from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

DEEPEST: Final = 12
LARGEST: Final = 2**63 - 1
PersonNumber = Annotated[int, Field(ge=1, le=LARGEST, description="A person's number")]
Values = Annotated[
    dict[str, JsonValue],
    Field(description="Fields, inputs and common columns by name; persons by number, login or name; dates as 2026-01-31", max_length=500),
]
NUL_FOUND: Final = ("a NUL character", "NUL 字符")
SURROGATE_FOUND: Final = ("half a surrogate pair", "孤立的代理项")
NUMBER_FOUND: Final = ("a number that is not finite or too large", "非有限或过大的数字")
DEPTH_FOUND: Final = (f"more than {DEEPEST} levels", f"超过 {DEEPEST} 层")


class Body(BaseModel):
    """A request's body. Unknown names are refused: what can't be meant can't slip through."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, data: Any) -> Any:
        for path, (why, why_zh) in _unstorable(data, ()):
            raise PydanticCustomError("unstorable", "{why}", {"why": why, "why_zh": why_zh, "path": path})
        return data


def _unstorable(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], tuple[str, str]]]:
    """Where in a JSON value something stands that no database keeps, and what."""
    if len(path) > DEEPEST:
        yield path[:1], DEPTH_FOUND
    elif isinstance(value, str):
        if "\x00" in value:
            yield path, NUL_FOUND
        elif any("\ud800" <= sign <= "\udfff" for sign in value):
            yield path, SURROGATE_FOUND
    elif (isinstance(value, int) and abs(value) > LARGEST) or (isinstance(value, float) and not math.isfinite(value)):
        yield path, NUMBER_FOUND
    elif isinstance(value, dict | list):
        for name, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _unstorable(name, path)
            yield from _unstorable(one, (*path, name))


class NewItem(Body):
    """An item to open."""

    workflow: str = Field(max_length=60)
    title: str = Field(min_length=1, max_length=500)
    values: Values = Field(default_factory=dict)
    parent: str | None = Field(None, max_length=40, description="Key of the item it is part of")


class AdvanceRequest(Body):
    """A transition to fire, with what it asks for."""

    transition: str = Field(max_length=60)
    values: Values = Field(default_factory=dict)
    comment: str | None = Field(None, max_length=100_000)
    acting_for: PersonNumber | None = Field(None, description="The person you stand in for as deputy")
    decline: bool = Field(False, description="Say no to a step that takes several yeses; a reason is needed")


class MoveRequest(Body):
    """One of many transitions."""

    key: str = Field(max_length=40)
    transition: str = Field(max_length=60)
    values: Values = Field(default_factory=dict)
    comment: str | None = Field(None, max_length=100_000)
    version: int | None = Field(None, ge=1, le=LARGEST, description="The version you saw")


class MovesRequest(Body):
    """Many transitions at once; each succeeds or is refused for itself."""

    moves: list[MoveRequest] = Field(min_length=1, max_length=1000)


class EditRequest(Body):
    """New values; a null empties."""

    changes: Values = Field(min_length=1)
    comment: str | None = Field(None, max_length=100_000)


class AssignRequest(Body):
    """Who holds a relation to the item from now on."""

    relation: str = Field(max_length=40, description="owner, proposer, checker, or a field of type person")
    person: PersonNumber | Annotated[str, Field(max_length=320)] | None = Field(description="Number, login, e-mail or name; null: nobody")


class CommentRequest(Body):
    """A comment for the trail."""

    text: str = Field(min_length=1, max_length=100_000)


class LinkRequest(Body):
    """A link to another item or to an address: one of the two."""

    kind: str = Field("related", min_length=1, max_length=40)
    to: str | None = Field(None, max_length=40, description="Key of the other item")
    url: str | None = Field(None, max_length=2000)


class EvidenceForm(Body):
    """Evidence as a form: a file or an address, and what it shows."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    title: str = Field(min_length=1, max_length=500)
    file: UploadFile | None = Field(None, description="At most PDCA_MAX_UPLOAD_MB MiB")
    url: str | None = Field(None, max_length=2000)
    kind: str | None = Field(None, max_length=40)
    dated: date | None = Field(None, description="When what it shows happened; without it: today")
    period_from: date | None = None
    period_until: date | None = None
    requirement: str | None = Field(None, max_length=20)
    supersedes: int | None = Field(None, ge=1, le=LARGEST, description="Number of the piece this one replaces")


class WorkflowText(Body):
    """A workflow file to check."""

    text: str = Field(max_length=1_500_000)
    name: str = Field("workflow.yaml", min_length=1, max_length=200, description="What problems call the file")


class PublishRequest(WorkflowText):
    """A workflow file to publish, and why."""

    reason: str = Field(min_length=1, max_length=2000)


class SimulateRequest(WorkflowText):
    """A workflow file, and the story to be played with it."""

    script: str = Field(max_length=200_000, description="YAML, as one entry of `examples`")


class DiffRequest(WorkflowText):
    """A workflow file to be compared with a published version."""

    version: int | None = Field(None, ge=1, le=LARGEST, description="Without it: the version in use")


class Reason(Body):
    """Why; it is kept for ever, with the name of who said it."""

    reason: str = Field(min_length=1, max_length=2000)


class UseRequest(Reason):
    """Which version new items are to use, and why."""

    version: int = Field(ge=1, le=LARGEST)


NameMap = Annotated[dict[str, Annotated[str, Field(max_length=60)]], Field(max_length=500)]


class NamesRequest(Body):
    """What has another name in the new version: old name to new one. What is not here keeps its name."""

    states: NameMap = Field(default_factory=dict)
    fields: NameMap = Field(default_factory=dict)
    transitions: NameMap = Field(default_factory=dict)


class PlanRequest(Body):
    """From which version running items go to which."""

    model_config = ConfigDict(extra="forbid", validate_by_name=True)

    source: int = Field(ge=1, le=LARGEST, alias="from")
    target: int = Field(ge=1, le=LARGEST, alias="to")
    names: NamesRequest | None = None
    limit: int = Field(200, ge=0, le=10_000, description="How many items are told one by one; all are counted")


class MigrateRequest(PlanRequest):
    """The same, and why."""

    reason: str = Field(min_length=1, max_length=2000)
