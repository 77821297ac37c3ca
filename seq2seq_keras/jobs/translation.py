"""The translation process as the server sees it: kept warm, asked over a pipe, replaced if lost."""

from __future__ import annotations

import itertools
import json
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs.processes import end, start_python


class TranslationService:
    """Translates in a process of its own, so that the server never loads TensorFlow.

    One request at a time goes over the pipe, a JSON object a line; callers from several threads
    wait for their turn. A process that died is replaced at the next request.

    Args:
        log: file for what the process prints; a temporary one by default.

    Example:
        >>> service = TranslationService()
        >>> service.translate(Path("saved_models/sample-en-fr-attention"), "A dog.")["text"]
    """

    def __init__(self, log: Path | None = None) -> None:
        self._log = log
        self._turn = threading.Lock()
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self.ready = threading.Event()

    def warm(self, model: Path | None = None) -> threading.Thread:
        """Starts the process in the background, loads `model` and translates a word with it."""

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
            model: folder of a saved translator; loaded again when it changed.
            text: what to translate.
            beam_size: hypotheses kept in search; None for the model's own setting.
            n_best: how many translations of each sentence to return.

        Returns:
            `text`, `notices`, `seconds`, and `sentences`: for each its `source`, `text`, `score`,
            `tokens`, `source_tokens`, `attention` (target by source, or None) and `alternatives`.

        Raises:
            InputError: the model or the text is at fault.
            WorkError: the process failed.
        """
        return self._ask(
            {
                "do": "translate",
                "model": str(model),
                "text": text,
                "beam_size": beam_size,
                "n_best": n_best,
            }
        )

    def summary(self, model: Path) -> dict[str, Any]:
        """Keras's summary of a saved translator's networks, as text by name of the network."""
        return self._ask({"do": "summary", "model": str(model)})

    def close(self) -> None:
        """Ends the process."""
        self._closed = True
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()
            end(process, patience=3)

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        with self._turn:
            process = self._living_process()
            number = next(self._numbers)
            try:
                answer = self._exchange(process, {"number": number, **request})
            except (OSError, ValueError):
                answer = None
            if answer is None:
                self._process = None
                self.ready.clear()
                end(process, patience=1)
                if self._closed:
                    raise WorkError("The server is shutting down.")
                raise WorkError(
                    f"The translation process ended unexpectedly (exit code {process.returncode}), "
                    "perhaps because memory ran out. It starts again with your next translation."
                )
        if "error" in answer:
            raise (InputError if answer["at_fault"] == "input" else WorkError)(answer["error"])
        self.ready.set()
        return answer["result"]

    def _living_process(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise WorkError("The server is shutting down.")
        if self._process is None or self._process.poll() is not None:
            self.ready.clear()
            with self._open_log() as log:
                self._process = start_python(
                    "seq2seq_keras.jobs.translation_process", [], stdout=subprocess.PIPE, stderr=log
                )
        return self._process

    def _open_log(self) -> IO[bytes]:
        if self._log is None:
            return tempfile.TemporaryFile()
        self._log.parent.mkdir(parents=True, exist_ok=True)
        return self._log.open("wb")

    @staticmethod
    def _exchange(
        process: subprocess.Popen[bytes], request: dict[str, Any]
    ) -> dict[str, Any] | None:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()
        for line in process.stdout:
            answer = json.loads(line)
            if answer["number"] == request["number"]:
                return answer
        return None
