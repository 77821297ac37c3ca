"""What a translation process prepares while nobody waits."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from seq2seq_keras.jobs.translation_turns import MOST_TOKENS

if TYPE_CHECKING:
    from seq2seq_keras.translator import Translator

# Up to eight hypotheses are few to the search; many are those that take as many steps as there
# are words.
_MORE_THAN_FEW = 9


class Rehearsals:
    """Has the search compiled for amounts of text that have not come yet.

    The search is compiled for few, some and many hypotheses apart, each in a second or more, and
    for each beam size and number of translations. One of them is compiled with a translator's
    first text; the others with the same settings while nobody waits, lest somebody wait for them
    later. Other settings are compiled when they are asked for: few people use them.
    """

    def __init__(self) -> None:
        self._known: weakref.WeakSet[Translator] = weakref.WeakSet()
        self._next: list[Callable[[], Any]] = []

    def __bool__(self) -> bool:
        return bool(self._next)

    def add(self, translator: Translator, beam_size: int | None, n_best: int) -> None:
        """Notes with which settings a translator's first text was translated."""
        if translator in self._known:
            return
        self._known.add(translator)
        width = max(beam_size or translator.config.beam_size, n_best)
        many = -(-translator.network.target_vocab_size // width)
        amounts = [1, -(-_MORE_THAN_FEW // width)]
        if many <= MOST_TOKENS:  # else no batch holds so much
            amounts.append(many)
        self._next += [
            functools.partial(translator.translate, ["."] * amount, beam_size, n_best)
            for amount in amounts
        ]

    def next(self) -> None:
        """Has one of them compiled."""
        self._next.pop(0)()
