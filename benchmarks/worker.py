"""The side that answers: runs one contestant, in whichever environment that needs.

    python -m benchmarks.worker MODULE ARGUMENTS

MODULE is a module of `benchmarks.contestants`. Its function `start`, called with ARGUMENTS (JSON),
returns an object whose attribute `ready` is told at once and whose methods are what it can be
asked to do; see `benchmarks.protocol`. Standard library alone.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import signal
import sys
from typing import IO, Any


def main() -> None:
    """Starts the contestant and does what it is asked until standard input ends."""
    end_with_parent()
    # Standard output is for the answers alone; what libraries print goes to the log.
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)
        try:
            module = importlib.import_module(f"benchmarks.contestants.{sys.argv[1]}")
            contestant = module.start(**json.loads(sys.argv[2]))
            say(answers, contestant.ready)
            for line in sys.stdin:
                request = json.loads(line)
                say(answers, getattr(contestant, request.pop("do"))(**request))
        except Exception as error:
            say(answers, {"error": f"{type(error).__name__}: {error}".splitlines()[0]})
            raise


def end_with_parent() -> None:
    """Has Linux end this process, stopped or not, when the benchmark is killed."""
    if sys.platform == "linux":
        set_death_signal = 1
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)


def say(answers: IO[str], answer: dict[str, Any]) -> None:
    """Writes an answer."""
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
