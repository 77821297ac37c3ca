"""A server with accounts, over HTTP: who gets in, by which way, and to what."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AuthenticationError
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from helpers.servers import Server, start_in_vain
from seq2seq_keras.accounts import AccountBook
from seq2seq_keras.accounts.passwords import Cost
from seq2seq_keras.app.login.cookies import LOGIN
from seq2seq_keras.app.mcp import ADDRESS
from seq2seq_keras.config import Config

PASSWORD = "correct horse battery"
ADA, EVE = ("ada", PASSWORD), ("eve", PASSWORD)
PAGE = {"accept": "text/html"}
LATER = 150_000  # milliseconds, for a page that is built first


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> AccountBook:
    book = AccountBook(tmp_path_factory.mktemp("group"), Cost(n=16, r=1, p=1))
    for name in ("ada", "eve", "bob"):
        book.add(name, PASSWORD)
    account = book.find("ada")
    assert account is not None
    model = book.folder / account.folder / "models" / "hers"
    model.mkdir(parents=True)
    Config.create().save(model / "config.yaml")
    (model / "model.keras").write_bytes(b"weights")  # it is listed, and never loaded here
    return book


@pytest.fixture(scope="module")
def server(repository: Path, book: AccountBook) -> Iterator[Server]:
    server = Server(
        repository, book.path.parent, "--auth", "--mcp", "--allow-host", "class.example.org"
    )
    try:
        server.start()
        yield server
    finally:
        server.stop()
    assert "Traceback" not in server.words(), server.words()


def browser(server: Server, name: str | None = None) -> httpx.Client:
    client = httpx.Client(base_url=server.address, timeout=60, headers=PAGE)
    if name:
        answer = client.post("en/login", data={"username": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
    return client


def call(client: httpx.Client, endpoint: str, **given: Any) -> Any:
    path = f"/en/gradio_api/call/v2/{endpoint}"
    begun = client.post(path, json=given)
    begun.raise_for_status()
    text = client.get(f"{path}/{begun.json()['event_id']}").text
    return json.loads(text.strip().rpartition("\ndata: ")[2])[0]


def names(models: list[dict[str, Any]]) -> set[str]:
    return {model["name"] for model in models}


def test_nobody_gets_in(server: Server) -> None:
    nobody = browser(server)
    for path, place in (("", "./en/login"), ("zh/", "../zh/login?next=zh/")):
        answer = nobody.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, place)
    for path in (
        *("en/config", "en/gradio_api/info", "zh/gradio_api/info", "en/gradio_api/upload_progress"),
        *("en/gradio_api/file=/etc/passwd", "en/gradio_api/queue/data?session_hash=x"),
        *("download/models/mine/hers.zip", "download/models/saved/sample-en-fr-plain.zip"),
        *("assets/index.js", "en/assets/index.js", ADDRESS[1:], "mcp", "mcp/gradio_api/info"),
        *("en/theory/config", "images/understand/x.svg", "understand/x.svg", "openapi.json"),
    ):
        answer = nobody.get(path, headers={"accept": "*/*"})
        assert answer.status_code == 401 and set(answer.json()) == {"detail"}, path
    for path in (
        *("en/gradio_api/call/v2/list_models", "en/gradio_api/upload", "zh/gradio_api/queue/join"),
        *("mcp", ADDRESS[1:], "en/login/gradio_api/upload"),
    ):
        assert nobody.post(path, json={}).status_code == 401, path
    assert nobody.get("health").json()["status"] == "ok"
    assert nobody.get("favicon.ico").status_code == 200
    assert "input" in nobody.get("login.css").text


def test_each_has_a_workspace_of_their_own(server: Server) -> None:
    ada, eve = browser(server, "ada"), browser(server, "eve")
    hers = {"hers"}
    assert hers <= names(call(ada, "list_models"))
    assert not hers & names(call(eve, "list_models"))
    assert ada.get("download/models/mine/hers.zip").status_code == 200
    assert eve.get("download/models/mine/hers.zip").status_code == 404
    upload = ada.post("en/gradio_api/upload", files={"files": ("a.tsv", b"a\tb\n")}).json()[0]
    file = {"path": upload, "orig_name": "a.tsv", "meta": {"_type": "gradio.FileData"}}
    path = "en/gradio_api/call/v2/upload_corpus"
    assert eve.post(path, json={"file": file}).status_code == 403
    corpus = call(ada, "upload_corpus", file=file)
    assert corpus["id"] in {each["id"] for each in call(ada, "list_corpora")}
    assert corpus["id"] not in {each["id"] for each in call(eve, "list_corpora")}
    body = {"data": [], "session_hash": "adassession"}
    event = ada.post("en/gradio_api/call/list_models", json=body).json()["event_id"]
    assert eve.get(f"en/gradio_api/call/list_models/{event}").status_code == 403
    assert eve.get("en/gradio_api/queue/data?session_hash=adassession").status_code == 403
    for closed in ("en/monitoring", "en/gradio_api/file=/etc/passwd", "en/gradio_api/deep_link"):
        assert ada.get(closed).status_code == 404


def test_a_rebound_name_reaches_nothing(server: Server) -> None:
    for host, status in {
        "evil.example": 403,
        f"localhost:{server.port}": 200,
        "10.1.2.3": 200,
        "class.example.org": 200,
    }.items():
        for path in ("health", "en/login"):
            answer = httpx.get(server.address + path, headers={"host": host})
            assert answer.status_code == status, (host, path)


def test_the_page_says_who_is_logged_in(server: Server) -> None:
    page = browser(server, "ada").get("en/")
    assert '<meta name="account" content="ada">' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "same-origin"


def test_gradios_client_logs_in(server: Server) -> None:
    address = f"{server.address}en"
    with_auth = Client(address, auth=ADA, verbose=False)
    assert "hers" in names(with_auth.predict(api_name="/list_models"))
    header = httpx.BasicAuth(*EVE)._auth_header
    with_header = Client(address, headers={"Authorization": header}, verbose=False)
    assert "hers" not in names(with_header.predict(api_name="/list_models"))
    with pytest.raises(AuthenticationError):
        Client(address, auth=("ada", "wrong password"), verbose=False)
    with pytest.raises(AuthenticationError):
        Client(address, verbose=False)


def test_curl_sends_name_and_password(server: Server) -> None:
    ada = httpx.Client(base_url=server.address, auth=ADA, timeout=180)
    assert "hers" in names(call(ada, "list_models"))
    assert ada.get("download/models/mine/hers.zip").status_code == 200
    assert httpx.get(f"{server.address}en/config", auth=("ada", "wrong one")).status_code == 401


def test_an_assistant_sees_the_models_of_its_account(server: Server) -> None:
    async def ask(auth: tuple[str, str]) -> set[str]:
        async with (
            httpx.AsyncClient(auth=httpx.BasicAuth(*auth), timeout=180) as http,
            streamable_http_client(server.address.rstrip("/") + ADDRESS, http_client=http) as (
                incoming,
                outgoing,
                _,
            ),
            ClientSession(incoming, outgoing) as session,
        ):
            await session.initialize()
            (content,) = (await session.call_tool("list_models", {})).content
            return names(json.loads(content.text))  # type: ignore[union-attr]

    assert "hers" in asyncio.run(ask(ADA))
    assert "hers" not in asyncio.run(ask(EVE))


def test_a_change_at_the_shell_holds_at_once(server: Server, book: AccountBook) -> None:
    bob = browser(server, "bob")
    basic = httpx.Client(base_url=server.address, auth=("bob", PASSWORD), timeout=180)
    assert bob.get("en/config").status_code == basic.get("en/config").status_code == 200
    program = [sys.executable, "-m", "seq2seq_keras", "accounts"]
    place = ["--data-dir", str(book.path.parent)]
    with bob.stream("GET", "en/gradio_api/heartbeat/bobs-session") as heart:
        assert heart.status_code == 200
        subprocess.run(
            [*program, "password", "bob", "--password-stdin", *place],
            input=b"another password",
            check=True,
            capture_output=True,
            timeout=60,
            cwd=Path(__file__).parents[2],
        )
        assert bob.get("en/config", headers={"accept": "*/*"}).status_code == 401
        assert basic.get("en/config").status_code == 401
        for _ in heart.iter_raw():  # ends, instead of going on for ever
            pass


def test_nobody_is_asked_in_vain(repository: Path, tmp_path: Path) -> None:
    """Without an account, and with a demo, the server does not even start."""

    start = partial(start_in_vain, repository, tmp_path)
    for done in (start("--auth"), start(SEQ2SEQ_AUTH="1")):
        assert done.returncode == 2 and done.stderr.count("\n") == 1
        assert f" accounts add NAME --data-dir {tmp_path}" in done.stderr
    done = start("--auth", SEQ2SEQ_DEMO="1")
    assert done.returncode == 2 and "a public demo" in done.stderr


def test_the_cookie_is_that_of_the_login(server: Server) -> None:
    ada = browser(server, "ada")
    stolen = httpx.Client(base_url=server.address, headers=PAGE)
    stolen.cookies.set(LOGIN, ada.cookies[LOGIN])
    assert stolen.get("en/").status_code == 200
    ada.post("logout")
    assert LOGIN not in ada.cookies and ada.get("en/").status_code == 303


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        names = "MAP class.example.org 127.0.0.1, MAP rebound.example 127.0.0.1"
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", f"--host-resolver-rules={names}"]
        )
        yield browser
        browser.close()


def type_in(page: Page, name: str, password: str) -> None:
    """By the keyboard alone, as one does; the first field waits for it."""
    expect(page.locator("#username")).to_be_focused()
    page.keyboard.insert_text(name)
    page.keyboard.press("Tab")
    page.keyboard.insert_text(password)
    page.keyboard.press("Enter")


def sees(page: Page, model: str) -> bool:
    page.get_by_role("tab", name="Models", exact=True).click()
    expect(page.get_by_text("sample-en-fr-plain").first).to_be_visible(timeout=LATER)
    return page.get_by_text(model, exact=True).count() > 0


@pytest.mark.slow
@pytest.mark.browser
def test_a_person_logs_in_works_and_logs_out(server: Server, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 844})
    page = context.new_page()
    page.set_default_timeout(LATER)
    page.goto(f"{server.address}en/theory/")
    expect(page).to_have_title("Log in · seq2seq-keras")
    type_in(page, "ada", "wrong password")
    expect(page.get_by_role("alert")).to_have_text("Name or password is wrong.")
    expect(page.get_by_label("User name")).to_have_value("ada")
    expect(page.get_by_label("Password")).to_be_focused()  # the name stands there already
    page.keyboard.insert_text(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.address}en/theory/", wait_until="commit", timeout=LATER)
    page.goto(f"{server.address}en/")
    expect(page.locator(".masthead .account .name")).to_have_text("ada", timeout=LATER)
    assert sees(page, "hers")

    # Another browser, another account, in Chinese.
    other = chromium.new_context(locale="zh-CN").new_page()
    other.set_default_timeout(LATER)
    other.goto(server.address)
    type_in(other, "eve", PASSWORD)
    other.wait_for_url(f"{server.address}zh/", wait_until="commit", timeout=LATER)
    expect(other.get_by_role("button", name="退出登录")).to_be_visible(timeout=LATER)
    other.goto(f"{server.address}en/")
    assert not sees(other, "hers")
    other.close()

    page.goto("about:blank")  # Gradio's streams of an open page do not know the next server
    server.kill()
    server.start()
    # The last page may be replaced by that of the login: the way back has another before it.
    page.goto(f"{server.address}en/theory/")
    page.goto(f"{server.address}en/")
    assert sees(page, "hers")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Password")).to_be_visible()
    page.goto(f"{server.address}en/")
    expect(page).to_have_title("Log in · seq2seq-keras")


@pytest.mark.slow
@pytest.mark.browser
def test_a_page_of_another_site_reaches_nothing(server: Server, chromium: Browser) -> None:
    """In the browser of somebody who is logged in: by a form, by scripts, by a frame."""
    page = chromium.new_context().new_page()
    page.goto(f"{server.address}en/login")
    type_in(page, "ada", PASSWORD)
    page.wait_for_url(f"{server.address}en/", wait_until="commit", timeout=LATER)
    page.route("http://evil.example/", lambda route: route.fulfill(body="<p>Evil</p>"))
    page.goto("http://evil.example/")
    tried = """async (address) => {
      const path = `${address}en/gradio_api/call/v2/list_models`;
      const body = "{}", credentials = "include";
      const heard = [];
      for (const options of [
        { method: "POST", body, credentials },
        { method: "POST", body, mode: "no-cors", credentials },
        { method: "POST", body, credentials, headers: { "X-Forwarded-Host": "evil.example" } },
        { credentials },
      ]) {
        try { heard.push((await fetch(path, options)).status); } catch (error) { heard.push("-"); }
      }
      return heard;
    }"""
    # What is sent without a question has no status that the page could see.
    assert set(page.evaluate(tried, server.address)) <= {"-", 0}
    page.set_content(
        f'<form method="post" action="{server.address}logout"><button>x</button></form>'
    )
    page.get_by_role("button").click()
    expect(page.locator("body")).to_contain_text("A page of another site must not use this app")
    page.goto(f"{server.address}en/")
    expect(page.locator(".masthead .account .name")).to_have_text("ada", timeout=LATER)


@pytest.mark.slow
@pytest.mark.browser
def test_by_a_name_without_https(server: Server, chromium: Browser) -> None:
    """A browser then says by `Origin` alone which page it is that asks."""
    page = chromium.new_context().new_page()
    page.set_default_timeout(LATER)
    address = f"http://class.example.org:{server.port}/en/"
    page.goto(f"{address}login")
    type_in(page, "ada", PASSWORD)
    page.wait_for_url(address, wait_until="commit")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    page.goto(f"http://rebound.example:{server.port}/en/login")
    expect(page.locator("body")).to_contain_text("does not go by the name in the address")
