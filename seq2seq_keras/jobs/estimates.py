"""What a training will take, before it is started: a process of its own measures it."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs.faults import fault_of, smaller
from seq2seq_keras.jobs.processes import TRANSLATION_NICENESS, be_nice, end, start_python
from seq2seq_keras.training.estimate import Estimate

_KEPT = 32
_PATIENCE_SECONDS = 240.0


class Estimator:
    """Measures trainings, one at a time, and remembers what it measured.

    Example:
        >>> Estimator().estimate(corpus_info.reading(), {"units": 384}).epoch_seconds
        81.5
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._known: OrderedDict[str, Estimate] = OrderedDict()
        self._process: subprocess.Popen[bytes] | None = None
        self._measured = ""
        self._unwanted = False

    def known(
        self, corpus: Mapping[str, Any], settings: Mapping[str, Any], devices: int = 1
    ) -> Estimate | None:
        """Returns an estimate that was made before."""
        return self._known.get(_key(corpus, settings, devices))

    def estimate(
        self, corpus: Mapping[str, Any], settings: Mapping[str, Any], devices: int = 1
    ) -> Estimate:
        """Measures a training, or remembers it.

        Args:
            corpus: How to read the corpus, as of `CorpusInfo.reading`.
            settings: Fields of the configuration.
            devices: On how many devices it is spread.

        Raises:
            InputError: The corpus or a setting is at fault.
            WorkError: The measurement failed, as when memory ran out, or was cancelled.
        """
        key = _key(corpus, settings, devices)
        with self._turn:
            if key not in self._known:
                self._measured, self._unwanted = key, False
                request = {"corpus": corpus, "settings": settings, "devices": devices}
                self._known[key] = self._measure(request)
            self._known.move_to_end(key)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            return self._known[key]

    def cancel(
        self, corpus: Mapping[str, Any], settings: Mapping[str, Any], devices: int = 1
    ) -> None:
        """Ends the measurement of this training, if it is under way."""
        if self._measured == _key(corpus, settings, devices):
            self._unwanted = True
            self.close()

    def close(self) -> None:
        """Ends a measurement that is under way."""
        process = self._process
        if process is not None:
            end(process, patience=0)

    def _measure(self, request: Mapping[str, Any]) -> Estimate:
        process = start_python(
            "seq2seq_keras.jobs.estimates", [], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._process = process
        try:
            output, _ = process.communicate(
                json.dumps(request).encode() + b"\n", timeout=_PATIENCE_SECONDS
            )
            answer = json.loads(output)
        except subprocess.TimeoutExpired:
            raise WorkError("The measurement took too long: the machine is very busy.") from None
        except ValueError:
            if self._unwanted:
                raise WorkError("The measurement was cancelled.") from None
            advice = smaller(request["settings"])
            raise WorkError(
                f"The measurement ended without a result (exit code {process.returncode}), perhaps "
                f"because memory ran out. Try {advice}."
            ) from None
        finally:
            self._process = None
            end(process, patience=0)
        if "error" in answer:
            raise (InputError if answer["at_fault"] == "input" else WorkError)(answer["error"])
        return Estimate(**answer)


def _key(corpus: Mapping[str, Any], settings: Mapping[str, Any], devices: int) -> str:
    return json.dumps([corpus, settings, devices], sort_keys=True)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    from seq2seq_keras.config import Config
    from seq2seq_keras.jobs.reading import SPLIT_SEED, read_corpus

    try:
        config = Config.create(**request["settings"])
        corpus = read_corpus(request["corpus"]).split(seed=SPLIT_SEED).train
        from seq2seq_keras.training.measurement import measure

        return asdict(measure(corpus, config, request["devices"]))
    except InputError as error:
        return {"error": str(error), "at_fault": "input"}
    except WorkError as error:
        return {"error": str(error), "at_fault": "work"}
    except Exception as error:
        if told := fault_of(error, smaller(request["settings"])):
            return {"error": told, "at_fault": "work"}
        reason = " ".join(str(error).split())[:300]
        return {"error": f"The measurement failed: {reason}", "at_fault": "work"}


def main() -> None:
    """Answers one request from standard input on standard output."""
    be_nice(TRANSLATION_NICENESS)
    request = json.loads(sys.stdin.buffer.readline())
    with contextlib.redirect_stdout(io.StringIO()):  # libraries print what they like
        answer = _answer(request)
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
