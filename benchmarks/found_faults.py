"""Thirty faults: which broken file of our corpus has each, and the same fault in the formats of others (None: they can't say it)."""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.found_base import BPMN, SCXML, SISMIC

Change = tuple[str, str] | None  # what to replace in the whole file, and by what


class Fault(NamedTuple):
    """One fault: our file, what it is, and how to make it in the others' files."""

    ours: str
    what: str
    scxml: Change
    sismic: Change
    bpmn: Change

    def texts(self) -> dict[str, str | None]:
        """Library → the broken text."""
        made = {"statemachine": (SCXML, self.scxml), "sismic": (SISMIC, self.sismic), "spiff": (BPMN, self.bpmn)}
        return {name: _changed(base, change) for name, (base, change) in made.items()}


def _changed(base: str, change: Change) -> str | None:
    if change is None:
        return None
    if change[0] not in base:
        raise ValueError(f"nothing to replace: {change[0]}")
    return base.replace(*change, 1)


GUARD, GUARD_S, GUARD_B = 'cond="amount &lt;= 5"', "guard: amount <= 5", "amount &lt;= 5<"
FINALS = '  <final id="closed"/>\n  <final id="dropped"/>\n'
FINALS_S = "      - name: closed\n        type: final\n      - name: dropped\n        type: final\n"
NO_END = (
    '<state id="closed"><transition event="a" target="dropped"/></state><state id="dropped"><transition event="a" target="closed"/></state>'
)
NO_END_S = (
    "      - name: closed\n        transitions: [{event: a, target: dropped}]\n"
    "      - name: dropped\n        transitions: [{event: a, target: closed}]\n"
)
ISLE = '<state id="isle"><transition event="go" target="closed"/></state>'
ISLE_S = "      - name: isle\n        transitions:\n          - event: go\n            target: closed\n"
ISLE_B = '<userTask id="isle"/><sequenceFlow id="f9" sourceRef="isle" targetRef="closed"/>'
PIT, PIT_S = '<state id="pit"/>', "      - name: pit\n"
ROUND = '<state id="one"><transition event="a" target="two"/></state><state id="two"><transition event="b" target="one"/></state>'
ROUND_S = (
    "      - name: one\n        transitions:\n          - {event: a, target: two}\n"
    "      - name: two\n        transitions:\n          - {event: b, target: one}\n"
)
ROUND_B = (
    '<userTask id="one"/><userTask id="two"/><sequenceFlow id="r1" sourceRef="one" targetRef="two"/>'
    '<sequenceFlow id="r2" sourceRef="two" targetRef="one"/>'
)
SPIN = '<state id="one"><transition target="two"/></state><state id="two"><transition target="one"/></state>'
SPIN_B = (
    '<task id="one"/><task id="two"/><sequenceFlow id="r1" sourceRef="one" targetRef="two"/>'
    '<sequenceFlow id="r2" sourceRef="two" targetRef="one"/>'
)
LOST, LOST_S = '<transition event="drop" target="dropped"/>\n  </state>', "target: dropped\n"
FIRST_B = '<sequenceFlow id="f1" sourceRef="draft" targetRef="doing"/>'
BACK_B = '<sequenceFlow id="f6" sourceRef="choice" targetRef="doing"/>'


def leading_to(state: str, states: str) -> str:
    """In place of LOST: one way more, and the states it leads to."""
    return LOST.replace("\n", f'<transition event="lose" target="{state}"/>') + states


def leading_to_s(state: str, states: str) -> str:
    """In place of LOST_S, likewise."""
    return f"{LOST_S}          - event: lose\n            target: {state}\n{states}"


