"""The limit: the driver doing the same statements, by hand, with nothing around them.

One SELECT reads all that a decision looks at, the UPDATE writes what changes with the item's recall, the entry and the message say what
ours say. The rules are an if.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from benchmarks.driver import Driver
from benchmarks.job import ACTOR, COST_LIMIT, PHASES, ROLE, ROLES, STEPS, TOLD, Refused, Step, entry_hash, serve

COLUMNS = """id, key, title, description, workflow_id, workflow_version_id, state, state_since, phase, final, cycle, attempt, owner_id,
proposer_id, checker_id, process_id, service_id, requirements, priority, source, due, tags, fields, recall, parent_id, created_at,
closed_at, silenced, version, seq, head, import_key"""
CYCLE, ATTEMPT, FIELDS, RECALL = (re.split(r",\s+", COLUMNS).index(name) for name in ("cycle", "attempt", "fields", "recall"))
LOAD = f"""SELECT {COLUMNS}, coalesce((SELECT value FROM counter WHERE name = 'directory'), 0),
CAST((SELECT json_group_array(json_object('id', child.id, 'key', child.key, 'workflow_id', child.workflow_id, 'state', child.state,
 'final', child.final, 'owner_id', child.owner_id, 'due', child.due, 'fields', json(child.fields), 'recall', json(child.recall),
 'evidence', (SELECT count(*) FROM evidence WHERE item_id = child.id AND NOT superseded)))
 FROM item AS child WHERE child.parent_id = item.id) AS text),
CAST((SELECT json_group_array(json_object('id', id, 'kind', kind, 'dated', dated, 'added_at', added_at))
 FROM evidence WHERE item_id = item.id AND NOT superseded) AS text),
CAST((SELECT json_group_array(json_object('id', id, 'kind', kind, 'to_item_id', to_item_id)) FROM link WHERE item_id = item.id) AS text)
FROM item WHERE key = ?"""
ON_POSTGRESQL = {
    "json_group_array": "json_agg",
    "json_object": "json_build_object",
    "json(child.fields)": "child.fields::json",
    "json(child.recall)": "child.recall::json",
}
CHANGE = "UPDATE item SET {columns}, version = version + 1, seq = ?, head = ? WHERE id = ? AND version = ? AND seq = ?"
APPEND = """INSERT INTO entry (item_id, seq, at, kind, person_id, transition, source, target, request_key, text, hash)
VALUES (?, ?, ?, 'advanced', ?, ?, ?, ?, ?, ?, ?)"""
TELL = """INSERT INTO message (unique_key, kind, person_id, item_id, body, created_at, attempts) VALUES (?, 'notify', ?, ?, ?, ?, 0)
ON CONFLICT DO NOTHING"""


class Contender(Driver):
    """BEGIN, load, change, append, tell, COMMIT."""

    def __init__(self, database: str) -> None:
        super().__init__(database)
        load = LOAD
        for here, there in ({} if self.sqlite else ON_POSTGRESQL).items():
            load = load.replace(here, there)
        self._load, self._append, self._tell = map(self.marked, (load, APPEND, TELL))
        self._changes = {step.transition: self.marked(CHANGE.format(columns=_columns(step))) for step in STEPS}

    def prepare(self, items: int) -> tuple[Sequence[str], int]:
        """Items of our own schema, by their keys."""
        return [self.ground.key(item) for item in self.ground.fresh_items(items)], 0

    def advance(self, key: str, step: Step) -> None:
        """The job by hand."""
        execute = self.connection().execute
        execute(self.begin)
        row = execute(self._load, (key,)).fetchone()
        item, _, title, _, _, _, state, *_, version, seq, head, _, _, _, evidence, _ = row
        cycle, attempt, fields, recall = row[CYCLE], row[ATTEMPT], row[FIELDS], row[RECALL]
        if ROLE not in ROLES[ACTOR] or state != step.source or orjson.loads(fields)["cost"] > COST_LIMIT or not orjson.loads(evidence):
            raise Refused(step.transition)
        at, moment = self.now(), datetime.now(UTC).isoformat()
        recall = orjson.dumps(_recall(orjson.loads(recall), step, moment), option=orjson.OPT_SORT_KEYS).decode()
        text = _text(item, seq + 1, moment, step, {"cycle": cycle, "attempt": attempt, "version": version + 1})
        new = entry_hash(head, text)
        values = [step.target, at, recall, *_phase(step), *(("achieved", at) if step.target == "closed" else ())]
        if execute(self._changes[step.transition], [*values, seq + 1, new, item, version, seq]).rowcount != 1:
            raise Refused("stale")
        execute(self._append, (item, seq + 1, at, ACTOR, step.transition, step.source, step.target, None, text, new))
        execute(self._tell, (f"{item}:{seq + 1}:notify::{TOLD}", TOLD, item, _body(key, title, step), at))
        execute("COMMIT")


def _phase(step: Step) -> tuple[str, ...]:
    """The new phase, where it is another one."""
    return () if PHASES[step.source] == PHASES[step.target] else (PHASES[step.target],)


def _columns(step: Step) -> str:
    """The columns that change."""
    names = ["state", "state_since", "recall"]
    names += ["phase"] * len(_phase(step)) + ["final", "closed_at"] * (step.target == "closed")
    return ", ".join(f"{name} = ?" for name in names)


def _recall(recall: dict[str, Any], step: Step, moment: str) -> dict[str, Any]:
    """What the item's row remembers of its way."""
    recall["previous"] = step.source
    for name, value in (("times", 1), ("times_ever", 1), ("fired", [ACTOR])):
        recall.setdefault(name, {})[step.transition] = value
    recall.setdefault("entered", {})[step.target] = moment
    recall.setdefault("held", {})
    recall.setdefault("due_moved", 0)
    return recall


def _text(item: int, seq: int, moment: str, step: Step, detail: dict[str, Any]) -> str:
    """The entry as our trail writes it."""
    detail |= {"phase": PHASES[step.target], "role": ROLE, **({"final": "achieved"} if step.target == "closed" else {})}
    said = {"at": f"{moment[:26]}Z", "detail": detail, "from": step.source, "item": item, "kind": "advanced", "person": ACTOR}
    said |= {"request": None, "seq": seq, "to": step.target, "transition": step.transition}
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()


def _body(key: str, title: str, step: Step) -> str:
    """What our outbox tells."""
    said = {"by": ACTOR, "comment": None, "key": key, "source": step.source, "target": step.target, "title": title}
    return orjson.dumps({**said, "transition": step.transition}, option=orjson.OPT_SORT_KEYS).decode()


if __name__ == "__main__":
    serve(Contender)
