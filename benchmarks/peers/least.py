"""The least that does the job: six columns and a count are read, no memory of the item is kept, the entry's text is short."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from benchmarks.driver import Driver
from benchmarks.job import ACTOR, COST_LIMIT, PHASES, ROLE, ROLES, TOLD, Refused, Step, entry_hash, entry_text, message_body, serve

LOAD = """SELECT key, state, version, seq, head, fields, (SELECT count(*) FROM evidence WHERE item_id = item.id AND NOT superseded)
FROM item WHERE id = ?"""
CHANGE = """UPDATE item SET state = ?, state_since = ?, phase = ?, final = ?, closed_at = ?, version = version + 1, seq = ?, head = ?
WHERE id = ? AND version = ?"""
APPEND = """INSERT INTO entry (item_id, seq, at, kind, person_id, transition, source, target, text, hash)
VALUES (?, ?, ?, 'advanced', ?, ?, ?, ?, ?, ?)"""
TELL = """INSERT INTO message (unique_key, kind, person_id, item_id, body, created_at, attempts) VALUES (?, 'notify', ?, ?, ?, ?, 0)"""


class Contender(Driver):
    """BEGIN, load, change, append, tell, COMMIT."""

    def __init__(self, database: str) -> None:
        super().__init__(database)
        self._load, self._change, self._append, self._tell = map(self.marked, (LOAD, CHANGE, APPEND, TELL))

    def prepare(self, items: int) -> tuple[Sequence[int], int]:
        """Items of our own schema."""
        return self.ground.fresh_items(items), 0

    def advance(self, item: int, step: Step) -> None:
        """The job by hand."""
        execute = self.connection().execute
        execute(self.begin)
        key, state, version, seq, head, fields, evidence = execute(self._load, (item,)).fetchone()
        if ROLE not in ROLES[ACTOR] or state != step.source or orjson.loads(fields)["cost"] > COST_LIMIT or evidence < 1:
            raise Refused(step.transition)
        at = self.now()
        text = entry_text(item, seq + 1, step)
        new = entry_hash(head, text)
        final, closed = ("achieved", at) if step.target == "closed" else (None, None)
        values = (step.target, at, PHASES[step.target], final, closed, seq + 1, new, item, version)
        if execute(self._change, values).rowcount != 1:
            raise Refused("stale")
        execute(self._append, (item, seq + 1, at, ACTOR, step.transition, step.source, step.target, text, new))
        execute(self._tell, (f"{item}:{seq + 1}:{TOLD}", TOLD, item, message_body(key, step), at))
        execute("COMMIT")


if __name__ == "__main__":
    serve(Contender)
