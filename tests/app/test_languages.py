"""Two pages, one for each language, and the ways between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import expect, sync_playwright

from helpers.servers import Server
from helpers.tiny_models import save_untrained
from seq2seq_keras.app.server import build_server
from seq2seq_keras.app.wording import model_label
from seq2seq_keras.jobs import Workspace
from seq2seq_keras.localisation import CHINESE, LANGUAGES

# What is written alike in both languages: names, measures, formats, keys.
ALIKE = set(
    "seq keras English BLEU LSTM GRU RNN TSV CSV TMX Excel zip HTML JSON Adam GNMT Bahdanau Luong "
    "SentencePiece Dropout dropout Enter Shift tiny none en fr TensorFlow Tab csv srt tsv txt vtt "
    "tanh softmax ti config yaml TensorBoard tensorboard pip install XLIFF gettext po tmx Qt ts "
    "GPU Hugging Face Hub OPUS Tatoeba ManyThings Anki".split()
)
SHOWN = ("label", "info", "placeholder", "headers", "choices", "title", "value")
# What only programs are told, and commands.
NOT_SEEN = ("api", "code")
# Values of these are data: sentences, and the ids of choices.
DATA = ("dataset", "dropdown", "radio", "state", "textbox")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    folder = tmp_path_factory.mktemp("languages")
    save_untrained(folder / "models" / "tiny")
    none = folder / "none"
    # Without its life cycle: no worker is started here.
    return TestClient(build_server(folder, shipped_models=none), follow_redirects=False)


def visible(config: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text on a page, with the component on which it stands."""
    yield "title", config["title"]
    for component in config["components"]:
        if component["type"] in NOT_SEEN:
            continue
        for name in SHOWN:
            if name == "value" and component["type"] in DATA:
                continue
            value = component["props"].get(name)
            for text in value if isinstance(value, list) else [value]:
                text = text[0] if isinstance(text, list | tuple) else text
                if isinstance(text, str):
                    yield f"{component['type']} {component['id']} {name}", text


def english_words(text: str) -> set[str]:
    text = re.sub(r"<[^>]*>|\$[^$]*\$|\([a-z]{2}\)", " ", text)  # tags, formulas, language codes
    return set(re.findall(r"[A-Za-z]{2,}", text)) - ALIKE


def test_the_chinese_page_holds_no_english_words_of_ours(client: TestClient) -> None:
    english, chinese = (client.get(f"/{code}/config").json() for code in ("en", "zh"))
    texts = list(visible(chinese))
    assert len(texts) == len(list(visible(english))) > 150
    assert {place: text for place, text in texts if english_words(text)} == {}
    # The tabs and buttons that one sees first.
    assert {"翻译", "训练", "比较", "理解", "模型", "开始训练"} <= {text for _, text in texts}


def test_the_english_page_holds_nothing_chinese(client: TestClient) -> None:
    texts = visible(client.get("/en/config").json())
    chinese = [text for _, text in texts if re.search(r"[\u4e00-\u9fff]", text)]
    assert len(chinese) == 1 and ">中文</a>" in chinese[0]  # the way to the other page


