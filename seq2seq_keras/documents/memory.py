"""A translation memory: what was translated before need not be translated again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from seq2seq_keras.documents.document import Translated
from seq2seq_keras.text.normalisation import normalise


class TranslationMemory:
    """Translations by the whole text that they are of.

    Of a text with several translations the most frequent is taken, of equally frequent ones the
    first. White space makes no difference, but a text of several lines, of which a corpus keeps
    no breaks, is not in the memory.

    Args:
        pairs: Texts and their translations.

    Example:
        >>> memory = TranslationMemory([("A dog.", "Un chien."), ("A dog.", "Un chien.")])
        >>> memory.find(["A dog.", "A cat."])
        {'A dog.': Translated(text='Un chien.', cut=False, links=None, from_memory=True)}
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        counts: Counter[tuple[str, str]] = Counter()
        for source, target in pairs:
            source, target = source.strip(), target.strip()
            if source and target and not (_has_lines(source) or _has_lines(target)):
                counts[normalise(source), target] += 1
        best: dict[str, tuple[int, str]] = {}
        for (source, target), count in counts.items():
            if source not in best or count > best[source][0]:
                best[source] = count, target
        self._best = {source: target for source, (_, target) in best.items()}

    @property
    def digest(self) -> str:
        """Tells memories with other translations apart."""
        digest = hashlib.sha256()
        for source, target in sorted(self._best.items()):
            digest.update(f"{source}\n{target}\n".encode())
        return digest.hexdigest()

    def find(self, texts: Iterable[str]) -> dict[str, Translated]:
        """Finds the translations of those texts that are in the memory.

        Args:
            texts: Texts, each whole.

        Returns:
            Their translations, by the texts.
        """
        found = {}
        for text in texts:
            target = None if _has_lines(text) else self._best.get(normalise(text))
            if target is not None:
                found[text] = Translated(target, from_memory=True)
        return found


def _has_lines(text: str) -> bool:
    return "\n" in text or "\r" in text
