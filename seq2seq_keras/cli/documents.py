"""Tables, subtitles and the translator's own formats, translated as whole files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq_keras.cli.corpora import load
from seq2seq_keras.cli.lines import replaced
from seq2seq_keras.cli.terminal import load_keras, progress, say
from seq2seq_keras.config import Config

if TYPE_CHECKING:
    from seq2seq_keras.documents import Document, Translated

# Those of `documents.SUFFIXES` but .txt, which is imported only when a file comes.
_TEXTS = (".csv", ".tsv", ".srt", ".vtt")
_SUFFIXES = (*_TEXTS, ".xlf", ".xliff", ".sdlxliff", ".po", ".pot", ".tmx", ".ts")


def is_document(file: Path) -> bool:
    """Whether a file is more than lines of text, by the ending of its name."""
    return file.suffix.casefold() in _SUFFIXES


def read_memory(model: Path, paths: list[Path] | None) -> list[tuple[str, str]]:
    """Reads a corpus whose translations are taken before the network's.

    Args:
        model: Folder of a saved translator, whose languages are wanted.
        paths: The corpus, one file or two; none for no pairs.

    Returns:
        Its pairs.

    Raises:
        InputError: If it cannot be read.
    """
    return list(load(paths, *_languages(model), None, None).pairs()) if paths else []


def translate_document(
    model: Path,
    file: Path,
    output: Path,
    column: str | None,
    beam_size: int | None,
    memory: list[Path] | None = None,
) -> None:
    """Translates a document; the output is written whole or not at all.

    Args:
        model: Folder of a saved translator.
        file: The table, subtitles or translation file.
        output: The file to write.
        column: In a table, name or number, from 1, of the column to translate.
        beam_size: Hypotheses kept in search; None for the model's own setting.
        memory: A corpus from which exact matches are taken.

    Raises:
        InputError: If the file, the column, the memory or the model is at fault.
        WorkError: If the output cannot be written.
    """
    from seq2seq_keras.documents import (
        SEGMENTS_A_PIECE,
        TranslationMemory,
        read_document,
        translate_segments,
    )

    document = read_document(file, column, *_languages(model))
    pairs = read_memory(model, memory)
    translations = TranslationMemory([*document.pairs, *pairs]).find(document.segments)

    load_keras()
    from seq2seq_keras.translator import Translator

    translator = Translator.load(model, check=True)
    # What stands there twice is translated once.
    linked = document.linked
    texts = [text for text in dict.fromkeys(document.segments) if text not in translations]
    remembered = len(translations)
    # That the output cannot be written is told before the work.
    with replaced(output) as stream:
        with progress("translating", len(texts)) as on_progress:
            for start in range(0, len(texts), SEGMENTS_A_PIECE):
                piece = texts[start : start + SEGMENTS_A_PIECE]
                translated = translate_segments(translator, piece, beam_size, linked)
                translations.update(zip(piece, translated, strict=True))
                on_progress(len(translations) - remembered)
        stream.write(document.encode([translations[text] for text in document.segments]))
    _report(output, document, translations, memory is not None)
    if cut := sum(each.cut for each in translations.values()):
        say(
            f"note: {file}: in {cut:,} of {len(texts):,} texts a sentence was longer than "
            f"{translator.config.max_length - 1} tokens and was cut in parts"
        )


def _languages(model: Path) -> tuple[str | None, str | None]:
    settings = model / "config.yaml"
    if not settings.is_file():
        return None, None  # what is wrong with the folder is told when it is loaded
    config = Config.load(settings)
    return config.source_lang, config.target_lang


def _report(
    output: Path, document: Document, translations: dict[str, Translated], has_memory: bool
) -> None:
    """Says where the translations come from, if there is more than one answer."""
    if not (document.has_units or has_memory):
        return
    tally = document.tally([translations[text] for text in document.segments])
    left = f", {tally.left:,} left as they were" if document.has_units else ""
    say(
        f"{output}: {tally.network:,} filled by the network, {tally.memory:,} from the memory{left}"
    )