@pytest.mark.parametrize(("code", "tag"), [("en", "en"), ("zh", "zh-CN")])
def test_a_page_tells_its_language_before_any_script(
    client: TestClient, code: str, tag: str
) -> None:
    for accepted in ("identity", "gzip", "br"):
        page = client.get(f"/{code}/", headers={"accept-encoding": accepted}).text
        assert re.search(rf'<html\s+lang="{tag}"', page)
        assert page.index(f'["language", "{tag}"]') < page.index("gradio_config")
        assert page.count("defineProperty(navigator") == 1
    assert client.head(f"/{code}/").status_code == 200
    assert client.get(f"/{code}/favicon.ico").content == client.get("/favicon.ico").content


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        ("/", {}, "en/"),
        ("/", {"accept-language": "zh-Hans-CN,en;q=0.9"}, "zh/"),
        ("/", {"accept-language": "de, zh;q=0.3"}, "zh/"),
        ("/", {"accept-language": "zh", "cookie": "language=en"}, "en/"),
        ("/", {"cookie": "language=zh"}, "zh/"),
        ("/", {"cookie": "language=..%2fevil"}, "en/"),
        ("/?__theme=dark&x=%2F", {}, "en/?__theme=dark&x=%2F"),
        ("/a/b c?d=1", {"cookie": "language=zh"}, "../zh/a/b%20c?d=1"),
        ("/zh?d=1", {}, "zh/?d=1"),
    ],
)
def test_the_bare_address_leads_to_the_visitors_language(
    client: TestClient, path: str, headers: dict[str, str], expected: str
) -> None:
    response = client.get(path, headers={"accept-language": "", **headers})
    assert (response.status_code, response.headers["location"]) == (302, expected)
    assert response.headers["vary"] == "Accept-Language, Cookie"


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "/%0d%0aset-cookie:x=1"])
def test_no_address_leads_elsewhere(client: TestClient, path: str) -> None:
    response = client.get(f"http://testserver{path}")
    assert "set-cookie" not in response.headers
    if response.status_code != 404:
        assert re.match(r"(\.\./)*(en|zh)/", response.headers["location"])


def test_a_choice_is_remembered(client: TestClient) -> None:
    response = client.get("/language/zh")
    assert (response.status_code, response.headers["location"]) == (302, "../zh/")
    cookie = response.headers["set-cookie"].lower()
    for part in ("language=zh", "max-age=31536000", "path=/", "samesite=lax"):
        assert part in cookie
    client.cookies.clear()
    assert client.get("/language/fr").status_code == 404


def test_downloads_lie_beside_the_pages(client: TestClient) -> None:
    assert client.get("/en/../download/models/mine/tiny.zip").status_code == 200
    assert client.get("/zh/../download/models/mine/tiny.zip").status_code == 200


def test_a_models_label_names_languages_in_chinese(client: TestClient, tmp_path: Path) -> None:
    save_untrained(tmp_path / "models" / "tiny")
    (info,) = Workspace(tmp_path, shipped_models=tmp_path).models()
    assert re.fullmatch(r"tiny  ·  \S+ → \S+", model_label(info, CHINESE))
    assert not english_words(model_label(info, CHINESE))


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize(
    ("code", "browsers", "upload", "other"),
    [("zh", "en-US", "点击上传", "English"), ("en", "zh-CN", "Click to Upload", "中文")],
)
def test_gradios_own_words_follow_the_page_not_the_browser(
    server: Server, chromium_path: str, code: str, browsers: str, upload: str, other: str
) -> None:
    language = LANGUAGES[code]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        page = browser.new_context(locale=browsers).new_page()
        page.set_default_timeout(120_000)
        trouble: list[str] = []
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on(
            "response",
            lambda response: trouble.append(response.url) if response.status >= 400 else None,
        )
        page.goto(f"{server.address}{code}/")
        page.get_by_role("tab").nth(1).click()
        expect(page.locator("#corpus-upload")).to_contain_text(upload)
        assert page.evaluate("document.documentElement.lang")[:2] == code
        page.locator("#start").click()
        toast = page.locator(".toast-wrap")
        expect(toast.locator(".toast-title")).to_have_text(language.say("That did not work"))
        expect(toast).to_contain_text(
            language.error("Choose a corpus first: a sample, or a file of yours.")
        )
        # The switch is reached by keyboard, and what it chose holds for the bare address.
        switch = page.locator(".masthead .switch")
        expect(switch).to_have_text(other)
        switch.focus()
        page.keyboard.press("Enter")
        there = "en" if code == "zh" else "zh"
        page.wait_for_url(f"{server.address}{there}/")
        page.goto(server.address)
        page.wait_for_url(f"{server.address}{there}/")
        assert trouble == []
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Iterator[Server]:
    served = Server(repository, tmp_path_factory.mktemp("served"))
    served.start()
    yield served
    served.stop()
