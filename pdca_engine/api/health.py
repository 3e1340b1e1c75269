"""Two questions a supervisor asks without a token: is the process alive, and can it work?"""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel

from pdca_engine.api.caller import the_app
from pdca_engine.store.migrate import require_current

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """All is well."""

    status: str


@router.get("/livez")
def alive() -> Health:
    """The process answers."""
    return Health(status="alive")


@router.get("/readyz")
def ready(request: Request) -> Health:
    """The database answers and has the schema this program needs; 503 with the reason otherwise."""
    require_current(the_app(request).store)
    return Health(status="ready")
