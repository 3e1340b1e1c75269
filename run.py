#!/usr/bin/env python3
"""The two commands of a checkout, needing nothing but Python 3.11 and pip: `python3 run.py serve --demo` and `python3 run.py test`.

Both make `.venv` once, with exactly the packages of a lock file, and again when `pyproject.toml` or a lock changes.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from ctypes.util import find_library
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 -- because whoever runs this may well have an older one
    sys.exit("This needs Python 3.11 or newer. Call it with one: python3.11 run.py …")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
BASE = Path(sys.base_prefix, "bin", "python{}.{}".format(*sys.version_info))
PYTHON = str(BASE) if BASE.exists() else sys.executable  # not the one of an environment that is switched on: it may have no pip
LOCKS = {"serve": ROOT / "requirements.lock", "test": ROOT / "requirements-test.lock"}
WORKERS = (os.cpu_count() or 1) + 1  # one more than there are cores: a test that waits for a browser or a disk leaves its core to others
USAGE = "Usage: python3 run.py serve [--demo …]   the program, in a browser\n       python3 run.py test [pytest's …]  every check and test"


def say(text: str) -> None:
    """A line for whoever waits."""
    print(text, file=sys.stderr, flush=True)


def installer() -> list[str]:
    """The command that installs into `.venv`: pip, or uv where there is no pip."""
    if subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return [PYTHON, "-m", "pip", "--disable-pip-version-check", "--python", str(BIN / "python"), "install", "--quiet"]
    if shutil.which("uv"):
        return ["uv", "pip", "install", "--quiet", "--python", str(BIN / "python")]
    sys.exit("There is no pip for this Python. On Debian: apt-get install python3-pip. Then run this again.")


def prepare(command: str) -> None:
    """Make `.venv` hold what `command` needs; nothing to do when its stamp says so. What tests need holds what serving needs."""
    state = hashlib.sha256(b"".join(path.read_bytes() for path in (ROOT / "pyproject.toml", *LOCKS.values()))).hexdigest()
    stamp = VENV / "stamp"
    made = stamp.read_text() if stamp.exists() and (BIN / "python").exists() else ""
    if made in {f"{command} {state}", f"test {state}"}:
        return
    install = installer()
    say(f"Installing the packages of {LOCKS[command].name} into .venv; this happens once …")
    steps = [
        [PYTHON, "-m", "venv", "--without-pip", *([] if (BIN / "python").exists() else ["--clear"]), str(VENV)],
        [*install, "-r", str(LOCKS[command])],
        [*install, "--no-deps", "--no-build-isolation", "-e", str(ROOT)],
    ]
    for step in steps:
        if subprocess.run(step).returncode:
            sys.exit("The packages could not be installed; the lines above say why. Is there a network, and room on the disk?")
    stamp.write_text(f"{command} {state}")


def find_browser() -> None:
    """Let root install Chromium where it is missing; the tests themselves skip or fail when there is none."""
    if os.environ.get("CI") == "true":
        os.environ.setdefault("PDCA_REQUIRE_BROWSER", "1")
    ready = shutil.which("chromium") and find_library("atomic")
    if ready or os.geteuid() or not shutil.which("apt-get"):
        return
    say("Installing Chromium for the browser tests …")
    for step in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", "chromium", "libatomic1"]):
        subprocess.run(["apt-get", *step], env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, stdout=subprocess.DEVNULL)


def test(arguments: list[str]) -> int:
    """Run every part, whatever the others say, then name those that failed."""
    find_browser()
    parts = {
        "ruff check": ["ruff", "check", "."],
        "ruff format": ["ruff", "format", "--check", "."],
        "mypy": ["mypy"],
        "pytest": ["pytest", f"--numprocesses={WORKERS}", *arguments],
    }
    failed = []
    for name, (program, *rest) in parts.items():
        say(f"== {name}")
        if subprocess.run([str(BIN / program), *rest], cwd=ROOT).returncode:
            failed.append(name)
    say(f"Failed: {', '.join(failed)}." if failed else "Everything passed.")
    return 1 if failed else 0


def main(command: str = "", *arguments: str) -> int:
    """Prepare, then go on with `pdca serve` or the tests; returns the exit code."""
    if command not in LOCKS:
        say(USAGE)
        return 0 if command in {"-h", "--help"} else 2
    prepare(command)
    if command == "test":
        return test(list(arguments))
    os.execv(BIN / "pdca", ["pdca", "serve", *arguments])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
