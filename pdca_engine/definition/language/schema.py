"""The workflow language as a JSON Schema (2020-12), so that any editor completes, explains and checks a file while it is written."""

from __future__ import annotations

from typing import Any, Final

from pdca_engine.definition.language import effects as grammar_effects
from pdca_engine.definition.language import grammar, scalars
from pdca_engine.definition.language import parts as grammar_parts
from pdca_engine.definition.language import story as grammar_story
from pdca_engine.definition.language.kinds import Anything, Either, Key, Kind, Record, Scalar, Several, Table, Word

Schema = dict[str, Any]
_NAMED: Final[tuple[tuple[str, Kind], ...]] = (
    ("text", grammar_parts.TEXT),
    ("name", scalars.NAME),
    ("names", grammar_parts.NAMES),
    ("duration", scalars.DURATION),
    ("duration_by_choice", grammar_parts.BY_CHOICE),
    ("role", grammar_parts.ROLE),
    ("roles", grammar_parts.ROLES),
    ("who_is_told", grammar_parts.TELL),
    ("field", grammar_parts.FIELD),
    ("column", grammar_parts.COLUMN),
    ("due", grammar_parts.DUE),
    ("needs", grammar_parts.NEEDS),
    ("given", grammar_effects.GIVEN),
    ("effects", grammar_effects.EFFECTS),
    ("state", grammar.STATE),
    ("transition", grammar.TRANSITION),
    ("timer", grammar.TIMER),
    ("schedule", grammar.SCHEDULE),
    ("example", grammar_story.STORY),
    ("step", grammar_story.STEP),
)
_NAME_OF: Final = {id(kind): name for name, kind in _NAMED}


def workflow_schema() -> Schema:
    """The whole schema, made from the tables the checker uses."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:pdca-engine:workflow",
        "title": "PDCA workflow",
        "description": "One workflow in one file.\n一个文件一个工作流。",
        **_record(grammar.WORKFLOW),
        "$defs": {name: _whole(kind) for name, kind in _NAMED},
    }


def _of(kind: Kind) -> Schema:
    """The schema of `kind`: a reference where it has a name."""
    name = _NAME_OF.get(id(kind))
    return {"$ref": f"#/$defs/{name}"} if name else _whole(kind)


def _whole(kind: Kind) -> Schema:
    match kind:
        case Anything():
            return {}
        case Scalar():
            return dict(kind.schema)
        case Word():
            return {"type": "string", "enum": list(kind.values)}
        case Several():
            items = {"type": "array", "items": _of(kind.of)}
            return {"anyOf": [_of(kind.of), items]} if kind.alone else items
        case Either():
            return {"anyOf": [_scalar(one) for one in (kind.scalar, kind.mapping, kind.items) if one is not None]}
        case Table():
            value = {"anyOf": [_of(kind.value), {"type": "null"}]} if kind.removable else _of(kind.value)
            return {"type": "object", "propertyNames": dict(kind.name.schema), "additionalProperties": value}
        case Record():
            return _record(kind)


def _scalar(kind: Kind) -> Schema:
    """Beside a mapping or a list, "anything" means any one word."""
    return {"type": ["string", "number", "boolean", "null"]} if isinstance(kind, Anything) else _of(kind)


def _record(kind: Record) -> Schema:
    found: Schema = {
        "type": "object",
        "properties": {name: _key(key) for name, key in kind.keys.items()},
        "additionalProperties": _of(kind.rest) if kind.rest else False,
    }
    if required := [name for name in kind.required if kind.keys[name].unless is None]:
        found["required"] = required
    if rules := _rules(kind):
        found["allOf"] = rules
    if kind.needs:
        found["dependentRequired"] = {need.key: [need.other] for need in kind.needs}
    return found | ({"minProperties": 1, "maxProperties": 1} if kind.single else {})


def _key(key: Key) -> Schema:
    return {**_of(key.kind), "description": f"{key.en}\n{key.zh}"}


def _rules(kind: Record) -> list[Schema]:
    """Keys that one of must be there, that exclude each other, that another one makes unnecessary."""
    rules: list[Schema] = [{"oneOf": [{"required": [name]} for name in kind.one_of]}] if kind.one_of else []
    rules += [{"not": {"required": list(pair)}} for pair in kind.apart]
    return rules + [{"anyOf": [{"required": [name]}, {"required": [key.unless]}]} for name, key in kind.keys.items() if key.unless]
