"""Those who have an account: who is logged in, and who may be."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import math
import secrets
from collections import OrderedDict
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from seq2seq_keras.accounts import Account, AccountBook, key_of
from seq2seq_keras.app.guards.addresses import address_of
from seq2seq_keras.app.login.cookies import LoginCookies
from seq2seq_keras.app.login.strangers import OPEN_PATHS, turned_away
from seq2seq_keras.app.login.throttle import ACCOUNT, ADDRESS, PAIR, Patience, Throttle
from seq2seq_keras.app.visitors.people import Person
from seq2seq_keras.app.visitors.seal import kept_key
from seq2seq_keras.errors import InputError

_OPEN = OPEN_PATHS | {"/login"}
_HOW = "Nobody is logged in. Send name and password with the request (HTTP Basic)."
_HASHES_AT_ONCE = 2  # each takes 32 MiB and a core
_MOST_REMEMBERED = 1000
_MOST_HEADER = 8192


@dataclass(frozen=True)
class Wait:
    """A try that was not made: there were too many.

    Attributes:
        seconds: Until there can be another.
    """

    seconds: int


class Members:
    """The people of a server with accounts; see `People`.

    Args:
        book: The accounts.
        cookies: Of their logins.

    Example:
        >>> members = Members.of(AccountBook(Path("workspace")))
    """

    named = True

    def __init__(self, book: AccountBook, cookies: LoginCookies) -> None:
        self.cookies = cookies
        self._book = book
        self._throttle = Throttle()
        self._hashing = asyncio.Semaphore(_HASHES_AT_ONCE)
        # A program sends its password with each request, and is not made to wait for the hash each
        # time. What is remembered is of no use to who reads this process's memory later.
        self._secret = secrets.token_bytes(32)
        self._remembered: OrderedDict[bytes, tuple[str, str]] = OrderedDict()

    @classmethod
    def of(cls, book: AccountBook) -> Members:
        """Those of a book, with the key beside it."""
        return cls(book, LoginCookies(kept_key(book.path.with_name("accounts.key"))))

    async def who(self, request: Request) -> Person | Response | None:
        if request.scope["path"] in _OPEN:
            return None
        account = self.logged_in(request)
        if account is None:
            found = await self._by_header(request)
            if isinstance(found, Wait):
                return too_soon(found)
            account = found
        if account is None:
            return turned_away(request, _HOW)
        return Person(account.folder, account.name, account.generation)

    def stays(self, person: Person) -> bool:
        return self._account(person.key, person.proof) is not None

    def logged_in(self, request: Request) -> Account | None:
        """The account that a request's cookie lets in."""
        login = self.cookies.login(request)
        return self._account(*login) if login else None

    async def check(self, request: Request, name: str, password: str) -> Account | Wait | None:
        """Finds out whether somebody may log in.

        Args:
            request: The request by which they try.
            name: What they say is their account's name.
            password: What they say is its password.

        Returns:
            The account; how long to wait, where too many tries were wrong; None if name or
            password is wrong.
        """
        key = hashlib.sha256(key_of(name).encode("utf-8", "replace")).hexdigest()
        counts = self._counts(request, name, key)
        if wait := self._throttle.begin(counts):
            return Wait(math.ceil(wait))
        async with self._hashing:
            account = await asyncio.to_thread(self._checked, name, password)
        if account is not None:
            self._throttle.succeeded(counts, own=counts[0][0])
        return account

    def _counts(self, request: Request, name: str, key: str) -> list[tuple[str, Patience]]:
        known = self.cookies.browser(request)
        if known is not None and self._folder(name) == known[0]:
            # Others' wrong tries keep nobody out who was in here before.
            return [(f"browser {known[1]} {key}", PAIR)]
        address = address_of(request.scope)
        return [
            (f"pair {address} {key}", PAIR),
            (f"address {address}", ADDRESS),
            (f"account {key}", ACCOUNT),
        ]

    async def _by_header(self, request: Request) -> Account | Wait | None:
        """The account whose name and password a program sent along (HTTP Basic)."""
        header = request.headers.get("authorization", "")
        scheme, _, value = header.partition(" ")
        if scheme.lower() != "basic" or len(header) > _MOST_HEADER:
            return None
        try:
            name, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return None
        if not colon:
            return None
        seal = hmac.digest(self._secret, f"{name}\0{password}".encode(), "sha256")
        if seal in self._remembered and (account := self._account(*self._remembered[seal])):
            self._remembered.move_to_end(seal)
            return account
        found = await self.check(request, name, password)
        if isinstance(found, Account):
            self._remembered[seal] = (found.folder, found.generation)
            if len(self._remembered) > _MOST_REMEMBERED:
                self._remembered.popitem(last=False)
        return found

    def _checked(self, name: str, password: str) -> Account | None:
        try:
            return self._book.check(name, password)
        except InputError:  # a damaged book lets nobody in
            return None

    def _account(self, folder: str, generation: str) -> Account | None:
        try:
            return self._book.of(folder, generation)
        except InputError:
            return None

    def _folder(self, name: str) -> str | None:
        try:
            account = self._book.find(name)
        except InputError:
            return None
        return account.folder if account else None


def too_soon(wait: Wait) -> Response:
    """Answers a program that tries too often."""
    detail = f"Too many wrong passwords. Wait {wait.seconds} s and try again."
    return JSONResponse({"detail": detail}, 429, {"retry-after": str(wait.seconds)})
