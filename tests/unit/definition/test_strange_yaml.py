"""The stranger corners of YAML, one by one, after the kinds the YAML test suite has: read for what they say, or told where they fail."""

from __future__ import annotations

import pytest

from pdca_engine.definition.reading.reader import read_yaml
from pdca_engine.definition.reading.yaml_errors import explain

READ: dict[str, tuple[str, object]] = {
    "explicit key": ("? a\n: b\n", {"a": "b"}),
    "explicit key without a value": ("? a\n", {"a": None}),
    "question mark alone": ("?\n", {"": None}),
    "value on the next line": ("a:\n  b\n", {"a": "b"}),
    "text over three lines": ("a: b\n  c\n\n  d\n", {"a": "b c\nd"}),
    "comment sign within a word": ("a: b#c # d\n", {"a": "b#c"}),
    "colon within a word": ("a: b:c\n", {"a": "b:c"}),
    "url": ("a: http://example.org/?b=c#d\n", {"a": "http://example.org/?b=c#d"}),
    "folded and stripped": ("a: >-\n  b\n  c\n\n", {"a": "b c"}),
    "literal and kept": ("a: |+\n  b\n\n", {"a": "b\n\n"}),
    "literal with an indentation told": ("a: |2\n   b\n", {"a": " b\n"}),
    "empty literal": ("a: |\nb: c\n", {"a": "", "b": "c"}),
    "list without indentation": ("a:\n- b\n- c\n", {"a": ["b", "c"]}),
    "list in a list": ("- - a\n  - b\n", [["a", "b"]]),
    "mapping in a flow list": ("[a: b]\n", [{"a": "b"}]),
    "flow over lines with a comma at the end": ("a: [\n  b,\n]\n", {"a": ["b"]}),
    "quoted key beside its colon": ('{"a":b}\n', {"a": "b"}),
    "single quotes doubled": ("a: 'it''s'\n", {"a": "it's"}),
    "escapes": ('a: "\\x41\\u4e2d\\U0001F600\\t"\n', {"a": "A中😀\t"}),
    "line folded inside quotes": ('a: "b\\\n  c"\n', {"a": "bc"}),
    "one document marked": ("---\na: b\n...\n", {"a": "b"}),
    "text right after the marker": ("--- a\n", "a"),
    "alias of a word": ("a: &x b\nc: *x\n", {"a": "b", "c": "b"}),
    "anchor given twice": ("a: &x 1\nb: &x 2\nc: *x\n", {"a": 1, "b": 2, "c": 2}),
    "anchor on nothing": ("a: &x\nb: *x\n", {"a": None, "b": None}),
    "windows": ("a: b\r\nc:\r\n- d\r\n", {"a": "b", "c": ["d"]}),
    "old mac": ("a: b\rc: d\r", {"a": "b", "c": "d"}),
    "mark of the byte order": ("\ufeffa: b\n", {"a": "b"}),
    "emoji key": ("🙂: b\n", {"🙂": "b"}),
    "dashes": ("a: --- b\n", {"a": "--- b"}),
    "merge sign as a text": ("a: <<\n", {"a": "<<"}),
    "equals sign": ("=: =\n", {"=": "="}),
}
FAIL: dict[str, tuple[str, tuple[str, int, int]]] = {
    "list never closed, then a key": ("a: [1, 2\nb: c\n", ("YAML_SYNTAX", 1, 4)),
    "list never closed at the end": ("a: [1, 2,\n", ("YAML_SYNTAX", 1, 4)),
    "mapping never closed": ("a:\n  {b: c,\n", ("YAML_SYNTAX", 2, 3)),
    "bracket too many": ("a: [1, 2]]\n", ("YAML_SYNTAX", 1, 10)),
    "comma too many": ("a: [b,, c]\n", ("YAML_SYNTAX", 1, 7)),
    "no comma": ("a: ['b'\n  'c']\n", ("YAML_SYNTAX", 2, 3)),
    "no colon": ("a: b\nc\nd: e\n", ("YAML_SYNTAX", 2, 1)),
    "no colon on the last line": ("a: b\nc\n", ("YAML_SYNTAX", 2, 1)),
    "no colon below": ("a:\n  b\n  c: d\n", ("YAML_SYNTAX", 2, 3)),
    "no space after the colon": ("a:b\nc: d\n", ("YAML_SYNTAX", 1, 1)),
    "colon of Chinese writing": ("a：b\nc: d\n", ("YAML_SYNTAX", 1, 1)),
    "space of Chinese writing": ("a:\u3000b\nc: d\n", ("YAML_SYNTAX", 1, 1)),
    "space that does not break": ("a:\u00a0b\nc: d\n", ("YAML_SYNTAX", 1, 1)),
    "colon in a text": ("a: b: c\n", ("YAML_SYNTAX", 1, 5)),
    "text that runs on into a key": ("a: b\n  c: d\n", ("YAML_SYNTAX", 2, 4)),
    "no key": (": a\n", ("YAML_SYNTAX", 1, 1)),
    "indentation between two": ("a:\n  b: c\n d: e\n", ("YAML_SYNTAX", 3, 2)),
    "mapping after a list": ("a:\n  - b\n  c: d\n", ("YAML_SYNTAX", 3, 3)),
    "quote inside quotes": ("a: 'it's'\n", ("YAML_SYNTAX", 1, 8)),
    "more after a quote": ('a: "b" c\n', ("YAML_SYNTAX", 1, 8)),
    "quote never closed": ('a: "b\nc: d\n', ("YAML_SYNTAX", 1, 4)),
    "document ends inside quotes": ('a: "b\n---\nc"\n', ("YAML_SYNTAX", 1, 4)),
    "unknown escape": ('a: "\\q"\n', ("YAML_SYNTAX", 1, 6)),
    "escape cut short": ('a: "\\u12"\n', ("YAML_SYNTAX", 1, 7)),
    "escape past the last character": ('a: "x\\U00110000"\n', ("YAML_SYNTAX", 1, 8)),
    "escape of a bell": ('"a\\a": b\n', ("YAML_CHARACTER", 1, 1)),
    "form feed": ("a: b\x0cc\n", ("YAML_CHARACTER", 1, 5)),
    "second mark of the byte order": ("\ufeff\ufeffa: b\n", ("YAML_CHARACTER", 1, 1)),
    "at": ("a: @b\n", ("YAML_SYNTAX", 1, 4)),
    "backtick": ("a: `b`\n", ("YAML_SYNTAX", 1, 4)),
    "anchor without a name": ("a: & b\n", ("YAML_SYNTAX", 1, 5)),
    "star alone": ("a: * b\n", ("YAML_SYNTAX", 1, 5)),
    "alias of what comes later": ("a: *x\nb: &x c\n", ("YAML_ALIAS", 1, 4)),
    "alias as a key": ("a: &b c\n*b : d\n", ("YAML_KEY", 2, 1)),
    "mapping as a key": ("? {a: b}\n: c\n", ("YAML_KEY", 1, 3)),
    "word after a pipe": ("a: |x\n  b\n", ("YAML_SYNTAX", 1, 5)),
    "pipe of no indentation": ("a: |0\n  b\n", ("YAML_SYNTAX", 1, 5)),
    "tag": ("a: !b c\n", ("YAML_TAG", 1, 4)),
    "tag of another's": ("a: !x!y z\n", ("YAML_SYNTAX", 1, 4)),
    "tag never closed": ("a: !<x\n", ("YAML_SYNTAX", 1, 7)),
    "version of YAML": ("%YAML 1.2\n---\na: b\n", ("YAML_SYNTAX", 1, 1)),
    "document ended, and more": ("a: b\n...\nc: d\n", ("YAML_SYNTAX", 3, 1)),
    "tab before a value": ("a: b\nc:\td\n", ("YAML_TAB", 2, 3)),
    "tab after a dash": ("a:\n  -\tb\n", ("YAML_TAB", 2, 4)),
    "empty keys twice": ("? \n? \n", ("YAML_DUPLICATE_KEY", 2, 2)),
}


@pytest.mark.parametrize("name", READ)
def test_strange_yaml_says_what_it_says(name: str) -> None:
    """With no problem."""
    text, meant = READ[name]
    data, _, problems = read_yaml(text, "strange.yaml")
    assert (data, problems) == (meant, ())


@pytest.mark.parametrize("name", FAIL)
def test_strange_yaml_is_told_where_it_fails(name: str) -> None:
    """At the place to mend, in words of our own in both languages."""
    text, told = FAIL[name]
    problem = read_yaml(text, "strange.yaml")[2][0]
    assert (problem.code, problem.line, problem.column) == told
    assert "but found" not in problem.message + problem.message_zh
    assert problem.message != problem.message_zh


def test_what_is_not_foreseen_still_has_a_place() -> None:
    """A complaint of the parser without any mark is shown at the beginning."""
    import yaml

    assert explain(yaml.YAMLError("anything"), "a", None, None).place == (1, 1, 1)
