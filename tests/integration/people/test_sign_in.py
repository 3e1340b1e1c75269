"""Links, passwords, sessions and tokens: what they open, and when they stop opening."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from pdca_engine.errors import NotAllowed, NotFound, PdcaError, Refused, SignInFailed
from pdca_engine.records.people import Account, SignIn, SignInLink, Token
from pdca_engine.services.people import deactivate_person, erase_person
from pdca_engine.services.sign_in import (
    SignedIn,
    disable_account,
    end_token,
    make_sign_in_link,
    make_token,
    set_password,
    sign_in_password,
    sign_out,
    use_sign_in_link,
    who_has_token,
    who_is,
)
from tests.support.office import PASSWORD, Office


def link_for(office: Office, login: str, minutes: int = 60) -> str:
    with office.app.unit(office.gu) as unit:
        return make_sign_in_link(unit, login, minutes)


def use(office: Office, link: str) -> SignedIn:
    with office.app.unit() as unit:
        return use_sign_in_link(unit, link)


def whose(office: Office, session: str) -> int | None:
    with office.app.reader() as unit:
        return who_is(unit, session)


def test_a_link_signs_in_once(office: Office) -> None:
    link = link_for(office, "li")
    signed_in = use(office, link)
    assert (signed_in.person, whose(office, signed_in.session_token)) == (office.li, office.li)
    with pytest.raises(SignInFailed):
        use(office, link)


def test_of_many_who_use_one_link_at_the_same_moment_one_gets_in(office: Office) -> None:
    link = link_for(office, "li")

    def attempt(_: int) -> bool:
        try:
            return bool(use(office, link))
        except SignInFailed:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == 1


def test_a_link_is_good_until_its_minute(office: Office) -> None:
    early, late = link_for(office, "li", 10), link_for(office, "li", 10)
    office.clock.forward(timedelta(minutes=9, seconds=59))
    assert use(office, early).person == office.li
    office.clock.forward(timedelta(seconds=1))
    with pytest.raises(SignInFailed):
        use(office, late)


@pytest.mark.parametrize("wrong", ["", "nonsense", "\x00", "\ud83d", "x" * 10_000])
def test_nonsense_signs_nobody_in(office: Office, wrong: str) -> None:
    with pytest.raises(SignInFailed):
        use(office, wrong)
    with pytest.raises(PdcaError), office.app.unit() as unit:
        sign_in_password(unit, wrong, wrong)
    with office.app.reader() as unit:
        assert who_is(unit, wrong) is None
        assert who_has_token(unit, wrong) is None


def test_a_password_signs_in_and_a_wrong_one_does_not(office: Office) -> None:
    with office.app.unit() as unit:
        assert sign_in_password(unit, "gu", PASSWORD).person == office.gu
    for login, password in (("gu", "wrong horse battery"), ("li", PASSWORD), ("nobody", PASSWORD), ("gu", "")):
        with pytest.raises(SignInFailed), office.app.unit() as unit:
            sign_in_password(unit, login, password)


def test_a_session_ends_with_sign_out_and_with_its_week(office: Office) -> None:
    first, second = (use(office, link_for(office, "li")) for _ in range(2))
    assert first.session_token != second.session_token
    with office.app.unit(office.li) as unit:
        sign_out(unit, first.session_token)
    assert whose(office, first.session_token) is None
    assert whose(office, second.session_token) == office.li
    office.clock.forward(timedelta(days=7))
    assert whose(office, second.session_token) is None


@pytest.mark.parametrize("how", ["disable", "erase", "deactivate", "password"])
def test_disabling_erasing_leaving_and_a_new_password_end_everything(office: Office, how: str) -> None:
    signed_in, link = use(office, link_for(office, "li")), link_for(office, "li")
    with office.app.unit(office.gu) as unit:
        token = make_token(unit, "li", "script", "write")
        match how:
            case "disable":
                disable_account(unit, "li")
            case "erase":
                erase_person(unit, office.li)
            case "deactivate":
                deactivate_person(unit, office.li)
            case _:
                set_password(unit, "li", "a brand new password")
    assert whose(office, signed_in.session_token) is None
    with office.app.reader() as unit:
        assert who_has_token(unit, token) is None
    with pytest.raises(SignInFailed):
        use(office, link)


def test_a_token_tells_person_and_scope_until_its_day(office: Office) -> None:
    with office.app.unit(office.li) as unit:
        token = make_token(unit, "li", "script", "read", days=1)
        lasting = make_token(unit, "li", "robot", "write", days=None)
    with office.app.reader() as unit:
        assert who_has_token(unit, token) == (office.li, "read")
    office.clock.forward(timedelta(days=1))
    with office.app.reader() as unit:
        assert who_has_token(unit, token) is None
        assert who_has_token(unit, lasting) == (office.li, "write")
    with office.app.unit(office.li) as unit:
        end_token(unit, "li", "robot")
    with office.app.reader() as unit:
        assert who_has_token(unit, lasting) is None


def test_token_mistakes_are_told_together(office: Office) -> None:
    with pytest.raises(Refused) as refused, office.app.unit(office.li) as unit:
        make_token(unit, "li", "", "everything")
    assert [one.field for one in refused.value.refusals()] == ["name", "scope"]


def test_nobody_makes_links_tokens_or_passwords_for_others(office: Office) -> None:
    for attempt in (
        lambda unit: make_sign_in_link(unit, "gu"),
        lambda unit: make_token(unit, "gu", "mine"),
        lambda unit: set_password(unit, "gu", "mine mine mine"),
        lambda unit: disable_account(unit, "gu"),
    ):
        with pytest.raises(NotAllowed), office.app.unit(office.li) as unit:
            attempt(unit)


def test_an_unknown_login_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound), office.app.unit(office.gu) as unit:
        make_sign_in_link(unit, "nobody")


def test_no_secret_is_stored(office: Office) -> None:
    link = link_for(office, "li")
    session = use(office, link).session_token
    with office.app.unit(office.li) as unit:
        token = make_token(unit, "li", "script")
    with office.app.reader() as unit:
        kept = [
            *unit.session.scalars(select(SignInLink.token_hash)),
            *unit.session.scalars(select(SignIn.token_hash)),
            *unit.session.scalars(select(Token.token_hash)),
            *unit.session.scalars(select(Account.password_hash).where(Account.password_hash.is_not(None))),
        ]
    assert len(kept) == 4
    for secret in (link, session, token, PASSWORD):
        assert not any(secret in one for one in kept)
