"""Logging in by the Hub: a small server behind the doors of the real one, and a provider."""

from __future__ import annotations

import base64
import hmac
import json
import logging
import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import StreamingResponse

from helpers.doors import tell_who
from helpers.stand_in_openid import CLIENT, OTHER_CLIENT, OpenId, openid
from seq2seq_keras.app.guards.headers import Headers
from seq2seq_keras.app.guards.origin import OwnPages
from seq2seq_keras.app.login.hub_app import hub_app
from seq2seq_keras.app.login.hub_cookies import BEGUN, DAYS, LOGIN
from seq2seq_keras.app.login.hub_login import HubLogin
from seq2seq_keras.app.login.hub_members import HubMembers
from seq2seq_keras.app.login.hub_routes import hub_routes
from seq2seq_keras.app.visitors.admission import Admission

HOST = "ada-translator.hf.example"
PAGE = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def hub() -> Iterator[OpenId]:
    with openid() as provider:
        yield provider


def serve(hub: OpenId, folder: Path, **environment: str) -> FastAPI:
    app = hub_app({**hub.environment(HOST), **environment})
    server, members = FastAPI(openapi_url=None), HubMembers.of(HubLogin(app), folder)
    server.include_router(hub_routes(members))

    @server.get("/stream")
    def stream() -> StreamingResponse:
        def parts() -> Iterator[str]:
            for number in range(1000):
                if number == 3:
                    folder.joinpath("over").touch()
                yield f"{number}\n"

        return StreamingResponse(parts(), media_type="text/plain")

    tell_who(server)
    server.add_middleware(Admission, people=members)
    server.add_middleware(OwnPages)
    server.add_middleware(Headers, frames=app.frames)
    return server


@pytest.fixture
def app(hub: OpenId, tmp_path: Path) -> FastAPI:
    return serve(hub, tmp_path)


def browser(app: FastAPI, scheme: str = "https", **headers: str) -> TestClient:
    """A browser in front of the app; its address is the one that the provider sends to."""
    return TestClient(
        app, base_url=f"{scheme}://{HOST}", headers={**PAGE, **headers}, follow_redirects=False
    )


def go(client: TestClient, wanted: str = "en/") -> str:
    """Presses the button, and returns the address of the Hub to which one is sent."""
    page = "zh" if wanted.startswith("zh/") else "en"
    answer = client.get(f"/{page}/login-hub", params={"next": wanted})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def log_in(client: TestClient, hub: OpenId, wanted: str = "en/") -> httpx.Response:
    return client.get(hub.send(go(client, wanted)))


def whom(client: TestClient) -> str | None:
    answer = client.get("/en/", headers={"accept": "*/*"})
    return answer.json()["name"] if answer.status_code == 200 else None


