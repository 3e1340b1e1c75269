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


def test_the_owner_does_not_lift_the_check() -> None:
    play = doing(needs_check=True)
    play.do("finish", ANA)
    assert play.codes("pass", ANA) == ["NOT_YOUR_ROLE", "GUARD_FALSE"]
    assert play.codes("pass", CUI, needs_check=False) == ["READ_ONLY_FIELD", "GUARD_FALSE"]


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
    waiting = doing(needs_check=True)
    waiting.do("finish", ANA)
    assert waiting.do("drop", ENGINE, "cancel").final == "ended"


def running(**values: Any) -> Play:
    play = Play("review", due=DUE, **values)
    play.do("begin", ANA)
    return play


@pytest.mark.parametrize("kind", ["board", "programme_review"])
def test_a_meeting_names_who_attended_also_when_it_is_late(kind: str) -> None:
    late = Play("review", due=DUE, kind=kind)
    late.do("miss", ENGINE, "window")
    for play, conclude, person in ((running(kind=kind), "conclude", ANA), (late, "late_conclude", CUI)):
        assert play.codes(conclude, person, "Holiday", **NOTES) == ["GUARD_FALSE"]
        assert play.do(conclude, person, "Holiday", **NOTES, attendance=[ANA, CUI]).target == "concluded"


@pytest.mark.parametrize("kind", ["process_check", "document_review", "trend_review"])
def test_who_looks_at_records_or_figures_needs_no_meeting(kind: str) -> None:
    assert running(kind=kind).do("conclude", ANA, **NOTES).target == "concluded"


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
    assert own.codes("close", CUI) == ["FOUR_EYES_OWNER", "FOUR_EYES_CONCLUDE"]
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
