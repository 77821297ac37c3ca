"""The parts of the page that are plain functions."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import gradio as gr
import pytest

from seq2seq_keras.app import wording
from seq2seq_keras.app.drawer import drawer_html
from seq2seq_keras.app.job_actions import buttons, possible
from seq2seq_keras.app.job_words import status_html
from seq2seq_keras.app.schematic import schematic
from seq2seq_keras.app.settings import GROUPS, collect, setting
from seq2seq_keras.app.tabs.models import model_card
from seq2seq_keras.app.understanding.network import explanation
from seq2seq_keras.config import Config
from seq2seq_keras.jobs import JobQueue, ModelInfo, summarise
from seq2seq_keras.localisation import CHINESE, ENGLISH

EVIL = "<img src=x onerror=alert(1)>"


def model(name: str, **settings: object) -> ModelInfo:
    config = Config.create(**{"source_lang": "en", "target_lang": "zh", **settings})
    return ModelInfo(f"mine/{name}", Path(name), False, config, {}, 1000, datetime.now(UTC))


@pytest.mark.parametrize("attention", ["none", "dot", "additive"])
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("bidirectional", [True, False])
def test_the_schematic_is_well_formed_and_shows_what_is_configured(
    attention: str, layers: int, bidirectional: bool
) -> None:
    config = Config.create(
        attention=attention,
        encoder_layers=layers,
        decoder_layers=layers,
        bidirectional=bidirectional,
        units=48,
    )
    root = ElementTree.fromstring(schematic(config, ENGLISH))
    space = "{http://www.w3.org/2000/svg}"
    classes = [box.get("class") for box in root.iter(f"{space}rect")]
    assert classes.count("encoder") == 4 * layers
    assert classes.count("backward") == (4 * layers if bidirectional else 0)
    assert classes.count("decoder") == 4 * layers
    assert classes.count("attention") == (0 if attention == "none" else 1)
    width, height = (float(number) for number in (root.get("viewBox") or "").split()[2:])
    boxes = []
    for box in root.iter(f"{space}rect"):
        x, y, w, h = (float(box.get(key) or 0) for key in ("x", "y", "width", "height"))
        assert x >= 0 and x + w <= width and y >= 0 and y + h <= height
        for left, top, wide, high in boxes:
            assert x >= left + wide or left >= x + w or y >= top + high or top >= y + h
        boxes.append((x, y, w, h))
    assert "48" in "".join(root.itertext()) or "24" in "".join(root.itertext())
    assert ("one vector of fixed length" in explanation(config, ENGLISH)) == (attention == "none")


def test_the_form_asks_for_every_setting_once() -> None:
    grouped = [name for names in GROUPS.values() for name in names]
    elsewhere = {"source_lang", "target_lang", "epochs", "time_limit"}
    assert sorted([*grouped, *elsewhere]) == sorted(Config.model_fields)


def test_an_untouched_form_gives_the_defaults() -> None:
    names = [name for names in GROUPS.values() for name in names]
    with gr.Blocks():
        values = [setting(name, ENGLISH).value for name in names]
    assert Config.create(**collect(names, values)) == Config.create()


def test_numbers_of_the_form_become_what_the_configuration_wants() -> None:
    assert collect(["units", "dropout", "time_limit"], [64.0, 0.1, None]) == {
        "units": 64,
        "dropout": 0.1,
    }
    with gr.Blocks():
        units = setting("units", ENGLISH)
    assert (units.minimum, units.info) == (1, Config.model_fields["units"].description)


@pytest.fixture
def queue(tmp_path: Path) -> JobQueue:
    return JobQueue(tmp_path)


def test_a_jobs_state_is_escaped(queue: JobQueue) -> None:
    job = queue.submit("train", EVIL, {})
    queue.claim(job.id)
    queue.end(queue.get(job.id), "failed", f"{EVIL}: not UTF-8")
    job = queue.get(job.id)
    events = [{"kind": "notice", "message": EVIL}, {"kind": "stage", "text": EVIL}]
    shown = status_html(job, summarise(events), 0, ENGLISH)
    assert "<img" not in shown
    assert shown.count("&lt;img") == 2
    listed = drawer_html([job], {job.id: summarise(events)}, ENGLISH)
    assert "<img" not in listed
    assert listed.count("&lt;img") == 2
    for part in (shown, listed):
        ElementTree.fromstring(part)


def test_the_drawer_lists_what_runs_then_what_waits_then_the_newest(queue: JobQueue) -> None:
    names = ["old", "running", "first", "second", "new"]
    jobs = {name: queue.submit("train", name, {}).id for name in names}
    for name in ("old", "running", "new"):
        queue.claim(jobs[name])
    for name in ("old", "new"):
        queue.end(queue.get(jobs[name]), "finished")
    queue.move(jobs["second"], -1)
    queue.being_born.add(jobs["running"])
    listed = queue.all()
    shown = drawer_html(listed, {job.id: summarise([]) for job in listed}, ENGLISH)
    assert re.findall(r'Show it in Train">(\w+)<', shown) == [
        "running", "second", "first", "new", "old",
    ]  # fmt: skip
    assert 'data-active="3"' in shown
    assert "No job yet" in drawer_html([], {}, ENGLISH)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("queued", ["pause", "cancel"]),
        ("running", ["pause", "stop", "cancel"]),
        ("paused", ["resume", "stop", "cancel"]),
        ("died", ["resume", "stop", "retry", "delete"]),
        ("failed", ["resume", "stop", "retry", "delete"]),
        ("finished", ["retry", "delete"]),
        ("cancelled", ["retry", "delete"]),
    ],
)
def test_what_can_be_done_with_a_job(queue: JobQueue, state: str, expected: list[str]) -> None:
    job = queue.submit("train", "x", {})
    (job.out / "attention").mkdir(parents=True)
    job = replace(job, state=state)  # type: ignore[arg-type]
    assert possible(job) == expected
    if state == "running":
        assert possible(replace(job, wish="stop")) == []
        assert possible(replace(job, wish="pause")) == ["resume", "stop", "cancel"]
        assert possible(replace(job, kind="score")) == ["cancel"]
    if state == "queued":
        assert possible(job, waiting=1) == ["up", "pause", "cancel"]
    for name in expected:
        assert f'data-act="{name}"' in buttons(job, 0, ENGLISH)


def test_a_model_card_is_inert(tmp_path: Path) -> None:
    info = model("evil")
    folder = tmp_path / "evil"
    folder.mkdir()
    (folder / "README.md").write_text(
        f"---\nlicense: x\n---\n# Card\n{EVIL} ![a](http://example.org/a.png) \\<b>",
        encoding="utf-8",
    )
    saved = ModelInfo(info.id, folder, False, info.config, {}, 1, info.saved)
    card = model_card(saved, ENGLISH)
    assert card.startswith("# Card")
    assert "<img" not in card
    assert "![" not in card
    assert "\\<b>" in card  # escaped by Markdown's own means already


@pytest.mark.parametrize(
    ("card", "shown"),
    [
        ("<img src=//evil>", "&lt;img src=//evil>"),
        (r"\<b>", r"\<b>"),
        (r"\\<img src=//evil>", r"\\&lt;img src=//evil>"),
        (r"\\\<img src=//evil>", r"\\\<img src=//evil>"),
        ("![x](//evil)", "[x](//evil)"),
        ("!![x](//evil)", "[x](//evil)"),
        ("!!![x][y]\n\n[y]: //evil", "[x][y]\n\n[y]: //evil"),
    ],
)
def test_a_model_card_asks_no_other_server_for_anything(
    tmp_path: Path, card: str, shown: str
) -> None:
    (tmp_path / "README.md").write_text(card)
    assert model_card(replace(model("a"), folder=tmp_path), ENGLISH) == shown


def test_numbers_as_people_say_them() -> None:
    times = (None, 0.4, 75, 4020)
    assert [wording.duration(seconds, ENGLISH) for seconds in times] == [
        "–",
        "0 s",
        "1 min 15 s",
        "1 h 07 min",
    ]
    assert [wording.duration(seconds, CHINESE) for seconds in times] == [
        "–",
        "0 秒",
        "1 分 15 秒",
        "1 小时 07 分",
    ]
    assert [wording.size(number) for number in (10, 4_200_000)] == ["1 kB", "4.2 MB"]
    assert wording.system_name("lstm-attention", ENGLISH) == "LSTM, with attention"
    assert wording.system_name("lstm-attention", CHINESE) == "LSTM，有注意力"
    assert wording.system_name("my-model", CHINESE) == "my-model"
