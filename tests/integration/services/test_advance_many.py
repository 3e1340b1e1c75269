"""Many advances in one transaction: the same outcome as one by one, with everything each brings about."""

from __future__ import annotations

from pdca_engine.errors import Conflict, NotFound
from pdca_engine.services.advance_many import Move, Outcome, advance_many
from pdca_engine.services.verify import verify_trail
from tests.support.company import Company


def told(outcomes: list[Outcome]) -> list[str]:
    """Where each went, or the code that says why not."""
    return [one.advanced.target if one.advanced else type(one.error).__name__ for one in outcomes]


def many(company: Company, person: int, moves: list[Move], request_key: str | None = None) -> list[Outcome]:
    with company.app.unit(person) as unit:
        return advance_many(unit, moves, request_key)


def test_each_for_itself_with_its_messages_timers_and_refused_attempts(company: Company) -> None:
    keys = [company.propose(f"Item {number}") for number in range(4)]
    company.do(company.ana, keys[2], "submit")
    outcomes = many(company, company.ana, [*(Move(key, "submit") for key in keys), Move("IMP-1999-0001", "submit"), Move(keys[3], "close")])
    assert told(outcomes) == ["evaluating", "evaluating", "Refused", "evaluating", "NotFound", "Refused"]
    assert [company.item(key).state for key in keys] == ["evaluating"] * 4
    assert [company.item(key).seq for key in keys] == [2, 2, 3, 3]  # the refused attempts are kept
    with company.app.reader() as unit:
        assert verify_trail(unit).ok
        count = unit.session.connection().exec_driver_sql
        assert count("SELECT count(*) FROM message WHERE kind = 'notify'").scalar() == 4
        assert count("SELECT count(*) FROM schedule WHERE name = 'decide' AND wake_at IS NOT NULL").scalar() == 4


def test_a_repeated_request_answers_as_it_did_and_a_stale_version_is_a_conflict(company: Company) -> None:
    keys = [company.propose(f"Item {number}") for number in range(3)]
    moves = [Move(keys[0], "submit"), Move(keys[1], "submit", version=7), Move(keys[2], "submit", version=1)]
    first, again = many(company, company.ana, moves, "bulk"), many(company, company.ana, moves, "bulk")
    assert told(first) == told(again) == ["evaluating", "Conflict", "evaluating"]
    assert isinstance(first[1].error, Conflict) and first[1].error.params["version"] == 1
    assert [one.advanced.repeated for one in again if one.advanced] == [True, True]
    assert [company.item(key).version for key in keys] == [2, 1, 2]


def test_two_steps_of_one_item_are_done_in_their_order(company: Company) -> None:
    key, other = company.propose(), company.propose("Other")
    steps = [Move(key, "submit"), Move(other, "submit"), Move(key, "return_to_proposer", comment="More, please")]
    assert told(many(company, company.fang, steps)) == ["evaluating", "evaluating", "draft"]
    assert (company.item(key).state, company.item(other).state) == ("draft", "evaluating")


def test_what_reaches_other_items_is_done_too(company: Company) -> None:
    key, action = company.planned()
    company.do(company.bo, action, "start")
    company.show(action)
    other = company.propose("Other")
    outcomes = many(company, company.bo, [Move(action, "finish"), Move(other, "submit"), Move("IMP-1999-0001", "submit")])
    assert told(outcomes) == ["done", "evaluating", "NotFound"] and isinstance(outcomes[2].error, NotFound)
    assert company.item(key).state == "planned" and company.item(action).state == "done"
