"""A workspace owns corpora, jobs and saved translators; beside it lie those that we ship."""

from __future__ import annotations

import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs.disk_room import check_room
from seq2seq_keras.jobs.files import new_folder, read_json, slug, told_as, write_json
from seq2seq_keras.jobs.job import Job
from seq2seq_keras.jobs.model_archive import unpack_model
from seq2seq_keras.jobs.model_check import check_model
from seq2seq_keras.jobs.models import ModelInfo, SavedModels
from seq2seq_keras.jobs.queue import JobQueue
from seq2seq_keras.jobs.trash import Trash
from seq2seq_keras.storage import flush_folder

REPOSITORY = Path(__file__).resolve().parents[2]

_UPLOAD = ".upload-"
_CORPUS = "corpus.json"
_SECONDS_OF_AN_UPLOAD = 3600.0  # none takes as long


@dataclass(frozen=True)
class CorpusInfo:
    """One or two files of sentence pairs, and how to read them.

    `cleaning` names the rules by which it is cleaned, of `corpus.RULES`. `encoding` is that of text
    files, where it is not the one that they seem to be in.
    """

    id: str
    name: str
    files: tuple[Path, ...]
    sample: bool = False
    source_lang: str | None = None
    target_lang: str | None = None
    source_column: str | int | None = None
    target_column: str | int | None = None
    cleaning: tuple[str, ...] = ()
    encoding: str | None = None

    def reading(self) -> dict[str, Any]:
        """What a worker needs to read this corpus, as JSON."""
        return {
            "name": self.name,
            "files": [str(path) for path in self.files],
            "source_lang": self.source_lang,
            "target_lang": self.target_lang,
            "source_column": self.source_column,
            "target_column": self.target_column,
            "cleaning": list(self.cleaning),
            "encoding": self.encoding,
        }


@dataclass(frozen=True)
class TestSet:
    """Sentence pairs to score translators on.

    `part` is "test" where the file holds a whole corpus of which only the part set aside for
    testing may be used, and "all" where the file is that part. `models` are the ids of the
    translators that were trained on the rest.
    """

    __test__ = False  # not a test case, whatever pytest thinks of the name

    id: str
    name: str
    corpus: CorpusInfo
    part: str = "all"
    models: tuple[str, ...] = ()

    def reading(self) -> dict[str, Any]:
        return {**self.corpus.reading(), "name": self.name, "part": self.part}


def not_kept(error: OSError) -> WorkError:
    """What to say of an upload for which the disk has no room."""
    return WorkError(
        f"The file could not be kept ({error.strerror}); make room on the disk and try again."
    )


