"""How a job stands, in words and one bar; everything that is not ours is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from seq2seq_keras.app.job_actions import buttons
from seq2seq_keras.app.wording import bleu, duration, moment, system_name
from seq2seq_keras.jobs import Job, JobProgress, SystemProgress
from seq2seq_keras.jobs.runner import LANES
from seq2seq_keras.localisation import Language, later

IN_TRAIN = ("train", "compare")
"""The kinds of job that the Train tab shows."""

_STATES = {
    "queued": later("Waiting"),
    "running": later("Running"),
    "paused": later("Paused"),
    "finished": later("Finished"),
    "stopped": later("Stopped"),
    "cancelled": later("Discarded"),
    "failed": later("Failed"),
    "died": later("Ended unexpectedly"),
}
_WISHES = {
    "pause": later("Pausing"),
    "stop": later("Stopping"),
    "cancel": later("Discarding"),
    "end": later("Stopping"),
}
_FILE_WORDS = {
    "stop": later("What is being translated ends, then the file is written."),
    "pause": later("What is being translated ends and is kept."),
    "paused": later("Resume it whenever you like; what is translated is kept."),
    "stopped": later("What was translated by then is in the file; the rest is empty."),
    "finished": later("The translation is ready."),
    "died": later("Resume it: what is translated is kept."),
}
"""What is to be said of a file's translation by what it was asked for, or else its state."""
_READY = {
    "score": later("The report is ready."),
    "export": later("The export is ready."),
    "train": later("The models are saved."),
}
_REASONS = {
    "epochs": later("all epochs done"),
    "time limit": later("time is up"),
    "early stop": later("no better for a while"),
    "stopped": later("stopped by you"),
}


def place(job: Job, jobs: Sequence[Job]) -> int:
    """How many jobs wait or run before a waiting one, as far as they are of its sort."""
    lane = next(lane for lane in LANES if job.kind in lane)
    alike = [each for each in jobs if each.kind in lane]
    waiting = [each for each in alike if each.state == "queued" and each.position < job.position]
    return len(waiting)


def status_html(job: Job, progress: JobProgress, before: int, language: Language) -> str:
    """All about one job, as the Train tab shows it.

    Args:
        job: The job.
        progress: How far it is.
        before: How many others wait before it.
        language: The language of the page.
    """
    facts = _facts(job, progress, language)
    lines = [
        f'<div class="job job-{job.state}" data-job="{escape(job.id)}" role="status">',
        f'<div class="job-head">{chip(job, language)}'
        f"<span>{escape(headline(job, progress, language))}</span></div>",
        bar(job, progress, language),
        _epoch_bar(job, progress, language),
        '<div class="facts">',
        *(f"<div><b>{escape(value)}</b><span>{label}</span></div>" for label, value in facts),
        "</div>",
        *(_system_line(system, language) for system in _trained(progress)),
        *(
            f'<p class="job-note">{escape(language.error(notice))}</p>'
            for notice in progress.notices
        ),
    ]
    if job.message:
        lines.append(f'<p class="job-message">{escape(language.error(job.message))}</p>')
    return "".join([*lines, buttons(job, before, language), "</div>"])


def card(
    job: Job,
    progress: JobProgress,
    before: int,
    language: Language,
    *,
    name: str,
    note: Sequence[str],
    lines: Sequence[str],
    more: str = "",
) -> str:
    """A job in a list.

    Args:
        job: The job.
        progress: How far it is.
        before: How many others wait before it.
        language: The language of the page.
        name: What it is called, as HTML.
        note: What is to be said of it; when it was asked for, and the time left, follow.
        lines: How it stands, a line each; empty ones are left out.
        more: HTML that stands before its buttons.
    """
    note = [*note, moment(job.created)]
    if left := time_left(job, progress, language):
        note.append(language.say("{time} left", time=left))
    return (
        f'<article class="job-card job-{job.state}"><div class="job-head">'
        f"{name}{chip(job, language)}</div>"
        f'<p class="job-note">{escape(" · ".join(note))}</p>'
        f"{bar(job, progress, language) if job.active or job.state == 'paused' else ''}"
        + "".join(f'<p class="job-words">{escape(line)}</p>' for line in lines if line)
        + more
        + buttons(job, before, language)
        + "</article>"
    )


def chip(job: Job, language: Language) -> str:
    """The state in one coloured word."""
    word = _WISHES.get(job.wish or "", "") if job.state == "running" else ""
    return f'<span class="chip chip-{job.state}">{language.say(word or _STATES[job.state])}</span>'


def bar(job: Job, progress: JobProgress, language: Language) -> str:
    """How far it is, as a bar."""
    percent = 100 * (1.0 if job.state == "finished" else progress.fraction)
    return (
        '<div class="bar" role="progressbar" '
        f'aria-label="{language.say("Progress")}" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="{percent:.0f}">'
        f'<div style="width:{percent:.1f}%"></div></div>'
    )


