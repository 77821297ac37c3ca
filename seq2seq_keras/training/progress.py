"""Shows a training in the terminal: a bar with the time left, and a line for each epoch."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from seq2seq_keras.counted import counted
from seq2seq_keras.training import events

_PLAIN_SECONDS = 60.0


class ProgressDisplay:
    """A listener for `fit` that writes to the terminal.

    In a terminal a bar moves at the bottom while the epochs' lines scroll above it; anywhere
    else (a file, a pipe) there are plain lines only, one a minute within an epoch.

    Args:
        console: where to write; standard error by default.

    Example:
        >>> with ProgressDisplay() as display:
        ...     fit(network, source_tokens, target_tokens, train, valid, config, listener=display)
    """

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True)
        self._bar: Progress | None = None
        if self.console.is_terminal:
            self._bar = Progress(
                TextColumn("epoch {task.fields[epoch]}"),
                BarColumn(),
                TextColumn("{task.completed:.0f}/{task.total:.0f}  {task.fields[numbers]}"),
                console=self.console,
                transient=True,
            )
            self._task = self._bar.add_task("", epoch=1, numbers="", total=1)
        self._epochs = 0
        self._last_plain = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Removes the bar; what was written above it stays."""
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, event: events.Event) -> None:
        """Shows one event."""
        match event:
            case events.Started():
                self._started(event)
            case events.Progress():
                self._progress(event)
            case events.EpochEnd():
                self._epoch_end(event)
            case events.Notice():
                self._line(f"note: {event.message}")
            case events.Finished():
                self.close()
                self._line(
                    f"{_REASONS[event.reason]} after {duration(event.elapsed_seconds)}; "
                    f"best epoch {event.best_epoch}, validation BLEU {event.best_bleu:.1f}"
                )

    def _started(self, event: events.Started) -> None:
        self._epochs = event.epochs
        limit = f" or {event.time_limit:g} minutes" if event.time_limit else ""
        self._line(
            f"{counted(event.parameters, 'parameter')}, {counted(event.pairs, 'pair')} in "
            f"{counted(event.batches_per_epoch, 'batch', 'batches')}, "
            f"{counted(event.epochs, 'epoch')}{limit}, on {event.device}"
        )
        if event.epochs_done:
            self._line(f"going on after epoch {event.epochs_done}")
        if self._bar is not None:
            self._bar.start()

    def _progress(self, event: events.Progress) -> None:
        numbers = (
            f"loss {event.loss:.3f}  {event.tokens_per_second:,.0f} tokens/s  "
            f"{duration(event.remaining_seconds)} left"
        )
        if self._bar is not None:
            self._bar.update(
                self._task,
                completed=event.batch,
                total=event.batches,
                epoch=f"{event.epoch}/{self._epochs}",
                numbers=numbers,
            )
        elif time.monotonic() - self._last_plain >= _PLAIN_SECONDS:
            self._last_plain = time.monotonic()
            self._line(f"epoch {event.epoch}, batch {event.batch}/{event.batches}: {numbers}")

    def _epoch_end(self, event: events.EpochEnd) -> None:
        self._last_plain = time.monotonic()
        self._line(
            f"epoch {event.epoch}: loss {event.loss:.3f}, perplexity {event.perplexity:.2f}, "
            f"validation loss {event.valid_loss:.3f}, perplexity {event.valid_perplexity:.2f}, "
            f"BLEU {event.valid_bleu:.1f}{' (best)' if event.is_best else ''}, "
            f"{event.tokens_per_second:,.0f} tokens/s, {duration(event.elapsed_seconds)}"
        )
        for example in event.examples:
            self._line(f"  {example['source']}")
            self._line(f"    is:        {example['translation']}")
            self._line(f"    should be: {example['reference']}")

    def _line(self, text: str) -> None:
        # As Text, so that brackets in a translation are not taken for markup.
        self.console.print(Text(text), soft_wrap=True, highlight=False)


_REASONS = {
    "epochs": "All epochs done",
    "time limit": "Time is up",
    "early stop": "Stopped: validation BLEU and loss no longer improved",
    "stopped": "Stopped on request",
}


def duration(seconds: float) -> str:
    """Writes seconds as `45 s`, `12:05` or `1:02:05`.

    Example:
        >>> duration(725)
        '12:05'
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    hours, rest = divmod(whole, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
