"""A server at which one logs in by the Hub, over https: in a browser, in a frame of the Hub's."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Frame, Page, expect, sync_playwright

from helpers.servers import Server, free_port, start_in_vain
from helpers.stand_in_openid import OpenId, openid
from helpers.tls_proxy import certificate, https_for
from seq2seq_keras.app.login.hub_cookies import LOGIN
from seq2seq_keras.config import Config

pytestmark = pytest.mark.slow

LATER = 150_000  # milliseconds, for a page that is built first
ADA, EVE = "5f0c", "6a1d"


class Space:
    """A Space and its Hub.

    Attributes:
        hub: The Hub; `https://localhost:PORT`.
        server: The app, behind a proxy.
        address: Where the proxy makes it reached; of another site than the Hub's.
        trusted: The certificate of both.
        tls: What they speak with it.
    """

    def __init__(
        self, hub: OpenId, server: Server, address: str, trusted: Path, tls: ssl.SSLContext
    ) -> None:
        self.hub, self.server, self.address = hub, server, address
        self.trusted, self.tls = trusted, tls

    def browser(self, user: str | None = None) -> httpx.Client:
        """A browser without a screen, in which somebody is logged in."""
        tls = ssl.create_default_context(cafile=self.trusted)
        client = httpx.Client(base_url=self.address, verify=tls, timeout=120, trust_env=False)
        if user is not None:
            self.hub.user = user
            there = client.get("/en/login-hub").headers["location"]
            back = client.get(there).headers["location"]
            assert client.get(back).status_code == 303
        return client

    def folder(self, user: str) -> Path:
        """Where somebody's things lie."""
        host = self.hub.address.removeprefix("https://").replace(":", "-")
        return self.server.data_dir / "hub" / host / user


@pytest.fixture(scope="module")
def space(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Space]:
    folder = tmp_path_factory.mktemp("space")
    trusted, tls = certificate(folder)
    port = free_port()
    with openid(tls) as hub:
        environment = {
            **hub.environment(f"127.0.0.1:{port}"),
            "SEQ2SEQ_AUTH": "hub",
            "SEQ2SEQ_QUOTA": "0.001",
            "SPACE_ID": "ada/translator",
            "SSL_CERT_FILE": str(trusted),
        }
        server = Server(repository, folder / "data", environment=environment)
        space = Space(hub, server, f"https://127.0.0.1:{port}", trusted, tls)
        model = space.folder(ADA) / "models" / "hers"
        model.mkdir(parents=True)
        Config.create().save(model / "config.yaml")
        (model / "model.keras").write_bytes(b"weights")  # it is listed, and never loaded here
        with https_for(server.address, port, tls):
            try:
                server.start()
                yield space
            finally:
                server.stop()
    assert "Traceback" not in server.words(), server.words()


def call(client: httpx.Client, endpoint: str, **given: Any) -> Any:
    path = f"/en/gradio_api/call/v2/{endpoint}"
    begun = client.post(path, json=given)
    begun.raise_for_status()
    text = client.get(f"{path}/{begun.json()['event_id']}").text
    found = json.loads(text.strip().rpartition("\ndata: ")[2])
    return found if isinstance(found, dict) else found[0]


def models(client: httpx.Client) -> set[str]:
    return {model["name"] for model in call(client, "list_models")}


def test_each_has_a_workspace_of_their_own(space: Space) -> None:
    assert "can log in" in space.server.words() and "public demo" not in space.server.words()
    nobody, ada, eve = space.browser(), space.browser(ADA), space.browser(EVE)
    assert nobody.get("/en/config").status_code == 401
    assert "hers" in models(ada) and "hers" not in models(eve)
    assert ada.get("/download/models/mine/hers.zip").status_code == 200
    assert eve.get("/download/models/mine/hers.zip").status_code == 404
    assert '<meta name="account" content="ada">' in ada.get("/en/").text


