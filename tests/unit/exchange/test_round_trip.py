"""What we export comes back the same: every bundled workflow, through SCXML and BPMN, and flattened as YAML."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pdca_engine.definition.exchange.bpmn_in import read_bpmn
from pdca_engine.definition.exchange.bpmn_out import bpmn_text
from pdca_engine.definition.exchange.carried import carried
from pdca_engine.definition.exchange.formats import export_workflow, import_workflow
from pdca_engine.definition.exchange.markup import read_xml
from pdca_engine.definition.exchange.plain import flat_text, whole_data
from pdca_engine.definition.exchange.scxml_in import read_scxml
from pdca_engine.definition.exchange.scxml_out import scxml_text
from pdca_engine.definition.exchange.settle import settled
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.reading.load import load_workflow
from pdca_engine.errors import BadInput
from pdca_engine.services.workflows import bundled_texts

WRITERS = {"scxml": scxml_text, "bpmn": bpmn_text}
READERS = {"scxml": read_scxml, "bpmn": read_bpmn}
WHOLE = ["improvement", "step", "action", "change"]  # with a way back, with reopening, with an effect that fires, with a parent


def paper(text: str) -> Workflow:
    """The workflow a text says."""
    loaded = load_workflow(text, "", bundled_texts().get)
    assert loaded.workflow is not None, loaded.problems
    return loaded.workflow


@pytest.mark.parametrize("name", sorted(bundled_texts()))
def test_every_bundled_workflow_comes_back(name: str) -> None:
    """The same data in the same order, with nothing to report, from both formats and in both languages."""
    text = bundled_texts()[name]
    workflow, data = paper(text), whole_data(text, bundled_texts().get)
    for shape, language in (("scxml", "en"), ("bpmn", "en"), ("bpmn", "zh")):
        root = read_xml(WRITERS[shape](workflow, data, language)[0].encode(), "file")
        back, notes = settled(READERS[shape](root, "file"), carried(root, "file"))
        assert notes == []
        assert back == data
        assert [list(back[section]) for section in ("states", "transitions")] == [list(workflow.states), list(workflow.transitions)]


@pytest.mark.parametrize("shape", ["scxml", "bpmn"])
@pytest.mark.parametrize("name", WHOLE)
def test_the_file_that_is_written_says_the_same(name: str, shape: str) -> None:
    """The YAML of an import loads to an equal workflow; what extends something is written as short as it was."""
    text = bundled_texts()[name]
    workflow = paper(text)
    exported = export_workflow(workflow, text, bundled_texts().get, shape, "en")
    imported = import_workflow(exported.text.encode(), f"{name}.{shape}", shape, bundled_texts().get)
    again = paper(imported.text)
    assert again == workflow
    assert list(again.transitions) == list(workflow.transitions)
    assert imported.notes == ()
    assert exported.notes


@pytest.mark.parametrize("shape", ["scxml", "bpmn"])
def test_where_the_parent_is_unknown_it_is_written_whole(shape: str) -> None:
    """The definition is there all the same, and the report says so."""
    text = bundled_texts()["change"]
    exported = export_workflow(paper(text), text, bundled_texts().get, shape, "en")
    imported = import_workflow(exported.text.encode(), "change", shape, lambda _: None)
    assert [one.code for one in imported.notes] == ["PARENT"]
    assert paper(imported.text) == replace(paper(text), extends=None)


def test_flattened_yaml_extends_nothing() -> None:
    """It says the same without its parent; the published text itself is exported as it was written."""
    text = bundled_texts()["incident"]
    assert paper(flat_text(text, bundled_texts().get)) == replace(paper(text), extends=None)
    assert export_workflow(paper(text), text, bundled_texts().get, "yaml", "en").text == text


def test_words_that_look_like_something_else_stay_words() -> None:
    """Numbers, truths and dates written as texts come back as texts."""
    text = bundled_texts()["step"].replace("title: {en: ", "title: {en: '1e5', zh: 'null'} # {en: ", 1)
    assert paper(flat_text(text, bundled_texts().get)) == paper(text)


def test_what_is_only_there_to_be_extended() -> None:
    """Without an initial state there is nothing to draw; its text can be had."""
    text = "workflow: base\nabstract: true\nstates: {a: {phase: plan}}\ntransitions: {}\n"
    for shape in ("scxml", "bpmn"):
        with pytest.raises(BadInput, match="only there to be extended"):
            export_workflow(paper(text), text, lambda _: None, shape, "en")
    assert export_workflow(paper(text), text, lambda _: None, "yaml", "en").text == text
    assert export_workflow(paper(text), text, lambda _: None, "mermaid", "en").text


CHANGES = {
    "removed": ('<transition event="reject" target="rejected"/>', "", "REMOVED", "The transition reject was removed in the other program."),
    "moved": ('event="approve" target="approved"', 'event="approve" target="planned"', "CHANGED", "The transition approve was drawn anew."),
    "added": ('<final id="rejected"/>', '<final id="rejected"/><final id="gone"/>', "ADDED", "look at its phase."),
    "begins": ('initial="draft"', 'initial="planned"', "CHANGED", "Items begin in planned now."),
    "new": (
        '<transition event="reject" target="rejected"/>',
        '<transition event="reject" target="rejected"/><transition event="forget" target="rejected"/>',
        "ADDED",
        "The transition forget was added in the other program; say who may do it.",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_drawn_anew_counts(change: str) -> None:
    """A file changed in another program comes back with the change, the rest untouched, and the report names it."""
    old, new, code, sentence = CHANGES[change]
    text = bundled_texts()["improvement"]
    exported = export_workflow(paper(text), text, bundled_texts().get, "scxml", "en").text
    assert old in exported
    imported = import_workflow(exported.replace(old, new).encode(), "improvement.scxml", "scxml", bundled_texts().get)
    assert any(one.code == code and one.en.endswith(sentence) for one in imported.notes), imported.notes
    if change == "moved":
        approve = paper(imported.text).transitions["approve"]
        assert (approve.target, approve.by) == ("planned", paper(text).transitions["approve"].by)


def test_a_new_title_counts_in_the_language_of_the_export() -> None:
    """A task renamed in a modeler gets that title; the other language keeps its own."""
    text = bundled_texts()["action"]
    exported = export_workflow(paper(text), text, bundled_texts().get, "bpmn", "zh").text
    renamed = exported.replace('name="进行中"', 'name="处理中"')
    imported = import_workflow(renamed.encode(), "action.bpmn", "bpmn", bundled_texts().get)
    title = paper(imported.text).states["doing"].title
    assert (title.en, title.zh) == ("In progress", "处理中")
