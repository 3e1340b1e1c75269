"""`pdca serve` as a process: it says where it is, lets its first administrator in, and ends when it is told to."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import httpx
import pytest

PATIENCE_S = 60


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    environment = {**os.environ, "PDCA_DATA_DIR": str(folder), "LANG": "C.UTF-8"}
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-m", "pdca_engine.cli.main", *words], env=environment, stdout=pipe, stderr=pipe, text=True)


def document(stream: IO[str]) -> Any:
    """The JSON document a process prints first."""
    lines = []
    for line in stream:
        lines.append(line)
        if line.rstrip() == "}":
            break
    return json.loads("".join(lines))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A server on a free port."""
    process = start(tmp_path, "serve", "--port", "0", "--json")
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate(timeout=PATIENCE_S)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_and_ends(server: subprocess.Popen[str], number: signal.Signals) -> None:
    """A new database, a page behind the link, the link once; then a signal, and exit code 0."""
    assert server.stdout is not None
    said = document(server.stdout)
    assert said["link"].startswith(said["url"]) and said["admin"] == "admin"
    with httpx.Client(follow_redirects=True, timeout=PATIENCE_S) as client:
        assert client.get(f"{said['url']}/livez").status_code == 200
        assert client.get(said["link"]).status_code == 200
        assert client.get(said["url"]).status_code == 200
    with httpx.Client(timeout=PATIENCE_S) as another:
        assert another.get(said["link"]).status_code != 303
    server.send_signal(number)
    assert server.wait(PATIENCE_S) == 0


def test_the_scheduler_alone_tells_that_it_runs_and_ends(tmp_path: Path) -> None:
    """One document at the beginning for whoever started it, exit code 0 at the end."""
    done = start(tmp_path, "init", "--json")
    done.communicate(timeout=PATIENCE_S)
    process = start(tmp_path, "scheduler", "run", "--json")
    assert process.stdout is not None
    assert document(process.stdout) == {"pid": process.pid, "database": str(tmp_path / "pdca.db")}
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0 and "Ctrl-C" in told


def test_a_port_in_use_is_told_before_anything_happens(tmp_path: Path) -> None:
    """Exit code 1, the next port, and no database was made."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = start(tmp_path / "data", "serve", "--port", str(port))
        _, complaint = done.communicate(timeout=PATIENCE_S)
    assert done.returncode == 1
    assert f"Port {port} is in use" in complaint and f"--port {port + 1}" in complaint
    assert not (tmp_path / "data").exists()


def test_an_address_that_is_not_here(tmp_path: Path) -> None:
    """Told in one sentence."""
    done = start(tmp_path, "serve", "--host", "203.0.113.7", "--port", "0")
    _, complaint = done.communicate(timeout=PATIENCE_S)
    assert done.returncode == 1 and "--host 127.0.0.1" in complaint and "Traceback" not in complaint
