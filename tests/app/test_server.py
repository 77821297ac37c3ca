import asyncio
import io
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import gradio
import pytest
from fastapi.testclient import TestClient

from seq2seq_keras.app.server import DEFAULT_DATA_DIR, _listen, build_server, default_data_dir
from seq2seq_keras.config import Config
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
    health = client.get("/health").json()
    assert health == {"status": "ok", "start": health["start"], "translation_ready": False}
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
    listener = _listen("127.0.0.1", 0)

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
