"""The saved translators of a workspace: found, named, described, moved aside and back."""

from __future__ import annotations

import functools
import itertools
import math
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs.files import read_json, slug, write_json
from seq2seq_keras.jobs.in_use import user_of
from seq2seq_keras.jobs.job import Job
from seq2seq_keras.jobs.queue import JobQueue
from seq2seq_keras.jobs.trash import Trash
from seq2seq_keras.languages import language_name
from seq2seq_keras.storage import put_folder

SHIPPED_PREFIX = "sample-"

LABEL_FILE = "label.json"
"""The name and the note that its owner gave a translator, beside its other files."""

LONGEST_NOTE = 2000

LONGEST_NAME = 60

# What scores.json tells is shown, whoever wrote it.
_EXAMPLES = 20
_LONGEST_EXAMPLE = 1000
_MOST_PARAMETERS = 10**12

# They would not do as a file's name, or look like HTML to whoever forgets to escape it.
_NOT_IN_NAMES = re.compile(r"[\\/<>]")


@dataclass(frozen=True)
class ModelInfo:
    """What can be told of a saved translator without loading it.

    Attributes:
        id: Where it lies; it stays when the translator is renamed.
        folder: Its folder.
        shipped: Whether it comes with the project.
        config: Its configuration.
        record: What its scores.json tells.
        size_bytes: Of all its files.
        saved: When it was saved.
        label: What its owner calls it and notes about it.
    """

    id: str
    folder: Path
    shipped: bool
    config: Config
    record: dict[str, Any]
    size_bytes: int
    saved: datetime
    label: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.label.get("name") or self.folder.name

    @property
    def note(self) -> str:
        return self.label.get("note", "")

    @property
    def languages(self) -> str:
        source, target = self.config.source_lang, self.config.target_lang
        return f"{language_name(source)} → {language_name(target)}"

    @property
    def has_attention(self) -> bool:
        return self.config.attention != "none"

    @property
    def architecture(self) -> str:
        kind = f"{self.config.attention} attention" if self.has_attention else "plain"
        return f"{self.config.cell.upper()} {self.config.units}, {kind.replace('_', ' ')}"

    @property
    def bleu(self) -> float | None:
        return self.score("bleu")

    def score(self, metric: str) -> float | None:
        """A score on the test part of its corpus; None where it was not measured."""
        try:
            score = float(self.record["scores"][metric]["value"])
        except (KeyError, TypeError, ValueError, OverflowError):
            return None
        return score if math.isfinite(score) else None

    @property
    def parameters(self) -> int | None:
        parameters = self.record.get("parameters")
        known = type(parameters) is int and 0 < parameters < _MOST_PARAMETERS
        return parameters if known else None

    @property
    def examples(self) -> list[str]:
        """Source sentences that the model card shows, as something to try first."""
        examples = self.record.get("examples")
        if not isinstance(examples, list):
            return []
        sources = [item.get("source") for item in examples[:_EXAMPLES] if isinstance(item, dict)]
        texts = map(_text, sources)
        return [text for text in texts if 0 < len(text) <= _LONGEST_EXAMPLE]


