"""Taking in the zip of a saved translator, with what happens told step by step."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

from seq2seq_keras.app.uploads import taken
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs import ModelInfo, Workspace


def receive(workspace: Workspace, archive: Path) -> Iterator[str | ModelInfo]:
    """Checks an uploaded archive and keeps it as a model.

    Args:
        workspace: Where it goes.
        archive: The uploaded file, which is deleted at the end.

    Yields:
        What happens now, in English; last of all the model.

    Raises:
        InputError: Something is wrong with the archive; nothing of it is kept.
        WorkError: It could not be checked or written.

    Example:
        >>> *stages, info = receive(workspace, Path("walk.zip"))
    """
    said: queue.SimpleQueue[str | ModelInfo | Exception] = queue.SimpleQueue()

    def work() -> None:
        outcome: ModelInfo | Exception
        try:
            with taken([archive]):
                outcome = workspace.receive_model(archive, stage=said.put)
        except Exception as error:
            outcome = error
        said.put(outcome)

    # A visitor who leaves the page ends the generator, not the work.
    threading.Thread(target=work, name="model-upload", daemon=True).start()
    while True:
        what = said.get()
        if isinstance(what, (InputError, WorkError)):
            raise what
        if isinstance(what, Exception):
            raise WorkError(f"The model could not be taken in: {what}") from what
        yield what
        if isinstance(what, ModelInfo):
            return
