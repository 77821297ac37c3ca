"""The process of one job: `python -m seq2seq_keras.jobs.worker WORKSPACE JOB TOKEN`."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError, Paused, WorkError
from seq2seq_keras.jobs.files import slug
from seq2seq_keras.jobs.job import Job, JobState, Wish
from seq2seq_keras.jobs.memory import is_out_of_memory
from seq2seq_keras.jobs.processes import TRAINING_NICENESS, be_nice
from seq2seq_keras.jobs.queue import JobQueue
from seq2seq_keras.jobs.reading import SPLIT_SEED, read_corpus
from seq2seq_keras.jobs.runner import smaller_work
from seq2seq_keras.jobs.workspace import Workspace
from seq2seq_keras.training.memory import peak_memory

if TYPE_CHECKING:
    from seq2seq_keras.corpus import Splits
    from seq2seq_keras.documents import KeptTranslations
    from seq2seq_keras.training.tensorboard import TensorBoardWriter

# How often progress within an epoch is written down.
_SECONDS_BETWEEN_PROGRESS = 1.0


# How often the database is asked what the job's owner wishes.
_SECONDS_BETWEEN_WISHES = 0.2


class _Cancelled(Exception):  # noqa: N818  nothing went wrong
    """The work was asked to end and leave nothing."""


class Work:
    """A job's settings, its events, and the question what its owner wishes.

    Attributes:
        message: What its owner should know of the end of work that did not fail.
    """

    def __init__(self, queue: JobQueue, job: Job) -> None:
        self.job = job
        self._queue = queue
        self._wish: Wish | None = None
        self._next_question = 0.0
        self.config = Config.create(**job.details.get("settings", {}))
        self.alone = threading.Event()
        self._last_progress = 0.0
        self._boards: dict[str, TensorBoardWriter] = {}
        self.message = ""

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
            content["memory_bytes"] = peak_memory()
        self.append_event({"system": system, **content})
        self._board(system)(event)

    def _board(self, system: str) -> TensorBoardWriter:
        if system not in self._boards:
            from seq2seq_keras.training.tensorboard import TensorBoardWriter

            self._boards[system] = TensorBoardWriter(self.job.event_files / system)
        return self._boards[system]

    def read_splits(self) -> Splits:
        """Reads and splits the job's corpus, and keeps the test part for later comparisons."""
        self.stage("Reading the corpus")
        splits = read_corpus(self.job.details["corpus"]).split(seed=SPLIT_SEED)
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
    corpus = read_corpus(test)
    if test["part"] == "test":
        corpus = corpus.split(seed=SPLIT_SEED).test
    corpus = replace(corpus, name=test["name"])
    translators = {
        name: Translator.load(Path(folder)) for name, folder in work.job.details["models"].items()
    }

    names, begun, told = list(translators), time.monotonic(), 0.0

    def on_progress(name: str, done: int) -> None:
        nonlocal told
        if work.should_stop():
            raise _Cancelled  # half a score is none
        if time.monotonic() - told < _SECONDS_BETWEEN_PROGRESS:
            return
        told = time.monotonic()
        sentences = len(corpus)
        if done <= sentences:
            work.stage(f"{name} translates: {done:,} of {sentences:,} sentences")
        else:
            again = done - sentences
            work.stage(f"{name} against the clock: {again:,} of {sentences:,} sentences")
        share = names.index(name) + done / (2 * sentences)
        event = {"kind": "translated", "done": share, "of": len(names)}
        event["remaining_seconds"] = (told - begun) * (len(names) / share - 1)
        work.append_event(event)

    compare_translators(translators, corpus, work.job.out, on_progress=on_progress)


