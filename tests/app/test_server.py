import asyncio
import io
import socket
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import gradio
import pytest
from fastapi.testclient import TestClient

from seq2seq_keras.accounts import AccountBook
from seq2seq_keras.accounts.passwords import Cost
from seq2seq_keras.app.downloads import _zipped
from seq2seq_keras.app.guards.bodies import SmallBodies
from seq2seq_keras.app.guards.origin import OwnPages
from seq2seq_keras.app.guards.own_files import OwnFiles
from seq2seq_keras.app.guards.pace import Pace
from seq2seq_keras.app.listening import listen
from seq2seq_keras.app.server import build_server
from seq2seq_keras.app.serving import DEFAULT_DATA_DIR, Login, default_data_dir, main, wanted_login
from seq2seq_keras.app.sessions import Sessions
from seq2seq_keras.app.upload_room import UploadRoom
from seq2seq_keras.app.visitors.gate import Gate
from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Workspace


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    model = folder / "models" / "模型 one"
    (model / "checkpoints" / "1").mkdir(parents=True)
    Config.create().save(model / "config.yaml")
    (model / "model.keras").write_bytes(b"weights")
    (model / "checkpoints" / "1" / "large").write_bytes(b"x")
    (folder / "secret.txt").write_text("secret", encoding="utf-8")
    job = Workspace(folder).jobs.submit("score", "a job", {})
    job.out.mkdir()
    (job.out / "report.html").write_text("<p>report</p>", encoding="utf-8")
    jobs = Workspace(folder).jobs
    jobs.claim(job.id)
    jobs.end(jobs.get(job.id), "finished")
    return folder


@pytest.fixture(scope="module")
def client(data_dir: Path) -> TestClient:
    none = data_dir / "none"
    # Without its life cycle: no worker is started here.
    return TestClient(build_server(data_dir, shipped_models=none, samples=none))


def test_health_and_page(client: TestClient) -> None:
    answer = client.get("/health")
    health = answer.json()
    # Without its life cycle nobody looks after the queue.
    assert (answer.status_code, health["queue"], health["disk"]) == (503, "stopped", "ok")
    assert (health["translation"], health["translation_ready"]) == ("idle", False)
    assert health["start"] in client.get("/en/").text
    page = client.get("/")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    for elsewhere in ("fonts.googleapis", "fonts.gstatic", "cdnjs", "huggingface.co"):
        assert elsewhere not in page.text


@pytest.mark.parametrize("code", ["en", "zh"])
def test_gradio_is_set_up_to_keep_to_itself(client: TestClient, code: str) -> None:
    config = client.get(f"/{code}/config").json()
    assert config["run_history"] is False
    assert config["analytics_enabled"] is False
    assert config["max_file_size"] == 500 * 1024**2 or config["max_file_size"] == 500 * 1000**2


@pytest.mark.parametrize("code", ["en", "zh"])
def test_pages_keep_little_of_each_visitor(client: TestClient, code: str) -> None:
    client.get(f"/{code}/config")
    server: Any = client.app
    paths = {getattr(route, "path", None): route for route in server.routes}
    page = paths[f"/{code}"].app
    assert isinstance(page._app.state_holder, Sessions)
    assert page._app.state_holder is page._app.get_blocks().state_holder


def test_a_file_of_the_workspace_is_not_served_by_gradio(
    client: TestClient, data_dir: Path
) -> None:
    response = client.get(f"/gradio_api/file={data_dir / 'secret.txt'}")
    assert response.status_code in (403, 404)


