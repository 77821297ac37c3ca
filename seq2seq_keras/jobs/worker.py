"""The process of one job: `python -m seq2seq_keras.jobs.worker FOLDER`."""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs.processes import TRAINING_NICENESS, be_nice
from seq2seq_keras.jobs.store import Job, JobState, JobStore
from seq2seq_keras.jobs.workspace import Workspace

if TYPE_CHECKING:
    from seq2seq_keras.corpus import Corpus, Splits

# How often progress within an epoch is written down.
_SECONDS_BETWEEN_PROGRESS = 1.0

SPLIT_SEED = Config().seed
"""A corpus has one test part in a workspace, whatever the seeds of the trainings."""


class _Stopped(Exception):  # noqa: N818  nothing went wrong
    """The work was asked to stop, and keeps nothing."""


class Work:
    """A job's settings, its events, and the question whether to stop."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.config = Config.create(**job.details.get("settings", {}))
        self._alone = threading.Event()
        self._last_progress = 0.0

    def watch_server(self) -> None:
        """Stops the work when the server is gone: its end of our standard input closes then."""

        def watch() -> None:
            # Straight from the system: a buffered reader's lock would spoil the interpreter's end.
            while os.read(sys.stdin.fileno(), 1024):
                pass
            self._alone.set()

        threading.Thread(target=watch, daemon=True).start()

    def should_stop(self) -> bool:
        return self._alone.is_set() or self.job.stop_asked()

    def stage(self, text: str) -> None:
        self.job.append_event({"kind": "stage", "text": text})

    def listen(self, system: str, event: Any) -> None:
        content = event.to_dict()
        if content["kind"] == "progress":
            now = time.monotonic()
            if now - self._last_progress < _SECONDS_BETWEEN_PROGRESS:
                return
            self._last_progress = now
        self.job.append_event({"system": system, **content})

    def read_corpus(self, reading: dict[str, Any]) -> Corpus:
        from seq2seq_keras.corpus import load_corpus

        return load_corpus(
            *reading["files"],
            source_lang=reading["source_lang"],
            target_lang=reading["target_lang"],
            source_column=reading["source_column"],
            target_column=reading["target_column"],
        )

    def read_splits(self) -> Splits:
        """Reads and splits the job's corpus, and keeps the test part for later comparisons."""
        self.stage("Reading the corpus")
        splits = self.read_corpus(self.job.details["corpus"]).split(seed=SPLIT_SEED)
        lines = [f"{source}\t{target}\n" for source, target in splits.test.pairs()]
        (self.job.folder / "test.tsv").write_text("".join(lines), encoding="utf-8")
        self.stage("Preparing the vocabulary and the network")
        return splits


def train(work: Work) -> None:
    """One network."""
    splits = work.read_splits()  # what is wrong with a corpus is told before TensorFlow loads
    from seq2seq_keras.pipeline import train

    system = "plain" if work.config.attention == "none" else "attention"
    train(
        splits,
        work.job.out / system,
        config=work.config,
        listener=lambda event: work.listen(system, event),
        should_stop=work.should_stop,
    )


def compare(work: Work) -> None:
    """Both architectures on one corpus and one budget, and the report on them."""
    from seq2seq_keras.comparison import compare

    # The report is written beside the translators.
    compare(
        work.read_splits(),
        work.job.out,
        config=work.config,
        listener=work.listen,
        should_stop=work.should_stop,
    )


def score(work: Work) -> None:
    """Saved translators on one test set, and the report on them."""
    from seq2seq_keras.comparison import compare_translators
    from seq2seq_keras.translator import Translator

    work.stage("Loading the models")
    test = work.job.details["test"]
    corpus = work.read_corpus(test)
    if test["part"] == "test":
        corpus = corpus.split(seed=SPLIT_SEED).test
    corpus = replace(corpus, name=test["name"])
    translators = {
        name: Translator.load(Path(folder)) for name, folder in work.job.details["models"].items()
    }

    def on_progress(name: str, done: int) -> None:
        if work.should_stop():
            raise _Stopped
        work.stage(f"{name} translates: {done:,} of {len(corpus):,} sentences")

    compare_translators(translators, corpus, on_progress=on_progress).save(work.job.out)


KINDS: dict[str, Callable[[Work], None]] = {"train": train, "compare": compare, "score": score}


def run(job: Job) -> tuple[JobState, str]:
    """Does the job.

    Returns:
        How it ended, and a message for its owner.
    """
    state: JobState
    try:
        work = Work(job)
        work.watch_server()
        KINDS[job.kind](work)
        state, message = ("stopped" if work.should_stop() else "finished"), ""
    except _Stopped:
        state, message = "stopped", ""
    except (InputError, WorkError) as error:
        state, message = "failed", str(error)
    except MemoryError:
        state = "failed"
        message = "Memory ran out. Try a smaller batch size or fewer units."
    except Exception as error:
        traceback.print_exc()
        reason = " ".join(str(error).split())[:300]
        state, message = "failed", f"Unexpected {type(error).__name__}: {reason}"
    return state, message


def main(folder: Path) -> None:
    """Runs the job in `folder`, whatever happens writing down how it ended."""
    # The lock comes first: it is the sign of life by which the server knows this job runs.
    with FileLock(folder / "worker.lock", timeout=10):
        be_nice(TRAINING_NICENESS)
        job = JobStore(folder.parent).get(folder.name)
        state, message = run(job)
        models = Workspace(folder.parent.parent).adopt_models(job)
        job.finish(state, message, models=models)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
