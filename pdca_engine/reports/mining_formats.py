"""A mining log as text, piece by piece: OCEL 2.0 as JSON and XML (ocel-standard.org), XES (IEEE 1849), and lines of JSON.

Each writer yields pieces that are written one after another, so that no log is too long for memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from html import escape
from itertools import chain
from typing import Any, Final

import orjson
from sqlalchemy import select

from pdca_engine.records.items import Entry, Item
from pdca_engine.reports.mining_log import EVENT_ATTRIBUTES, LogEvent, LogObject, MiningLog, Value
from pdca_engine.unit import Unit

_NO_XML: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XES_EXTENSIONS: Final = (("Concept", "concept"), ("Time", "time"), ("Organizational", "org"), ("Lifecycle", "lifecycle"))


# --- OCEL 2.0, JSON


def ocel_json(log: MiningLog) -> Iterator[str]:
    """One JSON document; an object or event a line."""
    yield '{"objectTypes":' + _json([_typed(name, kinds) for name, kinds in log.object_types().items()])
    yield ',\n"eventTypes":' + _json([_typed(name, EVENT_ATTRIBUTES) for name in log.event_types()])
    yield ',\n"objects":['
    yield from _separated(_json(_object(one)) for one in log.objects())
    yield '],\n"events":['
    yield from _separated(_json(_event(one)) for one in log.events())
    yield "]}\n"


def _typed(name: str, kinds: Mapping[str, str]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": attribute, "type": kind} for attribute, kind in kinds.items()]}


def _object(one: LogObject) -> dict[str, Any]:
    attributes = [{"name": name, "time": _moment(since), "value": _plain(value)} for name, since, value in one.attributes]
    return {"id": one.id, "type": one.type, "attributes": attributes, "relationships": _related(one.relations)}


def _event(one: LogEvent) -> dict[str, Any]:
    attributes = [{"name": name, "value": _plain(value)} for name, value in one.attributes.items()]
    return {"id": one.id, "type": one.type, "time": _moment(one.at), "attributes": attributes, "relationships": _related(one.relations)}


def _related(relations: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"objectId": id, "qualifier": how} for how, id in relations]


def _separated(pieces: Iterable[str]) -> Iterator[str]:
    for number, piece in enumerate(pieces):
        yield f"{',' if number else ''}\n{piece}"


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


# --- OCEL 2.0, XML


def ocel_xml(log: MiningLog) -> Iterator[str]:
    """One XML document of the same."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<log>\n<object-types>\n'
    yield from (_type_xml("object-type", name, kinds) for name, kinds in log.object_types().items())
    yield "</object-types>\n<event-types>\n"
    yield from (_type_xml("event-type", name, EVENT_ATTRIBUTES) for name in log.event_types())
    yield "</event-types>\n<objects>\n"
    yield from map(_object_xml, log.objects())
    yield "</objects>\n<events>\n"
    yield from map(_event_xml, log.events())
    yield "</events>\n</log>\n"


def _type_xml(tag: str, name: str, kinds: Mapping[str, str]) -> str:
    attributes = "".join(f'<attribute name="{_xml(one)}" type="{kind}"/>' for one, kind in kinds.items())
    return f'<{tag} name="{_xml(name)}"><attributes>{attributes}</attributes></{tag}>\n'


def _object_xml(one: LogObject) -> str:
    said = "".join(f'<attribute name="{_xml(name)}" time="{_moment(at)}">{_xml(value)}</attribute>' for name, at, value in one.attributes)
    return f'<object id="{_xml(one.id)}" type="{_xml(one.type)}"><attributes>{said}</attributes>{_related_xml(one.relations)}</object>\n'


def _event_xml(one: LogEvent) -> str:
    said = "".join(f'<attribute name="{_xml(name)}">{_xml(value)}</attribute>' for name, value in one.attributes.items())
    head = f'<event id="{_xml(one.id)}" type="{_xml(one.type)}" time="{_moment(one.at)}">'
    return f"{head}<attributes>{said}</attributes>{_related_xml(one.relations)}</event>\n"


def _related_xml(relations: Iterable[tuple[str, str]]) -> str:
    said = "".join(f'<relationship object-id="{_xml(id)}" qualifier="{_xml(how)}"/>' for how, id in relations)
    return f"<objects>{said}</objects>"


# --- XES


def xes(log: MiningLog) -> Iterator[str]:
    """One trace an item; activities are the transitions that were taken, and the kind of every other entry."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
    yield from (
        f'<extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>\n'
        for name, prefix in _XES_EXTENSIONS
    )
    yield '<global scope="trace"><string key="concept:name" value=""/></global>\n'
    yield '<global scope="event"><string key="concept:name" value=""/><date key="time:timestamp" value="1970-01-01T00:00:00Z"/></global>\n'
    yield '<classifier name="Activity" keys="concept:name"/>\n'
    for item, events in log.traces():
        yield "".join(chain(_trace_head(item), map(_xes_event, events), ("</trace>\n",)))
    yield "</log>\n"


def _trace_head(item: LogObject) -> Iterator[str]:
    yield "<trace>\n"
    yield _tagged("concept:name", item.id) + _tagged("workflow", item.type)
    yield from (_tagged(name, id) for name, id in item.relations if name in ("process", "service", "parent"))
    yield from (_tagged(name, value) for name, _, value in item.attributes if name in ("priority", "title"))
    yield "\n"


def _xes_event(one: LogEvent) -> str:
    who = next((id for how, id in one.relations if how in ("actor", "role")), None)
    said: dict[str, Value] = {"concept:name": one.activity, "time:timestamp": one.at, "lifecycle:transition": "complete"}
    said |= {"org:resource": who} if who else {}
    said |= {"org:role" if name == "role" else name: value for name, value in one.attributes.items()}
    return f"<event>{''.join(_tagged(name, value) for name, value in said.items())}</event>\n"


def _tagged(name: str, value: Value) -> str:
    kind = {bool: "boolean", int: "int", datetime: "date"}.get(type(value), "string")
    return f'<{kind} key="{_xml(name)}" value="{_xml(value)}"/>'


# --- lines of JSON


def json_lines(unit: Unit, workflow: str | None = None) -> Iterator[str]:
    """Every entry as it was hashed, a line each: whoever has the lines can verify the chains (docs/reference/trail.md)."""
    query = select(Item.key, Entry.text, Entry.hash).join(Item, Entry.item_id == Item.id).order_by(Entry.item_id, Entry.seq)
    if workflow is not None:
        query = query.where(Item.workflow_id == workflow)
    for key, text, digest in unit.session.execute(query.execution_options(yield_per=1_000)):
        yield _json({"item": key, "hash": digest.hex(), "text": text}) + "\n"


# --- values


def _moment(at: datetime) -> str:
    """UTC, to the microsecond."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(value: Value) -> Any:
    return _moment(value) if isinstance(value, datetime) else value


def _xml(value: Value) -> str:
    """A value inside an attribute or element."""
    shown = str(_plain(value)).lower() if isinstance(value, bool) else str(_plain(value))
    return escape(_NO_XML.sub("", shown)).replace("\n", "&#10;").replace("\t", "&#9;")
