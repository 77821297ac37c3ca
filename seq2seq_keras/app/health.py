"""Whether the server is well, for whoever keeps it running."""

from __future__ import annotations

from typing import Any

from seq2seq_keras.app.studio import Studio
from seq2seq_keras.jobs import Workspace
from seq2seq_keras.jobs.disk_room import is_nearly_full


def health_of(studio: Studio, workspace: Workspace) -> tuple[bool, dict[str, Any]]:
    """Looks at what may fail while the server itself still answers.

    A translation process that ended is well: the next translation starts another. It fails when
    one after the other ends without an answer.

    Args:
        studio: The runner of jobs and the translation process.
        workspace: In whose folder everything is kept.

    Returns:
        Whether all is well; and `queue`, "running" or "stopped"; `disk`, "ok" or "nearly full";
        `translation`, "ready", "starting", "idle" or "failing"; and `translation_ready`.

    Example:
        >>> health_of(studio, workspace)[0]
        True
    """
    translation = studio.translation.state
    found = {
        "queue": "running" if studio.runner.is_alive else "stopped",
        "disk": "nearly full" if is_nearly_full(workspace.folder) else "ok",
        "translation": translation,
        "translation_ready": translation == "ready",
    }
    bad = ("stopped", "nearly full", "failing")
    return not any(word in bad for word in found.values()), found
