"""The translations of a test set by several systems, side by side in a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from seq2seq_keras.comparison.build import SystemOutput
from seq2seq_keras.corpus import Corpus
from seq2seq_keras.errors import WorkError


def save_translations(path: Path, test: Corpus, outputs: Sequence[SystemOutput]) -> None:
    """Writes a CSV file with a row a sentence: source, reference, and each system's translation.

    Args:
        path: The file; an older one is replaced.
        test: The test set.
        outputs: The systems; the columns bear their names.

    Raises:
        WorkError: If it cannot be written.

    Example:
        >>> save_translations(Path("translations.csv"), test, outputs)     # doctest: +SKIP
    """
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(["source", "reference", *(output.name for output in outputs)])
    translations = (output.translations for output in outputs)
    table.writerows(zip(test.sources, test.targets, *translations, strict=True))
    unfinished = path.with_suffix(".new")
    try:
        # The byte order mark tells spreadsheets that it is UTF-8.
        unfinished.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
        unfinished.replace(path)
    except OSError as error:
        raise WorkError(
            f"{path}: the translations cannot be written ({error.strerror or error}); make room, "
            "or give another folder"
        ) from error
