"""The engine that is going to be killed: it raises what is due, six hours at a time, and the world it must leave behind."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import monotonic, sleep
from zoneinfo import ZoneInfo

from pdca_engine.clock import FrozenClock
from pdca_engine.services.advance import advance_item
from pdca_engine.services.creation import create_item
from pdca_engine.services.due import raise_due
from pdca_engine.services.verify import verify_trail
from pdca_engine.settings import Settings
from pdca_engine.unit import App, Unit, open_app
from tests.faults.audit import Findings, rows
from tests.faults.killing import Ready
from tests.faults.parcels import ANA, START

STEP = timedelta(hours=6)
ZONE = ZoneInfo("Asia/Shanghai")


def run_ticks(settings: Settings, folder: Path, slot: int, ready: Ready) -> None:
    """Go on where the last one stood: once a day a parcel is sent, four times a day what is due is raised. All processes share one time."""
    place, clock = folder / "ticks", FrozenClock(START)
    app = open_app(settings, clock)
    ready.tell()
    while True:
        number = int(place.read_text()) if place.exists() else 0
        clock.at = START + number * STEP
        if number % 4 == 0:
            _send_one(app, f"{slot} {number}")
        raise_due(app)
        _remember(place, slot, number + 1)


def _remember(place: Path, slot: int, number: int) -> None:
    """All at once, so that a killed process leaves the old number or the new one. A slow process sets the time back: nothing may double."""
    new = place.with_suffix(f".{slot}")
    new.write_text(str(number))
    new.replace(place)


def _send_one(app: App, label: str) -> None:
    with app.unit(ANA) as unit:
        key = create_item(unit, "parcel", "Parcel", {"process": "incident", "owner": ANA}, request_key=f"new {label}").key
    with app.unit(ANA) as unit:
        advance_item(unit, key, "send", request_key=f"send {label}")


def audit_ticks(settings: Settings, folder: Path) -> Findings:
    """Everything due up to a last, quiet tick happened once, with all it causes."""
    found = Findings()
    ticks = int((folder / "ticks").read_text())
    app = open_app(settings, FrozenClock(START + (ticks + 8) * STEP))  # two days on: past any time set back
    _raise_until_quiet(app)
    with app.reader() as unit:
        report = verify_trail(unit)
        found.check(report.ok, f"trail: {report.first_broken}")
        found.counted.update(ticks=ticks, items=report.items)
        _schedule(unit, "round", "Daily round", _mornings(unit.now, days=1), found)
        _schedule(unit, "monday", "Weekly round", _mornings(unit.now, days=7), found)
        _parcels(unit, found)
        _parts(unit, found)
    app.close()
    return found


def _raise_until_quiet(app: App) -> None:
    """PostgreSQL holds a killed client's rows until it notices; another engine passes them over and does them at its next tick."""
    patience = monotonic() + 20
    while (wake := raise_due(app).next_wake) is not None and wake <= app.clock.now():
        assert monotonic() < patience, "something that is due is never done"
        sleep(0.05)


def _mornings(now: datetime, days: int) -> list[str]:
    """Nine o'clock every so many days after the beginning, which was a Monday at nine, as the occurrences name it."""
    first = START.astimezone(ZONE).date()
    mornings = (datetime.combine(first + timedelta(days=days * number), time(9)) for number in range(1, 10_000))
    return [morning.isoformat() for morning in mornings if morning.replace(tzinfo=ZONE) <= now]


def _schedule(unit: Unit, name: str, title: str, wanted: list[str], found: Findings) -> None:
    """Each nominal time fired once, and opened one item and told one person."""
    query = (
        f"SELECT o.nominal, o.state FROM occurrence o JOIN schedule s ON s.id = o.schedule_id WHERE s.name = '{name}' ORDER BY o.nominal"
    )
    happened = list(rows(unit, query))
    found.counted[name] += len(happened)
    found.check(happened == [(nominal, "fired") for nominal in wanted], f"{name}: {_difference(happened, wanted)}")
    ((opened,),) = rows(unit, f"SELECT count(*) FROM item WHERE title = '{title}'")
    query = f"SELECT count(*) FROM message m JOIN schedule s ON m.unique_key LIKE 'None:schedule ' || s.id || ' %%' WHERE s.name = '{name}'"
    ((told,),) = rows(unit, query.replace("%%", "%") if unit.app.store.dialect == "sqlite" else query)
    found.check((opened, told) == (len(wanted), len(wanted)), f"{name}: {opened} items, {told} messages, {len(wanted)} times")


def _difference(happened: list[tuple[str, str]], wanted: list[str]) -> str:
    fired = Counter(nominal for nominal, state in happened if state == "fired")
    other = [one for one in happened if one[1] != "fired"]
    return f"missing {list(Counter(wanted) - fired)[:3]}, too many {list(fired - Counter(wanted))[:3]}, not fired {other[:3]}"


def _parcels(unit: Unit, found: Findings) -> None:
    """A parcel whose day is over was lost, once; its timer acted once, reminded at most once, and its part was dropped."""
    today = unit.now.astimezone(ZONE).date()
    query = (
        "SELECT i.id, i.key, i.state, i.fields, (SELECT count(*) FROM entry e WHERE e.item_id = i.id AND e.transition = 'lose'), "
        "(SELECT count(*) FROM occurrence o JOIN schedule s ON s.id = o.schedule_id WHERE o.item_id = i.id AND s.name = 'late'), "
        "(SELECT count(*) FROM message m WHERE m.item_id = i.id AND m.kind = 'escalate'), "
        "(SELECT count(*) FROM item c WHERE c.parent_id = i.id AND c.state = 'dropped') FROM item i WHERE i.workflow_id = 'parcel'"
    )
    for _, key, state, fields, *counts in rows(unit, query):
        if state == "open":  # its maker was killed before it was sent; its own timer reminds once
            continue
        over = date.fromisoformat(fields.split('"until":"')[1][:10]) < today
        wanted = ("lost", [1, 2, 1, 1]) if over else ("sent", [0, counts[1], 0, 0])
        found.check((state, counts) == wanted, f"{key}: {state} {counts}, wanted {wanted}")
        found.counted["lost" if over else "on its way"] += 1


def _parts(unit: Unit, found: Findings) -> None:
    """A part that was open for a week was reminded of once, as its due day began, and its owner told once."""
    query = (
        "SELECT i.key, i.created_at, i.owner_id, (SELECT count(*) FROM occurrence o WHERE o.item_id = i.id), "
        "(SELECT count(*) FROM message m WHERE m.item_id = i.id AND m.kind = 'remind') "
        "FROM item i WHERE i.workflow_id = 'part' AND i.state = 'open' AND i.parent_id IS NULL"
    )
    for key, created, owner, reminded, told in rows(unit, query):
        begun = created if isinstance(created, datetime) else datetime.fromisoformat(created)
        due = begun.astimezone(ZONE).date() + timedelta(days=7)
        over = due <= unit.now.astimezone(ZONE).date()
        wanted = (1, 1 if owner else 0) if over else (0, 0)
        found.check((reminded, told) == wanted, f"{key} of {begun}: reminded {reminded}, told {told}, wanted {wanted}")
        found.counted["reminded"] += reminded
