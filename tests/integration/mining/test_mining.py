"""The trail for process mining: every entry an event, every item an object, nobody's name unless asked for."""

from __future__ import annotations

import hashlib
import json
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from pdca_engine.records.items import Entry, Item
from pdca_engine.reports import mining_log
from pdca_engine.reports.mining_formats import json_lines, ocel_json, ocel_xml, xes
from pdca_engine.reports.mining_log import MiningLog
from tests.support.office import Office
from tests.support.terminal import Terminal, use_settings

XES = "{http://www.xes-standard.org/}"
IMPROVEMENT, SECOND, ACTION, JOB = "IMP-2026-0001", "IMP-2026-0002", "ACT-2026-0001", "JOB-2026-0001"


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows at a time, so that every seam between two pages is crossed."""
    monkeypatch.setattr(mining_log, "PAGE", 3)


def document(office: Office, **wanted: Any) -> dict[str, Any]:
    with office.app.reader(engine=True) as unit:
        return json.loads("".join(ocel_json(MiningLog(unit, **wanted))))


def entries(office: Office) -> list[Any]:
    """(key, seq, at, kind) of the whole trail."""
    with office.app.reader(engine=True) as unit:
        query = select(Item.key, Entry.seq, Entry.at, Entry.kind).join(Item, Entry.item_id == Item.id)
        return list(unit.session.execute(query.order_by(Entry.item_id, Entry.seq)))


def related(one: dict[str, Any]) -> set[tuple[str, str]]:
    return {(relation["qualifier"], relation["objectId"]) for relation in one["relationships"]}


def test_every_entry_is_an_event_and_every_item_an_object(history: Office) -> None:
    """Ids are unique, types are declared, and relations lead to objects that are there."""
    log = document(history)
    assert [one["id"] for one in log["events"]] == [f"{one.key}/{one.seq}" for one in entries(history)]
    ids = [one["id"] for one in log["objects"]]
    assert len(set(ids)) == len(ids)
    assert {one.key for one in entries(history)} <= set(ids)
    for kind in ("object", "event"):
        assert {one["type"] for one in log[f"{kind}s"]} <= {one["name"] for one in log[f"{kind}Types"]}
    assert {id for one in log["events"] + log["objects"] for _, id in related(one)} <= set(ids)


def test_what_events_and_objects_say(history: Office) -> None:
    """Activities, states through time, who acted, parents, processes, links, the version an item runs on."""
    log = document(history)
    events, objects = ({one["id"]: one for one in log[kind]} for kind in ("events", "objects"))
    submitted = next(one for one in events.values() if one["type"] == "improvement.submit")
    assert related(submitted) == {
        ("item", IMPROVEMENT),
        ("process", "process:incident"),
        ("service", "service:payment"),
        ("actor", f"person:{history.li}"),
    }
    said = {one["name"]: one["value"] for one in submitted["attributes"]}
    assert (said["from"], said["to"], said["role"], said["cycle"], said["kind"]) == ("draft", "evaluating", "any_staff", 1, "advanced")
    assigned = next(one for one in events.values() if one["type"] == "improvement.assigned")
    assert ("owner", f"person:{history.li}") in related(assigned)
    assert any(one["type"] == "improvement.refused" for one in events.values())
    assert ("parent", IMPROVEMENT) in related(objects[ACTION])
    assert ("caused by", IMPROVEMENT) in related(objects[SECOND])
    job = [(one["name"], one["value"]) for one in objects[JOB]["attributes"]]
    assert [value for name, value in job if name == "state"] == ["open", "doing", "paused", "doing", "working", "checking"]
    assert [value for name, value in job if name == "version"] == [1, 2]


def test_persons_are_numbers_roles_or_names(history: Office) -> None:
    """By default no name, no title and no comment is in it."""
    plain = json.dumps(document(history), ensure_ascii=False)
    assert not [name for name in ("Li Hua", "Deng", "First", "Not yet", "Second") if name in plain]
    roles = document(history, persons="role")
    assert "person" not in {one["type"] for one in roles["objects"]}
    assert {"role:any_staff", "role:improvement_manager"} <= {one["id"] for one in roles["objects"]}
    named = document(history, persons="name", titles=True)
    people = {one["id"]: one["attributes"] for one in named["objects"]}
    assert people[f"person:{history.li}"][0]["value"] == "Li Hua"
    assert "Second <&>" in json.dumps(people[SECOND])


def test_one_workflow_alone(history: Office) -> None:
    """Nothing of the others, and no relation to what is left out."""
    log = document(history, workflow="action")
    assert {one["type"] for one in log["events"]} == {"action.created"}
    assert sorted(id for one in log["objects"] for _, id in related(one)) == ["process:incident", "service:payment"]


def test_xml_says_the_same_as_json(history: Office) -> None:
    """The same events, objects and relations, with the same words."""
    log = document(history, titles=True)
    with history.app.reader(engine=True) as unit:
        root = ElementTree.fromstring("".join(ocel_xml(MiningLog(unit, titles=True))))
    for kind in ("event", "object"):
        read = {one.get("id"): one for one in root.findall(f"{kind}s/{kind}")}
        assert list(read) == [one["id"] for one in log[f"{kind}s"]]
        for one in log[f"{kind}s"]:
            found = read[one["id"]]
            assert found.get("type") == one["type"]
            assert {(link.get("qualifier"), link.get("object-id")) for link in found.findall("objects/relationship")} == related(one)
            values = [str(said["value"]) for said in one["attributes"]]
            assert [said.text for said in found.findall("attributes/attribute")] == values
    assert [one.get("time") for one in root.findall("events/event")] == [one["time"] for one in log["events"]]


def test_xes_keeps_order_and_time(history: Office) -> None:
    """One trace an item, its events in the order of its trail, to the microsecond."""
    with history.app.reader(engine=True) as unit:
        root = ElementTree.fromstring("".join(xes(MiningLog(unit))))
    read = []
    for trace in root.findall(f"{XES}trace"):
        key = trace.findtext(f"{XES}string") or next(one.get("value") for one in trace if one.get("key") == "concept:name")
        for event in trace.findall(f"{XES}event"):
            said = {one.get("key"): one.get("value") for one in event}
            read.append((key, int(said["seq"] or 0), said["time:timestamp"], said["kind"]))
    assert read == [(one.key, one.seq, one.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), one.kind) for one in entries(history)]


def test_lines_can_be_verified_elsewhere(history: Office) -> None:
    """With the hash over the text and the hash before, as the reference says."""
    with history.app.reader(engine=True) as unit:
        lines = [json.loads(line) for line in json_lines(unit)]
    assert len(lines) == len(entries(history))
    before: dict[str, bytes] = {}
    for line in lines:
        digest = hashlib.sha256(before.get(line["item"], bytes(32)) + line["text"].encode()).digest()
        assert digest.hex() == line["hash"]
        before[line["item"]] = digest


def test_the_command(history: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The ending decides between JSON and XML; a file appears whole; only an administrator may."""
    use_settings(monkeypatch, history.app.settings)
    pdca = Terminal(capsys)
    assert pdca("trail", "export", "--format", "ocel", "-o", str(tmp_path / "log.xml")).code == 0
    assert (tmp_path / "log.xml").read_text().startswith("<?xml")
    assert json.loads(pdca("trail", "export", "--format", "ocel").out)["events"]
    assert pdca("trail", "export", "--format", "xes", "--workflow", "job").out.count("<trace>") == 3
    assert pdca("trail", "export", "--format", "xes", "--workflow", "nothing").code == 4
    assert pdca("trail", "export", "--format", "jsonl", "--as", "li").code == 5
    assert "can't be written" in pdca("trail", "export", "--format", "xes", "-o", str(tmp_path / "no" / "log.xes")).err
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("log")] == ["log.xml"]


