import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from seq2seq_keras.comparison.build import build_report
from seq2seq_keras.comparison.page import render
from seq2seq_keras.localisation import CHINESE

from .conftest import REFERENCES, SOURCES, output, report_on

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> ${7*7} {{ 7*7 }} \" ' `"


@pytest.fixture(scope="module")
def hostile_page() -> str:
    """Every text that comes from outside is an attack."""
    one, other = output("plain", 0.5), output(HOSTILE, 0.1)
    attacking = [f"{HOSTILE} {text}" for text in one.translations[:30]]
    spoilt = [
        replace(one, translations=attacking),
        replace(other, translations=other.translations[:30]),
    ]
    return render(
        build_report(
            spoilt,
            [f"{source} {HOSTILE}" for source in SOURCES[:30]],
            [f"{reference} {HOSTILE}" for reference in REFERENCES[:30]],
            source_lang='en" onclick="alert(3)',
            target_lang=HOSTILE,
            test_name=HOSTILE,
            notices=[HOSTILE],
        )
    )


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text.append(data)


def test_text_from_outside_is_inert(hostile_page):
    tags = Tags(hostile_page).tags
    assert not any(tag in ("img", "iframe", "object", "link", "base") for tag, _ in tags)
    assert not any(name.startswith("on") for _, attributes in tags for name in attributes)
    assert "<script>alert" not in hostile_page
    assert "alert(1)" in "".join(Tags(hostile_page).text)  # it is there, as text


def test_nothing_is_fetched(hostile_page):
    for _, attributes in Tags(hostile_page).tags:
        assert "src" not in attributes
        assert "href" not in attributes
    assert "default-src 'none'" in hostile_page


def test_the_page_tells_the_report(report):
    page = render(report)
    text = " ".join("".join(Tags(page).text).split())
    for system in report.systems:
        assert f"{system.bleu.value:.1f}" in text
        assert system.description in text
    assert report.verdict() in text
    assert report.differences[0].source in text
    assert report.systems[0].bleu.signature in text
    assert len(page) < 6_000_000


def test_chinese_is_marked_as_such():
    one = replace(output("plain", 0.5), translations=["他会说法语。"] * len(SOURCES))
    other = replace(output("attention", 0.5), translations=["他会说德语。"] * len(SOURCES))
    page = render(build_report([one, other], SOURCES, ["他会说德语。"] * len(SOURCES)))
    assert '<dd lang="zh" dir="auto">' in page
    assert "<mark>法</mark>" in page


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with playwright.sync_playwright() as driver:
        try:
            chromium = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except playwright.Error as error:
            pytest.skip(f"no Chromium to look at the page with: {str(error).splitlines()[0]}")
        yield chromium
        chromium.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
@pytest.mark.parametrize("which", ["hostile", "crossed"])
def test_it_reads_in_a_browser(
    browser, hostile_page, crossed, tmp_path, request, which, width, scheme
):
    path = tmp_path / "report.html"
    path.write_text(hostile_page if which == "hostile" else render(crossed), encoding="utf-8")
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True
    )
    request.addfinalizer(context.close)
    tab = context.new_page()
    trouble: list[str] = []
    requests: list[str] = []
    tab.on("console", lambda message: trouble.append(message.text))
    tab.on("pageerror", lambda error: trouble.append(str(error)))
    tab.on("dialog", lambda dialog: (trouble.append("dialog"), dialog.dismiss()))
    tab.on("request", lambda sent: requests.append(sent.url))
    tab.goto(path.as_uri())
    tab.wait_for_selector("#chart-lengths .scatterlayer .trace")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.locator("#chart-scores .barlayer .trace").count() >= 2
    background = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")
    assert requests == [path.as_uri()]
    assert trouble == []


def test_a_report_on_one_system_has_a_page():
    page = render(report_on(output("plain", 0.5)))
    assert "Only plain was scored" in page
    assert "differ most" not in page


def test_a_report_on_nothing_has_a_page_that_says_so(report):
    stopped = {"systems": [], "pairs": [], "differences": [], "notices": ["it was stopped"]}
    page = render(report.model_copy(update=stopped))
    assert "No network was trained far enough" in page
    assert "Note: it was stopped." in page


def test_the_page_speaks_chinese(report):
    page = render(report, CHINESE)
    tags = Tags(page)
    assert ("html", {"lang": "zh-CN"}) in tags.tags
    scripts = re.compile(r"<(script|style).*?</\1>", re.DOTALL)
    words = Tags(scripts.sub("", page))
    text = " ".join("".join(words.text).split())
    for system in report.systems:
        assert f"{system.bleu.value:.1f}" in text
    assert report.verdict(CHINESE) in text
    # The figures' words stand in the scripts.
    for word in ("验证集困惑度", "源句长度", "有注意力", "置信区间"):
        assert word in page or word.encode("unicode_escape").decode() in page
    # Sentences of the corpus aside, and names of software and of measures.
    for row in report.differences:
        for known in (row.source, row.reference):
            text = text.replace(known, "")
    said = re.findall(r"[A-Za-z]{3,}(?: [A-Za-z]{3,})+", re.sub(r"BLEU\|.*", "", text))
    ours = (
        "interval",
        "sentences",
        "Scores",
        "difference",
        "epoch",
        "layer",
        "Training",
        "trained",
    )
    assert not [phrase for phrase in said if any(word in phrase.split() for word in ours)]


@pytest.mark.slow
def test_hostile_text_is_inert_in_chinese_too():
    one, other = output("plain", 0.5), output(HOSTILE, 0.1)
    page = render(report_on(one, other, test_name=HOSTILE, notices=[HOSTILE]), CHINESE)
    assert "<script>alert" not in page
    assert not any(tag == "img" for tag, _ in Tags(page).tags)
