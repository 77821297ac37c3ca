"""One file over a connection that does what connections do."""

from __future__ import annotations

import hashlib
import random
import shutil
import socket
import threading
import time
from collections import namedtuple
from pathlib import Path

import httpx
import pytest

from helpers.stand_in_web import ServedFile, StandInWeb
from seq2seq_keras.errors import InputError, Paused, WorkError
from seq2seq_keras.fetching.download import download
from seq2seq_keras.fetching.found import RemoteFile
from seq2seq_keras.fetching.web import CutError, Web

CONTENT = random.Random(0).randbytes(300_000)
OTHER = random.Random(1).randbytes(250_000)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "file.bin"


def serve(web: StandInWeb, **how: object) -> tuple[ServedFile, RemoteFile]:
    file = ServedFile(CONTENT, **{"etag": '"one"', **how})  # type: ignore[arg-type]
    web.files["/file.bin"] = file
    return file, RemoteFile(f"{web.address}/file.bin", "file.bin")


def assert_nothing_else(target: Path) -> None:
    assert {path.name for path in target.parent.iterdir()} == {"file.bin", "file.bin.json"}


def test_a_file_arrives_with_its_checksum(stand_in: StandInWeb, client: Web, target: Path) -> None:
    _, remote = serve(stand_in, modified="Mon, 02 Nov 2026 08:00:00 GMT")
    told: list[tuple[int, int | None]] = []
    result = download(client, remote, target, lambda *numbers: told.append(numbers))
    assert target.read_bytes() == CONTENT
    assert_nothing_else(target)
    assert (result.size, result.sha256) == (300_000, hashlib.sha256(CONTENT).hexdigest())
    assert (result.etag, result.last_modified) == ('"one"', "Mon, 02 Nov 2026 08:00:00 GMT")
    done = [number for number, _ in told]
    assert done == sorted(done) and done[0] == 0 and done[-1] == 300_000
    assert {total for _, total in told} == {300_000}


@pytest.mark.parametrize(
    "how",
    [
        {"etag": '"one"'},
        {"etag": None, "modified": "Mon, 02 Nov 2026 08:00:00 GMT"},
    ],
)
def test_a_cut_connection_is_gone_on_with(
    stand_in: StandInWeb, client: Web, target: Path, how: dict[str, object]
) -> None:
    _, remote = serve(stand_in, cuts=[100_000, 50_000, 1, 1, 1, 1, 1, 1], **how)
    result = download(client, remote, target)
    assert target.read_bytes() == CONTENT
    assert result.sha256 == hashlib.sha256(CONTENT).hexdigest()
    asked = stand_in.downloads("/file.bin")
    assert [each.headers.get("range") for each in asked[:4]] == [
        None,
        "bytes=100000-",
        "bytes=150000-",
        "bytes=150001-",
    ]
    assert len(asked) == 9
    assert_nothing_else(target)


@pytest.mark.parametrize(
    "how",
    [
        {"ranges": False},
        {"etag": None},
        {"etag": 'W/"weak"'},
        {"etag": None, "sized": True, "ranges": True},
    ],
)
def test_where_parts_cannot_be_told_it_begins_anew(
    stand_in: StandInWeb, client: Web, target: Path, how: dict[str, object]
) -> None:
    _, remote = serve(stand_in, cuts=[100_000], **how)
    download(client, remote, target)
    assert target.read_bytes() == CONTENT
    assert [each.status for each in stand_in.downloads("/file.bin")] == [200, 200]


def test_a_part_of_an_earlier_run_is_used(stand_in: StandInWeb, client: Web, target: Path) -> None:
    file, remote = serve(stand_in, cuts=[120_000])
    with Web(tries=1) as hasty, pytest.raises(WorkError, match=r"0\.1 MB are kept"):
        download(hasty, remote, target)
    assert target.read_bytes() == CONTENT[:120_000]
    download(client, remote, target)
    assert target.read_bytes() == CONTENT
    assert stand_in.downloads("/file.bin")[-1].headers["range"] == "bytes=120000-"
    assert file.cuts == []
    assert_nothing_else(target)


def test_a_file_that_changed_between_two_parts_is_whole(
    stand_in: StandInWeb, client: Web, target: Path
) -> None:
    """The beginning of one version and the end of another would be a file of its own."""
    _, remote = serve(stand_in, cuts=[120_000])
    with Web(tries=1) as hasty, pytest.raises(WorkError):
        download(hasty, remote, target)
    stand_in.files["/file.bin"] = ServedFile(OTHER, '"two"')
    result = download(client, remote, target)
    assert target.read_bytes() == OTHER
    assert result.etag == '"two"'
    assert stand_in.downloads("/file.bin")[-1].headers["if-range"] == '"one"'


