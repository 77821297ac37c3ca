"""What a workspace takes on the disk, and what of it can go without loss."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs.disk_room import free_room
from seq2seq_keras.jobs.in_use import user_of
from seq2seq_keras.jobs.job import Job, JobState
from seq2seq_keras.jobs.translation_files import FOLDER as UPLOADS
from seq2seq_keras.jobs.workspace import Workspace

Part = Literal["models", "corpora", "jobs", "trash"]

OLD_STATES: tuple[JobState, ...] = ("finished", "stopped", "cancelled", "failed")
"""Jobs in these states are over, and clean-up may take them."""

# Which folders of the workspace each part is.
_FOLDERS: dict[Part, tuple[str, ...]] = {
    "models": ("models",),
    "corpora": ("corpora",),
    "jobs": ("jobs", UPLOADS),
    "trash": ("trash",),
}


@dataclass(frozen=True)
class Share:
    """One part of a workspace.

    Attributes:
        size_bytes: What it takes on the disk.
        count: How many models, corpora, jobs or deleted things it holds.
        removable: Ids of those that a clean-up would take.
        removable_bytes: What that would free.
    """

    size_bytes: int
    count: int
    removable: tuple[str, ...] = ()
    removable_bytes: int = 0


@dataclass(frozen=True)
class DiskUse:
    """What a workspace takes on the disk, and what is left there."""

    parts: dict[Part, Share]
    free_bytes: int

    @property
    def size_bytes(self) -> int:
        return sum(share.size_bytes for share in self.parts.values())


def measure(workspace: Workspace) -> DiskUse:
    """Adds up every file of a workspace; to be called while nobody waits for something quick.

    Example:
        >>> measure(workspace).parts["jobs"].removable_bytes
        340112000
    """
    workspace.trash.expire()
    jobs = workspace.jobs.all()
    old = {job.id: [job.folder, *_file_of(workspace, job, jobs)] for job in _old_jobs(jobs)}
    unused = {key: [path] for key, path in _unused_corpora(workspace, jobs).items()}
    deleted = {item.id: [item.folder] for item in workspace.trash.all()}
    own = [info for info in workspace.models() if info.id.startswith("mine/")]
    corpora = [info for info in workspace.corpora() if not info.sample]
    return DiskUse(
        {
            "models": _share(workspace, "models", len(own), {}),
            "corpora": _share(workspace, "corpora", len(corpora), unused),
            "jobs": _share(workspace, "jobs", len(jobs), old),
            "trash": _share(workspace, "trash", len(deleted), deleted),
        },
        free_room(workspace.folder),
    )


def clean_up(workspace: Workspace, part: Part) -> int:
    """Deletes for good what a part of the workspace can do without.

    Of `jobs`, those that are over: their curves, reports and test parts, never the models that
    they left. Of `corpora`, uploads that no job reads or may still go on with. Of `trash`, all.

    Returns:
        How many bytes that freed.

    Raises:
        InputError: Nothing of this part can be cleaned up.

    Example:
        >>> clean_up(workspace, "trash")
    """
    if part not in _FOLDERS or part == "models":
        raise InputError("Models are deleted one by one, on their cards.")
    before = _part_size(workspace, part)
    if part == "trash":
        workspace.trash.empty()
    elif part == "corpora":
        for path in _unused_corpora(workspace, workspace.jobs.all()).values():
            workspace.trash.destroy(path)
    else:
        jobs = workspace.jobs.all()
        for job in _old_jobs(jobs):
            # It may have been started again a moment ago.
            if workspace.jobs.get(job.id).state in OLD_STATES:
                workspace.jobs.delete(job.id)
                for file_folder in _file_of(workspace, job, jobs):
                    workspace.trash.destroy(file_folder)
    return max(0, before - _part_size(workspace, part))


def _old_jobs(jobs: list[Job]) -> list[Job]:
    """Jobs that are over; not those on whose test part another is at work."""
    return [job for job in jobs if job.state in OLD_STATES and not user_of(job.folder, jobs)]


def _unused_corpora(workspace: Workspace, jobs: list[Job]) -> dict[str, Path]:
    """Folders of uploads that no job needs, by their ids."""
    folders = {info.id: info.files[0].parent for info in workspace.corpora() if not info.sample}
    return {
        corpus_id: folder
        for corpus_id, folder in folders.items()
        if user_of(folder, jobs, resumable=True) is None
    }


def _file_of(workspace: Workspace, job: Job, jobs: list[Job]) -> list[Path]:
    """The folder of the file that a job translated, if no other job is to read it."""
    folder = Path(str(job.details.get("file", ""))).parent
    if folder.parent != workspace.folder / UPLOADS:
        return []
    others = [each for each in jobs if each.id != job.id and each.kind == "translate"]
    shared = any(Path(str(each.details.get("file", ""))).parent == folder for each in others)
    return [] if shared else [folder]


def _share(workspace: Workspace, part: Part, count: int, removable: dict[str, list[Path]]) -> Share:
    return Share(
        _part_size(workspace, part),
        count,
        tuple(removable),
        sum(folder_size(path) for paths in removable.values() for path in paths),
    )


def _part_size(workspace: Workspace, part: Part) -> int:
    return sum(folder_size(workspace.folder / name) for name in _FOLDERS[part])


def folder_size(folder: Path) -> int:
    """The bytes of every file in a folder, as far as it stays where it is."""
    return sum(_sizes(folder))


def _sizes(folder: Path) -> Iterable[int]:
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                yield Path(parent, name).lstat().st_size
            except FileNotFoundError:  # a checkpoint that gave way to the next
                continue
