"""The process that translates for the server: requests on standard input, answers on output.

Requests are read as they come, and sentences of all that wait are translated together, as far as
one search can: those for the same translator with the same settings.
"""

from __future__ import annotations

import itertools
import json
import logging
import os
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs.explaining import Explainer
from seq2seq_keras.jobs.faults import fault_of, is_gpu_lost
from seq2seq_keras.jobs.logs import log_to_parent
from seq2seq_keras.jobs.processes import TRANSLATION_NICENESS, be_nice
from seq2seq_keras.jobs.translation_rehearsals import Rehearsals
from seq2seq_keras.jobs.translation_turns import Turns, WaitingText

if TYPE_CHECKING:
    from seq2seq_keras.explain import Model
    from seq2seq_keras.text import Segments
    from seq2seq_keras.translator import Translation, Translator

_log = logging.getLogger("seq2seq_keras.jobs.translation_process")

KEPT_MODELS = 3

MOST_LOADS = 24
"""After so many models the process makes way for a new one, when nobody waits: TensorFlow keeps
some 30 MB of each, whatever becomes of it."""

# Long enough that a page's first two requests come before it, short enough to be done early.
_SECONDS_BEFORE_REHEARSAL = 0.5

_SUMMARY_WIDTH = "104"

# What is asked of a translator and answered at once, beside translations.
_QUESTIONS = ("summary", "trace", "working", "what_if")

# What takes less memory.
_LESS = "a shorter text or a smaller beam size"

# Few fonts hold the heavy lines of Keras's tables at the width of the other characters.
_LIGHT_LINES = str.maketrans("━┃┏┓┗┛┡┩╇┳┻╋", "─│┌┐└┘├┤┼┬┴┼")


class Models:
    """The few translators used last, loaded again when their folder changed."""

    def __init__(self, kept: int = KEPT_MODELS) -> None:
        self.loads = 0
        self._kept = kept
        self._loaded: OrderedDict[Path, tuple[tuple[int, ...], Translator]] = OrderedDict()

    def has(self, folder: Path) -> bool:
        """Whether the translator is at hand as it is now, or cannot be had at all."""
        try:
            version = _version(folder)
        except InputError:
            return True
        return folder in self._loaded and self._loaded[folder][0] == version

    def get(self, folder: Path) -> Translator:
        """The translator in a folder.

        Raises:
            InputError: It is gone, damaged or none.
        """
        from seq2seq_keras.translator import Translator

        version = _version(folder)
        known = self._loaded.pop(folder, None)
        if known is None or known[0] != version:
            known = (version, Translator.load(folder))
            self.loads += 1
        self._loaded[folder] = known
        while len(self._loaded) > self._kept:
            self._loaded.popitem(last=False)
        return known[1]


def _version(folder: Path) -> tuple[int, ...]:
    try:
        stats = [(folder / name).stat() for name in ("model.keras", "config.yaml")]
    except OSError:
        raise InputError(f"{folder.name}: this model no longer exists or is damaged") from None
    return tuple(number for stat in stats for number in (stat.st_mtime_ns, stat.st_ino))


@dataclass(eq=False, kw_only=True)
class _Text(WaitingText):
    """A text that is being translated, and what is done of it."""

    translator: Translator
    beam_size: int | None
    n_best: int
    segments: Segments
    seconds: float = 0.0
    translations: list[Translation] = field(default_factory=list)

    def result(self) -> dict[str, Any]:
        """The answer, once every sentence is translated."""
        return {
            "text": self.segments.join(
                [each.text for each in self.translations], self.translator.config.target_lang
            ),
            "notices": list(self.segments.notices),
            "seconds": self.seconds,
            "sentences": [
                {
                    "source": source,
                    "source_spelling": self.translator.source_tokenizer.spelling(source),
                    **_as_json(translation),
                }
                for source, translation in zip(
                    self.segments.sentences, self.translations, strict=True
                )
            ],
        }


