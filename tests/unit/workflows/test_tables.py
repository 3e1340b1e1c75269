"""The bundled workflows against the tables of the field: every row's name, from, to and who.

A row is (transition, from, to, who). The role of the table comes first in `who`; those after it are named in the notes of the table
(the sponsor above the cost limit, the engine for a timer).
"""

from __future__ import annotations

import pytest

from tests.unit.workflows.tables import Row, as_sets, finals_of, four_eyes_of, phases_of, rows_of, workflow

IMPROVEMENT: tuple[Row, ...] = (
    ("submit", "draft", "evaluating", "any_staff"),
    ("return_to_proposer", "evaluating", "draft", "improvement_manager"),
    ("approve", "evaluating", "approved", "process_owner sponsor"),
    ("defer", "evaluating", "deferred", "process_owner"),
    ("return_from_deferral", "deferred", "evaluating", "scheduler"),
    ("reject", "evaluating", "rejected", "process_owner"),
    ("plan", "approved", "planned", "owner"),
    ("confirm_plan", "planned", "same", "process_owner"),  # the confirmation that `start` of the table requires
    ("start", "planned", "implementing", "owner"),
    ("start_trial", "implementing", "trial", "owner"),
    ("end_trial", "trial", "checking", "owner"),
    ("enter_measurement", "trial", "same", "owner"),  # the schedule "measurement entry" of the table
    ("entry_missed", "trial", "same", "scheduler"),
    ("extend_trial", "checking", "trial", "checker"),
    ("confirm_effective", "checking", "standardising", "checker"),
    ("declare_not_effective", "checking", "adjusting", "checker"),
    ("replan", "adjusting", "planned", "process_owner"),
    ("redo", "adjusting", "implementing", "process_owner"),
    ("accept_partial", "adjusting", "standardising", "sponsor"),
    ("stop", "adjusting", "stopped", "process_owner"),
    ("standardise", "standardising", "sustaining", "owner"),
    ("gain_lost", "sustaining", "adjusting", "checker"),
    ("close", "sustaining", "closed", "process_owner"),
    ("reopen", "closed", "adjusting", "process_owner"),
    ("hold", "implementing trial planned approved", "on_hold", "process_owner"),
    ("resume", "on_hold", "previous", "process_owner scheduler"),
    ("cancel", "draft approved planned", "stopped", "process_owner"),
)
NONCONFORMITY: tuple[Row, ...] = (
    ("acknowledge", "raised", "correcting", "owner"),
    ("object", "raised", "same", "owner"),
    ("withdraw", "raised", "withdrawn", "lead_auditor audit_manager"),
    ("downgrade", "raised", "downgraded", "lead_auditor"),
    ("correct", "correcting", "analysing", "owner"),
    ("no_correction_possible", "correcting", "analysing", "owner"),
    ("no_cause_action", "analysing", "verifying", "process_owner"),
    ("propose_actions", "analysing", "action_planned", "owner"),
    ("approve_plan", "action_planned", "implementing", "process_owner"),
    ("reject_plan", "action_planned", "analysing", "process_owner"),
    ("actions_done", "implementing", "verifying", "owner"),
    ("verify_ok", "verifying", "effectiveness_pending", "checker"),
    ("verify_failed", "verifying", "implementing", "checker"),
    ("effective", "effectiveness_pending", "closed", "checker"),
    ("not_effective", "effectiveness_pending", "analysing", "checker"),
    ("reopen", "closed", "analysing", "sms_manager"),
    ("upgrade", "correcting analysing action_planned implementing verifying effectiveness_pending", "same", "lead_auditor"),
)
ACTION: tuple[Row, ...] = (
    ("start", "open", "doing", "owner"),
    ("finish", "doing", "verifying", "owner"),
    ("pass", "verifying", "done", "scheduler process_owner"),  # `finish` "straight to done" where nobody has to check
    ("accept", "verifying", "done", "checker"),
    ("return", "verifying", "doing", "checker"),
    ("drop", "open doing verifying", "dropped", "process_owner scheduler"),  # verifying too, so that no action outlives what is cancelled
    ("reopen", "done", "doing", "process_owner"),
)
REVIEW: tuple[Row, ...] = (
    ("begin", "planned", "in_progress", "owner"),
    ("conclude", "in_progress", "concluded", "owner"),
    ("close", "concluded", "closed", "process_owner sms_manager"),
    ("miss", "planned", "missed", "scheduler"),
    ("late_conclude", "missed", "concluded", "process_owner sms_manager"),
    ("cancel", "planned in_progress", "cancelled", "process_owner sms_manager"),
)
PROCESS_CYCLE: tuple[Row, ...] = (
    ("propose_plan", "planning", "plan_review", "process_owner"),
    ("agree", "plan_review", "operating", "sms_manager"),
    ("revise", "plan_review", "planning", "sms_manager"),
    ("begin_check", "operating", "checking", "process_owner scheduler"),
    ("evaluate", "checking", "check_review", "process_owner"),
    ("confirm", "check_review", "acting", "checker"),
    ("object", "check_review", "checking", "checker"),
    ("redo", "acting", "operating", "process_owner"),
    ("next_turn", "acting", "planning", "process_owner"),
    ("complete", "acting", "completed", "process_owner"),
    ("retire", "planning plan_review operating checking check_review acting", "retired", "sms_manager"),
)
TABLES = {
    "improvement": IMPROVEMENT,
    "nonconformity": NONCONFORMITY,
    "action": ACTION,
    "review": REVIEW,
    "process_cycle": PROCESS_CYCLE,
    "incident": PROCESS_CYCLE,
}
PHASES = {
    "improvement": {
        "plan": "draft evaluating deferred approved planned rejected",
        "do": "implementing trial",
        "check": "checking sustaining",
        "act": "adjusting standardising closed stopped",
        "none": "on_hold",
    },
    "nonconformity": {
        "plan": "analysing action_planned",
        "do": "correcting implementing",
        "check": "raised verifying effectiveness_pending withdrawn downgraded",
        "act": "closed",
    },
    "action": {"plan": "open", "do": "doing done", "check": "verifying", "none": "dropped"},
    "review": {"plan": "planned", "do": "in_progress", "check": "concluded", "act": "closed", "none": "missed cancelled"},
    "incident": {
        "plan": "planning plan_review",
        "do": "operating",
        "check": "checking check_review",
        "act": "acting completed",
        "none": "retired",
    },
}
FINALS = {
    "improvement": {"closed": "achieved", "rejected": "ended", "stopped": "ended"},
    "nonconformity": {"closed": "achieved", "withdrawn": "ended", "downgraded": "ended"},
    "action": {"done": "achieved", "dropped": "ended"},
    "review": {"closed": "achieved", "missed": "ended", "cancelled": "ended"},
    "incident": {"completed": "achieved", "retired": "ended"},
}
FOUR_EYES = {
    "improvement": {
        "approve": "proposer",
        "reject": "proposer",
        "confirm_plan": "owner",  # at high risk
        "extend_trial": "owner implementer",
        "confirm_effective": "owner implementer",
        "declare_not_effective": "owner implementer",
        "replan": "proposer",  # where it changes the target
        "accept_partial": "proposer owner implementer",
        "gain_lost": "owner implementer",
        "close": "owner",
    },
    "nonconformity": {
        "acknowledge": "proposer",  # of an audit finding
        "approve_plan": "owner",
        "reject_plan": "owner",
        "verify_ok": "owner implementer",
        "verify_failed": "owner implementer",
        "effective": "owner implementer",
        "not_effective": "owner implementer",
    },
    "action": {"accept": "owner", "return": "owner"},
    "review": {"close": "owner conclude late_conclude"},  # of a process check
    "incident": {
        "agree": "propose_plan",
        "confirm": "process_owner owner propose_plan evaluate",
        "object": "process_owner owner propose_plan evaluate",
    },
}


