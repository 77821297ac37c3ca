"""What sentences have in common that are equal, or nearly, and 64 bits that stand for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from hashlib import blake2b

import numpy as np

from seq2seq_keras.corpus.parallel import map_chunks
from seq2seq_keras.corpus.store import chunked

_NUMBER = re.compile(r"\d+")


def sentence_key(sentence: str) -> str:
    """Returns what two sentences share that differ in case, width, spacing or punctuation only.

    Of a sentence without any letter or digit the punctuation counts.

    Example:
        >>> sentence_key("Well, I’m HERE!") == sentence_key("well i'm here")
        True
    """
    folded = unicodedata.normalize("NFKC", sentence).casefold()
    return folded.translate(_WITHOUT_PUNCTUATION) or "".join(folded.split())


def near_key(sentence: str) -> str:
    """Returns what two sentences have in common that are near duplicates of each other.

    Case, width, punctuation, spacing and digits aside: only letters count, and that there are
    numbers. A sentence of nothing else than signs is like itself alone.

    Example:
        >>> near_key("Flight 12, at 7:30!") == near_key("flight 5 at 10:45")
        True
    """
    folded = unicodedata.normalize("NFKC", sentence).casefold().translate(_LETTERS_AND_NUMBERS)
    return _NUMBER.sub("0", folded) or sentence_key(sentence)


def keys_of(sentences: Sequence[str], key: Callable[[str], str] = sentence_key) -> np.ndarray:
    """Returns 64 bits for each sentence, the same for those of one key.

    Args:
        sentences: as many as there are; they are looked at in several processes.
        key: `sentence_key`, or `near_key` for near duplicates.

    Returns:
        An array (sentences,) of uint64; see `numbers_of`.

    Example:
        >>> first, second, third = keys_of(["A dog.", "a dog", "A cat."])
        >>> first == second, first == third
        (np.True_, np.False_)
    """
    found = list(map_chunks(partial(_numbers, key), chunked(sentences)))
    return np.concatenate(found) if found else np.zeros(0, "uint64")


def numbers_of(texts: Iterable[str]) -> np.ndarray:
    """Returns 64 bits for each text: equal texts, equal bits, in every process.

    Of ten million texts any two different ones share them with a probability of 1 in 300,000;
    they are then held for equal.

    Example:
        >>> numbers_of(["a", "b"]).shape
        (2,)
    """
    digests = (blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8) for text in texts)
    return np.frombuffer(b"".join(digest.digest() for digest in digests), np.uint64)


def _numbers(key: Callable[[str], str], sentences: Sequence[str]) -> np.ndarray:
    return numbers_of(map(key, sentences))


class _Without(dict[int, int | None]):
    """For `str.translate`: leaves characters out, each looked up when it is first met.

    Not what `\\W` matches: to that belong also the marks that are vowels in Hindi or tones in Thai.

    Args:
        categories: first letters of Unicode's general categories to leave out; white space is
            left out as well.
    """

    def __init__(self, categories: str) -> None:
        super().__init__()
        self._categories = categories

    def __missing__(self, code: int) -> int | None:
        character = chr(code)
        out = character.isspace() or unicodedata.category(character)[0] in self._categories
        return self.setdefault(code, None if out else code)


_WITHOUT_PUNCTUATION = _Without("P")
_LETTERS_AND_NUMBERS = _Without("PSZC")
