"""Files of other programs: what they draw is taken, what can't be said is reported with its line."""

from __future__ import annotations

import pytest

from pdca_engine.definition.exchange.formats import Exchanged, import_workflow
from pdca_engine.definition.paper.workflow import Workflow
from pdca_engine.errors import BadInput
from pdca_engine.services.workflows import check_text

SCXML = """<?xml version="1.0"?>
<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" name="Purchase" initial="Work">
  <datamodel><data id="cost"/></datamodel>
  <state id="Work" initial="NewOrder">
    <transition event="cancel" target="Cancelled"/>
    <history id="h"/>
    <state id="NewOrder"><transition event="order.submit" target="Reviewing"/></state>
    <state id="Reviewing">
      <transition event="decide" cond="cost &lt; 50" target="Paid"/>
      <transition event="decide" cond="cost &gt;= 50" target="NewOrder"><log expr="'x'"/></transition>
      <transition event="wait" target="Waiting"/>
      <transition event="touch"/>
    </state>
  </state>
  <state id="Waiting"><onentry/><transition event="resume" target="h"/><transition target="Cancelled"/></state>
  <final id="Paid"/>
  <final id="Cancelled"/>
</scxml>
"""
BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
  <bpmn:process id="Process_1" name="Leave request">
    <bpmn:laneSet id="l"><bpmn:lane id="l1" name="Process owner"><bpmn:flowNodeRef>Activity_2</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
    <bpmn:startEvent id="Event_1"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="Event_1" targetRef="Activity_1"/>
    <bpmn:userTask id="Activity_1" name="Fill in&#10;the form"/>
    <bpmn:sequenceFlow id="f2" name="Hand in" sourceRef="Activity_1" targetRef="Activity_2"/>
    <bpmn:userTask id="Activity_2" name="Check the request"/>
    <bpmn:sequenceFlow id="f3" sourceRef="Activity_2" targetRef="Gateway_1"/>
    <bpmn:exclusiveGateway id="Gateway_1"/>
    <bpmn:sequenceFlow id="f4" name="Yes" sourceRef="Gateway_1" targetRef="Event_2">
      <bpmn:conditionExpression>days &lt; 10</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f5" name="批准不了" sourceRef="Gateway_1" targetRef="Event_3"/>
    <bpmn:endEvent id="Event_2" name="Granted"/>
    <bpmn:endEvent id="Event_3" name="Refused"/>
    <bpmn:dataObject id="x"/>
  </bpmn:process>
</bpmn:definitions>
"""


def read(text: str, shape: str) -> tuple[Workflow, Exchanged]:
    """The workflow that an import comes to, which must pass the checks, and what it reports."""
    done = import_workflow(text.encode(), f"folder/some.{shape}", shape, lambda _: None)
    checked = check_text(done.text, "some.yaml")
    assert checked.workflow is not None, (checked.problems, done.text)
    return checked.workflow, done


def steps(workflow: Workflow) -> set[tuple[str, tuple[str, ...], str]]:
    return {(one.name, one.sources, one.target) for one in workflow.transitions.values()}


def test_scxml_of_a_stranger() -> None:
    """Nested states are flattened, history is the way back, one event with two targets becomes two transitions."""
    workflow, done = read(SCXML, "scxml")
    assert (workflow.id, workflow.key, workflow.initial.name) == ("purchase", "PUR", "new_order")
    assert {name: state.final for name, state in workflow.states.items()} == {
        "new_order": None,
        "reviewing": None,
        "waiting": None,
        "paid": "achieved",
        "cancelled": "ended",
    }
    assert steps(workflow) == {
        ("cancel", ("new_order", "reviewing"), "cancelled"),
        ("order_submit", ("new_order",), "reviewing"),
        ("decide", ("reviewing",), "paid"),
        ("decide_2", ("reviewing",), "new_order"),
        ("wait", ("reviewing",), "waiting"),
        ("touch", ("reviewing",), "same"),
        ("resume", ("waiting",), "previous"),
        ("to_cancelled", ("waiting",), "cancelled"),
    }
    told = {(one.code, one.line) for one in done.notes}
    assert told == {
        ("NOT_CARRIED", 3),
        ("NOT_CARRIED", 10),
        ("NOT_CARRIED", 15),
        ("EVENTLESS", 15),
        ("GUESSED_PHASES", 0),
        ("GUESSED_ROLES", 0),
        ("CONDITION", 9),
        ("CONDITION", 10),
    }
    assert workflow.transitions["decide"].help is not None
    assert "cost < 50" in workflow.transitions["decide"].help.en


def test_bpmn_of_a_stranger() -> None:
    """Gateways are only the way between; a lane called like a role says who; names in Chinese stay titles."""
    workflow, done = read(BPMN, "bpmn")
    assert workflow.id == "leave_request"
    assert steps(workflow) == {
        ("hand_in", ("fill_in_the_form",), "check_the_request"),
        ("yes", ("check_the_request",), "granted"),
        ("to_refused", ("check_the_request",), "refused"),
    }
    assert workflow.transitions["yes"].by == ("process_owner",)
    assert workflow.transitions["to_refused"].title.zh == "批准不了"
    assert workflow.states["check_the_request"].phase == "check"
    assert {one.code for one in done.notes} == {"NOT_CARRIED", "CONDITION", "GUESSED_PHASES"}


@pytest.mark.parametrize(
    ("shape", "text", "line"),
    [
        ("scxml", "<scxml/>", 1),
        ("scxml", "\n<html/>", 2),
        ("bpmn", "<scxml/>", 1),
        ("bpmn", BPMN.replace("userTask", "thing"), 2),
        ("scxml", SCXML.replace("</scxml>", ""), 19),
    ],
)
def test_a_file_that_is_none(shape: str, text: str, line: int) -> None:
    """A sentence with the place, in both languages."""
    with pytest.raises(BadInput) as refused:
        import_workflow(text.encode(), "some.xml", shape, lambda _: None)
    assert refused.value.sentence("en").startswith(f"some.xml:{line}:")
    assert refused.value.sentence("zh").endswith("。")


def test_parallel_gateways_boundary_events_and_other_processes_are_reported() -> None:
    """What is beyond one state at a time is named, and the rest is read."""
    more = """<bpmn:parallelGateway id="p"/><bpmn:subProcess id="s" name="Inside"><bpmn:task id="t"/></bpmn:subProcess>
    <bpmn:boundaryEvent id="b" name="Too late" attachedToRef="Activity_1"/><bpmn:sequenceFlow id="f9" sourceRef="b" targetRef="Event_3"/>
    </bpmn:process><bpmn:process id="other"><bpmn:task id="t2"/></bpmn:process>"""
    done = import_workflow(BPMN.replace("</bpmn:process>", more).encode(), "some.bpmn", "bpmn", lambda _: None)
    assert {"PARALLEL", "BOUNDARY", "OTHER_PROCESS", "NOT_CARRIED"} <= {one.code for one in done.notes}
    assert "too_late:" in done.text
