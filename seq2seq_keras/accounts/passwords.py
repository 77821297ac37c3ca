"""Passwords, of which only a slow hash is kept: scrypt (RFC 7914), with a salt for each."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from seq2seq_keras.errors import InputError

FEWEST, MOST = 8, 1024
"""Characters of a password."""

_HASH_BYTES = 32


@dataclass(frozen=True)
class Cost:
    """What a guess costs: 128 * n * r bytes of memory, p times over.

    The default is 32 MiB and a quarter of a second, as OWASP advises for a login.
    """

    n: int = 2**15
    r: int = 8
    p: int = 3


class PasswordHash(BaseModel):
    """What is kept of a password, with all that is needed to compare another one with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    algorithm: Literal["scrypt"] = "scrypt"
    n: int = Field(ge=2, le=2**20)
    r: int = Field(ge=1, le=64)
    p: int = Field(ge=1, le=64)
    salt: str = Field(pattern="^[0-9a-f]{32}$")
    hash: str = Field(pattern="^[0-9a-f]{64}$")


def check_password(password: str, name: str = "") -> None:
    """Sees whether a password is worth its name.

    Args:
        password: What somebody chose.
        name: The name of the account, which it must not be.

    Raises:
        InputError: It is not.
    """
    if not FEWEST <= len(password) <= MOST:
        raise InputError(f"password: it has {FEWEST} to {MOST:,} characters; choose another")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in password):
        raise InputError("password: it holds what no keyboard types; choose another")
    if len(set(password)) < 3 or password.casefold() == name.casefold():
        raise InputError("password: the first guess would find this one; choose another")


def hash_password(password: str, cost: Cost) -> PasswordHash:
    """Makes what is kept of a password, with a new salt."""
    salt = secrets.token_hex(16)
    digest = _digest(password, cost.n, cost.r, cost.p, salt)
    return PasswordHash(n=cost.n, r=cost.r, p=cost.p, salt=salt, hash=digest)


def matches(password: str, kept: PasswordHash | None, cost: Cost) -> bool:
    """Compares a password with what is kept of one.

    Args:
        password: What was typed; too long a one is wrong, and costs nothing.
        kept: What is kept; None, as of an unknown name, takes the same time and is wrong.
        cost: What new hashes cost.
    """
    if len(password) > MOST:
        return False
    known = kept or PasswordHash(n=cost.n, r=cost.r, p=cost.p, salt="0" * 32, hash="0" * 64)
    digest = _digest(password, known.n, known.r, known.p, known.salt)
    return hmac.compare_digest(digest, known.hash) and kept is not None


def _digest(password: str, n: int, r: int, p: int, salt: str) -> str:
    # Another keyboard may put together the same letter from other parts.
    text = unicodedata.normalize("NFKC", password).encode("utf-8", "replace")
    memory = 128 * r * (n + p) + 2**20
    return hashlib.scrypt(
        text, salt=bytes.fromhex(salt), n=n, r=r, p=p, maxmem=memory, dklen=_HASH_BYTES
    ).hex()
