"""Links from an item to another item or to an address outside."""

from __future__ import annotations

from pdca_engine.definition.deciding.values import BadValue, clean_text
from pdca_engine.errors import BadInput, NotFound
from pdca_engine.records.items import Link
from pdca_engine.services.entries import acting_person, request_key_of
from pdca_engine.services.lines import add_line
from pdca_engine.unit import Unit


def link_item(
    unit: Unit, key: str, kind: str = "related", *, to: str | None = None, url: str | None = None, request_key: str | None = None
) -> None:
    """Link the item `key` to the item `to` or to the address `url` (exactly one). NotFound, BadInput."""
    request = request_key_of(unit, request_key)
    if request is not None and unit.hot.find_request(request) is not None:
        return
    if (to is None) == (url is None):
        raise BadInput("Give either an item or an address to link to.", "请给出要关联的事项或地址（二者其一）。", field="to")
    row = unit.hot.read_item(key=key)
    if row is None:
        raise NotFound("item", "事项", key)
    link_rows(unit, row.id, _kind(kind), to=item_id_of(unit, to) if to is not None else None, url=_address(url))
    add_line(unit, row, "linked", {"link": {"kind": kind, "to": to, "url": url}}, request_key=request)


def item_id_of(unit: Unit, key: str) -> int:
    """The number of the item `key`. NotFound."""
    row = unit.hot.read_item(key=key)
    if row is None:
        raise NotFound("item", "事项", key)
    return row.id


def _kind(kind: str) -> str:
    try:
        return clean_text(kind, 40) or "related"
    except BadValue as bad:
        raise BadInput(f"Kind of link: {bad.en}.", f"关联类型：{bad.zh}。", field="kind") from None


def _address(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        address = clean_text(url, 2_000)
    except BadValue as bad:
        raise BadInput(f"Address: {bad.en}.", f"地址：{bad.zh}。", field="url") from None
    if not address.startswith(("https://", "http://")):
        raise BadInput("An address starts with https:// or http://.", "地址须以 https:// 或 http:// 开头。", field="url")
    return address


def link_rows(unit: Unit, item_id: int, kind: str, *, to: int | None = None, url: str | None = None) -> None:
    """Write the link itself."""
    unit.session.add(Link(item_id=item_id, to_item_id=to, url=url, kind=kind, added_at=unit.now, added_by=acting_person(unit)))
    unit.session.flush()
