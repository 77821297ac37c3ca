"""Formatting tags, set aside for the translation of a text and put back into what came of it.

A tag stands at a place among the letters of a text; spaces do not count, for they change on the
way through the network. In a translation a tag stands at the border of a word, next to the word
that was translated from its neighbour.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from seq2seq_keras.text.scripts import is_spaceless_character

_WORDS = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class Tag:
    """A tag alone, or a pair of tags and what stands between them.

    Attributes:
        opening: The tag as it is written; of a pair the first.
        closing: The second tag of a pair; "" of one alone.
        start: How many letters stand before it.
        end: How many letters stand before the second one; `start` of a tag alone.
        inner: The tags between a pair.
        behind: Of a tag alone, whether it belongs to the word before it, not to the one after.
    """

    opening: str
    closing: str
    start: int
    end: int
    inner: tuple[Tag, ...] = ()
    behind: bool = False


@dataclass(frozen=True)
class Links:
    """Which word of a text each word of its translation was made from.

    Attributes:
        source: How many letters each word of the text has.
        target: The same of the translation.
        sources: For each word of the translation, the index of a word of the text.
    """

    source: tuple[int, ...]
    target: tuple[int, ...]
    sources: tuple[int, ...]

    @classmethod
    def proportional(cls, text: str, translation: str) -> Links:
        """Links words by their places, where nothing better is known.

        Example:
            >>> Links.proportional("One two.", "Eins zwei drei vier fünf!").sources
            (0, 0, 1, 1, 2, 2)
        """
        source, target = _word_lengths(text), _word_lengths(translation)
        most, count = max(len(source) - 1, 0), len(target)
        places = ((2 * word + 1) * len(source) // (2 * count) for word in range(count))
        return cls(source, target, tuple(min(place, most) for place in places))

    def fit(self, text: str, translation: str) -> bool:
        """Says whether these are the words of two texts."""
        return sum(self.source) == letters(text) and sum(self.target) == letters(translation)


def letters(text: str) -> int:
    """Counts the characters of a text without its spaces.

    Example:
        >>> letters(" A dog. ")
        5
    """
    return sum(not character.isspace() for character in text)


def place_tags(
    tags: Sequence[Tag], text: str, translation: str, links: Links | None = None
) -> list[tuple[int, str]]:
    """Finds the places for the tags of a text in its translation.

    A pair stands around all words that come from the words between its tags in the text, and a
    pair around the whole text around the whole translation. Tags alone stand at the word that
    comes from their neighbour. What was inside a pair stays inside it, what was beside it stays
    beside it; so each tag is there once, and pairs are nested as they were.

    Args:
        tags: The tags, in the order of the text.
        text: The text without its tags.
        translation: Its translation.
        links: Which words go together; by default those at the same part of the way.

    Returns:
        Offsets in the translation, and what stands there, in order.

    Example:
        >>> bold = Tag("<b>", "</b>", 4, 7)
        >>> place_tags([bold], "The red car.", "La voiture rouge.", Links(
        ...     (3, 3, 3, 1), (2, 7, 5, 1), (0, 2, 1, 3)))
        [(11, '<b>'), (16, '</b>')]
    """
    if links is None or not links.fit(text, translation):
        links = Links.proportional(text, translation)
    layout = _Layout(links)
    edges = _edges(translation, links.target)
    placed: list[tuple[int, str]] = []
    last = 0
    whole = Tag("", "", 0, sum(links.source), tuple(tags))
    for boundary, before_space, markup in layout.inside(whole, 0, len(links.target)):
        # What stands behind a tag in the text that it follows cannot go before it.
        last = max(last, edges[boundary][0 if before_space else 1])
        placed.append((last, markup))
    return placed


def with_tags(
    translation: str, placed: Sequence[tuple[int, str]], escape: Callable[[str], str]
) -> str:
    """Writes a translation with its tags.

    Args:
        translation: The translation.
        placed: As `place_tags` returns them.
        escape: Writes text in the form that the tags' file asks for.

    Example:
        >>> with_tags("You & me", [(0, "<b>"), (3, "</b>")], html.escape)  # doctest: +SKIP
        '<b>You</b> &amp; me'
    """
    parts, begin = [], 0
    for offset, markup in placed:
        parts += [escape(translation[begin:offset]), markup]
        begin = offset
    return "".join([*parts, escape(translation[begin:])])


class _Layout:
    """Where tags stand between the words of a translation."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._starts = list(accumulate(links.source, initial=0))[: len(links.source)]

    def inside(self, parent: Tag, low: int, high: int) -> Iterator[tuple[int, bool, str]]:
        """Yields the tags within a pair: the word before which one stands, whether it stands
        before the space there, and the tag."""
        spans = [self._span(tag, parent, low, high) for tag in parent.inner]
        for index, tag in enumerate(parent.inner):
            if not tag.closing:
                spans[index] = _out_of_pairs(index, spans)
        taken = low
        for index in sorted(range(len(spans)), key=lambda index: (spans[index][0], index)):
            tag = parent.inner[index]
            start = max(spans[index][0], taken)
            taken = max(spans[index][1], start)
            if not tag.closing:
                yield start, tag.behind, tag.opening
                continue
            yield start, False, tag.opening
            yield from self.inside(tag, start, taken)
            yield taken, True, tag.closing

    def _span(self, tag: Tag, parent: Tag, low: int, high: int) -> tuple[int, int]:
        """Returns the first word that a tag encloses, and the first behind it."""
        if tag.start < tag.end:
            if (tag.start, tag.end) == (parent.start, parent.end):
                return low, high
            first = bisect_right(self._starts, tag.start) - 1
            words = self._from(first, bisect_left(self._starts, tag.end), low, high)
            if words:
                return words[0], words[-1] + 1
        if tag.start == parent.start:
            return low, low
        if tag.end == parent.end:
            return high, high
        after = bisect_left(self._starts, tag.start)  # the word that follows
        before = bisect_right(self._starts, tag.start - 1) - 1
        following = self._from(after, after + 1, low, high)
        preceding = self._from(before, before + 1, low, high)
        if preceding and (tag.behind or not following):
            return (preceding[-1] + 1,) * 2
        if following:
            return (following[0],) * 2
        place = round(after * len(self._links.target) / len(self._links.source))
        return (min(max(place, low), high),) * 2

    def _from(self, first: int, last: int, low: int, high: int) -> list[int]:
        """The words of the translation that come from some words of the text."""
        return [word for word in range(low, high) if first <= self._links.sources[word] < last]


def _out_of_pairs(index: int, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Moves a tag alone that would stand within a pair beside it to the side where it was."""
    place = spans[index][0]
    for other, (start, end) in enumerate(spans):
        if start < place < end:
            place = start if index < other else end
    return place, place


def _edges(translation: str, lengths: Sequence[int]) -> list[tuple[int, int]]:
    """Returns for each border of words where the word before it ends, and the next begins."""
    places = [place for place, character in enumerate(translation) if not character.isspace()]
    starts = [places[count] for count in accumulate(lengths[:-1], initial=0)] if lengths else []
    ends = [places[count - 1] + 1 for count in accumulate(lengths)]
    return list(zip([0, *ends], [*starts, len(translation)], strict=True))


def _word_lengths(text: str) -> tuple[int, ...]:
    lengths: list[int] = []
    for word in _WORDS.findall(text):
        spaceless = [is_spaceless_character(character) for character in word]
        lengths += [1] * len(word) if any(spaceless) else [len(word)]
    return tuple(lengths)
