"""Several say yes to one item, through every face, on both databases: each voice is kept once, and the trail replays to the row."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from pdca_engine.errors import Refused, RequestKeyReused
from pdca_engine.records.items import Entry, Item
from pdca_engine.reports.history import history
from pdca_engine.reports.inbox import inbox
from pdca_engine.reports.told import told_sentences
from pdca_engine.server import build_app
from pdca_engine.services.advance import advance_item
from pdca_engine.services.advance_many import Move, advance_many
from pdca_engine.services.creation import create_item
from pdca_engine.services.items import edit_item
from pdca_engine.services.migrating.back import revert_migration
from pdca_engine.services.migrating.migrations import apply_migration, find_route, plan_migration
from pdca_engine.services.people import grant_role
from pdca_engine.services.sign_in import make_sign_in_link, make_token
from pdca_engine.services.steps import next_steps
from pdca_engine.services.verify import verify_trail
from pdca_engine.services.workflows import publish_workflow
from pdca_engine.web.onward import onward
from tests.support.office import Office
from tests.support.plans import PLAN
from tests.support.terminal import Terminal, use_settings


@pytest.fixture
def key(office: Office) -> str:
    """Li's plan, which the SMS manager (Cui) and the sponsor (Deng) adopt."""
    with office.app.unit(office.gu) as unit:
        publish_workflow(unit, PLAN, "plan.yaml", "for a test")
        grant_role(unit, office.cui, "sms_manager")
        grant_role(unit, office.deng, "sponsor")
    with office.app.unit(office.li) as unit:
        return create_item(unit, "plan", "New plan", {"cost": 5, "owner": office.li}).key


def kinds(office: Office, key: str) -> list[str]:
    with office.app.reader() as unit:
        assert verify_trail(unit).ok
        rows = unit.session.execute(select(Entry.kind).join(Item, Item.id == Entry.item_id).where(Item.key == key).order_by(Entry.seq))
        return [row.kind for row in rows]


def test_the_last_yes_takes_the_step(office: Office, key: str) -> None:
    with office.app.unit(office.cui) as unit:
        first = advance_item(unit, key, "adopt", request_key="once")
    assert (first.kind, first.target, first.version, first.still) == ("agreed", "draft", 1, 1)
    with office.app.unit(office.cui) as unit:
        again = advance_item(unit, key, "adopt", request_key="once")
    assert again == replace(first, repeated=True)
    with office.app.unit(office.deng) as unit:
        last = advance_item(unit, key, "adopt", version=1)
    assert (last.kind, last.target, last.version) == ("advanced", "adopted", 2)
    assert kinds(office, key) == ["created", "agreed", "advanced"]


def test_an_edit_in_between_asks_everybody_again(office: Office, key: str) -> None:
    with office.app.unit(office.cui) as unit:
        advance_item(unit, key, "adopt")
    with office.app.unit(office.li) as unit:
        edit_item(unit, key, {"cost": 9})
    with office.app.unit(office.deng) as unit:
        assert advance_item(unit, key, "adopt").kind == "agreed"
    assert kinds(office, key) == ["created", "agreed", "edited", "agreed"]
    with office.app.reader(office.cui) as unit:
        assert "Li Hua changed it: your yes to Adopt no longer counts" in told_sentences(unit, inbox(unit).told).values()
        assert "the round of “Adopt” begins again" in history(unit, key).rows[1].details


