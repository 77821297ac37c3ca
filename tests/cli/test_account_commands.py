"""The commands `accounts ...`, as a person and as a script give them."""

from __future__ import annotations

import getpass
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from seq2seq_keras.accounts import AccountBook
from seq2seq_keras.accounts.passwords import Cost
from seq2seq_keras.cli import accounts as commands
from seq2seq_keras.cli import main
from seq2seq_keras.jobs import Workspace

PASSWORD, OTHER = "correct horse battery", "staple and another"
Outcome = tuple[int, str, str]


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seq2seq_keras.accounts.book.Cost", lambda: Cost(n=16, r=1, p=1))


@pytest.fixture
def program(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Outcome]:
    """Runs a command; `typed` is what is typed at a terminal, `stdin` what a script gives."""

    def run(*words: str, typed: list[str] | None = None, stdin: bytes = b"") -> Outcome:
        stream = io.TextIOWrapper(io.BytesIO(stdin), encoding="ascii")
        monkeypatch.setattr(sys, "stdin", stream)
        if typed is not None:
            monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
            answers = iter(typed)
            monkeypatch.setattr(getpass, "getpass", lambda prompt: next(answers))
        with pytest.raises(SystemExit) as ended:
            main(["accounts", *words, "--data-dir", str(tmp_path)])
        written = capsys.readouterr()
        return int(ended.value.code or 0), written.out, written.err

    return run


def test_an_account_from_the_first_to_the_last(
    program: Callable[..., Outcome], tmp_path: Path
) -> None:
    book = AccountBook(tmp_path)
    code, out, err = program("list")
    assert (code, out) == (0, "") and "accounts add NAME" in err
    assert program("add", "Ada", typed=[PASSWORD, PASSWORD])[0] == 0
    account = book.check("ada", PASSWORD)
    assert account is not None and account.name == "Ada"
    assert program("add", "bob", "--password-stdin", stdin=f"{OTHER}\nmore\n".encode())[0] == 0
    assert book.check("bob", OTHER)
    code, out, err = program("list")
    assert [line.split("\t")[0] for line in out.splitlines()] == ["Ada", "bob"]
    assert out.splitlines()[0].split("\t")[2] == f"accounts/{account.folder}"
    code, _, err = program("password", "ADA", typed=[OTHER, OTHER])
    assert code == 0 and "has to log in again" in err
    assert book.check("ada", OTHER) and not book.check("ada", PASSWORD)
    code, _, err = program("remove", "ada")
    assert code == 0 and "can no longer log in" in err
    assert book.find("ada") is None


def test_files_stay_unless_told_otherwise(program: Callable[..., Outcome], tmp_path: Path) -> None:
    book = AccountBook(tmp_path)
    folders = {}
    for name in ("ada", "bob"):
        account = book.add(name, PASSWORD)
        folders[name] = book.folder / account.folder
        workspace = Workspace(folders[name])
        workspace.prepare()
        workspace.jobs.submit("score", "a job", {})
    code, _, err = program("remove", "ada")
    assert code == 0 and str(folders["ada"]) in err and f"--files {folders['ada'].name}" in err
    (job,) = Workspace(folders["ada"]).jobs.all()
    assert job.state == "paused"
    code, _, err = program("remove", "bob", "--with-files")
    assert code == 0 and "are deleted" in err
    assert [path.name for path in book.folder.iterdir()] == [folders["ada"].name]
    stdin = {"stdin": PASSWORD.encode()}
    code, *_ = program("add", "eve", "--password-stdin", "--files", folders["ada"].name, **stdin)
    eve = book.find("eve")
    assert code == 0 and eve is not None and eve.folder == folders["ada"].name


def test_files_of_a_job_that_does_not_end_stay(
    program: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = AccountBook(tmp_path)
    workspace = Workspace(book.folder / book.add("ada", PASSWORD).folder)
    workspace.prepare()
    job = workspace.jobs.submit("score", "a job", {})
    monkeypatch.setattr(commands, "_SECONDS_FOR_JOBS", 0.0)
    monkeypatch.setattr(commands, "_running", lambda _: [job])
    code, _, err = program("remove", "ada", "--with-files")
    assert code == 1 and "1 jobs there still run" in err
    assert workspace.folder.is_dir() and book.find("ada") is None


@pytest.mark.parametrize(
    ("words", "given", "expected"),
    [
        (["add", "ada", "--password-stdin"], {"stdin": b"another password"}, "there is such an"),
        (["add", "../ada"], {"typed": []}, "a name has 1 to 32 letters"),
        (["add", "bob"], {"typed": [PASSWORD, OTHER]}, "the two are not the same"),
        (["add", "bob"], {"typed": ["short"]}, "it has 8 to 1,024 characters"),
        (["add", "bob"], {}, "no terminal to ask at; give --password-stdin"),
        (["add", "bob", "--password-stdin"], {"stdin": b""}, "it has 8 to 1,024 characters"),
        (["add", "bob", "--password-stdin"], {"stdin": b"\xff" * 9}, "not in UTF-8"),
        (["add", "bob", "--password-stdin"], {"stdin": b"x" * 10**6}, "8 to 1,024 characters"),
        (["add", "b", "--password-stdin", "--files", ".."], {"stdin": b"abcdefgh1"}, "has left"),
        (["password", "eve"], {"typed": []}, "eve: there is no such account"),
        (["remove", "eve"], {}, "eve: there is no such account"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    program: Callable[..., Outcome],
    tmp_path: Path,
    words: list[str],
    given: dict[str, object],
    expected: str,
) -> None:
    book = AccountBook(tmp_path)
    book.add("ada", PASSWORD)
    before = book.path.read_bytes()
    code, out, err = program(*words, **given)
    assert (code, out) == (2, "") and expected in err
    assert err.startswith("error: ") and err.count("\n") == 1
    assert book.path.read_bytes() == before


def test_the_data_folder_is_that_of_the_server(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SEQ2SEQ_DATA_DIR", str(tmp_path / "data"))
    AccountBook(tmp_path / "data").add("ada", PASSWORD)
    with pytest.raises(SystemExit):
        main(["accounts", "list"])
    assert capsys.readouterr().out.startswith("ada\t")


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal of Unix")
def test_at_a_real_terminal_the_password_is_not_shown(tmp_path: Path) -> None:
    import pty

    from helpers.shell import environment

    words = ["-m", "seq2seq_keras", "accounts", "add", "ada", "--data-dir", str(tmp_path)]
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, *words], environment())
    shown = b""
    for prompt in (b"Password of ada: ", b"The same again: "):
        while not shown.endswith(prompt):
            shown += os.read(terminal, 1)
        os.write(terminal, f"{PASSWORD}\n".encode())
    while True:
        try:
            part = os.read(terminal, 1024)
        except OSError:
            break
        if not part:
            break
        shown += part
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert PASSWORD.encode() not in shown and b"can log in" in shown
    assert AccountBook(tmp_path).check("ada", PASSWORD)