def test_an_empty_trail(office: Office) -> None:
    """Is a log all the same."""
    with office.app.unit(engine=True) as unit:
        assert unit.session.scalar(text("SELECT count(*) FROM entry")) == 0
        log = json.loads("".join(ocel_json(MiningLog(unit))))
        assert (log["events"], log["objects"]) == ([], [])
        assert ElementTree.fromstring("".join(xes(MiningLog(unit)))).findall(f"{XES}trace") == []


def test_pm4py_reads_it(history: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same numbers of events, objects and relations, and the traces as they were; runs where `test-mining` is installed."""
    pm4py = pytest.importorskip("pm4py", reason="pm4py is in the extra test-mining: 500 MB, and AGPL")
    log = document(history)
    with history.app.reader(engine=True) as unit:
        for name, writer in (("log.json", ocel_json), ("log.xml", ocel_xml), ("log.xes", xes)):
            (tmp_path / name).write_text("".join(writer(MiningLog(unit))))
    touches = [(one["id"], id) for one in log["events"] for _, id in related(one)]
    for name, relations in (("log.json", len(set(touches))), ("log.xml", len(touches))):  # of two relations its JSON reader keeps one
        read = (pm4py.read_ocel2_json if name.endswith("json") else pm4py.read_ocel2_xml)(str(tmp_path / name))
        assert (len(read.events), len(read.objects)) == (len(log["events"]), len(log["objects"]))
        assert len(read.relations) == relations
        assert len(read.o2o) == sum(len(one["relationships"]) for one in log["objects"])
        assert Counter(read.events["ocel:activity"]) == Counter(one["type"] for one in log["events"])
    traces = pm4py.read_xes(str(tmp_path / "log.xes"), return_legacy_log_object=True)
    read_again = [(trace.attributes["concept:name"], event["seq"], event["time:timestamp"]) for trace in traces for event in trace]
    assert read_again == [(one.key, one.seq, one.at) for one in entries(history)]
