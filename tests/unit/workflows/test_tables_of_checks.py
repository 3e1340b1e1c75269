"""Audits, management reviews and gap assessments against the tables of the field: rows, phases, ends, four eyes, and what is due when."""

from __future__ import annotations

import pytest

from pdca_engine.definition.paper.workflow import Timer
from tests.unit.workflows.tables import Row, as_sets, finals_of, four_eyes_of, phases_of, rows_of, workflow

AUDIT_PROGRAMME: tuple[Row, ...] = (
    ("approve", "draft", "approved", "sponsor"),
    ("start", "approved", "running", "audit_manager"),
    ("amend", "running", "same", "audit_manager"),
    ("report_trigger", "running", "same", "process_owner sms_manager audit_manager"),  # the table's "trigger audit"
    ("dismiss_trigger", "running", "same", "audit_manager"),  # its answer, where no audit is proposed
    ("draft_next", "running evaluating closed", "same", "audit_manager scheduler"),  # "next programme", 8 weeks before the end
    ("evaluate", "running", "evaluating", "audit_manager"),
    ("close", "evaluating", "closed", "sponsor"),
)
AUDIT: tuple[Row, ...] = (
    ("assign", "scheduled", "preparing", "audit_manager"),
    ("accept_plan", "preparing", "same", "auditee"),  # "accepted by auditee"
    ("announce", "preparing", "announced", "lead_auditor"),
    ("begin", "announced", "fieldwork", "lead_auditor"),
    ("finish_fieldwork", "fieldwork", "reporting", "lead_auditor"),
    ("review_report", "reporting", "same", "auditor audit_manager"),  # "second auditor or audit manager reviewed"
    ("return_report", "reporting", "same", "auditor audit_manager"),
    ("issue", "reporting", "follow_up", "lead_auditor"),
    ("look_again", "follow_up", "same", "scheduler"),  # "every 2 weeks until closed"
    ("close", "follow_up", "closed", "audit_manager"),
    ("postpone", "scheduled preparing announced", "postponed", "audit_manager sponsor"),
    ("reschedule", "postponed", "preparing", "audit_manager"),
    ("cancel", "scheduled preparing postponed", "cancelled", "sponsor"),
)
MANAGEMENT_REVIEW: tuple[Row, ...] = (
    ("open_collection", "scheduled", "collecting", "secretary"),
    ("waive_input", "collecting", "same", "sponsor"),
    ("complete_pack", "collecting", "ready", "secretary"),
    ("hold", "ready", "held", "sponsor"),
    ("write_minutes", "held", "minutes_review", "secretary"),
    ("approve_minutes", "minutes_review", "tracking", "sponsor"),
    ("correct_minutes", "minutes_review", "held", "sponsor"),
    ("look_again", "tracking", "same", "scheduler"),  # "decision follow-up monthly"
    ("close", "tracking", "closed", "sms_manager"),
    ("schedule_next", "closed", "same", "scheduler"),  # "next review scheduled if absent"
    ("cancel", "scheduled collecting", "cancelled", "sponsor"),
    ("raise_missed_interval", "scheduled collecting ready", "same", "sms_manager"),  # "SMS manager logs NC"
)
GAP_ASSESSMENT: tuple[Row, ...] = (
    ("open", "scoping", "answering", "sms_manager"),
    ("submit", "answering", "reviewing", "assessor"),
    ("return", "reviewing", "answering", "reviewer"),
    ("freeze", "reviewing", "frozen", "reviewer"),
    ("action", "frozen", "actioned", "sms_manager"),
    ("plan_next_round", "actioned", "same", "scheduler"),  # "round interval"
    ("abandon", "scoping answering", "abandoned", "sms_manager"),
)
TABLES = {
    "audit_programme": AUDIT_PROGRAMME,
    "audit": AUDIT,
    "management_review": MANAGEMENT_REVIEW,
    "gap_assessment": GAP_ASSESSMENT,
}
PHASES = {
    "audit_programme": {"plan": "draft approved", "do": "running", "check": "evaluating", "act": "closed"},
    "audit": {
        "plan": "scheduled preparing announced postponed cancelled",
        "do": "fieldwork",
        "check": "reporting",
        "act": "follow_up closed",
    },
    "management_review": {
        "plan": "scheduled cancelled",
        "do": "collecting",
        "check": "ready held",
        "act": "minutes_review tracking closed",
    },
    "gap_assessment": {"plan": "scoping abandoned", "do": "answering", "check": "reviewing frozen", "act": "actioned"},
}
FINALS = {
    "audit_programme": {"closed": "achieved"},
    "audit": {"closed": "achieved", "cancelled": "ended"},
    "management_review": {"closed": "achieved", "cancelled": "ended"},
    "gap_assessment": {"actioned": "achieved", "abandoned": "ended"},
}
FOUR_EYES = {
    "audit_programme": {"approve": "audit_manager owner"},
    "audit": {
        "announce": "auditee",
        "begin": "auditee",
        "finish_fieldwork": "auditee",
        "review_report": "lead_auditor auditee",
        "return_report": "lead_auditor auditee",
        "issue": "auditee",
        "close": "auditee",
        "cancel": "auditee",
    },
    "management_review": {"approve_minutes": "secretary write_minutes"},
    "gap_assessment": {"return": "assessor submit", "freeze": "assessor submit"},
}
DUE = {  # (workflow, timer): due, and who is told when
    ("audit_programme", "next_programme"): ("period_to - 8 weeks", {}),
    ("audit_programme", "trigger"): ("trigger_due", {"-1": "audit_manager", "+1": "audit_manager sms_manager", "+5": "sponsor"}),
    ("audit", "assign"): ("planned_on - 40 days", {"+0": "audit_manager"}),
    ("audit", "documents"): ("planned_on - 20 days", {"+0": "auditee lead_auditor"}),
    ("audit", "announce"): ("planned_on - 10 days", {"+0": "lead_auditor"}),
    ("audit", "report"): ("10 working days", {"+1": "audit_manager", "+5": "sponsor"}),
    ("audit", "follow_up"): ("next_look", {}),
    ("management_review", "collection"): ("meeting_on - 28 days", {"+0": "secretary"}),
    ("management_review", "inputs"): ("meeting_on - 10 days", {"-2": "implementer", "+0": "implementer secretary"}),
    ("management_review", "pack"): ("meeting_on - 5 working days", {"-1": "secretary"}),
    ("management_review", "interval"): ("hold_by", {"+1": "sponsor", "+14": "sms_manager"}),
    ("management_review", "minutes"): ("5 working days", {"-1": "secretary"}),
    ("management_review", "follow_up"): ("next_look", {}),
    ("gap_assessment", "respondents"): ("10 working days", {"-3": "implementer assessor", "+0": "implementer assessor"}),
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


@pytest.mark.parametrize("place", DUE, ids=".".join)
def test_what_is_due_when_and_who_is_told(place: tuple[str, str]) -> None:
    one = workflow(place[0]).timers[place[1]]
    due, told = DUE[place]
    assert moment(one) == due
    assert told.items() <= {f"{step.offset.amount:+}": " ".join(step.who) for step in one.ladder}.items()
    assert one.ladder or one.then


def moment(one: Timer) -> str:
    """When a timer is due, in short."""
    return f"{one.due.field} - {one.due.less}" if one.due.less else one.due.field or str(one.due.after)


@pytest.mark.parametrize(
    ("name", "schedule", "made", "kept"),
    [
        ("audit_programme", "programme_review", "review", ("3 months", "10 working days", "fixed", "None")),
        ("management_review", "quarterly", "management_review", ("3 months", "None", "fixed", "35 days")),
    ],
)
def test_schedules_go_on_from_their_first_day(name: str, schedule: str, made: str, kept: tuple[str, ...]) -> None:
    one = workflow(name).schedules[schedule]
    (effect,) = one.then
    assert (str(one.every), str(one.window), one.repeat, str(one.lead)) == kept
    assert effect.args["workflow"] == made
