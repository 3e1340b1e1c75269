"""The workflows around the certificate against the tables of the field: every row's name, from, to and who.

A row is (transition, from, to, who). Where `who` names more than the table, or a transition is not in it, the reason stands beside it.
"""

from __future__ import annotations

import pytest

from tests.unit.workflows.tables import Row, as_sets, finals_of, four_eyes_of, phases_of, rows_of, workflow

RISK: tuple[Row, ...] = (
    ("analyse", "identified analysed", "analysed", "risk_owner"),  # a review leads to `analysed`: there it is rated again
    ("accept", "analysed evaluating", "accepted", "process_owner sponsor"),  # above the criterion: sponsor only
    ("plan_treatment", "analysed", "treatment_planned", "risk_owner"),
    ("hand_to_improvement", "treatment_planned", "same", "process_owner risk_owner"),  # "opportunities go to the improvement process"
    ("start", "treatment_planned", "treating", "process_owner sponsor"),  # where the process owner is the risk owner at high level
    ("finish_treatment", "treating", "evaluating", "risk_owner"),
    ("evaluate", "evaluating", "same", "checker"),  # "residual rating and effect of treatment judged"
    ("more_treatment", "evaluating", "treatment_planned", "process_owner"),
    ("monitor", "accepted", "monitored", "scheduler"),
    ("review", "monitored", "analysed", "risk_owner scheduler"),  # an expired acceptance goes back by itself
    ("occur", "monitored treating accepted treatment_planned", "occurred", "any_staff"),
    ("reassess", "occurred", "analysed", "risk_owner"),
    ("close", "monitored evaluating", "closed", "process_owner"),
)
STEP: tuple[Row, ...] = (
    ("start", "not_started", "in_progress", "owner"),
    ("replan", "not_started in_progress", "same", "owner programme_manager"),  # "a re-plan needs a reason and keeps the old baseline"
    ("submit", "in_progress", "in_review", "owner"),
    ("accept", "in_review", "done", "sponsor sms_manager programme_manager process_owner"),
    ("return", "in_review", "in_progress", "sponsor sms_manager programme_manager process_owner"),
    ("skip", "not_started in_progress", "not_needed", "sponsor"),
    ("reopen", "done not_needed", "in_progress", "sponsor sms_manager programme_manager"),
)
PROGRAMME: tuple[Row, ...] = (
    ("gate1", "prepare", "assess_plan", "sponsor"),
    ("gate2", "assess_plan", "close_gaps", "sponsor"),
    ("gate3", "close_gaps", "audit_preparation", "sponsor"),
    ("back_to_gaps", "audit_preparation", "close_gaps", "sponsor"),
    ("gate4", "audit_preparation", "stage1", "sponsor"),
    ("stage1_ready", "stage1", "stage2", "sms_manager"),
    ("stage1_not_ready", "stage1", "audit_preparation", "sms_manager"),
    ("stage2_done", "stage2", "nc_closure", "sms_manager"),
    ("stage2_repeat", "nc_closure", "stage2", "sms_manager"),
    ("certify", "nc_closure", "certified", "sms_manager"),
    ("recertify", "nc_closure", "certified", "sms_manager"),  # a later round: the certificate itself creates its successor
    ("refused", "nc_closure", "audit_preparation", "sms_manager"),
    ("start_recertification", "certified", "audit_preparation", "sms_manager scheduler"),  # fired by the certificate
    ("conditions_met", "assess_plan close_gaps audit_preparation stage1 stage2 nc_closure", "same", "sponsor"),  # of the gate before
    ("update_forecast", "prepare assess_plan close_gaps audit_preparation stage1 stage2 nc_closure", "same", "owner programme_manager"),
    ("hold", "prepare assess_plan close_gaps audit_preparation", "on_hold", "sponsor"),
    ("resume", "on_hold", "previous", "sponsor"),
    ("end", "prepare assess_plan close_gaps audit_preparation on_hold certified", "ended", "sponsor"),
)
CERTIFICATE: tuple[Row, ...] = (
    ("compute_calendar", "active", "same", "sms_manager programme_manager"),  # for a certificate entered by hand
    ("confirm_date", "active surveillance_due", "same", "sms_manager"),  # "a date confirmed by the body beats a computed one"
    ("open_surveillance", "active", "surveillance_due", "scheduler"),
    ("record_surveillance", "surveillance_due surveillance_overdue", "active", "sms_manager"),
    ("overdue", "surveillance_due", "surveillance_overdue", "scheduler"),
    ("postpone_surveillance", "surveillance_overdue", "surveillance_due", "sms_manager"),  # the same, after the computed date
    ("record_suspension", "surveillance_overdue surveillance_due active", "suspended", "sms_manager"),
    ("record_restoration", "suspended", "active", "sms_manager"),
    ("record_withdrawal", "suspended lapsed active surveillance_due surveillance_overdue", "withdrawn", "sms_manager"),
    ("open_recertification", "active surveillance_due surveillance_overdue suspended", "same", "scheduler"),
    ("record_recertification", "active surveillance_due surveillance_overdue", "replaced", "sms_manager"),
    ("lapse", "active surveillance_due surveillance_overdue suspended", "lapsed", "scheduler"),
    ("record_late_entry", "lapsed", "replaced", "sms_manager"),
    ("record_restored_after_lapse", "lapsed", "replaced", "sms_manager"),
    ("change_notice", "active", "active", "sms_manager"),
)
SIP: tuple[Row, ...] = (
    ("approve", "draft", "approved", "sponsor"),
    ("activate", "approved", "active", "improvement_manager"),
    ("enter_forecast", "active", "same", "improvement_manager owner scheduler"),  # the weekly forecast
    ("review", "active", "period_review", "improvement_manager"),
    ("continue", "period_review", "active", "sponsor"),
    ("revise", "period_review", "revising", "sponsor"),
    ("approve_revision", "revising", "active", "sponsor"),
    ("complete", "period_review", "completed", "sponsor"),  # not from `active`: the last period is looked at, too
    ("roll_over", "active", "rolled_over", "sponsor"),
)
DOCUMENT: tuple[Row, ...] = (
    ("request_review", "draft", "in_review", "author"),
    ("rework", "in_review", "draft", "reviewer"),
    ("pass_review", "in_review", "approval", "reviewer"),
    ("approve", "approval", "approved", "approver"),
    ("refuse", "approval", "draft", "approver"),
    ("publish", "approved", "in_force", "document_controller"),
    ("open_periodic_review", "in_force", "review_due", "scheduler document_controller"),  # at once on a trigger
    ("confirm_unchanged", "review_due", "in_force", "owner"),
    ("start_revision", "in_force review_due", "same", "owner"),
    ("supersede", "in_force review_due", "superseded", "scheduler"),
    ("withdraw", "in_force review_due", "withdrawn", "approver"),
    ("drop", "draft in_review approval", "dropped", "author"),
)
TABLES = {
    "risk": RISK,
    "step": STEP,
    "certification_programme": PROGRAMME,
    "certificate": CERTIFICATE,
    "sip": SIP,
    "document": DOCUMENT,
}
PHASES = {
    "risk": {
        "plan": "identified analysed treatment_planned",
        "do": "treating",
        "check": "evaluating monitored",
        "act": "accepted occurred closed",
    },
    "step": {"plan": "not_started", "do": "in_progress", "check": "in_review", "act": "done", "none": "not_needed"},
    "certification_programme": {
        "plan": "prepare assess_plan",
        "do": "close_gaps",
        "check": "audit_preparation stage1 stage2",
        "act": "nc_closure certified",
        "none": "on_hold ended",
    },
    "certificate": {"do": "active", "check": "surveillance_due surveillance_overdue", "act": "suspended lapsed withdrawn replaced"},
    "sip": {"plan": "draft approved", "do": "active", "check": "period_review", "act": "revising completed rolled_over"},
    "document": {
        "plan": "draft in_review approval approved dropped",
        "do": "in_force",
        "check": "review_due",
        "act": "superseded withdrawn",
    },
}
FINALS = {
    "risk": {"closed": "achieved"},
    "step": {"done": "achieved", "not_needed": "ended"},
    "certification_programme": {"ended": "ended"},
    "certificate": {"withdrawn": "ended", "replaced": "achieved"},
    "sip": {"completed": "achieved", "rolled_over": "ended"},
    "document": {"superseded": "ended", "withdrawn": "ended", "dropped": "ended"},  # a version may be superseded without any check
}
KEYS = {"risk": "RSK", "step": "STEP", "certification_programme": "PRG", "certificate": "CERT", "sip": "SIP", "document": "DOC"}
FOUR_EYES = {
    "risk": {"accept": "risk_owner", "start": "risk_owner", "evaluate": "owner risk_owner implementer", "close": "risk_owner"},
    "step": {"accept": "owner submit", "return": "owner"},
    "certification_programme": {},
    "certificate": {},
    "sip": {"approve": "author", "approve_revision": "author"},
    "document": {"rework": "author", "pass_review": "author", "approve": "author", "refuse": "author", "withdraw": "owner"},
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
    assert workflow(name).key == KEYS[name]


@pytest.mark.parametrize("name", FOUR_EYES)
def test_four_eyes_where_the_matrix_wants_them(name: str) -> None:
    assert four_eyes_of(name) == FOUR_EYES[name]
