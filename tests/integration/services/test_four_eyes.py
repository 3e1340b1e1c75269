"""Separation of duties over the item's whole history (acceptance 8)."""

from __future__ import annotations

from pdca_engine.services.items import assign_item
from pdca_engine.services.people import add_account, add_deputy, add_person, grant_role
from tests.support.company import APPROVAL, Company


def test_the_check_with_all_its_tricks(company: Company) -> None:
    key, _ = company.checking()
    assert "FOUR_EYES_OWNER" in company.refusals(company.ana, key, "confirm_effective")
    assert "FOUR_EYES_IMPLEMENTER" in company.refusals(company.bo, key, "confirm_effective")
    with company.app.unit(company.cui) as unit:
        assign_item(unit, key, "owner", company.deng)
    assert "FOUR_EYES_OWNER_HISTORY" in company.refusals(company.ana, key, "confirm_effective")
    assert "FOUR_EYES_OWNER" in company.refusals(company.deng, key, "confirm_effective")
    with company.app.unit(engine=True) as unit:
        add_deputy(unit, company.bo, company.eva, None, None)
    assert "FOUR_EYES_IMPLEMENTER" in company.refusals(company.eva, key, "confirm_effective", acting_for=company.bo)
    assert company.item(key).state == "checking"
    done = company.do(company.eva, key, "confirm_effective")
    assert done.target == "standardising"
    with company.app.reader() as unit:
        kinds = unit.session.connection().exec_driver_sql("SELECT kind FROM entry WHERE kind = 'refused'").fetchall()
    assert len(kinds) == 5


def test_a_second_account_is_the_same_person(company: Company) -> None:
    key, _ = company.checking()
    with company.app.unit(engine=True) as unit:
        add_account(unit, company.ana, "ana.second")
    with company.app.reader() as unit:
        assert unit.directory.find_person("ana.second") == company.ana
    assert "FOUR_EYES_OWNER" in company.refusals(company.ana, key, "confirm_effective")


def test_a_dropped_action_leaves_its_implementer_dependent(company: Company) -> None:
    key, action = company.planned()
    with company.app.unit(company.bo) as unit:
        assign_item(unit, action, "owner", company.ana)
    company.do(company.ana, key, "start")
    company.show(action)
    company.do(company.ana, action, "start")
    company.do(company.ana, action, "finish")
    company.do(company.ana, key, "start_trial", given={"trial_end": "2026-06-01", "wash_in": 1})
    company.do(company.ana, key, "end_trial", given={"trial_points": 12})
    assert "FOUR_EYES_IMPLEMENTER_HISTORY" in company.refusals(company.bo, key, "confirm_effective")


def test_the_decision_moves_up_where_independence_leaves_nobody(company: Company) -> None:
    key = company.propose(person=company.cui)
    company.do(company.cui, key, "submit")
    given = {**APPROVAL, "owner": company.ana}
    assert "FOUR_EYES_PROPOSER" in company.refusals(company.cui, key, "approve", given=given)
    assert "NOT_YOUR_ROLE" in company.refusals(company.deng, key, "approve", given=given)
    company.do(company.fang, key, "approve", given=given)
    with company.app.reader() as unit:
        text = (
            unit.session.connection()
            .exec_driver_sql("SELECT text FROM entry WHERE transition = 'approve' AND kind = 'advanced'")
            .scalar_one()
        )
    assert '"moved_up":true' in text and '"role":"sms_manager"' in text


def test_it_does_not_move_up_while_another_process_owner_is_independent(company: Company) -> None:
    with company.app.unit(engine=True) as unit:
        other = add_person(unit, "Hu", "hu")
        grant_role(unit, other, "process_owner", process="incident")
    key = company.propose(person=company.cui)
    company.do(company.cui, key, "submit")
    given = {**APPROVAL, "owner": company.ana}
    assert "NOT_YOUR_ROLE" in company.refusals(company.fang, key, "approve", given=given)
    assert company.do(other, key, "approve", given=given).target == "approved"


def test_a_deputy_acts_for_the_absent_and_counts_as_both(company: Company) -> None:
    with company.app.unit(engine=True) as unit:
        add_deputy(unit, company.cui, company.eva, None, None)
    key = company.propose()
    company.do(company.ana, key, "submit")
    company.do(company.eva, key, "approve", given={**APPROVAL, "owner": company.ana})
    assert set(company.item(key).recall["fired"]["approve"]) == {company.cui, company.eva}


def test_nobody_acts_for_somebody_they_are_not_deputy_of(company: Company) -> None:
    key = company.propose()
    company.do(company.ana, key, "submit")
    assert company.refusals(company.eva, key, "approve", given={**APPROVAL, "owner": company.ana}, acting_for=company.cui) == [
        "NOT_YOUR_ROLE"
    ]
