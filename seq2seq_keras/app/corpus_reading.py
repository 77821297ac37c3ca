"""The corpora that the page works with, kept in memory: the form asks for them again and again."""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from seq2seq_keras.app.uploads import told_as
from seq2seq_keras.jobs import CorpusInfo
from seq2seq_keras.jobs.reading import SPLIT_SEED, read_pairs

if TYPE_CHECKING:
    from seq2seq_keras.corpus import Corpus, Finding, Preview, Splits, WordTally

_KEPT_OPEN = 3


class OpenCorpus:
    """All pairs of a corpus, and what the page has found out about them.

    Attributes:
        pairs: The pairs, those too that will be left out.
        seen: How its files were understood.
    """

    def __init__(self, pairs: Corpus, seen: Preview) -> None:
        self.pairs = pairs
        self.seen = seen

    @property
    def inspected(self) -> bool:
        """Whether `findings` are known already."""
        return "findings" in vars(self)

    @cached_property
    def findings(self) -> list[Finding]:
        """What is doubtful in it."""
        from seq2seq_keras.corpus import inspect

        return inspect(self.pairs)

    @cached_property
    def lengths(self) -> tuple[np.ndarray, np.ndarray]:
        """The characters of each source and of each target."""
        source, target = (
            np.fromiter(map(len, side), int, len(side))
            for side in (self.pairs.sources, self.pairs.targets)
        )
        return source, target

    @cached_property
    def folded(self) -> tuple[list[str], list[str]]:
        """Both sides in the form in which case does not matter."""
        sources, targets = (
            [sentence.casefold() for sentence in side]
            for side in (self.pairs.sources, self.pairs.targets)
        )
        return sources, targets

    def left_out(self, cleaning: Collection[str]) -> set[int]:
        """The pairs that are left out with these sorts of findings."""
        if not cleaning:  # which needs no looking for
            return set()
        return {
            index
            for finding in self.findings
            if finding.check in cleaning
            for index in finding.indices
        }


def open_corpus(info: CorpusInfo) -> OpenCorpus:
    """Reads a corpus whole, or finds it still open.

    Raises:
        InputError: It cannot be read; its files are told by their names, not by where they lie.
    """
    with _turn:
        key = _key(info)
        opened = _open.pop(key, None)
        if opened is None:
            opened = _read(info)
        _open[key] = opened
        while len(_open) > _KEPT_OPEN:
            _open.popitem(last=False)
        return opened


def with_guessed_columns(info: CorpusInfo) -> CorpusInfo:
    """A corpus with the columns that its files seem to have.

    Raises:
        InputError: Its first rows cannot be read.
    """
    from seq2seq_keras.corpus import preview

    with told_as({path: path.name for path in info.files}):
        seen = preview(*info.files)
    return replace(info, source_column=seen.source_column, target_column=seen.target_column)


def moved(old: CorpusInfo, new: CorpusInfo) -> None:
    """Takes note that an open corpus now lies elsewhere, so that it is not read again."""
    with _turn:
        opened = _open.pop(_key(old), None)
        if opened is not None:
            _open[_key(new)] = opened


def read_corpus(info: CorpusInfo) -> Corpus:
    """Reads a corpus as a job will: without what is to be left out.

    Raises:
        InputError: It cannot be read, or nothing would be left.
    """
    corpus = _cleaned(open_corpus(info), info.cleaning)
    return replace(
        corpus,
        source_lang=info.source_lang or corpus.source_lang,
        target_lang=info.target_lang or corpus.target_lang,
    )


def split_corpus(info: CorpusInfo) -> Splits:
    """Divides a corpus as a job will.

    Raises:
        InputError: It cannot be divided, or cannot be read.
    """
    return _divided(open_corpus(info), info.cleaning)


def tally_corpus(info: CorpusInfo) -> tuple[WordTally, WordTally]:
    """Counts the words of both sides, without what is to be left out."""
    return _tallied(open_corpus(info), info.cleaning)


_open: OrderedDict[object, OpenCorpus] = OrderedDict()
_turn = threading.Lock()


def _key(info: CorpusInfo) -> object:
    versions = tuple(path.stat().st_mtime_ns for path in info.files)
    columns = (info.source_column, info.target_column)
    # Where the columns are told, the languages change nothing in the pairs.
    languages = (info.source_lang, info.target_lang) if None in columns else ()
    return info.files, versions, columns, languages


def _read(info: CorpusInfo) -> OpenCorpus:
    from seq2seq_keras.corpus import preview

    told = None not in (info.source_column, info.target_column)
    if told:
        info = replace(info, source_lang=None, target_lang=None)
    with told_as({path: path.name for path in info.files}):
        pairs = read_pairs(info.reading())
        seen = preview(
            *info.files, source_column=info.source_column, target_column=info.target_column
        )
    return OpenCorpus(pairs, seen)


@functools.lru_cache(maxsize=4)
def _cleaned(opened: OpenCorpus, cleaning: tuple[str, ...]) -> Corpus:
    from seq2seq_keras.corpus import leave_out

    if not cleaning:
        return opened.pairs
    chosen = [finding for finding in opened.findings if finding.check in cleaning]
    return leave_out(opened.pairs, chosen)


@functools.lru_cache(maxsize=4)
def _divided(opened: OpenCorpus, cleaning: tuple[str, ...]) -> Splits:
    return _cleaned(opened, cleaning).split(seed=SPLIT_SEED)


@functools.lru_cache(maxsize=4)
def _tallied(opened: OpenCorpus, cleaning: tuple[str, ...]) -> tuple[WordTally, WordTally]:
    from seq2seq_keras.corpus import tally_words

    corpus = _cleaned(opened, cleaning)
    return tally_words(corpus.sources), tally_words(corpus.targets)
