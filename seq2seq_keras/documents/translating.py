"""Translating the segments of a document, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from seq2seq_keras.translator import Translator

SEGMENTS_A_PIECE = 256
"""Enough for search at full speed, and few enough to stop or to show progress in between."""


class Translated(NamedTuple):
    """The translation of a segment.

    Attributes:
        text: The translation.
        cut: Whether a sentence in it was too long for the network and translated in parts.
    """

    text: str
    cut: bool


def translate_segments(
    translator: Translator, segments: Sequence[str], beam_size: int | None = None
) -> list[Translated]:
    """Translates texts of one or several sentences, each as `Translator.translate_text` does.

    The sentences of all texts are searched together, which is many times faster than text by
    text, and without the attention weights, which a file has no room for.

    Args:
        translator: The translator.
        segments: The texts.
        beam_size: As of `Translator.translate`.

    Returns:
        A translation for each text, in order.

    Raises:
        InputError: If `beam_size` is out of range.
    """
    split = [translator.split(segment) for segment in segments]
    target_lang = translator.config.target_lang
    sentences = [sentence for each in split for sentence in each.sentences]
    translations = iter(translator.translate(sentences, beam_size, attention=False))
    return [
        Translated(
            each.join([next(translations).text for _ in each.sentences], target_lang),
            bool(each.notices),
        )
        for each in split
    ]