def translate(work: Work) -> None:
    """A whole file by a saved translator; a stop keeps what is done and leaves the rest empty."""
    from seq2seq_keras.documents import KeptTranslations, read_document

    details = work.job.details
    folder = Path(details["model"])
    config = Config.load(folder / "config.yaml")
    work.stage("Reading the file")
    document = read_document(details["file"], details.get("column"), config.source_lang)
    work.job.out.mkdir(exist_ok=True)
    kept = KeptTranslations(work.job.kept_translations)
    # What is wrong with the file is told, and a stop of finished work obeyed, before TensorFlow
    # loads.
    segments = document.segments
    missing = [text for text in dict.fromkeys(segments) if text not in kept.all]
    stopped = work.should_stop()
    if missing and not stopped:
        stopped = _translate_missing(work, folder, segments, missing, kept)

    stem = Path(details["name"]).stem.lstrip(".") or "text"
    language = config.target_lang or "translated"
    path = work.job.out / f"{stem}.{language}{Path(details['file']).suffix}"
    texts = [kept.all[text].text if text in kept.all else "" for text in segments]
    document.write(texts, path)
    if cut := sum(text in kept.all and kept.all[text].cut for text in segments):
        longest = config.max_length - 1
        message = f"In {cut:,} of {len(segments):,} places a sentence was longer than {longest} "
        work.append_event({"kind": "notice", "message": f"{message}tokens and was cut in parts."})
    done = sum(text in kept.all for text in segments)
    if stopped and done < len(segments):
        work.message = (
            f"Stopped after {done:,} of {len(segments):,} sentences; the rest is empty in "
            f"{path.name}."
        )


def export(work: Work) -> None:
    """A saved translator in a form that runs without this program."""
    from seq2seq_keras.export import export
    from seq2seq_keras.translator import Translator

    details = work.job.details

    def on_stage(text: str) -> None:
        if work.should_stop():
            raise _Cancelled  # half an export is none
        work.stage(text)

    on_stage("Loading the model")
    check = export(
        Translator.load(Path(details["model"])),
        details["format"],
        work.job.out / slug(f"{work.job.name}-{details['format']}", "export"),
        quantize=details["quantize"],
        on_stage=on_stage,
    )
    work.message = (
        f"{check.equal} of {len(check.sentences)} sentences are translated exactly as by the "
        "model itself."
    )


def _translate_missing(
    work: Work, folder: Path, segments: list[str], missing: list[str], kept: KeptTranslations
) -> bool:
    """Translates what is not kept yet, and keeps it; returns whether it was asked to stop."""
    from seq2seq_keras.documents import SEGMENTS_A_PIECE, translate_segments
    from seq2seq_keras.translator import Translator

    times = Counter(segments)
    done = kept_before = sum(times[text] for text in kept.all)

    def tell() -> None:
        work.stage(f"{done:,} of {len(segments):,} sentences")
        event = {"kind": "translated", "done": done, "of": len(segments)}
        if done > kept_before:
            pace = (time.monotonic() - begun) / (done - kept_before)
            event["remaining_seconds"] = pace * (len(segments) - done)
        work.append_event(event)

    work.stage("Loading the model")
    translator = Translator.load(folder)
    begun = time.monotonic()
    tell()
    for start in range(0, len(missing), SEGMENTS_A_PIECE):
        if work.should_stop():
            return True
        piece = missing[start : start + SEGMENTS_A_PIECE]
        translations = translate_segments(translator, piece, work.job.details.get("beam_size"))
        kept.add(dict(zip(piece, translations, strict=True)))
        done += sum(times[text] for text in piece)
        tell()
    return False


KINDS: dict[str, Callable[[Work], None]] = {
    "train": train,
    "compare": compare,
    "score": score,
    "translate": translate,
    "export": export,
}


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
        if is_out_of_memory(error):
            return "failed", f"Memory ran out. Try again with {smaller_work(job)}."
        traceback.print_exc()
        reason = " ".join(str(error).split())[:300]
        return "failed", f"Unexpected {type(error).__name__}: {reason}"
    return ("stopped" if queue.wish(job.id) == "stop" else "finished"), work.message


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
