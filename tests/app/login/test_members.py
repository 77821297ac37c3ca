"""Logging in and out of a small server, behind the doors of the real one."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import StreamingResponse

from helpers.doors import tell_who
from seq2seq_keras.accounts import AccountBook
from seq2seq_keras.accounts.passwords import Cost
from seq2seq_keras.app.guards.bodies import SmallBodies
from seq2seq_keras.app.guards.origin import OwnPages
from seq2seq_keras.app.login import members as members_module
from seq2seq_keras.app.login.cookies import BROWSER, LOGIN
from seq2seq_keras.app.login.members import Members
from seq2seq_keras.app.login.routes import login_routes
from seq2seq_keras.app.visitors.admission import Admission

PASSWORD = "correct horse battery"
PAGE = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def book(tmp_path: Path) -> AccountBook:
    book = AccountBook(tmp_path, Cost(n=16, r=1, p=1))
    book.add("ada", PASSWORD)
    book.add("bob", PASSWORD)
    return book


def serve(book: AccountBook) -> FastAPI:
    server, members = FastAPI(openapi_url=None), Members.of(book)
    server.include_router(login_routes(members))

    @server.get("/health")
    def health() -> str:
        return "ok"

    tell_who(server)
    server.add_middleware(SmallBodies)
    server.add_middleware(Admission, people=members)
    server.add_middleware(OwnPages)
    return server


@pytest.fixture
def app(book: AccountBook) -> FastAPI:
    return serve(book)


def browser(app: FastAPI, scheme: str = "http", address: str = "10.0.0.1") -> TestClient:
    return TestClient(
        app,
        base_url=f"{scheme}://class.example.org",
        headers=PAGE,
        follow_redirects=False,
        client=(address, 50_000),
    )


def log_in(
    client: TestClient,
    name: str = "ada",
    password: str = PASSWORD,
    page: str = "/en/login",
    **more: str,
):
    return client.post(page, data={"username": name, "password": password, **more})


def basic(name: str, password: str) -> dict[str, str]:
    value = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"authorization": f"Basic {value}", "accept": "*/*"}


def whom(client: TestClient) -> str | None:
    answer = client.get("/en/")
    return answer.json()["name"] if answer.status_code == 200 else None


def test_who_logs_in_is_in_and_stays_so_over_a_restart(app: FastAPI, book: AccountBook) -> None:
    ada = browser(app)
    answer = log_in(ada, "Ａda", next="en/theory/")
    assert (answer.status_code, answer.headers["location"]) == (303, "../en/theory/")
    assert ada.get("/en/").json() == {"path": "en/", "key": book.find("ada").folder, "name": "ada"}
    again = browser(serve(AccountBook(book.path.parent)))
    again.cookies.update(ada.cookies)
    assert whom(again) == "ada"


def test_a_person_is_led_to_the_login_and_a_program_is_told(app: FastAPI) -> None:
    client = browser(app)
    for path, place in {
        "/": "./en/login",
        "/en/": "../en/login?next=en/",
        "/zh/": "../zh/login?next=zh/",
        "/en": "./en/login?next=en",
        "/en/theory/": "../../en/login?next=en/theory/",
        "/en/?__theme=dark": "../en/login?next=en/%3F__theme%3Ddark",
        "/anything/else": "../en/login",
    }.items():
        answer = client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, place), path
    assert (
        client.get("/", headers={"accept-language": "zh-TW"})
        .headers["location"]
        .startswith("./zh/")
    )
    for path in ("/en/gradio_api/info", "/download/models/mine/x.zip", "/mcp/gradio_api/mcp/"):
        answer = client.get(path)
        assert answer.status_code == 401 and "\n" not in answer.json()["detail"]
        assert "Basic" not in answer.headers["www-authenticate"]  # no window of the browser's own
    assert client.post("/en/").status_code == 401
    assert client.get("/en/config", headers={"accept": "*/*"}).status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        *[
            "/en//login",
            "//en/login",
            "/en/login/",
            "/en/login/../",
            "/health/../en/",
            "/login.css/x",
        ],
        *[
            "/en/./login",
            "/LOGIN",
            "/favicon.ico/",
            "/en/login%2f..%2f",
            "/health?x=/../en/",
            "/xx/login",
        ],
    ],
)
def test_no_spelling_of_an_open_address_opens_another(app: FastAPI, path: str) -> None:
    answer = browser(app).get(path)
    assert answer.status_code in (200, 303, 401, 404)
    assert "key" not in answer.text


def test_what_is_open_is_open(app: FastAPI) -> None:
    client = browser(app)
    for path in ("/en/login", "/zh/login", "/login.css", "/health"):
        assert client.get(path).status_code == 200, path
    policy = client.get("/en/login").headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy


def test_a_wrong_name_and_a_wrong_password_look_the_same(app: FastAPI) -> None:
    client = browser(app)
    answers = [log_in(client, name, "wrong password") for name in ("ada", "nobody")]
    pages = [re.sub(r"value=\"(ada|nobody)\"", "", answer.text) for answer in answers]
    assert pages[0] == pages[1]
    assert "Name or password is wrong." in pages[0] and 'role="alert"' in pages[0]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert [dict(answer.headers) | {"content-length": ""} for answer in answers[:1]] == [
        dict(answer.headers) | {"content-length": ""} for answer in answers[1:]
    ]
    assert "用户名或密码不正确" in log_in(client, page="/zh/login", password="wrong").text
    assert whom(client) is None


def test_after_wrong_passwords_one_waits_and_is_told_how_long(app: FastAPI) -> None:
    for name in ("ada", "nobody"):  # whether there is such a name or not
        client = browser(app, address=f"10.1.0.{len(name)}")
        answers = [log_in(client, name, f"wrong {number}") for number in range(8)]
        assert [answer.status_code for answer in answers] == [401] * 6 + [429] * 2
        assert answers[-1].headers["retry-after"] == "1"
        assert "Wait 1 second and try again." in answers[-1].text
        program = client.post("/login", data={"username": name}, headers={"accept": "*/*"})
        assert program.status_code == 429 and "Wait 1 s" in program.json()["detail"]
    # Not even the right password is looked at, or waiting would tell which it is.
    assert log_in(browser(app, address="10.1.0.3")).status_code == 429
    assert log_in(browser(app, address="10.1.0.9")).status_code == 303


def test_who_was_here_before_is_not_kept_out_by_others(app: FastAPI) -> None:
    ada = browser(app)
    log_in(ada)
    ada.post("/logout")
    eve = browser(app)  # at the same address, even
    for number in range(20):
        log_in(eve, password=f"guess number {number}")
    assert log_in(eve).status_code == 429
    assert log_in(ada).status_code == 303
    # That browser has no more tries than others, and only at its own account.
    ada.post("/logout")
    statuses = [log_in(ada, password=f"wrong {number}").status_code for number in range(8)]
    assert statuses == [401] * 6 + [429] * 2
    eve.cookies.update({BROWSER: ada.cookies[BROWSER][:-1] + "x"})
    assert log_in(eve).status_code == 429


def test_an_own_account_buys_no_guesses_at_anothers(app: FastAPI) -> None:
    statuses = []
    for number in range(10):
        bob = browser(app)
        assert log_in(bob, "bob").status_code == 303  # and has a new browser's cookie
        statuses.append(log_in(bob, "ada", f"guess number {number}").status_code)
    assert statuses == [401] * 6 + [429] * 4


def test_logging_out_ends_it(app: FastAPI) -> None:
    ada = browser(app)
    log_in(ada)
    assert ada.get("/logout").json() == {"open": "logout"}
    assert whom(ada) == "ada"  # a link does not
    answer = ada.post("/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "./en/login")
    assert whom(ada) is None


def test_a_new_password_and_a_removal_end_every_login(app: FastAPI, book: AccountBook) -> None:
    there = [browser(app), browser(app)]
    for ada in there:
        log_in(ada)
    program = browser(app)
    assert program.get("/en/", headers=basic("ada", PASSWORD)).status_code == 200
    book.change_password("ada", "another password")
    assert [whom(ada) for ada in there] == [None, None]
    assert program.get("/en/x", headers=basic("ada", PASSWORD)).status_code == 401
    log_in(there[0], password="another password")
    assert whom(there[0]) == "ada"
    book.remove("ada")
    assert whom(there[0]) is None
    book.add("ada", "another password")  # somebody else of this name
    assert whom(there[0]) is None


def test_an_answer_that_goes_on_ends_with_the_login(book: AccountBook) -> None:
    server, members = FastAPI(), Members.of(book)

    @server.get("/stream")
    def stream() -> StreamingResponse:
        def parts() -> Iterator[str]:
            for number in range(1000):
                if number == 3:
                    book.remove("ada")
                yield f"{number}\n"

        return StreamingResponse(parts(), media_type="text/plain")

    server.add_middleware(Admission, people=members)
    answer = browser(server).get("/stream", headers=basic("ada", PASSWORD))
    assert answer.text == "0\n1\n2\n"


def test_the_cookie_is_for_the_browser_alone(app: FastAPI) -> None:
    for scheme in ("http", "https"):
        answer = log_in(browser(app, scheme))
        for line in answer.headers.get_list("set-cookie"):
            assert '"' not in line  # which not every client reads
            (cookie,) = SimpleCookie(line).values()
            assert cookie["httponly"] and cookie["samesite"] == "lax" and cookie["path"] == "/"
            assert bool(cookie["secure"]) == (scheme == "https")
            assert cookie["domain"] == ""
            days = int(cookie["max-age"]) / 86_400
            assert days == (30 if cookie.key == LOGIN else 365)
    proxied = browser(app).post(
        "/en/login",
        data={"username": "ada", "password": PASSWORD},
        headers={"x-forwarded-proto": "https"},
    )
    assert all("Secure" in line for line in proxied.headers.get_list("set-cookie"))


def test_pages_are_not_kept_by_the_browser(app: FastAPI) -> None:
    ada = browser(app)
    log_in(ada)
    assert ada.get("/en/").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("place", range(0, 100, 7))
def test_a_cookie_changed_anywhere_lets_nobody_in(app: FastAPI, place: int) -> None:
    ada = browser(app)
    log_in(ada)
    value = ada.cookies[LOGIN]
    place = place % (len(value) - 1)  # of the last letter some bits count for nothing
    changed = value[:place] + ("A" if value[place] != "A" else "B") + value[place + 1 :]
    eve = browser(app)
    for forged in (changed, "", "x" * 60_000, value * 20, "a.b.c", "\\", '"', value[:-5]):
        assert eve.get("/en/", headers={"cookie": f"{LOGIN}={forged}"}).status_code == 303
    assert eve.get("/en/", headers={"cookie": f'x="{{; {LOGIN}={value}'}).status_code == 200


def test_a_cookie_of_another_kind_or_key_lets_nobody_in(app: FastAPI, tmp_path: Path) -> None:
    ada = browser(app)
    log_in(ada)
    eve = browser(app)
    assert eve.get("/en/", headers={"cookie": f"{LOGIN}={ada.cookies[BROWSER]}"}).status_code == 303
    other = AccountBook(tmp_path / "other", Cost(n=16, r=1, p=1))
    other.add("ada", PASSWORD)
    elsewhere = browser(serve(other))
    log_in(elsewhere)
    assert (
        eve.get("/en/", headers={"cookie": f"{LOGIN}={elsewhere.cookies[LOGIN]}"}).status_code
        == 303
    )


def test_an_old_login_is_over(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = browser(app)
    log_in(ada)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 29.9 * 86_400)
    assert whom(ada) == "ada"
    eve = browser(app)
    monkeypatch.setattr(time, "time", lambda: now + 30.1 * 86_400)
    header = {"cookie": f"{LOGIN}={ada.cookies.get(LOGIN)}"}
    assert eve.get("/en/", headers=header).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://sub.class.example.org"},
    ],
)
def test_no_other_site_logs_anybody_in_or_out(app: FastAPI, headers: dict[str, str]) -> None:
    ada = browser(app)
    form = {"username": "ada", "password": PASSWORD}
    answer = ada.post("/en/login", data=form, headers=headers)
    assert answer.status_code == 403 and "set-cookie" not in answer.headers
    log_in(ada)
    assert ada.post("/logout", headers=headers).status_code == 403
    assert whom(ada) == "ada"


def test_a_program_sends_its_name_and_password(
    app: FastAPI, book: AccountBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = []
    check = AccountBook.check
    monkeypatch.setattr(
        AccountBook, "check", lambda *given: hashed.append(given[1:]) or check(*given)
    )
    program = browser(app)
    for _ in range(50):
        answer = program.post("/en/gradio_api/call/x", headers=basic("Ada", PASSWORD))
        assert answer.json()["key"] == book.find("ada").folder
    assert len(hashed) == 1  # the hash is slow; a program does not wait for it each time
    assert program.get("/en/", headers=basic("bob", PASSWORD)).json()["name"] == "bob"
    statuses = [
        program.get("/en/", headers=basic("ada", f"wrong {number}")).status_code
        for number in range(8)
    ]
    assert statuses == [401] * 6 + [429] * 2
    # Who guesses at the same address does not stop a program that was let in.
    assert program.get("/en/", headers=basic("Ada", PASSWORD)).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        *[
            "Basic",
            "Basic ",
            "Basic %%%",
            "Basic YWRh",
            "Basic /////w==",
            "Bearer x",
            "Basic " + "A" * 60_000,
        ],
        "Basic " + base64.b64encode(b"ada:" + b"x" * 5000).decode(),
    ],
)
def test_a_header_that_is_none_lets_nobody_in(app: FastAPI, header: str) -> None:
    assert (
        browser(app)
        .get("/en/config", headers={"authorization": header, "accept": "*/*"})
        .status_code
        == 401
    )


def test_a_proxys_own_password_does_not_get_in_the_way(app: FastAPI) -> None:
    ada = browser(app)
    log_in(ada)
    for _ in range(20):
        assert ada.get("/en/", headers={**PAGE, **basic("proxy", "secret")}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"username=ada",
        b"password=" + PASSWORD.encode(),
        b"username=ada&password=" + b"x" * 2000,
        b"username=" + b"a" * 10_000 + b"&password=x",
        b"username=ada%00&password=x",
        b"username[]=ada&password[]=x",
        b"username=%ff%fe&password=%ff",
        b"username=%ED%A0%80&password=%ED%A0%80",
    ],
)
def test_forms_that_are_none_let_nobody_in(app: FastAPI, body: bytes) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    client = browser(app)
    assert client.post("/en/login", content=body, headers=kind).status_code == 401
    assert whom(client) is None


@pytest.mark.parametrize(
    "body", [b"x" * 20_000, b"\xff", b"&".join(b"a=b" for _ in range(100)), b"x" * 5 * 1024**2]
)
def test_large_and_broken_forms_are_refused(app: FastAPI, body: bytes) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert browser(app).post("/en/login", content=body, headers=kind).status_code in (400, 413)


def test_a_damaged_book_lets_nobody_in(app: FastAPI, book: AccountBook) -> None:
    ada = browser(app)
    log_in(ada)
    good = book.path.read_bytes()
    book.path.write_bytes(b"{")
    assert whom(ada) is None
    assert log_in(ada).status_code == 401
    book.path.write_bytes(good)
    assert whom(ada) == "ada"


def test_what_is_remembered_of_programs_is_bounded(
    app: FastAPI, book: AccountBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members_module, "_MOST_REMEMBERED", 3)
    members = Members.of(book)
    server = FastAPI()
    server.add_middleware(Admission, people=members)
    for number in range(6):
        book.add(f"user{number}", PASSWORD)
        browser(server).get("/", headers=basic(f"user{number}", PASSWORD))
    assert len(members._remembered) == 3
