"""`pdca scheduler`: the scheduler alone, for several nodes on one PostgreSQL."""

from __future__ import annotations

import os
import signal
import sys
import threading

from pdca_engine.cli.acting import opened, reading
from pdca_engine.cli.command import Call, command, noun
from pdca_engine.cli.language import say
from pdca_engine.cli.output import print_json, print_table
from pdca_engine.store.faults import where_is

app = noun("The scheduler alone, for several nodes.", "单独运行调度器（多节点）。")


@command(app, "run", "运行调度器，直至收到停止信号；可在多个节点同时运行。", acts=False)
def run(call: Call) -> None:
    """Run the scheduler until it is told to stop. Several may run on one database: nothing happens twice.

    With --json it prints one document as it begins: its process number and the database.
    """
    from pdca_engine.duties import DUTIES
    from pdca_engine.scheduler.runtime import run_scheduler

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with opened() as made:
        if call.json:
            print_json({"pid": os.getpid(), "database": where_is(made.settings)})
            sys.stdout.flush()
        print(say("The scheduler runs. Ctrl-C stops it.", "调度器已运行。按 Ctrl-C 停止。"), file=sys.stderr, flush=True)
        run_scheduler(made, stop, DUTIES)


@command(app, "status", "显示运行中的节点、滞后、待办数量与出错的计划。")
def status(call: Call) -> None:
    """Show the running nodes, how late the scheduler is, what is due and what was set aside."""
    from pdca_engine.scheduler.status import scheduler_status

    with reading(call) as unit:
        found = scheduler_status(unit)
    if call.json:
        print_json(found)
        return
    rows = {
        say("Nodes", "节点"): found.nodes,
        say("Due now", "当前到期"): found.due,
        say("Lag, seconds", "滞后（秒）"): found.lag_seconds,
        say("Set aside", "出错"): found.set_aside,
        say("Messages waiting", "待发消息"): found.messages_waiting,
        say("Oldest message, seconds", "最早消息（秒）"): found.outbox_age_seconds,
    }
    print_table(("", ""), [(name, "\n".join(map(str, value)) if isinstance(value, tuple) else value) for name, value in rows.items()])
