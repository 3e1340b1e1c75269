"""The published JSON Schema: up to date, explaining every key, and of one mind with the checker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pdca_engine.definition.language.grammar import WORKFLOW
from pdca_engine.definition.language.kinds import Either, Key, Record, Several, Table
from pdca_engine.definition.language.schema import workflow_schema
from pdca_engine.definition.paper import words
from pdca_engine.definition.reading.reader import read_yaml
from pdca_engine.paths import bundled
from tests.unit.definition.corpus import TINY, Broken, broken_files
from tests.unit.definition.json_schema import valid

SCHEMA = workflow_schema()
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "workflow-language.md"
# What a schema can see: keys, types, closed lists and forms. Of BAD_DATE only the form.
SEEN = {"UNKNOWN_KEY", "MISSING_KEY", "WRONG_TYPE", "UNKNOWN_VALUE", "BAD_NAME", "BAD_DURATION", "BAD_TIME", "CONFLICTING_KEYS", "ONE_KEY"}
SEEN |= {"UNKNOWN_EFFECT", "NO_ANCHOR"}
# These need to know what type a field is of, or whether there is a parent from which null could remove something.
UNSEEN = {"choice_without_values", "set_wrong_type", "empty_entry", "story_sentence_for_a_person"}


def data_of(text: str) -> Any:
    """The file as an editor sees it."""
    return read_yaml(text, "file.yaml")[0]


def keys_of(kind: object) -> Iterator[tuple[str, Key]]:
    """Every key of the language, at every level."""
    match kind:
        case Record():
            for name, key in kind.keys.items():
                yield name, key
                yield from keys_of(key.kind)
        case Either():
            for one in (kind.scalar, kind.mapping, kind.items):
                yield from keys_of(one)
        case Several():
            yield from keys_of(kind.of)
        case Table():
            yield from keys_of(kind.value)


def test_committed_schema_is_up_to_date():
    committed = (bundled("workflows") / "workflow.schema.json").read_text(encoding="utf-8")
    assert committed == json.dumps(SCHEMA, ensure_ascii=False, indent=2) + "\n", (
        "run `pdca workflows schema > workflows/workflow.schema.json`"
    )


def test_page_example_fits():
    assert valid(SCHEMA, data_of(TINY.read_text(encoding="utf-8")), SCHEMA)


@pytest.mark.parametrize("path", sorted(bundled("workflows").rglob("*.yaml")), ids=lambda path: path.stem)
def test_bundled_workflows_fit(path: Path):
    assert valid(SCHEMA, data_of(path.read_text(encoding="utf-8")), SCHEMA)


@pytest.mark.parametrize("file", broken_files(), ids=lambda file: file.name)
def test_schema_and_checker_are_of_one_mind(file: Broken):
    assert valid(SCHEMA, data_of(file.mended), SCHEMA)
    if {code for code, *_ in file.expected} & SEEN and file.name not in UNSEEN:
        assert not valid(SCHEMA, data_of(file.text), SCHEMA)


@pytest.mark.parametrize(
    ("change", "by"),
    [
        ("phase: plan", "phase: [plan]"),
        ("by: owner", "by: {owner: true}"),
        ("{at_least: 1}", "{at_least: 0}"),
        ("{comment: true}", "{comment: please}"),
        ("{after: 10 working days}", "{}"),
        ("+1 day", "soon"),
        ("from: 2026-01-31", "from: January"),
        ("[silence_timers]", "[silence]"),
        ("{fire: resume}", "{fire: resume, notify: owner}"),
        ("key: TIN", "key: tin"),
        ("for_each: process", "for_each: month"),
        ("for_each: process", "while_open: maybe"),
    ],
)
def test_schema_refuses(change: str, by: str):
    text = TINY.read_text(encoding="utf-8")
    assert change in text
    assert not valid(SCHEMA, data_of(text.replace(change, by, 1)), SCHEMA)


def test_every_key_is_explained_in_both_languages():
    for name, key in keys_of(WORKFLOW):
        assert key.en.endswith("."), name
        assert key.zh.endswith("。"), name


def test_closed_lists_are_in_the_schema():
    effects = SCHEMA["$defs"]["effects"]["anyOf"][0]["anyOf"]
    assert {*effects[0]["enum"], *effects[1]["properties"]} == set(words.EFFECTS)
    assert SCHEMA["$defs"]["field"]["properties"]["type"]["enum"] == list(words.FIELD_TYPES)
    assert SCHEMA["$defs"]["role"]["enum"] == list(words.ROLES)


def test_every_word_is_on_the_reference_page():
    page = PAGE.read_text(encoding="utf-8")
    missing = {name for name, _ in keys_of(WORKFLOW) if f"`{name}`" not in page}
    missing |= {word for word in (*words.EFFECTS, *words.FIELD_TYPES, *words.EDITABLE_COLUMNS) if f"`{word}`" not in page}
    assert missing == set()
