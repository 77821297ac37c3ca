"""Starting Python processes of our own, on every system alike (spawned, never forked)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import IO, Any

from seq2seq_keras.own_process import own_command, own_environment

# Above zero is politer: a translation keeps its share of the processor beside a training,
# and the page its share beside both.
TRANSLATION_NICENESS = 5
TRAINING_NICENESS = 15


def start_python(
    module: str, arguments: Sequence[str], *, stdout: int | IO[Any], stderr: int | IO[Any]
) -> subprocess.Popen[bytes]:
    """Starts `python -m module` in a session of its own, with a pipe for its standard input.

    The session keeps Ctrl-C in the terminal from reaching it. The pipe closes when this
    process ends, whatever ends it, and so tells the other that it is alone.
    """
    environment = own_environment()
    environment.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # NumPy's products are small here; threads for them would only wait for those of a training.
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")
    environment["PYTHONIOENCODING"] = "utf-8"
    options: dict[str, Any] = (
        {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}  # type: ignore[attr-defined,unused-ignore]
        if sys.platform == "win32"
        else {"start_new_session": True}
    )
    return subprocess.Popen(
        own_command(module, *arguments),
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=stderr,
        env=environment,
        **options,
    )


def be_nice(niceness: int) -> None:
    """Lets others go first on the processor, where the system knows how."""
    if hasattr(os, "nice"):
        os.nice(niceness)


def end(process: subprocess.Popen[bytes], patience: float) -> None:
    """Waits `patience` seconds for `process` to end of itself, then insists."""
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
