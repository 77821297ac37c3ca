"""Takes the pictures of the app in `docs/images/`, of a real server that trains and compares.

    .venv/bin/python docs/take_screenshots.py [--no-training]

Needs Chromium and a font with Chinese characters (`make browser`), and some five minutes.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

REPOSITORY = Path(__file__).resolve().parents[1]
IMAGES = Path(__file__).with_name("images")
sys.path.insert(0, str(REPOSITORY / "tests"))

from helpers.chromium import find_chromium  # noqa: E402
from helpers.servers import Server  # noqa: E402

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
TALLEST = {"": 1500, "-dark": 1500, "-zh": 1500, "-phone": 1800}
TABS = {
    "translate": ("Translate", "翻译"),
    "train": ("Train", "训练"),
    "compare": ("Compare", "比较"),
    "understand": ("Understand", "理解"),
    "models": ("Models", "模型"),
}
PARTS = {
    "inside": ("Inside the cell", "单元内部"),
    "limits": ("The two limits", "两个局限"),
    "what-if": ("What if", "假如"),
    "beam": ("Beam tree", "集束搜索树"),
    "practice": ("Practice", "练习"),
}
PARTS_END = {
    "inside": "#inside-cell",
    "limits": "#limits-clipped",
    "what-if": "#what-if",
    "beam": "#beam-tree",
    "practice": "#practice",
}
SENTENCE = "The young woman reads a book in the garden."
MINUTE = 60_000  # milliseconds


def take(page: Page, name: str, tallest: int = 1500) -> None:
    """Saves what a page shows, down to a height, in few colours."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(1200)
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    image = Image.open(path).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, tallest)))
    image.quantize(192, dither=Image.Dither.NONE).save(path, optimize=True)
    print(path.name, image.size, f"{path.stat().st_size // 1024} kB", flush=True)


def take_part(page: Page, name: str, first: str, last: str) -> None:
    """Saves the part of a page from one element to another."""
    page.wait_for_timeout(1200)
    page.evaluate("window.scrollTo(0, 0)")
    top = page.locator(first).first.bounding_box()
    bottom = page.locator(last).last.bounding_box()
    assert top is not None and bottom is not None
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    image = Image.open(path).convert("RGB")
    lowest = min(image.height, int(bottom["y"] + bottom["height"]) + 24)
    image = image.crop((0, max(0, int(top["y"]) - 16), image.width, lowest))
    image.quantize(192, dither=Image.Dither.NONE).save(path, optimize=True)
    print(path.name, image.size, f"{path.stat().st_size // 1024} kB", flush=True)


def open_tab(page: Page, name: str) -> None:
    tab = page.get_by_role("tab", name=name, exact=True).first
    if tab.count() and tab.is_visible():
        tab.click()
    else:  # on a phone, not all stand beside each other
        page.locator("#tabs .overflow-menu > button").first.click()
        page.locator("#tabs .overflow-dropdown button", has_text=name).first.click()
    page.wait_for_timeout(2500)


def upload(folder: Path) -> Path:
    """A corpus with what people's corpora have: pairs twice, empty sides, sides exchanged."""
    lines = (REPOSITORY / "data" / "english-french.tsv").read_text(encoding="utf-8").splitlines()
    path = folder / "my translations.tsv"
    swapped = ["\t".join(reversed(line.split("\t")[:2])) for line in lines[3000:3012]]
    rows = [*lines[:3000], *lines[:60], *swapped, "Good morning.\t"]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def train(page: Page, folder: Path) -> None:
    """Trains both architectures for two minutes each; pictures of each step."""
    open_tab(page, "Train")
    page.locator("#corpus-upload input[type=file]").set_input_files(upload(folder))
    expect(page.locator("#corpus-warnings")).to_contain_text("occur", timeout=MINUTE)
    page.get_by_label("Quick: 2 minutes").check()
    page.locator("#model-name textarea").fill("My first translator")
    page.locator("#network button").first.click()
    page.wait_for_timeout(3000)
    take_part(page, "train-corpus", "h1", "#corpus-explorer")
    take_part(page, "train-model", "#model-step", "#start")
    page.locator("#network button").first.click()
    page.locator("#start").click()
    page.locator("#details button").first.click()
    # The second network is the one with a map.
    expect(page.locator("#job-status")).to_contain_text("With attention: epoch", timeout=5 * MINUTE)
    expect(page.locator("#training-map tbody td").first).to_be_visible(timeout=3 * MINUTE)
    page.wait_for_timeout(40_000)
    take_part(page, "train-running", "#job", "#training-map")
    expect(page.locator("#job-status")).to_contain_text("Finished", timeout=6 * MINUTE)


