"""XML that means harm is refused at its place, quickly; nothing is fetched or expanded."""

from __future__ import annotations

import time

import pytest

from pdca_engine.definition.exchange.markup import document, read_xml, tag
from pdca_engine.errors import BadInput

BOMB = '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<x>&b;</x>'
FILE = '<?xml version="1.0"?>\n<!DOCTYPE x SYSTEM "file:///etc/passwd">\n<x/>'
ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "http://example.org/">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (BOMB, "2:13", "DTD"),
        (FILE, "2:40", "DTD"),
        (ENTITY, "1:13", "DTD"),
        ("<x>&b;</x>", "1:4", "undefined entity"),
        ("<x>\n</y>", "2:3", "mismatched tag"),
        ("", "1:1", "no element found"),
        ("workflow: x", "1:1", "syntax error"),
        ("<x>" * 100_000, "1:193", "nested deeper than 64"),
        ("<x>" + "<y/>" * 60_000, "1:200000", "more than 50000"),
        ("<x a='1' a='2'/>", "1:10", "duplicate attribute"),
        ("<x>\x01</x>", "1:4", "not well-formed"),
        ("<p:x/>", "1:1", "unbound prefix"),
        ('<?xml version="1.0" encoding="klingon"?><x/>', "1:1", "unknown encoding"),
        ("<x>" + " " * 5_000_000 + "</x>", "1:1", "4 MiB"),
    ],
)
def test_what_is_refused(text: str, place: str, words: str) -> None:
    """File, line, column and the reason, within a second."""
    began = time.perf_counter()
    with pytest.raises(BadInput) as refused:
        read_xml(text.encode(), "some.xml")
    assert time.perf_counter() - began < 1
    assert refused.value.sentence("en").startswith(f"some.xml:{place}: "), refused.value
    assert words in refused.value.sentence("en")


def test_other_encodings_are_read() -> None:
    """UTF-16 and a byte-order mark are XML's own business."""
    assert read_xml('<?xml version="1.0" encoding="UTF-16"?><x a="检"/>'.encode("utf-16"), "x").get("a") == "检"
    assert read_xml(b"\xef\xbb\xbf<x/>", "x").name == "x"


def test_what_is_written_reads_back() -> None:
    """Markup and quotes in names are escaped, what XML can't hold is left out."""
    hard = "<&\"'>]]> \U0001f600 检\x00\x1b\ufffe"
    root = read_xml(document(tag("x", {"a": hard, "none": None})).encode(), "x")
    assert root.attributes == {"a": "<&\"'>]]> \U0001f600 检"}
