"""What a value in a workflow file can be. `grammar` is written in these; `conform` checks data against them, `schema` publishes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pdca_engine.definition.paper.report import Both


@dataclass(frozen=True, slots=True)
class Scalar:
    """One word, number or text. `code` is the problem when a text does not fit, WRONG_TYPE when it is no text at all."""

    says: Both
    fits: Callable[[Any], bool]
    schema: Mapping[str, Any]
    code: str = "WRONG_TYPE"


@dataclass(frozen=True, slots=True)
class Word:
    """One of a closed list."""

    noun: Both
    values: tuple[str, ...]
    code: str = "UNKNOWN_VALUE"


@dataclass(frozen=True, slots=True)
class Anything:
    """Any value; whether it fits is judged where its meaning is known."""


@dataclass(frozen=True, slots=True)
class Several:
    """A list of them; where `alone` allows it, one by itself means a list of one."""

    of: Kind
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Either:
    """One kind when written as a word, another as a mapping or a list. What it `says` names all of them."""

    says: Both
    scalar: Kind | None = None
    mapping: Kind | None = None
    items: Kind | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Entries under names of one's own, in the order of the file. `removable`: null removes the parent's entry of that name."""

    name: Scalar
    value: Kind
    removable: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a record: its kind and what an editor says about it. Not required where the key `unless` is there.

    `stand_in` takes the place of a required value that is missing or broken, so that the rest of the record can still be judged.
    """

    kind: Kind
    en: str
    zh: str
    required: bool = False
    unless: str | None = None
    stand_in: Any = None


@dataclass(frozen=True, slots=True)
class Need:
    """Where `key` is written, `other` must be too; `code` is the problem if not."""

    key: str
    other: str
    code: str = "MISSING_KEY"


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping of known keys. `one_of`: exactly one of these; `apart`: not both; `rest`: the kind of all other keys' values."""

    place: Both
    keys: Mapping[str, Key]
    one_of: tuple[str, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    needs: tuple[Need, ...] = ()
    rest: Kind | None = None
    single: bool = False  # exactly one key in all
    unknown: str = "UNKNOWN_KEY"
    required: tuple[str, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", MappingProxyType(dict(self.keys)))
        object.__setattr__(self, "required", tuple(name for name, key in self.keys.items() if key.required))


Kind = Scalar | Word | Anything | Several | Either | Table | Record
