"""The translations of a test set by several systems, side by side in a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from seq2seq_keras.comparison.build import SystemOutput
from seq2seq_keras.corpus import Corpus
from seq2seq_keras.errors import WorkError
from seq2seq_keras.evaluation import sentence_bleu
from seq2seq_keras.storage import write_file

TRANSLATIONS = "translations.csv"
"""What the table is called beside a report."""

_ACTIVE = ("=", "+", "-", "@", "\t", "\r")  # at the start of a cell, to a spreadsheet


def inert(text: str) -> str:
    """Has a spreadsheet show a text, be it a formula or a command: behind an apostrophe.

    Example:
        >>> inert("=1+1"), inert("Nothing.")
        ("'=1+1", 'Nothing.')
    """
    return f"'{text}" if text.lstrip("'").startswith(_ACTIVE) else text


def from_inert(cell: str) -> str:
    """Returns the text of which `inert` made a cell."""
    return cell.removeprefix("'") if cell.lstrip("'").startswith(_ACTIVE) else cell


def save_translations(
    path: Path,
    test: Corpus,
    outputs: Sequence[SystemOutput],
    target_lang: str | None = None,
    bleu_tokenizer: str | None = None,
) -> None:
    """Writes a CSV file with a row a sentence.

    The columns are the source, the reference, each system's translation under the system's name,
    and then each one's sentence BLEU. Texts that would be formulas in a spreadsheet are `inert`.

    Args:
        path: The file; an older one is replaced.
        test: The test set.
        outputs: The systems.
        target_lang: Language code of the translations; None to go by their script.
        bleu_tokenizer: One of sacreBLEU's, instead of the target language's own.

    Raises:
        WorkError: If it cannot be written.

    Example:
        >>> save_translations(Path("translations.csv"), test, outputs)     # doctest: +SKIP
    """
    text = io.StringIO(newline="")
    table = csv.writer(text)
    names = [output.name for output in outputs]
    heads = [*names, *(f"{name}: sentence BLEU" for name in names)]
    table.writerow(["source", "reference", *map(inert, heads)])
    translations = [output.translations for output in outputs]
    scores = [
        [f"{score:.2f}" for score in sentence_bleu(each, test.targets, target_lang, bleu_tokenizer)]
        for each in translations
    ]
    texts = [map(inert, side) for side in (test.sources, test.targets, *translations)]
    table.writerows(zip(*texts, *scores, strict=True))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The byte order mark tells spreadsheets that it is UTF-8.
        write_file(path, text.getvalue().encode("utf-8-sig"))
    except OSError as error:
        raise WorkError(
            f"{path}: the translations cannot be written ({error.strerror or error}); make room, "
            "or give another folder"
        ) from error
