"""One small workflow in the formats of three libraries: draft, doing, checking, then closed or dropped, with a guard and a timer."""

from __future__ import annotations

SCXML = """<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" initial="draft" datamodel="python">
  <datamodel><data id="amount" expr="3"/></datamodel>
  <state id="draft">
    <transition event="start" target="doing"/>
    <transition event="drop" target="dropped"/>
  </state>
  <state id="doing">
    <onentry><send event="late" delay="5s"/></onentry>
    <transition event="finish" target="checking"/>
  </state>
  <state id="checking">
    <transition event="accept" target="closed" cond="amount &lt;= 5"/>
    <transition event="reject" target="doing"/>
  </state>
  <final id="closed"/>
  <final id="dropped"/>
</scxml>
"""

SISMIC = """statechart:
  name: small
  preamble: amount = 3
  root state:
    name: root
    initial: draft
    states:
      - name: draft
        transitions:
          - event: start
            target: doing
          - event: drop
            target: dropped
      - name: doing
        on entry: send('late', delay=5)
        transitions:
          - event: finish
            target: checking
      - name: checking
        transitions:
          - event: accept
            target: closed
            guard: amount <= 5
          - event: reject
            target: doing
      - name: closed
        type: final
      - name: dropped
        type: final
"""

BPMN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="small" id="all">
  <process id="small" isExecutable="true">
    <startEvent id="begin"/>
    <sequenceFlow id="f0" sourceRef="begin" targetRef="draft"/>
    <userTask id="draft"/>
    <sequenceFlow id="f1" sourceRef="draft" targetRef="doing"/>
    <userTask id="doing"/>
    <boundaryEvent id="late" attachedToRef="doing" cancelActivity="false">
      <timerEventDefinition id="clock"><timeDuration>"P5D"</timeDuration></timerEventDefinition>
    </boundaryEvent>
    <sequenceFlow id="f2" sourceRef="late" targetRef="told"/>
    <endEvent id="told"/>
    <sequenceFlow id="f3" sourceRef="doing" targetRef="checking"/>
    <userTask id="checking"/>
    <sequenceFlow id="f4" sourceRef="checking" targetRef="choice"/>
    <exclusiveGateway id="choice" default="f6"/>
    <sequenceFlow id="f5" sourceRef="choice" targetRef="closed">
      <conditionExpression>amount &lt;= 5</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="f6" sourceRef="choice" targetRef="doing"/>
    <endEvent id="closed"/>
  </process>
</definitions>
"""
