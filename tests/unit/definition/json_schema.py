"""Just enough of JSON Schema 2020-12 to hold the published schema against files: every keyword it uses, and no other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

TYPES = {
    "object": lambda data: isinstance(data, dict),
    "array": lambda data: isinstance(data, list),
    "string": lambda data: isinstance(data, str),
    "boolean": lambda data: isinstance(data, bool),
    "integer": lambda data: isinstance(data, int) and not isinstance(data, bool),
    "number": lambda data: isinstance(data, int | float) and not isinstance(data, bool),
    "null": lambda data: data is None,
}
ANNOTATIONS = {"$schema", "$id", "$defs", "title", "description"}


def valid(schema: Mapping[str, Any], data: Any, root: Mapping[str, Any]) -> bool:
    """Whether `data` fits `schema`, a part of `root`. KeyError for a keyword that isn't known here."""
    return all(KEYWORDS[word](schema, data, root) for word in schema if word not in ANNOTATIONS)


def _reference(schema: Any, data: Any, root: Any) -> bool:
    return valid(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], data, root)


def _type(schema: Any, data: Any, root: Any) -> bool:
    return any(TYPES[name](data) for name in ([schema["type"]] if isinstance(schema["type"], str) else schema["type"]))


def _properties(schema: Any, data: Any, root: Any) -> bool:
    return not isinstance(data, dict) or all(valid(below, data[key], root) for key, below in schema["properties"].items() if key in data)


def _additional(schema: Any, data: Any, root: Any) -> bool:
    others = [key for key in data if key not in schema.get("properties", {})] if isinstance(data, dict) else []
    return (
        not others
        if schema["additionalProperties"] is False
        else all(valid(schema["additionalProperties"], data[key], root) for key in others)
    )


def _needed(schema: Any, data: Any, root: Any) -> bool:
    return not isinstance(data, dict) or all(
        need in data for key, needs in schema["dependentRequired"].items() if key in data for need in needs
    )


KEYWORDS = {
    "$ref": _reference,
    "type": _type,
    "properties": _properties,
    "additionalProperties": _additional,
    "dependentRequired": _needed,
    "enum": lambda schema, data, root: data in schema["enum"],
    "pattern": lambda schema, data, root: not isinstance(data, str) or re.search(schema["pattern"], data) is not None,
    "minimum": lambda schema, data, root: not TYPES["number"](data) or data >= schema["minimum"],
    "maximum": lambda schema, data, root: not TYPES["number"](data) or data <= schema["maximum"],
    "items": lambda schema, data, root: not isinstance(data, list) or all(valid(schema["items"], one, root) for one in data),
    "propertyNames": lambda schema, data, root: (
        not isinstance(data, dict) or all(valid(schema["propertyNames"], key, root) for key in data)
    ),
    "required": lambda schema, data, root: not isinstance(data, dict) or set(schema["required"]) <= set(data),
    "minProperties": lambda schema, data, root: not isinstance(data, dict) or len(data) >= schema["minProperties"],
    "maxProperties": lambda schema, data, root: not isinstance(data, dict) or len(data) <= schema["maxProperties"],
    "anyOf": lambda schema, data, root: any(valid(one, data, root) for one in schema["anyOf"]),
    "allOf": lambda schema, data, root: all(valid(one, data, root) for one in schema["allOf"]),
    "oneOf": lambda schema, data, root: sum(valid(one, data, root) for one in schema["oneOf"]) == 1,
    "not": lambda schema, data, root: not valid(schema["not"], data, root),
}
