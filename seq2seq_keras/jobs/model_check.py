"""Loading an uploaded translator once, in a process of its own: what is hostile ends with it."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs.processes import TRANSLATION_NICENESS, be_nice, end, start_python

_PATIENCE_SECONDS = 300.0

_BYTES_A_NUMBER = 4


def check_model(folder: Path) -> None:
    """Loads a translator in another process, and translates a word with it.

    Args:
        folder: Its folder.

    Raises:
        InputError: It is damaged, or its parts do not belong together.
        WorkError: It could not be checked.

    Example:
        >>> check_model(Path("saved_models/sample-en-fr-plain"))
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
    if "error" in answer:
        raise InputError(answer["error"])


def _check(folder: Path) -> dict[str, Any]:
    from seq2seq_keras.config import Config
    from seq2seq_keras.network_size import count_parameters
    from seq2seq_keras.text import load_tokenizer

    try:
        config = Config.load(folder / "config.yaml")
        sizes = [load_tokenizer(folder, side).vocab_size for side in ("source", "target")]
        # Before anything is built: a configuration may ask for more than any memory holds.
        wanted = count_parameters(config, *sizes)
        with zipfile.ZipFile(folder / "model.keras") as packed:
            stored = packed.getinfo("model.weights.h5").file_size // _BYTES_A_NUMBER
        if stored < wanted:
            raise InputError(
                f"model.keras: holds {stored:,} numbers at most, and config.yaml and the "
                f"tokenizers ask for {wanted:,}: they do not belong together."
            )
        from seq2seq_keras.translator import Translator

        Translator.load(folder).translate(["."], beam_size=1)
    except InputError as error:
        return {"error": str(error).replace(f"{folder}/", "").replace(str(folder), "The model")}
    except Exception as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        return {"error": f"The model could not be loaded: {reason}"}
    return {}


def main() -> None:
    """Checks the folder named on the command line and answers on standard output."""
    be_nice(TRANSLATION_NICENESS)
    with contextlib.redirect_stdout(io.StringIO()):  # libraries print what they like
        answer = _check(Path(sys.argv[1]))
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
