"""A management review through the program: what is collected, decided, followed up and handed on is really there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pdca_engine.services.creation import create_item
from pdca_engine.services.due import raise_due
from pdca_engine.services.verify import verify_trail
from tests.support.company import Company

INPUTS = (
    "earlier_actions",
    "context_changes",
    "performance",
    "improvement_opportunities",
    "feedback",
    "policy_fit",
    "objectives_met",
    "service_performance",
    "other_parties",
    "resources",
    "risk_results",
    "coming_changes",
)


def on(company: Company, month: int, day: int) -> None:
    """Let it be 09:00 in Shanghai on that day of 2026."""
    company.clock.at = datetime(2026, month, day, 1, 0, tzinfo=UTC)


def collecting(company: Company) -> str:
    """A review on 15 July with Fang as secretary and Gu in the chair, its inputs being collected; its key."""
    on(company, 6, 17)
    with company.app.unit(company.fang) as unit:
        values = {"owner": "fang", "secretary": "fang", "chair": "gu", "participants": ["cui"], "meeting_on": "2026-07-15"}
        key = create_item(unit, "management_review", "Management review", values).key
    tasks = [{"title": "Risk results", "owner": "ana"}, {"title": "Feedback", "owner": "bo"}]
    company.do(company.fang, key, "open_collection", given={"input_tasks": tasks})
    return key


def tracking(company: Company) -> str:
    """The same, held, with three decisions approved."""
    key = collecting(company)
    on(company, 7, 8)
    company.do(company.fang, key, "complete_pack", given={**dict.fromkeys(INPUTS, "Looked at"), "data_from": "2026-06-30"})
    on(company, 7, 15)
    meeting = {"held_on": "2026-07-15", "attendance": ["gu", "fang", "cui"], "process_owners": 1, "process_owners_present": 1}
    company.do(company.gu, key, "hold", given=meeting)
    output: dict[str, Any] = {
        "minutes": "Who said what",
        "discussed": list(INPUTS),
        "opportunities": [{"title": "Restore faster at night", "owner": "ana", "due": "2026-10-30", "process": "incident"}],
        "decisions": [
            {"title": "A second shift", "owner": "bo", "due": "2026-09-30"},
            {"title": "A new tool", "owner": "ana", "due": "2026-12-31"},
        ],
        "change_statement": "None, because the scope stays",
    }
    company.do(company.fang, key, "write_minutes", given=output)
    company.do(company.gu, key, "approve_minutes")
    return key


def test_the_inputs_that_are_missing_are_named(company: Company) -> None:
    key = collecting(company)
    on(company, 7, 8)
    given = {**dict.fromkeys(INPUTS, "Looked at"), "data_from": "2026-06-30", "other_parties": None, "risk_results": None}
    assert company.refusals(company.fang, key, "complete_pack", given=given) == ["INPUTS_MISSING", "INPUTS_MISSING"]
    company.do(company.gu, key, "waive_input", "There are none", given={"which": "other_parties"})
    company.do(company.fang, key, "complete_pack", given={**given, "risk_results": "Two new risks"})
    assert company.item(key).state == "ready"
    assert company.item(key).fields["waived"] == ["other_parties"]


def test_what_nobody_may_write_by_hand_stays_as_it_is(company: Company) -> None:
    key = collecting(company)
    company.do(company.gu, key, "waive_input", "There are none", given={"which": "other_parties"})
    assert company.refusals(company.gu, key, "waive_input", "And more", given={"which": "resources", "waived": list(INPUTS)}) == [
        "READ_ONLY_FIELD"
    ]


def test_tasks_for_inputs_are_due_ten_days_before_and_dropped_with_the_pack(company: Company) -> None:
    key = collecting(company)
    tasks = company.item(key).children
    assert [str(one["due"]) for one in tasks] == ["2026-07-05", "2026-07-05"]
    on(company, 7, 8)
    company.do(company.fang, key, "complete_pack", given={**dict.fromkeys(INPUTS, "Looked at"), "data_from": "2026-06-30"})
    assert {one["state"] for one in company.item(key).children} == {"dropped"}


def test_three_decisions_are_three_records_and_what_is_carried_over_opens_the_next_review(company: Company) -> None:
    key = tracking(company)
    records = [one for one in company.item(key).children if one["state"] != "dropped"]
    assert [(one["workflow_id"], one["owner_id"], str(one["due"])) for one in records] == [
        ("improvement", company.ana, "2026-10-30"),
        ("action", company.bo, "2026-09-30"),
        ("action", company.ana, "2026-12-31"),
    ]
    close = {"decision_status": "See each", "next_on": "2026-10-15"}
    assert company.refusals(company.fang, key, "close", given=close) == ["GUARD_FALSE"]
    company.do(company.fang, key, "close", given={**close, "carried_over": "All three, Gu agrees", "consented": True})
    with company.app.reader() as unit:
        following = unit.hot.read_item(key="MR-2026-0002")
        assert verify_trail(unit).ok
    assert following is not None
    fields = following.fields
    assert (following.state, following.parent_id, following.owner_id) == ("scheduled", None, company.fang)
    assert (fields["meeting_on"], fields["hold_by"], fields["earlier_actions"]) == ("2026-10-15", "2027-07-15", "All three, Gu agrees")


def test_the_calendar_opens_each_review_five_weeks_before_and_a_late_one_moves_none(company: Company) -> None:
    on(company, 3, 10)
    assert reviews_created(company) == []
    on(company, 3, 12)
    first = reviews_created(company)
    on(company, 6, 11)  # the April one was held late, or not at all
    second = reviews_created(company)
    found = [company.item(key) for key in first + second]
    assert [(one.fields["meeting_on"], one.fields["hold_by"], one.owner_id) for one in found] == [
        ("2026-04-15", "2027-01-15", company.fang),
        ("2026-07-15", "2027-04-15", company.fang),
    ]


def reviews_created(company: Company) -> list[str]:
    """The management reviews that are opened now."""
    return [key for key in raise_due(company.app).created if key.startswith("MR")]
