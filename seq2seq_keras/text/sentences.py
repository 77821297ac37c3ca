"""Splitting a line of running text into sentences."""

from __future__ import annotations

import re

# A full stop after a title never ends a sentence.
_TITLES = frozenset(
    "mr mrs ms dr prof jr sr rev hon gen col capt lt sgt gov sen rep messrs "
    "hr fr dipl mme mlle mgr ste sra srta dra dott avv dhr mevr drs".split()
)
# After these, and after initials, only a word that usually begins a sentence begins one.
_ABBREVIATIONS = frozenset(
    "st mt ft vs eds al cf approx dept ext inc ltd co corp etc e.g i.e "
    "bzw evtl ggf inkl exkl usw vgl zzgl geb gest jh sog str bsp z.b d.h u.a o.ä "
    "chap c.-à-d p.ex ud uds sig".split()
)
# These are abbreviations before a number only: No. 5, but "No. I am not."
_BEFORE_NUMBERS = frozenset("no nos nr vol ch fig figs eq sec p pp art abs bd ca tel".split())
_STARTERS = frozenset(
    "the a an he she it i we you they this that these those there here his her its our your their "
    "my but and so then in on at if when after before as for what who why how where no yes not "
    "der die das ein eine er sie es ich wir ihr dies dieser diese und aber dann wenn als im "
    "am zu mit was wer wie wo le la les un une il elle nous vous ils elles je tu ce cette ces et "
    "mais puis dans el los las lo yo y pero".split()
)
# Languages that write ordinal numbers with a full stop: am 3. Oktober.
_ORDINAL_LANGUAGES = frozenset("de da no nb nn fi cs sk hu hr sl et is".split())
_MONTH = re.compile(
    "(?:Jan|Feb|März|Mär|Apr|Mai|Jun|Jul|Aug|Sep|O[ck]t|Nov|De[cz])[a-zä]*$|Jahrhundert"
)

_CLOSING_CHINESE = "\"'”’»›)\\]」』）》〉】＂＇"
_CLOSING = f"{_CLOSING_CHINESE}“«‹"  # in German the marks close that open elsewhere
_HAN_OR_KANA = "\u3040-\u30ff\u3400-\u9fff"
_STOPS = ".!?…؟۔।॥"
_BOUNDARY = re.compile(
    # Full stops of scripts without spaces end a sentence wherever they stand,
    f"[。！？｡][。！？｡!?…]*[{_CLOSING_CHINESE}]*\\s*"
    # and so do Latin ones between Han characters.
    f"|(?<=[{_HAN_OR_KANA}])[.!?]+[{_CLOSING_CHINESE}]*(?=[{_HAN_OR_KANA}])"
    # Elsewhere white space follows. A row of stops is looked at once, not from each of them.
    f"|(?<![{_STOPS}])(?P<stop>[{_STOPS}]+)(?:[{_CLOSING}]|\\s»(?=\\s))*\\s+"
)
_LAST_WORD = re.compile(r"[^\s(\[{\"'“„‘«‹/]+$")
_NEXT_WORD = re.compile(r"[\"'“„‘«‹(\[¿¡–—\s-]*([^\W_]*)")
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])*")


def split_sentences(text: str, language: str | None = None) -> list[str]:
    """Splits one line of text into sentences.

    Sentences end at `. ! ? …` before white space, with the quotes and brackets that close
    there, and at `。！？` anywhere. Decimals, abbreviations, initials, ordinal numbers and
    a quoted question inside a sentence do not end it.

    Args:
        text: one line.
        language: its language code if known; it decides what `3.` means.

    Example:
        >>> split_sentences("Mr. Smith paid 3.50 dollars. Why? Nobody knows.")
        ['Mr. Smith paid 3.50 dollars.', 'Why?', 'Nobody knows.']
    """
    sentences: list[str] = []
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        if boundary["stop"] is None or _ends_sentence(text, start, boundary, language):
            sentences.append(text[start : boundary.end()].strip())
            start = boundary.end()
    sentences.append(text[start:].strip())
    return [sentence for sentence in sentences if sentence]


def _ends_sentence(text: str, start: int, boundary: re.Match[str], language: str | None) -> bool:
    following = _NEXT_WORD.match(text, boundary.end())
    next_word = following[1] if following else ""
    if next_word[:1].islower():
        return False
    found = _LAST_WORD.search(text, max(start, boundary.start() - 40), boundary.start())
    if boundary["stop"] != "." or not found:
        return True
    word = found[0].casefold()
    if word in _TITLES:
        return False
    if word in _BEFORE_NUMBERS:
        return not next_word[:1].isdigit()
    if word.isdecimal() and len(word) <= 2:
        if found.start() == start or _MONTH.match(next_word):  # "1. Open the door", "3. Mai"
            return False
        ordinal = (language or "").lower().split("-")[0] in _ORDINAL_LANGUAGES
        return not ordinal or next_word.casefold() in _STARTERS
    if word in _ABBREVIATIONS or (word != "i" and _INITIALS.fullmatch(word)):
        return next_word.casefold() in _STARTERS
    return True
