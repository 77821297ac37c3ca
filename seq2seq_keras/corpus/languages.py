"""Codes of languages: what file names, column names and scripts tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

# ISO 639-1 code: other codes and names, in English and in the language itself.
_LANGUAGES = {
    "af": "afr afrikaans",
    "ar": "ara arabic العربية",
    "az": "aze azerbaijani",
    "be": "bel belarusian",
    "bg": "bul bulgarian",
    "bn": "ben bengali",
    "br": "bre breton",
    "ca": "cat catalan català",
    "cs": "ces cze czech čeština",
    "cy": "cym wel welsh",
    "da": "dan danish dansk",
    "de": "deu ger german deutsch",
    "el": "ell gre greek ελληνικά",
    "en": "eng english",
    "eo": "epo esperanto",
    "es": "spa spanish español castellano",
    "et": "est estonian eesti",
    "eu": "eus baq basque euskara",
    "fa": "fas per pes persian farsi فارسی",
    "fi": "fin finnish suomi",
    "fr": "fra fre french français",
    "ga": "gle irish gaeilge",
    "gl": "glg galician galego",
    "he": "heb hebrew עברית",
    "hi": "hin hindi हिन्दी",
    "hr": "hrv croatian hrvatski",
    "hu": "hun hungarian magyar",
    "hy": "hye arm armenian",
    "id": "ind indonesian",
    "is": "isl ice icelandic íslenska",
    "it": "ita italian italiano",
    "ja": "jpn japanese 日本語",
    "ka": "kat geo georgian",
    "kk": "kaz kazakh",
    "ko": "kor korean 한국어",
    "lt": "lit lithuanian",
    "lv": "lav lvs latvian",
    "mk": "mkd mac macedonian",
    "mr": "mar marathi",
    "ms": "msa may zsm malay",
    "nb": "nob bokmål",
    "nl": "nld dut dutch nederlands",
    "no": "nor norwegian norsk",
    "pl": "pol polish polski",
    "pt": "por portuguese português",
    "ro": "ron rum romanian română",
    "ru": "rus russian русский",
    "sk": "slk slo slovak",
    "sl": "slv slovenian slovene",
    "sq": "sqi alb albanian",
    "sr": "srp serbian",
    "sv": "swe swedish svenska",
    "sw": "swa swh swahili",
    "ta": "tam tamil",
    "te": "tel telugu",
    "th": "tha thai",
    "tl": "tgl tagalog filipino",
    "tr": "tur turkish türkçe",
    "uk": "ukr ukrainian українська",
    "ur": "urd urdu",
    "vi": "vie vietnamese",
    "zh": "zho chi cmn chinese mandarin 中文 汉语 漢語",
}
_CODES = {name: code for code, names in _LANGUAGES.items() for name in [code, *names.split()]}

# Scripts that one language of today writes, or nearly so; kana before Han.
_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("zh", re.compile("[\u3400-\u9fff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("th", re.compile("[\u0e01-\u0e5b]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u05d0-\u05ea]")),
    ("hy", re.compile("[\u0531-\u0587]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
)
_SAMPLE = 500


def language_code(name: str) -> str | None:
    """Returns the two-letter code of a language named by a code or a word.

    Example:
        >>> language_code("German"), language_code("zh-CN"), language_code("x")
        ('de', 'zh', None)
    """
    name = name.strip().casefold()
    return _CODES.get(name) or _CODES.get(re.split("[-_]", name)[0])


def language_of_file(name: str) -> str | None:
    """Returns the language that a file name such as `train.de` or `fr.txt` ends in."""
    for part in reversed(name.casefold().split(".")):
        if part not in ("gz", "zip", "txt"):
            return _CODES.get(part)
    return None


def language_of_text(sentences: Sequence[str]) -> str | None:
    """Returns the language whose script at least half of the sentences hold, if it has one."""
    sample = sentences[:: max(1, len(sentences) // _SAMPLE)]
    for code, script in _SCRIPTS:
        if sample and 2 * sum(map(bool, map(script.search, sample))) >= len(sample):
            return code
    return None
