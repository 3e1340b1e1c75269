"""Who is looking at a page: the person of the session cookie, their language and zone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from starlette.datastructures import URL

from pdca_engine.errors import SignInNeeded
from pdca_engine.services.rights import require_writing
from pdca_engine.services.sign_in import who_is
from pdca_engine.unit import App, Unit
from pdca_engine.web.language import LANGUAGES, best_language
from pdca_engine.web.uploads import refuse_nul

SESSION_COOKIE = "pdca_session"
LANGUAGE_COOKIE = "pdca_language"


@dataclass(frozen=True, slots=True)
class Visitor:
    """One request's reader. `person` is None when nobody is signed in; `address` is the path with its query."""

    app: App
    person: int | None
    name: str
    roles: frozenset[str]
    language: str
    zone: ZoneInfo
    address: str
    swaps: bool = False  # htmx asked, and will put the answer into the page
    reads: bool = True  # GET

    @property
    def may_write(self) -> bool:
        """Whether this is anybody but a mere reader; what exactly they may do is decided by the services."""
        return self.person is not None and self.roles != {"reader"}

    def with_query(self, **changes: str | None) -> str:
        """This page's address with some of its query replaced (None: taken out); of a form's answer the start page's."""
        here = URL(self.address if self.reads else "/")
        kept = here.remove_query_params([name for name, value in changes.items() if value is None])
        return str(kept.include_query_params(**{name: value for name, value in changes.items() if value is not None}))

    def read(self) -> AbstractContextManager[Unit]:
        """A reading unit of this person."""
        return self.app.reader(self.person, language=self.language)

    @contextmanager
    def write(self) -> Iterator[Unit]:
        """A writing unit of this person. NotAllowed for a mere reader, whatever form they send."""
        with self.app.unit(self.person, language=self.language) as unit:
            require_writing(unit)
            yield unit


def provide(app: App) -> Callable[[Request], None]:
    """A dependency that hands `app` to every route of the web face, and refuses addresses no database can look for."""

    def hand_over(request: Request) -> None:
        request.state.pdca = app
        refuse_nul(request.url.path, unquote(request.url.query))

    return hand_over


def look(request: Request) -> Visitor:
    """Whoever is looking, signed in or not."""
    app: App = request.state.pdca
    return visitor_of(app, request)


def visitor_of(app: App, request: Request) -> Visitor:
    """The same for a request that no route of the web face took."""
    token = request.cookies.get(SESSION_COOKIE)
    with app.reader() as unit:
        person = who_is(unit, token) if token else None
        row = unit.directory.person(person) if person else None
        roles = frozenset(one.role for one in unit.directory.everywhere(person, unit.today)) if person else frozenset()
    query = f"?{request.url.query}" if request.url.query else ""
    return Visitor(
        app=app,
        person=person,
        name=row.name if row else "",
        roles=roles,
        language=_language(app, request, row.language if row else None),
        zone=ZoneInfo(row.timezone) if row and row.timezone else app.settings.zone,
        address=request.url.path + query,
        swaps=request.headers.get("HX-Request") == "true",
        reads=request.method == "GET",
    )


def _language(app: App, request: Request, own: str | None) -> str:
    """What this browser chose, else what the person chose, else what the browser asks for, else the installation's."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    return own or best_language(request.headers.get("accept-language", ""), app.settings.language)


def signed_in(visitor: Annotated[Visitor, Depends(look)]) -> Visitor:
    """The visitor, who must be signed in: SignInNeeded otherwise."""
    if visitor.person is None:
        raise SignInNeeded
    return visitor


Looking = Annotated[Visitor, Depends(look)]
Visiting = Annotated[Visitor, Depends(signed_in)]
