"""The form for changes inside the network: what it asks, and what it shows of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from helpers.mounting import EVIL, blank_page, mount_traced
from helpers.tiny_models import save_untrained
from seq2seq_keras.app.widgets.what_if import what_if_form
from seq2seq_keras.explain import explain
from seq2seq_keras.explain.changes import AttendTo
from seq2seq_keras.explain.what_if import what_if
from seq2seq_keras.jobs.explaining import Explainer, trace_json
from seq2seq_keras.localisation import ENGLISH

pytestmark = [pytest.mark.browser, pytest.mark.tensorflow]

TEXT = "A dog runs."
Mount = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def translator(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return save_untrained(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def browser_page(chromium_path: str) -> Iterator[Page]:
    with blank_page(chromium_path, 900) as page:
        yield page


@pytest.fixture
def page(browser_page: Page) -> Page:
    browser_page.goto("http://page.test/")
    return browser_page


@pytest.fixture
def mount(page: Page) -> Mount:
    form = what_if_form(ENGLISH, "what-if")
    return lambda trace: mount_traced(page, form, trace)


def asked(page: Page) -> Any:
    return page.evaluate("fired.filter(([name]) => name === 'click').at(-1)[1]")


def test_a_bar_takes_what_the_others_have(page: Page, mount: Mount, translator: Any) -> None:
    explanation = explain(translator, TEXT)
    mount(trace_json(explanation))
    page.locator(".whatif-step").nth(1).click()
    sliders = page.locator(".whatif-bar input")
    weights = explanation.beam.weights
    assert weights is not None
    shown = page.locator(".whatif-bar output").all_text_contents()
    np.testing.assert_allclose([float(text) for text in shown], weights[1], atol=6e-4)
    sliders.nth(2).fill("400")
    page.locator(".whatif-go").click()
    rest = np.delete(weights[1], 2)
    expected = np.insert(rest / rest.sum() * 0.6, 2, 0.4)
    (change,) = asked(page)["changes"]
    assert (change["kind"], change["step"], asked(page)["prefix"]) == ("attention", 1, 1)
    np.testing.assert_allclose(change["weights"], expected, atol=1e-3)


def test_attending_to_one_word_writes_what_it_does_by_hand(
    page: Page, mount: Mount, translator: Any
) -> None:
    explanation = explain(translator, TEXT)
    mount(trace_json(explanation))
    page.locator(".whatif-only").nth(3).click()
    page.locator(".whatif-go").click()
    expect(page.locator(".whatif-state")).to_have_text("The network translates…")
    expect(page.locator(".whatif-go")).to_be_disabled()
    question = asked(page)
    answer = Explainer().what_if(translator, TEXT, None, **question)
    by_hand = what_if(translator, TEXT, AttendTo(3, step=0))
    assert answer["after"]["text"] == by_hand.writing.text
    page.evaluate("give", {"question": {"changes": [], "prefix": 9}, "answer": answer})
    expect(page.locator(".whatif-result")).to_be_hidden()  # an answer to another question
    page.evaluate("give", {"question": question, "answer": answer})
    shown = page.locator(".whatif-after > *").all_text_contents()
    assert shown == by_hand.writing.tokens
    assert (page.locator(".whatif-after mark").count() > 0) == (by_hand.differs_at is not None)
    assert page.locator(".whatif-after-text").inner_text() == by_hand.writing.text
    if (at := by_hand.differs_at) is not None:
        words = [answer[when]["tokens"][at] for when in ("after", "before")]
        told = f"step {at + 1} first: {words[0]} in place of {words[1]}."
        assert page.locator(".whatif-verdict").inner_text().endswith(told)
    # The changed translation can be watched in the other parts, and left again.
    page.locator(".whatif-watch").click()
    tokens = "seq2seqTrace.trace.written.tokens"
    assert page.evaluate(tokens) == by_hand.writing.tokens
    assert page.evaluate("seq2seqTrace.altered")
    page.locator(".whatif-back").click()
    assert page.evaluate(tokens) == explanation.beam.tokens
    assert not page.evaluate("seq2seqTrace.altered")


def test_all_kinds_of_changes_are_asked_for_together(
    page: Page, mount: Mount, translator: Any
) -> None:
    explanation = explain(translator, TEXT)
    mount(trace_json(explanation))
    page.locator(".whatif-step").nth(2).click()
    page.get_by_role("tab", name="The word").click()
    page.locator(".whatif-word").nth(4).click()
    page.get_by_role("tab", name="The word").press("ArrowRight")
    page.locator(".whatif-gate").select_option("r")
    page.locator(".whatif-value").fill("0.5")
    page.locator(".whatif-where").select_option("step")
    page.locator(".whatif-clamp").click()
    page.get_by_role("tab", name="The context").click()
    page.locator(".whatif-swap").click()
    expect(page.locator(".whatif-state")).to_have_text("Type a sentence.")
    page.locator(".whatif-sentence").fill("The cat sleeps.")
    page.locator(".whatif-start").uncheck()
    page.locator(".whatif-swap").click()
    page.locator(".whatif-go").click()
    question = asked(page)
    token = explanation.beam.top_ids[2][4]
    assert question["changes"] == [
        {"kind": "word", "step": 2, "token": token},
        {"kind": "clamp", "part": "decoder", "gate": "r", "value": 0.5, "steps": [2]},
        {"kind": "swap", "sentence": "The cat sleeps.", "start": False, "memory": True},
    ]
    assert question["prefix"] == 0
    assert Explainer().what_if(translator, TEXT, None, **question)["after"]["ids"][2] == token
    for _ in range(3):
        page.locator(".whatif-changes button").first.click()
    expect(page.locator(".whatif-changes")).to_have_text("Nothing is changed yet.")


def test_without_attention_there_is_none_to_change(
    page: Page, mount: Mount, tmp_path: Path
) -> None:
    plain = save_untrained(tmp_path / "plain", attention="none")
    mount(trace_json(explain(plain, TEXT)))
    expect(page.get_by_role("tab", name="The context")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Attention").click()
    expect(page.locator(".whatif-bars")).to_contain_text("no attention")
    expect(page.locator(".whatif-even")).to_be_disabled()


def test_no_token_becomes_markup(page: Page, mount: Mount, translator: Any) -> None:
    trace = trace_json(explain(translator, TEXT))
    page.evaluate("void (window.fail = () => { throw new Error('ran') })")
    trace["source"][0] = trace["written"]["tokens"][0] = trace["written"]["top_tokens"][0][0] = EVIL
    mount(trace)
    assert page.locator(".whatif-step").first.text_content() == EVIL
    assert page.locator(".whatif-token").first.text_content() == EVIL
    page.evaluate("give", {"question": None, "error": EVIL})
    page.locator(".whatif-only").first.click()
    page.locator(".whatif-go").click()
    page.evaluate("([q, e]) => give({question: q, error: e})", [asked(page), EVIL])
    assert page.locator(".whatif-state").text_content() == EVIL
    assert page.locator(".whatif img").count() == 0
