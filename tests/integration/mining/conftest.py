"""A short history with everything in it that an event log tells: a parent and its action, a link, a deputy, a refusal, a migration."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from pdca_engine.errors import Refused
from pdca_engine.services.creation import create_item
from pdca_engine.services.items import assign_item
from pdca_engine.services.links import link_item
from pdca_engine.services.migrating.migrations import apply_migration, find_route
from pdca_engine.services.people import add_deputy
from pdca_engine.services.workflows import publish_workflow
from tests.support.jobs import JOB, JOB_2, NAMES
from tests.support.office import Office


@pytest.fixture
def history(office: Office) -> Office:
    """Two improvements, one with an action; three jobs, of which one went back and forth; then the workflow was changed under them."""
    first, second = office.new_improvement("First", service="payment"), office.new_improvement("Second <&>")
    with office.app.unit(office.gu) as unit:
        publish_workflow(unit, JOB, "job.yaml", "for this test")
        add_deputy(unit, office.cui, office.deng, None, None)
        link_item(unit, second, "caused by", to=first)
        create_item(unit, "action", "Do it", parent=first)
    with office.app.unit(office.cui) as unit:
        assign_item(unit, first, "owner", office.li)
    office.advance(first, "submit", office.li)
    with suppress(Refused):
        office.advance(first, "approve", office.li)
    office.advance(first, "return_to_proposer", office.deng, "Not yet")
    _jobs(office)
    with office.app.unit(office.gu) as unit:
        publish_workflow(unit, JOB_2, "job.yaml", "New names")
        apply_migration(unit, find_route(unit, "job", 1, 2, NAMES, "map.yaml"), "New names")
    office.advance("JOB-2026-0001", "look", office.li)
    return office


def _jobs(office: Office) -> None:
    for steps in (["start", "pause", "go_on"], ["start", "look", "end"], []):
        with office.app.unit(office.li) as unit:
            key = create_item(unit, "job", "A job").key
        for step in steps:
            office.clock.forward(timedelta(days=1))
            office.advance(key, step, office.li)
