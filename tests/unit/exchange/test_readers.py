"""Programs of others open our exports: python-statemachine the SCXML, SpiffWorkflow the BPMN."""

from __future__ import annotations

import io
import warnings

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser, BpmnValidator
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState
from statemachine.io import load

from pdca_engine.definition.exchange.formats import export_workflow
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.definition.reading.load import load_workflow
from pdca_engine.services.workflows import bundled_texts

NAMES = sorted(bundled_texts())


def exported(name: str, shape: str) -> tuple[Workflow, str]:
    """A bundled workflow and its export."""
    text = bundled_texts()[name]
    workflow = load_workflow(text, name, bundled_texts().get).workflow
    assert workflow is not None
    return workflow, export_workflow(workflow, text, bundled_texts().get, shape, "en").text


def chart(text: str) -> type:
    """The class python-statemachine makes of an SCXML document."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # because it warns of states that nothing leaves, which ours are meant to have
        return load(text, format="scxml")


def tokens(text: str, process: str) -> BpmnWorkflow:
    """A running instance of a BPMN document in SpiffWorkflow, once it is valid by the schema of the OMG."""
    parser = BpmnParser(validator=BpmnValidator())
    parser.add_bpmn_xml(etree.parse(io.BytesIO(text.encode())))
    running = BpmnWorkflow(parser.get_spec(process))
    running.do_engine_steps()
    return running


def ready(running: BpmnWorkflow) -> list[str]:
    return [task.task_spec.bpmn_id for task in running.get_tasks(state=TaskState.READY)]


@pytest.mark.parametrize("name", NAMES)
def test_python_statemachine_reads_every_state_and_event(name: str) -> None:
    """With the same names, and nothing else but the state around the way back."""
    workflow, text = exported(name, "scxml")
    read = chart(text)
    assert set(read.states_map) - {"Course", "Previous"} == set(workflow.states)
    assert {event.id for event in read.events} - {"__initial__"} >= set(workflow.transitions)


@pytest.mark.parametrize("name", NAMES)
def test_spiffworkflow_reads_every_state(name: str) -> None:
    """And waits in the initial one."""
    workflow, text = exported(name, "bpmn")
    running = tokens(text, name)
    assert {spec.bpmn_id for spec in running.spec.task_specs.values()} >= set(workflow.states)
    assert ready(running) == [workflow.initial.name]


def test_python_statemachine_walks_the_way_back() -> None:
    """What was put on hold resumes where it came from: history is real history there."""
    machine = chart(exported("improvement", "scxml")[1])()
    for event in ("submit", "approve", "hold"):
        machine.send(event)
    assert "on_hold" in [state.id for state in machine.configuration]
    machine.send("resume")
    assert "approved" in [state.id for state in machine.configuration]


def test_spiffworkflow_walks_by_outcome() -> None:
    """Whoever completes a task names the step that is taken."""
    running = tokens(exported("action", "bpmn")[1], "action")
    for outcome in ("start", "finish", "accept", "end"):
        (task,) = running.get_tasks(state=TaskState.READY)
        task.data["outcome"] = outcome
        task.run()
        running.do_engine_steps()
    assert running.is_completed()
