"""Tables and subtitles, translated as whole files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq_keras.cli.lines import replaced
from seq2seq_keras.cli.terminal import load_keras, progress, say
from seq2seq_keras.config import Config

if TYPE_CHECKING:
    from seq2seq_keras.documents import Translated

_SUFFIXES = (".csv", ".tsv", ".srt", ".vtt")


def is_document(file: Path) -> bool:
    """Whether a file is more than lines of text, by the ending of its name."""
    return file.suffix.casefold() in _SUFFIXES


def translate_document(
    model: Path, file: Path, output: Path, column: str | None, beam_size: int | None
) -> None:
    """Translates a table or subtitles; the output is written whole or not at all.

    Args:
        model: Folder of a saved translator.
        file: The table or subtitles.
        output: The file to write.
        column: In a table, name or number, from 1, of the column to translate.
        beam_size: Hypotheses kept in search; None for the model's own setting.

    Raises:
        InputError: If the file, the column or the model is at fault.
        WorkError: If the output cannot be written.
    """
    from seq2seq_keras.documents import SEGMENTS_A_PIECE, read_document, translate_segments

    settings = model / "config.yaml"
    source_lang = Config.load(settings).source_lang if settings.is_file() else None
    document = read_document(file, column, source_lang)

    load_keras()
    from seq2seq_keras.translator import Translator

    translator = Translator.load(model)
    texts = list(dict.fromkeys(document.segments))  # what stands there twice is translated once
    translations: dict[str, Translated] = {}
    # That the output cannot be written is told before the work.
    with replaced(output) as stream:
        with progress("translating", len(texts)) as on_progress:
            for start in range(0, len(texts), SEGMENTS_A_PIECE):
                piece = texts[start : start + SEGMENTS_A_PIECE]
                translated = translate_segments(translator, piece, beam_size)
                translations.update(zip(piece, translated, strict=True))
                on_progress(len(translations))
        stream.write(document.encode([translations[text].text for text in document.segments]))
    if cut := sum(each.cut for each in translations.values()):
        say(
            f"note: {file}: in {cut:,} of {len(texts):,} texts a sentence was longer than "
            f"{translator.config.max_length - 1} tokens and was cut in parts"
        )
