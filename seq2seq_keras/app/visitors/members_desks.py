"""The desks of those who log in: kept for good, each within a quota."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from seq2seq_keras.accounts import AccountBook
from seq2seq_keras.app.login.hub_app import HubApp
from seq2seq_keras.app.visitors.desks import PersonalDesks
from seq2seq_keras.app.wording import size as told
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Workspace
from seq2seq_keras.jobs.disk_room import room_for_job
from seq2seq_keras.jobs.disk_use import folder_size


class MembersDesks(PersonalDesks):
    """The desks of those who log in; no limits hold at them but of the disk.

    Args:
        folder: Where their workspaces lie.
        keys: Tells the folder's names of all who may log in.
        quota: The bytes that each may keep; None for as many as the disk has.
        places: Shipped models and samples, as of `Workspace`.

    Example:
        >>> len(MembersDesks(Path("workspace/accounts"), lambda: ["ada", "eve"]).workspaces())
        2
    """

    def __init__(
        self,
        folder: Path,
        keys: Callable[[], Iterable[str]],
        quota: int | None = None,
        places: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(folder, places)
        self._keys = keys
        self._quota = quota

    def workspaces(self) -> Sequence[Workspace]:
        desks = [self._desk(key) for key in self._keys()]
        return [desk.workspace for desk in desks if desk.workspace.folder.is_dir()]

    def prepare(self) -> None:
        """Tidies up what an earlier server may have left half done."""
        for workspace in self.workspaces():
            workspace.prepare()

    def _admit(self, key: str, size: int) -> None:
        """Refuses a job for whose checkpoints there is no room beside those of the others."""
        others = [job for job in self._desk(key).workspace.jobs.all() if job.active]
        self._make_room(key, size + sum(room_for_job(job.kind, job.details) for job in others))

    def _make_room(self, key: str, size: int) -> None:
        workspace = self._desk(key).workspace
        if self._quota is not None:
            used = folder_size(workspace.folder)
            if used + size > self._quota:
                raise InputError(
                    f"Your things on this server take {told(used)}, and this needs {told(size)}; "
                    f"you may keep {told(self._quota)}. Delete some, and what lies in the trash, "
                    "in the Models tab, and try again."
                )
        if not workspace.folder.is_dir():
            workspace.prepare()


def account_desks(
    book: AccountBook, quota: int | None = None, places: Mapping[str, Any] | None = None
) -> MembersDesks:
    """The desks of those who have an account; of removed ones the folder is nobody's desk."""
    desks = MembersDesks(
        book.folder, lambda: [account.folder for account in book.all()], quota, places
    )
    desks.prepare()
    return desks


def hub_desks(
    data_dir: Path, app: HubApp, quota: int | None = None, places: Mapping[str, Any] | None = None
) -> MembersDesks:
    """The desks of those whom the Hub has named: a folder each, below that of their provider.

    Of who is refused the folder is nobody's desk, so that no job of theirs is begun.
    """
    folder = data_dir / "hub" / re.sub("[^a-z0-9.-]", "-", app.provider_host.lower())

    def keys() -> list[str]:
        found = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        return sorted(found - app.refused)

    desks = MembersDesks(folder, keys, quota, places)
    desks.prepare()
    return desks