FAULTS: tuple[Fault, ...] = (
    Fault("tab", "a tab indents", None, ("  name: small", "\tname: small"), None),
    Fault("bracket_left_open", "a bracket is never closed", ("</scxml>", ""), ("amount = 3", "[amount = 3"), ("</definitions>", "")),
    Fault(
        "quote_left_open", "a quote is never closed", ('id="draft"', 'id="draft'), ("name: small", 'name: "small'), ('id="f1"', 'id="f1')
    ),
    Fault(
        "duplicate_key",
        "a key stands twice",
        ('id="draft"', 'id="draft" id="drift"'),
        ("  name: small", "  name: small\n  name: other"),
        ('<userTask id="draft"', '<userTask id="draft" id="drift"'),
    ),
    Fault(
        "second_document",
        "two documents in one file",
        ("</scxml>", "</scxml><scxml/>"),
        ("statechart:", "a: b\n---\nstatechart:"),
        ("</definitions>", "</definitions><a/>"),
    ),
    Fault("tag", "a tag that would make an object", None, ("amount = 3", "!!python/object/apply:os.getcwd []"), None),
    Fault(
        "unknown_top_key",
        "a section nobody knows",
        ("<datamodel>", "<colour/><datamodel>"),
        ("  preamble", "  colour: red\n  preamble"),
        ("<process", "<colour/><process"),
    ),
    Fault(
        "unknown_key",
        "a misspelt key",
        ('event="start"', 'evnt="start"'),
        ("event: start", "evnt: start"),
        ("attachedToRef", "attachdToRef"),
    ),
    Fault("missing_key", "a key is missing", ('event="late" ', ""), ("  name: small\n", ""), ('targetRef="doing"', "")),
    Fault("wrong_type", "a mapping where a word belongs", None, ("target: doing", "target: {to: doing}"), None),
    Fault(
        "unknown_state",
        "a step leads to no state",
        ('target="doing"', 'target="dong"'),
        ("target: doing", "target: dong"),
        ('targetRef="doing"', 'targetRef="dong"'),
    ),
    Fault("unknown_phase", "a phase nobody knows", None, None, None),
    Fault("unknown_role", "a role nobody knows", None, None, None),
    Fault("unknown_field", "a field nobody declared is needed", None, None, None),
    Fault(
        "guard_unknown_name",
        "a guard reads a name nobody gave",
        (GUARD, 'cond="amont &lt;= 5"'),
        (GUARD_S, "guard: amont <= 5"),
        (GUARD_B, "amont &lt;= 5<"),
    ),
    Fault(
        "guard_syntax", "a guard ends too early", (GUARD, 'cond="amount &lt;="'), (GUARD_S, "guard: amount <="), (GUARD_B, "amount &lt;=<")
    ),
    Fault(
        "guard_type",
        "a guard compares a number with a text",
        (GUARD, "cond=\"amount &lt;= 'five'\""),
        (GUARD_S, "guard: amount <= 'five'"),
        (GUARD_B, "amount &lt;= 'five'<"),
    ),
    Fault(
        "guard_not_boolean",
        "a guard that is neither true nor false",
        (GUARD, 'cond="amount"'),
        (GUARD_S, "guard: amount"),
        (GUARD_B, "amount<"),
    ),
    Fault("guard_constant", "a guard that is always true", (GUARD, 'cond="1 &lt; 2"'), (GUARD_S, "guard: 1 < 2"), (GUARD_B, "1 &lt; 2<")),
    Fault(
        "no_initial",
        "it begins nowhere",
        ('initial="draft"', 'initial="drift"'),
        ("    initial: draft\n", ""),
        ('<startEvent id="begin"/>\n', '<userTask id="begin"/>\n'),
    ),
    Fault(
        "two_initials",
        "it begins in two places",
        ('initial="draft"', 'initial="draft doing"'),
        ("initial: draft", "initial: [draft, doing]"),
        None,
    ),
    Fault(
        "no_final",
        "it never ends",
        (FINALS, NO_END),
        (FINALS_S, NO_END_S),
        ('<endEvent id="closed"/>', '<task id="closed"/><sequenceFlow id="f8" sourceRef="closed" targetRef="doing"/>'),
    ),
    Fault(
        "unreachable_state",
        "a state nothing leads to",
        (FINALS, FINALS + ISLE),
        (FINALS_S, FINALS_S + ISLE_S),
        ('<endEvent id="closed"/>', '<endEvent id="closed"/>' + ISLE_B),
    ),
    Fault("dead_end", "a state nothing leads out of", (LOST, leading_to("pit", PIT)), (LOST_S, leading_to_s("pit", PIT_S)), None),
    Fault(
        "loop_without_way_out",
        "states that lead only to each other",
        (LOST, leading_to("one", ROUND)),
        (LOST_S, leading_to_s("one", ROUND_S)),
        (BACK_B, BACK_B.replace('"doing"', '"one"') + ROUND_B),
    ),
    Fault(
        "exit_from_final",
        "a way on from the end",
        ('<final id="closed"/>', '<final id="closed"><transition event="a" target="doing"/></final>'),
        (
            "      - name: closed\n        type: final\n",
            "      - name: closed\n        type: final\n        transitions: [{event: a, target: doing}]\n",
        ),
        ('<endEvent id="closed"/>', '<endEvent id="closed"/><sequenceFlow id="f8" sourceRef="closed" targetRef="doing"/>'),
    ),
    Fault("achieved_without_check", "something achieved that nobody checked", None, None, None),
    Fault("impossible_independence", "four eyes that nobody has", None, None, None),
    Fault(
        "bad_duration",
        "a length of time that is none",
        ('delay="5s"', 'delay="5 moons"'),
        ("delay=5", "delay='5 moons'"),
        ('"P5D"', '"5 moons"'),
    ),
    Fault(
        "fires_in_a_circle",
        "steps that set each other off for ever",
        (LOST, leading_to("one", SPIN)),
        (LOST_S, leading_to_s("one", ROUND_S.replace("event: a, ", "").replace("event: b, ", ""))),
        (FIRST_B, FIRST_B.replace('"doing"', '"one"') + SPIN_B),
    ),
)
"""In the order of the table. A dead end is an end in BPMN, and a process may begin with several events there: so it can't be said."""
