"""A learner's walk through Understand, in a real browser on a real server."""

from __future__ import annotations

import io
import itertools
import json
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from helpers.servers import Server
from helpers.tiny_models import save_untrained

pytestmark = [pytest.mark.browser, pytest.mark.tensorflow, pytest.mark.slow]

SOON, LATER = 60_000, 240_000  # milliseconds: for the page; for a process that loads TensorFlow
EVIL = ("<img src=a onerror=b>", "${a} `b` \\c.")  # no longer than the models take
EVIL_NAME = "${console.error('ran')}`*x*"  # all that a name may hold of what might act


@dataclass
class Visit:
    """A page, its server, and everything that went wrong on the page."""

    page: Page
    server: Server
    trouble: list[str] = field(default_factory=list)

    def part(self, name: str) -> None:
        self.page.get_by_role("tab", name=name, exact=True).click()

    def choose_model(self, name: str, cell: str) -> None:
        """Picks a model, of which none other has this cell and vocabulary."""
        self.page.locator("#understand-model input").click()
        self.page.get_by_role("option").filter(has_text=name).click()
        self.page.wait_for_function(
            "cell => seq2seqTrace.trace?.model.cell === cell", arg=cell, timeout=LATER
        )

    def look(self, sentence: str) -> None:
        box = self.page.locator("#understand-text input, #understand-text textarea").first
        box.fill(sentence)
        self.page.locator("#understand-go").click()
        self.page.wait_for_function(
            "text => seq2seqTrace.trace?.sentence === text", arg=sentence, timeout=LATER
        )

    def written(self) -> list[str]:
        tokens = self.page.evaluate("seq2seqTrace.trace.written.tokens")
        return [str(token) for token in tokens]


@pytest.fixture(scope="module")
def visit(
    tmp_path_factory: pytest.TempPathFactory, repository: Path, chromium_path: str
) -> Iterator[Visit]:
    data = tmp_path_factory.mktemp("data")
    for name, settings in {
        "lstm-attention": {"cell": "lstm", "attention": "additive"},
        "gru-none": {"cell": "gru", "attention": "none"},
    }.items():
        save_untrained(data / "models" / name, **settings)
    hostile = data / "models" / "rnn-hostile"
    save_untrained(hostile, cell="rnn")
    (hostile / "label.json").write_text(json.dumps({"name": EVIL_NAME}), encoding="utf-8")
    server = Server(repository, data)
    try:
        server.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium_path, args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(SOON)
            visit = Visit(page, server)
            page.on(
                "console",
                lambda message: (
                    visit.trouble.append(message.text) if message.type == "error" else None
                ),
            )
            page.on("pageerror", lambda error: visit.trouble.append(str(error)))
            page.goto(f"{server.address}en/")
            visit.part("Understand")
            page.locator(".stepping-token").first.wait_for(timeout=LATER)
            yield visit
            browser.close()
    finally:
        server.stop()


@pytest.fixture(autouse=True)
def _nothing_goes_wrong(visit: Visit) -> Iterator[None]:
    yield
    assert visit.trouble == []
    assert "Traceback" not in visit.server.words()


@pytest.mark.parametrize(("model", "cell"), [("lstm-attention", "lstm"), ("gru-none", "gru")])
def test_a_translation_is_played_through(visit: Visit, model: str, cell: str) -> None:
    page = visit.page
    visit.part("Step by step")
    visit.choose_model(model, cell)
    visit.look("We read a book.")
    steps = len(visit.written())
    page.locator(".stepping-player").focus()
    contexts = []
    for step in range(steps):
        expect(page.locator(".stepping-count")).to_have_text(f"Step {step + 1} of {steps}")
        shown = page.locator("[data-card=context] .stepping-numbers").first
        contexts.append(shown.text_content())
        page.keyboard.press("ArrowRight")
    assert page.locator(".stepping-token[aria-current=step]").count() == 1
    # With attention the context is another one at each step, without it is always the same.
    values = {str(text).split("=", 1)[-1] for text in contexts}
    assert (len(values) == 1) == (model == "gru-none")
    if model != "gru-none":
        weights = page.locator(".stepping-weights .stepping-weight").all_inner_texts()
        assert sum(float(text.lstrip("<")) for text in weights) == pytest.approx(1, abs=0.03)
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    expect(page.locator(".stepping-count")).to_have_text(f"Step 3 of {steps}", timeout=SOON)
    page.keyboard.press("Space")


def test_a_shipped_model_writes_chinese(visit: Visit) -> None:
    page = visit.page
    visit.choose_model("sample-en-zh-attention", "gru")
    page.wait_for_function("seq2seqTrace.trace.model.target_vocab_size > 500", timeout=LATER)
    visit.look("The cat sleeps.")
    assert re.search("[\u4e00-\u9fff]", "".join(visit.written()))
    with page.expect_download() as download:
        page.locator("[data-save=svg]").first.click()
    drawing = ElementTree.fromstring(Path(download.value.path()).read_bytes())
    words = "".join(drawing.itertext())
    assert all(token in words for token in visit.written())
    with page.expect_download(timeout=LATER) as download:
        page.locator("#understand-notes button").click()
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    notes = archive.read("notes/notes.md").decode("utf-8")
    assert "The cat sleeps." in notes and "$$" in notes
    assert {"notes/figures/schematic.svg", "notes/figures/attention.svg"} <= {*archive.namelist()}
    ElementTree.fromstring(archive.read("notes/figures/schematic.svg"))