class SavedModels:
    """The translators in a few folders, the last of which is where new ones go.

    Args:
        places: Folders by the name with which ids begin: "saved" what came with the project or
            from the shell, "mine" what was made in the app.
        queue: The jobs that make and use them.
        trash: Where deleted ones go.
        shared: Whether all but those in "mine" are for others as well.
    """

    def __init__(
        self, places: Mapping[str, Path], queue: JobQueue, trash: Trash, shared: bool = False
    ) -> None:
        self._places = places
        self._shared = shared
        self._mine = places["mine"]
        self._queue = queue
        self._trash = trash

    def all(self) -> list[ModelInfo]:
        """Every saved translator, ours first, each in the order of their folders' names."""
        found = []
        for place, folder in self._places.items():
            if folder.is_dir():
                for path in sorted(folder.iterdir(), key=lambda path: path.name):
                    info = _read(place, path)
                    if info is not None:
                        shipped = info.shipped or (self._shared and place != "mine")
                        found.append(replace(info, shipped=shipped))
        return found

    def get(self, model_id: str | None) -> ModelInfo:
        """Finds a translator by its id, which is compared and never used as a path.

        Raises:
            InputError: There is no such model, or no longer.
        """
        for info in self.all():
            if info.id == model_id:
                return info
        raise InputError("This model no longer exists. Choose another one.")

    def rename(self, model_id: str, name: str) -> None:
        """Gives a translator another name; its id stays, and so does every way to it.

        Raises:
            InputError: It is one of ours, the name is taken, or it is none.
        """
        info, name = self._own(model_id), checked_name(name)
        if any(other.name == name and other.id != info.id for other in self.all()):
            raise InputError(f"{name}: another model has this name. Choose a different one.")
        self._write_label(info, {**info.label, "name": name})

    def annotate(self, model_id: str, note: str) -> None:
        """Puts a note beside a translator, in place of the one it had; an empty one is none.

        Raises:
            InputError: It is one of ours, or the note is too long.
        """
        info, note = self._own(model_id), note.strip()
        if len(note) > LONGEST_NOTE:
            raise InputError(
                f"A note has at most {LONGEST_NOTE} characters; this one has {len(note)}."
            )
        self._write_label(info, {**info.label, "note": note})

    def delete(self, model_id: str) -> str:
        """Moves a translator that the user made into the trash.

        Returns:
            Its id there, for `restore`.

        Raises:
            InputError: It is one of ours, does not exist, or a job works with it.
        """
        info = self.get(model_id)
        if info.shipped:
            raise InputError(f"{info.name} comes with the project and cannot be deleted.")
        user = user_of(info.folder, self._queue.all())
        if user is not None:
            raise InputError(
                f"{info.name} is needed by the job “{user.name}”. Wait until that has ended, or "
                "discard it."
            )
        return self._trash.put(info.folder, name=info.name, origin=info.id)

    def restore(self, item_id: str) -> ModelInfo:
        """Brings a deleted translator back to where it lay.

        Raises:
            InputError: The trash was emptied meanwhile.
        """
        item = self._trash.get(item_id)
        place, _, name = item.origin.partition("/")
        folder = self._places.get(place, self._mine) / Path(name).name
        if folder.exists():
            place, folder = "mine", self._mine / self._free_name(item.name)
        self._trash.take_out(item_id, folder)
        return self.get(f"{place}/{folder.name}")

    def add(self, folder: Path, name: str) -> ModelInfo:
        """Moves the folder of a translator that came from elsewhere among the others.

        Args:
            folder: The folder, on the same disk.
            name: What to call it; a number is added where that is taken.
        """
        free = self._free_name(slug(name, "model"))
        label = _read_label(folder)
        if label:
            taken = any(info.name == label.get("name") for info in self.all())
            write_json(folder / LABEL_FILE, {**label, **({"name": free} if taken else {})})
        self._mine.mkdir(parents=True, exist_ok=True)
        put_folder(folder, self._mine / free)
        return self.get(f"mine/{free}")

    def names_for(self, job: Job) -> dict[str, str]:
        """Chooses names for the translators that a job saved, by the folders they lie in."""
        names: dict[str, str] = {}
        for folder in sorted(job.out.iterdir()) if job.out.is_dir() else []:
            if _read("mine", folder) is not None:
                alone = job.kind == "train"
                wanted = slug(job.name) if alone else f"{slug(job.name)}-{folder.name}"
                names[folder.name] = self._free_name(wanted, names.values())
        return names

    def adopt(self, jobs: Sequence[Job]) -> None:
        """Moves the translators of jobs that have ended among the workspace's models.

        Safe to call again: what was moved is not there any more.
        """
        for job in jobs:
            for folder, name in job.models.items():
                if not job.active and (job.out / folder).is_dir():
                    self._mine.mkdir(parents=True, exist_ok=True)
                    shutil.rmtree(job.out / folder / "checkpoints", ignore_errors=True)
                    with suppress(FileNotFoundError):  # another server was faster
                        put_folder(job.out / folder, self._mine / name)

    def _own(self, model_id: str) -> ModelInfo:
        info = self.get(model_id)
        if info.shipped:
            raise InputError(f"{info.name} comes with the project and stays as it is.")
        return info

    def _write_label(self, info: ModelInfo, label: dict[str, str]) -> None:
        write_json(info.folder / LABEL_FILE, label)

    def _free_name(self, wanted: str, others: Iterable[str] = ()) -> str:
        """A name that no model has, nor had while a job or the trash may lead to it."""
        taken = set(others)
        taken.update(name for job in self._queue.all() for name in job.models.values())
        if self._mine.is_dir():
            taken.update(path.name for path in self._mine.iterdir())
        taken.update(info.name for info in self.all() if not info.shipped)
        taken.update(item.origin.partition("/")[2] for item in self._trash.all())
        numbered = (f"{wanted}-{number}" for number in itertools.count(2))
        return next(name for name in itertools.chain([wanted], numbered) if name not in taken)


