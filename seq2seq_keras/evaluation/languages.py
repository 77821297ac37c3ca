"""What evaluation must know of a language: its short code, and whether it writes spaces."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SHORT_CODES = {
    "zho": "zh", "chi": "zh", "cmn": "zh", "yue": "zh", "wuu": "zh", "nan": "zh", "hak": "zh",
    "lzh": "zh", "chinese": "zh", "mandarin": "zh", "jpn": "ja", "japanese": "ja", "kor": "ko",
    "korean": "ko", "tha": "th", "thai": "th", "lao": "lo", "khm": "km", "khmer": "km",
    "mya": "my", "bur": "my", "burmese": "my", "bod": "bo", "tib": "bo", "tibetan": "bo",
}  # fmt: skip

SPACELESS = frozenset({"zh", "ja", "th", "lo", "km", "my", "bo"})
"""Languages that write no space between words; their length is counted in characters."""

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile(r"[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HANGUL = re.compile(r"[\u1100-\u11ff\uac00-\ud7a3]")
_OTHER_SPACELESS = {
    "th": re.compile(r"[\u0e01-\u0e7f]"),
    "lo": re.compile(r"[\u0e81-\u0eff]"),
    "bo": re.compile(r"[\u0f00-\u0fff]"),
    "my": re.compile(r"[\u1000-\u109f]"),
    "km": re.compile(r"[\u1780-\u17ff]"),
}
_SAMPLE = 1000  # sentences are enough to tell a script


def short_code(language: str | None) -> str | None:
    """Reduces a language code to its shortest form: `zh` for zh-CN, zho, cmn and zh_Hant.

    Args:
        language: A code such as `en`, `pt-BR`, `zh_Hant`, `jpn`, or None.

    Returns:
        The lower-case code without script or region, or None if none was given.

    Example:
        >>> short_code("zh_Hant"), short_code("jpn"), short_code("de-AT")
        ('zh', 'ja', 'de')
    """
    if language is None or not language.strip():
        return None
    first = re.split(r"[-_]", language.strip().lower())[0]
    return _SHORT_CODES.get(first, first)


def guess_language(sentences: Sequence[str]) -> str | None:
    """Tells the language of text from its script, where the script alone decides it.

    Args:
        sentences: Text of one language.

    Returns:
        `ja` where kana stand, `zh` where Han characters stand alone, `ko`, `th`, `lo`, `km`,
        `my` or `bo` by their own scripts, and None for every script that spells with spaces.

    Example:
        >>> guess_language(["他会说法语。"]), guess_language(["He speaks French."])
        ('zh', None)
    """
    text = "".join(sentences[:_SAMPLE])
    letters = sum(character.isalpha() for character in text)
    if not letters:
        return None

    def share(script: re.Pattern[str]) -> float:
        return len(script.findall(text)) / letters

    han, kana = share(_HAN), share(_KANA)
    if han + kana > 0.3:
        # Japanese mixes both; a stray kana in a Chinese corpus is a name or a quotation.
        return "ja" if kana > 0.05 else "zh"
    if share(_HANGUL) > 0.3:
        return "ko"
    return next((code for code, script in _OTHER_SPACELESS.items() if share(script) > 0.3), None)


def language_of(language: str | None, sentences: Sequence[str]) -> str | None:
    """The short code of a stated language, or what the script of the sentences tells."""
    return short_code(language) or guess_language(sentences)
