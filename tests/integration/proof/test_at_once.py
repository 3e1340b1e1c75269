"""Things done at the same moment by several people: what one of them didn't see yet is not passed over."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from pdca_engine.errors import Conflict, PdcaError
from pdca_engine.services.creation import create_item
from pdca_engine.services.items import comment_item, edit_item
from pdca_engine.services.verify import verify_trail
from tests.support.company import Company

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
