"""One `transitions` machine per workflow version, shared by all threads and all items: the only importer of that library.

Its traps are kept out: no model is ever registered with it, no string from YAML becomes a callback, every state it can reach was checked
before. Conditions and effects live in `decide`; the machine answers one question: where does this step lead from here?
"""

from __future__ import annotations

import logging
from typing import Any

from transitions import Machine, MachineError

from pdca_engine.definition.paper.words import TO_PREVIOUS, TO_SAME
from pdca_engine.definition.paper.workflow import Transition, Workflow

logging.getLogger("transitions").setLevel(logging.WARNING)  # it logs several lines an event, at five times the cost


class _Place:
    """A throw-away thing with a state, for one step."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


class Steps:
    """The machine of one workflow version. It is asked once for each step, and remembers: its answer depends on nothing else."""

    def __init__(self, workflow: Workflow) -> None:
        self._machine = _build_machine(workflow)
        self._known: dict[tuple[str, str, str | None], str | None] = {}

    def target(self, transition: Transition, state: str, previous: str | None) -> str | None:
        """The state that `transition` leads to from `state`, or None where the machine knows no such step."""
        place = (transition.name, state, previous if transition.target == TO_PREVIOUS else None)
        if place not in self._known:
            self._known[place] = self._ask(*place)
        return self._known[place]

    def _ask(self, name: str, state: str, previous: str | None) -> str | None:
        event = self._machine.events.get(f"{name}:{previous}" if previous else name)
        if event is None:
            return None
        place = _Place(state)
        try:
            event.trigger(place)
        except MachineError:
            return None
        return place.state


def _build_machine(workflow: Workflow) -> Machine:
    """The machine of a checked workflow. Every step is one trigger; a step back to `previous` is one trigger per place to return to."""
    rows = [row for transition in workflow.transitions.values() for row in _rows(workflow, transition)]
    return Machine(
        model=None,
        states=list(workflow.states),
        transitions=rows,
        initial=workflow.initial.name,
        auto_transitions=False,
        send_event=True,
        queued=False,
    )


def _rows(workflow: Workflow, transition: Transition) -> list[dict[str, Any]]:
    sources = list(transition.sources)
    if transition.target == TO_SAME:
        return [{"trigger": transition.name, "source": sources, "dest": "="}]
    if transition.target == TO_PREVIOUS:
        return [
            {"trigger": f"{transition.name}:{place}", "source": sources, "dest": place}
            for place in dict.fromkeys(place for source in sources for place in places_before(workflow, source))
        ]
    return [{"trigger": transition.name, "source": sources, "dest": transition.target}]


def places_before(workflow: Workflow, state: str) -> tuple[str, ...]:
    """The states from which a transition leads into `state`: where `previous` can return to."""
    return tuple(
        dict.fromkeys(source for one in workflow.transitions.values() if one.target == state for source in one.sources if source != state)
    )
