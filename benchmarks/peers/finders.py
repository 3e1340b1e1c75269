"""What three libraries find in a file, in a process that has them: texts come in as JSON on standard input, what they said goes out.

Each gets the most it offers: its schema, its own validation, the machine built and started, and then every event of the way through.
"""

from __future__ import annotations

import io
import json
import logging
import sys
import warnings
from collections.abc import Callable
from typing import Any

EVENTS = ("start", "finish", "accept")
Finder = Callable[[str], Callable[[], None]]
"""Loads a text, which raises what is wrong with it, and answers how to run it."""


def statemachine(text: str) -> Callable[[], None]:
    """python-statemachine: SCXML read, the class built, the machine started, its events sent.

    With what it leaves out for SCXML switched on: its checks of a chart's shape, guards compiled when they are read, and errors raised.
    """
    from statemachine.io.scxml.processor import SCXMLProcessor

    class Strict(SCXMLProcessor):
        """The processor with all checks that its classes have."""

        def definition_kwargs(self, definition: Any) -> dict[str, Any]:
            """What the class is built with."""
            checks = ("validate_disconnected_states", "validate_trap_states", "validate_final_reachability")
            return {**super().definition_kwargs(definition), **dict.fromkeys(checks, True), "catch_errors_as_events": False}

    processor = Strict(trusted=False)
    processor.parse_scxml("small", text)
    machine = processor.start()

    def run() -> None:
        for event in EVENTS:
            machine.send(event)

    return run


def sismic(text: str) -> Callable[[], None]:
    """sismic: its YAML read against its schema, the statechart validated, an interpreter built, its events sent."""
    from sismic.interpreter import Interpreter
    from sismic.io import import_from_yaml

    chart = import_from_yaml(text)
    chart.validate()
    interpreter = Interpreter(chart)

    def run() -> None:
        interpreter.execute(max_steps=1000)
        for event in EVENTS:
            interpreter.queue(event)
            interpreter.execute(max_steps=1000)

    return run


def spiff(text: str) -> Callable[[], None]:
    """SpiffWorkflow: BPMN validated against the standard's XSD, the specification built, the process started, its tasks done."""
    from SpiffWorkflow.bpmn import BpmnWorkflow
    from SpiffWorkflow.bpmn.parser import BpmnParser, BpmnValidator
    from SpiffWorkflow.util.task import TaskState

    parser = BpmnParser(validator=BpmnValidator())
    parser.add_bpmn_io(io.BytesIO(text.encode()))
    workflow = BpmnWorkflow(parser.get_spec("small"), parser.get_subprocess_specs("small"))

    def run() -> None:
        for _ in range(20):
            workflow.do_engine_steps()
            ready = workflow.get_tasks(state=TaskState.READY, manual=True)
            if not ready:
                break
            ready[0].data.setdefault("amount", 3)
            ready[0].run()

    return run


FINDERS: dict[str, Finder] = {"statemachine": statemachine, "sismic": sismic, "spiff": spiff}


def found(name: str, text: str) -> tuple[str, str]:
    """("load", "run" or "", what was said)."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a warning counts as found
        try:
            run = FINDERS[name](text)
        except Exception as error:
            return "load", f"{type(error).__name__}: {error}"
        try:
            run()
        except Exception as error:
            return "run", f"{type(error).__name__}: {error}"
    return "", ""


def main() -> None:
    """Answer every (library, text) in the order they came."""
    logging.disable(logging.CRITICAL)
    sent: list[tuple[str, str]] = json.load(sys.stdin)
    answers: list[Any] = [found(name, text) for name, text in sent]
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
