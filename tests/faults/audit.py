"""What must be true of the database after any number of kills: nothing lost, nothing doubled, nothing half-done."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from pdca_engine.services.verify import verify_trail
from pdca_engine.settings import Settings
from pdca_engine.unit import Unit, open_app
from tests.faults.ledger import Record
from tests.faults.parcels import ANA, MESSAGES, TIMERS

CHANGING = ("created", "advanced", "edited", "assigned")
KINDS = {"advance": "advanced", "edit": "edited", "comment": "commented", "create": "created"}


@dataclass
class Findings:
    """What was counted and what was wrong."""

    counted: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def check(self, right: bool, what: str) -> None:
        """Note `what` unless it is right."""
        if not right:
            self.wrong.append(what)


def audit(settings: Settings, records: Iterable[Record]) -> Findings:
    """Open the database anew and look at everything."""
    found = Findings()
    app = open_app(settings)
    with app.reader() as unit:
        report = verify_trail(unit)
        found.check(report.ok, f"trail: {report.first_broken}")
        found.counted.update(items=report.items, entries=report.entries)
        _requests(unit, records, found)
        _versions(unit, found)
        _messages(unit, found)
        _children(unit, found)
        _timers(unit, found)
        _numbers(unit, found)
        _whole_file(unit, found)
    app.close()
    return found


def rows(unit: Unit, query: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a query."""
    return (tuple(row) for row in unit.session.connection().exec_driver_sql(query).fetchall())


def _requests(unit: Unit, records: Iterable[Record], found: Findings) -> None:
    """Every acknowledged request is there once, as it was acknowledged; every other one at most once."""
    query = (
        "SELECT e.request_key, e.kind, e.seq, e.text, i.key FROM entry e JOIN item i ON i.id = e.item_id WHERE e.request_key IS NOT NULL"
    )
    written = defaultdict(list)
    for request, *entry in rows(unit, query):
        written[request].append(entry)
    for record in records:
        entries = written.pop(f"{ANA}:{record.errand.request}", [])
        found.counted[_fate(record)] += 1
        _request(record, entries, found)
    found.check(not written, f"entries nobody asked for: {list(written)[:3]}")


def _fate(record: Record) -> str:
    return "unanswered" if record.answer is None else "acknowledged" if "done" in record.answer else "refused"


def _request(record: Record, entries: list[list[Any]], found: Findings) -> None:
    errand, answer = record.errand, record.answer
    if len(entries) > 1:
        found.wrong.append(f"doubled: {errand}")
    if answer is None:
        return
    if "done" not in answer:
        found.check(not entries, f"refused, and done all the same: {errand}")
        return
    if not entries:
        found.wrong.append(f"lost: {errand}")
        return
    kind, seq, text, key = entries[0]
    version = orjson.loads(text)["detail"].get("version")
    told = {"comment": seq, "create": key}.get(errand.what, version)
    found.check((kind, told) == (KINDS[errand.what], answer["done"]), f"not as acknowledged: {errand} {answer} {kind} {told}")
    found.check(errand.what == "create" or key == errand.item, f"done to another item: {errand} {key}")


def _versions(unit: Unit, found: Findings) -> None:
    """An item's version counts its changing entries, its seq all of them."""
    kinds = ", ".join(f"'{kind}'" for kind in CHANGING)
    query = (
        "SELECT i.key, i.version, i.seq, count(*), sum(CASE WHEN e.kind IN (" + kinds + ") THEN 1 ELSE 0 END) "
        "FROM item i JOIN entry e ON e.item_id = i.id GROUP BY i.key, i.version, i.seq"
    )
    for key, version, seq, entries, changing in rows(unit, query):
        found.check((version, seq) == (changing, entries), f"{key}: version {version}, seq {seq}; {changing} changes, {entries} entries")


def _messages(unit: Unit, found: Findings) -> None:
    """Every step's messages are there, each once, and there are no others."""
    wanted: Counter[str] = Counter()
    steps = rows(unit, "SELECT item_id, seq, transition FROM entry WHERE kind = 'advanced'")
    owners = dict(rows(unit, "SELECT id, owner_id FROM item"))
    for item, seq, transition in steps:
        number = (1 if owners[item] else 0) if transition == "drop" else MESSAGES[transition]
        wanted.update({f"{item}:{seq}": number} if number else {})
    written = Counter(
        ":".join(key.split(":")[:2])
        for (key,) in rows(unit, "SELECT unique_key FROM message WHERE kind IN ('notify', 'escalate') AND item_id IS NOT NULL")
    )
    found.counted["messages"] += written.total()
    found.check(wanted == written, f"messages: missing {list(wanted - written)[:3]}, too many {list(written - wanted)[:3]}")


def _children(unit: Unit, found: Findings) -> None:
    """One part for each time a parcel was sent, and open only while the parcel is."""
    query = (
        "SELECT i.key, i.state, (SELECT count(*) FROM entry e WHERE e.item_id = i.id AND e.transition = 'send' AND e.kind = 'advanced'), "
        "(SELECT count(*) FROM item c WHERE c.parent_id = i.id), "
        "(SELECT count(*) FROM item c WHERE c.parent_id = i.id AND c.state = 'open') FROM item i WHERE i.workflow_id = 'parcel'"
    )
    for key, state, sent, children, still_open in rows(unit, query):
        found.check(sent == children, f"{key} was sent {sent} times and has {children} parts")
        found.check(still_open == (1 if state == "sent" else 0), f"{key} is {state} and has {still_open} open parts")


def _timers(unit: Unit, found: Findings) -> None:
    """Exactly the timers of the present state are awake."""
    awake = defaultdict(set)
    for item, name in rows(unit, "SELECT item_id, name FROM schedule WHERE item_id IS NOT NULL AND wake_at IS NOT NULL"):
        awake[item].add(name)
    for item, key, workflow, state in rows(unit, "SELECT id, key, workflow_id, state FROM item"):
        wanted = TIMERS[state] if workflow == "parcel" else {"mend"} if state == "open" else set()
        found.check(awake[item] == wanted, f"{key} is {state}; awake: {awake[item]}")


def _numbers(unit: Unit, found: Findings) -> None:
    """Keys are numbered without a gap: a number whose item was undone is given again."""
    for (workflow,) in rows(unit, "SELECT DISTINCT workflow_id FROM item"):
        keys = sorted(int(key.rsplit("-", 1)[1]) for (key,) in rows(unit, f"SELECT key FROM item WHERE workflow_id = '{workflow}'"))
        found.check(keys == list(range(1, len(keys) + 1)), f"the keys of {workflow} have gaps")


def _whole_file(unit: Unit, found: Findings) -> None:
    """SQLite's own look at its file, and no row that points nowhere."""
    if unit.app.store.dialect == "sqlite":
        found.check(list(rows(unit, "PRAGMA integrity_check")) == [("ok",)], "integrity_check")
        found.check(not list(rows(unit, "PRAGMA foreign_key_check")), "foreign_key_check")
