"""One translation process, and those who wait for its answers."""

from __future__ import annotations

import itertools
import json
import subprocess
import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import IO, Any

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs.processes import end, start_python


class Connection:
    """Starts a translation process and talks with it, a JSON object a line.

    Requests carry a number and so do answers, which come in any order; a thread gives each to
    whoever waits for it. A process ends for good: for the next request another is to be made.

    Args:
        log: Where what the process prints goes.
        ready: Set at its first answer, and cleared at its end.

    Example:
        >>> connection = Connection(log, threading.Event())
        >>> connection.send({"do": "hello"}).result()
    """

    def __init__(self, log: IO[bytes], ready: threading.Event) -> None:
        self._ready = ready
        self._closing = False
        self._numbers = itertools.count(1)
        # Of what is below, each under its lock: a full pipe must not hold up the answers.
        self._writing = threading.Lock()
        self._knowing = threading.Lock()
        self._waiting: dict[int, Future[dict[str, Any]]] = {}
        self._over = False
        self.process: subprocess.Popen[bytes] = start_python(
            "seq2seq_keras.jobs.translation_process", [], stdout=subprocess.PIPE, stderr=log
        )
        threading.Thread(target=self._listen, name="translations", daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether the process lives, as far as is known."""
        return not self._over and self.process.poll() is None

    def send(self, request: dict[str, Any]) -> Future[dict[str, Any]]:
        """Sends a request.

        Args:
            request: What to do, without a number.

        Returns:
            What will hold its result, or raise `InputError` or `WorkError`.

        Example:
            >>> connection.send({"do": "summary", "model": "saved_models/eng-fra"}).result()
        """
        number = next(self._numbers)
        answer: Future[dict[str, Any]] = Future()
        with self._knowing:
            if self._over:
                answer.set_exception(self._farewell())
                return answer
            self._waiting[number] = answer
        answer.add_done_callback(lambda answer: self._forget(number, answer))
        self._write({"number": number, **request})
        return answer

    def close(self) -> None:
        """Ends the process; who still waits is told that the server is shutting down."""
        self._closing = True
        assert self.process.stdin is not None
        # Without the lock, somebody is writing to a process that hangs, and so cannot be told.
        if self._writing.acquire(timeout=1):
            # What could not be written is still in the buffer, and closing tries it again.
            with suppress(OSError):
                self.process.stdin.close()
            self._writing.release()
        end(self.process, patience=3)

    def _write(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        # A pipe that is broken or closed is that of a process at its end, of which the thread
        # that listens tells everybody.
        with self._writing, suppress(OSError, ValueError):
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            self.process.stdin.flush()

    def _forget(self, number: int, answer: Future[dict[str, Any]]) -> None:
        """Spares the process the work for a request that was cancelled."""
        if answer.cancelled():
            with self._knowing:
                self._waiting.pop(number, None)
            self._write({"number": number, "do": "forget"})

    def _listen(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        # What is no answer comes from a process gone mad, and is its end.
        with suppress(OSError, ValueError, KeyError, TypeError):
            for line in self.process.stdout:
                self._deliver(json.loads(line))
        self._ready.clear()
        end(self.process, patience=1)
        with self._knowing:
            self._over = True
            waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            if answer.set_running_or_notify_cancel():
                answer.set_exception(self._farewell())
        self.process.stdout.close()
        with self._writing, suppress(OSError):
            self.process.stdin.close()

    def _deliver(self, message: dict[str, Any]) -> None:
        with self._knowing:
            answer = self._waiting.pop(message["number"], None)
        if "result" in message:
            self._ready.set()
        if answer is None or not answer.set_running_or_notify_cancel():
            return  # nobody waits for it any more
        if "error" in message:
            kind = InputError if message["at_fault"] == "input" else WorkError
            answer.set_exception(kind(message["error"]))
        else:
            answer.set_result(message["result"])

    def _farewell(self) -> WorkError:
        if self._closing:
            return WorkError("The server is shutting down.")
        return WorkError(
            "The translation process ended unexpectedly (exit code "
            f"{self.process.returncode}), perhaps because memory ran out. It starts again with "
            "your next translation."
        )
