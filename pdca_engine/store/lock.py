"""One writer at a time on one SQLite file: among the threads of this process and among processes (docs/decisions/0002)."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path
from types import TracebackType

from pdca_engine.errors import StoreUnavailable


class FileLock:
    """A lock on `path`: threads wait for a mutex, processes in the kernel's queue (`flock`, released when a process is killed).

    `acquire` waits at most `patience` seconds and then raises StoreUnavailable; OSError when the file can't be made.
    """

    def __init__(self, path: Path, patience: float) -> None:
        self.path = path
        self._patience = patience
        self._mutex = threading.Lock()
        self._owner = 0
        self._file: int | None = None

    def acquire(self) -> None:
        """Wait for the turn of this thread, then for that of this process."""
        if not self._mutex.acquire(blocking=False):
            self._wait_for_threads()
        self._owner = threading.get_ident()
        try:
            self._lock_file()
        except BaseException:
            self._owner = 0
            self._mutex.release()
            raise

    def release(self) -> None:
        """Let the next one in."""
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._owner = 0
        self._mutex.release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, kind: type[BaseException] | None, broken: BaseException | None, trace: TracebackType | None) -> None:
        self.release()

    def close(self) -> None:
        """Give the file back. The file itself stays: removing it would let two writers lock two files of one name."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _wait_for_threads(self) -> None:
        if self._owner == threading.get_ident():
            raise RuntimeError("a transaction inside a transaction would wait for itself: hand the outer one down")
        if not self._mutex.acquire(timeout=self._patience):
            raise self._too_long()

    def _lock_file(self) -> None:
        if self._file is None:
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._wait_for_processes(self._file)

    def _wait_for_processes(self, file: int) -> None:
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
        if got.wait(self._patience):
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
            advice_zh="请等待另一程序结束或将其终止，然后重试。",
        )
