"""The process of one job: `python -m seq2seq_keras.jobs.worker WORKSPACE JOB TOKEN`."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError, Paused, WorkError
from seq2seq_keras.jobs.faults import fault_of, is_disk_full
from seq2seq_keras.jobs.files import slug
from seq2seq_keras.jobs.job import Job, JobState
from seq2seq_keras.jobs.logs import log_to_parent
from seq2seq_keras.jobs.processes import TRAINING_NICENESS, be_nice
from seq2seq_keras.jobs.queue import JobQueue
from seq2seq_keras.jobs.reading import SPLIT_SEED, read_corpus
from seq2seq_keras.jobs.runner import DISK_FULL_STATUS, smaller_work
from seq2seq_keras.jobs.work import SECONDS_BETWEEN_PROGRESS, Cancelled, Work
from seq2seq_keras.jobs.workspace import Workspace

if TYPE_CHECKING:
    from seq2seq_keras.documents import Document, KeptTranslations, Translated

_log = logging.getLogger("seq2seq_keras.jobs.worker")


def train(work: Work) -> None:
    """One network."""
    splits = work.read_splits()  # what is wrong with a corpus is told before TensorFlow loads
    from seq2seq_keras.pipeline import is_begun, train
    from seq2seq_keras.training import DivergedError

    system = "plain" if work.config.attention == "none" else "attention"
    out = work.job.out / system
    try:
        train(
            splits,
            out,
            config=work.config,
            listener=lambda event: work.listen(system, event),
            should_stop=work.should_stop,
            resume=is_begun(out),
            devices=work.devices,
        )
    except DivergedError as error:
        told = (
            f"In epoch {error.epoch} the loss was no longer a number, so the training ended. Try a "
            f"learning rate of {error.learning_rate:.1g}."
        )
        if error.history.finished is None:
            raise WorkError(told) from error
        work.is_stopped = True
        best = error.history.finished.best_epoch
        work.message = f"{told} The best model until then, of epoch {best}, was kept."


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
        devices=work.devices,
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
            raise Cancelled  # half a score is none
        if time.monotonic() - told < SECONDS_BETWEEN_PROGRESS:
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
    from seq2seq_keras.documents import (
        KeptTranslations,
        Translated,
        TranslationMemory,
        read_document,
    )

    details = work.job.details
    folder = Path(details["model"])
    config = Config.load(folder / "config.yaml")
    languages = config.source_lang, config.target_lang
    work.stage("Reading the file")
    document = read_document(details["file"], details.get("column"), *languages)
    pairs = list(document.pairs)
    if details.get("memory"):
        work.stage("Reading the translation memory")
        pairs += read_corpus(details["memory"]).pairs()
    segments = document.segments
    remembered = TranslationMemory(pairs).find(segments)
    work.job.out.mkdir(exist_ok=True)
    kept = KeptTranslations(work.job.kept_translations)
    # What is wrong with the file is told, and a stop of finished work obeyed, before TensorFlow
    # loads.
    stopped = work.should_stop()
    if not stopped and any(text not in kept.all | remembered for text in segments):
        stopped = _translate_missing(work, folder, document, remembered, kept)

    stem = Path(details["name"]).stem.lstrip(".") or "text"
    suffix = Path(details["file"]).suffix
    if suffix.casefold() == ".pot":  # a template that is filled is none any more
        suffix = suffix[:-1]
    path = work.job.out / f"{stem}.{config.target_lang or 'translated'}{suffix}"
    known = kept.all | remembered
    translations = [known.get(text, Translated("")) for text in segments]
    document.write(translations, path)
    if cut := sum(each.cut for each in translations):
        longest = config.max_length - 1
        message = f"In {cut:,} of {len(segments):,} places a sentence was longer than {longest} "
        work.append_event({"kind": "notice", "message": f"{message}tokens and was cut in parts."})
    if document.has_units or details.get("memory"):
        tally = document.tally(translations)
        message = (
            f"{tally.network:,} filled by the network, {tally.memory:,} from the memory, "
            f"{tally.left:,} left as they were."
        )
        work.append_event({"kind": "notice", "message": message})
    done = sum(text in known for text in segments)
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
            raise Cancelled  # half an export is none
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
    work: Work,
    folder: Path,
    document: Document,
    remembered: dict[str, Translated],
    kept: KeptTranslations,
) -> bool:
    """Translates what is not known yet, and keeps it; returns whether it was asked to stop."""
    from seq2seq_keras.documents import SEGMENTS_A_PIECE, translate_segments
    from seq2seq_keras.translator import Translator

    segments, linked = document.segments, document.linked
    times = Counter(segments)
    known = kept.all | remembered
    missing = [text for text in times if text not in known]
    done = kept_before = sum(times[text] for text in known)

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
        beam_size = work.job.details.get("beam_size")
        translations = translate_segments(translator, piece, beam_size, linked)
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
    except Cancelled:
        return "cancelled", ""
    except InputError as error:
        return "failed", str(error)
    except Exception as error:
        _log.exception("the work failed")
        if told := fault_of(error, smaller_work(job)):
            return "failed", told
        if isinstance(error, WorkError):
            return "failed", str(error)
        reason = " ".join(str(error).split())[:300]
        return "failed", f"Unexpected {type(error).__name__}: {reason}"
    is_stopped = work.is_stopped or queue.wish(job.id) == "stop"
    return ("stopped" if is_stopped else "finished"), work.message


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
    log_to_parent()
    try:
        main(Path(sys.argv[1]), *sys.argv[2:])
    except Exception as error:
        if not is_disk_full(error):
            raise
        _log.exception("the end could not be written down")
        sys.exit(DISK_FULL_STATUS)
    # All is written. What libraries do at the end of Python may wait for threads that are no more.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