def _epoch_bar(job: Job, progress: JobProgress, language: Language) -> str:
    """How far the running epoch is."""
    current = progress.current
    if job.state != "running" or current is None or current.finished or not current.batches:
        return ""
    percent = 100 * current.batch / current.batches
    words = language.say(
        "epoch {epoch}: {batch:,} of {batches:,} batches",
        epoch=max(1, current.epoch),
        batch=current.batch,
        batches=current.batches,
    )
    return (
        f'<div class="epoch-bar"><div class="bar" role="progressbar" aria-label="{words}" '
        f'aria-valuemin="0" aria-valuemax="100" aria-valuenow="{percent:.0f}">'
        f'<div style="width:{percent:.1f}%"></div></div><span>{words}</span></div>'
    )


def headline(job: Job, progress: JobProgress, language: Language) -> str:
    """What happens now, or what is left of it, in a line."""
    say = language.say
    if job.is_silent:
        return say(
            "No progress for {time}. It may hang: end it, or wait if the computer is busy.",
            time=duration(job.silent_seconds, language),
        )
    if job.kind == "translate" and (said := _FILE_WORDS.get(job.wish or job.state)):
        return say(said)
    if job.state == "running":
        if job.wish == "stop":
            return say("The current step ends, then the best model so far is saved.")
        if job.wish == "pause":
            return say("The current step ends, then a checkpoint is written.")
        return _work(job, progress, language)
    if job.state == "queued":
        if job.begun:
            return say("Another job runs; this one goes on when it ends.")
        return say("Another job runs; this one starts when it ends.")
    if job.state == "paused":
        return say("Resume it whenever you like; it goes on with the very step at which it stood.")
    if job.state == "stopped":
        if job.models:
            return say("The best model so far was kept.")
        return say("It never began.")
    if job.state == "finished":
        return say(_READY.get(job.kind, "The models are saved."))
    if job.state == "died" and job.begun:
        return say("Resume it: it goes on from its last checkpoint.")
    return ""


def _work(job: Job, progress: JobProgress, language: Language) -> str:
    current = progress.current
    if current is None or job.kind not in IN_TRAIN:
        stage = progress.stage
        said = language.error(stage) if stage else language.say("Starting: loading TensorFlow")
        return f"{said}…"
    if current.finished and len(progress.systems) == progress.expected:
        return language.say("Scoring on the test set and saving…")
    return language.say(
        "{network}: epoch {epoch} of at most {epochs}",
        network=system_name(current.name, language),
        epoch=max(1, current.epoch),
        epochs=current.epochs,
    )


def _facts(job: Job, progress: JobProgress, language: Language) -> list[tuple[str, str]]:
    say, current = language.say, progress.current
    if current is None:
        return []
    facts = []
    left = time_left(job, progress, language)
    if left:
        facts.append((say("left, at most"), left))
    elapsed = sum(system.elapsed_seconds for system in progress.systems.values())
    facts.append((say("training time"), duration(elapsed, language)))
    if current.loss is not None:
        facts.append((say("loss a token"), f"{current.loss:.3f}"))
    if current.tokens_per_second:
        facts.append((say("tokens a second"), f"{current.tokens_per_second:,.0f}"))
    facts.append((say("parameters"), f"{current.parameters:,}"))
    if job.devices > 1:
        facts.append((say("devices"), str(job.devices)))
    return facts


def time_left(job: Job, progress: JobProgress, language: Language) -> str:
    """How long a running job takes at most; empty where that is not known."""
    current = progress.current
    if job.state != "running" or (current is not None and current.finished):
        return ""
    seconds = progress.remaining_seconds
    return "" if seconds is None else duration(seconds, language)


def _trained(progress: JobProgress) -> list[SystemProgress]:
    return [system for system in progress.systems.values() if system.history or system.finished]


def _system_line(system: SystemProgress, language: Language) -> str:
    score = bleu(system.best_bleu)
    if system.finished:
        reason = str(system.finished["reason"])
        text = language.say_many(
            "{count} epoch, best validation BLEU {bleu} (epoch {epoch}); {reason}",
            "{count} epochs, best validation BLEU {bleu} (epoch {epoch}); {reason}",
            len(system.history),
            bleu=score,
            epoch=system.finished["best_epoch"],
            reason=language.say(_REASONS.get(reason, reason)),
        )
    else:
        text = language.say_many(
            "{count} epoch, best validation BLEU {bleu}",
            "{count} epochs, best validation BLEU {bleu}",
            len(system.history),
            bleu=score,
        )
    name = escape(system_name(system.name, language))
    return f'<p class="job-system"><b>{name}</b> {escape(text)}</p>'
