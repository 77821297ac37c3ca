"""Files that a workspace's owner uploaded to have them translated."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from seq2seq_keras.jobs.files import new_folder, slug
from seq2seq_keras.jobs.workspace import Workspace, not_kept
from seq2seq_keras.storage import flush_folder

FOLDER = "files"
"""Where they lie in the workspace."""

_SECONDS_TO_THINK = 24 * 3600.0
"""So long an upload waits for its owner to start the translation."""


def keep_upload(workspace: Workspace, path: Path) -> Path:
    """Takes an uploaded file into the workspace, under its own name.

    Uploads of which no job knows any more are removed on this occasion.

    Args:
        workspace: The workspace.
        path: The upload.

    Returns:
        Where it lies now.

    Raises:
        InputError: Its owner may not keep so much.
        WorkError: It cannot be written.

    Example:
        >>> keep_upload(workspace, Path("/tmp/gradio/1f/film.srt"))  # doctest: +SKIP
    """
    workspace.make_room(path.stat().st_size)
    parent = workspace.folder / FOLDER
    _forget_unused(workspace, parent)
    stem, suffix = slug(path.stem, "text"), slug(path.suffix, "txt")
    try:
        folder = new_folder(parent, f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{stem}")
        kept = folder / f"{stem}.{suffix}"
        try:
            shutil.copyfile(path, kept)
            flush_folder(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    except OSError as error:
        raise not_kept(error) from None
    return kept


def _forget_unused(workspace: Workspace, parent: Path) -> None:
    if not parent.is_dir():
        return
    used = {job.details.get("file") for job in workspace.jobs.all() if job.kind == "translate"}
    for folder in parent.iterdir():
        unused = not any(str(path) in used for path in folder.iterdir())
        if unused and time.time() - folder.stat().st_mtime > _SECONDS_TO_THINK:
            shutil.rmtree(folder, ignore_errors=True)
