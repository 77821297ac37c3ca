"""A workspace owns corpora, jobs and saved translators; beside it lie those that we ship."""

from __future__ import annotations

import functools
import itertools
import shutil
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs.files import new_folder, read_json, slug, write_json
from seq2seq_keras.jobs.job import Job
from seq2seq_keras.jobs.queue import JobQueue
from seq2seq_keras.languages import language_name

REPOSITORY = Path(__file__).resolve().parents[2]

SHIPPED_PREFIX = "sample-"


@dataclass(frozen=True)
class ModelInfo:
    """What can be told of a saved translator without loading it."""

    id: str
    folder: Path
    shipped: bool
    config: Config
    record: dict[str, Any]
    size_bytes: int
    saved: datetime

    @property
    def name(self) -> str:
        return self.folder.name

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
        try:
            return float(self.record["scores"]["bleu"]["value"])
        except (KeyError, TypeError, ValueError):
            return None

    @property
    def examples(self) -> list[str]:
        """Source sentences that the model card shows, as something to try first."""
        examples = self.record.get("examples")
        if not isinstance(examples, list):
            return []
        sources = [item.get("source") for item in examples if isinstance(item, dict)]
        return [source for source in sources if isinstance(source, str) and source]

    @property
    def label(self) -> str:
        """The name with the languages, as lists show it."""
        return f"{self.name}  ·  {self.languages}"


@dataclass(frozen=True)
class CorpusInfo:
    """One or two files of sentence pairs, and how to read them.

    `cleaning` names the sorts of doubtful pairs to leave out, of `corpus.CHECKS`.
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


class Workspace:
    """Everything that one user made, in one folder, and what we ship to begin with.

    Args:
        folder: where corpora, jobs and models are kept; made when needed.
        shipped_models: folder of the translators that come with the project.
        samples: folder of the corpora that come with the project.
    """

    def __init__(
        self,
        folder: Path,
        shipped_models: Path = REPOSITORY / "saved_models",
        samples: Path = REPOSITORY / "data",
    ) -> None:
        self.folder = folder.resolve()
        self.jobs = JobQueue(self.folder / "jobs")
        self._mine = self.folder / "models"
        self._model_places = {"saved": shipped_models, "mine": self._mine}
        self._samples = samples

    def prepare(self) -> None:
        """Makes the folder.

        Raises:
            InputError: it cannot be made or written to.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self.folder).close()
            self.jobs.prepare()
        except OSError as error:
            raise InputError(
                f"{self.folder}: cannot write here ({error.strerror}); choose another data folder"
            ) from None

    # Saved translators

    def models(self) -> list[ModelInfo]:
        """Every saved translator, ours first, each in the order of names."""
        found = []
        for place, folder in self._model_places.items():
            if folder.is_dir():
                for path in sorted(folder.iterdir(), key=lambda path: path.name):
                    info = _read_model(place, path)
                    if info is not None:
                        found.append(info)
        return found

    def model(self, model_id: str | None) -> ModelInfo:
        """Finds a saved translator by its id, which is compared and never used as a path.

        Raises:
            InputError: there is no such model, or no longer.
        """
        for info in self.models():
            if info.id == model_id:
                return info
        raise InputError("This model no longer exists. Choose another one.")

    def delete_model(self, model_id: str) -> None:
        """Deletes a translator that the user made.

        Raises:
            InputError: it is one of ours, or does not exist.
        """
        info = self.model(model_id)
        if info.shipped:
            raise InputError(f"{info.name} comes with the project and cannot be deleted.")
        # Gone in one step: a folder that is being deleted must not look like a model.
        aside = info.folder.with_name(f".deleted-{uuid.uuid4().hex}")
        info.folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)

    def names_for(self, job: Job) -> dict[str, str]:
        """Chooses names for the translators that a job saved, by the folders they lie in."""
        taken = {name for other in self.jobs.all() for name in other.models.values()}
        taken |= {path.name for path in self._mine.iterdir()} if self._mine.is_dir() else set()
        names = {}
        for folder in sorted(job.out.iterdir()) if job.out.is_dir() else []:
            if _read_model("mine", folder) is None:
                continue
            wanted = slug(job.name) if job.kind == "train" else f"{slug(job.name)}-{folder.name}"
            numbered = (f"{wanted}-{number}" for number in itertools.count(2))
            names[folder.name] = next(
                name for name in itertools.chain([wanted], numbered) if name not in taken
            )
            taken.add(names[folder.name])
        return names

    def adopt_models(self, job: Job) -> None:
        """Moves the translators of a job that has ended among the workspace's models.

        Safe to call again: what was moved is not there any more.
        """
        for folder, name in job.models.items():
            if (job.out / folder).is_dir():
                self._mine.mkdir(parents=True, exist_ok=True)
                shutil.rmtree(job.out / folder / "checkpoints", ignore_errors=True)
                (job.out / folder).rename(self._mine / name)

    def adopt_all(self, jobs: Sequence[Job]) -> None:
        """Moves what a process that was killed at its very end did not get to move."""
        for job in jobs:
            if job.models and not job.active:
                self.adopt_models(job)

    # Corpora

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
        folders = sorted((self.folder / "corpora").glob("*/corpus.json"), reverse=True)
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
            InputError: there are more than two files, or none, or they cannot be read.
        """
        if not 1 <= len(paths) <= 2:
            raise InputError(
                f"A corpus is one file with both languages, or two files, a sentence a line; "
                f"received {len(paths)} files."
            )
        from seq2seq_keras.corpus import preview

        created = datetime.now(UTC)
        stem = slug(paths[0].name.split(".")[0], "corpus")
        folder = new_folder(self.folder / "corpora", f"{created:%Y%m%d-%H%M%S}-{stem}")
        names = []
        for path in paths:
            name = Path(path.name).name
            if name in names:
                name = f"second-{name}"
            shutil.copyfile(path, folder / name)
            names.append(name)
        content = {"name": " + ".join(names), "files": names}
        try:
            preview(*(folder / name for name in names))
        except InputError:
            shutil.rmtree(folder)  # what cannot be read is not worth keeping
            raise
        write_json(folder / "corpus.json", content)
        return _corpus_from(folder, content)

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


def _read_model(place: str, folder: Path) -> ModelInfo | None:
    if folder.name.startswith(".") or not (folder / "model.keras").is_file():
        return None
    files = [path for path in folder.rglob("*") if path.is_file()]
    stats = {
        path: path.stat() for path in files if "checkpoints" not in path.relative_to(folder).parts
    }
    described = tuple(
        (stats[path].st_mtime_ns, stats[path].st_size)
        for path in (folder / "config.yaml", folder / "scores.json")
        if path in stats
    )
    config, record = _read_description(folder, described)
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
    )


@functools.lru_cache(maxsize=256)
def _read_description(
    folder: Path, version: tuple[tuple[int, int], ...]
) -> tuple[Config | None, dict[str, Any]]:
    """Reads a model's configuration and record; again only when `version` tells of a change."""
    try:
        config = Config.load(folder / "config.yaml")
    except InputError:
        return None, {}
    record = read_json(folder / "scores.json")
    return config, record if isinstance(record, dict) else {}


def _corpus_from(folder: Path, content: dict[str, Any]) -> CorpusInfo:
    return CorpusInfo(
        id=f"mine/{folder.name}",
        name=content["name"],
        files=tuple(folder / name for name in content["files"]),
    )
