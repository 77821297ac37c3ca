"""The file in which accounts are kept; whoever reads it sees a change at once."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seq2seq_keras.accounts.names import check_name, key_of
from seq2seq_keras.accounts.passwords import (
    Cost,
    PasswordHash,
    check_password,
    hash_password,
    matches,
)
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.storage import write_file

FILE = "accounts.json"
FOLDER = "accounts"
"""Where the workspaces of accounts lie in the data folder."""

_MOST_BYTES = 16 * 1024**2


class Account(BaseModel):
    """Somebody who may log in.

    Attributes:
        name: What they are called.
        folder: The name of their workspace's folder; no other account ever has it unasked.
        generation: Drawn anew with each password; a login holds as long as it stays.
        created: When it was made.
        password: What is kept of the password.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    folder: str = Field(pattern=r"^[^\W_][^/\\:\x00]*$", max_length=80)
    generation: str
    created: datetime
    password: PasswordHash

    @property
    def key(self) -> str:
        """What is compared of the name."""
        return key_of(self.name)


class _Pages(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    accounts: tuple[Account, ...] = ()


class AccountBook:
    """All accounts of a data folder.

    A change is one step on the disk: who reads sees the old file or the new one, and of two who
    write, one waits for the other.

    Args:
        data_dir: The data folder; `accounts.json` lies in it.
        cost: What a guess at a password costs.

    Example:
        >>> book = AccountBook(Path("workspace"))
        >>> book.add("ada", "correct horse battery")
        >>> book.check("Ada", "correct horse battery").name
        'ada'
    """

    def __init__(self, data_dir: Path, cost: Cost | None = None) -> None:
        self.path = data_dir / FILE
        self.folder = data_dir / FOLDER
        self._cost = cost or Cost()
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._pages = _Pages()

    def all(self) -> Sequence[Account]:
        """Every account, in the order of their names.

        Raises:
            InputError: The file cannot be read.
        """
        return sorted(self._read().accounts, key=lambda account: account.key)

    def find(self, name: str) -> Account | None:
        """The account of a name, however it is typed."""
        key = key_of(name)
        return next((account for account in self._read().accounts if account.key == key), None)

    def of(self, folder: str, generation: str) -> Account | None:
        """The account of a workspace, if its logins of a generation still hold."""
        for account in self._read().accounts:
            if account.folder == folder and account.generation == generation:
                return account
        return None

    def check(self, name: str, password: str) -> Account | None:
        """Finds the account of a name and a password; slow on purpose, for unknown names too.

        Returns:
            The account; None if either is wrong.
        """
        account = self.find(name)
        if account is not None:
            return account if matches(password, account.password, self._cost) else None
        others = [other.password for other in self._read().accounts[:1]]  # made at what cost?
        cost = Cost(others[0].n, others[0].r, others[0].p) if others else self._cost
        matches(password, None, cost)
        return None

    def add(self, name: str, password: str, files: str | None = None) -> Account:
        """Makes an account.

        Args:
            name: What it is called.
            password: Its password.
            files: The folder, by its name, that an account which was removed has left; by default
                it begins with nothing.

        Raises:
            InputError: The name is taken or no name, the password is none, or there are no such
                files.
        """
        name = check_name(name)
        check_password(password, name)
        kept = hash_password(password, self._cost)
        with self._changed() as accounts:
            if any(account.key == key_of(name) for account in accounts):
                raise InputError(f"{name}: there is such an account; choose another name")
            account = Account(
                name=name,
                folder=self._left(files, accounts) if files else self._new_folder(name),
                generation=secrets.token_hex(8),
                created=datetime.now(UTC).replace(microsecond=0),
                password=kept,
            )
            accounts.append(account)
        return account

    def change_password(self, name: str, password: str) -> Account:
        """Gives an account another password, and ends all its logins.

        Raises:
            InputError: There is no such account, or the password is none.
        """
        check_password(password, name)
        kept = hash_password(password, self._cost)
        with self._changed() as accounts:
            place = self._place(name, accounts)
            accounts[place] = accounts[place].model_copy(
                update={"password": kept, "generation": secrets.token_hex(8)}
            )
            return accounts[place]

    def remove(self, name: str) -> Account:
        """Takes an account away, and ends all its logins; its workspace stays where it is.

        Raises:
            InputError: There is no such account.
        """
        with self._changed() as accounts:
            return accounts.pop(self._place(name, accounts))

    def _place(self, name: str, accounts: list[Account]) -> int:
        for place, account in enumerate(accounts):
            if account.key == key_of(name):
                return place
        raise InputError(
            f"{name}: there is no such account; `seq2seq-keras accounts list` tells their names"
        )

    def _new_folder(self, name: str) -> str:
        while (self.folder / (folder := f"{key_of(name)[:40]}-{secrets.token_hex(4)}")).exists():
            pass
        return folder

    def _left(self, folder: str, accounts: list[Account]) -> str:
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        left = {path.name for path in found if path.is_dir()}
        left -= {account.folder for account in accounts}
        if folder not in left or folder.startswith("."):
            raise InputError(
                f"{folder}: no account that was removed has left such a folder in {self.folder}; "
                "give its name alone"
            )
        return folder

    def _read(self) -> _Pages:
        """The file as it is now; it is read again only when another one is there."""
        with self._lock:
            try:
                found = self.path.stat()
                seen = (found.st_ino, found.st_mtime_ns, found.st_size)
                if seen != self._seen:
                    self._pages = _parsed(self.path)
                    self._seen = seen
            except FileNotFoundError:
                self._pages, self._seen = _Pages(), None
            except OSError as error:
                self._seen = None
                raise InputError(f"{self.path}: cannot be read ({error.strerror})") from None
            return self._pages

    @contextmanager
    def _changed(self) -> Iterator[list[Account]]:
        """Hands out the accounts to be changed, and writes them when that went well."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path.with_name(f".{FILE}.lock"), timeout=60, mode=0o600):
                accounts = list(self._read().accounts)
                yield accounts
                content = _Pages(accounts=tuple(accounts)).model_dump_json(indent=1)
                write_file(self.path, content, private=True)
        except OSError as error:
            raise WorkError(f"{self.path}: cannot be written ({error.strerror or error})") from None


def _parsed(path: Path) -> _Pages:
    with path.open("rb") as stream:
        content = stream.read(_MOST_BYTES + 1)
    try:
        if len(content) > _MOST_BYTES:
            raise ValueError("too large")
        return _Pages.model_validate_json(content)
    except (ValidationError, ValueError):
        raise InputError(
            f"{path}: is damaged, so nobody can log in; bring back an older copy, or remove it and "
            "add the accounts again"
        ) from None
