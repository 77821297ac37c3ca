"""A training as TensorBoard shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tensorboardX import SummaryWriter

from seq2seq_keras.errors import WorkError
from seq2seq_keras.training.events import EpochEnd, Event, Finished, Progress, Started

_OF_AN_EPOCH = {
    "loss/train": "loss",
    "loss/validation": "valid_loss",
    "perplexity/train": "perplexity",
    "perplexity/validation": "valid_perplexity",
    "BLEU/validation": "valid_bleu",
    "gradient_norm/before_clipping": "gradient_norm",
    "gradient_norm/after_clipping": "clipped_norm",
    "speed/target_tokens_a_second": "tokens_per_second",
}


class TensorBoardWriter:
    """A listener that writes event files; `tensorboard --logdir FOLDER` shows them.

    Curves over epochs have a point an epoch. Those over steps, under "in_the_epoch", have one
    about twice a second. The translations of the examples are texts.

    Args:
        folder: Where the event files go; those of a resumed training come beside the earlier.

    Example:
        >>> with TensorBoardWriter(Path("runs/first")) as writer:
        ...     fit(network, source_tokens, target_tokens, train, valid, config, listener=writer)
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer = SummaryWriter(str(folder))
        self._batches = 0

    def __call__(self, event: Event) -> None:
        """Writes what an event tells.

        Raises:
            WorkError: The files cannot be written any more, as on a full disk.
        """
        # Its thread ends with the first fault, and who writes on would wait for it for ever.
        if not self._writer.file_writer.event_writer._worker.is_alive():
            raise WorkError(
                f"{self._folder}: event files cannot be written any more; make room on the disk"
            )
        if isinstance(event, Started):
            self._batches = event.batches_per_epoch
        elif isinstance(event, Progress):
            step = (event.epoch - 1) * self._batches + event.batch
            self._writer.add_scalar("in_the_epoch/loss_so_far", event.loss, step)
            self._writer.add_scalar("in_the_epoch/learning_rate", event.learning_rate, step)
        elif isinstance(event, EpochEnd):
            for tag, name in _OF_AN_EPOCH.items():
                self._writer.add_scalar(tag, getattr(event, name), event.epoch)
            for number, example in enumerate(event.examples, start=1):
                self._writer.add_text(f"example_{number}", _as_text(example), event.epoch)
            self._writer.flush()
        elif isinstance(event, Finished):
            self.close()

    def close(self) -> None:
        """Writes what is left."""
        self._writer.close()

    def __enter__(self) -> TensorBoardWriter:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def _as_text(example: dict[str, str]) -> str:
    return "\n\n".join(f"{name}: {text}" for name, text in example.items())