@pytest.mark.parametrize("name", TABLES)
def test_every_row_of_the_table_is_there_and_no_other(name: str) -> None:
    assert rows_of(name) == sorted(TABLES[name])


@pytest.mark.parametrize("name", PHASES)
def test_every_state_lies_in_its_phase(name: str) -> None:
    assert phases_of(name) == as_sets(PHASES[name])


@pytest.mark.parametrize("name", FINALS)
def test_final_states_are_achieved_or_ended(name: str) -> None:
    assert finals_of(name) == FINALS[name]


@pytest.mark.parametrize("name", FOUR_EYES)
def test_four_eyes_where_the_matrix_wants_them(name: str) -> None:
    assert four_eyes_of(name) == FOUR_EYES[name]


def test_only_a_reopening_transition_leaves_a_final_state() -> None:
    reopening = {(name, one.name) for name in FINALS for one in workflow(name).transitions.values() if set(one.sources) & set(FINALS[name])}
    assert reopening == {("improvement", "reopen"), ("nonconformity", "reopen"), ("action", "reopen"), ("review", "late_conclude")}
    assert all(workflow(name).transitions[transition].reopens for name, transition in reopening)


def test_item_keys() -> None:
    keys = {name: workflow(name).key for name in TABLES}
    assert keys == {
        "improvement": "IMP",
        "action": "ACT",
        "nonconformity": "NC",
        "review": "REV",
        "process_cycle": None,
        "incident": "INC",
    }


def test_incident_extends_the_process_cycle_with_its_measures() -> None:
    incident, cycle = workflow("incident"), workflow("process_cycle")
    assert cycle.abstract and not incident.abstract
    assert (incident.extends, incident.process) == ("process_cycle", "incident")
    assert set(cycle.fields) < set(incident.fields)
    measures = [one.name for one in incident.fields.values() if one.type == "measure"]
    assert measures == ["resolved_in_target", "time_to_restore", "reopened", "days_between_major", "old_backlog"]
    targets = {one.name: one.default for one in incident.fields.values() if one.default is not None and one.name not in cycle.fields}
    assert targets == {
        "resolved_in_target_p1_at_least": 95,
        "resolved_in_target_p3_at_least": 90,
        "time_to_restore_p1_at_most": 4,
        "time_to_restore_p2_at_most": 8,
        "reopened_at_most": 3,
        "days_between_major_at_least": 30,
        "old_backlog_at_most": 10,
    }
