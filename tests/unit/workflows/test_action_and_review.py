"""Actions and reviews: each test tells what somebody tries, and what the bundled workflow answers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.unit.workflows.playing import ANA, CUI, DENG, ENGINE, FANG, Play

DUE = date(2026, 3, 6)
NOTES = {"result": "in_order", "notes": "All looked at"}


def doing(**values: Any) -> Play:
    play = Play("action", due=DUE, **values)
    play.do("start", ANA)
    play.prove()
    return play


def test_an_action_starts_with_owner_and_due_date() -> None:
    assert Play("action").codes("start", ANA) == ["NEEDS_FIELD:due"]


def test_an_action_is_not_done_without_evidence() -> None:
    play = Play("action", due=DUE)
    play.do("start", ANA)
    assert play.codes("finish", ANA) == ["NEEDS_EVIDENCE"]


def test_an_action_passes_by_itself_where_nobody_has_to_check() -> None:
    play = doing()
    (follow,) = play.do("finish", ANA).follows
    assert (follow.on, follow.transition) == ("self", "pass")
    assert play.do("pass", ENGINE, "finish").final == "achieved"


def test_a_checked_action_is_accepted_by_somebody_else() -> None:
    play = doing(needs_check=True)
    play.do("finish", ANA)
    assert play.codes("pass", ENGINE, "finish") == ["GUARD_FALSE"]
    assert play.codes("accept", ANA) == ["FOUR_EYES_OWNER"]
    assert play.codes("return", DENG) == ["NEEDS_COMMENT"]
    play.do("return", DENG, "Where is the log?")
    play.do("finish", ANA)
    assert play.do("accept", DENG).final == "achieved"
    assert play.do("reopen", CUI, "It came back").target == "doing"


def test_an_action_is_dropped_with_a_reason() -> None:
    assert doing().codes("drop", CUI) == ["NEEDS_COMMENT"]
    assert doing().do("drop", ENGINE, "cancel").final == "ended"


def running(**values: Any) -> Play:
    play = Play("review", due=DUE, **values)
    play.do("begin", ANA)
    return play


@pytest.mark.parametrize(("kind", "codes"), [("board", ["GUARD_FALSE"]), ("trend_review", ["GUARD_FALSE"]), ("process_check", [])])
def test_a_meeting_names_who_attended(kind: str, codes: list[str]) -> None:
    play = running(kind=kind)
    if codes:
        assert play.codes("conclude", ANA, **NOTES) == codes
    assert play.do("conclude", ANA, **NOTES, attendance=[ANA, CUI]).target == "concluded"


def test_every_finding_has_an_item_or_an_answer() -> None:
    play = running()
    assert play.codes("conclude", ANA, result="findings", notes="Two gaps") == ["GUARD_FALSE"]
    play.do("conclude", ANA, result="findings", notes="Two gaps", findings=2)
    play.act()
    assert play.codes("close", CUI) == ["GUARD_FALSE"]
    assert play.do("close", CUI, no_change="The other is wanted").final == "achieved"


def test_a_process_check_is_closed_by_somebody_else_and_a_board_is_not() -> None:
    check = running(owner=ANA)
    check.do("conclude", ANA, **NOTES)
    own = Play("review", due=DUE, owner=CUI)
    own.do("begin", CUI)
    own.do("conclude", CUI, **NOTES)
    assert own.codes("close", CUI) == ["FOUR_EYES_OWNER"]
    assert own.do("close", FANG).final == "achieved"
    board = Play("review", due=DUE, owner=CUI, kind="board")
    board.do("begin", CUI)
    board.do("conclude", CUI, **NOTES, attendance=[ANA])
    assert board.do("close", CUI).final == "achieved"


def test_a_missed_review_is_kept_and_can_be_concluded_late() -> None:
    play = Play("review", due=DUE)
    assert play.do("miss", ENGINE, "window").final == "ended"
    assert play.codes("late_conclude", CUI, **NOTES) == ["NEEDS_COMMENT"]
    assert play.do("late_conclude", CUI, "Holiday", **NOTES).target == "concluded"