def test_two_at_the_same_moment_are_two_voices(office: Office, key: str) -> None:
    """Both are heard, whichever comes first, and one of them takes the step."""
    done = []

    def speak(person: int) -> None:
        with office.app.unit(person) as unit:
            done.append(advance_item(unit, key, "adopt").kind)

    both = [Thread(target=speak, args=(person,)) for person in (office.cui, office.deng)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(done) == ["advanced", "agreed"]
    assert kinds(office, key) == ["created", "agreed", "advanced"]


def test_many_at_once_are_voices_too(office: Office, key: str) -> None:
    with office.app.unit(office.cui) as unit:
        outcomes = advance_many(unit, [Move(key, "adopt")])
    assert [one.advanced.kind for one in outcomes if one.advanced] == ["agreed"]
    assert kinds(office, key) == ["created", "agreed"]


def test_a_refused_yes_is_kept_as_such(office: Office, key: str) -> None:
    with pytest.raises(Refused), office.app.unit(office.li) as unit:
        advance_item(unit, key, "adopt")
    assert kinds(office, key) == ["created", "refused"]


def test_at_the_terminal(office: Office, key: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    use_settings(monkeypatch, office.app.settings)
    pdca = Terminal(capsys)
    said = pdca("items", "advance", key, "adopt", "--as", "cui", "--lang", "en")
    assert (said.code, said.out) == (0, f"{key}: your yes is kept; 1 more needed before it goes on.\n")
    (step,) = pdca.json("items", "next", key, "--as", "deng")["steps"]
    assert step["round"] == {"said": [[office.cui, office.cui]], "open_to": [office.deng], "still": 1}
    assert "已有 1 人同意，还需 1 人" in pdca("items", "next", key, "--as", "deng", "--lang", "zh").out
    assert pdca("items", "advance", key, "adopt", "--decline", "--as", "deng").code == 1
    no = pdca("items", "advance", key, "adopt", "--decline", "--comment", "Too dear", "--as", "deng", "--lang", "zh")
    assert no.out == f"{key}：已记录您的不同意，本轮结束。\n"
    told = [line["sentence"] for line in pdca.json("items", "history", key, "--lang", "en")["history"]]
    assert told[0] == "Deng Bo said no to: Adopt; the round is over"
    assert told[2] == "Cui Na said yes to: Adopt (1 more needed)"


def test_over_the_wire_and_on_the_page(office: Office, key: str) -> None:
    client = TestClient(build_app(office.app), base_url="http://localhost", raise_server_exceptions=False)
    with office.app.unit(engine=True) as unit:
        token, link = make_token(unit, "cui", "test", "write"), make_sign_in_link(unit, "deng")
    headers = {"Authorization": f"Bearer {token}", "If-Match": '"1"'}
    done = client.post(f"/api/v1/items/{key}/advance", json={"transition": "adopt"}, headers=headers).json()
    assert (done["kind"], done["still"], done["target"]) == ("agreed", 1, "draft")
    signed = client.get(f"/sign-in/{link}", follow_redirects=False).headers["set-cookie"].split(";")[0]  # dated by the office's clock
    page = client.get(f"/items/{key}?move=adopt", headers={"Cookie": signed}).text
    assert "you have said yes" not in page
    for sentence in ("Several must say yes.", "Said yes: Cui Na.", "1 more is needed, from: Deng Bo.", "Yes: Adopt", "No, with a reason"):
        assert sentence in page


def test_a_no_under_the_key_of_a_yes_is_not_taken_for_it(office: Office, key: str) -> None:
    """The page's back button sends both with one key."""
    with office.app.unit(office.cui) as unit:
        advance_item(unit, key, "adopt", request_key="once")
    with pytest.raises(RequestKeyReused), office.app.unit(office.cui) as unit:
        advance_item(unit, key, "adopt", comment="No!", request_key="once", decline=True)


def test_whoever_said_yes_is_told_of_the_no(office: Office, key: str) -> None:
    with office.app.unit(office.cui) as unit:
        advance_item(unit, key, "adopt")
    with office.app.unit(office.deng) as unit:
        advance_item(unit, key, "adopt", comment="Too dear", decline=True)
    with office.app.reader(office.cui) as unit:
        assert "Deng Bo said no to: Adopt. Too dear" in told_sentences(unit, inbox(unit).told).values()


def test_a_migration_taken_back_brings_no_yes_back(office: Office, key: str) -> None:
    """It was said under other rules, whichever way one looks."""
    with office.app.unit(office.cui) as unit:
        advance_item(unit, key, "adopt")
    with office.app.unit(office.gu) as unit:
        publish_workflow(unit, PLAN.replace("all: true", "at_least: 2"), "plan.yaml", "fewer")
        apply_migration(unit, find_route(unit, "plan", 1, 2), "fewer are enough")
    with office.app.unit(office.deng) as unit:
        assert advance_item(unit, key, "adopt").kind == "agreed"
    with office.app.unit(office.gu) as unit:
        revert_migration(unit, "plan", "A mistake")
    with office.app.unit(office.cui) as unit:
        assert advance_item(unit, key, "adopt").kind == "agreed"
    assert kinds(office, key)[-1] == "agreed"


def test_whoever_has_said_yes_is_left_in_peace(office: Office, key: str) -> None:
    """Nothing is missing for them, and nothing waits for them."""
    with office.app.unit(office.cui) as unit:
        assert [one.mine for one in onward(unit, inbox(unit).waiting)] == [True]
        advance_item(unit, key, "adopt")
    with office.app.reader(office.cui) as unit:
        (step,) = next_steps(unit, key)
        assert (step.spoken, step.ready, step.blockers) == (True, False, ())
        assert [one.mine for one in onward(unit, inbox(unit).waiting)] == [False]
    with office.app.reader(office.deng) as unit:
        assert [one.ready for one in next_steps(unit, key)] == [True]


def test_a_no_without_a_reason_is_not_told_as_a_yes(office: Office, key: str) -> None:
    with pytest.raises(Refused), office.app.unit(office.deng) as unit:
        advance_item(unit, key, "adopt", decline=True)
    with office.app.reader() as unit:
        assert history(unit, key).rows[0].sentence == "Deng Bo wanted to say no, which was refused: Adopt"


def test_a_plan_tells_that_yeses_are_lost(office: Office, key: str) -> None:
    with office.app.unit(office.cui) as unit:
        advance_item(unit, key, "adopt")
    with office.app.unit(office.gu) as unit:
        publish_workflow(unit, PLAN.replace("all: true", "at_least: 2"), "plan.yaml", "fewer")
        (plan,) = plan_migration(unit, find_route(unit, "plan", 1, 2))
    assert [(one.field, one.value) for one in plan.placing.lost] == [("adopt", 1)]
