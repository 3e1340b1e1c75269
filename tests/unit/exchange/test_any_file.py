"""Whatever stands in an SCXML or BPMN file: a located refusal, or a workflow file that can be read and checked. Never anything else."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdca_engine.definition.exchange.bpmn_in import BPMN, GATEWAYS, TASKS
from pdca_engine.definition.exchange.carried import NAMESPACE
from pdca_engine.definition.exchange.formats import export_workflow, import_workflow
from pdca_engine.definition.exchange.scxml_out import SCXML
from pdca_engine.definition.reading.load import load_workflow
from pdca_engine.definition.reading.reader import read_yaml
from pdca_engine.errors import BadInput
from pdca_engine.services.workflows import bundled_texts, check_text
from tests.support.examples import wandering

IDS = st.sampled_from(["a", "b", "C", "same", "previous", "检查", "", "a b", "x" * 80, "null", "1"])
SCXML_TAGS = ("state", "final", "parallel", "history", "transition", "initial", "onentry", "datamodel", "script", "nonsense")
BPMN_TAGS = (*TASKS[:4], *GATEWAYS[:3], "startEvent", "endEvent", "boundaryEvent", "sequenceFlow", "sequenceFlow", "sequenceFlow", "lane")
KEYS = ("id", "target", "initial", "event", "cond", "name", "sourceRef", "targetRef", "attachedToRef", "type")


def elements(tags: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Elements of these names with likely attributes, nested or not."""
    attributes = st.dictionaries(st.sampled_from(KEYS), IDS, max_size=4)
    alone = st.builds(_element, st.sampled_from(tags), attributes, st.just(""))
    return st.recursive(
        alone, lambda inner: st.builds(_element, st.sampled_from(tags), attributes, st.lists(inner, max_size=4).map("".join)), max_leaves=14
    )


def _element(tag: str, attributes: dict[str, str], inside: str) -> str:
    said = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{said}>{inside}</{tag}>"


def survives(raw: bytes, shape: str) -> None:
    """Import it: refused with its place, or a file that our reader reads and our checks judge."""
    try:
        done = import_workflow(raw, "some.xml", shape, bundled_texts().get)
    except BadInput as refused:
        assert refused.sentence("en").startswith("some.xml:"), refused
        return
    assert read_yaml(done.text, "some.yaml")[2] == (), done.text
    check_text(done.text, "some.yaml")


@given(st.lists(elements(SCXML_TAGS), min_size=1, max_size=6).map("".join), IDS)
@wandering(60, 1)
def test_any_scxml(inside: str, begin: str) -> None:
    survives(f'<scxml xmlns="{SCXML}" initial="{begin}">{inside}</scxml>'.encode(), "scxml")


@given(st.lists(elements(BPMN_TAGS), min_size=1, max_size=12).map("".join))
@wandering(60, 1)
def test_any_bpmn(inside: str) -> None:
    survives(f'<definitions xmlns="{BPMN}"><process id="p">{inside}</process></definitions>'.encode(), "bpmn")


@cache
def exported(shape: str) -> str:
    text = bundled_texts()["step"]
    workflow = load_workflow(text, "step", lambda _: None).workflow
    assert workflow is not None
    return export_workflow(workflow, text, lambda _: None, shape, "en").text


@pytest.mark.parametrize("shape", ["scxml", "bpmn"])
@given(data=st.data())
@wandering(30, 1)
def test_any_damage_to_an_export_of_ours(shape: str, data: Any) -> None:
    """Lines lost, doubled, or cut in the middle."""
    lines = exported(shape).split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(1, len(lines) - 1))
        how = data.draw(st.sampled_from(["lose", "double", "cut", "word"]))
        if how == "lose":
            del lines[at]
        elif how == "double":
            lines.insert(at, lines[at])
        elif how == "cut":
            lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))]
        else:
            lines[at] = lines[at].replace("doing", "other").replace('"', "'", 1)
    survives("\n".join(lines).encode(), shape)


WORDS = (
    "",
    "[]",
    "{",
    "null",
    '{"transitions": 3}',
    '{"extends": ["x"], "from": 3}',
    '{"workflow": {"a": [1, null, "2026-01-01"]}, "to": []}',
)


@pytest.mark.parametrize("inside", WORDS)
def test_what_is_carried_may_be_anything(inside: str) -> None:
    """Whoever wrote it: it is judged like any file."""
    carried = f'<pdca:workflow xmlns:pdca="{NAMESPACE}"><pdca:head>{inside}</pdca:head>'
    carried += f'<pdca:entry section="transitions" name="e">{inside or "{}"}</pdca:entry></pdca:workflow>'
    states = '<state id="a"><transition event="e" target="b"/></state><final id="b"/>'
    survives(f'<scxml xmlns="{SCXML}">{carried}{states}</scxml>'.encode(), "scxml")
