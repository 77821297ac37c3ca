"""A newcomer's walk through the app, in a real browser on a real server."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from helpers.servers import Server
from helpers.tiny_models import save_untrained

pytestmark = [pytest.mark.browser, pytest.mark.tensorflow]

SOON, LATER = 15_000, 150_000  # milliseconds: for the page; for a process that loads TensorFlow


@dataclass
class Visit:
    """A page, its server, and everything that went wrong on the page."""

    page: Page
    server: Server
    trouble: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.server.address

    def open(self) -> None:
        self.page.goto(self.address)
        expect(self.page.locator("#translate-input textarea")).to_be_visible(timeout=SOON)

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name, exact=True).click()

    def map_tokens(self) -> list[str]:
        return self.page.locator("#attention-map .xtick text").all_text_contents()


@pytest.fixture(scope="module")
def visit(
    tmp_path_factory: pytest.TempPathFactory, repository: Path, chromium_path: str
) -> Iterator[Visit]:
    data = tmp_path_factory.mktemp("data")
    save_untrained(data / "models" / "tiny")
    server = Server(repository, data)
    address = server.address
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
            page.on(
                "request",
                lambda request: (
                    visit.trouble.append(f"asked elsewhere: {request.url}")
                    if not request.url.startswith((address, "data:", "blob:"))
                    else None
                ),
            )
            yield visit
            browser.close()
    finally:
        server.stop()


@pytest.fixture(autouse=True)
def _nothing_goes_wrong(visit: Visit) -> Iterator[None]:
    yield
    assert visit.trouble == []
    assert "Traceback" not in visit.server.words()


@pytest.fixture(scope="module")
def upload(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    lines = (repository / "data" / "english-chinese.tsv").read_text(encoding="utf-8").splitlines()
    path = tmp_path_factory.mktemp("upload") / "my pairs.tsv"
    rows = [*lines[:150], "<img src=x onerror=console.error(1)> ${1}`\t危险。", "Nothing.\t"]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_the_first_sight_is_a_translation_with_its_map(visit: Visit) -> None:
    visit.open()
    page = visit.page
    # The box can be used while the translation process still loads.
    box = page.locator("#translate-input textarea")
    assert box.input_value() != ""
    expect(box).to_be_editable()
    expect(page.locator("#attention-map .js-plotly-plot")).to_be_visible(timeout=LATER)
    assert page.locator("#translate-output textarea").input_value() != ""


def test_enter_translates_and_shift_enter_begins_a_line(visit: Visit) -> None:
    page = visit.page
    page.get_by_label("Model", exact=True).first.click()
    page.get_by_role("option", name=re.compile("tiny")).click()
    box = page.locator("#translate-input textarea")
    box.fill("We read <b>a</b> dog.")
    box.press("Shift+Enter")
    box.press_sequentially("The cat sleeps.")
    assert box.input_value() == "We read <b>a</b> dog.\nThe cat sleeps."
    box.press("Enter")
    expect(page.get_by_label("Sentence shown below")).to_be_visible(timeout=LATER)
    assert page.locator("#translate-output textarea").input_value().count("\n") == 1
    assert "<unk>" in visit.map_tokens() and visit.map_tokens()[-1] == "</s>"
    page.get_by_label("Sentence shown below").click()
    page.get_by_role("option", name=re.compile("2. The cat sleeps")).click()
    page.wait_for_function(
        "document.querySelectorAll('#attention-map .xtick text').length == 16"  # and the end
    )
    assert "".join(visit.map_tokens()[:-1]) == "The▁cat▁sleeps."


def test_both_architectures_are_trained_on_an_upload(visit: Visit, upload: Path) -> None:
    page = visit.page
    visit.tab("Train")
    page.locator("#corpus-upload input[type=file]").set_input_files(upload)
    summary = page.locator("#corpus-summary")
    expect(summary).to_contain_text("151 sentence pairs", timeout=SOON)
    expect(summary).to_contain_text("1 empty target")
    expect(page.get_by_label("Source language")).to_have_value("English (en)")
    expect(page.get_by_label("Target language")).to_have_value("Chinese (zh)")
    expect(page.locator("#corpus-preview")).to_contain_text(
        upload.read_text(encoding="utf-8").split("\t")[0]
    )

    page.get_by_label("Both, and compare them").check()
    page.locator("#model-name textarea").fill("walk")
    page.locator("#setting-epochs input").fill("2")
    page.locator("#advanced button").first.click()
    expect(page.locator("#setting-vocab_size input")).to_have_value("1000")  # for so few words
    expect(page.locator("#setting-units input")).to_have_value("192")
    for name, value in (("units", 16), ("embedding_dim", 16), ("vocab_size", 200)):
        page.locator(f"#setting-{name} input").fill(str(value))
    page.get_by_label("Target language").click()  # read anew, it leaves alone what one has put
    page.get_by_role("option", name="Chinese (zh)").click()
    expect(page.locator("#setting-embedding_dim input")).to_have_value("16")
    page.locator("#start").click()

    status = page.locator("#job-status")
    expect(status).to_contain_text("Without attention: epoch", timeout=LATER)
    expect(page.locator("#bleu .js-plotly-plot")).to_be_visible(timeout=LATER)
    expect(page.locator("#loss .js-plotly-plot")).to_be_visible()
    expect(page.locator("#job-examples")).to_be_visible()
    expect(status).to_contain_text("Finished", timeout=LATER)
    expect(status).to_contain_text("With attention 2 epochs")
    expect(page.locator("#bleu .legendtext")).to_have_text(["Without attention", "With attention"])


def test_the_comparison_is_shown_and_downloads(visit: Visit) -> None:
    page = visit.page
    page.locator("#to-compare").click()
    expect(page.locator("#verdict textarea")).not_to_have_value("", timeout=SOON)
    expect(page.locator("#report-table")).to_contain_text("With attention")
    expect(page.locator(".chart .js-plotly-plot")).to_have_count(3, timeout=SOON)
    link = page.get_by_role("link", name="Report (HTML)").get_attribute("href")
    assert link is not None
    response = page.request.get(visit.address + link.removeprefix("/"))
    assert response.ok and "<html" in response.text()


def test_saved_models_are_compared_anew(visit: Visit) -> None:
    page = visit.page
    expect(page.get_by_label("First model")).not_to_have_value("")
    page.get_by_label("First model").click()
    page.get_by_role("option", name=re.compile("walk-attention")).click()
    # Its twin and the test part that neither was trained on are chosen with it.
    expect(page.get_by_label("Second model")).to_have_value(re.compile("walk-plain"))
    expect(page.get_by_label("Test set")).to_have_value(re.compile("Test part of “walk”"))
    page.locator("#compare-button").click()
    expect(page.locator("#report input")).to_have_value(
        re.compile("walk-attention and walk-plain"), timeout=LATER
    )
    expect(page.locator("#report-table")).to_contain_text("walk-attention", timeout=SOON)


def test_a_training_survives_a_reload_and_stops_with_its_best_model(visit: Visit) -> None:
    page = visit.page
    visit.tab("Train")
    page.get_by_label("With attention", exact=True).check()
    page.locator("#model-name textarea").fill("stopped")
    page.locator("#setting-epochs input").fill("100000")
    page.locator("#setting-patience input").fill("100000")
    page.locator("#start").click()
    status = page.locator("#job-status")
    expect(status).to_contain_text("With attention: epoch", timeout=LATER)
    expect(page.locator("#bleu .js-plotly-plot")).to_be_visible(timeout=LATER)

    visit.open()
    # The drawer tells of it on every tab, and leads to it.
    jobs = page.locator(".masthead .jobs")
    expect(jobs).to_have_text("Jobs1", timeout=SOON)
    jobs.click()
    drawer = page.locator("#drawer")
    expect(drawer).to_be_visible()
    card = drawer.locator(".job-card").first
    expect(card).to_contain_text("stopped")
    card.locator("[data-act=pause]").click()
    expect(card).to_contain_text("Paused", timeout=LATER)
    expect(jobs.locator(".count")).to_be_hidden()
    card.locator("[data-act=resume]").click()
    expect(card).to_contain_text("Running", timeout=SOON)
    card.locator("[data-act=show]").click()
    expect(drawer).to_be_hidden()
    expect(status).to_contain_text("With attention: epoch", timeout=LATER)
    status.locator("[data-act=stop]").click()
    expect(status).to_contain_text("Stopped", timeout=LATER)
    expect(status).to_contain_text("stopped by you")
    page.locator("#to-translate").click()
    expect(page.get_by_label("Model", exact=True).first).to_have_value(re.compile("stopped"))
    box = page.locator("#translate-input textarea")
    box.fill("Our sister is a singer.")
    box.press("Enter")
    expect(page.locator("#alternatives")).to_contain_text(re.compile(r"-\d+\.\d{3}"), timeout=LATER)


def test_a_model_is_drawn_and_summarised(visit: Visit) -> None:
    page = visit.page
    visit.tab("Understand")
    expect(page.locator("#schematic svg")).to_be_visible()
    expect(page.locator("#explanation")).to_contain_text("Encoder")
    expect(page.locator("#summary-training textarea")).to_have_value(
        re.compile("source_embedding"), timeout=LATER
    )


def test_a_model_is_taken_away_and_deleted(visit: Visit) -> None:
    page = visit.page
    visit.tab("Models")
    table = page.locator("#models-table")
    table.get_by_text("walk-plain").last.click()
    expect(page.get_by_label("Model", exact=True).last).to_have_value(re.compile("walk-plain"))
    expect(page.locator("#model-card")).to_contain_text("encoder-decoder without attention")
    link = page.get_by_role("link", name="Download (zip)").get_attribute("href")
    assert link is not None
    body = page.request.get(visit.address + link.removeprefix("/")).body()
    names = zipfile.ZipFile(io.BytesIO(body)).namelist()
    assert "walk-plain/model.keras" in names and "walk-plain/config.yaml" in names

    page.locator("#delete").click()
    page.get_by_role("button", name="Delete it").click()
    expect(table.get_by_text("walk-plain")).to_have_count(0)
    expect(table.get_by_text("walk-attention").last).to_be_visible()
