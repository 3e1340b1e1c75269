"""Secrets: how they are made, and what of them is kept. Nothing that is stored here can sign anybody in."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pdca_engine.errors import Refusal

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200


def new_secret() -> str:
    """A secret that nobody can guess (256 bits), fit for a URL."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What is stored of a link, a session or a token: its SHA-256. Enough, as the secret itself is long and random."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(new_secret())


def hash_password(password: str) -> str:
    """The password's Argon2id hash, salt and parameters included."""
    return _hasher().hash(password)


def password_fits(password: str, stored: str | None) -> bool:
    """Whether the password belongs to the stored hash. Takes as long when there is none, so that logins can't be found out by the clock."""
    try:
        given = password[:LONGEST_PASSWORD].encode("utf-8", "replace")
        return _hasher().verify(stored or _nobodys_hash(), given) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def judge_password(password: str) -> list[Refusal]:
    """What is wrong with a new password; empty when nothing is (length is what counts: NIST SP 800-63B 5.1.1)."""
    if SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return []
    params = {"min": SHORTEST_PASSWORD, "max": LONGEST_PASSWORD}
    en = f"A password needs {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
    zh = f"密码须为 {SHORTEST_PASSWORD} 至 {LONGEST_PASSWORD} 个字符。"
    return [Refusal("PASSWORD_LENGTH", en, zh, "password", params)]
