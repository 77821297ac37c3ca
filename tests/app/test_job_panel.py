"""What of the page changes while a training runs: each tick costs the reader's browser time."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
import pytest

from seq2seq_keras.app.desks import OneDesk
from seq2seq_keras.app.drawer import Drawer
from seq2seq_keras.app.job_panel import JobPanel
from seq2seq_keras.app.studio import Studio
from seq2seq_keras.jobs import Workspace
from seq2seq_keras.localisation import ENGLISH

NOBODY = cast(Any, SimpleNamespace(wake=lambda: None))


class Page:
    """A panel, and what the page shows of it: answers are put where the browser puts them."""

    def __init__(self, workspace: Workspace) -> None:
        with gr.Blocks() as self.blocks:
            self.drawer = Drawer(ENGLISH)
            self.panel = JobPanel(Studio(OneDesk(workspace), NOBODY, NOBODY), self.drawer)
        self.shown: dict[Any, Any] = {}

    def tick(self, job: str) -> set[Any]:
        """The components that a tick of the timer changes."""
        panel = self.panel
        seen = (self.shown.get(panel._seen_rest), self.shown.get(panel._seen))
        return self._put(panel._moving_outputs, panel._follow(job, [], False, 0, *seen))

    def rest(self, job: str) -> set[Any]:
        panel = self.panel
        answer = panel._look(job, [], False, 0, self.shown.get(panel._seen_rest))
        return self._put(panel._resting_outputs, answer)

    def _put(self, outputs: list[Any], answer: tuple[Any, ...]) -> set[Any]:
        skipped = gr.skip()
        changed = {o: value for o, value in zip(outputs, answer, strict=True) if value != skipped}
        self.shown.update(changed)
        return set(changed)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "data", tmp_path, tmp_path)
    workspace.prepare()
    return workspace


def progress(batch: int) -> dict[str, Any]:
    return {
        "kind": "progress", "system": "attention", "epoch": 1, "batch": batch, "batches": 10,
        "loss": 5.0, "tokens_per_second": 900.0, "elapsed_seconds": 2.0, "remaining_seconds": 60.0,
    }  # fmt: skip


def test_a_step_changes_little_and_what_is_over_wakes_the_rest(workspace: Workspace) -> None:
    page = Page(workspace)
    panel, drawer = page.panel, page.drawer
    (event,) = (each for each in page.blocks.fns.values() if each.fn == panel._follow)
    assert len(event.outputs) <= 6 and not any(isinstance(o, gr.Plot) for o in event.outputs)

    job = workspace.jobs.submit("train", "walk", {"corpus": {}}).id
    workspace.jobs.claim(job)
    workspace.jobs.being_born.add(job)  # else, without a worker, it counts as dead
    started = {
        "kind": "started", "system": "attention", "epochs": 2, "parameters": 1000,
        "batches_per_epoch": 10, "history": [], "pairs": 100, "device": "cpu:0", "time_limit": None,
    }  # fmt: skip
    workspace.jobs.append_event(job, started)
    assert {drawer.news, panel._rest} <= page.tick(job)
    page.rest(job)
    page.tick(job)  # the rest is seen

    workspace.jobs.append_event(job, progress(1))
    assert page.tick(job) == {panel._seen, panel.status, drawer.list, drawer.timer}
    assert page.rest(job) == set()
    assert page.tick(job) == {panel._seen, drawer.timer}  # lest it was stopped

    workspace.jobs.end(workspace.jobs.get(job), "finished", models={"attention": "walk"})
    changed = page.tick(job)
    assert {panel.status, drawer.list, drawer.news, panel._rest, drawer.timer} <= changed
    assert {panel.to_translate, panel.to_compare} <= page.rest(job)
    assert page.shown[panel.to_translate]["visible"]
