"""How a job stands, in words and one bar; everything that is not ours is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from seq2seq_keras.app.job_actions import buttons
from seq2seq_keras.app.wording import bleu, duration, system_name
from seq2seq_keras.jobs import Job, JobProgress, SystemProgress

_STATES = {
    "queued": "Waiting",
    "running": "Running",
    "paused": "Paused",
    "finished": "Finished",
    "stopped": "Stopped",
    "cancelled": "Discarded",
    "failed": "Failed",
    "died": "Ended unexpectedly",
}
_WISHES = {"pause": "Pausing", "stop": "Stopping", "cancel": "Discarding"}
_REASONS = {
    "epochs": "all epochs done",
    "time limit": "time is up",
    "early stop": "no better for a while",
    "stopped": "stopped by you",
}


def place(job: Job, jobs: Sequence[Job]) -> int:
    """How many jobs wait or run before a waiting one, as far as they are of its sort."""
    scoring = job.kind == "score"
    alike = [each for each in jobs if (each.kind == "score") == scoring]
    waiting = [each for each in alike if each.state == "queued" and each.position < job.position]
    return len(waiting)


def status_html(job: Job, progress: JobProgress, before: int) -> str:
    """All about one job, as the Train tab shows it.

    Args:
        job: The job.
        progress: How far it is.
        before: How many others wait before it.
    """
    facts = _facts(job, progress)
    lines = [
        f'<div class="job job-{job.state}" role="status">',
        f'<div class="job-head">{chip(job)}<span>{escape(headline(job, progress))}</span></div>',
        bar(job, progress),
        '<div class="facts">',
        *(f"<div><b>{escape(value)}</b><span>{label}</span></div>" for label, value in facts),
        "</div>",
        *(_system_line(system) for system in progress.systems.values()),
        *(f'<p class="job-note">{escape(notice)}</p>' for notice in progress.notices),
    ]
    if job.message:
        lines.append(f'<p class="job-message">{escape(job.message)}</p>')
    return "".join([*lines, buttons(job, before), "</div>"])


def chip(job: Job) -> str:
    """The state in one coloured word."""
    word = _WISHES.get(job.wish or "", "") if job.state == "running" else ""
    return f'<span class="chip chip-{job.state}">{word or _STATES[job.state]}</span>'


def bar(job: Job, progress: JobProgress) -> str:
    """How far it is, as a bar."""
    percent = 100 * (1.0 if job.state == "finished" else progress.fraction)
    return (
        '<div class="bar" role="progressbar" aria-label="Progress" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="{percent:.0f}">'
        f'<div style="width:{percent:.1f}%"></div></div>'
    )


def headline(job: Job, progress: JobProgress) -> str:
    """What happens now, or what is left of it, in a line."""
    current = progress.current
    if job.state == "running":
        if job.wish == "stop":
            return "The current step ends, then the best model so far is saved."
        if job.wish == "pause":
            return "The current step ends, then a checkpoint is written."
        return _work(job, progress)
    if job.state == "queued":
        going_on = "goes on" if job.begun else "starts"
        return f"Another job runs; this one {going_on} when it ends."
    if job.state == "paused":
        return "Resume it whenever you like; it goes on with the very step at which it stood."
    if job.state == "stopped":
        return "The best model so far was kept." if current else "It never began."
    if job.state == "finished":
        return "The report is ready." if job.kind == "score" else "The models are saved."
    if job.state == "died" and job.begun:
        return "Resume it: it goes on from its last checkpoint."
    return ""


def _work(job: Job, progress: JobProgress) -> str:
    current = progress.current
    if current is None or job.kind == "score":
        return f"{progress.stage or 'Starting: loading TensorFlow'}…"
    if current.finished and len(progress.systems) == progress.expected:
        return "Scoring on the test set and saving…"
    return f"{system_name(current.name)}: epoch {current.epoch} of at most {current.epochs}"


def _facts(job: Job, progress: JobProgress) -> list[tuple[str, str]]:
    current = progress.current
    if current is None:
        return []
    facts = []
    left = time_left(job, progress)
    if left:
        facts.append(("left, at most", left))
    elapsed = sum(system.elapsed_seconds for system in progress.systems.values())
    facts.append(("training time", duration(elapsed)))
    if current.loss is not None:
        facts.append(("loss a token", f"{current.loss:.3f}"))
    if current.tokens_per_second:
        facts.append(("tokens a second", f"{current.tokens_per_second:,.0f}"))
    facts.append(("parameters", f"{current.parameters:,}"))
    return facts


def time_left(job: Job, progress: JobProgress) -> str:
    """How long a running job takes at most; empty where that is not known."""
    current = progress.current
    if job.state != "running" or current is None or current.finished:
        return ""
    seconds = progress.remaining_seconds
    return "" if seconds is None else duration(seconds)


def _system_line(system: SystemProgress) -> str:
    done = len(system.history)
    text = f"{done} epoch{'' if done == 1 else 's'}, best validation BLEU {bleu(system.best_bleu)}"
    if system.finished:
        reason = str(system.finished["reason"])
        text += f" (epoch {system.finished['best_epoch']}); {_REASONS.get(reason, reason)}"
    return f'<p class="job-system"><b>{escape(system_name(system.name))}</b> {escape(text)}</p>'
