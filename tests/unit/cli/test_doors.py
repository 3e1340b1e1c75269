"""The root: what it imports, how it speaks, how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pdca_engine.cli import main
from pdca_engine.cli.main import COMMANDS, run
from pdca_engine.cli.trouble import end_with
from tests.support.terminal import Terminal

HEAVY = ("sqlalchemy", "pydantic", "transitions", "cel_expr_python", "fastapi", "rich", "openpyxl", "babel")


def test_help_imports_nothing_heavy() -> None:
    """`pdca --help` answers at once: no library of the inner rooms is loaded for it."""
    script = (
        "import sys; from pdca_engine.cli.main import run; code = run(['--help']);"
        f"sys.exit(code or sum(name in sys.modules for name in {HEAVY!r}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_is_there(pdca: Terminal, name: str) -> None:
    """The static table promises nothing that can't be called."""
    said = pdca(name, "--help")
    assert said.code == 0 and said.out.startswith(f"Usage: pdca {name}")


def test_unknown_words_name_the_nearest(pdca: Terminal) -> None:
    """Exit code 2 and what to type."""
    said = pdca("itms", "list")
    assert said.code == 2 and "Did you mean items?" in said.err and "pdca --help" in said.err


@pytest.mark.parametrize(
    ("words", "zh"), [(("items", "list", "--colour"), "没有此选项：--colour"), (("calendar", "add"), "缺少参数"), (("itms",), "没有命令")]
)
def test_usage_errors_in_chinese(pdca: Terminal, words: tuple[str, ...], zh: str) -> None:
    """The parser's own errors, too."""
    said = pdca("--lang", "zh", *words)
    assert said.code == 2 and zh in said.err


def test_usage_errors_as_json(pdca: Terminal) -> None:
    """A program gets a document whatever goes wrong."""
    said = pdca.json("items", "list", "--colour", code=2)
    assert said["code"] == "USAGE" and said["next"] == ["pdca items list --help"]


@pytest.mark.parametrize(
    ("variable", "value", "chinese"),
    [("PDCA_LANGUAGE", "zh", True), ("LANG", "zh_CN.UTF-8", True), ("LC_ALL", "zh_CN.UTF-8", True), ("LANG", "de_DE.UTF-8", False)],
)
def test_the_terminal_chooses_the_language(
    pdca: Terminal, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, chinese: bool
) -> None:
    """PDCA_LANGUAGE, else the terminal's own variables."""
    monkeypatch.setenv(variable, value)
    assert ("不是日期" in pdca("calendar", "add", "x", "1 day").err) is chinese


def test_settings_that_cannot_be_used_are_all_told(pdca: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every variable by its name."""
    monkeypatch.setenv("PDCA_TIMEZONE", "Mars/Olympus")
    monkeypatch.setenv("PDCA_PORT", "http")
    said = pdca("items", "list")
    assert said.code == 1 and "PDCA_TIMEZONE" in said.err and "PDCA_PORT" in said.err


def test_what_nobody_foresaw_goes_to_the_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 70, a reference on the terminal, the details under it in the log."""
    monkeypatch.setenv("PDCA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANG", "C.UTF-8")

    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError("nobody thought of this")

    monkeypatch.setattr(main, "app", breaks)
    assert run(["items", "list"]) == 70
    out, err = capsys.readouterr()
    reference = err.split("quote ")[1].split(":")[0]
    assert "nobody thought of this" not in out + err
    log = (tmp_path / "pdca.log").read_text(encoding="utf-8")
    assert reference in log and "nobody thought of this" in log


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt(), 130), (BrokenPipeError(), 0)])
def test_stopping_is_no_fault(error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C and a reader who has gone."""
    with monkeypatch.context() as patch, Path("/dev/null").open("w") as nowhere:
        patch.setattr(sys, "stderr", nowhere)
        assert end_with(error, as_json=False) == code
