"""Today: what I owe, what waits for a step of mine, what I was told."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from pdca_engine.reports.inbox import inbox
from pdca_engine.reports.told import told_sentences
from pdca_engine.web.onward import onward
from pdca_engine.web.route import WebRoute
from pdca_engine.web.shell import page
from pdca_engine.web.visitor import Visiting

router = APIRouter(route_class=WebRoute)
NEWEST: Final = 20


@router.get("/today")
def show_today(visitor: Visiting) -> Response:
    """What I owe, soonest due first; what waits for me, longest waiting first; the newest messages."""
    with visitor.read() as unit:
        mine = inbox(unit)
        told = mine.told[:NEWEST]
        waiting = [one for one in onward(unit, mine.waiting) if one.moves or not one.step]
        return page(
            visitor,
            "today.html",
            owed=onward(unit, mine.owed),
            waiting=waiting,
            told=told,
            sentences=told_sentences(unit, told),
            may_create=visitor.may_write,
        )
