"""The choice of devices in the training form, and the job that comes of it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
import pytest

from seq2seq_keras.app.api import Endpoints
from seq2seq_keras.app.corpus_panel import CorpusPanel
from seq2seq_keras.app.desks import OneDesk
from seq2seq_keras.app.job_words import status_html
from seq2seq_keras.app.model_panel import ModelPanel, suited_to_devices
from seq2seq_keras.app.studio import Studio
from seq2seq_keras.app.wanted import wanted_of
from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Job, JobProgress, Workspace, summarise
from seq2seq_keras.localisation import CHINESE, ENGLISH, Language

REPOSITORY = Path(__file__).resolve().parents[2]
NOBODY = cast(Any, SimpleNamespace(wake=lambda: None))  # runs what is submitted


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "data", tmp_path, REPOSITORY / "data")
    workspace.prepare()
    return workspace


def studio(workspace: Workspace, devices: int, language: Language = ENGLISH) -> Studio:
    return Studio(OneDesk(workspace), NOBODY, NOBODY, language=language, devices=lambda: devices)


def form(workspace: Workspace, devices: int, language: Language = ENGLISH) -> ModelPanel:
    the_studio = studio(workspace, devices, language)
    with gr.Blocks():
        return ModelPanel(the_studio, CorpusPanel(the_studio))


def test_one_event_tells_what_follows_from_whichever_field_changes(workspace: Workspace) -> None:
    the_studio = studio(workspace, 4)
    with gr.Blocks() as page:
        panel = ModelPanel(the_studio, CorpusPanel(the_studio))
    events = [event for event in page.fns.values() if event.fn == panel.preview]
    (by_fields,) = [event for event in events if {name for _, name in event.targets} >= {"input"}]
    assert by_fields.trigger_mode == "always_last"  # while one is answered, no second is asked
    heard = {target for target, _ in by_fields.targets}
    fields = {field._id for field in panel.inputs if isinstance(field, gr.components.FormComponent)}
    corpus = {field._id for field in panel._corpus.inputs}  # what follows from those is told later
    assert fields - corpus - {panel.devices._id} <= heard and len(heard) > 20


def test_there_is_a_choice_only_where_there_are_several(workspace: Workspace) -> None:
    one, four = form(workspace, 1).devices, form(workspace, 4, CHINESE).devices
    assert not one.visible and one.value == 1
    assert four.visible and four.value == 1
    assert [value for _, value in four.choices] == [1, 2, 3, 4]
    assert "GPU" in four.info and four.info != form(workspace, 4).devices.info


@pytest.mark.parametrize(
    ("devices", "before", "batch_size", "rate", "expected"),
    [
        (2, 1, 64, 0.002, (128, 0.00283)),
        (1, 2, 128, 0.00283, (64, 0.002)),
        (4, 2, 128, 0.00283, (256, 0.004)),
        (4, 1, None, None, (256, 0.004)),
        (4, 1, 64.0, 0.01, (256, 0.01)),  # the user's own rate stays
        (4, 1, 100, 0.002, (100, 0.002)),  # whoever chooses the batch chooses the rate, too
    ],
)
def test_batch_and_rate_follow_the_devices(
    devices: int, before: int, batch_size: Any, rate: Any, expected: tuple[Any, Any]
) -> None:
    assert suited_to_devices(devices, before, batch_size, rate) == expected


def test_the_form_says_what_follows_from_the_devices(workspace: Workspace) -> None:
    panel = form(workspace, 4)
    values = [component.value for component in panel.inputs]
    at = {id(component): place for place, component in enumerate(panel.inputs)}
    values[at[id(panel.devices)]] = 2
    suited_to, batch_size, rate, *shown = panel._spread(None, 1, *values)
    assert (suited_to, batch_size, rate) == (2, 128, 0.00283)
    command = dict(zip(map(id, panel.previewed), shown, strict=True))[id(panel.command)]
    assert "--devices 2 " in command and "--batch-size 128 --learning-rate 0.00283" in command


def test_what_is_not_given_follows_from_the_devices() -> None:
    def wanted(devices: int, **fields: Any) -> Config:
        config = wanted_of("both", "good", {}, fields, None, 20_000, devices=devices)
        return config.networks["plain"]

    assert (wanted(4).batch_size, wanted(4).learning_rate) == (256, 0.004)
    assert (wanted(4, batch_size=64).batch_size, wanted(1).batch_size) == (64, 64)
    # 5,000 steps are more epochs where a step takes more pairs.
    assert wanted(4).epochs == wanted(1, batch_size=256).epochs > wanted(1).epochs
    assert "units" not in wanted_of("attention", "good", {}, {}, None, 9, devices=2).config.chosen()


def submitted(workspace: Workspace, devices: int, offered: int = 4) -> Job:
    endpoints = Endpoints(studio(workspace, offered))
    job_id = endpoints.train("sample/english-chinese", settings={"units": 32}, devices=devices)
    return workspace.jobs.get(job_id)


def test_a_job_carries_its_devices_and_says_so(workspace: Workspace) -> None:
    job, other = submitted(workspace, 2), submitted(workspace, 1)
    assert (job.devices, other.devices) == (2, 1)
    assert job.details["settings"]["batch_size"] == 128
    started = {
        "kind": "started",
        "system": "plain",
        "parameters": 9,
        "pairs": 9,
        "device": "gpu:0",
        "epochs": 1,
        "time_limit": None,
        "batches_per_epoch": 1,
        "history": [],
    }
    progress = summarise([started], 2, JobProgress())
    for language, word in ((ENGLISH, "devices"), (CHINESE, "设备数")):
        assert f"<b>2</b><span>{word}</span>" in status_html(job, progress, 0, language)
        assert word not in status_html(other, progress, 0, language)


def test_a_clone_takes_as_many_as_there_are(workspace: Workspace) -> None:
    job = submitted(workspace, 4)
    for offered, expected in ((4, 4), (2, 2), (1, 1)):
        panel = form(workspace, offered)
        values = dict(zip(map(id, panel.outputs), panel.cloned(job), strict=True))
        assert values[id(panel.devices)] == expected
    command = panel._described("good", wanted_of("both", "good", {}, {}, None, 9, devices=3))[2]
    assert "--devices 3" in command


@pytest.mark.parametrize("devices", [5, 0, -1])
def test_no_more_than_there_are(workspace: Workspace, devices: int) -> None:
    with pytest.raises(InputError, match=f"takes 1 to 4, not {devices}"):
        submitted(workspace, devices)
    assert workspace.jobs.all() == []
