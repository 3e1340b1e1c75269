"""Who calls, in which language, and how far their token reaches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from pdca_engine.api.language import asked_language
from pdca_engine.errors import BadInput, NotAllowed, Refusal, SignInNeeded
from pdca_engine.services.rights import require_writing
from pdca_engine.services.sign_in import who_has_token, who_is
from pdca_engine.unit import App, Unit

SESSION_COOKIE = "pdca_session"
_bearer = HTTPBearer(auto_error=False, scheme_name="token", description="A token of `pdca tokens make`; scope read or write.")
_cookie = APIKeyCookie(
    name=SESSION_COOKIE, auto_error=False, scheme_name="session", description="The web's session; unsafe methods need its Origin."
)
READ_ONLY_TOKEN = Refusal(
    "READ_ONLY_TOKEN", "This token may only read; make one with the scope write.", "此令牌只能读取；请生成 write 权限的令牌。"
)


@dataclass(frozen=True, slots=True)
class Caller:
    """One request's person. Units are opened inside a route, so that what was written is committed before the answer leaves."""

    app: App
    person: int
    scope: str
    language: str

    def reading(self) -> AbstractContextManager[Unit]:
        """A unit that only reads."""
        return self.app.reader(self.person, language=self.language)

    @contextmanager
    def writing(self) -> Iterator[Unit]:
        """A unit that writes; NotAllowed for a token of scope read and for a person who is only a reader."""
        if self.scope != "write":
            raise NotAllowed([READ_ONLY_TOKEN])
        with self.app.unit(self.person, language=self.language) as unit:
            require_writing(unit)
            yield unit


def the_app(request: Request) -> App:
    """The program that serves this request."""
    app: App = request.app.state.pdca
    return app


def find_caller(
    request: Request,
    _bearer: Annotated[object, Security(_bearer)],
    _cookie: Annotated[object, Security(_cookie)],
    accept_language: Annotated[str | None, Header(description="en or zh; without it the person's own")] = None,
) -> Caller:
    """The caller by bearer token or, where none is sent, by the web's session. SignInNeeded when it is nobody's."""
    _refuse_nul(request)
    app = the_app(request)
    with app.reader() as unit:
        found = _by_token(unit, request.headers["authorization"]) if "authorization" in request.headers else _by_session(unit, request)
        if found is None:
            raise SignInNeeded
        row = unit.directory.person(found[0])
    own = row.language if row and row.language else app.settings.language
    language = request.state.language = asked_language(accept_language) or own
    return Caller(app, found[0], found[1], language)


Calling = Annotated[Caller, Depends(find_caller)]


def _by_token(unit: Unit, header: str) -> tuple[int, str] | None:
    scheme, _, secret = header.partition(" ")
    return who_has_token(unit, secret.strip()) if scheme.lower() == "bearer" else None


def _by_session(unit: Unit, request: Request) -> tuple[int, str] | None:
    secret = request.cookies.get(SESSION_COOKIE)
    person = who_is(unit, secret) if secret else None
    return None if person is None else (person, "write")


def _refuse_nul(request: Request) -> None:
    """No database keeps a NUL, and nobody means one."""
    for name, value in (*request.query_params.multi_items(), *request.path_params.items()):
        if "\x00" in name or (isinstance(value, str) and "\x00" in value):
            shown = name.replace("\x00", "?")
            raise BadInput(f"“{shown}” has a NUL character; remove it.", f"“{shown}”含有 NUL 字符，请删除。", field=shown)
