"""The everyday work at the terminal: create, look, advance, be refused, meet a conflict."""

from __future__ import annotations

import pytest

from tests.support.office import Office
from tests.support.terminal import Terminal


@pytest.fixture
def key(pdca: Terminal) -> str:
    """An improvement of Li's."""
    made = pdca.json("items", "new", "improvement", "Fewer repeats", "process=incident", "--as", "li")
    return str(made["key"])


def test_an_item_goes_its_first_steps(pdca: Terminal, key: str) -> None:
    """New, next, advance by the very command that next shows, history, trail."""
    steps = pdca.json("items", "next", key, "--as", "li")["steps"]
    submit = next(step for step in steps if step["transition"] == "submit")
    assert submit["allowed"] and [one["field"] for one in submit["missing"]] == ["description", "source"]
    assert submit["commands"] == [f"pdca items advance {key} submit description=… source=…"]
    done = pdca.json("items", "advance", key.lower(), "submit", "description=Seen in March", "source=idea", "--as", "Li Hua")
    assert (done["source"], done["target"], done["version"]) == ("draft", "evaluating", 2)
    shown = pdca.json("items", "show", key)
    assert (shown["state"], shown["columns"]["description"]) == ("evaluating", "Seen in March")
    history = pdca.json("items", "history", key)["history"]
    assert [one["kind"] for one in history] == ["advanced", "created"]
    assert pdca.json("trail", "verify")["ok"] is True


def test_a_refusal_lists_everything_and_the_way_on(pdca: Terminal, key: str) -> None:
    """Exit code 1; the attempt stands in the trail."""
    said = pdca("items", "advance", key, "submit", "--as", "li")
    assert said.code == 1
    assert "Description is missing" in said.err and "Source is missing" in said.err
    assert f"Next: pdca items next {key}" in said.err
    document = pdca.json("items", "advance", key, "submit", "--as", "li", code=1)
    assert document["code"] == "REFUSED"
    assert [(one["code"], one["field"]) for one in document["errors"]] == [("NEEDS_FIELD", "description"), ("NEEDS_FIELD", "source")]
    assert [one["kind"] for one in pdca.json("items", "history", key)["history"]] == ["refused", "refused", "created"]


def test_a_refusal_in_chinese(pdca: Terminal, key: str) -> None:
    """The same conditions in the other language."""
    said = pdca("items", "advance", key, "submit", "--as", "li", "--lang", "zh")
    assert "缺少“描述”" in said.err and "下一步" in said.err


def test_a_stale_version_is_a_conflict(pdca: Terminal, key: str) -> None:
    """Exit code 3, both values shown, nothing written."""
    pdca.json("items", "edit", key, "description=Mine", "--as", "li")
    said = pdca("items", "edit", key, "description=Yours", "--version", "1", "--as", "li")
    assert said.code == 3 and "'Yours'" in said.err and "'Mine'" in said.err
    document = pdca.json("items", "edit", key, "description=Yours", "--version", "1", "--as", "li", code=3)
    assert document["conflict"]["fields"] == {"description": {"yours": "Yours", "now": "Mine"}}


def test_exit_codes(pdca: Terminal, key: str) -> None:
    """0 done, 1 refused, 2 usage, 4 not found, 5 not allowed."""
    assert pdca("items", "show", "IMP-1999-0001").code == 4
    assert pdca("items", "new", "improvment", "x", "--as", "li").code == 4
    assert pdca("items", "comment", key, "hello", "--as", "nobody").code == 4
    assert pdca("items", "advance", key, "cancel", "--comment", "no", "--as", "li").code == 5
    assert pdca("items", "comment", key, "hello", "--as", "rui").code == 5
    assert pdca("people", "add", "Somebody", "--as", "li").code == 5
    assert pdca("items", "comment", key, "hello").code == 2
    assert pdca("items", "edit", key, "novalue", "--as", "li").code == 1
    assert pdca("items", "comment", key, "hello", "--as", "li").code == 0


def test_items_are_never_changed_by_nobody(pdca: Terminal, key: str) -> None:
    """The sentence names the option."""
    for words in (("advance", key, "submit"), ("next", key), ("new", "improvement", "x"), ("assign", key, "li")):
        said = pdca("items", *words)
        assert said.code == 2 and "--as" in said.err


