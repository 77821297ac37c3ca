"""A file of any length, translated line by line, that goes on where it was interrupted."""

from __future__ import annotations

import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq_keras.cli.kept_lines import KeptLines, one_writer, translation_identity
from seq2seq_keras.cli.lines import chunks, read_lines
from seq2seq_keras.cli.terminal import reading_progress, say
from seq2seq_keras.counted import counted

if TYPE_CHECKING:
    from seq2seq_keras.documents import TranslationMemory
    from seq2seq_keras.translator import Translator

LINES_AT_ONCE = 1024
_LONG = 10.0  # seconds after which one wants to know how fast it was


def translate_lines(
    translator: Translator,
    lines: list[str],
    beam_size: int | None,
    memory: TranslationMemory | None = None,
) -> tuple[list[str], int]:
    """Translates lines, each as a sentence, but for those that are in a memory.

    Args:
        translator: The translator.
        lines: The lines.
        beam_size: Hypotheses kept in search; None for the model's own setting.
        memory: The memory.

    Returns:
        A translation for each line, and how many come from the memory.
    """
    found = memory.find(lines) if memory is not None else {}
    missing = [line for line in lines if line not in found]
    translated = iter(translator.translate(missing, beam_size, attention=False))
    texts = [found[line].text if line in found else next(translated).text for line in lines]
    return texts, len(lines) - len(missing)


def translate_file(
    translator: Translator,
    model: Path,
    file: Path,
    output: Path,
    beam_size: int | None,
    memory: TranslationMemory | None = None,
) -> None:
    """Translates a file, a line a sentence, with no more than some lines in memory.

    What is done is kept beside the output, in `.NAME.part`. The same command goes on after it,
    be it after Control-C, a crash or a power cut; with another model, another file or other
    settings it begins anew. The output appears when all is done.

    Args:
        translator: The translator.
        model: The folder that it was loaded from.
        file: The file to translate.
        output: The file to write.
        beam_size: Hypotheses kept in search; None for the model's own setting.
        memory: Lines that are in it are not translated by the network.

    Raises:
        InputError: if the file is not UTF-8.
        WorkError: if the output cannot be written, or another process is writing it.
    """
    begin = time.monotonic()
    remembered = 0
    identity = translation_identity(
        model,
        file,
        beam_size or translator.config.beam_size,
        memory.digest if memory is not None else None,
    )
    with one_writer(output), KeptLines(output, identity) as part:
        before = part.lines
        if before:
            say(f"{output}: going on after line {before:,}")
        lines = islice(read_lines(file), before, None)
        with reading_progress("translating", file, before) as advance:
            try:
                for chunk in chunks(lines, LINES_AT_ONCE):
                    texts, known = translate_lines(translator, chunk, beam_size, memory)
                    part.add(texts)
                    remembered += known
                    advance(part.lines)
            except KeyboardInterrupt:
                say(f"stopped after line {part.lines:,}; the same command goes on there")
                raise
        part.finish()
    if memory is not None:
        by_network = part.lines - before - remembered
        say(f"{output}: {by_network:,} filled by the network, {remembered:,} from the memory")
    seconds = time.monotonic() - begin
    if seconds > _LONG:
        rate = (part.lines - before) / seconds
        say(f"{output}: {counted(part.lines, 'line')}, {rate:,.0f} a second")
