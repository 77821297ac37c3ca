"""Clients that ask a page: when, how often, and what counts as a failure."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator

import pytest

from benchmarks.clients import (
    Page,
    Waits,
    ask_alone,
    ask_together,
    percentile,
    sentence,
    table,
)


def test_percentile_is_a_value_that_was_measured() -> None:
    assert percentile(list(range(1, 101)), 95) == 95
    assert percentile([3.0, 1.0, 2.0], 95) == 3.0
    assert percentile([7.0], 95) == 7.0
    assert percentile([float(value) for value in range(20)], 95) == 18.0


def test_sentences_have_ten_words() -> None:
    chance = random.Random(3)
    sentences = {sentence(chance) for _ in range(50)}
    assert {len(text.split()) for text in sentences} == {10}
    assert len(sentences) > 40


def test_every_client_asks_at_its_moments() -> None:
    asked: list[tuple[int, str]] = []
    waits = ask_together(
        lambda text: asked.append((threading.get_ident(), text)) or text,
        clients=5,
        seconds=0.6,
        between=0.2,
    )
    assert len(asked) == len(waits.seconds) == 15
    assert len({client for client, _ in asked}) == 5
    assert max(waits.seconds) < 0.15


def test_who_is_late_counts_from_when_it_was_due() -> None:
    def slow(text: str) -> str:
        time.sleep(0.3)
        return text

    waits = ask_together(slow, clients=1, seconds=0.6, between=0.2)
    assert len(waits.seconds) == 3
    # Due every 0.2 s and 0.3 s long, each begins 0.1 s later than the one before.
    assert waits.seconds == pytest.approx([0.3, 0.4, 0.5], abs=0.08)


def test_failures_are_counted_and_told() -> None:
    answers = iter([None, RuntimeError("too busy"), TimeoutError("no answer")])

    def failing(text: str) -> str:
        answer = next(answers)
        if answer is not None:
            raise answer
        return text

    waits = ask_alone(failing, 3)
    assert len(waits.seconds) == 1
    assert waits.failures == ["RuntimeError: too busy", "TimeoutError: no answer"]
    results = {
        "clients": 20,
        "training": True,
        "alone": Waits([0.1, 0.2, 0.4]).figures(),
        "together": waits.figures() | {"median": None, "percentile_95": None},
    }
    lines = table(results).splitlines()
    assert lines[1].split() == "one, idle machine 3 0.200 s 0.400 s 0.400 s 0".split()
    assert lines[2].startswith("20, beside a training") and lines[2].endswith("2")
    assert "failed: RuntimeError: too busy" in lines


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A page whose button answers like that of the app, in another order and with more parts."""
    gradio = pytest.importorskip("gradio")

    def answer(beam: int, text: str, model: str) -> tuple[None, str]:
        if "wrong" in text:
            raise gradio.Error("That did not work")
        return None, "" if "nothing" in text else f"{text}|{model}|{beam}"

    with gradio.Blocks(analytics_enabled=False) as page:
        beam = gradio.Slider(1, 10, value=5)
        model = gradio.Dropdown(["a", "b"], value="b")
        text = gradio.Textbox("what greets", elem_id="translate-input")
        output = gradio.Textbox(elem_id="translate-output")
        button = gradio.Button(elem_id="translate-button")
        button.click(
            answer, [beam, text, model], [gradio.State(), output], api_visibility="private"
        )
    _, address, _ = page.launch(prevent_thread_lock=True, quiet=True, show_error=True)
    yield address
    page.close()


def test_it_asks_as_the_page_does(address: str) -> None:
    page = Page(address)
    assert page.translate("A dog.") == "A dog.|b|5"
    with pytest.raises(RuntimeError, match="That did not work"):
        page.translate("wrong")
    with pytest.raises(RuntimeError, match="empty"):
        page.translate("nothing")
    assert len(ask_together(page.translate, 4, 0.5, 0.25).seconds) == 8
