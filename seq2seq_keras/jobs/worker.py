"""The process of one job: `python -m seq2seq_keras.jobs.worker WORKSPACE JOB TOKEN`."""

from __future__ import annotations

import os
import shutil
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
from seq2seq_keras.errors import InputError, Paused, WorkError
from seq2seq_keras.jobs.job import Job, JobState, Wish
from seq2seq_keras.jobs.processes import TRAINING_NICENESS, be_nice
from seq2seq_keras.jobs.queue import JobQueue
from seq2seq_keras.jobs.runner import smaller_batch
from seq2seq_keras.jobs.workspace import Workspace

if TYPE_CHECKING:
    from seq2seq_keras.corpus import Corpus, Splits

# How often progress within an epoch is written down.
_SECONDS_BETWEEN_PROGRESS = 1.0

SPLIT_SEED = Config().seed
"""A corpus has one test part in a workspace, whatever the seeds of the trainings."""


# How often the database is asked what the job's owner wishes.
_SECONDS_BETWEEN_WISHES = 0.2


class _Cancelled(Exception):  # noqa: N818  nothing went wrong
    """The work was asked to end and leave nothing."""


class Work:
    """A job's settings, its events, and the question what its owner wishes."""

    def __init__(self, queue: JobQueue, job: Job) -> None:
        self.job = job
        self._queue = queue
        self._wish: Wish | None = None
        self._next_question = 0.0
        self.config = Config.create(**job.details.get("settings", {}))
        self.alone = threading.Event()
        self._last_progress = 0.0

    def watch_server(self) -> None:
        """Pauses the work when the server is gone: its end of our standard input closes then."""

        def watch() -> None:
            # Straight from the system: a buffered reader's lock would spoil the interpreter's end.
            while os.read(sys.stdin.fileno(), 1024):
                pass
            self.alone.set()

        threading.Thread(target=watch, daemon=True).start()

    def should_stop(self) -> bool:
        """Tells whether to end early and keep the best.

        Raises:
            Paused: To leave a checkpoint and end.
            _Cancelled: To end and leave nothing.
        """
        if time.monotonic() >= self._next_question:
            self._next_question = time.monotonic() + _SECONDS_BETWEEN_WISHES
            self._wish = self._queue.wish(self.job.id)
        if self._wish == "cancel":
            raise _Cancelled
        if self._wish == "pause" or (self.alone.is_set() and self._wish is None):
            raise Paused
        return self._wish == "stop"

    def stage(self, text: str) -> None:
        self.append_event({"kind": "stage", "text": text})

    def append_event(self, event: dict[str, Any]) -> None:
        self._queue.append_event(self.job.id, event)

    def listen(self, system: str, event: Any) -> None:
        content = event.to_dict()
        if content["kind"] == "progress":
            now = time.monotonic()
            if now - self._last_progress < _SECONDS_BETWEEN_PROGRESS:
                return
            self._last_progress = now
        self.append_event({"system": system, **content})

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
    from seq2seq_keras.pipeline import is_begun, train

    system = "plain" if work.config.attention == "none" else "attention"
    out = work.job.out / system
    train(
        splits,
        out,
        config=work.config,
        listener=lambda event: work.listen(system, event),
        should_stop=work.should_stop,
        resume=is_begun(out),
    )


def compare(work: Work) -> None:
    """Both architectures on one corpus and one budget, and the report on them."""
    from seq2seq_keras.comparison import compare, is_planned

    # The report is written beside the translators.
    compare(
        work.read_splits(),
        work.job.out,
        config=work.config,
        listener=work.listen,
        should_stop=work.should_stop,
        resume=is_planned(work.job.out),
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
            raise _Cancelled  # half a score is none
        work.stage(f"{name} translates: {done:,} of {len(corpus):,} sentences")

    compare_translators(translators, corpus, on_progress=on_progress).save(work.job.out)


KINDS: dict[str, Callable[[Work], None]] = {"train": train, "compare": compare, "score": score}


def run(queue: JobQueue, job: Job) -> tuple[JobState, str]:
    """Does the job.

    Returns:
        How it ended, and a message for its owner. A job that has to wait for another server is
        "queued".
    """
    try:
        work = Work(queue, job)
        work.watch_server()
        KINDS[job.kind](work)
    except Paused:
        return ("queued" if work.alone.is_set() else "paused"), ""
    except _Cancelled:
        return "cancelled", ""
    except (InputError, WorkError) as error:
        return "failed", str(error)
    except Exception as error:
        if _is_out_of_memory(error):
            return "failed", f"Memory ran out. Try again with {smaller_batch(job)}."
        traceback.print_exc()
        reason = " ".join(str(error).split())[:300]
        return "failed", f"Unexpected {type(error).__name__}: {reason}"
    return ("stopped" if queue.wish(job.id) == "stop" else "finished"), ""


def _is_out_of_memory(error: Exception) -> bool:
    """Whether Python, TensorFlow or JAX says so, each in its own way."""
    told = f"{type(error).__name__} {error}"
    return isinstance(error, MemoryError) or any(
        sign in told for sign in ("ResourceExhausted", "RESOURCE_EXHAUSTED", "OOM when allocating")
    )


def main(folder: Path, job_id: str, token: str) -> None:
    """Runs a job of the workspace in `folder`, whatever happens writing down how it ended."""
    workspace = Workspace(folder)
    queue = workspace.jobs
    # The lock comes first: it is the sign of life by which the server knows that this job runs.
    with FileLock(queue.get(job_id).lock, timeout=10):
        job = queue.get(job_id)
        if job.state != "running" or job.launch != token:
            return  # somebody took this process for dead before it began
        be_nice(TRAINING_NICENESS)
        state, message = run(queue, job)
        if state == "queued":
            queue.give_back(job)
            return
        if state == "cancelled":
            shutil.rmtree(job.out, ignore_errors=True)
        models = workspace.names_for(job) if state in ("finished", "stopped") else {}
        # Written down before the models are moved: whoever is killed in between, the server moves
        # what is left.
        if queue.end(job, state, message, models):
            workspace.adopt_models(queue.get(job_id))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
