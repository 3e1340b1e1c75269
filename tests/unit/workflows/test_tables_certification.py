"""The workflows around the certificate against the tables of the field: every row's name, from, to and who.

A row is (transition, from, to, who). Where `who` names more than the table, or a transition is not in it, the reason stands beside it.
"""

from __future__ import annotations

import pytest

from pdca_engine.definition.workflow import Workflow
from tests.unit.workflows.playing import loaded

Row = tuple[str, str, str, str]

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
TABLES = {"risk": RISK, "step": STEP}
PHASES = {
    "risk": {
        "plan": "identified analysed treatment_planned",
        "do": "treating",
        "check": "evaluating monitored",
        "act": "accepted occurred closed",
    },
    "step": {"plan": "not_started", "do": "in_progress", "check": "in_review", "act": "done", "none": "not_needed"},
}
FINALS = {"risk": {"closed": "achieved"}, "step": {"done": "achieved", "not_needed": "ended"}}
KEYS = {"risk": "RSK", "step": "STEP"}
FOUR_EYES = {
    "risk": {"accept": "risk_owner", "start": "risk_owner", "evaluate": "owner risk_owner implementer", "close": "risk_owner"},
    "step": {"accept": "owner submit", "return": "owner"},
}


def workflow(name: str) -> Workflow:
    found = loaded(name).workflow
    assert found is not None
    return found


@pytest.mark.parametrize("name", TABLES)
def test_every_row_of_the_table_is_there_and_no_other(name: str) -> None:
    rows = [(one.name, " ".join(one.sources), one.target, " ".join(one.by)) for one in workflow(name).transitions.values()]
    assert sorted(rows) == sorted(TABLES[name])


@pytest.mark.parametrize("name", PHASES)
def test_every_state_lies_in_its_phase(name: str) -> None:
    phases: dict[str, set[str]] = {}
    for state in workflow(name).states.values():
        phases.setdefault(state.phase, set()).add(state.name)
    assert phases == {phase: set(states.split()) for phase, states in PHASES[name].items()}


@pytest.mark.parametrize("name", FINALS)
def test_final_states_are_achieved_or_ended(name: str) -> None:
    assert {state.name: state.final for state in workflow(name).states.values() if state.final} == FINALS[name]
    assert workflow(name).key == KEYS[name]


@pytest.mark.parametrize("name", FOUR_EYES)
def test_four_eyes_where_the_matrix_wants_them(name: str) -> None:
    found = {one.name: " ".join(one.independent_of) for one in workflow(name).transitions.values() if one.independence}
    assert found == FOUR_EYES[name]
