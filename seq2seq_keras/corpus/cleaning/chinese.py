"""Rules that bring Chinese into one of its two scripts, by OpenCC."""

from __future__ import annotations

import functools
from typing import Any

from seq2seq_keras.corpus.cleaning.characters import HAN, KANA
from seq2seq_keras.corpus.cleaning.mends import changes
from seq2seq_keras.corpus.cleaning.rule import Mend, MendTexts
from seq2seq_keras.corpus.cleaning.side import Side
from seq2seq_keras.languages import short_code


def _fit(conversion: str, side: Side, language: str | None) -> MendTexts | None:
    """Never touches Japanese, which has Han characters too."""
    if not _is_chinese(side, language):
        return None
    return functools.partial(_converted, conversion)


def _is_chinese(side: Side, language: str | None) -> bool:
    if language is not None:
        return short_code(language) == "zh"
    han, kana = (len(side.with_all(bit)) for bit in (HAN, KANA))
    return han > len(side) / 2 and kana < han / 100


def _converted(conversion: str, side: Side) -> dict[int, str]:
    han = side.with_all(HAN).tolist()
    texts = [side.texts[index] for index in han]
    # All at once: a call takes longer than the work for one sentence.
    converted = _converter(conversion).convert("\n".join(texts)).split("\n")
    if len(converted) != len(texts):  # sentences with line breaks in them
        converted = list(map(_converter(conversion).convert, texts))
    return changes(side, zip(han, converted, strict=True))


@functools.cache
def _converter(conversion: str) -> Any:
    from opencc import OpenCC

    return OpenCC(conversion)


CONVERSIONS = (
    Mend(
        "simplified",
        "are in traditional Chinese characters",
        "in two scripts, each word has to be learnt twice",
        preference=True,
        fit=functools.partial(_fit, "t2s"),
    ),
    Mend(
        "traditional",
        "are in simplified Chinese characters",
        "in two scripts, each word has to be learnt twice",
        preference=True,
        fit=functools.partial(_fit, "s2t"),
    ),
)
"""Two ways, of which one can be taken."""