class Desk:
    """Takes requests in and answers them, sentences of many texts in one search.

    Args:
        models: The translators.
        reply: Sends an answer.
        working: Told before each piece of work the numbers of the requests that it is for: should
            it be the last, they are why.

    Attributes:
        is_broken: Whether nothing can be done in this process any more.

    Example:
        >>> desk = Desk(Models(), print)
        >>> desk.take({"number": 1, "do": "translate", "model": "saved_models/eng-fra", ...})
        >>> while desk.busy:
        ...     desk.work()
    """

    def __init__(
        self,
        models: Models,
        reply: Callable[[dict[str, Any]], None],
        working: Callable[[list[int]], None] = lambda numbers: None,
    ) -> None:
        self._models = models
        self._reply = reply
        self._working = working
        self.is_broken = False
        self._unread: list[dict[str, Any]] = []
        self._turns: Turns[_Text] = Turns()
        self._rehearsals = Rehearsals()
        self._explainer = Explainer()
        self._measuring: list[threading.Thread] = []

    @property
    def worn(self) -> bool:
        """Whether it is time for another process, and nothing is being measured."""
        self._measuring = [thread for thread in self._measuring if thread.is_alive()]
        return self._models.loads >= MOST_LOADS and not self._measuring

    @property
    def busy(self) -> bool:
        """Whether a request waits for its answer."""
        return bool(self._unread or self._turns)

    @property
    def rehearses(self) -> bool:
        """Whether there is something to prepare while nobody waits."""
        return bool(self._rehearsals)

    def take(self, request: dict[str, Any]) -> None:
        """Accepts a request, or lets one be forgotten that nobody waits for any more."""
        number = request["number"]
        if request["do"] == "forget":
            self._unread = [other for other in self._unread if other["number"] != number]
            self._turns.remove(number)
        else:
            self._unread.append(request)

    def work(self) -> None:
        """Reads what was taken in, and translates one batch."""
        self._read()
        if self._turns:
            self._translate()

    def rehearse(self) -> None:
        """Prepares for requests unlike those that came; to be called while nobody waits."""
        self._working([])
        try:
            self._rehearsals.next()
        except Exception:  # a request that fails likewise will tell whoever asks
            _log.exception("a rehearsal failed")

    def _read(self) -> None:
        """Answers what takes no search, and gives texts a place among those that wait.

        Loading a model takes seconds, so it is done once, and then those who wait have a turn.
        """
        loaded = False
        unread, self._unread = self._unread, []
        for request in unread:
            folder = Path(request.get("model", ""))
            loads = "model" in request and not self._models.has(folder)
            if loads and loaded:
                self._unread.append(request)
                continue
            loaded = loaded or loads
            self._working([request["number"]])
            with self._telling([request["number"]]):
                self._begin(request, folder)

    def _begin(self, request: dict[str, Any], folder: Path) -> None:
        if request["do"] == "hello":
            import seq2seq_keras.translator  # noqa: F401  the import is the warming

            self._answer(request["number"], {})
            return
        translator = self._models.get(folder)
        if request["do"] == "limits":
            # Takes seconds, and no Keras: in a thread, so that translations do not wait for it.
            work = (request, self._explainer.model(translator))
            thread = threading.Thread(target=self._measure_limits, args=work, daemon=True)
            thread.start()
            self._measuring.append(thread)
            return
        if request["do"] in _QUESTIONS:
            self._answer(request["number"], self._answer_question(translator, request))
            return
        beam_size = request["beam_size"]
        # A beam holds no more hypotheses than its width.
        n_best = min(request["n_best"], beam_size or request["n_best"])
        segments = translator.split(request["text"])
        text = _Text(
            number=request["number"],
            group=(translator, beam_size, n_best),
            lengths=[len(translator.source_tokenizer.encode(each)) for each in segments.sentences],
            translator=translator,
            beam_size=beam_size,
            n_best=n_best,
            segments=segments,
        )
        if text.lengths:
            self._turns.add(text)
        else:
            self._answer(text.number, text.result())

    def _answer_question(self, translator: Translator, request: dict[str, Any]) -> dict[str, Any]:
        if request["do"] == "summary":
            return summary(translator)
        ask = getattr(self._explainer, request["do"])
        return ask(translator, request["text"], request["reference"], **request["question"])

    def _measure_limits(self, request: dict[str, Any], model: Model) -> None:
        from seq2seq_keras.jobs.limits import measure_limits

        try:
            self._answer(request["number"], measure_limits(model, request["test"]))
        except Exception as error:
            self._tell(request["number"], error)

    def _translate(self) -> None:
        batch = self._turns.next_batch()
        first = batch[0][0]
        self._working([text.number for text, _ in batch])
        with self._telling([text.number for text, _ in batch]):
            begin = time.perf_counter()
            translations = iter(
                first.translator.translate(
                    [each for text, part in batch for each in text.segments.sentences[part]],
                    first.beam_size,
                    first.n_best,
                )
            )
            seconds = time.perf_counter() - begin
            for text, part in batch:
                text.seconds += seconds
                text.translations += itertools.islice(translations, part.stop - part.start)
                if text.done == len(text.lengths):
                    self._answer(text.number, text.result())
            self._rehearsals.add(first.translator, first.beam_size, first.n_best)

    def _answer(self, number: int, result: dict[str, Any]) -> None:
        self._reply({"number": number, "result": result})

    @contextmanager
    def _telling(self, numbers: list[int]) -> Iterator[None]:
        """Tells those who asked what went wrong; their texts are translated no further."""
        try:
            yield
        except Exception as error:
            for number in numbers:
                self._turns.remove(number)
                self._tell(number, error)

    def _tell(self, number: int, error: Exception) -> None:
        message, at_fault = str(error), "input" if isinstance(error, InputError) else "work"
        if not isinstance(error, (InputError, WorkError)):
            _log.error("a request failed", exc_info=error)
            # What a lost graphics processor held, it holds no more; a new process begins anew.
            self.is_broken = self.is_broken or is_gpu_lost(error)
            reason = " ".join(str(error).split())[:300] or type(error).__name__
            message = fault_of(error, _LESS) or f"The translation failed: {reason}"
        self._reply({"number": number, "error": message, "at_fault": at_fault})


