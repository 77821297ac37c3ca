"""Loading an uploaded translator once, in a process of its own: what is hostile ends with it."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs.faults import DISK_FULL, is_disk_full
from seq2seq_keras.jobs.processes import TRANSLATION_NICENESS, be_nice, end, start_python

_PATIENCE_SECONDS = 300.0

# What the tokenizers may take, before Keras is there, which asks for more at its start.
_MEMORY = 2 * 2**30
_SECONDS = 60


def check_model(folder: Path) -> None:
    """Loads a translator in another process, translates a word with it, and writes it anew.

    `model.keras` is then a file that this program wrote: of the one that came, only the numbers
    are left. The other parts stay as they came.

    Args:
        folder: Its folder.

    Raises:
        InputError: It is damaged, or its parts do not belong together.
        WorkError: It could not be checked, or the disk is full.

    Example:
        >>> check_model(Path("models/.upload-1"))
    """
    process = start_python(
        "seq2seq_keras.jobs.model_check",
        [str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        output, _ = process.communicate(timeout=_PATIENCE_SECONDS)
        answer = json.loads(output)
    except subprocess.TimeoutExpired:
        raise WorkError(
            "Checking the model took too long: the machine is very busy. Try again later."
        ) from None
    except ValueError:
        raise InputError(
            "The model could not be loaded: its files are damaged, or it is too large for the "
            "memory of this machine."
        ) from None
    finally:
        end(process, patience=0)
    if "fault" in answer:
        raise WorkError(answer["fault"])
    if "error" in answer:
        raise InputError(answer["error"])


def _check(folder: Path) -> dict[str, Any]:
    from seq2seq_keras.text import load_tokenizer

    try:
        with _limited():
            for side in ("source", "target"):
                load_tokenizer(folder, side)
        from seq2seq_keras.translator import Translator

        translator = Translator.load(folder)
        translator.translate(["."], beam_size=1)
        translator.network.save(folder / "model.keras")
    except InputError as error:
        return {"error": str(error).replace(f"{folder}/", "").replace(str(folder), "The model")}
    except Exception as error:
        if is_disk_full(error):
            return {"fault": DISK_FULL}
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        return {"error": f"The model could not be loaded: {reason}"}
    return {}


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    """Grants this process little memory and time, where the system knows how."""
    from seq2seq_keras.corpus.formats import sheet_process

    sheet_process.limit(_MEMORY, _SECONDS)
    yield
    with contextlib.suppress(ImportError):
        import resource

        for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (hard, hard))


def main() -> None:
    """Checks the folder named on the command line and answers on standard output."""
    be_nice(TRANSLATION_NICENESS)
    with contextlib.redirect_stdout(io.StringIO()):  # libraries print what they like
        answer = _check(Path(sys.argv[1]))
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
