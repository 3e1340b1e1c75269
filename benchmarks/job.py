"""The job every contender does, and the loop that times it.

One advance: load the item, check the actor's role, the guard and what is needed (a piece of evidence), change the state under a version
check, append a trail entry chained by hash, write an outbox row, one durable commit. An item walks five such steps from draft to closed.

A contender is a module with a class `Contender`, run as `python -m benchmarks.peers.NAME DATABASE`, each in an environment of its own.
It is told what to do by lines of JSON and answers each with one:

    {"do": "prepare", "items": 40}    fresh items, not timed   {"created": trail entries it wrote for that}
    {"do": "advance", "threads": 1}   all of them, to the end  {"advances": 200, "wall": s, "cpu": s}
    {"do": "accounts"}                how to check the work    {"entries": SQL, "messages": SQL, "states": SQL}
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from threading import Barrier
from typing import Any, NamedTuple, Protocol

import orjson


class Step(NamedTuple):
    """One transition."""

    transition: str
    source: str
    target: str


STEPS = (
    Step("plan", "draft", "planned"),
    Step("start", "planned", "doing"),
    Step("finish", "doing", "checking"),
    Step("confirm", "checking", "standardising"),
    Step("close", "standardising", "closed"),
)
STATES = ("draft", "planned", "doing", "checking", "standardising", "closed")
PHASES = {"draft": "plan", "planned": "plan", "doing": "do", "checking": "check", "standardising": "act", "closed": "act"}
ROLE, ACTOR, TOLD = "process_owner", 1, 2
ROLES = {ACTOR: frozenset({ROLE})}
"""Who holds which role, in memory: every contender gets it for nothing."""
COST, COST_LIMIT = 1200.0, 50000.0
GENESIS = bytes(32)


@dataclass(frozen=True)
class Accounts:
    """SQL for whoever checks: `entries` gives (item, seq, text, hash) in order, `messages` one count, `states` (state, count)."""

    entries: str
    messages: str
    states: str


class Contender(Protocol):
    """One way of doing the job."""

    accounts: Accounts

    def prepare(self, items: int) -> tuple[Sequence[Any], int]:
        """Handles of fresh items in draft with a piece of evidence each, and how many trail entries that took."""
        ...

    def advance(self, item: Any, step: Step) -> None:
        """Do the job once; called from several threads at a time, never for one item at a time."""
        ...


def entry_text(item: int, seq: int, step: Step) -> str:
    """The trail entry as canonical JSON."""
    return orjson.dumps(
        {
            "at": datetime.now(UTC).isoformat(),
            "item": item,
            "kind": "advanced",
            "person": ACTOR,
            "seq": seq,
            "source": step.source,
            "target": step.target,
            "transition": step.transition,
        },
        option=orjson.OPT_SORT_KEYS,
    ).decode()


def entry_hash(previous: bytes, text: str) -> bytes:
    """SHA-256 over the previous hash and the text."""
    return hashlib.sha256(previous + text.encode()).digest()


def message_body(key: str, step: Step) -> str:
    """What the outbox tells."""
    return orjson.dumps({"item": key, "transition": step.transition, "target": step.target}).decode()


class Refused(Exception):
    """A contender said no where it had to say yes."""


class Runner:
    """Does what it is told with one contender."""

    def __init__(self, contender: Contender) -> None:
        self._contender = contender
        self._items: Sequence[Any] = ()
        self._pools: dict[int, ThreadPoolExecutor] = {}

    def answer(self, told: dict[str, Any]) -> dict[str, Any]:
        """Carry one line out."""
        if told["do"] == "prepare":
            self._items, created = self._contender.prepare(told["items"])
            return {"created": created}
        if told["do"] == "advance":
            return self._advance(told["threads"])
        return asdict(self._contender.accounts)

    def _advance(self, threads: int) -> dict[str, Any]:
        work = self._walk if threads == 1 else self._side_by_side(threads)
        wall, cpu = time.perf_counter(), time.process_time()
        work(self._items)
        return {
            "advances": len(self._items) * len(STEPS),
            "wall": time.perf_counter() - wall,
            "cpu": time.process_time() - cpu,
        }

    def _walk(self, items: Sequence[Any]) -> None:
        """Each step for all items before the next, as many people working at once would."""
        advance = self._contender.advance
        for step in STEPS:
            for item in items:
                advance(item, step)

    def _side_by_side(self, threads: int) -> Callable[[Sequence[Any]], None]:
        """The same in threads that live on, so that each keeps its connection; each has items of its own."""
        pool = self._pools.setdefault(threads, ThreadPoolExecutor(threads))
        together = Barrier(threads)

        def share(items: Sequence[Any]) -> None:
            together.wait()
            self._walk(items)

        def work(items: Sequence[Any]) -> None:
            for done in [pool.submit(share, items[place::threads]) for place in range(threads)]:
                done.result()

        return work


def serve(make: Callable[[str], Contender]) -> None:
    """Answer lines from standard input until it ends."""
    runner = Runner(make(sys.argv[1]))
    for line in sys.stdin:
        print(json.dumps(runner.answer(json.loads(line))), flush=True)
