"""Accounts and proof of who acts: one-time links, passwords, sessions, tokens. Only fingerprints of secrets are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from pdca_engine.errors import NotFound, Refused, SignInFailed
from pdca_engine.records.people import Account, Person, SignIn, SignInLink, Token
from pdca_engine.services.credentials import fingerprint, hash_password, judge_password, new_secret, password_fits
from pdca_engine.services.inputs import LOGIN, Problems
from pdca_engine.services.rights import require_role
from pdca_engine.store.directory import bump_directory
from pdca_engine.unit import Unit

SESSION_LASTS = timedelta(days=7)
SCOPES = ("read", "write")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: its secret (told once), whose it is, and when it ends."""

    session_token: str
    person: int
    account: int
    expires: datetime


def judge_account(unit: Unit, problems: Problems, login: str, password: str | None) -> None:
    """Note what is wrong with a new account's login and password."""
    problems.pattern("login", login, LOGIN, "li.hua")
    if unit.session.scalar(select(Account.id).where(Account.login == login)) is not None:
        problems.add("LOGIN_TAKEN", "login", f"The login {login} is taken; choose another.", f"登录名 {login} 已被使用，请换一个。")
    if password is not None:
        problems.extend(judge_password(password))


def add_account(unit: Unit, person: int, login: str, password: str | None = None) -> int:
    """One more way for the person to sign in; answers its number. Raises Refused (all problems), NotAllowed, NotFound."""
    require_role(unit, "admin")
    if unit.session.get(Person, person) is None:
        raise NotFound("person", "人员", str(person))
    problems = Problems()
    judge_account(unit, problems, login, password)
    problems.raise_any()
    hashed = None if password is None else hash_password(password)
    account = Account(person_id=person, login=login, password_hash=hashed, created_at=unit.now)
    unit.session.add(account)
    unit.session.flush()
    bump_directory(unit.transaction)
    return account.id


def set_password(unit: Unit, login: str, password: str) -> None:
    """A new password for the account, by its own person or the admin; every session and token of it ends. Raises Refused, NotAllowed."""
    account = account_record(unit, login)
    if unit.person != account.person_id or unit.person is None:
        require_role(unit, "admin")
    if problems := judge_password(password):
        raise Refused(problems)
    account.password_hash = hash_password(password)
    end_secrets(unit, account.id)


def disable_account(unit: Unit, login: str) -> None:
    """The account signs nobody in any more; its sessions, links and tokens end now."""
    require_role(unit, "admin")
    account = account_record(unit, login)
    account.disabled_at = account.disabled_at or unit.now
    end_secrets(unit, account.id)
    bump_directory(unit.transaction)


def make_sign_in_link(unit: Unit, account_login: str, minutes: int = 60) -> str:
    """A secret that signs the account in once, within `minutes`. Told once, to whoever asked; NotFound, NotAllowed."""
    require_role(unit, "admin")
    account = account_record(unit, account_login)
    secret = new_secret()
    unit.session.add(SignInLink(account_id=account.id, token_hash=fingerprint(secret), expires_at=unit.now + timedelta(minutes=minutes)))
    return secret


def use_sign_in_link(unit: Unit, token: str) -> SignedIn:
    """Sign in with a link. The database lets exactly one use through; SignInFailed when it was used, is too old or never was."""
    open_link = update(SignInLink).where(
        SignInLink.token_hash == fingerprint(token), SignInLink.used_at.is_(None), SignInLink.expires_at > unit.now
    )
    account = unit.session.scalar(open_link.values(used_at=unit.now).returning(SignInLink.account_id))
    if account is None or not _usable(unit, account):
        raise SignInFailed
    return _start_session(unit, account)


def sign_in_password(unit: Unit, login: str, password: str) -> SignedIn:
    """Sign in with a password; SignInFailed, whatever the reason: which part was wrong is nobody's business."""
    account = _find_account(unit, login)
    if not password_fits(password, account.password_hash if account else None) or account is None or not _usable(unit, account.id):
        raise SignInFailed
    return _start_session(unit, account.id)


def who_is(unit: Unit, session_token: str) -> int | None:
    """The person whose session that is, or None when it has ended, is too old, or the account or person is no longer active."""
    alive = (SignIn.token_hash == fingerprint(session_token), SignIn.ended_at.is_(None), SignIn.expires_at > unit.now)
    found = select(Person.id).join(Account).join(SignIn, SignIn.account_id == Account.id).where(*alive, *_ACTIVE)
    return unit.session.scalar(found)


