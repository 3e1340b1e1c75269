"""Things done at the same moment by several people: what one of them didn't see yet is not passed over."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from pdca_engine.errors import Refused, RequestKeyReused
from pdca_engine.services.creation import create_item
from pdca_engine.services.evidence import add_evidence
from pdca_engine.services.items import comment_item, edit_item
from pdca_engine.services.verify import verify_trail
from tests.support.company import Company

T = TypeVar("T")
GRACE = 0.3  # long enough for the other thread to reach the lock it waits for; nothing is measured


def all_at_once(tasks: list[Callable[[], T]]) -> list[T]:
    """What the tasks answered, begun together."""
    ready = threading.Barrier(len(tasks))

    def begin(task: Callable[[], T]) -> T:
        ready.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return [future.result() for future in [pool.submit(begin, task) for task in tasks]]


def test_an_action_added_while_its_improvement_is_cancelled_is_dropped_too(company: Company) -> None:
    key = company.approved()
    with ThreadPoolExecutor(1) as pool:
        with company.app.unit(company.ana) as unit:
            action = create_item(unit, "action", "Late idea", {"owner": company.bo, "due": "2026-06-30"}, parent=key).key
            cancelled = pool.submit(company.do, company.cui, key, "cancel", "no budget")
            time.sleep(GRACE)
        assert cancelled.result().target == "stopped"
    assert company.item(action).state == "dropped"


def test_the_same_request_at_the_same_moment_is_done_once_whatever_it_asks(company: Company) -> None:
    key, _ = company.planned()
    before = company.item(key)

    def create() -> str:
        with company.app.unit(company.ana) as unit:
            return create_item(unit, "improvement", "Once", {"process": "incident"}, request_key="create").key

    def edit() -> int:
        with company.app.unit(company.ana) as unit:
            return edit_item(unit, key, {"affected": "the new rota"}, request_key="edit").version

    def comment() -> int:
        with company.app.unit(company.ana) as unit:
            return comment_item(unit, key, "well done", request_key="comment")

    def confirm() -> int:  # leads back to the same state, so nothing but the request key stops a second one
        return company.do(company.cui, key, "confirm_plan", request_key="confirm").version

    for task in (create, edit, comment, confirm):
        assert len(set(all_at_once([task] * 4))) == 1
    after = company.item(key)
    assert (after.version - before.version, after.seq - before.seq) == (2, 3)
    assert after.recall["times"]["confirm_plan"] == 2
    with company.app.reader() as unit:
        assert verify_trail(unit).ok


def test_a_request_key_used_for_something_else_is_refused_and_not_answered(company: Company) -> None:
    one, two = company.propose("One"), company.propose("Two")

    def edit(key: str) -> None:
        with company.app.unit(company.ana) as unit:
            edit_item(unit, key, {"description": "Shorter"}, request_key="k")

    def comment() -> None:
        with company.app.unit(company.ana) as unit:
            comment_item(unit, one, "well done", request_key="k")

    def create() -> None:
        with company.app.unit(company.ana) as unit:
            create_item(unit, "improvement", "Three", request_key="k")

    def show() -> None:
        with company.app.unit(company.ana) as unit:
            add_evidence(unit, one, title="Chart", url="https://example.org/chart", request_key="k")

    edit(one)
    for task in (lambda: edit(two), comment, create, show, lambda: company.do(company.ana, one, "submit", request_key="k")):
        with pytest.raises(RequestKeyReused):
            task()
    edit(one)
    assert [company.item(key).seq for key in (one, two)] == [2, 1]


def test_two_parents_and_children_moving_at_once_never_wait_for_each_other_in_a_circle(company: Company) -> None:
    key, action = company.planned()
    company.do(company.bo, action, "start")
    done: list[str] = []

    def tried(person: int, moved: str, transition: str, comment: str | None = None) -> None:
        try:
            done.append(company.do(person, moved, transition, comment).target)
        except Refused as no:
            done.append(no.refusals()[0].code)

    all_at_once([lambda: tried(company.cui, key, "cancel", "no budget"), lambda: tried(company.cui, action, "drop", "no budget")])
    assert sorted(done) in (["dropped", "stopped"], ["NOT_FROM_THIS_STATE", "stopped"])
    assert (company.item(key).state, company.item(action).state) == ("stopped", "dropped")
