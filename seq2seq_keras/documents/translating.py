"""Translating the segments of a document, many at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from seq2seq_keras.documents.document import Translated
from seq2seq_keras.documents.tags import Links
from seq2seq_keras.text.alignment import join_pieces, join_weights
from seq2seq_keras.text.normalisation import normalise

if TYPE_CHECKING:
    from seq2seq_keras.translator import Translation, Translator

SEGMENTS_A_PIECE = 256
"""Enough for search at full speed, and few enough to stop or to show progress in between."""


def translate_segments(
    translator: Translator,
    segments: Sequence[str],
    beam_size: int | None = None,
    linked: Collection[str] = (),
) -> list[Translated]:
    """Translates texts of one or several sentences, each as `Translator.translate_text` does.

    The sentences of all texts are searched together, which is many times faster than text by
    text, and without the attention weights, but for those texts that need them.

    Args:
        translator: The translator.
        segments: The texts.
        beam_size: As of `Translator.translate`.
        linked: Those of the texts of which it should be told which words go together.

    Returns:
        A translation for each text, in order.

    Raises:
        InputError: If `beam_size` is out of range.
    """
    split = [translator.split(segment) for segment in segments]
    target_lang = translator.config.target_lang
    found: dict[bool, list[Translation]] = {}
    wanted = [segment in linked for segment in segments]
    for attention in (False, True):
        sentences = [
            sentence
            for each, want in zip(split, wanted, strict=True)
            for sentence in each.sentences
            if want == attention
        ]
        found[attention] = translator.translate(sentences, beam_size, attention=attention)
    remaining = {attention: iter(translations) for attention, translations in found.items()}
    translated = []
    for each, want in zip(split, wanted, strict=True):
        own = [next(remaining[want]) for _ in each.sentences]
        text = each.join([translation.text for translation in own], target_lang)
        links = _links(translator, each.sentences, own) if want else None
        translated.append(Translated(text, bool(each.notices), links))
    return translated


def _links(
    translator: Translator, sentences: Sequence[str], translations: Sequence[Translation]
) -> Links | None:
    """Links each word of some translations to the word that it looked at most."""
    source: list[int] = []
    target: list[int] = []
    sources: list[int] = []
    for sentence, translation in zip(sentences, translations, strict=True):
        if translation.attention is None:
            return None
        spelling = translator.source_tokenizer.spelling(normalise(sentence))
        read = join_pieces(sentence, spelling)
        written = join_pieces(translation.text, translation.tokens)
        if not read:
            return None
        weights = join_weights(translation.attention.tolist(), written, read)
        sources += [len(source) + row.index(max(row)) for row in weights]
        source += [len(word.text) for word in read]
        target += [len(word.text) for word in written]
    return Links(tuple(source), tuple(target), tuple(sources))
