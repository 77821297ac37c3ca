"""What was deleted lies aside for a while, so that it can be brought back."""

from __future__ import annotations

import shutil
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs.files import new_folder, read_json, slug, write_json
from seq2seq_keras.storage import put_folder

KEPT_DAYS = 30
"""How long what was deleted can be brought back."""

_FACTS = "removed.json"
_CONTENT = "content"
_DOOMED = ".doomed-"


@dataclass(frozen=True)
class Removed:
    """A folder that was moved aside.

    Attributes:
        id: Its name in the trash.
        folder: Where it lies now.
        name: What its owner called it.
        origin: Where it lay, in words of whoever moved it.
        removed: When it was moved.
    """

    id: str
    folder: Path
    name: str
    origin: str
    removed: datetime


class Trash:
    """Folders that were deleted, each with a few facts beside it.

    Args:
        folder: Where they lie; made when needed.

    Example:
        >>> trash = Trash(Path("workspace/trash"))
        >>> item = trash.put(Path("workspace/models/old"), name="old", origin="mine/old")
        >>> trash.take_out(item, Path("workspace/models/old"))
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[Removed]:
        """Everything that can be brought back, what was deleted last first."""
        found = []
        for folder in self.folder.iterdir() if self.folder.is_dir() else []:
            facts = read_json(folder / _FACTS)
            if isinstance(facts, dict) and (folder / _CONTENT).is_dir():
                found.append(
                    Removed(
                        id=folder.name,
                        folder=folder / _CONTENT,
                        name=facts["name"],
                        origin=facts["origin"],
                        removed=datetime.fromisoformat(facts["removed"]),
                    )
                )
        return sorted(found, key=lambda item: item.removed, reverse=True)

    def get(self, item_id: str) -> Removed:
        """Finds something by its id, which is compared and never used as a path.

        Raises:
            InputError: It is not there, or no longer.
        """
        for item in self.all():
            if item.id == item_id:
                return item
        raise InputError("This can no longer be brought back: the trash was emptied.")

    def put(self, path: Path, *, name: str, origin: str) -> str:
        """Moves a folder in.

        Args:
            path: The folder.
            name: What its owner calls it.
            origin: Where it lay, for whoever brings it back.

        Returns:
            Its id.
        """
        now = datetime.now(UTC)
        place = new_folder(self.folder, f"{now:%Y%m%d-%H%M%S}-{slug(name)}")
        # The facts come first: whoever is killed in between loses nothing.
        write_json(place / _FACTS, {"name": name, "origin": origin, "removed": now.isoformat()})
        put_folder(path, place / _CONTENT)
        return place.name

    def take_out(self, item_id: str, path: Path) -> None:
        """Moves something out again, to `path`, which must not exist.

        Raises:
            InputError: It is not there, or no longer.
        """
        item = self.get(item_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        put_folder(item.folder, path)
        self.destroy(item.folder.parent)

    def destroy(self, path: Path) -> None:
        """Deletes a folder for good; it is gone from its place at once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        doomed = self.folder / f"{_DOOMED}{uuid.uuid4().hex}"
        try:
            path.rename(doomed)
        except FileNotFoundError:
            return  # somebody else was faster
        shutil.rmtree(doomed, ignore_errors=True)

    def empty(self) -> None:
        """Deletes everything in it for good."""
        for path in list(self.folder.iterdir()) if self.folder.is_dir() else []:
            self.destroy(path)

    def expire(self) -> None:
        """Deletes what has lain long enough, and what a deletion left half done."""
        oldest = datetime.now(UTC) - timedelta(days=KEPT_DAYS)
        for item in self.all():
            if item.removed < oldest:
                self.destroy(item.folder.parent)
        for path in list(self.folder.iterdir()) if self.folder.is_dir() else []:
            if path.name.startswith(_DOOMED):
                shutil.rmtree(path, ignore_errors=True)
            elif not (path / _CONTENT).exists() and path.stat().st_mtime < oldest.timestamp():
                self.destroy(path)  # for something that did not get here
