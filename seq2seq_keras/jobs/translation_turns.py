"""Whose sentences are translated next, where many texts wait."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

MOST_SENTENCES = 64
"""Sentences translated at once: twice as many cost hardly less time each."""

MOST_TOKENS = 1000
"""Source tokens translated at once: a second or two of a large network on two cores, which is
how long a short text may have to wait for a long one."""


@dataclass(eq=False)
class WaitingText:
    """A text of which some sentences are still to be translated.

    Attributes:
        number: The number of the request.
        group: What texts must have in common to be translated together.
        lengths: Tokens of each of its sentences.
        done: How many of them were handed out.
    """

    number: int
    group: Hashable
    lengths: Sequence[int]
    done: int = 0


Text = TypeVar("Text", bound=WaitingText)


class Turns(Generic[Text]):
    """Texts that wait, and the order of their turns.

    Texts that fit into one batch go together, as many as fit, the oldest first. A text that does
    not is handed out in pieces, and between two pieces go those that fit: so a short text waits
    for one piece of a long one, and a long one for one batch of short ones. Long texts take
    turns among themselves.

    Args:
        most_sentences: Sentences in a batch.
        most_tokens: Source tokens in a batch; a longer sentence goes alone.

    Example:
        >>> turns = Turns()
        >>> turns.add(WaitingText(1, "model", [5, 9]))
        >>> [(text.number, part) for text, part in turns.next_batch()]
        [(1, slice(0, 2))]
    """

    def __init__(self, most_sentences: int = MOST_SENTENCES, most_tokens: int = MOST_TOKENS):
        self._most_sentences = most_sentences
        self._most_tokens = most_tokens
        self._waiting: list[Text] = []
        self._long_next = False

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, text: Text) -> None:
        """Lets a text wait for its turn."""
        self._waiting.append(text)

    def remove(self, number: int) -> None:
        """Forgets a text, if it still waits."""
        self._waiting = [text for text in self._waiting if text.number != number]

    def next_batch(self) -> list[tuple[Text, slice]]:
        """Hands out the sentences to translate next, all of one group.

        Returns:
            Texts, and which of their sentences; they count as done from now on.
        """
        whole = [text for text in self._waiting if self._fitting(text) == _left(text)]
        long = [text for text in self._waiting if text not in whole]
        if long and (self._long_next or not whole):
            chosen = long[:1]
            self._waiting.remove(chosen[0])
            self._waiting.append(chosen[0])  # behind the other long ones
        else:
            chosen = self._together(whole)
        # Whoever had no turn now has the next one.
        self._long_next = bool(long) and chosen[0] not in long
        return [(text, self._hand_out(text)) for text in chosen]

    def _together(self, whole: Sequence[Text]) -> list[Text]:
        """As many texts of the oldest one's group as fit into a batch."""
        chosen: list[Text] = []
        sentences = tokens = 0
        for text in whole:
            more_sentences, more_tokens = _left(text), sum(text.lengths[text.done :])
            if chosen and (
                text.group != chosen[0].group
                or sentences + more_sentences > self._most_sentences
                or tokens + more_tokens > self._most_tokens
            ):
                continue
            chosen.append(text)
            sentences += more_sentences
            tokens += more_tokens
        return chosen

    def _hand_out(self, text: Text) -> slice:
        part = slice(text.done, text.done + self._fitting(text))
        text.done = part.stop
        if not _left(text):
            self._waiting.remove(text)
        return part

    def _fitting(self, text: Text) -> int:
        """How many of a text's next sentences fit into a batch of their own."""
        count = tokens = 0
        for length in text.lengths[text.done : text.done + self._most_sentences]:
            tokens += length
            if count and tokens > self._most_tokens:
                break
            count += 1
        return count


def _left(text: WaitingText) -> int:
    return len(text.lengths) - text.done