def test_a_part_of_another_address_is_not_used(
    stand_in: StandInWeb, client: Web, target: Path
) -> None:
    _, remote = serve(stand_in, cuts=[120_000])
    with Web(tries=1) as hasty, pytest.raises(WorkError):
        download(hasty, remote, target)
    stand_in.files["/other.bin"] = ServedFile(OTHER, '"one"')
    download(client, RemoteFile(f"{stand_in.address}/other.bin", "file.bin"), target)
    assert target.read_bytes() == OTHER


def test_a_part_that_is_whole_already_needs_nothing(
    stand_in: StandInWeb, client: Web, target: Path
) -> None:
    _, remote = serve(stand_in, cuts=[300_000])
    target.write_bytes(CONTENT)
    target.with_name("file.bin.json").write_text(
        f'{{"url": "{remote.url}", "version": "\\"one\\""}}'
    )
    download(client, remote, target)
    assert target.read_bytes() == CONTENT
    assert [each.status for each in stand_in.downloads("/file.bin")] == [416]


def test_a_part_that_is_longer_than_the_file_is_dropped(
    stand_in: StandInWeb, client: Web, target: Path
) -> None:
    _, remote = serve(stand_in)
    target.write_bytes(CONTENT + b"more")
    target.with_name("file.bin.json").write_text(
        f'{{"url": "{remote.url}", "version": "\\"one\\""}}'
    )
    download(client, remote, target)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_passes_is_waited_for(
    stand_in: StandInWeb, client: Web, target: Path, status: int
) -> None:
    _, remote = serve(stand_in, failures=[status, status])
    download(client, remote, target)
    assert target.read_bytes() == CONTENT
    assert [each.status for each in stand_in.asked] == [status, status, 200]


def test_a_server_that_fails_on_is_told(stand_in: StandInWeb, client: Web, target: Path) -> None:
    _, remote = serve(stand_in, failures=[503] * 9)
    with pytest.raises(WorkError, match=r"file\.bin: the server fails \(503\); try again later"):
        download(client, remote, target)
    assert len(stand_in.asked) == client.tries


def test_a_server_is_waited_for_as_long_as_it_asks(
    stand_in: StandInWeb, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[tuple[int, float]] = []
    monkeypatch.setattr(Web, "wait", lambda self, tried, least=0.0: waits.append((tried, least)))
    _, remote = serve(stand_in, failures=[503], wait=7)
    with Web() as web:
        download(web, remote, target)
    assert waits == [(1, 7.0)]


@pytest.mark.parametrize(
    ("status", "error", "says"),
    [
        (404, InputError, "no such file on the server"),
        (410, InputError, "no such file on the server"),
        (401, InputError, "does not hand it out"),
        (403, InputError, "does not hand it out"),
        (418, WorkError, "the server fails"),
    ],
)
def test_what_does_not_pass_is_told_at_once(
    stand_in: StandInWeb,
    client: Web,
    target: Path,
    status: int,
    error: type[Exception],
    says: str,
) -> None:
    _, remote = serve(stand_in, failures=[status])
    with pytest.raises(error, match=says) as raised:
        download(client, remote, target)
    assert remote.url in str(raised.value) and "\n" not in str(raised.value)
    assert len(stand_in.asked) == 1
    assert list(target.parent.glob("file*")) == []


@pytest.mark.parametrize(
    "how",
    [
        {"kind": "text/html; charset=utf-8"},
        {"kind": "application/zip"},
        {"kind": "text/plain", "etag": None, "sized": False},
    ],
)
def test_a_page_for_a_browser_is_refused(
    stand_in: StandInWeb, client: Web, target: Path, how: dict[str, object]
) -> None:
    file, remote = serve(stand_in, **how)
    file.content = b"\n <!DOCTYPE HTML><title>Quota exceeded</title>" + b" " * 9000
    with pytest.raises(InputError, match="is a page for a browser"):
        download(client, remote, target)
    assert list(target.parent.glob("file*")) == []


def test_a_wrong_checksum_is_refused(stand_in: StandInWeb, client: Web, target: Path) -> None:
    _, remote = serve(stand_in)
    right = hashlib.sha256(CONTENT).hexdigest()
    wrong = RemoteFile(remote.url, remote.name, sha256="0" * 64)
    with pytest.raises(WorkError, match=f"SHA-256 {right}, expected {'0' * 64}"):
        download(client, wrong, target)
    assert list(target.parent.glob("file*")) == []
    download(client, RemoteFile(remote.url, remote.name, sha256=right), target)
    assert target.read_bytes() == CONTENT


def test_redirects_are_followed_but_not_for_ever(
    stand_in: StandInWeb, client: Web, target: Path
) -> None:
    serve(stand_in)
    for number in range(1, 8):
        stand_in.redirects[f"/{number}"] = f"/{number - 1}" if number > 1 else "/file.bin"
    download(client, RemoteFile(f"{stand_in.address}/5", "file.bin"), target)
    assert target.read_bytes() == CONTENT
    with pytest.raises(WorkError, match="more than 5 times"):
        download(client, RemoteFile(f"{stand_in.address}/6", "file.bin"), target)


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://[::1/x"])
def test_a_redirect_to_something_else_is_refused(
    stand_in: StandInWeb, client: Web, target: Path, place: str
) -> None:
    stand_in.redirects["/away"] = place
    with pytest.raises(InputError, match="no address of http or https"):
        download(client, RemoteFile(f"{stand_in.address}/away", "file.bin"), target)


@pytest.mark.parametrize(
    ("url", "place", "refused"),
    [
        ("https://a.org/x", "http://a.org/x", True),
        ("https://a.org/x", "https://b.org/x", False),
        ("https://a.org/x", "/y", False),
        ("http://a.org/x", "http://b.org/x", False),
    ],
)
def test_no_redirect_leads_from_https_to_http(url: str, place: str, refused: bool) -> None:
    answer = httpx.Response(302, headers={"location": place}, request=httpx.Request("GET", url))
    with Web() as web:
        (hook,) = web._client.event_hooks["response"]
    if refused:
        with pytest.raises(InputError, match="leads from https to http"):
            hook(answer)
    else:
        hook(answer)


def test_a_file_larger_than_the_disk_is_refused_before_it_comes(
    stand_in: StandInWeb, client: Web, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, remote = serve(stand_in)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 0, 64 * 2**20 + 299_999))
    with pytest.raises(WorkError, match=r"has 0\.3 MB to come, for which the disk"):
        download(client, remote, target)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 0, 64 * 2**20 + 300_000))
    download(client, remote, target)
    assert target.read_bytes() == CONTENT


