"""The translation process as the server sees it: kept warm, asked by many, replaced if lost."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Any

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs.translation_connection import Connection

PATIENCE_SECONDS = 600.0
"""How long a request may take before whoever asked is told to try again."""


class TranslationService:
    """Translates in a process of its own, so that the server never loads TensorFlow.

    Any number of threads may ask at once: the process translates together what waits, and a short
    text does not wait for the end of a long one. A process that died is replaced at the next
    request.

    Args:
        log: File for what the process prints; a temporary one by default.
        patience: Seconds that a request may take, waiting included.

    Attributes:
        ready: Set while the process has answered and lives.

    Example:
        >>> service = TranslationService()
        >>> service.translate(Path("saved_models/sample-en-fr-attention"), "A dog.")["text"]
    """

    def __init__(self, log: Path | None = None, patience: float = PATIENCE_SECONDS) -> None:
        self._log = log
        self._patience = patience
        self._starting = threading.Lock()
        self._connection: Connection | None = None
        self._closed = False
        self.ready = threading.Event()

    def warm(self, model: Path | None = None) -> threading.Thread:
        """Starts the process in the background, loads `model` and translates a word with it.

        Returns:
            The thread that waits for it.
        """

        def work() -> None:
            try:
                if model is None:
                    self._ask({"do": "hello"})
                else:
                    self.translate(model, ".", beam_size=5, n_best=5)
            except (InputError, WorkError):
                # Whoever asks next is told why; nobody is waiting for an answer here.
                return

        thread = threading.Thread(target=work, name="translation-warm-up", daemon=True)
        thread.start()
        return thread

    def translate(
        self, model: Path, text: str, beam_size: int | None = None, n_best: int = 1
    ) -> dict[str, Any]:
        """Translates a text of any number of lines and sentences.

        Args:
            model: Folder of a saved translator; loaded again when it changed.
            text: What to translate.
            beam_size: Hypotheses kept in search; None for the model's own setting.
            n_best: How many translations of each sentence to return.

        Returns:
            `text`, `notices`, `seconds` of searching (waiting not counted), and `sentences`: for
            each its `source`, `text`, `score`, `tokens`, `source_tokens`, `attention` (target by
            source, or None), `alternatives`, and `source_spelling`: how each source token but
            the end stands in `source`, which tells what an unknown one was.

        Raises:
            InputError: The model or the text is at fault.
            WorkError: The process failed, or took too long.

        Example:
            >>> service.translate(folder, "A dog. A cat.", n_best=3)["sentences"][1]["text"]
        """
        return self.wait(self.submit(model, text, beam_size, n_best))

    def submit(
        self, model: Path, text: str, beam_size: int | None = None, n_best: int = 1
    ) -> Future[dict[str, Any]]:
        """Asks for a translation without waiting for it.

        Args:
            model, text, beam_size, n_best: As of `translate`.

        Returns:
            What will hold the result of `translate`, or raise its errors. If it is cancelled,
            the rest of the text is not translated.

        Raises:
            WorkError: The server is shutting down.

        Example:
            >>> waiting = service.submit(folder, "A dog.")
            >>> waiting.result(timeout=5)["text"]
        """
        return self._submit(
            {
                "do": "translate",
                "model": str(model),
                "text": text,
                "beam_size": beam_size,
                "n_best": n_best,
            }
        )

    def summary(self, model: Path) -> dict[str, Any]:
        """Describes a saved translator's networks.

        Args:
            model: Its folder.

        Returns:
            Keras's summary as text by name of the network, and `parameters`,
            `source_vocab_size` and `target_vocab_size`.

        Raises:
            InputError: The model is at fault.
            WorkError: The process failed, or took too long.

        Example:
            >>> print(service.summary(folder)["encoder"])
        """
        return self._ask({"do": "summary", "model": str(model)})

    def trace(self, model: Path, text: str, reference: str | None = None) -> dict[str, Any]:
        """Tells everything that happens inside a translator while it translates a sentence.

        Args:
            model: Its folder.
            text: One sentence.
            reference: A translation that it is made to follow as well, or None.

        Returns:
            As `jobs.explaining.trace_json` describes it.

        Raises:
            InputError: The model, the sentence or the reference is at fault.
            WorkError: The process failed, or took too long.

        Example:
            >>> service.trace(folder, "A dog runs.")["written"]["tokens"]
        """
        return self._ask(_question("trace", model, text, reference))

    def working(
        self, model: Path, text: str, reference: str | None = None, **question: Any
    ) -> dict[str, Any]:
        """Works one neuron's gate through, in a sentence that was traced.

        Args:
            model, text, reference: As of `trace`.
            question: Arguments of `Explanation.working`: `part`, `step`, `gate`, `neuron`, ...

        Returns:
            As `jobs.explaining.Explainer.working`.

        Raises:
            InputError, WorkError: As of `trace`.

        Example:
            >>> service.working(folder, "A dog runs.", part="encoder", step=0, gate="z", neuron=3)
        """
        return self._ask(_question("working", model, text, reference, **question))

    def what_if(
        self,
        model: Path,
        text: str,
        reference: str | None = None,
        *,
        changes: Sequence[Mapping[str, Any]],
        prefix: int = 0,
    ) -> dict[str, Any]:
        """Translates a sentence that was traced with something changed.

        Args:
            model, text, reference: As of `trace`.
            changes: What to change, as `jobs.explaining.Explainer.what_if` takes it.
            prefix: So many tokens stay as the translator wrote them.

        Returns:
            As `Explainer.what_if` describes it.

        Raises:
            InputError: As of `trace`, or a change does not fit.
            WorkError: As of `trace`.

        Example:
            >>> word = {"kind": "attend_to", "position": 2, "step": 0}
            >>> service.what_if(folder, "A dog runs.", changes=[word])["after"]["text"]
        """
        return self._ask(
            _question("what_if", model, text, reference, changes=list(changes), prefix=prefix)
        )

    def limits(self, model: Path, test: Mapping[str, Any]) -> dict[str, Any]:
        """Measures the two limits of a model on a test set, in some seconds.

        Args:
            model: Its folder.
            test: As of `TestSet.reading`.

        Returns:
            As `jobs.limits.measure_limits` describes it.

        Raises:
            InputError: The model is at fault, or the test set has too few sentences.
            WorkError: The process failed, or took too long.

        Example:
            >>> service.limits(folder, test_set.reading())["bottleneck"]["overall"]["context"]
        """
        return self._ask({"do": "limits", "model": str(model), "test": dict(test)})

    def close(self) -> None:
        """Ends the process; who still waits is told."""
        with self._starting:
            self._closed = True
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def wait(self, answer: Future[dict[str, Any]]) -> dict[str, Any]:
        """Waits for what `submit` asked for, as long as the service has patience.

        Args:
            answer: What `submit` returned; it is cancelled if the patience ends.

        Returns:
            The result of `translate`.

        Raises:
            InputError: The model or the text is at fault.
            WorkError: The process failed, or took too long.

        Example:
            >>> both = [service.submit(folder, "A dog.") for folder in (plain, attention)]
            >>> [service.wait(answer)["text"] for answer in both]
        """
        try:
            return answer.result(self._patience)
        except TimeoutError:
            raise WorkError(
                f"There was no translation within {self._patience:g} seconds, so it was given "
                "up. The computer may be busy with other work: try again later, or with a "
                "shorter text."
            ) from None
        finally:
            answer.cancel()  # of no effect on one that is there

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        return self.wait(self._submit(request))

    def _submit(self, request: dict[str, Any]) -> Future[dict[str, Any]]:
        with self._starting:
            if self._closed:
                raise WorkError("The server is shutting down.")
            if self._connection is None or not self._connection.alive:
                self.ready.clear()
                with self._open_log() as log:
                    self._connection = Connection(log, self.ready)
            connection = self._connection
        return connection.send(request)

    def _open_log(self) -> IO[bytes]:
        if self._log is None:
            return tempfile.TemporaryFile()
        self._log.parent.mkdir(parents=True, exist_ok=True)
        return self._log.open("wb")


def _question(
    do: str, model: Path, text: str, reference: str | None, **question: Any
) -> dict[str, Any]:
    return {
        "do": do,
        "model": str(model),
        "text": text,
        "reference": reference,
        "question": question,
    }
