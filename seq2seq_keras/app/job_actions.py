"""What its owner can do with a job, as buttons that every list of jobs shows alike."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass

from seq2seq_keras.jobs import Job, JobQueue
from seq2seq_keras.localisation import Language, later


@dataclass(frozen=True)
class Action:
    """A button of a job.

    Attributes:
        label: What stands on it, in English like all words here.
        work: What it does, with the queue and the job's id.
        hint: What that means, shown when the pointer rests on it.
        sure: What stands on it after the first click, where one click is not enough.
    """

    label: str
    work: Callable[[JobQueue, str], object]
    hint: str = ""
    sure: str = ""


ACTIONS: dict[str, Action] = {
    "pause": Action(
        later("Pause"),
        lambda queue, job: queue.ask(job, "pause"),
        later("Go on whenever you like"),
    ),
    "resume": Action(
        later("Resume"), lambda queue, job: queue.resume(job), later("Go on where it stood")
    ),
    "stop": Action(
        later("Stop and keep"),
        lambda queue, job: queue.ask(job, "stop"),
        later("End here and save the best model so far"),
    ),
    "end": Action(
        later("End it"),
        lambda queue, job: queue.ask(job, "end"),
        later("Kill the process, which may hang; what its last checkpoint holds is kept"),
        later("Really end it?"),
    ),
    "cancel": Action(
        later("Discard"),
        lambda queue, job: queue.ask(job, "cancel"),
        later("End here and keep nothing"),
        later("Really discard?"),
    ),
    "retry": Action(
        later("Start again"),
        lambda queue, job: queue.retry(job),
        later("The same, from the start"),
    ),
    "up": Action(
        later("Earlier"),
        lambda queue, job: queue.move(job, -1),
        later("Before the one ahead of it"),
    ),
    "delete": Action(
        later("Remove"),
        lambda queue, job: queue.delete(job),
        later("Forget this job and its files; saved models stay"),
        later("Really remove?"),
    ),
}


def possible(job: Job, waiting: int = 0) -> list[str]:
    """Names the actions that make sense for a job.

    Args:
        job: The job.
        waiting: How many others wait before it.
    """
    keeps = job.kind not in ("score", "export")
    if job.state == "running":
        ending = ["end"] if job.is_silent and job.wish != "end" else []
        if job.wish in ("stop", "cancel", "end"):
            return ending
        going = ["resume"] if job.wish == "pause" else ["pause"] if keeps else []
        return [*ending, *going, *(["stop"] if keeps else []), "cancel"]
    if job.state == "queued":
        return [*(["up"] if waiting else []), "pause", "cancel"]
    keeping = ["stop"] if keeps and job.begun else []
    if job.state == "paused":
        return ["resume", *keeping, "cancel"]
    if job.state in ("died", "failed") and job.begun:
        return ["resume", *keeping, "retry", "delete"]
    return ["retry", "delete"]


def buttons(job: Job, waiting: int, language: Language) -> str:
    """The actions of a job as HTML; `page.js` tells the page which one was pressed."""
    parts = []
    for name in possible(job, waiting):
        action = ACTIONS[name]
        label, hint = language.say(action.label), language.say(action.hint)
        sure = f' data-sure="{language.say(action.sure)}"' if action.sure else ""
        parts.append(
            f'<button type="button" class="act act-{name}" data-act="{name}" '
            f'data-job="{html.escape(job.id)}" title="{hint}"{sure}>{label}</button>'
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