def test_a_full_quota_is_told_and_nothing_is_lost(space: Space) -> None:
    ada = space.browser(ADA)

    def upload(size: int) -> Any:
        content = b"a dog\tun chien\n" * (size // 15)
        files = {"files": ("pairs.tsv", content)}
        path = ada.post("/en/gradio_api/upload", files=files).json()[0]
        file = {"path": path, "orig_name": "pairs.tsv", "meta": {"_type": "gradio.FileData"}}
        return call(ada, "upload_corpus", file=file)

    kept = upload(300_000)["id"]
    assert "you may keep 1.0 MB" in upload(800_000)["error"]
    assert kept in {each["id"] for each in call(ada, "list_corpora")} and "hers" in models(ada)


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path,
            # As browsers will be, and some are: no cookie of one site in a page of another.
            args=["--no-sandbox", "--test-third-party-cookie-phaseout"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(ignore_https_errors=True)
    page = context.new_page()
    page.set_default_timeout(LATER)
    yield page
    context.close()


def logs_in(shown: Page | Frame) -> None:
    shown.get_by_role("link", name="Log in with Hugging Face").click()
    shown.get_by_role("button", name="Authorize").click()
    expect(shown.locator(".masthead .account .name")).to_have_text("ada", timeout=LATER)


@pytest.mark.browser
def test_a_person_logs_in_and_out(space: Space, page: Page) -> None:
    space.hub.user = ADA
    page.goto(f"{space.address}/en/theory/")
    expect(page).to_have_title("Log in · seq2seq-keras", timeout=LATER)
    assert page.locator("[target=_blank]").count() == 0
    page.get_by_role("link", name="中文").click()
    page.get_by_role("link", name="使用 Hugging Face 登录").click()
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{space.address}/zh/theory/", wait_until="commit")
    page.goto("about:blank")  # Gradio's streams of an open page do not know the next server
    space.server.kill()
    space.server.start()
    # The last page may be replaced by that of the login: the way back has another before it.
    page.goto(f"{space.address}/en/theory/")
    page.goto(f"{space.address}/en/")
    expect(page.locator(".masthead .account .name")).to_have_text("ada", timeout=LATER)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in with Hugging Face")).to_be_visible(timeout=LATER)
    page.go_back()
    expect(page.get_by_role("link", name="Log in with Hugging Face")).to_be_visible(timeout=LATER)


@pytest.mark.browser
def test_it_works_in_the_frame_of_the_hubs_page(space: Space, page: Page) -> None:
    """Where the browser keeps cookies of each page that shows the frame apart."""
    space.hub.user = ADA
    space.hub.framed = f"{space.address}/en/"
    page.goto(f"{space.hub.address}/frame")
    frame = page.frames[1]
    expect(frame.get_by_role("link", name="Log in in a tab of its own")).to_be_visible(
        timeout=LATER
    )
    logs_in(frame)
    (cookie,) = [each for each in page.context.cookies() if each["name"] == LOGIN]
    assert cookie["sameSite"] == "None" and cookie["secure"] and cookie["httpOnly"]
    # Of another page it is no login: not even that at the address of the app itself.
    other = page.context.new_page()
    other.goto(f"{space.address}/en/")
    expect(other).to_have_title("Log in · seq2seq-keras", timeout=LATER)
    other.close()
    frame.get_by_role("button", name="Log out").click()
    expect(frame.get_by_role("link", name="Log in with Hugging Face")).to_be_visible(timeout=LATER)
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Log in in a tab of its own").click()
    opened.value.set_default_timeout(LATER)
    opened.value.get_by_role("button", name="Authorize").click()
    expect(opened.value.locator(".masthead .account .name")).to_have_text("ada", timeout=LATER)


@pytest.mark.browser
def test_no_other_page_shows_it(space: Space, page: Page) -> None:
    with openid(space.tls) as other:
        other.framed = f"{space.address}/en/login"
        page.goto(f"{other.address}/frame")  # and what is in it
        page.frames[1].wait_for_url("chrome-error://**", wait_until="commit")
    space.hub.framed = other.framed
    page.goto(f"{space.hub.address}/frame")
    page.frames[1].wait_for_url(other.framed, wait_until="commit")


def test_without_the_spaces_secrets_it_does_not_start(repository: Path, tmp_path: Path) -> None:
    start = partial(start_in_vain, repository, tmp_path)
    space = {"SPACE_ID": "ada/x", "SPACE_HOST": "ada-x.hf.space"}
    for done in (start("--auth", "hub", **space), start(SEQ2SEQ_AUTH="hub", **space)):
        assert done.returncode == 2 and done.stderr.count("\n") == 1
        assert "OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET, OPENID_PROVIDER_URL not set" in done.stderr
    done = start("--auth", "hub", SEQ2SEQ_DEMO="1", **space)
    assert done.returncode == 2 and "a public demo" in done.stderr
    done = start("--quota", "5")
    assert done.returncode == 2 and "--quota: is of those who log in" in done.stderr
