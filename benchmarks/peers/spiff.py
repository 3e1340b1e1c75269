"""SpiffWorkflow: the process as BPMN, serialised as JSON, read and written at each step.

Generous: with the driver's own SQL, no ORM.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import psycopg
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from benchmarks.job import (
    ACTOR,
    COST,
    GENESIS,
    ROLE,
    ROLES,
    STEPS,
    TOLD,
    Accounts,
    Refused,
    Step,
    entry_hash,
    entry_text,
    message_body,
    serve,
)

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -32768", "temp_store = MEMORY")
SCHEMA = """
CREATE TABLE item (id INTEGER PRIMARY KEY, key TEXT UNIQUE, title TEXT, state TEXT, fields TEXT, process TEXT, version INTEGER, head BYTEA);
CREATE TABLE evidence (id INTEGER PRIMARY KEY, item_id INTEGER REFERENCES item, title TEXT, superseded INTEGER);
CREATE INDEX ix_evidence ON evidence (item_id);
CREATE TABLE entry (item_id INTEGER REFERENCES item, seq INTEGER, at TEXT, person INTEGER, text TEXT, hash BYTEA, UNIQUE (item_id, seq));
CREATE TABLE message (unique_key TEXT PRIMARY KEY, person INTEGER, item_id INTEGER REFERENCES item, body TEXT, created_at TEXT);
"""
LOAD = """SELECT key, process, version, head, fields, (SELECT count(*) FROM evidence WHERE item_id = item.id AND superseded = 0)
FROM item WHERE id = ?"""


def bpmn() -> bytes:
    """The job as a BPMN process: one user task a step, all in the lane of the role."""
    names = [step.transition for step in STEPS]
    ends = ["begin", *names, "closed"]
    tasks = "".join(f'<userTask id="{name}" name="{name}"/>' for name in names)
    flows = "".join(
        f'<sequenceFlow id="f{place}" sourceRef="{source}" targetRef="{target}"/>' for place, (source, target) in enumerate(pairwise(ends))
    )
    lane = "".join(f"<flowNodeRef>{name}</flowNodeRef>" for name in names)
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="job" targetNamespace="job">'
        '<process id="job" isExecutable="true">'
        f'<laneSet id="lanes"><lane id="lane" name="{ROLE}">{lane}</lane></laneSet>'
        f'<startEvent id="begin"/>{tasks}<endEvent id="closed"/>{flows}</process></definitions>'
    ).encode()


class Contender:
    """Read the process, complete its task, write it back, append, tell, commit."""

    accounts = Accounts(
        entries="SELECT item_id, seq, text, hash FROM entry ORDER BY item_id, seq",
        messages="SELECT count(*) FROM message",
        states="SELECT state, count(*) FROM item GROUP BY state",
    )

    def __init__(self, database: str) -> None:
        self._sqlite = "://" not in database
        self._mark = "?" if self._sqlite else "%s"
        self._connection: Any = self._connect(database)
        for statement in SCHEMA.strip().split(";\n"):
            self._connection.execute(statement)
        parser = BpmnParser()
        parser.add_bpmn_str(bpmn())
        self._serializer = BpmnWorkflowSerializer()
        begun = BpmnWorkflow(parser.get_spec("job"))
        begun.do_engine_steps()
        self._begun = self._serializer.serialize_json(begun)
        self._made = 0

    def _connect(self, database: str) -> Any:
        if not self._sqlite:
            return psycopg.connect(database, autocommit=True, prepare_threshold=0)
        connection = sqlite3.connect(database, isolation_level=None, timeout=30)
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _execute(self, sql: str, values: Sequence[Any] = ()) -> Any:
        return self._connection.execute(sql.replace("?", self._mark), values)

    def prepare(self, items: int) -> tuple[Sequence[int], int]:
        """Fresh items whose process waits at its first task."""
        ids = range(self._made + 1, self._made + items + 1)
        self._made += items
        self._execute("BEGIN")
        for item in ids:
            values = (item, f"MEA-{item:06}", f"Improvement {item}", "draft", json.dumps({"cost": COST}), self._begun, 0, GENESIS)
            self._execute("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
            self._execute("INSERT INTO evidence VALUES (?, ?, ?, ?)", (item, item, "Shown", 0))
        self._execute("COMMIT")
        return ids, 0

    def advance(self, item: int, step: Step) -> None:
        """The lane says who, the script engine evaluates the guard."""
        self._execute("BEGIN IMMEDIATE" if self._sqlite else "BEGIN")
        key, process, version, head, fields, evidence = self._execute(LOAD, (item,)).fetchone()
        workflow = self._serializer.deserialize_json(process)
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        task.data.update(json.loads(fields))
        affordable = workflow.script_engine.evaluate(task, "cost <= 50000.0")
        if task.task_spec.bpmn_id != step.transition or task.task_spec.lane not in ROLES[ACTOR] or not affordable or evidence < 1:
            raise Refused(step.transition)
        task.run()
        workflow.do_engine_steps()
        text = entry_text(item, version + 1, step)
        new, now = entry_hash(head, text), datetime.now(UTC).isoformat()
        change = "UPDATE item SET state = ?, process = ?, version = ?, head = ? WHERE id = ? AND version = ?"
        values = (step.target, self._serializer.serialize_json(workflow), version + 1, new, item, version)
        if self._execute(change, values).rowcount != 1:
            raise Refused("stale")
        self._execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)", (item, version + 1, now, ACTOR, text, new))
        message = (f"{item}:{version + 1}:{TOLD}", TOLD, item, message_body(key, step), now)
        self._execute("INSERT INTO message VALUES (?, ?, ?, ?, ?)", message)
        self._execute("COMMIT")


if __name__ == "__main__":
    serve(Contender)
