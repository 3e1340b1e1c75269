"""This program: the service that every face calls, nothing left out, with the settings it comes with."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.driver import ACCOUNTS
from benchmarks.ground import Ground
from benchmarks.job import ACTOR, Step, serve
from pdca_engine.services.advance import advance_item
from pdca_engine.unit import open_app


class Contender:
    """One unit of work, one service."""

    accounts = ACCOUNTS

    def __init__(self, database: str) -> None:
        self._ground = Ground(database)
        self._app = open_app(self._ground.settings)

    def prepare(self, items: int) -> tuple[Sequence[str], int]:
        """The same fresh items as the raw driver's, by their keys."""
        return [self._ground.key(item) for item in self._ground.fresh_items(items)], 0

    def advance(self, item: str, step: Step) -> None:
        """As a page, the API or the command line would."""
        with self._app.unit(ACTOR) as unit:
            advance_item(unit, item, step.transition)


if __name__ == "__main__":
    serve(Contender)
