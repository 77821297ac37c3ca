"""Rules that repair the text of a side: what any text may have suffered on its way."""

from __future__ import annotations

import functools
import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from html import entities

import numpy as np

from seq2seq_keras.corpus.cleaning.characters import (
    COMPATIBLE,
    COMPATIBLES,
    CONTROL,
    CONTROLS,
    FULL_WIDTH,
    FULL_WIDTH_LETTERS,
    LEAD,
    LEADS,
    TRAIL,
    TRAILS,
)
from seq2seq_keras.corpus.cleaning.rule import Mend, MendTexts
from seq2seq_keras.corpus.cleaning.side import Side
from seq2seq_keras.text.normalisation import normalise

_INLINE = (
    "a|abbr|b|big|cite|code|del|em|font|i|ins|kbd|mark|q|s|small|span|strike|strong|sub|sup|tt|u"
)
_BLOCK = "blockquote|br|center|dd|div|dl|dt|h[1-6]|hr|img|li|ol|p|pre|table|tbody|td|th|thead|tr|ul"
_ATTRIBUTES = r"""(?:\s+[\w:-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+))*\s*/?"""
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE}){_ATTRIBUTES}>|\{{\\[^{{}}]*\}}", re.IGNORECASE)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK}){_ATTRIBUTES}>", re.IGNORECASE)
# Also as tokenizers tear them apart: "& quot ;".
_ENTITY = re.compile(
    r"&\s?(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|quot|apos|amp|lt|gt|nbsp)\s?;|&[A-Za-z][A-Za-z\d]{1,30};"
)
_MOJIBAKE = re.compile(f"[{re.escape(''.join(LEADS))}][{re.escape(''.join(TRAILS))}]")
_CLOSING_QUOTE = re.compile(r"â€(?=[\s.,;:!?)]|$)")
_BROKEN = frozenset("ÃÂÅâåæïðÐÑÎÏ×ØÙ")  # how letters of many languages begin that stayed broken
_NARROW = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B)}


def plain_text(text: str) -> str:
    """Returns a text without HTML: tags of known names removed, entities as what they stand for.

    Example:
        >>> plain_text("Salt &amp;amp; <b>pepper</b>: 3 < 5")
        'Salt & pepper: 3 < 5'
    """
    while True:  # an escaped entity becomes an entity
        plain = _INLINE_TAG.sub("", _BLOCK_TAG.sub(" ", _ENTITY.sub(_unescaped, text)))
        if plain == text:
            return text
        text = plain


def _unescaped(match: re.Match[str]) -> str:
    """What an entity stands for; what HTML does not know stays."""
    entity = "".join(match.group().split())
    if entity[1] != "#" and entity[1:] not in entities.html5:
        return match.group()
    return CONTROLS.sub("", html.unescape(entity))


def repaired(text: str) -> str:
    """Returns a text that was decoded wrongly as it was meant, where that is sure.

    Example:
        >>> repaired("Le cafÃ© est bon."), repaired("Olá, São Tomé")
        ('Le café est bon.', 'Olá, São Tomé')
    """
    from ftfy import TextFixerConfig, fix_encoding
    from ftfy.badness import is_bad

    # Not with U+FFFD in place of what is lost for good, nor where a part stays broken. The last
    # third of ” is a control character, which was removed in reading.
    fixed = fix_encoding(
        _CLOSING_QUOTE.sub("\\g<0>\x9d", text), TextFixerConfig(replace_lossy_sequences=False)
    )
    sure = len(fixed) < len(text) and not is_bad(fixed) and not _BROKEN & {*text} & {*fixed}
    return fixed if sure else text


def _mend(
    candidates: Callable[[Side], np.ndarray], mended: Callable[[str], str]
) -> Callable[[Side, str | None], MendTexts]:
    """Fits nothing: these rules know by themselves what to do."""
    function = functools.partial(_changed, candidates, mended)
    return lambda side, language: function


def _changed(
    candidates: Callable[[Side], np.ndarray], mended: Callable[[str], str], side: Side
) -> dict[int, str]:
    return changes(
        side, ((index, mended(side.texts[index])) for index in candidates(side).tolist())
    )


def changes(side: Side, texts: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Keeps of mended sentences, by their index, those that are other than before.

    A mend never empties a side: it leaves a sentence of nothing but markup as it is.
    """
    new = ((index, normalise(text)) for index, text in texts if text != side.texts[index])
    return {index: text for index, text in new if text and text != side.texts[index]}


def _with_markup(side: Side) -> np.ndarray:
    return side.holding("<", "&", "{\\")


def _with_controls(side: Side) -> np.ndarray:
    return side.with_all(CONTROL)


def _without_controls(text: str) -> str:
    return CONTROLS.sub("", text)


def _perhaps_mojibake(side: Side) -> np.ndarray:
    both = side.with_all(LEAD, TRAIL)
    found = [index for index in both.tolist() if _MOJIBAKE.search(side.texts[index])]
    # à and the no-break space end in one.
    return np.union1d(np.array(found, np.int64), side.holding("Ã ", "Â "))


def _with_full_width(side: Side) -> np.ndarray:
    return side.with_all(FULL_WIDTH)


def _narrow(text: str) -> str:
    return FULL_WIDTH_LETTERS.sub(lambda match: match.group().translate(_NARROW), text)


def _with_compatibles(side: Side) -> np.ndarray:
    return side.with_all(COMPATIBLE)


def _compatible(text: str) -> str:
    return COMPATIBLES.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)


MENDS = (
    Mend(
        "html",
        "hold HTML tags or entities",
        "markup is learnt as if it were words",
        default=True,
        fit=_mend(_with_markup, plain_text),
    ),
    Mend(
        "mojibake",
        "were decoded wrongly, such as Ã© for é",
        "each broken letter is a word apart that no one will ever write",
        default=True,
        fit=_mend(_perhaps_mojibake, repaired),
    ),
    Mend(
        "controls",
        "hold invisible control characters",
        "they make equal words different",
        default=True,
        fit=_mend(_with_controls, _without_controls),
    ),
    Mend(
        "fullwidth",
        "hold full-width Latin letters or digits",
        "they make equal words and numbers different",
        default=True,
        fit=_mend(_with_full_width, _narrow),
    ),
    Mend(
        "nfkc",
        "hold ligatures, half-width kana and the like",
        "they make equal words different",
        preference=True,
        fit=_mend(_with_compatibles, _compatible),
    ),
)
"""In the order in which they work."""
