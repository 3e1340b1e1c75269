"""What the bundled workflows do by themselves: timers with their ladders, and schedules."""

from __future__ import annotations

import pytest

from pdca_engine.definition.paper.workflow import Timer
from tests.unit.workflows.playing import compiled, loaded

LADDER = {  # domain rule 2.5
    "-7 days": "owner",
    "-1 day": "owner",
    "+1 day": "owner line_manager",
    "+7 days": "process_owner",
    "+14 days": "sms_manager",
    "+30 days": "sponsor",
}


def timer(workflow: str, name: str) -> Timer:
    return compiled(workflow).workflow.timers[name]


def ladder(one: Timer) -> dict[str, str]:
    return {str(step.offset) if step.offset.amount <= 0 else f"+{step.offset}": " ".join(step.who) for step in one.ladder}


@pytest.mark.parametrize(("workflow", "name"), [("action", "due"), ("nonconformity", "analysis"), ("nonconformity", "actions")])
def test_the_usual_ladder(workflow: str, name: str) -> None:
    assert ladder(timer(workflow, name)) == LADDER


def test_decision_and_check_escalate_to_the_sms_manager_after_five_days() -> None:
    for name in ("decide", "check", "decide_way_on"):
        assert ladder(timer("improvement", name))["+5 days"] == "sms_manager"


def test_the_gain_is_looked_at_monthly_for_three_months() -> None:
    one = timer("improvement", "holding_check")
    assert (str(one.due.after), list(ladder(one))) == ("1 month", ["0 days", "+1 month", "+2 months"])


def test_a_measurement_is_asked_for_on_its_day_and_given_up_three_days_after() -> None:
    one = timer("improvement", "measurement_entry")
    assert (one.due.field, str(one.due.plus)) == ("next_entry", "3 days")
    assert ladder(one) == {"-3 days": "owner", "-1 day": "owner"}


def test_the_trial_is_looked_at_every_two_weeks() -> None:
    assert [step.offset.amount for step in timer("improvement", "trial_review").ladder] == list(range(0, 84, 14))


@pytest.mark.parametrize(
    ("workflow", "name", "fires"),
    [
        ("improvement", "come_back_from_deferral", "return_from_deferral"),
        ("improvement", "come_back_from_hold", "resume"),
        ("improvement", "measurement_entry", "entry_missed"),
        ("review", "window", "miss"),
        ("incident", "turn", "begin_check"),
    ],
)
def test_what_happens_by_itself_the_engine_may_fire(workflow: str, name: str, fires: str) -> None:
    one = timer(workflow, name)
    assert [effect.args["transition"] for effect in one.then] == [fires]
    transition = compiled(workflow).workflow.transitions[fires]
    assert "scheduler" in transition.by
    assert set(one.states) <= set(transition.sources)


@pytest.mark.parametrize(
    ("workflow", "limits"),
    [
        (
            "incident",
            {
                "plan_review": "10 working days",
                "checking": "20 working days",
                "check_review": "10 working days",
                "acting": "20 working days",
            },
        )
    ],
)
def test_each_stage_of_the_wheel_has_its_limit(workflow: str, limits: dict[str, str]) -> None:
    assert {name: str(timer(workflow, name).due.after) for name in limits} == limits


def test_reminders_of_the_certification_body_come_long_before() -> None:
    assert list(ladder(timer("nonconformity", "cb_evidence"))) == ["-30 days", "-14 days", "-7 days", "+1 day"]
    assert list(ladder(timer("nonconformity", "stage2_limit"))) == ["-60 days", "-30 days", "+1 day"]


@pytest.mark.parametrize(
    ("workflow", "schedule", "rule", "window", "kind"),
    [
        ("improvement", "board", "0 9 * * MON", "5 working days", "board"),
        ("nonconformity", "trend", "1 month", "10 working days", "trend_review"),
        ("incident", "monthly_check", "1 month", "5 working days", "process_check"),
        ("incident", "quarterly_trend", "3 months", "10 working days", "trend_review"),
    ],
)
def test_schedules_open_reviews(workflow: str, schedule: str, rule: str, window: str, kind: str) -> None:
    one = compiled(workflow).workflow.schedules[schedule]
    (effect,) = one.then
    assert (one.cron or str(one.every), str(one.window)) == (rule, window)
    assert (effect.args["workflow"], effect.args["fields"]["kind"]) == ("review", kind)
    assert str(effect.args["fields"]["due"].after) == window  # the last day to hold it is the end of the window
    assert str(one.lead) == ("5 days" if kind == "trend_review" else "None")  # figures are gathered before


@pytest.mark.parametrize("name", ["improvement", "nonconformity", "process_cycle", "incident"])
def test_a_review_opens_with_its_agenda_in_both_languages(name: str) -> None:
    paper = loaded(name).workflow
    assert paper is not None
    opened = [effect.args["fields"] for one in paper.schedules.values() for effect in one.then if effect.kind == "create"]
    for fields in opened:
        points = [line.removeprefix("- ").split(" / ") for line in fields["description"].splitlines()]
        assert len(points) >= 3
        assert all(en.isascii() and not zh.isascii() for en, zh in points)
