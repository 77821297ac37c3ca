"""Languages: their codes and names, and what a text or a file name tells of its language."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

# ISO 639-1 code: English name, then other codes and names. Chinese stands for all its kin.
_LANGUAGES = {
    "af": "Afrikaans afr",
    "ar": "Arabic ara العربية",
    "az": "Azerbaijani aze",
    "be": "Belarusian bel",
    "bg": "Bulgarian bul",
    "bn": "Bengali ben",
    "br": "Breton bre",
    "ca": "Catalan cat català",
    "cs": "Czech ces cze čeština",
    "cy": "Welsh cym wel",
    "da": "Danish dan dansk",
    "de": "German deu ger deutsch",
    "el": "Greek ell gre ελληνικά",
    "en": "English eng",
    "eo": "Esperanto epo",
    "es": "Spanish spa español castellano",
    "et": "Estonian est eesti",
    "eu": "Basque eus baq euskara",
    "fa": "Persian fas per pes farsi فارسی",
    "fi": "Finnish fin suomi",
    "fr": "French fra fre français",
    "ga": "Irish gle gaeilge",
    "gl": "Galician glg galego",
    "he": "Hebrew heb עברית",
    "hi": "Hindi hin हिन्दी",
    "hr": "Croatian hrv hrvatski",
    "hu": "Hungarian hun magyar",
    "hy": "Armenian hye arm",
    "id": "Indonesian ind",
    "is": "Icelandic isl ice íslenska",
    "it": "Italian ita italiano",
    "ja": "Japanese jpn 日本語",
    "ka": "Georgian kat geo",
    "kk": "Kazakh kaz",
    "ko": "Korean kor 한국어",
    "lt": "Lithuanian lit",
    "lv": "Latvian lav lvs",
    "mk": "Macedonian mkd mac",
    "mr": "Marathi mar",
    "ms": "Malay msa may zsm",
    "nb": "Bokmål nob",
    "nl": "Dutch nld dut nederlands",
    "no": "Norwegian nor norsk",
    "pl": "Polish pol polski",
    "pt": "Portuguese por português",
    "ro": "Romanian ron rum română",
    "ru": "Russian rus русский",
    "sk": "Slovak slk slo",
    "sl": "Slovenian slv slovene",
    "sq": "Albanian sqi alb",
    "sr": "Serbian srp",
    "sv": "Swedish swe svenska",
    "sw": "Swahili swa swh",
    "ta": "Tamil tam",
    "te": "Telugu tel",
    "th": "Thai tha",
    "tl": "Tagalog tgl filipino",
    "tr": "Turkish tur türkçe",
    "uk": "Ukrainian ukr українська",
    "ur": "Urdu urd",
    "vi": "Vietnamese vie",
    "zh": "Chinese zho chi cmn yue wuu nan hak lzh mandarin 中文 汉语 漢語",
}
LANGUAGE_NAMES = {code: names.split()[0] for code, names in _LANGUAGES.items()}
"""The English name of each language that we know by its two-letter code."""

_CODES = {
    name: code for code, names in _LANGUAGES.items() for name in [code, *names.casefold().split()]
}
# Not by their two letters, which are words: "My" at the head of a column is no language.
_CODES |= {
    name: code
    for code, names in {
        "bo": "tibetan bod tib",
        "km": "khmer khm",
        "lo": "lao",
        "my": "burmese mya bur",
    }.items()
    for name in names.split()
}

LONGEST_NAME = 60
"""Characters that the name of a language has at most, be it of one that we do not know."""

_MARKS = " -_.'’()@"  # as in de_AT, sr_RS.UTF-8@latin, Norwegian (Bokmål), N’Ko

SPACELESS = frozenset({"zh", "ja", "th", "lo", "km", "my", "bo"})
"""Languages that write no space between words; their length is counted in characters."""

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile(r"[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
# Scripts that one language of today writes, or nearly so.
_OWN_SCRIPTS = {
    "ko": re.compile(r"[\u1100-\u11ff\uac00-\ud7a3]"),
    "th": re.compile(r"[\u0e01-\u0e7f]"),
    "lo": re.compile(r"[\u0e81-\u0eff]"),
    "bo": re.compile(r"[\u0f00-\u0fff]"),
    "my": re.compile(r"[\u1000-\u109f]"),
    "km": re.compile(r"[\u1780-\u17ff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "he": re.compile(r"[\u05d0-\u05ea]"),
    "hy": re.compile(r"[\u0531-\u0587]"),
    "ka": re.compile(r"[\u10a0-\u10ff]"),
}
_COMMON_WORDS = {
    "de": "der die das und ist ein eine nicht auf mit dem den im sich von zu ich sie",
    "en": "the a an and is are of to in on with it that this you i he she they",
    "es": "el la los las un una y es de en con que no por se su está",
    "fr": "le la les un une et est de des du dans sur avec que il elle je ne pas",
    "it": "il lo la gli un una e è di in con che non per si sono della",
    "nl": "de het een en is van in op met dat niet te ik hij zij zijn",
    "pt": "o a os as um uma e é de em com que não por se do da está",
}
_SAMPLE = 1000  # sentences are enough to tell a language


def language_code(name: str) -> str | None:
    """Returns the two-letter code of a language named by a code or a word.

    Example:
        >>> language_code("German"), language_code("zh-CN"), language_code("x")
        ('de', 'zh', None)
    """
    name = name.strip().casefold()
    return _CODES.get(name) or _CODES.get(re.split("[-_]", name)[0])


def is_language_name(name: str) -> bool:
    """Whether a language may be called so: it stands in names of files, on pages and in cards.

    Args:
        name: A code or a name, also of a language that we do not know.

    Example:
        >>> is_language_name("zh-Hant-TW"), is_language_name("../..")
        (True, False)
    """
    known = all(letter in _MARKS or unicodedata.category(letter)[0] in "LMN" for letter in name)
    return known and name[:1].isalpha() and ".." not in name and len(name) <= LONGEST_NAME


def three_letter_code(code: str) -> str | None:
    """Returns the code of ISO 639-3 of a language that we know by its two-letter code.

    Example:
        >>> three_letter_code("fr"), three_letter_code("fra")
        ('fra', None)
    """
    names = _LANGUAGES.get(code)
    return names.split()[1] if names else None


def short_code(language: str | None) -> str | None:
    """Reduces a language code to its shortest form, also of languages that we do not know.

    Example:
        >>> short_code("zh_Hant"), short_code("jpn"), short_code("tlh-Latn"), short_code(None)
        ('zh', 'ja', 'tlh', None)
    """
    if language is None or not language.strip():
        return None
    return language_code(language) or re.split("[-_]", language.strip().casefold())[0]


def language_name(code: str | None) -> str:
    """Returns the English name of a language, or its code where we know none.

    Example:
        >>> language_name("zh-CN"), language_name("tlh"), language_name(None)
        ('Chinese', 'tlh', '?')
    """
    if not code:
        return "?"
    return LANGUAGE_NAMES.get(language_code(code) or "", code)


def language_of_file(name: str) -> str | None:
    """Returns the language that a file name such as `train.de` or `fr.txt` ends in."""
    for part in reversed(name.casefold().split(".")):
        if part not in ("gz", "zip", "txt"):
            return _CODES.get(part)
    return None


def language_of_script(sentences: Sequence[str]) -> str | None:
    """Tells the language of a text from its script, where the script alone decides it.

    Args:
        sentences: Text of one language.

    Returns:
        `ja` where kana stand, `zh` where Han characters stand alone, `ko`, `th`, `el` and so
        on by their own scripts; None for scripts that several languages write.

    Example:
        >>> language_of_script(["他会说法语。"]), language_of_script(["He speaks French."])
        ('zh', None)
    """
    text = "".join(_sample(sentences))
    letters = sum(character.isalpha() for character in text)
    if not letters:
        return None

    def share(script: re.Pattern[str]) -> float:
        return len(script.findall(text)) / letters

    han, kana = share(_HAN), share(_KANA)
    if han + kana > 0.3:
        # Japanese mixes both; a stray kana in a Chinese corpus is a name or a quotation.
        return "ja" if kana > 0.05 else "zh"
    return next((code for code, script in _OWN_SCRIPTS.items() if share(script) > 0.3), None)


def guess_language(sentences: Sequence[str]) -> str | None:
    """Guesses the language of a text by its script, or in Latin letters by its commonest words.

    Args:
        sentences: Text of one language.

    Returns:
        A code, or None where the evidence is thin.

    Example:
        >>> guess_language(["Le chat est sur la table.", "Il ne dort pas."])
        'fr'
    """
    by_script = language_of_script(sentences)
    if by_script:
        return by_script
    words = Counter(re.findall(r"[^\W\d_]+", " ".join(_sample(sentences)).lower()))
    total = max(1, words.total())
    shares = {
        code: sum(words[word] for word in common.split()) / total
        for code, common in _COMMON_WORDS.items()
    }
    best, second = sorted(shares, key=lambda code: -shares[code])[:2]
    if shares[best] < 0.1 or shares[best] - shares[second] < 0.04:
        return None
    return best


def language_of(language: str | None, sentences: Sequence[str]) -> str | None:
    """Returns the short code of a stated language, or what the script of a text tells."""
    return short_code(language) or language_of_script(sentences)


def _sample(sentences: Sequence[str]) -> Sequence[str]:
    return sentences[:: max(1, len(sentences) // _SAMPLE)]
