"""One writer at a time on one SQLite file: among the threads of this process and among processes (docs/decisions/0002)."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque
from pathlib import Path

from pdca_engine.errors import StoreUnavailable


class FileLock:
    """A lock in turn of arrival on `path`: threads queue here, processes in the kernel (`flock`, released when a process is killed).

    `acquire` waits at most `patience` seconds and then raises StoreUnavailable.
    """

    def __init__(self, path: Path, patience: float) -> None:
        self.path = path
        self._patience = patience
        self._guard = threading.Lock()
        self._held = False
        self._queue: deque[threading.Lock] = deque()
        self._file: int | None = None

    def acquire(self) -> None:
        """Wait for the turn of this thread, then for that of this process."""
        deadline = time.monotonic() + self._patience
        self._take_turn(deadline)
        try:
            self._lock_file(deadline)
        except BaseException:
            self._pass_turn()
            raise

    def release(self) -> None:
        """Let the next one in."""
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._pass_turn()

    def close(self) -> None:
        """Give the file back. The file itself stays: removing it would let two writers lock two files of one name."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _take_turn(self, deadline: float) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._queue.append(turn)
        if turn.acquire(timeout=max(0.0, deadline - time.monotonic())):
            return
        with self._guard:
            if turn in self._queue:
                self._queue.remove(turn)
                raise self._too_long()
        # The turn came in the very moment of giving up: it is ours.

    def _pass_turn(self) -> None:
        with self._guard:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._held = False

    def _lock_file(self, deadline: float) -> None:
        if self._file is None:
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._wait_for_file(self._file, deadline)

    def _wait_for_file(self, file: int, deadline: float) -> None:
        """Block in the kernel's queue, in a thread of its own since `flock` knows no deadline."""
        got, gave_up, deciding = threading.Event(), threading.Event(), threading.Lock()

        def wait() -> None:
            fcntl.flock(file, fcntl.LOCK_EX)
            with deciding:
                if gave_up.is_set():
                    os.close(file)
                else:
                    got.set()

        threading.Thread(target=wait, name="pdca-file-lock", daemon=True).start()
        if got.wait(max(0.0, deadline - time.monotonic())):
            return
        with deciding:
            if got.is_set():
                return
            gave_up.set()
        self._file = None  # the waiting thread closes it, and with it the lock it may still get
        raise self._too_long()

    def _too_long(self) -> StoreUnavailable:
        return StoreUnavailable(
            why=f"another writer has held {self.path} for {self._patience:g} s",
            why_zh=f"另一写入者占用 {self.path} 已达 {self._patience:g} 秒",
            advice="Let the other program finish, or end it, then try again.",
            advice_zh="请等待另一程序结束或将其终止,然后重试。",
        )
