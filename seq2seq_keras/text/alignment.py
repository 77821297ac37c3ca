"""From the weights between tokens to links between the words of two sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from unicodedata import category

from seq2seq_keras.text.scripts import is_spaceless_character
from seq2seq_keras.text.tokenizer import END, SPECIAL_PIECES, UNKNOWN

END_PIECE, UNKNOWN_PIECE = SPECIAL_PIECES[END], SPECIAL_PIECES[UNKNOWN]

_SPACE = "▁"


@dataclass(frozen=True)
class Word:
    """A word of a sentence, and the tokens that spell it.

    Attributes:
        text: The word as it stands in the sentence.
        tokens: Indices of its tokens.
        space: Whether a space stands before it.
        unknown: Whether one of its tokens is not in the vocabulary.
    """

    text: str
    tokens: tuple[int, ...]
    space: bool = False
    unknown: bool = False


def join_pieces(
    sentence: str, spelling: Sequence[str], tokens: Sequence[str] | None = None
) -> list[Word]:
    """Joins the pieces of a sentence to its words.

    Two pieces belong to one word if they touch, with letters or digits on both sides. Characters
    of scripts without spaces stand alone, unless one piece holds several. A piece that is nothing
    but a space goes with the word behind it.

    Args:
        sentence: The sentence.
        spelling: What stands in it for each token, in order; a space may be written `▁`.
        tokens: The tokens, if some of them may be unknown; by default what they spell.

    Returns:
        The words in order, which hold every token once.

    Example:
        >>> [word.text for word in join_pieces("Two dogs.", ["▁Two", "▁dog", "s", "."])]
        ['Two', 'dogs', '.']
    """
    tokens = spelling if tokens is None else tokens
    words: list[Word] = []
    waiting: list[int] = []  # pieces without a letter, which go with the next word
    end = 0
    for number, (piece, token) in enumerate(zip(spelling, tokens, strict=True)):
        text = piece.replace(_SPACE, " ").strip()
        if not text:
            waiting.append(number)
            continue
        place = sentence.find(text, end)
        # A piece that is not found, which no tokenizer of ours makes, still gets its place.
        start = end if place < 0 else place
        unknown = token == UNKNOWN_PIECE
        last = words[-1] if words else None
        if last and start == end and not waiting and _is_one_word(last.text[-1], text[0]):
            words[-1] = Word(
                last.text + text, (*last.tokens, number), last.space, last.unknown or unknown
            )
        else:
            words.append(Word(text, (*waiting, number), bool(words) and start > end, unknown))
            waiting = []
        end = start + len(text)
    if waiting and words:
        last = words[-1]
        words[-1] = Word(last.text, (*last.tokens, *waiting), last.space, last.unknown)
    return words


def _is_one_word(left: str, right: str) -> bool:
    # Letters, the marks on them, digits.
    return all(
        category(character)[0] in "LMN" and not is_spaceless_character(character)
        for character in (left, right)
    )


def join_weights(
    weights: Sequence[Sequence[float]], targets: Sequence[Word], sources: Sequence[Word]
) -> list[list[float]]:
    """Joins the attention between tokens to that between words.

    What a token looks at a word is the sum over the word's pieces; what a word looks at is the
    mean over its own. So each row still adds up to 1.

    Args:
        weights: A row for each target token, a column for each source token.
        targets: The words of the translation.
        sources: The words of the source.

    Returns:
        A row for each of `targets`, a column for each of `sources`.

    Example:
        >>> target, source = [Word("chiens", (0, 1))], [Word("dogs", (0, 1)), Word(".", (2,))]
        >>> join_weights([[0.5, 0.25, 0.25], [0.25, 0.25, 0.5]], target, source)
        [[0.625, 0.375]]
    """
    return [
        [
            sum(weights[row][column] for row in target.tokens for column in source.tokens)
            / len(target.tokens)
            for source in sources
        ]
        for target in targets
    ]


def departures(words: Sequence[str], others: Sequence[str]) -> list[bool]:
    """Tells for each word of a translation whether another translation does without it.

    Words are matched in order, the longest common runs first.

    Example:
        >>> departures(["un", "chien", "brun"], ["le", "chien", "brun"])
        [True, False, False]
    """
    departs = [True] * len(words)
    matcher = SequenceMatcher(None, words, others, autojunk=False)
    for start, _, length in matcher.get_matching_blocks():
        departs[start : start + length] = [False] * length
    return departs
