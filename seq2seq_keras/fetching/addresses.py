"""Where the services are, and how a mirror takes the place of one."""

from __future__ import annotations

import os
from dataclasses import dataclass

MANYTHINGS = "https://www.manythings.org/anki"
OPUS = "https://opus.nlpl.eu/opusapi/"
TATOEBA = "https://downloads.tatoeba.org/exports/per_language"


@dataclass(frozen=True)
class Addresses:
    """The addresses below which the services keep their files.

    Attributes:
        manythings: The folder of ManyThings's archives, such as `fra-eng.zip`.
        opus: The API of OPUS.
        tatoeba: The folder of Tatoeba's exports, with one folder a language.
        hub: The Hugging Face Hub; None for where `huggingface_hub` finds it, which is told by
            the environment variable `HF_ENDPOINT`.

    Example:
        >>> Addresses(opus="http://127.0.0.1:8000/opusapi/").opus
        'http://127.0.0.1:8000/opusapi/'
    """

    manythings: str = MANYTHINGS
    opus: str = OPUS
    tatoeba: str = TATOEBA
    hub: str | None = None

    @classmethod
    def from_environment(cls) -> Addresses:
        """The usual addresses, or those in `SEQ2SEQ_{MANYTHINGS,OPUS,TATOEBA}_URL`."""
        return cls(
            os.environ.get("SEQ2SEQ_MANYTHINGS_URL") or MANYTHINGS,
            os.environ.get("SEQ2SEQ_OPUS_URL") or OPUS,
            os.environ.get("SEQ2SEQ_TATOEBA_URL") or TATOEBA,
        )
