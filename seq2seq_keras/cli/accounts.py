"""The commands `accounts ...`: who may log in to a server that is started with `app --auth`."""

from __future__ import annotations

import getpass
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seq2seq_keras.accounts import FOLDER, AccountBook, check_name, check_password
from seq2seq_keras.accounts.passwords import MOST
from seq2seq_keras.cli.terminal import say
from seq2seq_keras.errors import InputError, WorkError

if TYPE_CHECKING:
    from seq2seq_keras.jobs import Job, Workspace

commands = typer.Typer(
    no_args_is_help=True, help="Accounts of a server that several people use: see app --auth."
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the account.", show_default=False)]
DataDir = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="The data folder of the server; by default SEQ2SEQ_DATA_DIR, or workspace.",
        show_default=False,
    ),
]
PasswordStdin = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from the first line of the input."),
]

_SECONDS_FOR_JOBS = 30.0


@commands.command()
def add(
    name: Name,
    password_stdin: PasswordStdin = False,
    files: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER",
            help="Give it the files that a removed account has left, by the name of their folder.",
            show_default=False,
        ),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Make an account; the password is asked for twice."""
    book = _book(data_dir)
    name = check_name(name)
    if book.find(name) is not None:
        raise InputError(f"{name}: there is such an account; choose another name")
    account = book.add(name, _new_password(name, password_stdin), files)
    say(f"{account.name} can log in. Their files will be in {book.folder / account.folder}")


@commands.command("list")
def list_accounts(data_dir: DataDir = None) -> None:
    """List the accounts: name, day on which it was made, folder of its files."""
    book = _book(data_dir)
    accounts = book.all()
    for account in accounts:
        print(f"{account.name}\t{account.created:%Y-%m-%d}\t{FOLDER}/{account.folder}")
    if not accounts:
        say("There is no account yet. Add one by: seq2seq-keras accounts add NAME")


@commands.command()
def remove(
    name: Name,
    with_files: Annotated[
        bool,
        typer.Option("--with-files", help="Delete its corpora, jobs and models for good, too."),
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Remove an account and end its logins; its files stay, unless told otherwise.

    Jobs that run or wait are cancelled with --with-files, and else paused.
    """
    book = _book(data_dir)
    account = book.remove(name)
    folder = book.folder / account.folder
    say(f"{account.name} can no longer log in.")
    if not folder.is_dir():
        say("They had no files.")
        return
    left = _end_jobs(folder, cancel=with_files)
    if not with_files:
        say(
            f"Their files stay in {folder}. Delete that folder when nobody needs it, or give it to "
            f"an account by: seq2seq-keras accounts add NAME --files {account.folder}"
        )
        return
    if left:
        raise WorkError(
            f"{folder}: stays, as {len(left)} jobs there still run; delete it when the server has "
            "ended them"
        )
    doomed = folder.with_name(f".{folder.name}")
    try:
        folder.rename(doomed)
        shutil.rmtree(doomed)
    except OSError as error:
        raise WorkError(f"{doomed}: could not be deleted ({error.strerror or error})") from None
    say(f"Their files in {folder} are deleted.")


@commands.command()
def password(name: Name, password_stdin: PasswordStdin = False, data_dir: DataDir = None) -> None:
    """Change a password, and end all logins of the account."""
    book = _book(data_dir)
    account = book.find(name)
    if account is None:
        raise InputError(
            f"{name}: there is no such account; `seq2seq-keras accounts list` tells their names"
        )
    book.change_password(account.name, _new_password(account.name, password_stdin))
    say(f"The password of {account.name} is changed. Who was logged in has to log in again.")


def _book(data_dir: Path | None) -> AccountBook:
    from seq2seq_keras.app.serving import default_data_dir

    return AccountBook((data_dir or default_data_dir()).resolve())


def _new_password(name: str, from_stdin: bool) -> str:
    if from_stdin:
        # utf-8, whatever the terminal's is: it comes from a program.
        line = sys.stdin.buffer.readline(4 * MOST + 2)
        try:
            chosen = line.decode().removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError:
            raise InputError("--password-stdin: the password is not in UTF-8") from None
        check_password(chosen, name)
        return chosen
    if not sys.stdin.isatty():
        raise InputError("password: there is no terminal to ask at; give --password-stdin")
    chosen = getpass.getpass(f"Password of {name}: ")
    check_password(chosen, name)
    if getpass.getpass("The same again: ") != chosen:
        raise InputError("password: the two are not the same; nothing was changed")
    return chosen


def _end_jobs(folder: Path, cancel: bool) -> list[Job]:
    """Asks the jobs of a workspace to end, and waits a while; returns those that still run."""
    from seq2seq_keras.jobs import Workspace

    workspace = Workspace(folder)
    for job in workspace.jobs.all():
        if job.active:
            workspace.jobs.ask(job.id, "cancel" if cancel else "pause")
    end = time.monotonic() + _SECONDS_FOR_JOBS
    while cancel and _running(workspace) and time.monotonic() < end:
        time.sleep(0.2)
    return _running(workspace)


def _running(workspace: Workspace) -> list[Job]:
    return [job for job in workspace.jobs.all() if job.state == "running"]