def test_the_length_need_not_be_told(stand_in: StandInWeb, client: Web, target: Path) -> None:
    _, remote = serve(stand_in, sized=False)
    told: list[tuple[int, int | None]] = []
    download(client, remote, target, lambda *numbers: told.append(numbers))
    assert target.read_bytes() == CONTENT
    assert told[-1] == (300_000, None)


def test_a_server_that_falls_silent_is_left(stand_in: StandInWeb, target: Path) -> None:
    _, remote = serve(stand_in, pause=30.0, ranges=False)
    with Web(timeout=0.3, tries=2, first_wait=0.01) as web, pytest.raises(WorkError) as raised:
        download(web, remote, target)
    assert "broke off" in str(raised.value) and "are kept" in str(raised.value)


def test_stopping_keeps_the_part(stand_in: StandInWeb, client: Web, target: Path) -> None:
    _, remote = serve(stand_in, pause=0.01)
    stop = threading.Event()

    def told(done: int, total: int | None) -> None:
        if done > 100_000:
            stop.set()

    with Web(should_stop=stop.is_set) as web, pytest.raises(Paused):
        download(web, remote, target, told)
    part = target.read_bytes()
    assert 100_000 < len(part) < 300_000 and CONTENT.startswith(part)
    stand_in.files["/file.bin"].pause = 0.0
    download(client, remote, target)
    assert target.read_bytes() == CONTENT
    assert stand_in.downloads("/file.bin")[-1].headers["range"] == f"bytes={len(part)}-"


def test_the_server_may_ask_for_a_longer_wait(client: Web) -> None:
    for least, seconds in ((0.0, 0.02), (0.3, 0.3)):
        started = time.monotonic()
        client.wait(2, least)
        assert seconds <= time.monotonic() - started < seconds + 0.25


def test_waiting_ends_when_asked_to_stop() -> None:
    with Web(first_wait=60.0, should_stop=lambda: True) as web, pytest.raises(Paused):
        web.wait(1)


def closed_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/x"


@pytest.mark.parametrize(
    "url", ["http://" + "a" * 70 + ".invalid/x", "http://a..b/x", "http://☃.invalid/x"]
)
def test_a_host_that_cannot_be_is_told(client: Web, target: Path, url: str) -> None:
    with pytest.raises(InputError, match="is no address of http or https"):
        download(client, RemoteFile(url, "file.bin"), target)


@pytest.mark.parametrize("named", [True, False])
def test_without_a_connection_there_is_one_clear_line(
    client: Web, target: Path, named: bool
) -> None:
    url = "http://no-such-host.invalid/x" if named else closed_port()
    with pytest.raises(WorkError) as raised:
        download(client, RemoteFile(url, "file.bin"), target)
    said = str(raised.value)
    assert said.startswith(f"{url}: cannot be reached (") and "\n" not in said
    assert "there seems to be no connection: check it and try again" in said
    assert not isinstance(raised.value, CutError)
    assert list(target.parent.glob("file*")) == []
