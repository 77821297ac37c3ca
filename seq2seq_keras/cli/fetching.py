"""The command `fetch`: a corpus from the web, by its name."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seq2seq_keras.cli.terminal import say
from seq2seq_keras.errors import InputError

if TYPE_CHECKING:
    from seq2seq_keras.fetching import Found, Offer

HELP = """Fetch a corpus from the web, and print the paths to give to train.

NAME is one of

- manythings:fra-eng: Tatoeba's pairs with English, as ManyThings has them for Anki

- tatoeba:fra-deu: Tatoeba's own exports, of any two languages

- opus:Tatoeba/de-en, opus:Books/v1/de-en: a corpus of OPUS, the latest version or another

- hub:OWNER/NAME, hub:OWNER/NAME/CONFIG@SPLIT: a data set of the Hugging Face Hub

- https://...: a file in any format that train reads

Size, licence and number of pairs are told before the download. \
Control-C interrupts it, and the same command goes on from there. \
Where each file is from is kept beside it, in FILE.source.json. \
Mirrors are named by HF_ENDPOINT, SEQ2SEQ_MANYTHINGS_URL, SEQ2SEQ_OPUS_URL and SEQ2SEQ_TATOEBA_URL.
"""

_MOST_FILES = 3  # of which the addresses are told


def fetch(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Of the corpus, as above.", show_default=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR_OR_FILE",
            help="Where to copy it; by default it stays in the cache, which is "
            "~/.cache/seq2seq-keras/corpora or SEQ2SEQ_CACHE_DIR.",
            show_default=False,
        ),
    ] = None,
    list_offers: Annotated[
        bool,
        typer.Option(
            "--list",
            help="Download nothing but list what there is: of opus:de-en the corpora in two "
            "languages, of opus:Books the languages of one, of hub:OWNER/NAME its parts.",
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Download without a question.")] = False,
    sha256: Annotated[
        str | None,
        typer.Option(
            metavar="HEX", help="The checksum that the file must have.", show_default=False
        ),
    ] = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Download it anew though it was fetched before.")
    ] = False,
) -> None:
    """Fetches a corpus, and prints its paths; HELP is what its user is told."""
    from seq2seq_keras.fetching import cached, copy_to, look_up, offers
    from seq2seq_keras.fetching import fetch as fetch_corpus
    from seq2seq_keras.fetching.fetch import check_digest

    if list_offers:
        if out is not None or yes or sha256 is not None or refresh:
            raise InputError("--list: downloads nothing; leave the other options out")
        _print_offers(offers(name))
        return
    if sha256 is not None:
        check_digest(sha256)
    if not refresh and cached(name) is not None:
        fetched = fetch_corpus(name, sha256=sha256)
        say(f"{fetched.name} was fetched before; --refresh downloads it anew")
    else:
        if not yes and not sys.stdin.isatty():
            raise InputError(
                "--yes: is needed where nobody can be asked whether to download, as standard input "
                "is no terminal"
            )
        found = look_up(name)
        _describe(found)
        if not yes and not _agreed():
            say("nothing was downloaded")
            raise typer.Exit(1)
        with _download_progress(found) as on_progress:
            fetched = fetch_corpus(found, refresh=refresh, sha256=sha256, on_progress=on_progress)
    files = list(fetched.files) if out is None else copy_to(fetched, out)
    _check_readable(files)
    for file in files:
        typer.echo(str(file))
    paths = " ".join(shlex.quote(str(file)) for file in files)
    say(f"Train with: seq2seq-keras train {paths} --out DIR")


def _describe(found: Found) -> None:
    say(found.name)
    for file in found.files[:_MOST_FILES]:
        say(f"  from     {file.url}")
    if len(found.files) > _MOST_FILES:
        say(f"           and {len(found.files) - _MOST_FILES} more")
    say(f"  size     {_size(found.size)}")
    say(f"  licence  {found.license or 'not stated'}")
    say(f"  pairs    {_count(found.pairs)}")
    if found.homepage:
        say(f"  about    {found.homepage}")


def _agreed() -> bool:
    """Asks whether to download; on standard error, for the output is the paths alone."""
    typer.echo("Download it? [Y/n] ", err=True, nl=False)
    answer = sys.stdin.readline()
    return answer.strip().casefold() in ("", "y", "yes") and answer != ""  # at the end of the input


def _print_offers(found: Sequence[Offer]) -> None:
    """One a line: the name, and how much it is."""
    names = max(len(offer.name) for offer in found)
    for offer in found:
        pairs = f"{_count(offer.pairs)} pairs" if offer.pairs is not None else ""
        size = _size(offer.size) if offer.size is not None else ""
        typer.echo(f"{offer.name:<{names}}  {pairs:>20}  {size:>10}".rstrip())


@contextmanager
def _download_progress(found: Found) -> Iterator[Callable[[int, int | None], None]]:
    """Shows, on a terminal, how much is here; and says what is kept of an interrupted download."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    here = 0
    console = Console(stderr=True)
    columns = (
        *(TextColumn("{task.description}"), BarColumn(), DownloadColumn()),
        *(TransferSpeedColumn(), TimeRemainingColumn()),
    )
    # Where there is no terminal it would end in an empty line.
    bars = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    try:
        with bars:
            task = bars.add_task("downloading", total=found.size)

            def advance(done: int, total: int | None) -> None:
                nonlocal here
                here = done
                bars.update(task, completed=done, total=total)

            yield advance
    except KeyboardInterrupt:
        say(f"{_size(here)} are here; the same command goes on from there")
        raise


def _check_readable(files: list[Path]) -> None:
    """Looks at the first rows, so that what cannot be trained on is told now.

    Raises:
        InputError: This is no corpus, or an archive of several.
    """
    from seq2seq_keras.corpus import preview

    preview(*files)


def _size(size: int | None) -> str:
    if size is None:
        return "not stated"
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"


def _count(pairs: int | None) -> str:
    return "not stated" if pairs is None else f"{pairs:,}"
