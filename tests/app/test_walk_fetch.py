"""A corpus from the web to the form, in a real browser on a real server and a web of our own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from helpers.servers import Server
from helpers.stand_in_web import ServedFile, StandInWeb, running

pytestmark = [pytest.mark.browser]

SOON = 60_000


@pytest.fixture(scope="module")
def web() -> Iterator[StandInWeb]:
    with running(StandInWeb()) as web:
        web.has_pairs()
        rows = b"".join(b"The dog %d.\tLe chien %d.\n" % (n, n) for n in range(20_000))
        web.files["/big.tsv"] = ServedFile(rows, '"big"', pause=0.1)
        yield web


@pytest.fixture(scope="module")
def page(
    web: StandInWeb,
    tmp_path_factory: pytest.TempPathFactory,
    repository: Path,
    chromium_path: str,
) -> Iterator[Page]:
    data = tmp_path_factory.mktemp("data")
    kept = dict(os.environ)
    os.environ.update({**web.environment, "SEQ2SEQ_CACHE_DIR": str(data / "cache")})
    server = Server(repository, data / "workspace")
    try:
        server.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium_path, args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(SOON)
            trouble: list[str] = []
            page.on("pageerror", lambda error: trouble.append(str(error)))
            page.goto(server.address)
            page.get_by_role("tab", name="Train", exact=True).click()
            yield page
            assert trouble == []
            browser.close()
        words = server.words()
        assert "Traceback" not in words, words
    finally:
        server.stop()
        os.environ.clear()
        os.environ.update(kept)


def choose_service(page: Page, label: str) -> None:
    page.get_by_label("Where from", exact=True).click()
    page.get_by_role("option", name=re.compile(label)).click()


def test_looked_up_downloaded_and_chosen(page: Page) -> None:
    go = page.locator("#web-go")
    expect(page.locator("#web-look")).to_be_hidden()  # the panel is folded
    page.get_by_role("button", name="From the web").click()
    expect(go).to_be_hidden()
    page.locator("#web-look").click()
    expect(page.locator("#web-about")).to_contain_text("CC BY 2.0 FR", timeout=SOON)
    go.click()
    expect(page.locator("#web-about")).to_contain_text("manythings:fra-eng is here", timeout=SOON)
    expect(page.locator("#corpus-summary")).to_contain_text("40 sentence pairs", timeout=SOON)
    expect(page.get_by_label("Corpus", exact=True).first).to_have_value("fra-eng.zip", timeout=SOON)
    expect(go).to_be_hidden()


def test_a_list_of_opus(page: Page) -> None:
    choose_service(page, "OPUS")
    page.locator("#web-look").click()
    expect(page.locator("#web-about")).to_contain_text("1 corpus in these languages", timeout=SOON)
    page.get_by_label("What there is", exact=True).click()
    page.get_by_role("option", name=re.compile("40 sentence pairs")).click()
    expect(page.locator("#web-about")).to_contain_text("CC-BY-SA 3.0", timeout=SOON)
    expect(page.locator("#web-go")).to_be_visible()


def test_cancelled_and_gone_on_with(page: Page, web: StandInWeb) -> None:
    choose_service(page, "address of a file")
    expect(page.locator("#web-go")).to_be_hidden()
    page.locator("#web-name textarea, #web-name input").first.fill(f"{web.address}/big.tsv")
    page.locator("#web-look").click()
    expect(page.locator("#web-about")).to_contain_text("not stated", timeout=SOON)
    page.locator("#web-go").click()
    expect(page.locator("#web-about progress")).to_be_visible()
    expect(page.locator("#web-look")).to_be_hidden()
    page.locator("#web-cancel").click()
    expect(page.locator("#web-about")).to_contain_text("Cancelled", timeout=SOON)
    web.files["/big.tsv"].pause = 0.0
    page.locator("#web-go").click()
    expect(page.locator("#corpus-summary")).to_contain_text("20,000 sentence pairs", timeout=SOON)
    assert web.downloads("/big.tsv")[-1].status == 206


def test_what_is_not_there_is_told(page: Page, web: StandInWeb) -> None:
    page.locator("#web-name textarea, #web-name input").first.fill(f"{web.address}/nothing.tsv")
    page.locator("#web-look").click()
    toast = page.locator(".toast-body")
    expect(toast).to_contain_text("there is no such file on the server", timeout=SOON)
