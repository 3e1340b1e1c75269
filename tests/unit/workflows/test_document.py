"""The life of a document version: each test tells what somebody tries, and what the bundled workflow answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.workflows.certifying import APO, DUO, ROU, Way, begins, made
from tests.unit.workflows.playing import ANA, BO, CUI, DENG, ENGINE, GU

AUTHOR = BO
METADATA = {"number": "P-8.6.1", "type": "procedure", "requirements": ["8.6.1"], "change_note": "First version"}
PEOPLE = {"author": [AUTHOR, DENG], "reviewer": [ROU], "approver": APO}
DATES = {"effective_on": "2026-03-09", "next_review": "2028-03-01"}


def draft(**values: Any) -> Way:
    play = Way("document", **PEOPLE | values)
    play.prove()
    return play


def in_review(**values: Any) -> Way:
    play = draft(**values)
    play.do("request_review", AUTHOR, **METADATA | {key: value for key, value in values.items() if key in METADATA})
    play.suppose("comments", open=0)
    return play


def in_approval(**values: Any) -> Way:
    play = in_review(**values)
    play.do("pass_review", ROU)
    return play


def approved(**values: Any) -> Way:
    play = in_approval(**values)
    play.do("approve", APO, **DATES)
    return play


def in_force(**values: Any) -> Way:
    play = approved(**values)
    play.on("2026-03-09")
    play.do("publish", DUO, audience=[ANA, CUI])
    return play


def review_due() -> Way:
    play = in_force()
    play.on("2028-01-31")
    play.do("open_periodic_review", ENGINE, "review_opens")
    return play


def test_a_review_needs_metadata_people_and_the_text() -> None:
    play = Way("document", author=[AUTHOR])
    missing = [f"NEEDS_FIELD:{name}" for name in ("number", "type", "requirements", "change_note", "reviewer", "approver")]
    assert [one for one in play.codes("request_review", AUTHOR) if one.startswith("NEEDS_FIELD")] == missing
    assert "NEEDS_EVIDENCE" in play.codes("request_review", AUTHOR)
    assert draft().codes("request_review", ANA, **METADATA) == ["NOT_YOUR_ROLE"]


def test_an_author_is_neither_reviewer_nor_approver() -> None:
    assert draft().codes("request_review", AUTHOR, **METADATA, reviewer=[ROU, DENG]) == ["GUARD_FALSE"]
    assert draft().codes("request_review", AUTHOR, **METADATA, approver=DENG) == ["APPROVER_IS_AUTHOR"]


def test_open_comments_hold_the_review_up() -> None:
    play = in_review()
    play.suppose("comments", open=2)
    assert play.codes("pass_review", ROU) == ["GUARD_FALSE"]
    play.suppose("comments", open=None)
    assert play.codes("pass_review", ROU) == ["GUARD_UNKNOWN"]


def test_every_reviewer_has_to_pass_it() -> None:
    play = in_review(reviewer=[ROU, CUI])
    assert play.do("pass_review", ROU).kind == "agreed"
    assert (play.item.state, play.codes("pass_review", ROU)) == ("in_review", ["ALREADY_AGREED"])
    assert play.codes("pass_review", GU) == ["NOT_YOUR_ROLE"]
    assert play.do("pass_review", CUI).target == "approval"


def test_a_reviewer_sends_it_back_with_comments() -> None:
    play = in_review()
    assert play.codes("rework", ROU) == ["NEEDS_COMMENT"]
    play.do("rework", ROU, "Say who restores")
    assert (play.item.state, play.item.attempt) == ("draft", 2)


def test_no_author_approves_not_even_a_former_one() -> None:
    play = in_approval()
    play.write(ANA, approver=DENG)
    assert play.codes("approve", DENG, **DATES) == ["FOUR_EYES_AUTHOR", "APPROVER_IS_AUTHOR"]
    play.write(ANA, author=[AUTHOR])  # taking somebody off the record does not make them independent
    assert play.codes("approve", DENG, **DATES) == ["FOUR_EYES_AUTHOR_HISTORY"]
    assert play.codes("refuse", DENG, "No") == ["FOUR_EYES_AUTHOR_HISTORY"]


def test_a_policy_is_approved_by_the_sponsor() -> None:
    given = DATES | {"next_review": "2027-03-01"}
    assert in_approval(type="policy").codes("approve", APO, **given) == ["GUARD_FALSE"]
    assert in_approval(type="policy", approver=GU).do("approve", GU, **given).target == "approved"


@pytest.mark.parametrize(("type_", "latest"), [("procedure", "2028-03-09"), ("plan", "2027-03-09"), ("continuity_plan", "2027-03-09")])
def test_the_next_review_depends_on_the_type(type_: str, latest: str) -> None:
    beyond = f"{latest[:-2]}10"
    assert in_approval(type=type_).codes("approve", APO, **DATES | {"next_review": beyond}) == ["GUARD_FALSE"]
    assert in_approval(type=type_).do("approve", APO, **DATES | {"next_review": latest}).target == "approved"


def test_it_takes_effect_today_at_the_earliest() -> None:
    assert in_approval().codes("approve", APO, **DATES | {"effective_on": "2026-03-01"}) == ["GUARD_FALSE"]
    assert in_approval().do("approve", APO, **DATES | {"effective_on": "2026-03-02"}).target == "approved"


def test_what_was_approved_is_not_edited() -> None:
    play = approved()
    for name, value in (("number", "P-1"), ("document_version", "2.0"), ("type", "policy"), ("content", "https://example.com/x")):
        assert play.edit(ANA, **{name: value}) == ["READ_ONLY_FIELD"]


def test_it_is_published_on_its_day_after_the_training() -> None:
    play = approved(training_required=True)
    assert play.codes("publish", DUO, audience=[ANA]) == ["GUARD_FALSE", "TOO_EARLY"]
    play.on("2026-03-09")
    assert play.codes("publish", APO, audience=[ANA], training_done=True) == ["NOT_YOUR_ROLE"]
    assert play.do("publish", DUO, audience=[ANA], training_done=True).target == "in_force"


def test_publishing_supersedes_the_older_version_and_asks_everybody_to_read() -> None:
    play = approved()
    play.on("2026-03-09")
    decision = play.do("publish", DUO, audience=[ANA, CUI])
    assert [(one.on, one.transition) for one in decision.follows] == [("parent", "supersede")]
    assert [(one["owner"], one["due"]) for one in made(decision, "action")] == [(ANA, "2026-03-23"), (CUI, "2026-03-23")]
    assert begins(decision) == {"reading": "2026-03-23", "review_opens": "2028-01-31", "periodic_review": "2028-03-01"}


def test_the_engine_supersedes_and_keeps_it_for_six_years() -> None:
    play = in_force()
    assert play.codes("supersede", DUO) == ["NOT_YOUR_ROLE"]
    play.do("supersede", ENGINE, "publish")
    assert (play.item.state, play.item.fields["watermark"], play.item.fields["keep_until"]) == ("superseded", "superseded", "2032-03-09")


def test_a_confirmation_is_a_review_and_no_new_version() -> None:
    play = review_due()
    given = {"has_read": True, "finding": "Still right", "review_again": "2030-01-31"}
    assert play.codes("confirm_unchanged", ANA, **given | {"has_read": False}) == ["GUARD_FALSE"]
    assert play.codes("confirm_unchanged", ANA, **given | {"review_again": "2030-02-01"}) == ["GUARD_FALSE"]
    assert play.codes("confirm_unchanged", CUI, **given) == ["NOT_YOUR_ROLE"]
    decision = play.do("confirm_unchanged", ANA, **given)
    assert (play.item.fields["reviews"], play.item.fields["document_version"]) == (1, "1.0")
    assert (decision.target, begins(decision)["review_opens"]) == ("in_force", "2030-01-01")


def test_a_review_is_opened_at_once_with_a_reason() -> None:
    play = in_force()
    assert play.codes("open_periodic_review", DUO) == ["NEEDS_COMMENT"]
    assert play.do("open_periodic_review", DUO, "A new law").target == "review_due"


@pytest.mark.parametrize("state", ["in_force", "review_due"])
def test_one_revision_at_a_time_and_this_version_stays_in_force(state: str) -> None:
    play = in_force() if state == "in_force" else review_due()
    given = {"what_changes": "New tool", "next_version": "2.0"}
    assert play.codes("start_revision", ANA, **given | {"next_version": "1.0"}) == ["GUARD_FALSE"]
    (fields,) = made(play.do("start_revision", ANA, **given), "document")
    assert (fields["document_version"], fields["number"], fields["change_note"], fields["owner"]) == ("2.0", "P-8.6.1", "New tool", ANA)
    assert play.item.state == state
    play.children(("document", "in_review"), ("action", "open"))
    assert play.codes("start_revision", ANA, **given) == ["NEEDS_CHILDREN"]
    play.children(("document", "dropped"))
    assert play.do("start_revision", ANA, **given).target == state


def test_what_the_standard_requires_is_not_withdrawn() -> None:
    play = in_force()
    assert play.codes("withdraw", APO, "Old") == ["GUARD_UNKNOWN"]
    play.suppose("versions", needed_elsewhere=1)
    assert play.codes("withdraw", APO, "Old") == ["GUARD_FALSE"]
    play.suppose("versions", needed_elsewhere=0)
    assert play.codes("withdraw", ANA, "Old") == ["NOT_YOUR_ROLE", "FOUR_EYES_OWNER"]
    decision = play.do("withdraw", APO, "The service is gone")
    assert (decision.final, [new.child for new in decision.creates]) == ("ended", [False, False])


def test_the_author_drops_a_draft() -> None:
    assert in_review().do("drop", DENG, "Not needed").final == "ended"


def test_the_periodic_review_goes_up_the_ladder() -> None:
    ladder = [(step.offset.amount, step.who) for step in draft().compiled.workflow.timers["periodic_review"].ladder]
    assert ladder == [
        (-30, ("owner",)),
        (-7, ("owner",)),
        (0, ("owner",)),
        (7, ("process_owner",)),
        (14, ("sms_manager",)),
        (30, ("sponsor",)),
    ]