def is_refused(answer: httpx.Response, status: int = 403, words: str = "did not confirm") -> bool:
    told = 'role="alert"' in answer.text and words in answer.text
    return answer.status_code == status and told and LOGIN not in answer.cookies


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_somebody_logs_in_and_out(app: FastAPI, hub: OpenId) -> None:
    ada = browser(app)
    turned = ada.get("/zh/theory/?page=2")
    assert turned.status_code == 303
    assert turned.headers["location"] == "../../zh/login?next=zh/theory/%3Fpage%3D2"
    page = ada.get("/zh/login", params={"next": "zh/theory/?page=2"})
    assert page.status_code == 200 and "使用 Hugging Face 登录" in page.text
    assert 'href="../zh/login-hub?next=zh/theory/%3Fpage%3D2"' in page.text
    answer = log_in(ada, hub, "en/theory/?page=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "../en/theory/?page=2")
    assert answer.headers["cache-control"] == "no-store"
    assert ada.get("/en/").json() == {"path": "en/", "key": "5f0c", "name": "ada"}
    again = ada.get("/en/login")
    assert (again.status_code, again.headers["location"]) == (303, "../en/")
    assert ada.get("/logout").json() == {"open": "logout"}
    assert whom(ada) == "ada"  # a link does not
    out = ada.post("/logout")
    assert (out.status_code, out.headers["location"]) == (303, "./en/login")
    assert whom(ada) is None and LOGIN not in ada.cookies


def test_what_is_asked_of_the_hub(app: FastAPI, hub: OpenId) -> None:
    asked = [query(go(browser(app))) for _ in range(2)]
    for each in asked:
        assert each["client_id"] == CLIENT and each["response_type"] == "code"
        assert each["redirect_uri"] == f"https://{HOST}/login/callback"
        assert set(each["scope"].split()) == {"openid", "profile"}
        assert each["code_challenge_method"] == "S256"
    for drawn in ("state", "nonce", "code_challenge"):
        values = {each[drawn] for each in asked}
        assert len(values) == 2 and min(map(len, values)) >= 20
    assert hub.asked.count("/.well-known/openid-configuration") == 1  # it is remembered
    log_in(browser(app), hub)
    assert "/oauth/userinfo" not in hub.asked


def test_people_are_known_by_what_never_changes(app: FastAPI, hub: OpenId) -> None:
    ada, eve = browser(app), browser(app)
    log_in(ada, hub)
    hub.names = {"5f0c": "lovelace", "6a1d": "ada"}  # the name is free, and eve takes it
    hub.user = "6a1d"
    log_in(eve, hub)
    assert ada.get("/en/").json()["key"] == "5f0c"
    assert eve.get("/en/").json() == {"path": "en/", "key": "6a1d", "name": "ada"}


def test_a_login_outlives_the_server(app: FastAPI, hub: OpenId, tmp_path: Path) -> None:
    ada = browser(app)
    log_in(ada, hub)
    later = browser(serve(hub, tmp_path))
    later.cookies.set(LOGIN, ada.cookies[LOGIN], domain=HOST)
    assert whom(later) == "ada"
    assert (tmp_path / "hub.key").stat().st_mode & 0o077 == 0
    begun = browser(app)
    address = go(begun)
    after = browser(serve(hub, tmp_path))
    after.cookies.set(BEGUN, begun.cookies[BEGUN], domain=HOST)
    assert after.get(hub.send(address)).status_code == 303  # it was restarted meanwhile


def test_the_cookies_suit_a_frame_of_the_hubs(app: FastAPI, hub: OpenId) -> None:
    for scheme in ("http", "https"):
        client = browser(app, scheme)
        begun = client.get("/en/login-hub")
        done = client.get(hub.send(begun.headers["location"]).replace("https:", f"{scheme}:"))
        lines = [*begun.headers.get_list("set-cookie"), *done.headers.get_list("set-cookie")]
        assert [line.partition("=")[0] for line in lines] == [BEGUN, LOGIN, BEGUN]
        ages = []
        for line in lines:
            (cookie,) = SimpleCookie(line.replace("; Partitioned", "")).values()
            assert cookie["httponly"] and cookie["path"] == "/" and cookie["domain"] == ""
            frame = "SameSite=None; Secure; Partitioned" in line
            assert frame == (scheme == "https") and ("SameSite=Lax" in line) != frame
            ages.append(int(cookie["max-age"]))
        assert ages == [15 * 60, DAYS * 86_400, 0]


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "en/../../x", "en/login-hub"],
)
def test_one_is_led_to_the_apps_own_pages(app: FastAPI, hub: OpenId, wanted: str) -> None:
    answer = log_in(browser(app), hub, wanted)
    assert (answer.status_code, answer.headers["location"]) == (303, "../en/")
    again = browser(app)
    back = hub.send(go(again, "zh/"))
    answer = again.get(f"{back}&next={wanted}&_target_url={wanted}&redirect_uri={wanted}")
    assert answer.headers["location"] == "../zh/"


def test_the_hub_sends_nobody_elsewhere(app: FastAPI, hub: OpenId) -> None:
    """Whatever a request says of the host by which it came."""
    eve = browser(app)
    for headers in ({"host": "evil.example"}, {"x-forwarded-host": "evil.example"}):
        answer = eve.get("/en/login-hub", headers=headers)
        assert query(answer.headers["location"])["redirect_uri"].startswith(f"https://{HOST}/")
    foreign = go(eve).replace(HOST, "evil.example")
    assert httpx.get(foreign, trust_env=False).status_code == 400


def test_another_browser_cannot_end_a_login(app: FastAPI, hub: OpenId) -> None:
    """Eve sends ada the address at which her own login would end (login CSRF)."""
    eve, ada, bob = browser(app), browser(app), browser(app)
    hub.user = "6a1d"
    address = hub.send(go(eve))
    assert is_refused(ada.get(address), words="Log in once more")  # who has begun nothing
    go(bob)
    before = bob.cookies[BEGUN]
    assert is_refused(bob.get(address), words="Log in once more")  # who has begun another
    assert bob.cookies[BEGUN] == before  # and can still end it
    assert [whom(ada), whom(bob)] == [None, None]


