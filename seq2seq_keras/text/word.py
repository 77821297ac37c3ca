"""Words as tokens, by one regular expression that Python's re and Google's RE2 both read.

Between two words a space is understood. Punctuation carries the spaces that stand around
it: the comma of "well, yes" is the token ", " and the hyphen of "well-known" the token "-".
So spacing is learnt from the corpus, French `« »` and ` ?` as well as English and Chinese,
and joining the tokens gives back the sentence. Only spaces between Han or kana are lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from seq2seq_keras.text.scripts import (
    HAN_AND_KANA,
    SOUTH_EAST_ASIAN,
    character_class,
)
from seq2seq_keras.text.tokenizer import SPECIAL_PIECES, UNKNOWN
from seq2seq_keras.text.vocabulary import VocabularyTokenizer

if TYPE_CHECKING:
    from nltk.tokenize.regexp import RegexpTokenizer

# Neither re (no \p{L}) nor RE2 (an ASCII \w) names the letters of all scripts in a way the
# other one reads. So a letter is what is no space, no punctuation, no symbol and no Han.
_PUNCTUATION = (
    (0x00, 0x1F),
    (0x21, 0x2F),
    (0x3A, 0x40),
    (0x5B, 0x60),
    (0x7B, 0xA9),
    (0xAB, 0xB4),
    (0xB6, 0xB9),
    (0xBB, 0xBF),
    (0xD7, 0xD7),
    (0xF7, 0xF7),
    (0x055A, 0x055F),  # Armenian
    (0x0589, 0x058A),
    (0x05BE, 0x05BE),  # Hebrew
    (0x05C0, 0x05C0),
    (0x05C3, 0x05C3),
    (0x05F3, 0x05F4),
    (0x0609, 0x060D),  # Arabic
    (0x061B, 0x061F),
    (0x066A, 0x066D),
    (0x06D4, 0x06D4),
    (0x0964, 0x0965),  # Devanagari
    (0x1360, 0x1368),  # Ethiopic
    (0x2000, 0x200B),  # general punctuation without the joiners inside words, symbols
    (0x200E, 0x2BFF),
    (0x2E00, 0x2FFF),
    (0x3000, 0x3004),
    (0x3008, 0x3020),
    (0x302A, 0x3030),
    (0x3036, 0x303A),
    (0x303D, 0x3040),
    (0x3097, 0x3098),
    (0x30A0, 0x30A0),
    (0x30FB, 0x30FB),
    (0xE000, 0xF8FF),  # private use
    (0xFE00, 0xFE6F),
    (0xFEFF, 0xFF0F),
    (0xFF1A, 0xFF20),
    (0xFF3B, 0xFF40),
    (0xFF5B, 0xFF65),
    (0xFFE0, 0xFFFF),
    (0x1F000, 0x1FAFF),  # emoji
    (0xE0000, 0x10FFFF),
)
LETTER = f"[^ {character_class(*_PUNCTUATION, *HAN_AND_KANA, *SOUTH_EAST_ASIAN)}]"
_APOSTROPHE = "['’]"

PATTERN = "|".join(
    (
        # The elided word of l'homme, qu'il, O'Brien.
        f"(?:[CDJLMNSTOcdjlmnsto]|{LETTER}*[Qq][Uu]){_APOSTROPHE} ?",
        # What English and others append: it's, don't, aujourd'hui.
        f"{_APOSTROPHE}[a-zß-öø-ÿ]{LETTER}*",
        # Numbers, with the letters of 3rd and 2.5kg.
        f"[0-9]+(?:[.,:][0-9]+)+{LETTER}*",
        f"{LETTER}+",
        f"[{character_class(*HAN_AND_KANA)}]",
        f" ?[{character_class(*SOUTH_EAST_ASIAN)}] ?",
        rf" ?(?:\.\.\.|--|[{character_class(*_PUNCTUATION)}]) ?",
    )
)

_STARTS_AS_WORD = re.compile(LETTER).match
_ENDS_AS_WORD = re.compile(f"{LETTER}$").search
_UNKNOWN = SPECIAL_PIECES[UNKNOWN]


class WordTokenizer(VocabularyTokenizer):
    """Words, numbers, punctuation marks, and each Han character by itself.

    Case is kept. `PATTERN` finds the tokens of normalised text, with nltk's
    `RegexpTokenizer` here and with `tensorflow_text.regex_split` in a graph. A punctuation
    mark whose spacing is not in the vocabulary counts as the same mark without spaces.

    Example:
        >>> WordTokenizer.split("I don't know, Tom.")
        ['I', 'don', "'t", 'know', ', ', 'Tom', '.']
    """

    kind: ClassVar[str] = "word"

    @staticmethod
    def split(text: str) -> list[str]:
        return _regexp_tokenizer().tokenize(text)

    @staticmethod
    def join(tokens: Sequence[str]) -> str:
        parts: list[str] = []
        after_word = False
        for token in tokens:
            unknown = token == _UNKNOWN
            if after_word and (unknown or _STARTS_AS_WORD(token)):
                parts.append(" ")
            parts.append(token)
            after_word = unknown or _ENDS_AS_WORD(token) is not None
        return "".join(parts)

    def piece(self, token: int) -> str:
        return self._tokens[token].strip()

    def _id(self, token: str) -> int:
        return self._ids.get(token) or super()._id(token.strip())


@cache
def _regexp_tokenizer() -> RegexpTokenizer:
    from nltk.tokenize.regexp import RegexpTokenizer  # imports scipy: most of a second

    return RegexpTokenizer(PATTERN)
