"""A pasted text as sentences to translate, and their translations as a text again."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from seq2seq_keras.text.normalisation import normalise
from seq2seq_keras.text.scripts import is_spaceless, is_spaceless_character
from seq2seq_keras.text.sentences import split_sentences

_LINE_BREAK = re.compile("\r\n|\r|\n")
_SPACE = re.compile(r"\s+")
# Where an over-long sentence is cut, best places first; behind the mark.
_CUTS = (re.compile(r"[;:]\s+|[；：—]\s*|\s[–-]\s"), re.compile(r"[,)]\s+|[，、）]\s*"), _SPACE)


@dataclass(frozen=True)
class Segments:
    """The sentences of a text in order, and what is needed to put it together again.

    Attributes:
        sentences: normalised, none of them empty.
        lines: how many sentences each line of the text holds; 0 for an empty line.
        notices: a line in words for each sentence that was too long and cut.
    """

    sentences: list[str]
    lines: list[int]
    notices: list[str] = field(default_factory=list)

    def join(self, translations: Sequence[str], target_lang: str | None = None) -> str:
        """Puts one translation a sentence together, with the line breaks of the text.

        Between sentences of a line stands a space, but none in Chinese and Japanese.

        Args:
            translations: as many as `sentences`.
            target_lang: language code; without it the translations' script decides.

        Raises:
            ValueError: if the number of translations differs.
        """
        if len(translations) != len(self.sentences):
            raise ValueError(
                f"translations: expected {len(self.sentences)}, received {len(translations)}"
            )
        spaceless = is_spaceless(target_lang, "".join(translations))
        remaining = iter(translations)
        return "\n".join(
            _join_line([next(remaining) for _ in range(count)], spaceless) for count in self.lines
        )


def split_paragraph(
    text: str,
    *,
    longest: int | None = None,
    length: Callable[[str], int] = len,
    language: str | None = None,
) -> Segments:
    """Splits a text of any number of lines into sentences.

    Args:
        text: what the user pasted.
        longest: the greatest length a sentence may have; None for no limit. A longer one
            is cut behind a semicolon or colon, else a comma, else a space, and a notice
            says so. Nothing is left out.
        length: measures a sentence, such as `lambda text: len(tokenizer.encode(text))`.
        language: code of the text's language, if known.

    Returns:
        The sentences, ready for `Segments.join`.

    Raises:
        ValueError: if `longest` is not positive.

    Example:
        >>> segments = split_paragraph("How are you? Fine.\\n\\nAnd you?")
        >>> segments.sentences
        ['How are you?', 'Fine.', 'And you?']
        >>> segments.join(["Wie geht es dir?", "Gut.", "Und dir?"], "de")
        'Wie geht es dir? Gut.\\n\\nUnd dir?'
    """
    if longest is not None and longest < 1:
        raise ValueError(f"longest: expected a positive number, received {longest}")
    sentences: list[str] = []
    lines: list[int] = []
    notices: list[str] = []
    for line in _LINE_BREAK.split(text):
        count = len(sentences)
        for sentence in split_sentences(normalise(line), language):
            parts = [sentence]
            if longest is not None and length(sentence) > longest:
                parts = _cut(sentence, longest, length)
            if len(parts) > 1:
                notices.append(
                    f"Line {len(lines) + 1}: the sentence “{_beginning(sentence)}” is longer than "
                    f"{longest} tokens and is translated in {len(parts)} parts."
                )
            sentences += parts
        lines.append(len(sentences) - count)
    return Segments(sentences, lines, notices)


def _cut(text: str, longest: int, length: Callable[[str], int]) -> list[str]:
    """Cuts a text into parts that fit, at the best place in the second half of what fits."""
    parts: list[str] = []
    while True:
        farthest = _fitting(text, longest, length)
        if farthest == len(text):
            return [*parts, text]
        reach = farthest + text[farthest].isspace()
        for place in _CUTS:
            ends = [found.end() for found in place.finditer(text, 0, reach)]
            # Tokens of a prefix are not always fewer, so what is chosen is measured.
            fitting = (end for end in reversed(ends) if length(text[:end].strip()) <= longest)
            end = next(fitting, 0)
            if 2 * end >= farthest or (end and place is _SPACE):
                break
        else:
            end = farthest
        parts.append(text[:end].strip())
        text = text[end:].strip()


def _fitting(text: str, longest: int, length: Callable[[str], int]) -> int:
    """Returns how many first characters fit, at least 1; by doubling, then by bisection."""
    low, high = 0, longest
    while high < len(text) and length(text[:high]) <= longest:
        low, high = high, 2 * high
    high = min(high, len(text))
    if length(text[:high]) <= longest:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if length(text[:middle]) <= longest:
            low = middle
        else:
            high = middle
    return max(low, 1)


def _join_line(sentences: Sequence[str], spaceless: bool) -> str:
    line = ""
    for sentence in sentences:
        if line and sentence and _needs_space(line[-1], sentence[0], spaceless):
            line += " "
        line += sentence
    return line


def _needs_space(left: str, right: str, spaceless: bool) -> bool:
    if not spaceless:
        return True
    return (
        not is_spaceless_character(left) and right.isalnum() and not is_spaceless_character(right)
    )


def _beginning(sentence: str, characters: int = 40) -> str:
    return sentence if len(sentence) <= characters else f"{sentence[:characters].rstrip()}…"