def _as_json(translation: Translation) -> dict[str, Any]:
    attention = translation.attention
    return {
        "text": translation.text,
        "score": float(translation.score),
        "tokens": list(translation.tokens),
        "source_tokens": list(translation.source_tokens),
        "attention": None if attention is None else attention.round(4).tolist(),
        "alternatives": [
            {"text": other.text, "score": float(other.score)} for other in translation.alternatives
        ],
    }


def summary(translator: Translator) -> dict[str, Any]:
    network = translator.network
    lines: dict[str, list[str]] = {}
    for name in ("training", "encoder", "step"):
        lines[name] = []
        getattr(network, name).summary(print_fn=lines[name].append, line_length=int(_SUMMARY_WIDTH))
    return {
        "parameters": int(translator.parameters),
        "source_vocab_size": int(network.source_vocab_size),
        "target_vocab_size": int(network.target_vocab_size),
        **{name: "\n".join(text).translate(_LIGHT_LINES) for name, text in lines.items()},
    }


def main() -> None:
    """Answers until standard input closes, which it does when the server ends, or it is worn."""
    log_to_parent()
    be_nice(TRANSLATION_NICENESS)
    # Keras cuts its summary at the width of the terminal, and there is none.
    os.environ["COLUMNS"] = _SUMMARY_WIDTH
    # Libraries print what they like; only answers may reach the pipe.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    turn = threading.Lock()

    def reply(answer: dict[str, Any]) -> None:
        line = json.dumps(answer) + "\n"
        with turn:
            answers.write(line)
            answers.flush()

    requests: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    desk = Desk(Models(), reply, lambda numbers: reply({"working": numbers}))
    while not desk.is_broken:
        try:
            request = _next(requests, desk)
        except Empty:
            if desk.busy:
                desk.work()
            elif desk.worn:
                return
            else:
                desk.rehearse()
            continue
        if request is None:
            return
        if request["do"] == "ping":
            reply({"alive": True})
        else:
            desk.take(request)


def _listen(requests: SimpleQueue[dict[str, Any] | None]) -> None:
    """Takes requests from the pipe as they come; the last is None."""
    # A copy of the stream: the interpreter, at its end, would wait for one that is being read.
    with os.fdopen(os.dup(sys.stdin.fileno()), "rb") as lines:
        for line in lines:
            requests.put(json.loads(line))
    requests.put(None)


def _next(requests: SimpleQueue[dict[str, Any] | None], desk: Desk) -> dict[str, Any] | None:
    """The next request; Empty if there is none and something else to do."""
    if desk.busy:
        return requests.get_nowait()
    waits = desk.rehearses or desk.worn
    return requests.get(timeout=_SECONDS_BEFORE_REHEARSAL if waits else None)


if __name__ == "__main__":
    main()
