"""A program on a fresh database, and a workflow whose schedules are due every minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from pdca_engine.clock import SystemClock
from pdca_engine.records.items import Item
from pdca_engine.records.schedules import Node, Occurrence
from pdca_engine.services.workflows import publish_workflow
from pdca_engine.settings import Settings
from pdca_engine.unit import App, open_app

PULSE = """
workflow: {name}
title: {{en: Pulse, zh: 脉搏}}
key: {key}
states:
  open: {{phase: plan, initial: true, title: {{en: Open, zh: 打开}}}}
  done: {{phase: act, final: achieved, title: {{en: Done, zh: 完成}}}}
transitions:
  end: {{from: open, to: done, by: any_staff, title: {{en: End, zh: 结束}}}}
schedules:
"""
BEAT = """  beat_{number}:
    title: {{en: Beat, zh: 跳动}}
    cron: "* * * * *"
    catch_up: latest
    then:
      - create: {{workflow: {name}, title: {{en: Beat, zh: 跳动}}}}
"""
PATIENCE_S = 30
MORE_THAN_A_MINUTE = timedelta(seconds=65)


@dataclass(frozen=True)
class Pulse:
    """The program, and questions about what its schedulers did."""

    app: App

    def publish(self, name: str = "pulse", key: str = "PUL", schedules: int = 1) -> None:
        """Publish the workflow as if a minute ago: each of its schedules is due now, once."""
        text = PULSE.format(name=name, key=key) + "".join(BEAT.format(number=number, name=name) for number in range(schedules))
        now = self.app.store.server_time() or SystemClock().now()
        with self.app.at(now - MORE_THAN_A_MINUTE).unit(engine=True) as unit:
            publish_workflow(unit, text, f"{name}.yaml", "for a test")

    def items(self, workflow: str = "pulse") -> int:
        """How many items its schedules opened."""
        return self._count(select(func.count()).select_from(Item).where(Item.workflow_id == workflow))

    def fired(self) -> int:
        """How many occurrences there were."""
        return self._count(select(func.count()).select_from(Occurrence).where(Occurrence.state == "fired"))

    def nodes(self) -> int:
        """How many schedulers say that they run."""
        return self._count(select(func.count()).select_from(Node))

    def _count(self, query: object) -> int:
        with self.app.reader(engine=True) as unit:
            return unit.session.scalar(query)


def wait_for(true: Callable[[], object]) -> None:
    """Until it is; fails after half a minute."""
    for _ in range(PATIENCE_S * 20):
        if true():
            return
        time.sleep(0.05)
    pytest.fail("it did not happen")


@pytest.fixture
def pulse(settings: Settings) -> Iterator[Pulse]:
    """On SQLite and on PostgreSQL."""
    app = open_app(settings)
    yield Pulse(app)
    app.close()
