"""Who acts: the person of `--as`, the owner of PDCA_TOKEN, or this computer's administrator for what runs the system itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import ValidationError

from pdca_engine.cli.command import Call
from pdca_engine.cli.trouble import PersonNeeded
from pdca_engine.errors import BadInput, NotAllowed, Refusal, Refused, SignInFailed
from pdca_engine.services.people import who_has_token
from pdca_engine.services.rights import require_writing
from pdca_engine.settings import Settings
from pdca_engine.unit import App, Unit, open_app


@dataclass(frozen=True, slots=True)
class Actor:
    """A person's number, or None with `engine`: the local administrator. `scope` of a token: read or write."""

    person: int | None
    engine: bool
    scope: str = "write"


def load_settings() -> Settings:
    """The installation's choices. Refused with every variable that can't be used."""
    try:
        return Settings()
    except ValidationError as bad:
        raise Refused([_misfit(str(one["loc"][0]) if one["loc"] else "", str(one["msg"])) for one in bad.errors()]) from None


def _misfit(name: str, why: str) -> Refusal:
    variable, why = f"PDCA_{name.upper()}", why.removeprefix("Value error, ")
    return Refusal("BAD_SETTING", f"{variable} can't be used: {why}", f"{variable} 无法使用：{why}", name)


@contextmanager
def opened(*, check_schema: bool = True) -> Iterator[App]:
    """The program with its store, closed afterwards."""
    app = open_app(load_settings(), check_schema=check_schema)
    try:
        yield app
    finally:
        app.close()


def who_acts(app: App, call: Call) -> Actor:
    """The person meant by `--as`, else the token's, else the local administrator. NotFound, SignInFailed, BadInput."""
    if call.person is None and not app.settings.token:
        return Actor(None, engine=True)
    with app.reader(engine=True) as unit:
        if call.person is not None:
            return Actor(_active(unit, call.person), engine=False)
        found = who_has_token(unit, app.settings.token)
    if found is None:
        raise SignInFailed
    return Actor(found[0], engine=False, scope=found[1])


def _active(unit: Unit, text: str) -> int:
    number = unit.directory.find_person(text)
    person = unit.directory.person(number)
    if person is None or not person.active:
        raise BadInput(f"{text} has left and can't act any more.", f"{text} 已离职，不能再操作。", field="as")
    return number


@contextmanager
def reading(call: Call) -> Iterator[Unit]:
    """A unit that only reads, as whoever acts; the local administrator reads everything."""
    with opened() as app:
        actor = who_acts(app, call)
        with app.reader(actor.person, engine=actor.engine, language=call.language) as unit:
            yield unit


@contextmanager
def administering(call: Call) -> Iterator[Unit]:
    """A writing unit for what runs the system itself: without a person, whoever may use this computer's database is the administrator."""
    with opened() as app, _writing(app, call, who_acts(app, call)) as unit:
        yield unit


@contextmanager
def acting(call: Call) -> Iterator[Unit]:
    """A writing unit of a person: items are never changed by "the computer". PersonNeeded when none is named."""
    with opened() as app:
        actor = who_acts(app, call)
        if actor.person is None:
            raise PersonNeeded
        with _writing(app, call, actor) as unit:
            require_writing(unit)
            yield unit


@contextmanager
def _writing(app: App, call: Call, actor: Actor) -> Iterator[Unit]:
    if actor.scope != "write":
        en, zh = (
            "The token in PDCA_TOKEN may only read. Use one with scope write.",
            "PDCA_TOKEN 中的令牌只能读取。请使用 write 权限的令牌。",
        )
        raise NotAllowed([Refusal("READ_ONLY_TOKEN", en, zh, "token")])
    with app.unit(actor.person, engine=actor.engine, language=call.language) as unit:
        yield unit
