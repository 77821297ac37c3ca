"""The file of accounts: who is in it, who writes it, and what becomes of a broken one."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from helpers.shell import environment
from seq2seq_keras.accounts import AccountBook
from seq2seq_keras.accounts.passwords import Cost
from seq2seq_keras.errors import InputError, WorkError

PASSWORD, OTHER = "correct horse battery", "staple and another"
CHEAP = Cost(n=16, r=1, p=1)


@pytest.fixture
def book(tmp_path: Path) -> AccountBook:
    return AccountBook(tmp_path, CHEAP)


def test_who_was_added_is_found_however_the_name_is_typed(book: AccountBook) -> None:
    assert book.all() == []
    added = book.add("Ada", PASSWORD)
    assert book.find("ＡDA") == added
    assert book.check(" ada ", PASSWORD) == added
    assert book.check("ada", OTHER) is None
    assert book.check("bob", PASSWORD) is None
    assert AccountBook(book.path.parent).all() == [added]


def test_nobody_is_called_as_another(book: AccountBook) -> None:
    book.add("ada", PASSWORD)
    for name in ("ada", "Ada", "ＡＤＡ", " ada"):
        with pytest.raises(InputError, match="there is such an account"):
            book.add(name, PASSWORD)
    assert len(book.all()) == 1


def test_a_folder_is_nobody_elses(book: AccountBook) -> None:
    first = book.add("ada", PASSWORD)
    assert (book.folder / first.folder).parent == book.folder
    book.remove("ada")
    assert book.add("ada", PASSWORD).folder != first.folder


def test_a_new_password_ends_logins_and_a_removal_too(book: AccountBook) -> None:
    first = book.add("ada", PASSWORD)
    elsewhere = AccountBook(book.path.parent, CHEAP)  # as the server has it
    assert elsewhere.of(first.folder, first.generation) == first
    changed = book.change_password("ADA", OTHER)
    assert changed.folder == first.folder
    assert elsewhere.of(first.folder, first.generation) is None
    assert elsewhere.of(first.folder, changed.generation) == changed
    assert elsewhere.check("ada", PASSWORD) is None
    assert elsewhere.check("ada", OTHER) == changed
    book.remove("ada")
    assert elsewhere.of(first.folder, changed.generation) is None
    assert elsewhere.all() == []


def test_unknown_names_are_told(book: AccountBook) -> None:
    for change in (book.remove, lambda name: book.change_password(name, PASSWORD)):
        with pytest.raises(InputError, match="bob: there is no such account"):
            change("bob")


def test_files_that_were_left_are_taken_over(book: AccountBook) -> None:
    left = book.add("ada", PASSWORD).folder
    (book.folder / left).mkdir(parents=True)
    with pytest.raises(InputError, match="no account that was removed has left"):
        book.add("bob", PASSWORD, left)  # it is Ada's
    book.remove("ada")
    for folder in ("..", "../accounts.json", ".", "", "/etc", f"../accounts/{left}"):
        if folder:
            with pytest.raises(InputError, match="no account that was removed has left"):
                book.add("bob", PASSWORD, folder)
    assert book.add("bob", PASSWORD, left).folder == left


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_the_owner_alone_reads_the_file(book: AccountBook) -> None:
    before = os.umask(0)
    try:
        book.add("ada", PASSWORD)
        book.change_password("ada", OTHER)
    finally:
        os.umask(before)
    assert stat.S_IMODE(book.path.stat().st_mode) == 0o600
    book.path.chmod(0o644)  # as a copy of it may have been brought back
    book.change_password("ada", PASSWORD)
    assert stat.S_IMODE(book.path.stat().st_mode) == 0o600
    text = book.path.read_text(encoding="utf-8")
    assert PASSWORD not in text and OTHER not in text
    assert [path.name for path in book.path.parent.glob(".accounts.json.*")] == [
        ".accounts.json.lock"
    ]


def test_a_write_that_fails_leaves_what_was(
    book: AccountBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.add("ada", PASSWORD)
    before = book.path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WorkError, match="No space left"):
        book.add("bob", PASSWORD)
    assert book.path.read_bytes() == before
    assert not [
        path
        for path in book.path.parent.iterdir()
        if path.name.startswith(".acc") and path.suffix != ".lock"
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"version": 2, "accounts": []}',
        b'{"version": 1, "accounts": [{"name": "ada"}]}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_a_broken_file_lets_nobody_in(book: AccountBook, content: bytes) -> None:
    book.add("ada", PASSWORD)
    book.path.write_bytes(content)
    for ask in (book.all, lambda: book.check("ada", PASSWORD), lambda: book.add("b", PASSWORD)):
        with pytest.raises(InputError, match="is damaged"):
            ask()
    assert book.path.read_bytes() == content


@pytest.mark.parametrize(
    ("field", "value"),
    [("folder", "../../etc"), ("folder", ".."), ("n", 2**30), ("algorithm", "md5"), ("salt", "")],
)
def test_a_changed_file_names_no_other_place_and_no_other_cost(
    book: AccountBook, field: str, value: object
) -> None:
    book.add("ada", PASSWORD)
    content = json.loads(book.path.read_text(encoding="utf-8"))
    account = content["accounts"][0]
    (account if field in account else account["password"])[field] = value
    book.path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match="is damaged"):
        book.all()


def test_names_whose_keys_grow_are_kept(book: AccountBook) -> None:
    for name in ("ΐ" * 32, "ß" * 31, "İ" * 16):
        account = book.add(name, PASSWORD)
        assert AccountBook(book.path.parent, CHEAP).find(name) == account
        (book.folder / account.folder).mkdir(parents=True)


def test_two_shells_at_once_lose_nothing(book: AccountBook, tmp_path: Path) -> None:
    """Two processes, and threads in each."""
    code = f"""
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from seq2seq_keras.accounts import AccountBook
from seq2seq_keras.accounts.passwords import Cost
book = AccountBook(Path({str(tmp_path)!r}), Cost(n=16, r=1, p=1))
def add(number):
    try:
        book.add(f"both-{{number}}", {PASSWORD!r})
        return 1
    except ValueError:
        return 0
with ThreadPoolExecutor(4) as pool:
    for number in range(10):
        pool.submit(book.add, f"{{sys.argv[1]}}-{{number}}", {PASSWORD!r})
    print(sum(pool.map(add, range(10))))
"""
    shells = [
        subprocess.Popen(
            [sys.executable, "-c", code, name], env=environment(), stdout=subprocess.PIPE
        )
        for name in ("one", "two")
    ]
    won = [int(shell.communicate(timeout=180)[0]) for shell in shells]
    assert sum(won) == 10  # each name went to one of them
    names = {account.name for account in book.all()}
    assert names == {
        f"{shell}-{number}" for shell in ("one", "two", "both") for number in range(10)
    }


def test_a_reader_never_sees_half_a_file(book: AccountBook) -> None:
    book.add("ada", PASSWORD)
    reader = AccountBook(book.path.parent, CHEAP)

    def write(number: int) -> None:
        book.add(f"n{number}", PASSWORD)

    with ThreadPoolExecutor(2) as pool:
        writing = [pool.submit(write, number) for number in range(30)]
        while not all(each.done() for each in writing):
            assert reader.check("ada", PASSWORD) is not None
        for each in writing:
            each.result()
    assert len(reader.all()) == 31
