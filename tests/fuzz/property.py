"""What holds of a reader whatever it is given: it reads, or it refuses in one line."""

import time
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

from seq2seq_keras.corpus import load_corpus, preview
from seq2seq_keras.documents import read_document
from seq2seq_keras.errors import InputError

SECONDS = 5
"""So long may a file of up to 64 KB take the processor."""

MEMORY = 500 * 2**20
"""So much memory may it take."""

_LONGEST_MESSAGE = 1000


class BrokenError(Exception):
    """A reader did something else than to read, or to refuse in one line."""


def check(read: Callable[[], None], paths: Sequence[Path]) -> str | None:
    """Calls a reader.

    Args:
        read: Calls it, and looks at what it returns.
        paths: What it reads.

    Returns:
        What the file was refused for; None if it was read.

    Raises:
        BrokenError: If the message is more than a line or names no file, or it took too long.
        Exception: What else the reader raises.
    """
    begin = time.process_time()
    message = None
    try:
        read()
    except InputError as error:
        message = str(error)
        _check_message(message, paths)
    seconds = time.process_time() - begin
    if seconds > SECONDS:
        raise BrokenError(f"took more than {SECONDS} seconds")
    return message


def _check_message(message: str, paths: Sequence[Path]) -> None:
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in message):
        raise BrokenError("the message is more than a line of text")
    too_many = len(paths) > 2 and "received 3" in message
    if not too_many and not any(str(path) in message for path in paths):
        raise BrokenError("the message names no file")
    if len(message) > _LONGEST_MESSAGE:
        raise BrokenError("the message is too long to be read")


def read_corpus(*paths: Path, **choice: str | None) -> None:
    """Previews a corpus and reads it, and looks whether what comes is text on two sides."""
    seen = preview(*paths, **choice)
    _check_text(seen.columns)
    for column in seen.columns:
        _check_text(seen.rows[column])
    if seen.source_column == seen.target_column or len(set(seen.columns)) < len(seen.columns):
        raise BrokenError("columns cannot be told apart")
    if len(seen.kinds) != len(seen.columns):
        raise BrokenError("not every column is of a kind")
    corpus = load_corpus(*paths, **choice)
    for side in (corpus.sources, corpus.targets):
        _check_text(side)
        if any(not text.strip() or "\n" in text for text in side):
            raise BrokenError("a sentence is empty or more than a line")


def read_text(path: Path) -> None:
    """Reads a document and writes it again with other texts in it."""
    document = read_document(path, source_lang="en", target_lang="fr")
    segments = document.segments
    _check_text(segments)
    document.encode(segments)
    document.encode(['"a", <b> & \n'] * len(segments))
    if not segments or not all(map(str.strip, segments)):
        raise BrokenError("a segment is empty")


def _check_text(texts: Sequence[str]) -> None:
    for text in texts:
        if not isinstance(text, str):
            raise BrokenError("something is no text")
        text.encode()
