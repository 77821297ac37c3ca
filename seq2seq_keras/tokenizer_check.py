"""Reading a translator's tokenizers once in a process of its own: what is hostile ends with it.

SentencePiece reads its models in machine code, and asks for whatever memory they call for.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from seq2seq_keras.errors import InputError
from seq2seq_keras.own_process import own_command, own_environment

_MEMORY = 2 * 2**30
_SECONDS = 60
_PATIENCE_SECONDS = 300.0
_REFUSED = 2


def is_from_hub(folder: Path) -> bool:
    """Whether a folder shows that it was downloaded from the Hugging Face Hub.

    Args:
        folder: What `huggingface_hub.snapshot_download` returned, or a copy of it.

    Example:
        >>> is_from_hub(Path("hub/models--ada--eng-fra/snapshots/5f0c"))
        True
    """
    cached = any(part.startswith("models--") for part in folder.resolve().parts)
    return cached or (folder / ".cache" / "huggingface").is_dir()


def check_tokenizers(folder: Path) -> None:
    """Reads both tokenizers in another process, which has little memory and time.

    Args:
        folder: A saved translator of whoever.

    Raises:
        InputError: They are damaged, or ask for more.

    Example:
        >>> check_tokenizers(Path("saved_models/eng-fra"))
    """
    arguments = (folder.absolute(), _MEMORY, _SECONDS)
    try:
        done = subprocess.run(
            own_command("seq2seq_keras.tokenizer_check", *map(str, arguments)),
            env={**own_environment(), "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        status, message = 1, ""
    else:
        status, message = done.returncode, done.stdout.strip()
    if status == 0:
        return
    if status == _REFUSED and message:
        raise InputError(message.replace(str(folder.absolute()), str(folder)))
    raise InputError(
        f"{folder}: its tokenizers are damaged, or ask for more memory or time than any should; "
        "copy the folder again"
    )


def main(folder: Path, memory: int, seconds: int) -> int:
    """Reads them, and says what is wrong with them on standard output.

    Args:
        folder: The translator's.
        memory: So many bytes may be held.
        seconds: So long may be computed.

    Returns:
        The exit status.
    """
    from seq2seq_keras.corpus.formats.sheet_process import limit
    from seq2seq_keras.text import load_tokenizer

    limit(memory, seconds)
    try:
        for side in ("source", "target"):
            load_tokenizer(folder, side)
    except InputError as error:
        print(error)
        return _REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
