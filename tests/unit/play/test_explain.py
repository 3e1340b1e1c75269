"""Every word of the language can be explained, in both languages, with an example that could stand in a file."""

from __future__ import annotations

import re

import pytest

from pdca_engine.definition.deciding import refusals
from pdca_engine.definition.language.grammar import WORKFLOW
from pdca_engine.definition.learning.explain import every_word, explain, nearest_word
from pdca_engine.definition.learning.meanings import ALONE, FIELD_TYPES, VALUES
from pdca_engine.definition.paper import sentences, words
from pdca_engine.definition.paper.named_facts import NAMED_FACTS
from pdca_engine.definition.reading.reader import read_yaml
from tests.unit.definition.test_schema import keys_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_no_word_is_left_out() -> None:
    wanted = {name for name, _ in keys_of(WORKFLOW)} | set(words.EFFECTS) | set(words.FIELD_TYPES) | set(words.ROLES)
    lists = (words.PHASES, words.FINALS, words.ON_RETURN, words.ON_HOLIDAY, words.CATCH_UP, words.REPEATS, words.FOR_EACH)
    wanted |= {word for one in lists for word in one} | set(sentences.SENTENCES) | set(refusals.SENTENCES) | set(NAMED_FACTS)
    assert wanted - set(every_word()) == set()


def test_the_tables_of_meanings_hold_just_the_words_there_are() -> None:
    assert tuple(FIELD_TYPES) == words.FIELD_TYPES
    assert set(ALONE) <= set(words.EFFECTS)
    told = {"phase": words.PHASES, "final": words.FINALS, "on_return": words.ON_RETURN, "on_holiday": words.ON_HOLIDAY}
    told |= {"catch_up": words.CATCH_UP, "repeat": words.REPEATS, "for_each": words.FOR_EACH, "to": ("same", "previous")}
    assert {key: tuple(values) for key, values in VALUES.items()} == told


@pytest.mark.parametrize("word", every_word())
def test_a_meaning_speaks_both_languages_and_its_example_is_yaml(word: str) -> None:
    for one in explain(word):
        assert CHINESE.search(one.text[1]) or "…" in one.text[1], one
        assert not CHINESE.search(one.text[0] + one.sort[0] + one.where[0]), one
        if one.example and one.sort[0] != "named fact" and not one.example.startswith("item."):
            data, _, problems = read_yaml(one.example, "example.yaml")
            assert (problems, isinstance(data, dict)) == ((), True), one


def test_codes_of_four_eyes_and_other_ways_of_writing() -> None:
    (meaning,) = explain("four_eyes_owner_history")
    assert "you were owner of this item earlier" in meaning.text[0]
    assert explain("Ladder") == explain("ladder")
    assert explain("nothing_of_the_kind") == ()
    assert nearest_word("gard_false") == "GUARD_FALSE"
