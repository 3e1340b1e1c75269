"""Advance: refusals whole, conflicts with both values, repeats harmless, effects together (acceptance 16, 18, 26, 28)."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from pdca_engine.errors import Conflict, NotAllowed, NotFound, PdcaError, Refused, RequestKeyReused
from pdca_engine.services.advance import advance_item
from pdca_engine.services.advance_many import Move, advance_many
from pdca_engine.services.creation import create_item
from pdca_engine.services.items import comment_item, edit_item
from pdca_engine.services.people import grant_role
from pdca_engine.services.steps import next_steps
from pdca_engine.services.verify import verify_trail
from tests.support.company import APPROVAL, PLAN, Company, days


def test_a_refusal_lists_everything_missing_in_both_languages(company: Company) -> None:
    key = company.approved()
    with pytest.raises(Refused) as no, company.app.unit(company.ana) as unit:
        advance_item(unit, key, "plan")
    missing = {one.field: one.code for one in no.value.refusals()}
    assert missing == {
        "measurement_plan": "NEEDS_FIELD",
        "way_back": "NEEDS_FIELD",
        "affected": "NEEDS_FIELD",
        "change_needed": "NEEDS_FIELD",
        "children": "NEEDS_CHILDREN",
    }
    assert all(one.sentence("zh") != one.sentence("en") for one in no.value.refusals())
    parts = next(one for one in no.value.refusals() if one.code == "NEEDS_CHILDREN")
    assert (parts.sentence("en"), parts.sentence("zh")) == ("at least 1 action(s) needed, 0 there", "至少需要 1 项措施，现有 0 项")
    assert company.item(key).state == "approved" and company.item(key).version == 3


def test_a_refused_attempt_stays_in_the_trail_and_changes_nothing_else(company: Company) -> None:
    key = company.propose()
    before = company.item(key)
    company.refusals(company.bo, key, "cancel", "no use")
    after = company.item(key)
    assert (after.seq, after.version, after.state) == (before.seq + 1, before.version, before.state)
    with company.app.reader() as unit:
        assert verify_trail(unit).ok


def test_a_wrong_role_is_not_allowed_and_a_wrong_state_is_refused(company: Company) -> None:
    key = company.propose()
    with pytest.raises(NotAllowed):
        company.do(company.bo, key, "cancel", "no use")
    assert company.refusals(company.cui, key, "close") == ["NOT_FROM_THIS_STATE"]
    assert company.refusals(company.cui, key, "fly") == ["NOT_FROM_THIS_STATE"]
    with pytest.raises(NotFound, match="IMP-1999-0001"):
        company.do(company.ana, "IMP-1999-0001", "submit")


def test_two_people_with_one_version(company: Company) -> None:
    key = company.approved()
    seen = company.item(key).version
    company.edit(company.ana, key, pilot_scope="Night shift")
    with pytest.raises(Conflict) as stale:
        company.do(company.cui, key, "cancel", "no use", given={"pilot_scope": "All"}, version=seen)
    assert stale.value.params["version"] == seen + 1
    assert stale.value.params["fields"] == {"pilot_scope": {"yours": "All", "now": "Night shift"}}
    assert company.item(key).state == "approved"


def test_a_comment_in_between_is_no_conflict(company: Company) -> None:
    key = company.propose()
    seen = company.item(key).version
    with company.app.unit(company.bo) as unit:
        comment_item(unit, key, "good idea")
    assert company.do(company.ana, key, "submit", version=seen).version == seen + 1


def test_a_repeated_request_gets_the_first_answer(company: Company) -> None:
    key = company.propose()
    company.do(company.ana, key, "submit")
    given = {**APPROVAL, "owner": company.ana}
    company.do(company.deng, company.propose(person=company.deng), "submit")
    first = company.do(company.cui, key, "approve", given=given, request_key="r-1")
    again = company.do(company.cui, key, "approve", given=given, request_key="r-1")
    assert (again.repeated, again.version, again.target) == (True, first.version, first.target)
    assert company.item(key).recall["times_ever"]["approve"] == 1
    with pytest.raises(RequestKeyReused):
        company.do(company.cui, key, "cancel", "no", request_key="r-1")


def test_a_request_key_belongs_to_its_person(company: Company) -> None:
    first, second = company.propose("One"), company.propose("Two", company.deng)
    company.do(company.ana, first, "submit", request_key="same")
    assert not company.do(company.deng, second, "submit", request_key="same").repeated


def test_the_same_request_from_many_threads_is_one_transition(company: Company) -> None:
    key = company.propose()
    answers: list[bool] = []

    def ask() -> None:
        answers.append(company.do(company.ana, key, "submit", request_key="once").repeated)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, True, True, True, True, True]
    assert company.item(key).seq == 2


def test_of_two_who_advance_one_version_exactly_one_wins(company: Company) -> None:
    key = company.propose()
    version = company.item(key).version
    outcomes: list[str] = []

    def go(person: int) -> None:
        try:
            company.do(person, key, "submit", version=version)
            outcomes.append("done")
        except PdcaError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=go, args=(person,)) for person in (company.ana, company.bo, company.deng, company.eva)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["CONFLICT", "CONFLICT", "CONFLICT", "done"]
    with company.app.reader() as unit:
        assert verify_trail(unit).ok


def test_a_whole_life_ends_achieved_and_verifies(company: Company) -> None:
    key, _ = company.checking()
    company.do(company.eva, key, "confirm_effective")
    company.show(key, company.ana)
    done = dict.fromkeys(("documents_updated", "people_trained", "monitoring_set", "rolled_out"), "done")
    company.do(company.ana, key, "standardise", given={**done, "standardised": "Rota 2.0 published"})
    result = {"final_result": 7.9, "benefit": "2.5 h less", "reported_to": "customers", "lessons": "ask the night shift"}
    assert company.refusals(company.cui, key, "close", given=result) == ["TOO_EARLY"]
    company.clock.forward(days(90))
    company.do(company.cui, key, "close", given=result)
    row = company.item(key)
    assert (row.state, row.final, row.phase) == ("closed", "achieved", "act")
    assert row.closed_at == company.clock.now()
    assert company.refusals(company.ana, key, "submit") == ["NOT_FROM_THIS_STATE"]
    with company.app.reader() as unit:
        report = verify_trail(unit)
    assert report.ok and report.items == 2


def test_a_failed_check_goes_round_again_up_to_five_times(company: Company) -> None:
    key, _ = company.checking(verdict="improved_below_target")
    company.edit(company.fang, key, baseline_mean=10.45)
    assert company.refusals(company.eva, key, "confirm_effective") == ["GUARD_FALSE"]
    for cycle in range(1, 5):
        company.do(company.eva, key, "declare_not_effective", given={"verdict": "improved_below_target", **_check(cycle)})
        company.do(company.cui, key, "replan", "try shifts", given={"new_target_date": "2026-12-31"})
        row = company.item(key)
        assert (row.state, row.cycle, row.attempt) == ("planned", cycle + 1, 1)
        assert row.recall["times"] == {}
        company.do(company.cui, key, "confirm_plan")
        with company.app.unit(company.ana) as unit:
            action = create_item(unit, "action", f"Shift {cycle}", {"owner": company.bo, "due": "2026-09-30"}, parent=key).key
        company.do(company.ana, key, "start", given={"change_needed": False})
        company.finish_action(action)
        company.do(company.ana, key, "start_trial", given={"trial_end": "2026-10-01", "wash_in": 1})
        company.do(company.ana, key, "end_trial", given={"trial_points": 8})
    company.do(company.eva, key, "declare_not_effective", given={"verdict": "improved_below_target", **_check(5)})
    assert company.refusals(company.cui, key, "replan", "again", given={"new_target_date": "2026-12-31"}) == ["MAX_CYCLES"]
    with company.app.reader(company.gu) as unit:
        ready = {step.transition.name for step in next_steps(unit, key) if step.allowed}
    assert ready == {"accept_partial"}


def _check(cycle: int) -> dict[str, object]:
    return {"trial_points": 8, "trial_mean": 9.6 - cycle / 10, "side_effects": "none", "conclusion": "below target"}


def test_an_earlier_cycle_is_read_only(company: Company) -> None:
    key, _ = company.checking(verdict="no_evidence")
    company.do(company.eva, key, "declare_not_effective", given={"baseline_mean": 10.45})
    company.do(company.cui, key, "replan", "other way", given={"new_target_date": "2026-12-31"})
    with pytest.raises(Refused) as no, company.app.unit(company.ana) as unit:
        edit_item(unit, key, {"trial_mean": 1.0}, cycle=1)
    assert [one.code for one in no.value.refusals()] == ["READ_ONLY_CYCLE"]


def test_hold_moves_due_dates_only_when_asked(company: Company) -> None:
    for shift, expected in ((None, "2026-09-30"), (True, "2026-10-14")):
        key = company.approved(f"Shift {shift}")
        company.edit(company.cui, key, due="2026-09-30")
        company.clock.at = company.clock.at.replace(month=4, day=10)
        company.do(company.cui, key, "hold", "no people", given={"resume_on": "2026-05-30"})
        company.clock.forward(days(14))
        company.do(company.cui, key, "resume", given={"shift": shift})
        assert company.item(key).state == "approved"
        assert company.item(key).due == date.fromisoformat(expected)
        company.clock.at = company.clock.at.replace(month=3, day=2)


def test_cancel_drops_the_open_actions_with_it(company: Company) -> None:
    key, action = company.planned()
    company.do(company.cui, key, "cancel", "budget is gone")
    assert company.item(action).state == "dropped"
    assert company.item(key).state == "stopped"
    with company.app.reader() as unit:
        assert verify_trail(unit).ok


def test_the_way_back_is_carried_out_after_the_improvement_ended(company: Company) -> None:
    key, _ = company.checking(verdict="worse")
    company.do(company.eva, key, "declare_not_effective", given={"baseline_mean": 10.45})
    stopped = company.do(company.cui, key, "stop", "slower", given={"undone": "the old rota again", "lessons": "ask first"})
    (back,) = stopped.created
    assert (company.item(back).parent_id, company.item(back).due) == (company.item(key).id, date(2026, 3, 16))
    company.do(company.ana, back, "start")
    company.show(back, company.ana)
    company.do(company.ana, back, "finish")
    assert company.item(back).state == "verifying"
    company.do(company.eva, back, "accept")
    assert (company.item(back).state, company.item(key).state) == ("done", "stopped")


def test_a_finding_that_breaks_no_requirement_becomes_an_improvement(company: Company) -> None:
    with company.app.unit(company.eva) as unit:
        values = {"process": "incident", "grade": "minor", "requirements": ["8.6.1"], "owner": company.ana}
        made = create_item(unit, "nonconformity", "Late records", {**values, **_nonconformity()})
    company.clock.forward(days(1))
    with company.app.unit(engine=True) as unit:
        grant_role(unit, company.eva, "lead_auditor")
    done = company.do(company.eva, made.key, "downgrade", "no requirement broken", given={"requirement_met": True})
    assert company.item(made.key).final == "ended"
    (created,) = done.created
    assert company.item(created).title == "Late records" and company.item(created).workflow_id == "improvement"


def _nonconformity() -> dict[str, object]:
    return {"description": "Records are late", "origin": "internal_audit"}


def test_many_at_once_each_for_itself(company: Company) -> None:
    keys = [company.propose(f"Item {number}") for number in range(5)]
    company.do(company.ana, keys[2], "submit")
    with company.app.unit(company.ana) as unit:
        outcomes = advance_many(unit, [Move(key, "submit") for key in [*keys, "IMP-1999-0001"]], request_key="bulk")
    assert [bool(one.advanced) for one in outcomes] == [True, True, False, True, True, False]
    assert [company.item(key).state for key in keys] == ["evaluating"] * 5
    with company.app.reader() as unit:
        assert verify_trail(unit).ok


def test_notices_lie_in_the_outbox_once(company: Company) -> None:
    key = company.propose()
    company.do(company.ana, key, "submit", request_key="k")
    company.do(company.ana, key, "submit", request_key="k")
    with company.app.reader() as unit:
        rows = unit.session.connection().exec_driver_sql("SELECT kind, person_id FROM message").fetchall()
    assert [tuple(row) for row in rows] == [("notify", company.fang)]


def test_next_tells_what_each_step_lacks_and_asks_only_that(company: Company) -> None:
    key = company.propose()
    company.do(company.ana, key, "submit")
    with company.app.reader(company.cui) as unit:
        steps = {step.transition.name: step for step in next_steps(unit, key)}
    assert steps["approve"].allowed and not steps["return_to_proposer"].allowed
    assert [field.name for field in steps["reject"].asks] == [] and steps["reject"].asks_comment
    assert {"value", "risk", "owner", "target_date"} <= {field.name for field in steps["approve"].asks}
    assert "process" not in {field.name for field in steps["approve"].asks}


def test_bad_values_are_told_all_at_once_and_nothing_is_lost(company: Company) -> None:
    key = company.approved()
    given = {**PLAN, "min_points": "many", "owner": "nobody", "on_sip": "maybe", "colour": "red", "way_back": "a\x00b"}
    with pytest.raises(Refused) as no:
        company.do(company.ana, key, "plan", given=given)
    bad = {one.field for one in no.value.refusals() if one.code in ("BAD_VALUE", "UNKNOWN_FIELD")}
    assert bad == {"min_points", "owner", "on_sip", "colour", "way_back"}
    assert [one.code for one in no.value.refusals() if one.field == "way_back"] == ["BAD_VALUE"]
    assert company.item(key).state == "approved"


def test_an_action_without_a_check_is_done_in_one_step(company: Company) -> None:
    _, action = company.planned()
    company.do(company.bo, action, "start")
    company.show(action)
    done = company.do(company.bo, action, "finish", request_key="f")
    assert (done.target, done.version) == ("done", company.item(action).version)