@pytest.mark.parametrize("state", ["", "x", "é" * 50, "0" * 60_000])
def test_a_wrong_state_is_refused(app: FastAPI, hub: OpenId, state: str) -> None:
    ada = browser(app)
    back = query(hub.send(go(ada)))
    answer = ada.get("/login/callback", params={**back, "state": state})
    assert is_refused(answer, words="Log in once more") and whom(ada) is None
    assert ada.get("/login/callback", params=back).status_code == 303  # the right one still does


def test_a_code_does_once(app: FastAPI, hub: OpenId) -> None:
    ada = browser(app)
    address = go(ada)
    kept = ada.cookies[BEGUN]
    back = hub.send(address)
    assert ada.get(back).status_code == 303
    eve = browser(app)
    eve.cookies.set(BEGUN, kept, domain=HOST)  # even with all that ada's browser had
    assert is_refused(eve.get(back)) and whom(eve) is None
    assert is_refused(ada.get(back), words="Log in once more")


def test_a_code_of_another_client_is_refused(app: FastAPI, hub: OpenId) -> None:
    ada = browser(app)
    asked = query(go(ada))
    given = asked["redirect_uri"], asked["nonce"], asked["code_challenge"]
    code = hub.code_for(OTHER_CLIENT, *given)
    answer = ada.get("/login/callback", params={"code": code, "state": asked["state"]})
    assert is_refused(answer) and whom(ada) is None
    ada = browser(app)
    asked = query(go(ada))
    code = hub.code_for(CLIENT, *given)  # of another login: PKCE does not fit
    answer = ada.get("/login/callback", params={"code": code, "state": asked["state"]})
    assert is_refused(answer) and whom(ada) is None


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": OTHER_CLIENT},
        {"aud": OTHER_CLIENT, "azp": CLIENT},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"iat": int(time.time()) + 10_000},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": ["5f0c"]},
    ],
)
def test_an_identity_that_is_not_for_this_login_is_refused(
    app: FastAPI, hub: OpenId, claims: dict[str, Any]
) -> None:
    hub.claims = claims
    ada = browser(app)
    assert is_refused(log_in(ada, hub)) and whom(ada) is None


def test_a_forged_signature_is_refused(app: FastAPI, hub: OpenId) -> None:
    hub.signs_with = rsa.generate_private_key(65537, 2048)
    ada = browser(app)
    assert is_refused(log_in(ada, hub)) and whom(ada) is None


