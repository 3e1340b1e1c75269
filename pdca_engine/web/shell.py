"""From a template to a page: the Jinja environment, the addresses of static files, and what every page knows."""

from __future__ import annotations

import secrets
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from pdca_engine.definition.deciding.refusals import role_text
from pdca_engine.reports.values import show_day
from pdca_engine.web.language import HTML_LANGUAGES, LANGUAGES, deadline_text, moment_text, translations
from pdca_engine.web.prose import prose
from pdca_engine.web.visitor import Visitor

_STATIC = files("pdca_engine.web") / "static"
SEE_OTHER = 303


@cache
def asset(name: str) -> str:
    """The address of a static file, with the start of its hash: a changed file has another address, so browsers may keep it for ever."""
    return f"/static/{name}?v={sha256(_STATIC.joinpath(name).read_bytes()).hexdigest()[:10]}"


@cache
def environment(language: str) -> Environment:
    """One Jinja environment a language, compiled once."""
    made = Environment(
        loader=PackageLoader("pdca_engine.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # because the i18n extension adds it
    made.globals.update(
        asset=asset,
        new_key=new_key,
        language=language,
        html_languages=HTML_LANGUAGES,
        languages=LANGUAGES,
    )
    made.filters.update(
        day=lambda day: show_day(day, language),
        moment=lambda moment, zone: moment_text(moment, language, zone),
        deadline=lambda moment, zone: deadline_text(moment, language, zone),
        role_title=lambda role: role_text(role).get(language),
        initials=initials,
        prose=prose,
        size=size_text,
    )
    return made


def new_key() -> str:
    """A request key for one rendering of one form: sending the form twice does the thing once."""
    return secrets.token_urlsafe(12)


def initials(name: str) -> str:
    """Two letters for a face: the first of first and last name; of a name that begins in Chinese its last two Chinese signs."""
    words = name.split()
    if not words:
        return "?"
    if not words[0][0].isascii():
        return "".join(word for word in words if not word[0].isascii())[-2:]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def size_text(size: int) -> str:
    """A file's size as people say it."""
    return f"{size} B" if size < 1000 else f"{size / 1000:.0f} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def page(visitor: Visitor, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """The template as a page for this visitor."""
    text = environment(visitor.language).get_template(template).render(visitor=visitor, **context)
    response = HTMLResponse(text, status, headers={"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"})
    if visitor.swaps and status < 400 and visitor.reads:
        # a form sent by htmx was answered by a redirect to this page: the address bar shall say so
        response.headers["HX-Replace-Url"] = visitor.address
    return response


def part(visitor: Visitor, template: str, **context: Any) -> HTMLResponse:
    """A piece of a page for a script to put in; the address bar stays as it is."""
    return HTMLResponse(environment(visitor.language).get_template(template).render(**context), headers={"Cache-Control": "no-store"})


def own_path(wanted: str | None) -> str:
    """`wanted` if it is an address inside this site, else the start page: nobody is sent elsewhere by a crafted link."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or any(sign < " " for sign in wanted):
        return "/"
    return wanted