class Workspace:
    """Everything that one user made, in one folder, and what we ship to begin with.

    Args:
        folder: where corpora, jobs and models are kept; made when needed.
        shipped_models: folder of the translators that come with the project.
        samples: folder of the corpora that come with the project.
        shared: whether what is shipped is for others as well, and so stays as it is.
        admit: called before a job is submitted or resumed, with the bytes that it will take as far
            as they are known; may refuse by an `InputError`.
        make_room: called with the bytes of a file before it is taken in; may refuse likewise.
    """

    def __init__(
        self,
        folder: Path,
        shipped_models: Path = REPOSITORY / "saved_models",
        samples: Path = REPOSITORY / "data",
        shared: bool = False,
        admit: Callable[[int], None] = lambda size: None,
        make_room: Callable[[int], None] = lambda size: None,
    ) -> None:
        self.folder = folder.resolve()
        self._make_room = make_room
        self.jobs = JobQueue(self.folder / "jobs", admit)
        self.trash = Trash(self.folder / "trash")
        self._mine = self.folder / "models"
        self._models = SavedModels(
            {"saved": shipped_models, "mine": self._mine}, self.jobs, self.trash, shared
        )
        self._samples = samples

    def make_room(self, size: int) -> None:
        """Makes sure that there is room for a file of so many bytes.

        Raises:
            InputError: Its owner may not keep so much.
            WorkError: The disk is full, or nearly.
        """
        self._make_room(size)
        check_room(self.folder, size)

    def prepare(self) -> None:
        """Makes the folder.

        Raises:
            InputError: it cannot be made or written to.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self.folder).close()
            self.jobs.prepare()
            self.trash.expire()
            self._remove_half_uploads()
        except OSError as error:
            raise InputError(
                f"{self.folder}: cannot write here ({error.strerror}); choose another data folder"
            ) from None

    # Saved translators

    def models(self) -> list[ModelInfo]:
        """Every saved translator, ours first, each in the order of names."""
        return self._models.all()

    def model(self, model_id: str | None) -> ModelInfo:
        """Finds a saved translator by its id, which is compared and never used as a path.

        Raises:
            InputError: there is no such model, or no longer.
        """
        return self._models.get(model_id)

    def rename_model(self, model_id: str, name: str) -> None:
        """Gives a translator another name; its id stays."""
        self._models.rename(model_id, name)

    def annotate_model(self, model_id: str, note: str) -> None:
        """Puts a note beside a translator that is not one of ours."""
        self._models.annotate(model_id, note)

    def delete_model(self, model_id: str) -> str:
        """Moves a translator that the user made into the trash.

        Returns:
            Its id there, for `restore_model`.

        Raises:
            InputError: it is one of ours, does not exist, or a job works with it.
        """
        return self._models.delete(model_id)

    def restore_model(self, item_id: str) -> ModelInfo:
        """Brings a deleted translator back."""
        return self._models.restore(item_id)

    def receive_model(
        self, archive: Path, file_name: str = "", stage: Callable[[str], None] = lambda _: None
    ) -> ModelInfo:
        """Takes in the zip of a saved translator, if every file of it is as it should be.

        Args:
            archive: The zip; it stays where it is.
            file_name: What its owner calls it, if not the name of `archive`.
            stage: Told in English what happens now.

        Returns:
            The translator as it lies among the others.

        Raises:
            InputError: Something is wrong with it; nothing of it is kept.
            WorkError: It could not be checked or written.
        """
        self.make_room(archive.stat().st_size)
        staging = self._mine / f"{_UPLOAD}{uuid.uuid4().hex}"
        try:
            staging.mkdir(parents=True)
            stage("Unpacking the archive")
            name = unpack_model(archive, staging, file_name or archive.name)
            stage("Loading the weights once, to be sure that the model is whole")
            check_model(staging)
            return self._models.add(staging, name)
        except OSError as error:
            raise WorkError(
                f"The model could not be written ({error.strerror}); make room on the disk and "
                "try again."
            ) from None
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def names_for(self, job: Job) -> dict[str, str]:
        """Chooses names for the translators that a job saved, by the folders they lie in."""
        return self._models.names_for(job)

    def adopt_models(self, job: Job) -> None:
        """Moves the translators of a job that has ended among the workspace's models.

        Safe to call again: what was moved is not there any more.
        """
        self._models.adopt([job])

    def adopt_all(self, jobs: Sequence[Job]) -> None:
        """Moves what a process that was killed at its very end did not get to move."""
        self._models.adopt(jobs)

    # Corpora

    def comparison_with(self, names: Sequence[str]) -> Job | None:
        """Finds the newest comparison, its report still there, in which all these models are.

        Args:
            names: Names of models, as their owner knows them.
        """
        for job in reversed(self.jobs.all()):
            if job.has_report and {*job.models.values(), *job.details.get("models", {})} >= {
                *names
            }:
                return job
        return None

    def samples(self) -> list[CorpusInfo]:
        """The corpora that come with the project."""
        known = (
            ("english-french", "Sample: English–French", "en", "fr"),
            ("english-chinese", "Sample: English–Chinese", "en", "zh"),
        )
        return [
            CorpusInfo(f"sample/{stem}", name, (path,), True, source, target)
            for stem, name, source, target in known
            if (path := self._samples / f"{stem}.tsv").exists()
        ]

    def corpora(self) -> list[CorpusInfo]:
        """The samples, then the user's own corpora, newest first."""
        folders = sorted((self.folder / "corpora").glob(f"*/{_CORPUS}"), reverse=True)
        own = []
        for path in folders:
            content = read_json(path)
            if isinstance(content, dict):
                own.append(_corpus_from(path.parent, content))
        return [*self.samples(), *own]

    def corpus(self, corpus_id: str | None) -> CorpusInfo:
        """Finds a corpus by its id, which is compared and never used as a path.

        Raises:
            InputError: there is no such corpus.
        """
        for info in self.corpora():
            if info.id == corpus_id:
                return info
        raise InputError("This corpus no longer exists. Choose or upload another one.")

    def add_corpus(self, paths: Sequence[Path]) -> CorpusInfo:
        """Takes uploaded files into the workspace.

        Raises:
            InputError: there are too many files, or none, or they cannot be read.
            WorkError: they cannot be written.
        """
        if not 1 <= len(paths) <= 3:  # Tatoeba's own are three
            raise InputError(
                f"A corpus is one file with both languages, or two files, a sentence a line; "
                f"received {len(paths)} files."
            )
        self.make_room(sum(path.stat().st_size for path in paths))
        from seq2seq_keras.corpus import preview

        created = datetime.now(UTC)
        stem = slug(paths[0].name.split(".")[0], "corpus")
        names: list[str] = []
        for path in paths:
            # A line break or a letter that turns the writing direction would garble what quotes it.
            name = "".join(letter if letter.isprintable() else "_" for letter in path.name)
            names.append(f"second-{name}" if name in names else name)
        content = {"name": " + ".join(names), "files": names}
        try:
            folder = new_folder(self.folder / "corpora", f"{created:%Y%m%d-%H%M%S}-{stem}")
            try:
                for path, name in zip(paths, names, strict=True):
                    shutil.copyfile(path, folder / name)
                with told_as({folder / name: name for name in names}):
                    preview(*(folder / name for name in names))
                flush_folder(folder)
                write_json(folder / _CORPUS, content)  # with which it is there
            except BaseException:  # what cannot be read is not worth keeping either
                shutil.rmtree(folder, ignore_errors=True)
                raise
        except OSError as error:
            raise not_kept(error) from None
        return _corpus_from(folder, content)

    def _remove_half_uploads(self) -> None:
        """Removes what a server that was killed took in; one that lives may take some in now."""
        corpora = (self.folder / "corpora").glob("*")
        half = [folder for folder in corpora if not (folder / _CORPUS).exists()]
        for folder in [*half, *self._mine.glob(f"{_UPLOAD}*")]:
            with suppress(OSError):
                if time.time() - folder.stat().st_mtime > _SECONDS_OF_AN_UPLOAD:
                    shutil.rmtree(folder, ignore_errors=True)

    # Test sets

    def test_sets(self) -> list[TestSet]:
        """What translators can be scored on: parts that no training saw, then whole uploads."""
        found = [
            TestSet(f"part/{info.id}", f"{info.name}, test part", info, part="test")
            for info in self.samples()
        ]
        for job in reversed(self.jobs.all()):
            path = job.folder / "test.tsv"
            if path.exists():
                corpus = job.details.get("corpus", {})
                info = CorpusInfo(
                    id=f"job/{job.id}",
                    name=job.name,
                    files=(path,),
                    source_lang=corpus.get("source_lang"),
                    target_lang=corpus.get("target_lang"),
                    source_column=0,
                    target_column=1,
                )
                models = tuple(f"mine/{name}" for name in job.models.values())
                name = f"Test part of “{job.name}”, {job.created.astimezone():%Y-%m-%d %H:%M}"
                found.append(TestSet(info.id, name, info, models=models))
        found.extend(
            TestSet(info.id, f"{info.name}, all pairs", info)
            for info in self.corpora()
            if not info.sample
        )
        return found

    def test_set(self, test_id: str | None) -> TestSet:
        """Finds a test set by its id.

        Raises:
            InputError: there is no such test set.
        """
        for test in self.test_sets():
            if test.id == test_id:
                return test
        raise InputError("This test set no longer exists. Choose or upload another one.")


def _corpus_from(folder: Path, content: dict[str, Any]) -> CorpusInfo:
    return CorpusInfo(
        id=f"mine/{folder.name}",
        name=content["name"],
        files=tuple(folder / name for name in content["files"]),
    )
