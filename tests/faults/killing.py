"""Processes that do something until they are killed. They are forked, because starting Python anew 500 times would take the afternoon;
the parent has no thread and no connection while it forks."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

PATIENCE = 60.0  # seconds until a child that says nothing is taken for stuck


class Ready:
    """A pipe through which a child says that it works now."""

    def __init__(self) -> None:
        self.reader, self._writer = os.pipe()

    def tell(self) -> None:
        """Say so."""
        os.write(self._writer, b"1")

    def forget_writer(self) -> None:
        """The parent keeps only its own end, so that a dead child is noticed."""
        os.close(self._writer)


Work = Callable[[int, int, Ready], None]  # slot, seed, where to say that it works now


class ChildFailed(Exception):
    """A child ended by itself although it should have gone on until it was killed."""


@dataclass(slots=True)
class Child:
    """One running process."""

    pid: int
    ready: Ready

    def wait_ready(self) -> None:
        """Until it works. ChildFailed when it ends, or says nothing for too long."""
        found, _, _ = select.select([self.ready.reader], [], [], PATIENCE)
        if not found or not os.read(self.ready.reader, 1):
            self.kill()
            raise ChildFailed("a child did not come up")

    def ended(self) -> int | None:
        """How it ended, if it did: its exit status."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if pid else None

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone. ChildFailed when it had ended by itself."""
        status = self.ended()
        if status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.ready.reader)
        if status is not None:
            raise ChildFailed(f"a child ended by itself with {status}")


def start(work: Work, slot: int, seed: int) -> Child:
    """Fork a process that does `work`."""
    ready = Ready()
    pid = os.fork()
    if pid:
        ready.forget_writer()
        return Child(pid, ready)
    status = 1
    try:
        work(slot, seed, ready)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def kill_often(work: Work, kills: int, luck: Random, slots: int = 2, longest: float = 0.25) -> None:
    """Keep `slots` processes at `work`; kill one of them at a random moment, `kills` times, and start it anew.

    One time in ten it is killed while it still starts up, one time in ten all are killed at once.
    """
    running = [start(work, slot, luck.getrandbits(32)) for slot in range(slots)]
    done = 0
    while done < kills:
        together = luck.random() < 0.1
        chosen = range(slots) if together else [luck.randrange(slots)]
        if luck.random() > 0.1:
            for slot in chosen:
                running[slot].wait_ready()
        time.sleep(luck.uniform(0, longest))
        for slot in chosen:
            running[slot].kill()
            running[slot] = start(work, slot, luck.getrandbits(32))
            done += 1
    for child in running:
        child.kill()
