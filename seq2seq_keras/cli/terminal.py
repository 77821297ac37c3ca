"""What the commands say in the terminal, and how they hear an interruption."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import typer

from seq2seq_keras.cluster.supervision import leave_last_words
from seq2seq_keras.counted import counted

if TYPE_CHECKING:
    from seq2seq_keras.evaluation import Scores
    from seq2seq_keras.export import Check

_DIFFERENCES_SHOWN = 20


def say(text: str) -> None:
    """Writes a line to standard error, where it is not in the way of the output."""
    typer.echo(text, err=True)


def fail(message: str, status: int, can_go_on: bool = True) -> NoReturn:
    """Ends the program with an error in one line.

    Args:
        message: The error.
        status: The exit status.
        can_go_on: Whether the work, begun again, may go on where it stood.
    """
    line = " ".join(message.split())
    leave_last_words(line, can_go_on)
    say(f"error: {line}")
    sys.exit(status)


def load_keras() -> None:
    """Imports Keras and its backend without what they write to standard error meanwhile."""
    with libraries_silenced():
        import keras  # noqa: F401


@contextmanager
def libraries_silenced() -> Iterator[None]:
    """Drops what C++ libraries write to standard error, where a user looks for our messages.

    TensorFlow's announce the processor, SentencePiece's say that they do as they were told,
    before or in spite of any setting. What goes wrong is raised and so still seen.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def print_scores(scores: Scores) -> None:
    """Writes each score with its signature, and what the reader of them should know."""
    for name, metric in (("BLEU", scores.bleu), ("chrF", scores.chrf), ("TER", scores.ter)):
        typer.echo(f"{name:<5}{metric.value:6.2f}  {metric.signature}")
    typer.echo(f"BLEU {scores.nltk_bleu:6.2f}  nltk, on sacreBLEU's tokens")
    for notice in scores.notices:
        say(f"note: {notice}")


def print_check(check: Check, folder: Path) -> None:
    """Writes what came of trying an export out: where it differs, its size, speed and BLEU."""
    for source, own, other in check.differing[:_DIFFERENCES_SHOWN]:
        say(f"differs: {source}\n  translator: {own}\n  export:     {other}")
    if more := len(check.differing[_DIFFERENCES_SHOWN:]):
        say(f"{more:,} more differ")
    count = len(check.sentences)
    speed, own_speed = count / check.seconds, count / check.own_seconds
    say(
        f"{folder}: {check.size / 1e6:.1f} MB; {check.equal:,} of {counted(count, 'sentence')} "
        f"translated alike; {speed:.1f} sentences a second, the translator {own_speed:.1f}"
    )
    if check.scores and check.own_scores:
        bleu, own_bleu = check.scores.bleu, check.own_scores.bleu
        say(f"BLEU {bleu.value:.2f}, the translator {own_bleu.value:.2f}, greedy  {bleu.signature}")


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Shows a progress bar on standard error, if that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    # Where there is no terminal it would end in an empty line.
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(what, total=total)
        yield lambda done: bars.update(task, completed=done)


@contextmanager
def reading_progress(what: str, file: Path, done: int) -> Iterator[Callable[[int], None]]:
    """Shows, on a terminal, how many lines of a file are done, how many a second, and time left.

    Args:
        what: What is done to them.
        file: The file, whose lines are counted first.
        done: How many lines are done already.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda lines: None
        return
    with file.open("rb") as stream:
        total = sum(1 for _ in stream)
    rate = TextColumn("{task.fields[rate]:,.0f} lines/s, left")
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), rate, TimeLeft())
    with Progress(*columns, console=console, transient=True, speed_estimate_period=120) as bars:
        task = bars.add_task(what, total=total, completed=done, rate=0)

        def advance(lines: int) -> None:
            bars.update(task, completed=lines)
            bars.update(task, rate=bars.tasks[0].speed or 0)

        yield advance


@contextmanager
def stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Turns the first Control-C into a wish to stop, and the second into an interruption."""
    asked = False

    def ask(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        say("Stopping; the best model so far is kept. Press Control-C again to stop at once.")
        signal.signal(signal.SIGINT, previous)

    previous = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, previous)
