"""Corpora of a workspace that may serve a model as a translation memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs.models import ModelInfo
from seq2seq_keras.jobs.workspace import Workspace
from seq2seq_keras.languages import short_code


@dataclass(frozen=True)
class Memory:
    """A corpus from which exact matches may be taken.

    Attributes:
        id: That of the corpus, or `job/` and that of the job that trained the model on it.
        name: What its owner calls it.
        reading: How it is read, as of `CorpusInfo.reading`.
        trained: Whether the model was trained on it.
    """

    id: str
    name: str
    reading: dict[str, Any]
    trained: bool = False


def memories(workspace: Workspace, model: ModelInfo) -> list[Memory]:
    """Lists the corpora that may be in the languages of a model.

    Args:
        workspace: Whose corpora.
        model: The model.

    Returns:
        The corpus that it was trained on first, if that still lies in the workspace; then the
        samples and the user's own.

    Example:
        >>> memories(workspace, workspace.model("mine/walk"))[0].trained  # doctest: +SKIP
        True
    """
    found: list[Memory] = []
    for job in reversed(workspace.jobs.all()):
        corpus = job.details.get("corpus")
        mine = any(f"mine/{name}" == model.id for name in job.models.values())
        if mine and corpus and all(Path(path).is_file() for path in corpus["files"]):
            found.append(Memory(f"job/{job.id}", corpus["name"], corpus, trained=True))
            break
    taken = [memory.reading["files"] for memory in found]
    wanted = model.config.source_lang, model.config.target_lang
    for info in workspace.corpora():
        known = {short_code(code) for code in (info.source_lang, info.target_lang) if code}
        reading = info.reading()
        if reading["files"] not in taken and known <= {short_code(code) for code in wanted}:
            reading |= {"source_lang": wanted[0], "target_lang": wanted[1]}
            found.append(Memory(info.id, info.name, reading))
    return found


def memory_reading(workspace: Workspace, model: ModelInfo, memory_id: str) -> dict[str, Any]:
    """Finds out how a corpus is read that somebody chose as a memory.

    Raises:
        InputError: There is no such corpus in the languages of the model.
    """
    for memory in memories(workspace, model):
        if memory.id == memory_id:
            return memory.reading
    raise InputError("This corpus does not exist in the model's languages. Choose another memory.")
