"""Which writing needs no spaces."""

from __future__ import annotations

import re

from seq2seq_keras.languages import short_code

# Han with its iteration mark and zero, Japanese kana, Bopomofo: each character stands alone.
HAN_AND_KANA = (
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3031, 0x3035),
    (0x303B, 0x303C),
    (0x3041, 0x3096),
    (0x3099, 0x309F),
    (0x30A1, 0x30FA),
    (0x30FC, 0x312F),
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),
    (0x20000, 0x323AF),
)
# Scripts that put spaces between phrases, not words.
SOUTH_EAST_ASIAN = ((0x0E00, 0x0EFF), (0x0F00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF))

_SPACELESS_LANGUAGES = ("zh", "ja")  # Thai and its like put a space between sentences


def character_class(*ranges: tuple[int, int]) -> str:
    """Returns code point ranges in the form that stands inside `[...]`, in re and in RE2."""
    return "".join(f"{_escaped(low)}-{_escaped(high)}" for low, high in ranges)


def _escaped(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x80 else chr(code)


# Their punctuation joins them: after 。 no space follows.
_SPACELESS = re.compile(
    f"[{character_class(*HAN_AND_KANA, (0x3001, 0x3004), (0x3008, 0x301F), (0xFF01, 0xFF65))}]"
)
_LETTER = re.compile(r"[^\W\d_]")


def is_spaceless(language: str | None = None, text: str = "") -> bool:
    """Says whether sentences of a language are written without spaces between them.

    Args:
        language: code such as `zh`, `zh-CN`, `cmn` or `ja`; None when unknown.
        text: what decides when the language is unknown: at least half of its letters
            being Han or kana.

    Example:
        >>> is_spaceless("zh-Hant"), is_spaceless("en"), is_spaceless(None, "你好。")
        (True, False, True)
    """
    if language:
        return short_code(language) in _SPACELESS_LANGUAGES
    letters = _LETTER.findall(text)
    return bool(letters) and 2 * sum(map(is_spaceless_character, letters)) >= len(letters)


def is_spaceless_character(character: str) -> bool:
    """Says whether a character is Han, kana or the full-width punctuation between them."""
    return _SPACELESS.match(character) is not None
