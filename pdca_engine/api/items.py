"""Items: list, open, advance, edit, assign, comment, link; their history and children."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from pdca_engine.api import payloads, shapes, shaping
from pdca_engine.api.caller import Calling
from pdca_engine.api.headers import RequestKey, SeenVersion, etag
from pdca_engine.api.problems import Condition, as_problem
from pdca_engine.errors import Refusal
from pdca_engine.reports import history as histories
from pdca_engine.reports import items as pages
from pdca_engine.reports.cards import Card
from pdca_engine.reports.filters import ItemFilter
from pdca_engine.reports.register import register
from pdca_engine.services.advance import Advanced, advance_item
from pdca_engine.services.advance_many import Move, Outcome, advance_many
from pdca_engine.services.creation import create_item
from pdca_engine.services.items import Edited, assign_item, comment_item, edit_item
from pdca_engine.services.links import link_item
from pdca_engine.services.steps import NextStep, next_steps

router = APIRouter(prefix="/items", tags=["items"])


class ListQuery(BaseModel):
    """What to list, in which order, from where."""

    model_config = ConfigDict(extra="forbid")

    process: str | None = Field(None, max_length=60)
    service: str | None = Field(None, max_length=60)
    owner: payloads.PersonNumber | None = None
    workflow: str | None = Field(None, max_length=60)
    state: str | None = Field(None, max_length=60)
    phase: str | None = Field(None, max_length=5)
    text: str | None = Field(None, max_length=200, description="Part of the key or title")
    overdue: bool = False
    mine: bool = False
    open: bool | None = None
    sort: str = Field("-created", max_length=20, description="created, due, state_since, title or key; with - before it backwards")
    cursor: str | None = Field(None, max_length=3000)
    limit: int = Field(50, ge=1, le=200)

    def filter(self) -> ItemFilter:
        """The part that says which items."""
        return ItemFilter(**self.model_dump(exclude={"sort", "cursor", "limit"}))


@router.get("")
def list_items(caller: Calling, query: Annotated[ListQuery, Query()]) -> shapes.ItemsPage:
    """Items by filter, one page."""
    with caller.reading() as unit:
        page = register(unit, query.filter(), query.cursor, query.limit, query.sort)
    return shapes.ItemsPage(items=list(page.rows), next_cursor=page.next_cursor)


@router.post("", status_code=201)
def open_item(caller: Calling, body: payloads.NewItem, response: Response, key: RequestKey = None) -> shapes.Created:
    """Open an item in a workflow's initial state."""
    with caller.writing() as unit:
        made = create_item(unit, body.workflow, body.title, body.values, parent=body.parent, request_key=key)
    response.headers["Location"] = f"/api/v1/items/{made.key}"
    response.headers["ETag"] = etag(made.version)
    return shapes.Created(key=made.key, id=made.id, version=made.version)


@router.post("/advance")
def advance_items(caller: Calling, body: payloads.MovesRequest, key: RequestKey = None) -> list[shapes.Outcome]:
    """Fire many transitions in one transaction; each succeeds or is refused for itself."""
    moves = [Move(one.key, one.transition, one.values, one.comment, one.version) for one in body.moves]
    with caller.writing() as unit:
        outcomes = advance_many(unit, moves, key)
    return [_outcome(one, caller.language) for one in outcomes]


@router.get("/{item}")
def show_item(caller: Calling, item: str, response: Response) -> shapes.ItemShape:
    """One item, whole; its ETag is the version for `If-Match`."""
    with caller.reading() as unit:
        page = pages.item_page(unit, item)
    response.headers["ETag"] = etag(page.card.version)
    return shaping.item_shape(page)


@router.patch("/{item}")
def edit_values(
    caller: Calling, item: str, body: payloads.EditRequest, response: Response, version: SeenVersion, key: RequestKey = None
) -> shapes.Edited:
    """Change fields and common columns; a conflict shows both values."""
    with caller.writing() as unit:
        done = edit_item(unit, item, body.changes, version=version, comment=body.comment, request_key=key)
    return _edited(done, response)