def compare(page: Page) -> None:
    open_tab(page, "Compare")
    page.locator("#compare-samples, #compare-button").locator("visible=true").first.click()
    expect(page.locator("#compare-cancel")).to_be_visible(timeout=MINUTE)
    expect(page.locator("#compare-cancel")).to_be_hidden(timeout=5 * MINUTE)
    expect(page.locator(".chart .js-plotly-plot")).to_have_count(4, timeout=MINUTE)


def look(browser: Browser, address: str, variant: str) -> None:
    """Pictures of every tab as one visitor sees them."""
    chinese = variant == "-zh"
    page = browser.new_page(
        viewport=PHONE if variant == "-phone" else WIDE,
        color_scheme="dark" if variant == "-dark" else "light",
    )
    page.set_default_timeout(MINUTE)
    page.goto(address + ("zh/" if chinese else "en/"))
    expect(page.locator("#attention-map tbody td").first).to_be_visible(timeout=2 * MINUTE)
    for name, (english, other) in TABS.items():
        open_tab(page, other if chinese else english)
        if name == "train":
            page.locator("#corpus-samples button").first.click()
            page.wait_for_timeout(6000)
        if name == "compare":
            expect(page.locator(".chart .js-plotly-plot")).to_have_count(4, timeout=MINUTE)
        if name == "understand":
            look_inside(page)
        take(page, name + variant, TALLEST[variant])
        if name == "understand" and variant in ("", "-zh"):
            take_parts(page, chinese, variant)
    page.close()


def look_inside(page: Page) -> None:
    """Some steps into a sentence that fits into the picture."""
    page.locator(".stepping-token").first.wait_for(timeout=2 * MINUTE)
    box = page.locator("#understand-text input, #understand-text textarea").first
    box.fill(SENTENCE)
    page.locator("#understand-go").click()
    page.wait_for_function("text => seq2seqTrace.trace.sentence === text", arg=SENTENCE)
    page.evaluate("seq2seqTrace.go({step: 3})")


def take_parts(page: Page, chinese: bool, variant: str) -> None:
    """The other parts of Understand."""
    for name, titles in PARTS.items():
        page.get_by_role("tab", name=titles[chinese], exact=True).click()
        page.wait_for_timeout(1500)
        if name == "inside":
            page.locator(".cell-ask").click()
            page.locator(".cell-sum-row").first.wait_for(timeout=2 * MINUTE)
        if name == "limits":
            page.locator("#limits-go").click()
            page.locator("#limits-positions .js-plotly-plot").wait_for(timeout=2 * MINUTE)
        if name == "what-if":
            page.locator(".whatif-step").nth(3).click()
            page.locator(".whatif-only").nth(10).click()
            page.locator(".whatif-go").click()
            page.locator(".whatif-result").wait_for(timeout=2 * MINUTE)
        take_part(page, f"understand-{name}{variant}", "#understand-parts", PARTS_END[name])


def main() -> None:
    """Takes all of them."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(REPOSITORY, Path(folder) / "workspace")
        server.start()
        try:
            browser = playwright.chromium.launch(
                executable_path=find_chromium(), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport=WIDE)
            page.set_default_timeout(MINUTE)
            page.goto(server.address + "en/")
            expect(page.locator("#attention-map tbody td").first).to_be_visible(timeout=2 * MINUTE)
            compare(page)  # while the samples are the only models: it is they that are compared
            for variant in TALLEST:
                look(browser, server.address, variant)
            if "--no-training" not in sys.argv:
                train(page, Path(folder))
                open_tab(page, "Models")
                take(page, "models")
            browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