def test_other_attention_writes_something_else(visit: Visit) -> None:
    page, before = visit.page, visit.written()
    visit.part("What if")
    ways = itertools.product(
        range(page.locator(".whatif-step").count()), range(page.locator(".whatif-only").count())
    )
    for step, row in ways:  # until one is found that matters
        page.locator(".whatif-step").nth(step).click()
        page.locator(".whatif-only").nth(row).click()
        page.locator(".whatif-go").click()
        expect(page.locator(".whatif-go")).to_be_enabled(timeout=LATER)
        expect(page.locator(".whatif-verdict")).not_to_be_empty()
        if page.locator(".whatif-after mark").count():
            break
    after = page.locator(".whatif-after > *").all_text_contents()
    assert after != before
    page.locator(".whatif-watch").click()
    expect(page.locator(".stepping-token").first).to_be_visible()
    assert visit.written() == after
    visit.part("What if")
    page.locator(".whatif-back").click()
    assert visit.written() == before


def test_a_neuron_is_worked_through_and_the_search_is_seen(visit: Visit) -> None:
    page = visit.page
    visit.part("Step by step")
    page.locator(".stepping-inside").click()
    page.locator(".cell-map").first.wait_for()
    page.get_by_role("button", name="Work it through").click()
    rows = page.locator(".cell-sum-row:not(.head):not(.value) .cell-sum-value")
    expect(rows).to_have_count(11, timeout=LATER)
    figures = [float(text.replace("−", "-")) for text in rows.all_text_contents()]
    assert sum(figures[:-1]) == pytest.approx(figures[-1], abs=1e-3)
    visit.part("Beam tree")
    best = page.locator(".beam-text").first.text_content()
    assert best == page.evaluate("seq2seqTrace.trace.written.text")


def test_the_limits_are_measured(visit: Visit) -> None:
    page = visit.page
    visit.part("The two limits")
    expect(page.locator("#limits-jacobians .js-plotly-plot")).to_be_visible(timeout=SOON)
    page.locator("#limits-go").click()
    expect(page.locator("#limits-told")).to_contain_text("held-out sentences", timeout=LATER)
    expect(page.locator("#limits-positions .js-plotly-plot")).to_be_visible()
    expect(page.locator("#limits-distances .js-plotly-plot")).to_be_visible()


def test_a_practice_drawing_is_completed(visit: Visit) -> None:
    page = visit.page
    visit.part("Practice")
    practice = page.locator("#practice")
    practice.locator('[data-level="plain"]').click()
    for name in "h1 h2 h3 c s0 s1 s2 s3 r1 r2 r3 p1 p2 p3".split():
        practice.locator(f'[data-chip="{name}"]').click()
        practice.locator(f'[data-node="{name}"]').click()
    practice.locator('[data-mode="arrows"]').click()
    arrows = "h1>h2 h2>h3 h3>c c>s0 c>s1 c>s2 c>s3 s0>s1 s1>s2 s2>s3 r1>s1 r2>s2 r3>s3 y1>r2 y2>r3"
    for arrow in arrows.split():
        for end in arrow.split(">"):
            practice.locator(f'[data-node="{end}"]').click()
    practice.locator(".practice-check").click()
    expect(practice.locator(".practice-panel h4")).to_have_text("All right!")


def test_the_theory_is_a_page_of_its_own(visit: Visit) -> None:
    with visit.page.expect_popup() as opened:
        visit.page.locator(".understand-theory a").click()
    page = opened.value
    page.wait_for_url(re.compile("/en/theory/$"), timeout=LATER)
    expect(page.locator("#section-4 .katex").first).to_be_visible(timeout=SOON)
    pictures = page.locator(".theory-section img")
    assert pictures.count() == 7
    for number in range(7):
        pictures.nth(number).scroll_into_view_if_needed()
        page.wait_for_function(
            "n => document.querySelectorAll('.theory-section img')[n].naturalWidth > 0", arg=number
        )
    page.locator(".theory-contents > a").click()
    expect(page.get_by_role("tab", name="Understand")).to_have_attribute(
        "aria-selected", "true", timeout=LATER
    )
    page.close()


def test_hostile_text_stays_text(visit: Visit) -> None:
    page = visit.page
    visit.part("Step by step")
    page.locator(".stepping-token").first.wait_for(timeout=LATER)
    visit.choose_model(EVIL_NAME, "rnn")
    for text in EVIL:
        visit.look(text)
        for name in ("Inside the cell", "What if", "Beam tree", "Practice", "Step by step"):
            visit.part(name)
            page.wait_for_timeout(300)
        assert page.locator("#understand-parts img").count() == 0


def test_after_the_server_was_started_anew_the_page_finds_its_way(visit: Visit) -> None:
    page = visit.page
    visit.part("Step by step")
    visit.server.kill()
    visit.server.start()
    with page.expect_navigation(url=re.compile("/en/#understand$"), timeout=LATER):
        page.locator("#understand-go").click()
    page.locator(".stepping-token").first.wait_for(timeout=LATER)
    visit.look("We read a book.")
    visit.trouble.clear()  # of the time in which there was no server
