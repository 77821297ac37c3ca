"""The translation process as the server sees it: kept warm, asked by many, replaced if lost."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs.translation_connection import Connection
from seq2seq_keras.jobs.translation_requests import Lost, Request, outcome, refuse, shared_out

MOST_CHARACTERS = 100_000
"""Of a text that is translated at once: half a minute's work, where a file has a job of its own."""

PATIENCE_SECONDS = 600.0
"""How long a request may take before whoever asked is told to try again."""

STALL_SECONDS = 180.0
"""How long one piece of the work, of which a long text has many, may take."""

MOST_TIMES = 3
"""So often is asked again what only waited when a process ended."""

_FAILURES_TO_WORRY = 2


class TranslationService:
    """Translates in a process of its own, so that the server never loads TensorFlow.

    Any number of threads may ask at once: the process translates together what waits, and a short
    text does not wait for the end of a long one. A process that dies is replaced, and so is one
    that hangs; whoever asked for what it was at work on is told, and what others asked for is asked
    again. Where it was at work for several, each of them is asked again alone.

    Args:
        log: File for what the process prints; a temporary one by default.
        patience: Seconds that a request may take, waiting included.
        stall: Seconds that one piece of the work may take.
        observe: Called with what was asked, how it ended, as of `outcome`, and the seconds.

    Attributes:
        ready: Set while the process has answered and lives.

    Example:
        >>> service = TranslationService()
        >>> service.translate(Path("saved_models/sample-en-fr-attention"), "A dog.")["text"]
    """

    def __init__(
        self,
        log: Path | None = None,
        patience: float = PATIENCE_SECONDS,
        stall: float = STALL_SECONDS,
        observe: Callable[[str, str, float], None] = lambda what, outcome, seconds: None,
    ) -> None:
        self._temporary = tempfile.TemporaryDirectory() if log is None else None
        self._log = log or Path(self._temporary.name) / "translation.log"  # type: ignore[union-attr]
        self._patience = patience
        self._stall = stall
        self._observe = observe
        self._failures = 0  # processes in a row that ended without an answer
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
            InputError: The text is longer than `MOST_CHARACTERS`.
            WorkError: The server is shutting down.

        Example:
            >>> waiting = service.submit(folder, "A dog.")
            >>> waiting.result(timeout=5)["text"]
        """
        if len(text) > MOST_CHARACTERS:
            raise InputError(
                f"The text has {len(text):,} characters; at most {MOST_CHARACTERS:,} are "
                "translated at once. Put it into a file and have the whole file translated."
            )
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

    @property
    def state(self) -> str:
        """How the process stands, in a word: "ready", "starting", "idle" or "failing"."""
        if self.ready.is_set():
            return "ready"
        if self._failures >= _FAILURES_TO_WORRY:
            return "failing"
        connection = self._connection
        return "starting" if connection is not None and connection.alive else "idle"

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        return self.wait(self._submit(request))

    def _submit(self, content: dict[str, Any]) -> Future[dict[str, Any]]:
        begin = time.monotonic()
        request = Request(content)
        request.answer.add_done_callback(
            lambda answer: self._observe(content["do"], outcome(answer), time.monotonic() - begin)
        )
        self._send(request)
        return request.answer

    def _send(self, request: Request) -> None:
        with self._starting:
            if self._closed:
                raise WorkError("The server is shutting down.")
            if self._connection is None or not self._connection.alive:
                self.ready.clear()
                self._connection = Connection(self._log, self.ready, self._take_up, self._stall)
            connection = self._connection
        connection.send(request)

    def _take_up(self, lost: Lost) -> None:
        """Asks another process for what one left unanswered, but not for what ended it."""
        if lost.process_failed is not None:
            self._failures = self._failures + 1 if lost.process_failed else 0
        blamed, suspects, waiting = shared_out(lost)
        for request in blamed:
            refuse(request, lost.why)
        for request in waiting:
            self._ask_again(request, lost.why)
        self._ask_in_turn(suspects, lost.why)

    def _ask_in_turn(self, requests: Sequence[Request], why: WorkError) -> None:
        """Asks for each when the one before is answered, so that none ends a process for others."""
        if requests:
            first, *others = requests
            first.suspect = True
            first.answer.add_done_callback(lambda _: self._ask_in_turn(others, why))
            self._ask_again(first, why)

    def _ask_again(self, request: Request, why: WorkError) -> None:
        request.times += 1
        if request.answer.cancelled():
            return
        if request.times > MOST_TIMES:
            refuse(request, why)
            return
        try:
            self._send(request)
        except WorkError as error:
            refuse(request, error)
        except OSError:  # there is no memory for another process, say
            refuse(request, why)


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
