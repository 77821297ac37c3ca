"""What its owner can do with a job, as buttons that every list of jobs shows alike."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass

from seq2seq_keras.jobs import Job, JobQueue


@dataclass(frozen=True)
class Action:
    """A button of a job.

    Attributes:
        label: What stands on it.
        work: What it does, with the queue and the job's id.
        hint: What that means, shown when the pointer rests on it.
        sure: What stands on it after the first click, where one click is not enough.
    """

    label: str
    work: Callable[[JobQueue, str], object]
    hint: str = ""
    sure: str = ""


ACTIONS: dict[str, Action] = {
    "pause": Action("Pause", lambda queue, job: queue.ask(job, "pause"), "Go on whenever you like"),
    "resume": Action("Resume", lambda queue, job: queue.resume(job), "Go on where it stood"),
    "stop": Action(
        "Stop and keep",
        lambda queue, job: queue.ask(job, "stop"),
        "End here and save the best model so far",
    ),
    "cancel": Action(
        "Discard",
        lambda queue, job: queue.ask(job, "cancel"),
        "End here and keep nothing",
        "Really discard?",
    ),
    "retry": Action("Start again", lambda queue, job: queue.retry(job), "The same, from the start"),
    "up": Action("Earlier", lambda queue, job: queue.move(job, -1), "Before the one ahead of it"),
    "delete": Action(
        "Remove",
        lambda queue, job: queue.delete(job),
        "Forget this job and its files; saved models stay",
        "Really remove?",
    ),
}


def possible(job: Job, waiting: int = 0) -> list[str]:
    """Names the actions that make sense for a job.

    Args:
        job: The job.
        waiting: How many others wait before it.
    """
    keeps = job.kind != "score"
    if job.state == "running":
        if job.wish in ("stop", "cancel"):
            return []
        going = ["resume"] if job.wish == "pause" else ["pause"] if keeps else []
        return [*going, *(["stop"] if keeps else []), "cancel"]
    if job.state == "queued":
        return [*(["up"] if waiting else []), "pause", "cancel"]
    keeping = ["stop"] if keeps and job.begun else []
    if job.state == "paused":
        return ["resume", *keeping, "cancel"]
    if job.state in ("died", "failed") and job.begun:
        return ["resume", *keeping, "retry", "delete"]
    return ["retry", "delete"]


def buttons(job: Job, waiting: int = 0) -> str:
    """The actions of a job as HTML; `page.js` tells the page which one was pressed."""
    parts = []
    for name in possible(job, waiting):
        action = ACTIONS[name]
        sure = f' data-sure="{action.sure}"' if action.sure else ""
        parts.append(
            f'<button type="button" class="act act-{name}" data-act="{name}" '
            f'data-job="{html.escape(job.id)}" title="{action.hint}"{sure}>{action.label}</button>'
        )
    return f'<div class="acts">{"".join(parts)}</div>' if parts else ""


# Tells the server which button was pressed; what cannot be undone asks once more.
ON_LOAD = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-act]');
  if (!button) return;
  if (button.dataset.sure && !button.classList.contains('asked')) {
    const label = button.textContent;
    button.classList.add('asked');
    button.textContent = button.dataset.sure;
    setTimeout(() => { button.classList.remove('asked'); button.textContent = label; }, 4000);
    return;
  }
  button.disabled = true;
  trigger('click', {act: button.dataset.act, job: button.dataset.job});
});
"""
