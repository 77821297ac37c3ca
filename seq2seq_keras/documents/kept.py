"""Translations kept in a file as they come, so that interrupted work goes on after them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from seq2seq_keras.documents.document import Translated
from seq2seq_keras.documents.tags import Links
from seq2seq_keras.errors import WorkError


class KeptTranslations:
    """What has been translated so far: a file to which lines are only ever added.

    Each line is a JSON object. Whoever is killed while it writes leaves half a line at most,
    which is cut off at the next start.

    Args:
        path: The file; made with the first translation.

    Example:
        >>> kept = KeptTranslations(Path("translations.jsonl"))
        >>> kept.add({"A dog.": Translated("Un chien.", False)})
        >>> kept.all["A dog."].text
        'Un chien.'
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.all: dict[str, Translated] = {}
        content = path.read_bytes() if path.exists() else b""
        self._whole = content.rfind(b"\n") + 1
        for line in content[: self._whole].splitlines():
            row = json.loads(line)
            links = Links(*map(tuple, row["links"])) if row.get("links") else None
            self.all[row["text"]] = Translated(row["translation"], row["cut"], links)

    def add(self, translations: Mapping[str, Translated]) -> None:
        """Adds translations, by the texts they are of, and sees them safely on the disk.

        Raises:
            WorkError: If they cannot be written.
        """
        rows = (
            {
                "text": text,
                "translation": translation.text,
                "cut": translation.cut,
                "links": translation.links and list(vars(translation.links).values()),
            }
            for text, translation in translations.items()
        )
        lines = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
        try:
            with self._path.open("ab") as stream:
                stream.truncate(self._whole)
                stream.write(lines)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise WorkError(
                f"{self._path}: cannot be written ({error.strerror or error}); make room, then "
                "go on"
            ) from error
        self._whole += len(lines)
        self.all.update(translations)
