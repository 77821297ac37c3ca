"""One translation process, and the requests that it has not answered yet."""

from __future__ import annotations

import itertools
import json
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs.logs import ProcessLog
from seq2seq_keras.jobs.processes import end, start_python
from seq2seq_keras.jobs.translation_requests import Lost, Request

_SECONDS_BETWEEN_LOOKS = 1.0


class Connection:
    """Starts a translation process and talks with it, a JSON object a line.

    Requests carry a number and so do answers, which come in any order; a thread gives each to
    whoever waits for it. Before each piece of its work the process says for which requests it is.
    When it is silent while somebody waits it is asked for a sign of life, and ended if none comes.
    A process ends for good: for the next request another is to be made.

    Args:
        log: Where what the process prints goes.
        ready: Set at its first answer, and cleared at its end.
        lost: Called at its end, from a thread, with what it left unanswered.
        patience: Seconds for one piece of its work; the first takes longer, as libraries load.

    Example:
        >>> connection = Connection(log, threading.Event(), print, patience=180)
        >>> connection.send(Request({"do": "hello"}))
    """

    def __init__(
        self,
        log: Path,
        ready: threading.Event,
        lost: Callable[[Lost], None],
        patience: float,
    ) -> None:
        self._ready = ready
        self._lost = lost
        self._patience = patience
        self._closing = False
        self._hangs = False
        self._numbers = itertools.count(1)
        # Of what is below, each under its lock: a full pipe must not hold up the answers.
        self._writing = threading.Lock()
        self._knowing = threading.Lock()
        self._waiting: dict[int, Request] = {}
        self._at_work: list[int] = []
        self._over = threading.Event()
        self._last_word = time.monotonic()
        self._answered = False
        self.process: subprocess.Popen[bytes] = start_python(
            "seq2seq_keras.jobs.translation_process",
            [],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.process.stderr is not None
        ProcessLog(log, self.process.stderr)
        for work in (self._listen, self._watch):
            threading.Thread(target=work, name="translations", daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether the process lives, as far as is known."""
        return not self._over.is_set() and self.process.poll() is None

    def send(self, request: Request) -> None:
        """Sends a request; if the process is at its end, it is lost.

        Args:
            request: It. If its answer is cancelled, the process is spared the rest of the work.

        Example:
            >>> connection.send(Request({"do": "summary", "model": "saved_models/eng-fra"}))
        """
        number = next(self._numbers)
        with self._knowing:
            over = self._over.is_set()
            if not over:
                if not self._waiting:
                    self._last_word = time.monotonic()
                self._waiting[number] = request
        if over:
            self._lost(Lost([], [request], self._farewell()))
            return
        request.answer.add_done_callback(lambda answer: self._forget(number, answer))
        self._write({"number": number, **request.content})

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
                known = self._waiting.pop(number, None)
            if known is not None:
                self._write({"number": number, "do": "forget"})

    def _watch(self) -> None:
        """Asks a silent process for a sign of life, and ends one that gives none."""
        asked = False
        while not self._over.wait(min(_SECONDS_BETWEEN_LOOKS, self._patience / 4)):
            silence = time.monotonic() - self._last_word
            patience = self._patience if self._answered else 3 * self._patience
            if not self._waiting or silence < patience / 2:
                asked = False
            elif silence >= patience:
                self._hangs = True
                self.process.kill()  # a stopped one takes no other signal
                return
            elif not asked:
                asked = True
                # In a thread of its own: the pipe of a process that hangs may be full.
                threading.Thread(target=self._write, args=({"do": "ping"},), daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        # What is no answer comes from a process gone mad, and is its end.
        with suppress(OSError, ValueError, KeyError, TypeError):
            for line in self.process.stdout:
                self._last_word = time.monotonic()
                self._take(json.loads(line))
        self._ready.clear()
        end(self.process, patience=1)
        with self._knowing:
            self._over.set()
            unanswered, self._waiting = self._waiting, {}
        at_work = [request for number, request in unanswered.items() if number in self._at_work]
        others = [request for request in unanswered.values() if request not in at_work]
        self._lost(Lost(at_work, others, self._farewell(), not (self._answered or self._closing)))
        self.process.stdout.close()
        with self._writing, suppress(OSError):
            self.process.stdin.close()

    def _take(self, message: dict[str, Any]) -> None:
        if "working" in message:
            self._at_work = list(message["working"])
        if "number" in message:
            self._deliver(message)

    def _deliver(self, message: dict[str, Any]) -> None:
        with self._knowing:
            request = self._waiting.pop(message["number"], None)
        self._answered = True
        if "result" in message:
            self._ready.set()
        if request is None or not request.answer.set_running_or_notify_cancel():
            return  # nobody waits for it any more
        if "error" in message:
            kind = InputError if message["at_fault"] == "input" else WorkError
            request.answer.set_exception(kind(message["error"]))
        else:
            request.answer.set_result(message["result"])

    def _farewell(self) -> WorkError:
        if self._closing:
            return WorkError("The server is shutting down.")
        if self._hangs:
            return WorkError(
                f"The translation process made no progress for {self._patience:g} seconds and was "
                "ended. It starts again with your next translation; if that fails too, try a "
                "shorter text."
            )
        return WorkError(
            "The translation process ended unexpectedly (exit code "
            f"{self.process.returncode}), perhaps because memory ran out. It starts again with "
            "your next translation."
        )
