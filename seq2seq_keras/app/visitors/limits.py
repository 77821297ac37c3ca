"""What one visitor of a public demo may use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError
from seq2seq_keras.network_size import count_parameters

DEMO = "SEQ2SEQ_DEMO"
"""The environment variable that turns the demo on (1) or off (0)."""

SPACE = "SPACE_ID"
"""The environment variable that is set in every Hugging Face Space."""

_MEGABYTE = 1024**2


@dataclass(frozen=True)
class Limits:
    """The limits of a public demo.

    They suit two cores and 16 GB, the free hardware of a Hugging Face Space, and a disk of 50 GB.

    Attributes:
        pairs: Sentence pairs of a training.
        minutes: Time limit of each network of a training.
        parameters: Of one network.
        jobs: Jobs of one visitor that wait or run.
        waiting: Jobs of all visitors that wait.
        upload_bytes: Of one file.
        disk_bytes: All that one visitor keeps.
        visitors: Visitors who keep anything.
        hours: So long a visitor's things are kept after their last visit.

    Example:
        >>> Limits(minutes=5).check_training(Config.create(time_limit=2), 4000)
    """

    pairs: int = 30_000
    minutes: float = 10
    parameters: int = 10_000_000
    jobs: int = 2
    waiting: int = 20
    upload_bytes: int = 20 * _MEGABYTE
    disk_bytes: int = 300 * _MEGABYTE
    visitors: int = 100
    hours: float = 24

    def check_training(self, config: Config, pairs: int) -> None:
        """Refuses a training that would take more than its share.

        Args:
            config: Its settings.
            pairs: Sentence pairs of its corpus.

        Raises:
            InputError: It would.
        """
        if pairs > self.pairs:
            raise InputError(
                f"This public demo trains on at most {self.pairs:,} sentence pairs; yours has "
                f"{pairs:,}. Upload fewer, or run the project on your own computer."
            )
        if config.time_limit is None or config.time_limit > self.minutes:
            raise InputError(
                f"On this public demo a network trains for at most {self.minutes:g} minutes. "
                "Choose a shorter budget, or run the project on your own computer."
            )
        parameters = count_parameters(config, config.vocab_size, config.vocab_size)
        if parameters > self.parameters:
            raise InputError(
                f"On this public demo a network has at most {self.parameters:,} parameters; yours "
                f"would have {parameters:,}. Choose fewer units or subwords, or run the project on "
                "your own computer."
            )


def demo_limits(environment: Mapping[str, str] = os.environ) -> Limits | None:
    """Tells whether this is a public demo, and with which limits.

    Args:
        environment: Environment variables: `SEQ2SEQ_DEMO` decides; without it, a Hugging Face
            Space is one.

    Returns:
        The limits; None on somebody's own machine.

    Raises:
        InputError: `SEQ2SEQ_DEMO` is neither 0 nor 1.

    Example:
        >>> demo_limits({"SEQ2SEQ_DEMO": "0", "SPACE_ID": "ada/translator"})
    """
    wanted = environment.get(DEMO) or ("1" if environment.get(SPACE) else "0")
    if wanted not in ("0", "1"):
        raise InputError(f"{DEMO}: expected 1 for a public demo or 0 for none, received {wanted!r}")
    return Limits() if wanted == "1" else None
