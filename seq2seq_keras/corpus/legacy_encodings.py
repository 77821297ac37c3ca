"""Tells the encodings from before UTF-8 by whether they make words of a text's bytes."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from itertools import combinations

# The letters beyond ASCII that a language is written with, without capitals.
_ALPHABETS = {
    "de": "äöüß",
    "fr": "éèàçêôûùîâïëœæÿ",
    "es": "áéíñóúü¿¡ªº",
    "pt": "áâãàçéêíóôõúü",
    "it": "àèéìòóù",
    "nl": "ëéïèöü",
    "sv": "åäöé",
    "da": "æøåé",
    "is": "áðéíóúýþæö",
    "ca": "àçèéíïòóúü·",
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "hu": "áéíóöőúüű",
    "ro": "ăâîşţ",
    "hr": "čćđšž",
    "et": "õäöüšž",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "tr": "çğıöşüâîİ",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    "he": "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
    "ar": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگکیہ،؟",
}
_WESTERN = ("de", "fr", "es", "pt", "it", "nl", "sv", "da", "is", "ca")
_CENTRAL = ("pl", "cs", "sk", "hu", "ro", "hr", "de")
# Of two that read a text alike the first is named, so the ones in wide use come first.
_BY_LETTERS = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "cp1251": ("ru", "uk"),
    "iso8859-2": _CENTRAL,
    "iso8859-15": (*_WESTERN, "et"),
    "koi8-r": ("ru",),
    "koi8-u": ("uk", "ru"),
    "cp1254": ("tr",),
    "cp1257": ("lt", "lv", "et"),
    "cp1253": ("el",),
    "cp1255": ("he",),
    "cp1256": ("ar",),
    "mac-roman": _WESTERN,
}
# The commonest characters, which make about a third of any text; of Thai, which has fewer, most.
_HAN = (
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可"
    "她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三"
    "已老从动两长知吃很买点给喜欢什吗吧请今明這個們為來時會過對裡後麼沒於還發說學國當無開經頭從動"
    "兩長點給歡嗎請"
)
_SYLLABLES = (
    "이다는을의에가고하지를한로은사기도리아대자서인시어나부정해과일그라수스보장주으있것들게했"
    "요까습니면만너내제었안생각전오야여우때음"
)
_PUNCTUATION = "，。？！、：；“”‘’（）《》「」『』…—～"
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc、。「」]")
_BY_CHARACTERS = {
    "gb18030": (re.compile(f"[{_HAN}{_PUNCTUATION}]"), 0.3),
    "cp950": (re.compile(f"[{_HAN}{_PUNCTUATION}]"), 0.3),
    "big5hkscs": (re.compile(f"[{_HAN}{_PUNCTUATION}]"), 0.3),
    "cp932": (_KANA, 0.45),
    "euc_jp": (_KANA, 0.45),
    "cp949": (re.compile(f"[{_SYLLABLES}]"), 0.4),
    "cp874": (re.compile("[านรอกเงมยลวดท\u0e48\u0e35\u0e31\u0e49]"), 0.6),
}
_TYPOGRAPHY = "“”„‘’‚«»‹›–—…•°§€£\u00a0\u00ad"
_CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffe\uffff]")
_BEYOND_ASCII = re.compile("[^\0-\x7f]+")
_OTHER_SCRIPTS = ("cp1251", "koi8-r", "koi8-u", "cp1253", "cp1255", "cp1256")
_LONG_RUN = re.compile(r"(?:[^\W\d_](?<![\0-\x7f])){4,}")
_BESIDE_ASCII = re.compile(r"(?<=[A-Za-z])[^\0-\x7f]|[^\0-\x7f](?=[A-Za-z])")
_INNER_LETTER = re.compile(r"(?<=[^\W\d_])[^\W\d_](?<![\0-\x7f])")
_ORDER = sorted((*_BY_CHARACTERS, *_BY_LETTERS), key=lambda codec: codec == "cp874")
_LIKELY = 0.6
_SAMPLE = 2**17


def guess_legacy(sample: bytes) -> str | None:
    """Guesses the encoding of a text that is not UTF-8.

    An encoding is as likely as the characters beyond ASCII that it reads are usual: in Chinese,
    Japanese, Korean and Thai those that make a third of every text or more, else the letters of
    one language or, in a corpus, of two. Capitals within a word count half: in the wrong
    Cyrillic encoding all letters change their case.

    Args:
        sample: Some lines, of which not all are ASCII; the last one may be cut off.

    Returns:
        The codec's name in Python, or None if no encoding makes sense of the sample.

    Example:
        >>> guess_legacy("Привет, как дела?".encode("koi8-r"))
        'koi8-r'
    """
    sample = sample[:_SAMPLE]
    best, most = None, _LIKELY
    for codec in _ORDER:
        try:
            text = codecs.getincrementaldecoder(codec)().decode(sample)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            continue
        likelihood = _likelihood(text, codec)
        if likelihood > most + 1e-9:
            best, most = codec, likelihood
    return best


def _likelihood(text: str, codec: str) -> float:
    beyond = "".join(_BEYOND_ASCII.findall(text))
    if not beyond:
        return 0.0
    if codec in _BY_CHARACTERS:
        usual, share = _BY_CHARACTERS[codec]
        found = len(usual.findall(_BESIDE_ASCII.sub("", text)))
        return min(1.0, found / len(beyond) / share)
    # In Latin letters a word has but a few beyond ASCII, and in other scripts no others.
    strange = _BESIDE_ASCII if codec in _OTHER_SCRIPTS else _LONG_RUN
    words = strange.sub("", text)
    letters = Counter(letter.lower() for letter in words if letter > "\x7f")
    inner = Counter(letter.lower() for letter in _INNER_LETTER.findall(words) if letter.isupper())

    def cover(alphabet: str) -> float:
        known = {*alphabet, *_TYPOGRAPHY}
        return sum(letters[letter] - inner[letter] / 2 for letter in known) / len(beyond)

    languages = [_ALPHABETS[language] for language in _BY_LETTERS[codec]]
    alone = max(map(cover, languages))
    both = max((cover(one + other) for one, other in combinations(languages, 2)), default=0.0)
    return max(alone, 0.9 * both)