def test_a_token_acts_for_its_person(pdca: Terminal, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PDCA_TOKEN; a reading one may not write, a wrong one is told."""
    secret = {scope: pdca.json("people", "token", "li", "--name", scope, "--scope", scope)["token"] for scope in ("read", "write")}
    monkeypatch.setenv("PDCA_TOKEN", secret["write"])
    pdca.json("items", "comment", key, "hello")
    assert pdca.json("items", "history", key)["history"][0]["who"] == "Li Hua"
    assert pdca("people", "add", "Somebody").code == 5
    monkeypatch.setenv("PDCA_TOKEN", secret["read"])
    assert pdca("items", "show", key).code == 0
    assert pdca("items", "comment", key, "hello").code == 5
    monkeypatch.setenv("PDCA_TOKEN", "made up")
    assert pdca("items", "list").code == 5


def test_a_request_key_makes_repeats_harmless(pdca: Terminal, key: str) -> None:
    """The second time the first answer comes back."""
    words = ("items", "advance", key, "submit", "description=a", "source=b", "--as", "li", "--request-key", "r1")
    first, second = pdca.json(*words), pdca.json(*words)
    assert (first["repeated"], second["repeated"], second["version"]) == (False, True, first["version"])


def test_lists_are_filtered_sorted_and_paged(pdca: Terminal, office: Office) -> None:
    """Filters, cursor and total."""
    for number in range(3):
        office.new_improvement(f"Title {number}")
    office.new_improvement("Other", process="change")
    listed = pdca.json("items", "list", "--process", "incident", "--sort", "title", "--limit", "2")
    assert ([one["title"] for one in listed["items"]], listed["total"]) == (["Title 0", "Title 1"], 3)
    more = pdca.json("items", "list", "--process", "incident", "--sort", "title", "--limit", "2", "--cursor", listed["next_cursor"])
    assert ([one["title"] for one in more["items"]], more["next_cursor"]) == (["Title 2"], None)
    assert pdca.json("items", "list", "--text", "other", "--owner", "li")["total"] == 0
    assert pdca("items", "list", "--sort", "colour").code == 1


def test_assign_comment_link(pdca: Terminal, key: str) -> None:
    """Each leaves its line in the trail."""
    other = pdca.json("items", "new", "improvement", "Another", "--as", "li")["key"]
    pdca.json("items", "assign", key, "Deng Bo", "--as", "li")
    pdca.json("items", "comment", key, "Looks good", "--as", "deng")
    pdca.json("items", "link", key, "--to", other, "--as", "li")
    shown = pdca.json("items", "show", key)
    assert shown["owner_name"] == "Deng Bo"
    assert [link["key"] for link in shown["links"]] == [other]
    assert [one["kind"] for one in shown["history"]] == ["linked", "commented", "assigned", "created"]
    assert pdca("items", "assign", key, "Deng Bo", "--role", "boss", "--as", "li").code == 1


def test_stored_text_cannot_move_the_cursor(pdca: Terminal) -> None:
    """Escape sequences in a title are shown as signs, not obeyed."""
    made = pdca.json("items", "new", "improvement", "red \x1b[31malert", "--as", "li")
    assert "\x1b" not in pdca("items", "show", made["key"]).out + pdca("items", "list").out


@pytest.mark.parametrize("title", ["nul \x00 here", "half \ud83d pair", " ", "x" * 501])
def test_titles_no_database_keeps_are_refused(pdca: Terminal, title: str) -> None:
    """One sentence, exit code 1."""
    said = pdca.json("items", "new", "improvement", title, "--as", "li", code=1)
    assert [one["field"] for one in said["errors"]] == ["title"]


def test_tick_does_what_the_scheduler_does(pdca: Terminal) -> None:
    """A recurring review is opened once, however often the tick comes."""
    at = ("--at", "2027-03-31T09:00")
    first, second = pdca.json("schedules", "tick", *at), pdca.json("schedules", "tick", *at)
    assert first["fired"] > 0 and second["fired"] == 0
    assert pdca.json("schedules", "list")["schedules"][0]["next_nominal"] > "2027-03-31"
