"""Running the system itself from the terminal: people, roles, processes, workflows."""

from __future__ import annotations

from pathlib import Path

from tests.house.source import ROOT
from tests.support.office import Office
from tests.support.terminal import Terminal


def roles(pdca: Terminal, login: str) -> list[tuple[str, str | None]]:
    """The roles somebody holds today."""
    person = next(one for one in pdca.json("people", "list")["people"] if login in one["logins"])
    return [(role["role"], role["process"]) for role in person["roles"]]


def test_people_roles_and_deputies(pdca: Terminal) -> None:
    """Added, granted for a process, given back; all problems at once."""
    pdca.json("people", "add", "Mei Lin", "--login", "mei", "--email", "mei@example.org", "--language", "zh", "--manager", "cui")
    pdca.json("people", "grant", "mei", "process_owner", "--process", "change")
    assert roles(pdca, "mei") == [("process_owner", "change")]
    pdca.json("people", "deputy", "cui", "mei", "--from", "2026-01-01")
    pdca.json("people", "revoke", "mei", "process_owner", "--process", "change")
    assert roles(pdca, "mei") == []
    assert pdca("people", "revoke", "mei", "process_owner", "--process", "change").code == 4
    wrong = pdca.json("people", "add", " ", "--login", "Mei!", "--email", "x", "--language", "fr", code=1)
    assert {one["field"] for one in wrong["errors"]} == {"name", "login", "email", "language"}


def test_a_disabled_account_signs_nobody_in(pdca: Terminal) -> None:
    """And gets no link any more that works."""
    assert "/sign-in/" in pdca("people", "link", "deng").out
    pdca.json("people", "disable", "deng")
    assert next(one for one in pdca.json("people", "list")["people"] if one["name"] == "Deng Bo")["logins"] == []


def test_processes(pdca: Terminal) -> None:
    """Added and listed with their owners; a second one of that name is refused."""
    pdca.json("processes", "add", "problem", "--title", "Problem management", "--title-zh", "问题管理", "--clause", "8.6.3")
    listed = {one["id"]: one for one in pdca.json("processes", "list", "--lang", "zh")["processes"]}
    assert listed["problem"]["title"] == "问题管理" and listed["incident"]["owner_names"] == ["Cui Na"]
    assert pdca("processes", "add", "problem", "--title", "Again").code == 1


def test_publishing_a_workflow(pdca: Terminal, tmp_path: Path) -> None:
    """A changed text is a new version; the same text none; a broken one is shown with its problems; a reason is needed."""
    path = tmp_path / "review.yaml"
    text = (ROOT / "workflows/review.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("title: {en: Review,", "title: {en: Our review,"), encoding="utf-8")
    assert pdca.json("workflows", "publish", str(path), "--reason", "our name") == {"workflow": "review", "version": 2, "new": True}
    assert pdca.json("workflows", "publish", str(path), "--reason", "again")["new"] is False
    listed = {one["id"]: one for one in pdca.json("workflows", "list")["workflows"]}
    assert (listed["review"]["title"], listed["review"]["current"]) == ("Our review", 2)
    shown = pdca.json("workflows", "show", "review", "--version", "1")
    assert (shown["shown"], [one["reason"] for one in shown["versions"]]) == (1, ["our name", "Bundled with the program"])
    path.write_text(text.replace("phase: plan", "phase: plam"), encoding="utf-8")
    broken = pdca("workflows", "publish", str(path), "--reason", "x")
    assert broken.code == 1 and "did you mean `plan`?" in broken.out and f"pdca workflows check {path}" in broken.err
    assert pdca("workflows", "publish", str(path)).code == 2
    assert pdca("workflows", "publish", str(path), "--reason", "x", "--as", "li").code in (1, 5)
    assert pdca("workflows", "show", "reviews").code == 4


def test_a_workflow_tells_what_it_does_by_itself(pdca: Terminal) -> None:
    """Timers with their due date, whom they remind and what they fire; schedules with their rule."""
    shown = pdca.json("workflows", "show", "improvement")
    (back,) = [one for one in shown["timers"] if one["name"] == "come_back_from_deferral"]
    assert (back["in"], back["then"]) == (["deferred"], ["fire return_from_deferral"])
    decision = next(one for one in shown["timers"] if "process_owner" in one["ladder"].get("+1 day", ""))
    assert decision["due"] == "after 10 working days"
    correcting = [one["due"] for one in pdca.json("workflows", "show", "nonconformity")["timers"]]
    assert any("(grade: major)" in due and "(grade: minor)" in due for due in correcting)
    board = next(one for one in shown["schedules"] if one["name"] == "board")
    assert board["when"].startswith(("cron ", "every ")) and "create review" in board["then"]
    told = pdca("workflows", "show", "improvement").out
    assert "Schedule" in told and board["when"] in told
    assert "定时器" in pdca("workflows", "show", "improvement", "--lang", "zh").out


def test_a_broken_trail_is_found(database: str, office: Office, pdca: Terminal) -> None:
    """Exit code 1, the item and the entry."""
    key = office.new_improvement()
    off = "DROP TRIGGER entry_no_update" if database == "sqlite" else "ALTER TABLE entry DISABLE TRIGGER USER"
    with office.app.store.rebuilding() as connection:
        connection.exec_driver_sql(off)
        connection.exec_driver_sql("UPDATE entry SET text = replace(text, 'Fewer', 'Many') WHERE seq = 1")
    said = pdca.json("trail", "verify", code=1)
    assert (said["ok"], said["first_broken"]["item"], said["first_broken"]["seq"]) == (False, key, 1)