def test_gradios_files_are_handed_out_unchanged(client: TestClient) -> None:
    folder = Path(gradio.__file__).parent / "templates" / "frontend" / "assets"
    script = next(folder.glob("index-*.js"))
    packed = client.get(f"/assets/{script.name}")  # the client is not on this machine: "testclient"
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"].startswith("text/javascript")
    assert "immutable" in packed.headers["cache-control"]
    plain = client.get(f"/assets/{script.name}", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == script.read_bytes()
    for name in ("nothing.js", "..%2findex.html", "%2e%2e/index.html"):
        assert client.get(f"/assets/{name}").status_code == 404
    assert client.post(f"/assets/{script.name}").status_code == 404


def test_a_model_downloads_without_its_checkpoints(client: TestClient) -> None:
    response = client.get("/download/models/mine/模型 one.zip")
    assert response.status_code == 200
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    assert sorted(archive.namelist()) == ["模型 one/config.yaml", "模型 one/model.keras"]
    assert archive.read("模型 one/model.keras") == b"weights"


def test_an_archive_is_gone_when_its_visitor_is(
    client: TestClient, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert client.get("/download/models/mine/模型 one.zip").status_code == 200
    assert list(tmp_path.iterdir()) == []

    async def leave() -> None:
        async def send(message: Any) -> None:
            assert list(tmp_path.iterdir())
            raise OSError("the connection was closed")

        async def receive() -> Any:
            return {"type": "http.disconnect"}

        scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
        await _zipped(data_dir / "models" / "模型 one", "one")(scope, receive, send)

    with pytest.raises(OSError, match="closed"):
        asyncio.run(leave())
    assert list(tmp_path.iterdir()) == []


def test_a_report_downloads(client: TestClient, data_dir: Path) -> None:
    (job,) = Workspace(data_dir).jobs.all()
    response = client.get(f"/download/reports/{job.id}/report.html")
    assert response.text == "<p>report</p>"
    assert "attachment" in response.headers["content-disposition"]


@pytest.mark.parametrize(
    "path",
    [
        "models/mine/nothing.zip",
        "models/mine/..%2f..%2fmodels.zip",
        "models/mine/%2e%2e.zip",
        "models/..%2fmodels/mine.zip",
        "reports/none/report.html",
        "reports/..%2f..%2f/secret.txt",
        "reports/{job}/jobs.sqlite3",
        "reports/{job}/..%2f..%2fjobs.sqlite3",
        "reports/{job}/report.json",
    ],
)
def test_nothing_else_downloads(client: TestClient, data_dir: Path, path: str) -> None:
    (job,) = Workspace(data_dir).jobs.all()
    response = client.get(f"/download/{path.format(job=job.id)}")
    assert response.status_code == 404


def test_no_answer_waits_for_the_acknowledgement_of_its_own_head() -> None:
    """Nagle's algorithm would have every answer on a kept connection wait 40 ms."""
    listener = listen("127.0.0.1", 0)

    async def without_delay() -> bool:
        taken = asyncio.get_running_loop().create_future()
        server = await asyncio.start_server(
            lambda _, writer: taken.set_result(writer.get_extra_info("socket")), sock=listener
        )
        _, writer = await asyncio.open_connection(*listener.getsockname())
        accepted = await taken
        flag = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        writer.close()
        server.close()
        return flag != 0

    assert asyncio.run(without_delay())


def test_the_server_never_imports_tensorflow(tmp_path: Path, repository: Path) -> None:
    """Not when it starts, and not when a corpus is read or a report or a model is shown."""
    code = f"""
import sys
from pathlib import Path
from fastapi.testclient import TestClient
from seq2seq_keras.app.server import build_server
server = build_server(Path({str(tmp_path)!r}))
assert TestClient(server).get("/").status_code == 200
lean = [name for name in ("plotly", "sacrebleu", "nltk", "scipy") if name in sys.modules]
from seq2seq_keras.jobs import Workspace
from seq2seq_keras.app.corpus_reading import read_corpus
read_corpus(Workspace(Path({str(tmp_path)!r})).samples()[0]).statistics().table()
from seq2seq_keras.localisation import ENGLISH
from seq2seq_keras.comparison import Report, charts
from seq2seq_keras.app.schematic import schematic
from seq2seq_keras.config import Config
schematic(Config.create(), ENGLISH)
heavy = [name for name in ("tensorflow", "keras", "jax", "torch") if name in sys.modules]
print(lean, heavy)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=repository, timeout=120
    )
    assert done.stdout.strip() == "[] []", done.stderr


def test_a_taken_port_is_told_in_one_line(tmp_path: Path, repository: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "app.py", "--port", str(port), "--data-dir", str(tmp_path)],
            capture_output=True,
            text=True,
            cwd=repository,
            timeout=60,
        )
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: 127.0.0.1:{port}: cannot listen here")
    assert done.stderr.count("\n") == 1


def test_a_space_keeps_things_in_its_storage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert default_data_dir(tmp_path) == DEFAULT_DATA_DIR
    monkeypatch.setenv("SPACE_ID", "ada/translator")
    assert default_data_dir(tmp_path) == tmp_path
    assert default_data_dir(tmp_path / "none") == DEFAULT_DATA_DIR
    monkeypatch.setenv("SEQ2SEQ_DATA_DIR", "/elsewhere")
    assert default_data_dir(tmp_path) == Path("/elsewhere")


def test_a_page_of_another_site_is_refused(client: TestClient) -> None:
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        answer = client.post("/en/gradio_api/call/list_models", json={}, headers=headers)
        assert answer.status_code == 403
    own = {"origin": "http://testserver"}
    answer = client.post("/en/gradio_api/call/v2/list_models", json={}, headers=own)
    assert answer.status_code in (200, 503)  # as the queue is alive or not: it got in
    # So that a form of ours can say where it comes from.
    assert client.get("/en/").headers["referrer-policy"] == "same-origin"


def test_a_request_is_no_upload_in_disguise(client: TestClient) -> None:
    large = b"{" + b" " * 4 * 1024**2 + b"}"
    assert client.post("/en/gradio_api/call/v2/list_models", content=large).status_code == 413


def test_a_request_that_is_not_understood_does_not_come_back(client: TestClient) -> None:
    content = '{"data": [], "fn_index": [' + "[]," * 20_000 + "[]]}"
    answer = client.post(
        "/en/gradio_api/queue/join", content=content, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422
    assert len(answer.content) < 2_000
    assert "fn_index" in str(answer.json()["detail"][0]["loc"])


@pytest.mark.parametrize(
    ("route", "named"),
    [
        *[(route, {"fn_index": number}) for route in ("api/x", "run/x") for number in (-1, 9999)],
        *[(f"{route}/nothing", {}) for route in ("call", "call/v2", "run", "api")],
    ],
)
def test_what_is_not_there_is_not_found(
    client: TestClient, route: str, named: dict[str, int]
) -> None:
    body = {} if route.startswith("call/v2") else {"data": [], "session_hash": "x", **named}
    answer = client.post(f"/en/gradio_api/{route}", json=body)
    assert answer.status_code == 404
    assert answer.json() == {
        "detail": "There is no such endpoint. If it is a page that asks, load it anew."
    }


@pytest.mark.parametrize(("given", "named"), [({}, "job"), ({"job": "x", "jib": "y"}, "jib")])
def test_an_argument_that_is_missing_or_unknown_is_named(
    client: TestClient, given: dict[str, str], named: str
) -> None:
    answer = client.post("/en/gradio_api/call/v2/job", json=given)
    assert answer.status_code == 422 and named in answer.json()["detail"]


def test_a_request_passes_all_guards_in_order(client: TestClient) -> None:
    guards = [each.cls for each in client.app.user_middleware]  # type: ignore[attr-defined]
    assert guards[2:] == [OwnPages, Pace, SmallBodies, Gate, OwnFiles, UploadRoom]


@pytest.mark.parametrize(
    ("host", "environment", "warned"),
    [
        (None, {}, False),
        ("127.0.0.1", {}, False),
        ("0.0.0.0", {}, True),
        ("0.0.0.0", {"SEQ2SEQ_DEMO": "1"}, False),
        ("0.0.0.0", {"SEQ2SEQ_AUTH": "1"}, False),
    ],
)
def test_a_server_is_for_this_machine_or_says_that_it_is_not(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    host: str | None,
    environment: dict[str, str],
    warned: bool,
) -> None:
    AccountBook(tmp_path, Cost(n=16, r=1, p=1)).add("ada", "correct horse battery")
    monkeypatch.delenv("GRADIO_SERVER_NAME", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    heard: list[str] = []

    def run(*_: object, sockets: list[socket.socket]) -> None:
        heard.extend(each.getsockname()[0] for each in sockets)
        sockets[0].close()

    monkeypatch.setattr("uvicorn.Server.run", run)
    given = [] if host is None else ["--host", host]
    assert main([*given, "--port", "0", "--data-dir", str(tmp_path)]) == 0
    assert heard == [host or "127.0.0.1"]
    told = capsys.readouterr().err
    assert (told.startswith(f"warning: whoever reaches {host}:0 can use") and warned) or not told
    assert told.count("\n") == warned and ("accounts add NAME" in told) == warned


@pytest.mark.parametrize(
    ("asked", "environment", "expected"),
    [
        *[(None, "", "none"), (None, "0", "none"), (None, "1", "accounts"), (None, "hub", "hub")],
        *[("accounts", "0", "accounts"), ("none", "1", "none"), ("hub", "1", "hub")],
    ],
)
def test_a_login_is_asked_for_as_one_says(
    asked: Login | None, environment: str, expected: Login
) -> None:
    assert wanted_login(asked, {"SEQ2SEQ_AUTH": environment, "SPACE_ID": "ada/x"}) == expected


def test_a_login_that_is_unclear_is_an_error() -> None:
    with pytest.raises(InputError, match="SEQ2SEQ_AUTH: expected 1"):
        wanted_login(None, {"SEQ2SEQ_AUTH": "yes"})
    with pytest.raises(InputError, match="a public demo"):
        wanted_login("accounts", {"SEQ2SEQ_DEMO": "1"})
    with pytest.raises(InputError, match="a public demo"):
        wanted_login("hub", {"SEQ2SEQ_DEMO": "1"})
