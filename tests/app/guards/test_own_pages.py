"""Which requests a browser or a program may make, by what they say of themselves."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from seq2seq_keras.app.guards.origin import OwnPages

METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]
Headers = dict[str, str]


async def answer(_: Request) -> PlainTextResponse:
    return PlainTextResponse("done")


async def socket(socket: WebSocket) -> None:
    await socket.accept()


def client(strict: bool = False, names: tuple[str, ...] = (), host: str = "") -> TestClient:
    app = Starlette(routes=[Route("/", answer, methods=METHODS), WebSocketRoute("/socket", socket)])
    app.add_middleware(OwnPages, names=names, strict=strict, host=host)
    return TestClient(app)


def status(
    headers: Headers, method: str = "POST", strict: bool = True, names: tuple[str, ...] = ()
) -> int:
    return client(strict, names).request(method, "/", headers=headers).status_code


LOCAL = {"host": "127.0.0.1:7860"}
HTTPS = {"sec-fetch-site": "same-origin", "origin": "https://class.example.org"}


@pytest.mark.parametrize(
    "headers",
    [
        # The page itself, on this machine: browsers of today, and of 2019.
        {**LOCAL, "origin": "http://127.0.0.1:7860", "sec-fetch-site": "same-origin"},
        {**LOCAL, "origin": "http://127.0.0.1:7860"},
        {"host": "localhost:7860", "origin": "http://localhost:7860"},
        {"host": "[::1]:7860", "origin": "http://[::1]:7860"},
        {"host": "app.localhost:7860", "origin": "http://app.localhost:7860"},
        # A person, who types the address or loads the page anew.
        {**LOCAL, "sec-fetch-site": "none"},
        # Programs: curl, gradio_client, an assistant.
        LOCAL,
        {"host": "192.168.1.5:7860"},
        # Another port: docker run -p 8000:7860, ssh -L 8000:localhost:7860.
        {"host": "localhost:8000", "origin": "http://localhost:8000"},
        # A proxy with https before it that passes the name on, and one that does not.
        {"host": "class.example.org", **HTTPS},
        {**LOCAL, **HTTPS},
        {**LOCAL, **HTTPS, "x-forwarded-host": "class.example.org"},
        # A proxy without https that tells the name.
        {**LOCAL, "origin": "http://class.lan", "x-forwarded-host": "class.lan"},
    ],
)
def test_the_apps_own_page_and_programs_pass(headers: Headers) -> None:
    assert status(headers) == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    "headers",
    [
        {**LOCAL, "origin": "https://evil.example", "sec-fetch-site": "cross-site"},
        {**LOCAL, "origin": "https://evil.example"},
        {**LOCAL, "origin": "http://127.0.0.1"},
        {**LOCAL, "origin": "http://127.0.0.1:8888"},
        {**LOCAL, "origin": "http://localhost:3000", "sec-fetch-site": "same-site"},
        {**LOCAL, "origin": "http://127.0.0.1:7860.evil.example"},
        {**LOCAL, "origin": "http://127.0.0.1:7860@evil.example"},
        {**LOCAL, "origin": "null"},
        {**LOCAL, "origin": "null", "sec-fetch-site": "cross-site"},
        {**LOCAL, "origin": ""},
        {**LOCAL, "origin": "http://[::1"},
        {**LOCAL, "sec-fetch-site": "cross-site"},
        {**LOCAL, "sec-fetch-site": "anything"},
        {"host": "127.0.0.1:99999999", "origin": "http://127.0.0.1:7860"},
        # Were the question allowed, the page could name any host then.
        {**LOCAL, "origin": "https://evil.example", "access-control-request-method": "POST",
         "access-control-request-headers": "x-forwarded-host"},
    ],
)  # fmt: skip
def test_a_page_of_another_site_does_not(headers: Headers, method: str) -> None:
    assert status(headers, method) == 403
    assert status(headers, method, strict=False) == 403


def test_another_port_of_where_it_listens_is_another_site() -> None:
    headers = {"host": "class.lan:7860", "origin": "http://class.lan:7860"}
    app = client(strict=True, names=("class.org",), host="class.lan")
    assert app.post("/", headers=headers).status_code == 200
    assert app.post("/", headers={**headers, "origin": "http://class.lan:9"}).status_code == 403


def test_another_site_may_link_but_not_read() -> None:
    link = {**LOCAL, "sec-fetch-site": "cross-site"}
    assert status(link, "GET") == 200
    assert status({**LOCAL, "origin": "https://evil.example"}, "GET") == 403
    assert status({**link, "origin": "https://evil.example"}, "GET") == 403


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example:7860", "origin": "http://evil.example:7860"},
        {"host": "evil.example:7860"},
        # What a script of the page may add.
        {"host": "evil.example:7860", "x-forwarded-host": "127.0.0.1", "x-forwarded-for": "::1",
         "forwarded": "host=localhost"},
        {"host": "localhost.evil.example:7860"},
        {"host": "127.0.0.1.evil.example:7860"},
        {"host": "evil-localhost:7860"},
        {"host": ""},
    ],
)  # fmt: skip
def test_a_rebound_name_does_not(headers: Headers, method: str) -> None:
    """The page of a site whose name leads to 127.0.0.1 once it is loaded."""
    assert status(headers, method) == 403
    assert status(headers, method, names=("class.lan",)) == 403


def test_a_name_that_was_given_is_good() -> None:
    named = {"host": "class.lan:8080", "origin": "http://class.lan:8080"}
    assert status(named) == 403
    assert status(named, names=("Class.LAN",)) == 200
    assert status({"host": "class.lan."}, names=("class.lan",)) == 200
    # A proxy without https that keeps the name to itself.
    behind = {**LOCAL, "origin": "http://class.lan"}
    assert status(behind) == 403
    assert status(behind, names=("class.lan",)) == 200


def test_a_server_for_others_answers_to_every_name() -> None:
    for host in ("class.lan:7860", "user-name.hf.space", "10.0.0.7:7860"):
        assert status({"host": host, "origin": f"http://{host}"}, strict=False) == 200
    assert status({"host": "class.lan", "origin": "http://class.lan:8080"}, strict=False) == 200


def test_the_refusal_says_what_to_do() -> None:
    for headers in ({"host": "evil.example"}, {**LOCAL, "origin": "https://evil.example"}):
        detail = client(strict=True).post("/", headers=headers).json()["detail"]
        assert "--allow-host NAME" in detail and "\n" not in detail


def test_no_web_socket_is_opened() -> None:
    with (
        pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)),
        client().websocket_connect("/socket"),
    ):
        pass
