"""How a command ends when something is wrong: a sentence, what to do next, and the exit code. A traceback only ever goes to the log."""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from typing import Any, Final

import typer

from pdca_engine.cli.language import language, say
from pdca_engine.cli.output import clean, print_json
from pdca_engine.errors import Conflict, PdcaError, Refusal, SignInNeeded, Unexpected

USAGE: Final = 2
STOPPED: Final = 130
LOG_BYTES: Final = 1_000_000
# What the parser finds wrong, by its kind, in Chinese; the details (an option, a value) are put behind.
USAGE_ZH: Final = {
    "NoSuchOption": "没有此选项",
    "MissingParameter": "缺少参数",
    "BadParameter": "参数值无效",
    "BadOptionUsage": "选项用法错误",
    "BadArgumentUsage": "参数用法错误",
}


class PersonNeeded(SignInNeeded):
    """Say for whom to act: add `--as LOGIN`, or set PDCA_TOKEN. `pdca people list` shows who there is."""

    zh = "请指明以谁的身份操作：加上 `--as 登录名`，或设置 PDCA_TOKEN。`pdca people list` 列出人员。"
    code = "PERSON_NEEDED"
    exit_code = USAGE


@contextmanager
def and_then(*commands: str) -> Iterator[None]:
    """Whatever is refused inside names these as the commands to type next; where the database won't, they wouldn't help."""
    try:
        yield
    except PdcaError as error:
        for one in commands if error.status < PdcaError.status and error.exit_code != USAGE else ():
            error.add_note(one)
        raise


def end_with(error: BaseException, *, as_json: bool) -> int:
    """Say what is wrong, and answer the exit code."""
    if isinstance(error, PdcaError) and type(error) is not PdcaError:
        return _told(error, as_json)
    if isinstance(error, typer.TyperException):
        return _usage(error, as_json)
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        print(say("Stopped.", "已停止。"), file=sys.stderr)
        return STOPPED
    if isinstance(error, BrokenPipeError):
        sys.stderr.close()  # whoever read us has gone; nobody is left to tell
        return 0
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 1
    return _inside(error, as_json)


def _told(error: PdcaError, as_json: bool) -> int:
    spoken = language()
    nexts = [*getattr(error, "__notes__", ())]
    if as_json:
        document: dict[str, Any] = {"code": error.code, "title": error.sentence(spoken), "next": nexts}
        document["errors"] = [one.as_data(spoken) for one in error.refusals()]
        if isinstance(error, Conflict):
            document["conflict"] = dict(error.params)
        print_json(document)
        return error.exit_code
    say_error(error.sentence(spoken))
    told = error.sentence(spoken)
    for one in error.refusals():
        if one.sentence(spoken) != told:
            _complain(_refusal_line(one, spoken))
    for name, both in (error.params.get("fields") or {}).items() if isinstance(error, Conflict) else ():
        _complain(
            say(f"  {name}: yours {both['yours']!r}, now {both['now']!r}", f"  {name}：您的值 {both['yours']!r}，现值 {both['now']!r}")
        )
    for one_next in nexts:
        _complain(say(f"Next: {one_next}", f"下一步：{one_next}"))
    return error.exit_code


def _refusal_line(one: Refusal, spoken: str) -> str:
    where = f" [{one.field}]" if one.field else ""
    return f"  - {one.sentence(spoken)}{where}"


def say_error(sentence: str) -> None:
    """One sentence to the standard error, marked as an error."""
    _complain(say(f"Error: {sentence}", f"错误：{sentence}"))


def _complain(text: str) -> None:
    print(clean(text), file=sys.stderr)


def _usage(error: typer.TyperException, as_json: bool) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.format_message())
        return USAGE
    sentence = _usage_sentence(error)
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "pdca"
    if as_json:
        print_json({"code": "USAGE", "title": sentence, "errors": [], "next": [f"{path} --help"]})
        return USAGE
    say_error(sentence)
    _complain(say(f"Next: {path} --help", f"下一步：{path} --help"))
    return USAGE


def _usage_sentence(error: typer.TyperException) -> str:
    """The parser's own English, or our Chinese with what it is about."""
    known = USAGE_ZH.get(type(error).__name__)
    if language() != "zh" or known is None:
        return error.format_message()
    parameter = getattr(error, "param", None)
    about = getattr(error, "option_name", None) or (parameter.get_error_hint() if parameter is not None else "")
    return f"{known}：{about}"


def _inside(error: BaseException, as_json: bool) -> int:
    """Something nobody foresaw: into the log under a reference, and only the reference to the person."""
    reference = secrets.token_hex(4)
    unexpected = Unexpected(reference=reference)
    unexpected.add_note("pdca doctor")
    place = _log(reference, error)
    if place and not as_json:
        unexpected.add_note(say(f"look for {reference} in {place}", f"在 {place} 中查找 {reference}"))
    return _told(unexpected, as_json)


def _log(reference: str, error: BaseException) -> str:
    """Write the traceback where the person can find it; the file's name, or nothing where no file can be written."""
    logger = logging.getLogger("pdca_engine.cli")
    logger.propagate = False
    try:
        from pdca_engine.settings import Settings

        file = Settings().data_dir / "pdca.log"
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(file, maxBytes=LOG_BYTES, backupCount=3, encoding="utf-8")
    except (OSError, ValueError):  # ValueError: settings that can't be read
        return ""
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    logger.error("reference %s", reference, exc_info=error)
    handler.close()
    logger.removeHandler(handler)
    return str(file)
