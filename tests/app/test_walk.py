"""A newcomer's walk through the app, in a real browser on a real server."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Locator, Page, expect, sync_playwright

from helpers.servers import DEAD_PROXY, Server
from helpers.tiny_models import save_untrained

pytestmark = [pytest.mark.browser, pytest.mark.tensorflow]

SOON, LATER = 60_000, 240_000  # milliseconds: for the page; for a process that loads TensorFlow

_ENDED = re.compile("AbortError|Connection errored out")


@dataclass
class Visit:
    """A page, its server, and everything that went wrong on the page."""

    page: Page
    server: Server
    trouble: list[str] = field(default_factory=list)
    asked_elsewhere: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.server.address

    def note_request(self, address: str) -> None:
        if not address.startswith((self.address, "data:", "blob:", "about:")):
            self.asked_elsewhere.append(address)

    def open(self) -> None:
        self.leave()
        self.page.goto(self.address)
        expect(self.page.locator("#translate-input textarea")).to_be_visible(timeout=SOON)

    def leave(self, way: Callable[[], object] | None = None) -> None:
        """Leaves the page; Gradio complains of the connections that end with it."""
        before = len(self.trouble)
        if way is None:
            self.page.goto("about:blank")
        else:
            here = self.page.url
            way()
            self.page.wait_for_url(lambda url: url != here, timeout=LATER)
        left = [words for words in self.trouble[before:] if not _ENDED.search(words)]
        self.trouble[before:] = left

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name, exact=True).click()

    def choose(self, label: str, option: str | re.Pattern[str]) -> None:
        """Picks an entry of a dropdown; its list has gone afterwards."""
        self.page.get_by_label(label, exact=True).first.click()
        self.page.get_by_role("option", name=option, exact=isinstance(option, str)).click()
        expect(self.page.get_by_role("option")).to_have_count(0)

    def map_tokens(self) -> list[str]:
        return self.page.locator("#attention-map thead th[scope=col]").all_text_contents()

    def download(self, link: Locator) -> APIResponse:
        """What a link of the page leads to."""
        address = link.evaluate("link => link.href")
        return self.page.request.get(address)


@pytest.fixture(scope="module")
def visit(
    tmp_path_factory: pytest.TempPathFactory, repository: Path, chromium_path: str
) -> Iterator[Visit]:
    data = tmp_path_factory.mktemp("data")
    save_untrained(data / "models" / "tiny")
    server = Server(repository, data, environment=DEAD_PROXY)
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
            page.on("request", lambda request: visit.note_request(request.url))
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
    assert visit.asked_elsewhere == []
    assert "Traceback" not in visit.server.words()


@pytest.fixture(scope="module")
def upload(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    lines = (repository / "data" / "english-chinese.tsv").read_text(encoding="utf-8").splitlines()
    path = tmp_path_factory.mktemp("upload") / "my pairs.tsv"
    rows = [*lines[:150], *lines[:20], "<img src=x onerror=console.error(1)> ${1}`\t危险。"]
    path.write_text("\n".join([*rows, "Nothing.\t"]) + "\n", encoding="utf-8")
    return path


def test_the_first_sight_is_a_translation_with_its_map(visit: Visit) -> None:
    visit.open()
    page = visit.page
    # The box can be used while the translation process still loads.
    box = page.locator("#translate-input textarea")
    assert box.input_value() != ""
    expect(box).to_be_editable()
    expect(page.locator("#attention-map tbody td").first).to_be_visible(timeout=LATER)
    assert page.locator("#translate-output textarea").input_value() != ""


def test_enter_translates_and_shift_enter_begins_a_line(visit: Visit) -> None:
    page = visit.page
    visit.choose("Model", re.compile("tiny"))
    box = page.locator("#translate-input textarea")
    box.fill("We read <b>a</b> dog.")
    box.press("Shift+Enter")
    box.press_sequentially("The cat sleeps.")
    assert box.input_value() == "We read <b>a</b> dog.\nThe cat sleeps."
    box.press("Enter")
    expect(page.get_by_label("Sentence shown below")).to_be_visible(timeout=LATER)
    assert page.locator("#translate-output textarea").input_value().count("\n") == 1
    assert "<unk>" in visit.map_tokens() and visit.map_tokens()[-1] == "</s>"
    visit.choose("Sentence shown below", re.compile("2. The cat sleeps"))
    columns = page.locator("#attention-map thead th[scope=col]")
    expect(columns).to_have_count(16, timeout=SOON)  # and the end
    assert "".join(visit.map_tokens()[:-1]) == "The▁cat▁sleeps."


def test_two_models_stand_side_by_side_and_their_words_are_linked(visit: Visit) -> None:
    page = visit.page
    visit.choose("Model", re.compile("sample-en-fr-attention"))
    visit.choose("Beside it", re.compile("sample-en-fr-plain"))
    box = page.locator("#translate-input textarea")
    box.fill("The restaurant is opposite the school.")
    box.press("Enter")
    expect(page.locator("#alternatives-beside li").first).to_be_visible(timeout=LATER)
    expect(page.locator("#translate-output-beside textarea")).not_to_have_value("")
    written = page.locator("#linked-words [data-side=target]")
    expect(written.first).to_be_visible(timeout=SOON)
    written.nth(1).hover()
    expect(page.locator("#linked-words [data-weight]").first).to_be_visible()
    visit.choose("Beside it", "None")


def test_what_is_doubtful_in_an_upload_is_told_and_left_out(visit: Visit, upload: Path) -> None:
    page = visit.page
    visit.tab("Train")
    page.locator("#corpus-upload input[type=file]").set_input_files(upload)
    summary = page.locator("#corpus-summary")
    expect(summary).to_contain_text("171 sentence pairs → 151 after your fixes", timeout=LATER)
    expect(summary).to_contain_text("1 empty target")
    expect(page.get_by_label("Source language")).to_have_value("English (en)")
    expect(page.get_by_label("Target language")).to_have_value("Chinese (zh)")
    first = upload.read_text(encoding="utf-8").split("\t")[0]
    explorer = page.locator("#corpus-explorer")
    expect(explorer).to_contain_text(first, timeout=SOON)

    warnings = page.locator("#corpus-warnings")
    expect(warnings).to_contain_text("20 pairs occur twice", timeout=SOON)
    warnings.locator("[data-act=back][data-value=repeated]").click()
    expect(summary).to_contain_text("171 sentence pairs are ready", timeout=SOON)
    warnings.locator("[data-act=out][data-value=repeated]").click()
    expect(summary).to_contain_text("171 sentence pairs → 151 after your fixes", timeout=SOON)
    expect(warnings).to_contain_text("1 sentence holds HTML")
    warnings.locator("[data-act=back][data-value=html]").click()
    expect(warnings.locator("[data-act=out][data-value=html]")).to_be_visible(timeout=SOON)

    explorer.locator(".pager [data-key=next]").click()
    expect(explorer.locator(".pager")).to_contain_text("Rows 101–171 of 171", timeout=SOON)
    page.get_by_label("Search").fill("onerror")
    expect(explorer.locator(".pager")).not_to_contain_text("171", timeout=SOON)
    expect(explorer).to_contain_text("<img src=x onerror=console.error(1)> ${1}`")


def test_both_architectures_are_trained_through_a_reload_and_a_killed_server(visit: Visit) -> None:
    page = visit.page
    page.get_by_label("Both, and compare them").check()
    page.get_by_label("Own budget").check()
    page.locator("#model-name textarea").fill("walk")
    page.locator("#setting-epochs input").fill("4")
    page.locator("#advanced button").first.click()
    expect(page.locator("#setting-vocab_size input")).to_have_value("1000")  # for so few words
    expect(page.locator("#setting-units input")).to_have_value("192")
    page.locator("#setting-units input").fill("65")
    expect(page.locator("#budget-words")).to_contain_text("even", timeout=SOON)
    for name, value in (("units", 16), ("embedding_dim", 16), ("vocab_size", 200)):
        page.locator(f"#setting-{name} input").fill(str(value))
    page.locator("#as-command button").first.click()
    expect(page.locator("#form-command")).to_contain_text("--epochs 4", timeout=SOON)
    page.locator("#start").click()

    status = page.locator("#job-status")
    expect(status).to_contain_text("Without attention", timeout=LATER)
    visit.open()  # in the middle of it
    visit.tab("Train")
    expect(status).to_contain_text("Without attention", timeout=LATER)
    visit.leave()
    visit.server.kill()
    visit.server.start()
    visit.open()
    visit.tab("Train")
    expect(page.locator("#bleu .js-plotly-plot")).to_be_visible(timeout=LATER)
    expect(page.locator("#loss .js-plotly-plot")).to_be_visible()
    expect(page.locator("#job-examples")).to_be_visible()
    expect(status).to_contain_text("Finished", timeout=LATER)
    expect(status).to_contain_text(re.compile("With attention 4 epochs"))
    expect(page.locator("#bleu .legendtext")).to_have_text(["Without attention", "With attention"])

    page.locator("#details button").first.click()
    expect(page.locator("#training-facts")).to_contain_text("Device", timeout=SOON)
    expect(page.locator("#curves-perplexity .js-plotly-plot")).to_be_visible(timeout=SOON)
    expect(page.locator("#job-tensorboard")).to_contain_text("tensorboard --logdir")


def test_the_comparison_is_shown_and_downloads(visit: Visit) -> None:
    page = visit.page
    page.locator("#to-compare").click()
    expect(page.locator("#verdict")).not_to_be_empty(timeout=LATER)
    expect(page.locator("#report-table")).to_contain_text("With attention")
    expect(page.locator(".chart .js-plotly-plot")).to_have_count(4, timeout=LATER)
    expect(page.locator(".sentences-count")).to_contain_text("sentences")
    report = visit.download(page.get_by_role("link", name="Report (HTML)"))
    assert report.ok and "<html" in report.text()
    word = page.locator("#sentences-word input, #sentences-word textarea")
    word.fill("zzz")
    expect(page.locator(".sentences-none")).to_be_visible(timeout=SOON)
    word.fill("")
    expect(page.locator(".sentences > li").first).to_be_visible(timeout=SOON)


@pytest.mark.slow
def test_saved_models_are_compared_anew(visit: Visit) -> None:
    page = visit.page
    # The twins and the test part that neither was trained on are chosen.
    chosen = page.locator("#compare-models")
    expect(chosen).to_contain_text("walk-attention")
    expect(chosen).to_contain_text("walk-plain")
    expect(page.get_by_label("Test set")).to_have_value(re.compile("Test part of “walk”"))
    page.locator("#compare-button").click()
    expect(page.locator("#compare-cancel")).to_be_visible(timeout=SOON)
    expect(page.locator("#report input")).to_have_value(
        re.compile("walk-.+ and walk-.+"), timeout=LATER
    )
    expect(page.locator("#report-table")).to_contain_text("walk-attention", timeout=SOON)


@pytest.mark.slow
def test_a_training_is_paused_resumed_and_stopped_with_its_best_model(visit: Visit) -> None:
    page = visit.page
    visit.tab("Train")
    page.locator("#advanced button").first.click()
    page.locator("#clone").click()
    expect(page.locator("#setting-units input")).to_have_value("16", timeout=SOON)
    page.get_by_label("With attention", exact=True).check()
    page.locator("#model-name textarea").fill("stopped")
    page.locator("#setting-epochs input").fill("100000")
    page.locator("#setting-patience input").fill("100000")
    page.locator("#start").click()
    status = page.locator("#job-status")
    expect(status).to_contain_text("With attention: epoch", timeout=LATER)

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
    browser = page.context.browser
    assert browser is not None
    other = browser.new_page()  # of somebody else, who sees the same
    other.goto(f"{visit.address}en/")
    other.get_by_role("tab", name="Train", exact=True).click()
    expect(other.locator("#job-status")).to_contain_text("With attention: epoch", timeout=LATER)
    status.locator("[data-act=stop]").click()
    expect(status).to_contain_text("Stopped", timeout=LATER)
    expect(other.locator("#job-status")).to_contain_text("Stopped", timeout=SOON)
    other.close()
    expect(status).to_contain_text("stopped by you")
    page.locator("#to-translate").click()
    expect(page.get_by_label("Model", exact=True).first).to_have_value(re.compile("stopped"))
    box = page.locator("#translate-input textarea")
    box.fill("Our sister is a singer.")
    box.press("Enter")
    expect(page.locator("#alternatives")).to_contain_text(re.compile(r"-\d+\.\d{3}"), timeout=LATER)
    expect(page.locator("#attention-map tbody td").first).to_be_visible(timeout=SOON)


def test_a_whole_file_is_translated(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    path = tmp_path / "Meine Liste.txt"
    path.write_text("We read a book.\nThe cat sleeps.\n", encoding="utf-8")
    visit.tab("Translate")
    page.get_by_role("tab", name="Whole file").click()
    page.locator("#file-upload input[type=file]").set_input_files(path)
    expect(page.locator("#file-translate")).to_be_enabled(timeout=SOON)
    page.locator("#file-translate").click()
    link = page.locator("#file-jobs .file-download").first
    expect(link).to_be_visible(timeout=LATER)
    translated = visit.download(link)
    assert translated.ok and len(translated.text().splitlines()) == 2
    page.get_by_role("tab", name="Text", exact=True).click()


def test_a_model_is_drawn_and_summarised(visit: Visit) -> None:
    page = visit.page
    visit.tab("Understand")
    visit.tab("The network")
    expect(page.locator("#schematic svg")).to_be_visible()
    expect(page.locator("#explanation")).to_contain_text("Encoder")
    expect(page.locator("#summary-training textarea")).to_have_value(
        re.compile("source_embedding"), timeout=LATER
    )


def test_a_model_is_renamed_taken_away_deleted_and_brought_back(visit: Visit) -> None:
    page = visit.page
    visit.tab("Models")
    card = page.locator("article.saved-model", has_text="walk-plain")
    page.get_by_role("button", name="Model card: walk-plain").click()
    expect(page.locator("#model-card")).to_contain_text("encoder-decoder without attention")
    page.keyboard.press("Escape")
    expect(page.locator("#model-sheet")).to_be_hidden()
    body = visit.download(card.get_by_role("link", name="Download")).body()
    names = zipfile.ZipFile(io.BytesIO(body)).namelist()
    assert "walk-plain/model.keras" in names and "walk-plain/config.yaml" in names

    page.get_by_role("button", name="Rename: walk-plain").click()
    page.get_by_label("New name").locator("visible=true").fill("Second")
    page.keyboard.press("Enter")
    expect(page.locator("article.saved-model h3", has_text="Second")).to_be_visible()
    notice = page.locator("#models-notice")
    page.get_by_role("button", name="Delete: Second").click()
    expect(notice).to_contain_text("was deleted")
    page.get_by_role("button", name="Undo").click()
    expect(notice).to_contain_text("is back")
    with page.expect_file_chooser() as chooser:
        page.locator("#models-upload").click()
    chooser.value.set_files({"name": "again.zip", "mimeType": "application/zip", "buffer": body})
    expect(notice).to_contain_text("was added", timeout=LATER)
    page.get_by_role("button", name="Translate: Second").click()
    expect(page.get_by_label("Model", exact=True).first).to_have_value(re.compile("Second"))
    visit.tab("Models")
    page.get_by_role("button", name="Understand: Second").click()
    looked_into = page.locator("#understand-model input")
    expect(looked_into).to_have_value(re.compile("Second"), timeout=LATER)
    visit.tab("Models")  # now the tab is there
    page.get_by_role("button", name=re.compile("^Understand: walk-attention")).click()
    expect(looked_into).to_have_value(re.compile("walk-attention"), timeout=SOON)
    visit.tab("Models")
    visit.tab("Understand")
    expect(looked_into).to_have_value(re.compile("walk-attention"))


@pytest.mark.slow
def test_everything_is_there_in_chinese(visit: Visit) -> None:
    page = visit.page
    visit.leave(page.locator(".masthead .switch").click)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN", timeout=SOON)
    expect(page.locator("#attention-map tbody td").first).to_be_visible(timeout=LATER)
    visit.tab("训练")
    expect(page.locator("#job-status")).to_contain_text("由您停止", timeout=SOON)
    visit.tab("比较")
    expect(page.locator("#verdict")).not_to_be_empty(timeout=LATER)
    visit.tab("模型")
    expect(page.locator("article.saved-model").first).to_contain_text("语")
    # A choice that holds: the bare address leads there now.
    visit.open()
    assert page.url == f"{visit.address}zh/"


def test_a_memory_of_four_languages_is_read_mended_and_trained(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit.page
    visit.leave()
    page.goto(f"{visit.address}en/")  # whatever was spoken before
    visit.tab("Train")
    page.locator("#corpus-upload input[type=file]").set_input_files(memory(tmp_path / "memory.tmx"))
    summary = page.locator("#corpus-summary")
    expect(summary).to_contain_text("TMX 1.4, with the columns en, de, fr, zh-CN", timeout=LATER)

    visit.choose("Source text", re.compile("^fr"))
    visit.choose("Target text", re.compile("^zh-CN"))
    expect(summary).to_contain_text("90 sentence pairs", timeout=SOON)  # the others lack a side
    expect(summary).to_contain_text("10 empty target")
    expect(page.get_by_label("Source language")).to_have_value("French (fr)")
    expect(page.get_by_label("Target language")).to_have_value("Chinese (zh)")
    expect(page.locator("#corpus-explorer")).to_contain_text("Le chien 0 court.", timeout=SOON)

    warnings = page.locator("#corpus-warnings")
    expect(warnings).to_contain_text("10 pairs occur twice", timeout=SOON)
    expect(summary).to_contain_text("80", timeout=SOON)

    page.get_by_label("With attention").check()
    page.get_by_label("Own budget").check()
    page.locator("#model-name textarea").fill("from a memory")
    page.locator("#setting-epochs input").fill("1")
    page.locator("#advanced button").first.click()
    for name, value in (("units", 16), ("embedding_dim", 16), ("vocab_size", 100)):
        page.locator(f"#setting-{name} input").fill(str(value))
    status = page.locator("#job-status .job")
    shown_before = status.get_attribute("data-job") if status.count() else "none"
    page.locator("#start").click()
    # The one before has finished, too.
    expect(status).not_to_have_attribute("data-job", shown_before or "", timeout=SOON)
    expect(page.locator("#job input")).to_have_value(re.compile("from a memory"))
    expect(status).to_contain_text("Finished", timeout=LATER)
    facts = page.request.get(f"{visit.server.address}download/models/mine/from-a-memory.zip")
    assert facts.ok


@pytest.mark.slow
def test_a_text_whose_encoding_was_not_found_is_read_in_the_one_that_is_chosen(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit.page
    visit.leave()
    page.goto(f"{visit.address}en/")
    visit.tab("Train")
    path = tmp_path / "german.tsv"
    lines = [f"The dog number {number} sleeps.\tDer Hund {number} ruht." for number in range(1500)]
    lines.append("The dog sleeps.\tDer Hund schläft.")
    path.write_text("\n".join(lines), encoding="cp1252")
    page.locator("#corpus-upload input[type=file]").set_input_files(path)
    expect(page.locator("#corpus-split")).to_contain_text("line 1501: not UTF-8", timeout=LATER)
    expect(page.locator("#corpus-summary")).to_contain_text("Choose another below")
    visit.choose("Encoding", re.compile("^Windows-1252"))
    expect(page.locator("#corpus-summary")).to_contain_text("read as Windows-1252", timeout=LATER)
    page.locator("#corpus-search textarea, #corpus-search input").first.fill("schläft")
    expect(page.locator("#corpus-explorer")).to_contain_text("Der Hund schläft.", timeout=SOON)


def memory(path: Path) -> Path:
    """A translation memory of 110 units in four languages, as a tool for translators writes it."""

    def unit(number: int, chinese: bool = True) -> str:
        texts = {
            "en": f"The <bpt i='1'>&lt;b&gt;</bpt>dog {number}<ept i='1'>&lt;/b&gt;</ept> runs.",
            "de": f"Der Hund {number} rennt.",
            "fr": f"Le chien {number} court.",
            **({"zh-CN": f"第{number}只狗在跑。"} if chinese else {}),
        }
        variants = (f"<tuv xml:lang='{tag}'><seg>{text}</seg></tuv>" for tag, text in texts.items())
        return f"<tu>{''.join(variants)}</tu>\n"

    numbers = [*range(80), *range(10)]
    units = [*(unit(number) for number in numbers), *(unit(99 + n, False) for n in range(10))]
    path.write_text(
        "<?xml version='1.0' encoding='UTF-8'?>\n<!DOCTYPE tmx SYSTEM 'tmx14.dtd'>\n"
        "<tmx version='1.4'><header srclang='en' segtype='sentence' datatype='plaintext' "
        "o-tmf='none' adminlang='en' creationtool='by hand' creationtoolversion='1'/><body>\n"
        f"{''.join(units)}</body></tmx>\n",
        encoding="utf-8",
    )
    return path