@pytest.mark.parametrize("kind", ["none", "HS256", "missing", "rubbish"])
def test_an_identity_that_nobody_signed_is_refused(
    app: FastAPI, hub: OpenId, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    public = hub.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    right = hub.identity

    def wrong(grant: Any) -> str | None:
        claims = jwt.decode(right(grant), options={"verify_signature": False})
        if kind == "none":
            return jwt.encode(claims, None, "none", headers={"kid": "1"})
        if kind == "HS256":  # by the public key, as if it were a secret
            head = base64url(json.dumps({"alg": "HS256", "kid": "1"}).encode())
            signed = f"{head}.{base64url(json.dumps(claims).encode())}"
            return f"{signed}.{base64url(hmac.digest(public, signed.encode(), 'sha256'))}"
        return None if kind == "missing" else "a.b.c"

    monkeypatch.setattr(hub, "identity", wrong)
    ada = browser(app)
    assert is_refused(log_in(ada, hub)) and whom(ada) is None


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def test_what_the_hub_says_no_to(app: FastAPI, hub: OpenId) -> None:
    hub.trouble = "access_denied"
    ada = browser(app)
    answer = log_in(ada, hub, "zh/theory/")
    assert answer.status_code == 403 and "登录" in answer.text and "<b>no" not in answer.text
    assert "zh/login-hub" in answer.text and whom(ada) is None
    hub.trouble = ""
    assert log_in(ada, hub).status_code == 303 and whom(ada) == "ada"


@pytest.mark.parametrize("down", [500, 503, 404, 429])
def test_a_hub_that_is_down(app: FastAPI, hub: OpenId, down: int) -> None:
    ada = browser(app)
    hub.down = down
    answer = ada.get("/en/login-hub")
    assert is_refused(answer, 502, "cannot be reached") and BEGUN not in answer.cookies
    hub.down = 0
    assert go(ada)  # nothing of the trouble is remembered
    back = hub.send(go(ada))
    hub.down = 503
    assert is_refused(ada.get(back), 502, "cannot be reached")
    hub.down = 0
    assert log_in(ada, hub).status_code == 303


def test_a_hub_that_is_not_there_or_is_another(hub: OpenId, tmp_path: Path) -> None:
    with openid() as gone:
        app = serve(gone, tmp_path / "gone")
    answer = browser(app).get("/en/login-hub")
    assert is_refused(answer, 502, "cannot be reached")
    app = serve(hub, tmp_path)
    ada = browser(app)
    address = go(ada)
    hub.address = "http://127.0.0.2:1"  # now it calls itself otherwise
    assert is_refused(ada.get(hub.send(address)))


@pytest.mark.parametrize("place", range(0, 100, 7))
def test_a_cookie_changed_anywhere_lets_nobody_in(app: FastAPI, hub: OpenId, place: int) -> None:
    ada = browser(app)
    address = go(ada)
    begun = ada.cookies[BEGUN]
    log_in(ada, hub)
    value = ada.cookies[LOGIN]
    eve = browser(app)
    for forged in (changed(value, place), "", "x" * 60_000, value * 20, "a.b.c", "\\", '"', begun):
        answer = eve.get("/en/", headers={"cookie": f"{LOGIN}={forged}"})
        assert answer.status_code == 303
    back = hub.send(address)
    for forged in (changed(begun, place), "", "x" * 60_000, "a.b.c", value):
        answer = eve.get(back, headers={"cookie": f"{BEGUN}={forged}"})
        assert is_refused(answer, words="Log in once more")


def changed(value: str, place: int) -> str:
    place %= len(value) - 1  # of the last letter some bits count for nothing
    return value[:place] + ("A" if value[place] != "A" else "B") + value[place + 1 :]


def test_a_cookie_of_another_provider_or_key_lets_nobody_in(
    app: FastAPI, hub: OpenId, tmp_path: Path
) -> None:
    ada = browser(app)
    log_in(ada, hub)
    with openid() as other:  # on the same data folder, so with the same key
        elsewhere = browser(serve(other, tmp_path))
        elsewhere.cookies.set(LOGIN, ada.cookies[LOGIN], domain=HOST)
        assert whom(elsewhere) is None
    (tmp_path / "hub.key").unlink()
    assert whom(browser(serve(hub, tmp_path))) is None
    later = browser(serve(hub, tmp_path))
    later.cookies.set(LOGIN, ada.cookies[LOGIN], domain=HOST)
    assert whom(later) is None


def test_who_is_refused_is_out_and_stays_out(app: FastAPI, hub: OpenId, tmp_path: Path) -> None:
    """Whether logged in before, or coming anew under whatever name; others stay."""
    ada, eve = browser(app), browser(app)
    log_in(ada, hub)
    hub.user = "6a1d"
    log_in(eve, hub)
    after = serve(hub, tmp_path, SEQ2SEQ_HUB_REFUSED="6a1d")
    names = {}
    for before in (ada, eve):
        later = browser(after)
        later.cookies.set(LOGIN, before.cookies[LOGIN], domain=HOST)
        names[whom(before)] = whom(later)
    assert names == {"ada": "ada", "eve": None}
    hub.names["6a1d"] = "somebody"
    again = browser(after)
    assert is_refused(log_in(again, hub), words="does not let you in") and whom(again) is None
    assert "不允许您登录" in log_in(browser(after), hub, "zh/").text
    # Once the name is taken out again, so is the bar.
    later = browser(serve(hub, tmp_path))
    later.cookies.set(LOGIN, eve.cookies[LOGIN], domain=HOST)
    assert whom(later) == "eve"


def test_old_cookies_are_over(app: FastAPI, hub: OpenId, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, now = browser(app), time.time()
    log_in(ada, hub)
    header = {"cookie": f"{LOGIN}={ada.cookies[LOGIN]}"}
    monkeypatch.setattr(time, "time", lambda: now + DAYS * 86_400 - 60)
    assert browser(app).get("/en/", headers=header).status_code == 200
    monkeypatch.setattr(time, "time", lambda: now + DAYS * 86_400 + 60)
    assert browser(app).get("/en/", headers=header).status_code == 303
    monkeypatch.undo()
    bob = browser(app)
    back, begun = hub.send(go(bob)), bob.cookies[BEGUN]
    monkeypatch.setattr(time, "time", lambda: now + 20 * 60)
    answer = browser(app).get(back, headers={"cookie": f"{BEGUN}={begun}"})
    assert is_refused(answer, words="took too long")


def test_nobody_else_gets_anything(app: FastAPI) -> None:
    nobody = browser(app, accept="*/*")
    paths = ("en/", "config", "login", "en/login-hub/x", "en/login/callback", "login/callback/x")
    for path in (*paths, "en/gradio_api/info", "download/x", "mcp", "login/callback/../../en/"):
        answer = nobody.get(f"/{path}")
        assert answer.status_code == 401 and set(answer.json()) == {"detail"}, path
    for header in ("Basic YWRhOngK", "Bearer hf_x", "Bearer hf_oauth_x"):
        assert nobody.get("/en/", headers={"authorization": header}).status_code == 401
    assert nobody.post("/login", data={"username": "ada", "password": "x"}).status_code == 401
    assert nobody.get("/health").json() == {"open": "health"}
    assert "input" in nobody.get("/login.css").text


def test_pages_of_other_sites(app: FastAPI, hub: OpenId) -> None:
    """They may lead here, as the Hub does; the Hub alone may show the app within its own."""
    ada = browser(app, **{"sec-fetch-site": "cross-site"})
    assert log_in(ada, hub).status_code == 303 and whom(ada) == "ada"
    evil = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    assert ada.post("/logout", headers=evil).status_code == 403
    assert whom(ada) == "ada"
    nobody = browser(app)
    for answer in (ada.get("/en/"), nobody.get("/en/login"), nobody.get("/login/callback")):
        policy = answer.headers["content-security-policy"]
        assert policy.endswith(f"frame-ancestors 'self' {hub.address}")
    assert "default-src 'none'" in nobody.get("/login/callback").headers["content-security-policy"]


def test_in_a_frame_there_is_a_way_out(app: FastAPI) -> None:
    """For browsers that keep no cookies there, whatever they are called."""
    framed = browser(app, **{"sec-fetch-dest": "iframe"})
    for address in ("/en/login?next=en/theory/", "/login/callback"):
        assert framed.get(address).text.count('target="_blank"') == 1
        assert "_blank" not in browser(app).get(address).text


def test_names_are_shown_and_nothing_else(app: FastAPI, hub: OpenId) -> None:
    evil = "<script>\u202e\x00\n" + "a" * 500
    hub.names["5f0c"] = evil
    ada = browser(app)
    log_in(ada, hub)
    name = whom(ada)
    assert name is not None and len(name) == 64 and name.isprintable()
    hub.names["5f0c"] = ""
    log_in(ada, hub)
    assert whom(ada) == "5f0c"


@pytest.mark.parametrize(
    "subject", ["../../etc", "ADA", "a" * 300, "5f0c\n", "用户", "con", "x" * 65]
)
def test_a_key_is_always_the_name_of_a_folder(app: FastAPI, hub: OpenId, subject: str) -> None:
    hub.user = subject
    ada, eve = browser(app), browser(app)
    log_in(ada, hub)
    key = ada.get("/en/").json()["key"]
    assert key.isascii() and key.isalnum() and key == key.lower() and len(key) == 65
    hub.user = subject.swapcase() + "!"
    log_in(eve, hub)
    assert eve.get("/en/").json()["key"] != key


def test_nothing_secret_is_logged(
    app: FastAPI, hub: OpenId, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ada = browser(app)
    address = go(ada)
    back = hub.send(address)
    ada.get(back)
    ada.get(back)
    hub.claims = {"aud": "somebody"}
    log_in(ada, hub)
    told = json.dumps(
        [record.getMessage() for record in caplog.records if "seq2seq" in record.name]
    )
    assert "InvalidClaimError" in told
    for secret in (*query(address).values(), query(back)["code"], "hf_oauth_x", "ada"):
        assert secret in (CLIENT, "code", "S256") or secret not in told


def test_the_address_of_the_page_is_given_back_as_text(app: FastAPI) -> None:
    eve = browser(app)
    evil = 'en/"><script>alert(1)</script>'
    for path in ("en/login", "zh/login", "login/callback"):
        page = eve.get(f"/{path}?{urlencode({'next': evil, 'error': evil, 'state': evil})}")
        assert "<script" not in page.text
