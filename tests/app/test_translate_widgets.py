"""The components that draw themselves, on a blank page in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr
import pytest
from playwright.sync_api import Page, expect

from helpers.mounting import blank_page
from seq2seq_keras.app.widgets.alternatives import alternatives
from seq2seq_keras.app.widgets.attention_map import attention_map, attention_map_value
from seq2seq_keras.app.widgets.history import history, history_entry
from seq2seq_keras.app.widgets.linked_words import linked_words, linked_words_value
from seq2seq_keras.app.widgets.welcome import welcome
from seq2seq_keras.localisation import ENGLISH

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=fail()>${fail()}`"

# What Gradio does for a component: the template once, then the script, then changes of the value.
MOUNT = """({template, script, value}) => {
  const element = document.createElement("div");
  element.innerHTML = template;
  document.body.replaceChildren(element);
  const [watching, props] = [[], {value}];
  window.fired = [];
  window.give = (next) => { props.value = next; watching.forEach((each) => each()); };
  Function("element", "trigger", "props", "watch", script)(
    element, (name, data) => fired.push([name, data]), props, (_, each) => watching.push(each));
}"""

Mount = Callable[..., None]


@pytest.fixture(scope="module")
def browser_page(chromium_path: str) -> Iterator[Page]:
    with blank_page(chromium_path, 390, 800) as page:
        yield page


@pytest.fixture
def page(browser_page: Page) -> Page:
    browser_page.goto("http://page.test/")
    browser_page.evaluate("localStorage.clear()")
    return browser_page


@pytest.fixture
def mount(page: Page) -> Mount:
    def mounted(component: gr.HTML, value: Any = None) -> None:
        parts = {"template": component.html_template, "script": component.js_on_load}
        page.evaluate(MOUNT, {**parts, "value": value})

    return mounted


def sentence() -> dict[str, Any]:
    return {
        "source": f"Two {EVIL}",
        "source_spelling": [" Two", f" {EVIL}"],
        "source_tokens": ["▁Two", "<unk>", "</s>"],
        "text": "Deux chiens",
        "tokens": ["▁Deux", "▁chi", "ens"],
        "attention": [[0.9, 0.1, 0.0], [0.2, 0.6, 0.2], [0.0, 1.0, 0.0]],
    }


def test_a_word_lights_up_what_it_goes_with(page: Page, mount: Mount) -> None:
    mount(linked_words(ENGLISH, "words"), linked_words_value(sentence(), ("en", "fr"), ENGLISH))
    sources, targets = (page.locator(f"[data-side={side}]") for side in ("source", "target"))
    expect(sources).to_have_text(["Two", EVIL, "</s>"])
    expect(page.locator("p[lang=fr]")).to_have_text("Deux chiens")
    targets.nth(1).hover()
    assert [word.get_attribute("data-weight") for word in sources.all()] == ["0.10", "0.80", "0.10"]
    sources.nth(0).hover()
    assert [word.get_attribute("data-weight") for word in targets.all()] == ["0.90", "0.10"]
    assert sources.nth(1).get_attribute("data-weight") is None
    # A tap holds; another word's tap moves it; a second one lets go.
    targets.nth(0).click()
    page.mouse.move(0, 799)
    assert sources.nth(0).get_attribute("data-weight") == "0.90"
    expect(targets.nth(0)).to_have_attribute("aria-pressed", "true")
    targets.nth(0).click()
    expect(targets.nth(0)).to_have_attribute("aria-pressed", "false")


def test_words_are_reached_by_keyboard(page: Page, mount: Mount) -> None:
    mount(linked_words(ENGLISH, "words"), linked_words_value(sentence(), ("en", "fr"), ENGLISH))
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Two, goes into: Deux 0.90")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")  # to what it goes into most
    expect(page.get_by_role("button", name="chiens, from:")).to_be_focused()
    assert page.locator("[data-side=source]").nth(1).get_attribute("data-weight") == "0.80"


@pytest.mark.parametrize("length", [5, 60])
def test_the_map_is_readable_however_long(page: Page, mount: Mount, length: int) -> None:
    tokens = ["▁the"] * length
    source = [EVIL[:12], *["▁a"] * (length - 1)]
    weights = [[float(row == column) for column in range(length)] for row in range(length)]
    mount(attention_map(ENGLISH, "map"), attention_map_value(tokens, source, weights))
    expect(page.locator("thead th")).to_have_count(length)
    expect(page.locator("tbody td")).to_have_count(length * length)
    expect(page.locator("thead th").first).to_have_text(EVIL[:12])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390  # it scrolls in itself
    for head in ("thead th", "tbody th"):
        style = page.locator(head).last.evaluate("each => getComputedStyle(each).fontSize")
        assert float(style.removesuffix("px")) >= 12
    box = page.locator("tbody td").last.bounding_box()
    assert box is not None and box["width"] >= 24 and box["height"] >= 24
    page.locator("tbody td").nth(length + 1).hover()
    expect(page.locator(".map-tip")).to_have_text("▁the ← ▁a  1.000")
    page.locator(".map-scroller").focus()
    page.mouse.move(0, 799)
    for key in ["ArrowLeft", *["ArrowRight"] * (length - 1), *["ArrowDown"] * (length - 1)]:
        page.keyboard.press(key)
    expect(page.locator(".map-spoken")).to_have_text("▁the ← ▁a  1.000")
    # Its heads are still in sight, and so is the cell.
    frame, heads = page.locator(".map-scroller").bounding_box(), ("thead th", "tbody th", "td")
    assert frame is not None
    for part in heads:
        place = page.locator(f"{part}.pointed").bounding_box()
        assert place is not None
        assert frame["x"] - 1 <= place["x"] <= frame["x"] + frame["width"] - 20
        assert frame["y"] - 1 <= place["y"] <= frame["y"] + frame["height"] - 20


def test_the_map_is_saved_as_a_picture(page: Page, mount: Mount) -> None:
    value = attention_map_value(["Deux", EVIL], ["Two", "</s>"], [[0.9, 0.1], [0.25, 0.75]])
    mount(attention_map(ENGLISH, "map"), value)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as a picture (SVG)").click()
    picture = waiting.value.path().read_text(encoding="utf-8")
    assert picture.count("<rect") == 1 + 4 and "&lt;img" in picture and "<img" not in picture


def test_alternatives_are_text_with_scores_and_a_copy(page: Page, mount: Mount) -> None:
    mount(alternatives(ENGLISH, "others"), [{"text": EVIL, "score": -0.125}])
    expect(page.locator("li .alternative-text")).to_have_text(EVIL)
    expect(page.locator("li .alternative-score")).to_have_text("-0.125")
    page.evaluate("document.execCommand = () => { window.copied = document.activeElement.value; }")
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("li button")).to_have_text("Copied")
    assert page.evaluate("window.copied") == EVIL  # no clipboard where it is not served safely


def test_the_history_keeps_the_last_ones_and_brings_them_back(page: Page, mount: Mount) -> None:
    mount(history(ENGLISH, "history"))
    page.locator("summary").click()
    expect(page.locator(".history-empty")).to_be_visible()
    entries = [history_entry(f"text {number}", EVIL, "saved/x", "x", 5) for number in range(35)]
    for entry in [*entries, entries[20], {**entries[0], "text": "long" * 2000}]:
        page.evaluate("entry => give(entry)", entry)
    rows = page.locator("li .history-text")
    expect(rows).to_have_count(30)
    expected = [20, 34, 33, 32]  # what is asked again comes first and stands there once
    assert rows.all_text_contents()[:4] == [f"text {number}" for number in expected]
    expect(page.locator("li .history-translation").first).to_have_text(EVIL)

    mount(history(ENGLISH, "history"))  # as after a reload
    page.locator("summary").click()
    page.locator("li button").nth(1).click()
    assert page.evaluate("fired") == [
        ["click", {"text": "text 34", "model": "saved/x", "beam_size": 5}]
    ]
    page.get_by_role("button", name="Forget them all").click()
    expect(rows).to_have_count(0)
    assert json.loads(page.evaluate("localStorage['seq2seq-keras-history']")) == []


def test_a_damaged_history_is_no_trouble(page: Page, mount: Mount) -> None:
    page.evaluate("localStorage['seq2seq-keras-history'] = '{\"text\": 1}'")
    mount(history(ENGLISH, "history"))
    page.locator("summary").click()
    expect(page.locator(".history-empty")).to_be_visible()


def test_the_welcome_leads_on_until_it_is_dismissed(page: Page, mount: Mount) -> None:
    mount(welcome(ENGLISH))
    page.get_by_role("button", name="train your own").click()
    assert page.evaluate("fired") == [["click", {"tab": "train"}]]
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".welcome")).to_be_hidden()
    mount(welcome(ENGLISH))
    expect(page.locator(".welcome")).to_be_hidden()