@router.get("/{item}/next")
def list_next(caller: Calling, item: str) -> list[shapes.NextShape]:
    """What could come next, and what each step still lacks; what the caller may do comes first."""
    with caller.reading() as unit:
        return [_next_shape(one, caller.language) for one in next_steps(unit, item)]


@router.post("/{item}/advance")
def advance(
    caller: Calling, item: str, body: payloads.AdvanceRequest, response: Response, version: SeenVersion, key: RequestKey = None
) -> shapes.Advanced:
    """Fire a transition, or say yes or no to one that takes several. A refusal lists every unmet condition and is kept in the trail."""
    with caller.writing() as unit:
        done = advance_item(
            unit,
            item,
            body.transition,
            body.values,
            body.comment,
            version=version,
            request_key=key,
            acting_for=body.acting_for,
            decline=body.decline,
        )
    response.headers["ETag"] = etag(done.version)
    return _advanced(done)


@router.post("/{item}/assign")
def assign(
    caller: Calling, item: str, body: payloads.AssignRequest, response: Response, version: SeenVersion, key: RequestKey = None
) -> shapes.Edited:
    """Say who holds a relation to the item."""
    with caller.writing() as unit:
        done = assign_item(unit, item, body.relation, body.person, version=version, request_key=key)
    return _edited(done, response)


@router.post("/{item}/comments", status_code=201)
def add_comment(caller: Calling, item: str, body: payloads.CommentRequest, key: RequestKey = None) -> shapes.Done:
    """Add a comment to the trail."""
    with caller.writing() as unit:
        comment_item(unit, item, body.text, request_key=key)
    return shapes.Done(key=item)


@router.post("/{item}/links", status_code=201)
def add_link(caller: Calling, item: str, body: payloads.LinkRequest, key: RequestKey = None) -> shapes.Done:
    """Link to another item or to an address."""
    with caller.writing() as unit:
        link_item(unit, item, body.kind, to=body.to, url=body.url, request_key=key)
    return shapes.Done(key=item)


@router.get("/{item}/history")
def show_history(
    caller: Calling,
    item: str,
    cursor: Annotated[str | None, Query(max_length=3000)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> shapes.HistoryPage:
    """The trail in sentences, newest first, with each entry's hash."""
    with caller.reading() as unit:
        page = histories.history(unit, item, cursor, limit)
    return shapes.HistoryPage(entries=list(page.rows), next_cursor=page.next_cursor)


@router.get("/{item}/children")
def list_children(caller: Calling, item: str) -> list[Card]:
    """The items that are part of this one."""
    with caller.reading() as unit:
        return list(pages.children(unit, item))


def _edited(done: Edited, response: Response) -> shapes.Edited:
    response.headers["ETag"] = etag(done.version)
    return shapes.Edited(key=done.key, version=done.version, changes={name: list(pair) for name, pair in done.changes.items()})


def _advanced(done: Advanced) -> shapes.Advanced:
    return shapes.Advanced(
        key=done.key,
        transition=done.transition,
        source=done.source,
        target=done.target,
        version=done.version,
        cycle=done.cycle,
        attempt=done.attempt,
        created=list(done.created),
        repeated=done.repeated,
        kind=done.kind,
        still=done.still,
    )


def _outcome(one: Outcome, language: str) -> shapes.Outcome:
    problem: dict[str, Any] | None = as_problem(one.error, language) if one.error else None
    return shapes.Outcome(key=one.key, advanced=_advanced(one.advanced) if one.advanced else None, problem=problem)


def _next_shape(step: NextStep, language: str) -> shapes.NextShape:
    target = step.target
    return shapes.NextShape(
        transition=step.transition.name,
        title=step.transition.title.get(language),
        help=shaping.text_of(step.transition.help, language),
        target=target.name if target else None,
        target_title=target.title.get(language) if target else None,
        allowed=step.allowed,
        asks=[shaping.field_shape(one, language) for one in step.asks],
        asks_comment=step.asks_comment,
        round=shaping.round_shape(step.round),
        missing=[_condition(one, language) for one in step.missing],
        blockers=[_condition(one, language) for one in step.blockers],
    )


def _condition(refusal: Refusal, language: str) -> Condition:
    return Condition(code=refusal.code, params=dict(refusal.params), field=refusal.field, message=refusal.sentence(language))