def checked_name(name: str) -> str:
    """A name that a person typed, without spaces around it.

    Raises:
        InputError: It is empty, too long, or holds what a name may not.

    Example:
        >>> checked_name(" Walk, second try ")
        'Walk, second try'
    """
    name = name.strip()
    if not name:
        raise InputError("Type a name.")
    if len(name) > LONGEST_NAME or _NOT_IN_NAMES.search(name) or not name.isprintable():
        raise InputError(
            f"A name has at most {LONGEST_NAME} characters, on one line, and none of / \\ < >."
        )
    return name


def _read(place: str, folder: Path) -> ModelInfo | None:
    if folder.name.startswith(".") or not (folder / "model.keras").is_file():
        return None
    files = [path for path in folder.rglob("*") if path.is_file()]
    stats = {
        path: path.stat() for path in files if "checkpoints" not in path.relative_to(folder).parts
    }
    described = tuple(
        (stats[path].st_mtime_ns, stats[path].st_size)
        for path in (folder / name for name in ("config.yaml", "scores.json", LABEL_FILE))
        if path in stats
    )
    config, record, label = _read_description(folder, described)
    if config is None:
        return None
    return ModelInfo(
        id=f"{place}/{folder.name}",
        folder=folder,
        shipped=place == "saved" and folder.name.startswith(SHIPPED_PREFIX),
        config=config,
        record=record,
        size_bytes=sum(stat.st_size for stat in stats.values()),
        saved=datetime.fromtimestamp(stats[folder / "model.keras"].st_mtime, UTC),
        label=label,
    )


@functools.lru_cache(maxsize=256)
def _read_description(
    folder: Path, version: tuple[tuple[int, int], ...]
) -> tuple[Config | None, dict[str, Any], dict[str, str]]:
    """Reads what tells of a model; again only when `version` tells of a change."""
    try:
        config = Config.load(folder / "config.yaml")
    except InputError:
        return None, {}, {}
    record = read_json(folder / "scores.json")
    return config, record if isinstance(record, dict) else {}, _read_label(folder)


def _text(value: Any) -> str:
    """What JSON tells, as text that a page can be written in: JSON can escape half a character."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def _read_label(folder: Path) -> dict[str, str]:
    """What a translator's owner calls it and notes about it; nothing that may not be there."""
    content = read_json(folder / LABEL_FILE)
    label = {}
    if isinstance(content, dict):
        with suppress(InputError):
            label["name"] = checked_name(_text(content.get("name")))
        label["note"] = _text(content.get("note"))[:LONGEST_NOTE]
    return {key: value for key, value in label.items() if value}
