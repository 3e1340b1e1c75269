"""The client that is going to be killed: some threads that ask for one thing after the other, as fast as answers come."""

from __future__ import annotations

import threading
from pathlib import Path
from random import Random
from typing import Any

from pdca_engine.errors import PdcaError
from pdca_engine.services.advance import advance_item
from pdca_engine.services.creation import create_item
from pdca_engine.services.items import comment_item, edit_item
from pdca_engine.settings import Settings
from pdca_engine.unit import App, open_app
from tests.faults.killing import Ready
from tests.faults.ledger import Errand, Ledger, read_ledger
from tests.faults.parcels import ANA

THREADS = 3
STEPS = {"open": "send", "sent": "see", "seen": "again"}


def run_errands(settings: Settings, folder: Path, items: list[str], slot: int, seed: int, ready: Ready) -> None:
    """Never comes back: ends when the process is killed, or with an error that says what went wrong."""
    app = open_app(settings)
    threads = [
        threading.Thread(target=_run, args=(app, folder / f"ledger-{slot}-{number}", items, Random(f"{seed} {number}")), daemon=True)
        for number in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    ready.tell()
    for thread in threads:
        thread.join()
    raise SystemExit("an errand ended with an error")


def _run(app: App, path: Path, items: list[str], luck: Random) -> None:
    """First what a killed predecessor got no answer for, under the same request key, as a client does; then new errands."""
    known = list(read_ledger(path))
    ledger = Ledger(path)
    for record in known:
        if record.answer is None:
            ledger.answer(record.errand, carry_out(app, record.errand))
    number = len(known)
    while True:
        errand = _choose(app, items, f"{path.name}-{number}", luck)
        ledger.begin(errand)
        ledger.answer(errand, carry_out(app, errand))
        number += 1


def _choose(app: App, items: list[str], request: str, luck: Random) -> Errand:
    key = luck.choice(items)
    what = luck.choices(["advance", "create", "edit", "comment", "impossible"], [70, 5, 10, 10, 5])[0]
    if what == "impossible":
        return Errand(request, "advance", key, "finish")  # without its comment
    if what != "advance":
        return Errand(request, what, key, comment=f"{request} says so")
    with app.reader() as unit:
        row = unit.hot.read_item(key=key)
    assert row is not None
    return Errand(request, "advance", key, STEPS[row.state], "because")


def carry_out(app: App, errand: Errand) -> dict[str, Any]:
    """Do it; what a client would remember of the answer."""
    try:
        with app.unit(ANA) as unit:
            return {"done": _ask(unit, errand)}
    except PdcaError as no:
        if no.status >= 500:
            raise
        return {"refused": no.code}


def _ask(unit: Any, errand: Errand) -> Any:
    """The version (advance, edit), line (comment) or key (create) that came of it."""
    if errand.what == "advance":
        return advance_item(unit, errand.item, errand.transition, comment=errand.comment, request_key=errand.request).version
    if errand.what == "edit":
        return edit_item(unit, errand.item, {"note": errand.comment}, request_key=errand.request).version
    if errand.what == "comment":
        return comment_item(unit, errand.item, errand.comment or "", request_key=errand.request)
    values = {"process": "incident", "owner": ANA}
    return create_item(unit, "parcel", f"Parcel {errand.request}", values, request_key=errand.request).key
