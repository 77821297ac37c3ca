"""What each character is, as bits: one look in a table tells what a whole sentence holds."""

from __future__ import annotations

import functools
import re
import unicodedata

import numpy as np

from seq2seq_keras.text.scripts import HAN_AND_KANA, SOUTH_EAST_ASIAN

LETTER, DIGIT, SPACE, SPACELESS, HAN, KANA, FULL_WIDTH, CONTROL, LEAD, TRAIL, QUOTE, COMPATIBLE = (
    1 << bit for bit in range(12)
)
"""The bits. `SPACELESS` marks characters of scripts without spaces, `LEAD` and `TRAIL` what the
first and the following bytes of UTF-8 become when they are decoded as something else."""

_SCRIPT_NAMES = (
    "LATIN GREEK CYRILLIC ARMENIAN HEBREW ARABIC SYRIAC THAANA DEVANAGARI BENGALI GURMUKHI "
    "GUJARATI ORIYA TAMIL TELUGU KANNADA MALAYALAM SINHALA THAI LAO TIBETAN MYANMAR GEORGIAN "
    "HANGUL ETHIOPIC CHEROKEE MONGOLIAN KHMER NKO TIFINAGH CANADIAN CJK"
).split()
# By the first word of a character's Unicode name.
_SCRIPT_OF = {
    **{name: name for name in _SCRIPT_NAMES},
    **dict.fromkeys(("HIRAGANA", "KATAKANA", "HALFWIDTH", "IDEOGRAPHIC", "BOPOMOFO"), "CJK"),
    **dict.fromkeys(("FULLWIDTH", "MICRO", "MASCULINE", "FEMININE", "KELVIN", "ANGSTROM"), "LATIN"),
}
_FIRST_SCRIPT = 16
SCRIPTS = sum(1 << (_FIRST_SCRIPT + index) for index in range(len(_SCRIPT_NAMES) + 1))
"""All bits of scripts: one each, the last for those without one of their own."""

CONTROLS = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff"  # as `normalise` does
    "\u061c\u180e\u200e\u200f\u202a-\u202e\u2066-\u206f"  # directions of writing
    "\uf000-\uf0ff"  # bullets of symbol fonts
    "\ufdd0-\ufdef\ufff9-\ufffc\ufffe\uffff]"  # annotations, objects, no characters at all
)
FULL_WIDTH_LETTERS = re.compile("[０-９Ａ-Ｚａ-ｚ]")
# Of which NFKC changes the look, not the meaning: m² must not become m2. Ligatures, digraphs,
# Roman numerals, squared words and units, Arabic forms, half-width kana, mathematical letters.
COMPATIBLES = re.compile(
    "[\u0132\u0133\u013f\u0140\u01c4-\u01cc\u01f1-\u01f3\u2160-\u217f\u3300-\u3357\u3371-\u33df"
    "\ufb00-\ufb06\ufb13-\ufb17\ufb50-\ufd3d\ufd50-\ufdc7\ufdf0-\ufdf9\ufe70-\ufefc"
    "\uff66-\uff9f\U0001d400-\U0001d7ff]+"
)
QUOTES = '"“”„«»「」『』‹›＂'
BRACKETS = tuple(zip("([{（［【《〈", ")]}）］】》〉", strict=True))
# UTF-8 begins with C2 to F4 and goes on with 80 to BF: what these bytes mean elsewhere.
_FOREIGN = ("latin-1", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1257", "mac-roman")
_LAST = 0x323B0  # beyond the last Han character


def _decoded(first: int, last: int) -> set[str]:
    data = bytes(range(first, last + 1))
    found = set("".join(data.decode(encoding, "ignore") for encoding in _FOREIGN))
    return found | set(data.decode("cp437"))


LEADS = frozenset(_decoded(0xC2, 0xF4))
TRAILS = frozenset(_decoded(0x80, 0xBF) - {"\xa0"})  # which was made a space in reading


def bits_of(codes: np.ndarray) -> np.ndarray:
    """Returns the bits of characters, given by their code points."""
    return _table()[np.minimum(codes, _LAST)]


@functools.cache
def _table() -> np.ndarray:
    table = np.zeros(_LAST + 1, np.uint64)
    for code in range(_LAST):
        letter = chr(code)
        if letter.isalpha():
            script = _SCRIPT_OF.get(_first_word(letter), "")
            place = _SCRIPT_NAMES.index(script) if script else len(_SCRIPT_NAMES)
            table[code] = LETTER | 1 << (_FIRST_SCRIPT + place)
        elif letter.isspace():
            table[code] = SPACE
        else:
            category = unicodedata.category(letter)
            if category[0] == "M":  # vowels of many scripts
                table[code] = LETTER
            elif category[0] == "N":
                table[code] = DIGIT
    for low, high in (*HAN_AND_KANA, *SOUTH_EAST_ASIAN):
        table[low : high + 1] |= np.uint64(SPACELESS)
    for low, high in HAN_AND_KANA:
        kana = 0x3041 <= low <= 0x31FF or low == 0xFF66
        table[low : high + 1] |= np.uint64(KANA if kana else HAN)
    everything = "".join(map(chr, (*range(0xD800), *range(0xE000, _LAST))))
    for pattern, bit in (
        (CONTROLS, CONTROL),
        (FULL_WIDTH_LETTERS, FULL_WIDTH),
        (COMPATIBLES, COMPATIBLE),
    ):
        for match in pattern.finditer(everything):
            table[[ord(letter) for letter in match.group()]] |= np.uint64(bit)
    for letters, bit in (
        (LEADS, LEAD),
        (TRAILS, TRAIL),
        (QUOTES + "".join(map("".join, BRACKETS)), QUOTE),
    ):
        table[[ord(letter) for letter in letters]] |= np.uint64(bit)
    return table


def _first_word(letter: str) -> str:
    return re.split("[ -]", unicodedata.name(letter, "?"), maxsplit=1)[0]
