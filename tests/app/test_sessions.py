"""What is kept of each open page: its states, its late components, and not much else."""

from __future__ import annotations

import uuid
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from seq2seq_keras.app.sessions import MOST_SESSIONS, Session, Sessions


@pytest.fixture(scope="module")
def page() -> gr.Blocks:
    """A page that counts, and builds a part of itself when it is first wanted."""
    with gr.Blocks(analytics_enabled=False) as page:
        count = gr.State(0)
        shown = gr.Number(value=-1)
        button = gr.Button()
        button.click(lambda count: (count + 1, count + 1), count, [count, shown])
        larger = gr.Button()
        larger.click(lambda: gr.Number(value=7, label="larger"), outputs=shown)
        for number in range(50):
            gr.Textbox(f"text {number}")
    return page


@pytest.fixture
def host(page: gr.Blocks) -> tuple[TestClient, Sessions]:
    """A server of that page, and its sessions."""
    host: Any = gr.mount_gradio_app(FastAPI(), page, path="/en")
    host.routes[-1].app.state_holder = holder = Sessions(page)
    return TestClient(host), holder


def _press(client: TestClient, number: int, session: str) -> Any:
    body = {"fn_index": number, "data": [None] * (number == 0), "session_hash": session}
    answer = client.post("/en/gradio_api/run/predict", json=body)
    assert answer.status_code == 200
    return answer.json()["data"]


def test_each_page_has_its_own_state(host: tuple[TestClient, Sessions]) -> None:
    client, _ = host
    assert [_press(client, 0, "ada")[1] for _ in range(3)] == [1, 2, 3]
    assert _press(client, 0, "bob")[1] == 1
    assert _press(client, 1, "ada")[0]["label"] == "larger"
    assert _press(client, 0, "ada")[1] == 4


def test_a_page_takes_little(host: tuple[TestClient, Sessions], page: gr.Blocks) -> None:
    client, holder = host
    for _ in range(3):
        _press(client, 0, "ada")
        _press(client, 1, "ada")
    session = holder.session_data["ada"]
    assert isinstance(session, Session)
    assert not session.config_values
    assert session.blocks_config.blocks.keys() == page.default_config.blocks.keys()
    assert session.blocks_config.blocks is not page.default_config.blocks


def test_of_too_many_the_oldest_is_forgotten(
    host: tuple[TestClient, Sessions], page: gr.Blocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, holder = host
    monkeypatch.setattr(holder, "capacity", 4)
    waiting = page._queue.pending_event_ids_session
    waiting.update({uuid.uuid4().hex: set() for _ in range(20)})
    waiting["busy"] = {"an event"}
    for name in "abcdef":
        waiting[name] = set()
        _press(client, 0, name)
    assert list(holder.session_data) == list("cdef")
    assert set(waiting) >= {"busy", *"cdef"}
    assert len(waiting) <= 2 * 4 + 1  # and not those of all who ever came
    assert _press(client, 0, "c")[1] == 2
    assert _press(client, 0, "a")[1] == 1


def test_pages_that_are_open_at_once_all_fit(page: gr.Blocks) -> None:
    assert Sessions(page).capacity == MOST_SESSIONS >= 500
