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

TRANSLATIONS = "translations.csv"
"""What the table is called beside a report."""


def save_translations(
    path: Path,
    test: Corpus,
    outputs: Sequence[SystemOutput],
    target_lang: str | None = None,
    bleu_tokenizer: str | None = None,
) -> None:
    """Writes a CSV file with a row a sentence.

    The columns are the source, the reference, each system's translation under the system's name,
    and then each one's sentence BLEU.

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
    table.writerow(["source", "reference", *names, *(f"{name}: sentence BLEU" for name in names)])
    translations = [output.translations for output in outputs]
    scores = [
        [f"{score:.2f}" for score in sentence_bleu(each, test.targets, target_lang, bleu_tokenizer)]
        for each in translations
    ]
    table.writerows(zip(test.sources, test.targets, *translations, *scores, strict=True))
    unfinished = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The byte order mark tells spreadsheets that it is UTF-8.
        unfinished.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
        unfinished.replace(path)
    except OSError as error:
        raise WorkError(
            f"{path}: the translations cannot be written ({error.strerror or error}); make room, "
            "or give another folder"
        ) from error
