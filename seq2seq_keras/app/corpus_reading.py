"""The corpora that the page works with, kept in memory: the form asks for them again and again."""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from seq2seq_keras.jobs import CorpusInfo
from seq2seq_keras.jobs.files import told_as
from seq2seq_keras.jobs.reading import SPLIT_SEED, read_pairs

if TYPE_CHECKING:
    from seq2seq_keras.corpus import Corpus, Finding, Inspection, Preview, Splits, WordTally

_KEPT_OPEN = 3
_KEPT_VIEWS = 2  # of each: one can go back from a mend without a new look


class ShownCorpus:
    """The pairs of a corpus as they would be trained on, and what was found in them.

    Args:
        pairs: The pairs after the mends that are chosen, those too that will be left out.
        inspection: What the rules found; None where they have not looked yet.
    """

    def __init__(self, pairs: Corpus, inspection: Inspection | None = None) -> None:
        self.pairs = pairs
        self._inspection = inspection

    @property
    def findings(self) -> Mapping[str, Finding]:
        """What was found, by rule."""
        return self._inspection.findings if self._inspection else {}

    def left_out(self, cleaning: Collection[str]) -> np.ndarray:
        """The indices of pairs that rules leave out together."""
        left = self._inspection.left_out(cleaning) if self._inspection else {}
        return np.concatenate([np.zeros(0, int), *left.values()])

    @cached_property
    def lengths(self) -> tuple[np.ndarray, np.ndarray]:
        """The characters of each source and of each target."""
        source, target = (
            np.fromiter(map(len, side), int, len(side))
            for side in (self.pairs.sources, self.pairs.targets)
        )
        return source, target

    def holding(self, text: str) -> np.ndarray:
        """Says of each pair whether a side holds a text, case aside: (pairs,) of bool."""
        wanted = text.casefold()
        source, target = (
            np.fromiter((wanted in sentence.casefold() for sentence in side), bool, len(side))
            for side in (self.pairs.sources, self.pairs.targets)
        )
        return source | target


class OpenCorpus:
    """All pairs of a corpus, and what the page has found out about them.

    Attributes:
        pairs: The pairs as they were read.
        seen: How its files were understood.
    """

    def __init__(self, pairs: Corpus, seen: Preview) -> None:
        self.pairs = pairs
        self.seen = seen
        self._shown: OrderedDict[object, tuple[Inspection, ShownCorpus]] = OrderedDict()

    def is_inspected(self, info: CorpusInfo) -> bool:
        """Whether `shown` is known already."""
        return self._view(info) in self._shown

    def shown(self, info: CorpusInfo) -> ShownCorpus:
        """The pairs with the mends that are chosen, and what all rules find in them."""
        return self._inspected(info)[1]

    def inspection(self, info: CorpusInfo) -> Inspection:
        """What all rules find, after the mends that are chosen."""
        return self._inspected(info)[0]

    def with_languages(self, info: CorpusInfo) -> Corpus:
        """The pairs as read, in the languages that were told or guessed."""
        return replace(
            self.pairs,
            source_lang=info.source_lang or self.pairs.source_lang,
            target_lang=info.target_lang or self.pairs.target_lang,
        )

    def _inspected(self, info: CorpusInfo) -> tuple[Inspection, ShownCorpus]:
        from seq2seq_keras.corpus import Cleaning, inspect

        view = self._view(info)
        known = self._shown.pop(view, None)
        if known is None:
            found = inspect(self.with_languages(info), Cleaning(info.cleaning).mends)
            known = found, ShownCorpus(found.corpus, found)
        self._shown[view] = known
        while len(self._shown) > _KEPT_VIEWS:
            self._shown.popitem(last=False)
        return known

    def _view(self, info: CorpusInfo) -> object:
        """What decides on what is found: which pairs are left out does not."""
        from seq2seq_keras.corpus import Cleaning

        corpus = self.with_languages(info)
        return Cleaning(info.cleaning).mends, corpus.source_lang, corpus.target_lang


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
        seen = preview(*info.files, encoding=info.encoding)
    return replace(info, source_column=seen.source_column, target_column=seen.target_column)


def moved(old: CorpusInfo, new: CorpusInfo) -> None:
    """Takes note that an open corpus now lies elsewhere, so that it is not read again."""
    with _turn:
        opened = _open.pop(_key(old), None)
        if opened is not None:
            _open[_key(new)] = opened


def read_corpus(info: CorpusInfo) -> Corpus:
    """Reads a corpus as a job will: mended, and without what is to be left out.

    Raises:
        InputError: It cannot be read, or nothing would be left.
    """
    return _cleaned(open_corpus(info), _what(info))


def split_corpus(info: CorpusInfo) -> Splits:
    """Divides a corpus as a job will.

    Raises:
        InputError: It cannot be divided, or cannot be read.
    """
    return _divided(open_corpus(info), _what(info))


def tally_corpus(info: CorpusInfo) -> tuple[WordTally, WordTally]:
    """Counts the words of both sides, without what is to be left out."""
    return _tallied(open_corpus(info), _what(info))


_open: OrderedDict[object, OpenCorpus] = OrderedDict()
_turn = threading.Lock()


def _key(info: CorpusInfo) -> object:
    versions = tuple(path.stat().st_mtime_ns for path in info.files)
    columns = (info.source_column, info.target_column)
    # Where the columns are told, the languages change nothing in the pairs.
    languages = (info.source_lang, info.target_lang) if None in columns else ()
    return info.files, versions, columns, languages, info.encoding


def _read(info: CorpusInfo) -> OpenCorpus:
    from seq2seq_keras.corpus import preview

    told = None not in (info.source_column, info.target_column)
    if told:
        info = replace(info, source_lang=None, target_lang=None)
    with told_as({path: path.name for path in info.files}):
        pairs = read_pairs(info.reading())
        seen = preview(
            *info.files,
            source_column=info.source_column,
            target_column=info.target_column,
            encoding=info.encoding,
        )
    return OpenCorpus(pairs, seen)


def _what(info: CorpusInfo) -> CorpusInfo:
    """What decides on the pairs that stay, for a corpus that is open."""
    return CorpusInfo(
        "",
        "",
        (),
        source_lang=info.source_lang,
        target_lang=info.target_lang,
        cleaning=info.cleaning,
    )


@functools.lru_cache(maxsize=4)
def _cleaned(opened: OpenCorpus, info: CorpusInfo) -> Corpus:
    from seq2seq_keras.corpus import Cleaning

    cleaning = Cleaning(info.cleaning)
    if not cleaning.names:
        return opened.with_languages(info)
    return opened.inspection(info).cleaned(cleaning.drops)


@functools.lru_cache(maxsize=4)
def _divided(opened: OpenCorpus, info: CorpusInfo) -> Splits:
    return _cleaned(opened, info).split(seed=SPLIT_SEED)


@functools.lru_cache(maxsize=4)
def _tallied(opened: OpenCorpus, info: CorpusInfo) -> tuple[WordTally, WordTally]:
    from seq2seq_keras.corpus import tally_words

    corpus = _cleaned(opened, info)
    return tally_words(corpus.sources), tally_words(corpus.targets)