def sign_out(unit: Unit, session_token: str) -> None:
    """End that session for good."""
    mine = update(SignIn).where(SignIn.token_hash == fingerprint(session_token), SignIn.ended_at.is_(None))
    unit.session.execute(mine.values(ended_at=unit.now))


def make_token(unit: Unit, login: str, name: str, scope: str = "read", days: int | None = 90) -> str:
    """A bearer token for programs, scope `read` or `write`, good for `days` (None: until ended). By its own person or the admin.

    Told once. Raises Refused (all problems), NotFound, NotAllowed.
    """
    account = account_record(unit, login)
    if unit.person != account.person_id or unit.person is None:
        require_role(unit, "admin")
    problems = Problems()
    problems.text("name", name, 100)
    if scope not in SCOPES:
        problems.add("BAD_FORM", "scope", "The scope is read or write.", "权限范围须为 read 或 write。")
    if unit.session.scalar(select(Token.id).where(Token.account_id == account.id, Token.name == name)) is not None:
        problems.add("NAME_TAKEN", "name", f"The account has a token named {name} already.", f"该账号已有名为 {name} 的令牌。")
    problems.raise_any()
    secret = new_secret()
    expires = None if days is None else unit.now + timedelta(days=days)
    token = Token(account_id=account.id, name=name, token_hash=fingerprint(secret), scope=scope, created_at=unit.now, expires_at=expires)
    unit.session.add(token)
    unit.session.flush()
    return secret


def end_token(unit: Unit, login: str, name: str) -> None:
    """End that token of the account, by its own person or the admin; NotFound when there is none."""
    account = account_record(unit, login)
    if unit.person != account.person_id or unit.person is None:
        require_role(unit, "admin")
    token = unit.session.scalar(select(Token).where(Token.account_id == account.id, Token.name == name))
    if token is None:
        raise NotFound("token", "令牌", name)
    token.ended_at = token.ended_at or unit.now


def who_has_token(unit: Unit, token: str) -> tuple[int, str] | None:
    """The person and the scope (read, write) of a bearer token, or None when it is none, has ended or is too old."""
    in_time = (Token.expires_at.is_(None)) | (Token.expires_at > unit.now)
    alive = (Token.token_hash == fingerprint(token), Token.ended_at.is_(None), in_time)
    found = select(Person.id, Token.scope).join(Account, Account.person_id == Person.id).join(Token).where(*alive, *_ACTIVE)
    row = unit.session.execute(found).first()
    return None if row is None else (row.id, row.scope)


def end_secrets(unit: Unit, account: int) -> None:
    """Everything that signs the account in without a password ends now: sessions, tokens, unused links."""
    for table in (SignIn, Token):
        still_good = update(table).where(table.account_id == account, table.ended_at.is_(None))
        unit.session.execute(still_good.values(ended_at=unit.now))
    unused = update(SignInLink).where(SignInLink.account_id == account, SignInLink.used_at.is_(None))
    unit.session.execute(unused.values(used_at=unit.now))


def account_record(unit: Unit, login: str) -> Account:
    """The account of that login; NotFound when there is none."""
    account = _find_account(unit, login)
    if account is None:
        raise NotFound("account", "账号", login)
    return account


def _find_account(unit: Unit, login: str) -> Account | None:
    """The account of that login; what can't be a login never reaches the database."""
    return unit.session.scalar(select(Account).where(Account.login == login)) if LOGIN.fullmatch(login) else None


_ACTIVE = (Account.disabled_at.is_(None), Person.active.is_(True))


def _usable(unit: Unit, account: int) -> bool:
    usable = select(Account.id).join(Person, Person.id == Account.person_id).where(Account.id == account, *_ACTIVE)
    return unit.session.scalar(usable) is not None


def _start_session(unit: Unit, account: int) -> SignedIn:
    secret, expires = new_secret(), unit.now + SESSION_LASTS
    person = unit.session.scalars(select(Account.person_id).where(Account.id == account)).one()
    unit.session.add(SignIn(account_id=account, token_hash=fingerprint(secret), created_at=unit.now, expires_at=expires))
    return SignedIn(secret, person, account, expires)
