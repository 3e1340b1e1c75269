"""XML that means harm is refused at its place, quickly; nothing is fetched or expanded."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from pdca_engine.definition.exchange.bpmn_in import BPMN
from pdca_engine.definition.exchange.formats import import_workflow
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
        ("<x>" + " " * 5_000_000 + "</x>", "1:1", "1 MiB"),
    ],
)
def test_what_is_refused(text: str, place: str, words: str) -> None:
    """File, line, column and the reason, at once."""
    began = time.perf_counter()
    with pytest.raises(BadInput) as refused:
        read_xml(text.encode(), "some.xml")
    assert time.perf_counter() - began < 5
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


MANY = "".join(f'<state id="s{number}"/>' for number in range(499))
STEPS = '<transition event="e" target="s1"/>' * 15_000
TASKS = "".join(f'<task id="t{number}"/><sequenceFlow sourceRef="t{number}" targetRef="g0"/>' for number in range(400))
CHAIN = "".join(f'<exclusiveGateway id="g{n}"/><sequenceFlow sourceRef="g{n}" targetRef="g{n + 1}"/>' for n in range(10_000))
OURS = '<pdca:workflow xmlns:pdca="urn:pdca-engine:workflow"><pdca:head>{}</pdca:head></pdca:workflow>'
PIECE = f'<pdca:entry section="fields" name="f">{{"a": [{"1," * 19_000}1]}}</pdca:entry>'
LARGE = {
    "data of ours, deep": ("scxml", OURS.format('{"title":' * 900 + "1" + "}" * 900) + MANY),
    "data of ours, wide": ("scxml", OURS.format('{"title": [' + "1," * 100_000 + "1]}") + MANY),
    "data of ours, in pieces": (
        "scxml",
        OURS.replace("<pdca:head>{}</pdca:head>", "".join(PIECE.replace('"f"', f'"f{n}"') for n in range(25))) + MANY,
    ),
    "data of ours, long": ("scxml", OURS.format('{"title": "' + "a b" * 300_000 + '"}') + MANY),
    "too many states": ("scxml", MANY + '<state id="x"/><state id="y"/>'),
    "too many steps": ("scxml", f'<state id="all">{STEPS}{MANY}</state>'),
    "initial in a circle": ("scxml", '<state id="a" initial="b"><state id="b" initial="a"><state id="c"/></state></state>'),
    "too many tasks": ("bpmn", "".join(f'<task id="t{number}"/>' for number in range(501)) + TASKS),
    "a net of gateways": ("bpmn", TASKS + CHAIN),
    "a chain of gateways": ("bpmn", '<task id="t0"/><sequenceFlow sourceRef="t0" targetRef="g0"/>' + CHAIN),
}


@pytest.mark.parametrize("large", LARGE)
def test_what_would_take_for_ever_is_refused_or_read_at_once(large: str) -> None:
    """Nothing multiplies without end."""
    shape, inside = LARGE[large]
    spaces = {"scxml": 'scxml xmlns="http://www.w3.org/2005/07/scxml"', "bpmn": f'definitions xmlns="{BPMN}"'}
    inner = f'<process id="p">{inside}</process>' if shape == "bpmn" else inside
    raw = f"<{spaces[shape]}>{inner}</{spaces[shape].split()[0]}>".encode()
    began = time.perf_counter()
    with suppress(BadInput):
        import_workflow(raw, "some.xml", shape, lambda _: None)
    assert time.perf_counter() - began < 10
